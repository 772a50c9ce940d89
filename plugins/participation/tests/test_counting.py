from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select

from waardewerk import jobs
from waardewerk_participation import counting_job
from waardewerk_participation.models import Participant, Result, Vote
from waardewerk_participation.operations import counting
from waardewerk_participation.queries.votes import turnout

from .conftest import OwnRounds, camps, in_another_order
from .counted import TWO_CAMPS, close, count, newest, of_statements, shown


def test_a_round_is_counted_with_both_engines_and_published(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    count(own_rounds)
    with own_rounds.work() as session:
        kept = list(session.scalars(select(Result).order_by(Result.id)))
        assert [(one.engine, one.selection) for one in kept] == [
            ("stable", "counted"),
            ("polis", "counted"),
        ]
        assert all(one.is_published for one in kept)
    found = shown(own_rounds, "public")
    assert (found.outcome, found.letters, found.people) == ("groups", ("A", "B"), 100)
    assert not found.is_final


def test_numbers_are_exact_with_the_last_count_alone(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(of_statements(camps((63, 41), 12)))
    count(own_rounds)
    first = shown(own_rounds).of(1)
    assert first is not None
    assert first.everyone.agrees is None
    assert (first.everyone.reactions or 0) % 10 == 0
    close(own_rounds)
    count(own_rounds)
    last = shown(own_rounds)
    assert last.is_final
    assert last.people == 104
    cells = of_statements(camps((63, 41), 12))
    exact = [one for one in last.statements if one.everyone.agrees is not None]
    assert exact
    for one in exact:
        votes = [value for (_person, number), value in cells.items() if number == one.number]
        assert one.everyone.agrees == votes.count(1)
        assert one.everyone.reactions in (None, len(votes))


def test_nothing_is_counted_again_when_nothing_changed(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    count(own_rounds)
    before = newest(own_rounds).id
    count(own_rounds)
    assert newest(own_rounds).id == before
    own_rounds.vote({(1000, 1): 1})
    count(own_rounds)
    assert newest(own_rounds).id != before


def fingerprints(rounds: OwnRounds) -> list[str]:
    with rounds.work() as session:
        found = rounds.get(session)
        count = counting.count_own(session, found, turnout(session, found))
        return [grouping.fingerprint for _selection, grouping in count.groupings]


def test_order_of_arrival_changes_nothing(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    first = fingerprints(own_rounds)
    with own_rounds.work() as session:
        session.execute(delete(Vote))
        session.execute(delete(Participant))
    own_rounds.vote(in_another_order(TWO_CAMPS, 3))
    assert fingerprints(own_rounds) == first


def test_the_worker_counts_every_minute_and_leaves_other_rounds_alone(
    own_rounds: OwnRounds,
) -> None:
    own_rounds.open()
    own_rounds.open("not-yet", phase="prepare")
    own_rounds.open("done", phase="closed")
    own_rounds.vote(TWO_CAMPS)
    worker, now = jobs.worker_of(own_rounds.app), datetime.now(UTC)
    worker.plan(now)
    worker.run_due(now)
    assert newest(own_rounds).is_published
    with own_rounds.work() as session:
        assert session.query(Result.round_id).distinct().count() == 1
        job = session.query(jobs.QueuedJob).filter_by(name=counting_job.JOB).one()
        assert job.last_fault is None
        assert job.run_at == now + counting_job.EVERY
