from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from waardewerk import db, jobs
from waardewerk.refusal import Conflict
from waardewerk_participation import counting_job
from waardewerk_participation.models import Participant, Result, Vote
from waardewerk_participation.operations import counting
from waardewerk_participation.queries.receipts import receipts
from waardewerk_participation.queries.rounds import statements_of
from waardewerk_participation.queries.votes import turnout

from .conftest import NOW, OwnRounds, camps, in_another_order
from .counted import TWO_CAMPS, close, conclude, count, newest, of_statements, queries_of, shown


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
    conclude(own_rounds)
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


def test_the_worker_counts_within_a_minute_and_leaves_other_rounds_alone(
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
        # Counting a large round takes seconds, and then it is still of this minute.
        assert timedelta(seconds=50) >= counting_job.EVERY


def test_in_analysis_a_count_is_kept_and_nobody_reads_it_until_people_are_answered(
    own_rounds: OwnRounds,
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    count(own_rounds)
    close(own_rounds)
    own_rounds.vote({(1000, number): 1 for number in range(1, 13)})
    count(own_rounds)
    own_rounds.vote({(1001, number): -1 for number in range(1, 13)})
    count(own_rounds)
    last = newest(own_rounds)
    assert last.provenance["is_final"]
    assert (last.is_published, last.people) == (False, 102)
    for audience in ("public", "staff"):
        assert not shown(own_rounds, audience).is_final
    conclude(own_rounds)
    assert newest(own_rounds).id == last.id
    for audience in ("public", "staff"):
        found = shown(own_rounds, audience)
        assert (found.is_final, found.people) == (True, 102)


def publish(rounds: OwnRounds) -> None:
    with rounds.work() as session:
        counting.publish_final(session, rounds.get(session), now=datetime.now(UTC))


def test_the_last_count_is_published_only_with_everything_in_it(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    with pytest.raises(Conflict, match="not there yet"):
        publish(own_rounds)
    count(own_rounds)
    close(own_rounds)
    with pytest.raises(Conflict, match="not there yet"):
        publish(own_rounds)
    count(own_rounds)
    own_rounds.vote({(1000, 1): 1})
    with pytest.raises(Conflict, match="not there yet"):
        publish(own_rounds)
    count(own_rounds)
    publish(own_rounds)
    assert newest(own_rounds).is_published


def test_a_count_that_comes_after_the_round_was_answered_changes_nothing(
    own_rounds: OwnRounds,
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    close(own_rounds)
    count(own_rounds)
    with own_rounds.app.app_context(), db.current().reading() as reading:
        found = own_rounds.get(reading)
        late = counting.count_own(reading, found, turnout(reading, found))
        conclude(own_rounds)
        published = newest(own_rounds).id
        for phase in ("answer", "closed"):
            with own_rounds.work() as session:
                own_rounds.get(session).phase = phase
            with db.current().transaction() as session:
                assert counting.keep_count(session, found, late, now=datetime.now(UTC)) is None
    assert newest(own_rounds).id == published


def test_what_is_answered_is_not_looked_at_again(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    conclude(own_rounds)
    with queries_of(own_rounds) as seen:
        count(own_rounds)
    assert not any("participation_vote" in query for query in seen)


def test_a_round_that_cannot_be_counted_keeps_no_other_waiting(
    own_rounds: OwnRounds, caplog: pytest.LogCaptureFixture
) -> None:
    for slug in ("broken", "whole"):
        own_rounds.open(slug)
        own_rounds.vote(TWO_CAMPS, slug)
    with own_rounds.work() as session:
        session.add(
            Result(
                round_id=own_rounds.get(session, "broken").id,
                engine="stable",
                engine_version=1,
                seed=0,
                provenance={"profiles": "none of ours"},
                fingerprint="",
                counted_at=NOW,
            )
        )
    with (
        own_rounds.app.app_context(),
        db.current().reading() as session,
        pytest.raises(ExceptionGroup),
    ):
        counting_job.run(session, {})
    assert newest(own_rounds, "whole").is_published
    assert "round broken was not counted" in caplog.text


def test_an_author_reads_with_the_receipt_what_a_real_count_found(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    with own_rounds.work() as session:
        statement = statements_of(session, own_rounds.get(session))[0]
        statement.receipt = b"r" * 32
    conclude(own_rounds)
    with own_rounds.work() as session:
        (told,) = receipts(session, own_rounds.get(session), b"r" * 32)
    assert told.figures is not None
    assert told.figures.reactions == shown(own_rounds, "public").of(1).everyone.reactions
