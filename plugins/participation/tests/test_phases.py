"""From phase to phase: one operation each, once, and no vote after the closing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import at_once
from waardewerk_participation import clockwork
from waardewerk_participation.models import Participant, Point, Round, Statement
from waardewerk_participation.operations import phases

from .conftest import OwnRounds
from .setting_up import NOW

Move = Callable[..., None]


def move(rounds: OwnRounds, step: Move, at: datetime = NOW, slug: str = "cameras") -> None:
    with rounds.work() as session:
        step(session, rounds.get(session, slug), actor_id=None, now=at)


def phase_of(rounds: OwnRounds, slug: str = "cameras") -> str:
    with rounds.work() as session:
        return rounds.get(session, slug).phase


def test_a_round_goes_through_all_its_phases_once(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="prepare", second_closes_at=NOW + timedelta(28))
    walked = []
    for step in (
        phases.open_voting,
        phases.open_second_vote,
        phases.close_voting,
        phases.open_answering,
        phases.close_round,
    ):
        move(own_rounds, step)
        walked.append(phase_of(own_rounds))
    assert walked == ["vote", "second_vote", "analyse", "answer", "closed"]
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        entries = audit.entries_about(session, f"round:{found.id}")
        assert [one.details["after"] for one in reversed(entries)] == walked
        assert found.opens_at == found.closes_at == found.second_closes_at == NOW
        assert found.closed_at == NOW


@pytest.mark.parametrize(
    ("phase", "step"),
    [
        ("vote", phases.open_voting),
        ("second_vote", phases.open_second_vote),
        ("prepare", phases.close_voting),
        ("analyse", phases.close_voting),
        ("vote", phases.open_answering),
        ("analyse", phases.close_round),
        ("closed", phases.close_round),
    ],
)
def test_a_step_from_another_phase_is_refused(
    own_rounds: OwnRounds, phase: str, step: Move
) -> None:
    own_rounds.open(phase=phase, second_closes_at=NOW + timedelta(28))
    with pytest.raises(Conflict):
        move(own_rounds, step)
    assert phase_of(own_rounds) == phase


def test_a_button_pressed_twice_moves_a_round_once(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="prepare")

    def press(_: int) -> None:
        with own_rounds.work() as session:
            phases.move_on(session, own_rounds.get(session), "vote", actor_id=None, now=NOW)

    assert at_once(press, range(4)) == [None] * 4
    assert phase_of(own_rounds) == "vote"


def test_an_old_page_moves_no_round(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="analyse")
    with own_rounds.work() as session, pytest.raises(Conflict, match="Somebody else"):
        phases.move_on(session, own_rounds.get(session), "vote", actor_id=None, now=NOW)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"languages": ["en", "fy"]}, "every language"),
        ({"statements": 0}, "statement"),
        ({"closes_at": NOW - timedelta(1), "opens_at": NOW - timedelta(2)}, "lies ahead"),
    ],
)
def test_a_round_that_is_not_ready_does_not_open(
    own_rounds: OwnRounds, changes: dict[str, Any], words: str
) -> None:
    own_rounds.open(phase="prepare", **changes)
    with pytest.raises(Refusal, match=words):
        move(own_rounds, phases.open_voting)


def test_statements_that_nobody_accepted_do_not_open_a_round(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="prepare", statements=1)
    with own_rounds.work() as session:
        session.scalars(select(Statement)).one().state = "rejected"
    with pytest.raises(Refusal, match="statement"):
        move(own_rounds, phases.open_voting)


def test_without_a_planned_second_vote_there_is_none(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    with pytest.raises(Conflict, match="No second vote"):
        move(own_rounds, phases.open_second_vote)


def test_a_round_with_an_unanswered_point_is_not_closed(own_rounds: OwnRounds) -> None:
    own_rounds.open(phase="answer")
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        statement = session.scalars(select(Statement).limit(1)).one()
        point = Point(round_id=found.id, kind="consensus", statement_id=statement.id, figures={})
        session.add(point)
    with pytest.raises(Conflict, match="no answer yet"):
        move(own_rounds, phases.close_round)
    with own_rounds.work() as session:
        session.scalars(select(Point)).one().why = "Because it is right."
    move(own_rounds, phases.close_round)
    assert phase_of(own_rounds) == "closed"


# The clock -----------------------------------------------------------------------------------


def test_voting_ends_by_itself_when_its_time_is_over(own_rounds: OwnRounds) -> None:
    own_rounds.open("over", closes_at=NOW - timedelta(seconds=1))
    own_rounds.open("goes-on", closes_at=NOW + timedelta(hours=1))
    with own_rounds.work() as session:
        clockwork.close_what_is_over(session, {})
    assert phase_of(own_rounds, "over") == "analyse"
    assert phase_of(own_rounds, "goes-on") == "vote"


def test_who_votes_waits_for_no_round_whose_time_is_not_over(own_rounds: OwnRounds) -> None:
    engine = own_rounds.app.extensions[db.EXTENSION].engine
    if engine.dialect.name != "postgresql":
        return
    own_rounds.open()
    with engine.begin() as voting:
        voting.execute(text("SELECT id FROM participation_round FOR SHARE"))
        with own_rounds.work() as session:
            session.execute(text("SET LOCAL lock_timeout = 200"))
            assert phases.close_what_is_over(session, NOW) == 0


@pytest.mark.parametrize(("ends_in", "phase"), [(7, "second_vote"), (-1, "analyse")])
def test_a_planned_second_vote_begins_by_itself(
    own_rounds: OwnRounds, ends_in: int, phase: str
) -> None:
    closed = NOW - timedelta(2)
    own_rounds.open(closes_at=closed, second_closes_at=NOW + timedelta(ends_in))
    with own_rounds.work() as session:
        assert phases.close_what_is_over(session, NOW) == 1
        assert own_rounds.get(session).phase == phase
        assert own_rounds.get(session).closes_at == closed, "the hour people were told stands"


@pytest.mark.parametrize(
    ("phase", "changes", "fault"),
    [
        ("prepare", {}, NotFound),
        ("vote", {"closes_at": NOW}, Conflict),
        ("vote", {"closes_at": NOW - timedelta(seconds=1)}, Conflict),
        ("second_vote", {"second_closes_at": NOW}, Conflict),
        ("analyse", {}, Conflict),
        ("closed", {}, Conflict),
    ],
)
def test_a_vote_outside_voting_time_is_refused_whatever_the_job_did(
    own_rounds: OwnRounds, phase: str, changes: dict[str, Any], fault: type[Refusal]
) -> None:
    own_rounds.open(phase=phase, **changes)
    with own_rounds.work() as session, pytest.raises(fault):
        phases.check_takes_votes(session, own_rounds.get(session), NOW)


def test_a_vote_in_voting_time_is_taken(own_rounds: OwnRounds) -> None:
    own_rounds.open("first")
    second = {"closes_at": NOW - timedelta(1), "second_closes_at": NOW + timedelta(1)}
    own_rounds.open("second", phase="second_vote", **second)
    with own_rounds.work() as session:
        for slug in ("first", "second"):
            phases.check_takes_votes(session, own_rounds.get(session, slug), NOW)


def test_the_closing_waits_for_a_vote_that_began_before_it(
    app: Flask, own_rounds: OwnRounds
) -> None:
    own_rounds.open()
    database = app.extensions[db.EXTENSION]
    closed = threading.Event()

    def close() -> None:
        with database.transaction() as session:
            phases.close_voting(session, own_rounds.get(session), actor_id=None, now=NOW)
        closed.set()

    closing = threading.Thread(target=close)
    with database.transaction() as session:
        found = own_rounds.get(session)
        phases.check_takes_votes(session, found, NOW)
        closing.start()
        assert not closed.wait(0.5), "acknowledged while a vote was still coming in"
        session.add(Participant(pid=b"x" * 16, round_id=found.id, channel="link"))
    closing.join()
    assert phase_of(own_rounds) == "analyse"


@pytest.mark.parametrize("cluster", ["postgresql"], indirect=True)  # SQLite has one writer.
def test_votes_do_not_wait_for_each_other(app: Flask, own_rounds: OwnRounds) -> None:
    own_rounds.open()
    database = app.extensions[db.EXTENSION]
    both_in = threading.Barrier(2, timeout=10)

    def vote(_: int) -> None:
        with database.transaction() as session:
            phases.check_takes_votes(session, own_rounds.get(session), NOW)
            both_in.wait()

    assert at_once(vote, range(2)) == [None, None]


def test_after_the_closing_is_acknowledged_no_vote_appears(
    app: Flask, own_rounds: OwnRounds
) -> None:
    own_rounds.open()
    closed = threading.Event()
    counted: list[int] = []
    database = app.extensions[db.EXTENSION]

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Participant)) or 0

    def act(number: int) -> None:
        if number == 0:
            threading.Event().wait(0.05)
            with database.transaction() as session:
                phases.close_voting(session, own_rounds.get(session), actor_id=None, now=NOW)
            with database.reading() as session:
                counted.append(count(session))
            closed.set()
            return
        for turn in range(40):
            try:
                with database.transaction() as session:
                    found = own_rounds.get(session)
                    phases.check_takes_votes(session, found, NOW)
                    pid = bytes([number, turn]) * 8
                    session.add(Participant(pid=pid, round_id=found.id, channel="link"))
            except Conflict:
                return

    at_once(act, range(5))
    assert closed.is_set()
    with database.reading() as session:
        assert count(session) == counted[0], "a vote came in after the closing"
        assert session.scalars(select(Round)).one().phase == "analyse"
