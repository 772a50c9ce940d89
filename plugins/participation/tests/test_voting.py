"""One person, one vote on a statement, whatever happens at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import UnitOfWork, at_once, browser_of
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Participant,
    Round,
    Statement,
    Vote,
)
from waardewerk_participation.operations import joining, speaking, voting
from waardewerk_participation.queries import taking_part as queries

from .conftest import NOW, OwnRounds
from .test_taking_part import AT, fields_of, join


@pytest.fixture
def pid(own_rounds: OwnRounds) -> bytes:
    """Let somebody take part in an open round."""
    own_rounds.open()
    return own_rounds.joins("one")


def votes_in(work: UnitOfWork) -> list[tuple[int, int]]:
    """Read all votes: statement and value."""
    with work() as session:
        rows = session.execute(
            select(Statement.number, Vote.value).join(Vote, Vote.statement_id == Statement.id)
        )
        return sorted((number, value) for number, value in rows)


@contextmanager
def statements_run(app: Flask) -> Iterator[list[str]]:
    """Collect what the database is asked inside this block."""
    engine = app.extensions[db.EXTENSION].engine
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


def test_fifty_identical_posts_at_one_moment_are_one_vote(
    app: Flask, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    client = browser_of(app)
    sent = {**fields_of(join(client)), "vote": "agree"}
    cookie = client.get_cookie("ww_cameras", path=AT)
    assert cookie is not None

    def post(_nth: int) -> int:
        other = browser_of(app)
        other.set_cookie("ww_cameras", cookie.value, path=AT)
        return other.post(f"{AT}vote", data=sent).status_code

    assert set(at_once(post, range(50))) == {303}
    assert votes_in(unit_of_work) == [(int(sent["statement"]), 1)]


def test_a_later_vote_takes_the_place_of_the_earlier(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork
) -> None:
    for value in (1, -1, 0):
        with unit_of_work() as session:
            voting.vote(session, own_rounds.get(session), pid, 3, value, now=NOW)
    assert votes_in(unit_of_work) == [(3, 0)]
    with unit_of_work() as session:
        voting.take_back(session, own_rounds.get(session), pid, 3, now=NOW)
        voting.take_back(session, own_rounds.get(session), pid, 3, now=NOW)
    assert votes_in(unit_of_work) == []


@pytest.mark.parametrize("value", [2, -2, 10**9])
def test_a_vote_is_one_of_three(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork, value: int
) -> None:
    with pytest.raises(Refusal), unit_of_work() as session:
        voting.vote(session, own_rounds.get(session), pid, 3, value, now=NOW)


def test_who_did_not_join_this_round_has_no_vote_in_it(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open("sensors")
    for stranger in (own_rounds.joins("two", "sensors"), b"\0" * 16, b""):
        with pytest.raises(voting.NotTakingPart), unit_of_work() as session:
            voting.vote(session, own_rounds.get(session), stranger, 3, 1, now=NOW)


@pytest.mark.parametrize("state", ["waiting", "doubted", "rejected"])
def test_only_what_is_seen_is_voted_on(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork, state: str
) -> None:
    with unit_of_work() as session:
        session.query(Statement).filter_by(number=3).update({"state": state})
    with pytest.raises(NotFound), unit_of_work() as session:
        voting.vote(session, own_rounds.get(session), pid, 3, 1, now=NOW)


def test_a_vote_asks_the_database_the_same_few_things_however_large_the_round_is(
    app: Flask, own_rounds: OwnRounds
) -> None:
    counted = []
    for slug, statements in (("small", 12), ("large", 120)):
        own_rounds.open(slug, statements=statements)
        client = browser_of(app)
        at = f"/r/{slug}/"
        card = client.post(f"{at}join", follow_redirects=True)
        for _ in range(3):
            sent = {**fields_of(card), "vote": "agree"}
            with statements_run(app) as asked:
                card = client.post(f"{at}vote", data=sent, headers={"HX-Request": "true"})
        counted.append(len([one for one in asked if not one.startswith(("BEGIN", "PRAGMA"))]))
    assert counted[0] == counted[1]
    assert counted[0] <= 10, asked


def test_a_vote_writes_its_own_row_and_nothing_that_people_share(
    app: Flask, own_rounds: OwnRounds
) -> None:
    own_rounds.open()
    client = browser_of(app)
    sent = {**fields_of(join(client)), "vote": "agree"}
    with statements_run(app) as asked:
        client.post(f"{AT}vote", data=sent)
    writes = [one for one in asked if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(writes) == 1
    assert writes[0].startswith("INSERT INTO participation_vote ")


def close(session: Session, slug: str = "cameras") -> None:
    """Close voting as a closing does: it holds the round, and then changes the phase."""
    found = session.scalars(select(Round).where(Round.slug == slug)).one()
    db.hold(session, found)
    found.phase = "analyse"


def test_no_vote_appears_after_the_closing_was_acknowledged(
    app: Flask, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    people = [own_rounds.joins(f"person {nth}") for nth in range(500)]
    is_closed = threading.Event()
    after: list[bytes] = []

    def cast(pid: bytes) -> str:
        # As people do, who read before they vote: without a gap the closing waits for all of them.
        time.sleep(0.02)
        try:
            with unit_of_work() as session:
                was_closed = is_closed.is_set()
                voting.vote(session, own_rounds.get(session), pid, 1, 1, now=NOW)
        except Conflict:
            return "refused"
        if was_closed:
            after.append(pid)
        return "kept"

    def end() -> int:
        with unit_of_work() as session:
            close(session)
        is_closed.set()
        return len(votes_in(unit_of_work))

    with ThreadPoolExecutor(6) as pool:
        first = [pool.submit(cast, pid) for pid in people[:150]]
        closing = pool.submit(end)
        rest = [pool.submit(cast, pid) for pid in people[150:]]
        told = [one.result() for one in (*first, *rest)]
    assert after == []
    assert "refused" in told
    assert told.count("kept") == closing.result() == len(votes_in(unit_of_work))


def test_a_vote_that_is_under_way_lets_the_closing_wait(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork
) -> None:
    order: list[str] = []
    has_begun = threading.Event()

    def end() -> None:
        assert has_begun.wait(10)
        with unit_of_work() as session:
            close(session)
        order.append("closed")

    thread = threading.Thread(target=end)
    thread.start()
    with unit_of_work() as session:
        voting.vote(session, own_rounds.get(session), pid, 1, 1, now=NOW)
        has_begun.set()
        thread.join(0.3)
        order.append("voted")
    thread.join()
    assert order == ["voted", "closed"]
    assert votes_in(unit_of_work) == [(1, 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"phase": "prepare"},
        {"phase": "analyse"},
        {"phase": "answer"},
        {"phase": "closed"},
        {"closes_at": NOW},
        {"phase": "second_vote", "second_closes_at": NOW - timedelta(seconds=1)},
    ],
)
def test_outside_its_time_nothing_is_taken(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork, changes: dict[str, Any]
) -> None:
    with unit_of_work() as session:
        session.query(Round).update(changes)
    key = own_rounds.keys

    def say(session: Session, found: Round) -> object:
        return speaking.say(session, found, pid, "No.", "en", [], "0" * 32, secret="s", now=NOW)

    acts: list[Callable[[Session, Round], object]] = [
        lambda session, found: voting.vote(session, found, pid, 1, 1, now=NOW),
        lambda session, found: voting.take_back(session, found, pid, 1, now=NOW),
        lambda session, found: joining.join(
            session, found, key.read(found.key_name), "two", "link", now=NOW
        ),
        lambda session, found: joining.tell_about_oneself(session, found, pid, {}, now=NOW),
        say,
    ]
    for act in acts:
        with pytest.raises((Conflict, NotFound)), unit_of_work() as session:
            act(session, own_rounds.get(session))


def test_a_lottery_in_which_all_come_up_alike_is_seen_once_people_voted(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    told = []
    for cells in (
        {},
        {(1, number): 1 for number in range(1, 13)},
        {(person, 1): -1 for person in range(2, 9)},
    ):
        own_rounds.vote(cells)
        with unit_of_work() as session:
            told.append(queries.lottery_is_flat(session, own_rounds.get(session)))
    # All new; all with one vote, the same; one that people disagree with.
    assert told == [False, True, False]


# Joining and saying at one moment -----------------------------------------------------------


def test_one_code_on_two_devices_at_one_moment_is_one_participant(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(joining="code")

    def come(_nth: int) -> bytes:
        with unit_of_work() as session:
            found = own_rounds.get(session)
            key = own_rounds.keys.read(found.key_name)
            return joining.join(session, found, key, "7K4MT2Q9XA3D", "letter", now=NOW)

    assert len(set(at_once(come, range(8)))) == 1
    with unit_of_work() as session:
        assert len(session.scalars(select(Participant)).all()) == 1


def ask(rounds: OwnRounds) -> int:
    """Ask people where they live; return the number of the question."""
    with rounds.work() as session:
        asked = BackgroundQuestion(
            round_id=rounds.get(session).id,
            position=1,
            label={"en": "Where do you live?"},
            options=[{"key": "town", "label": {"en": "In town"}}],
        )
        session.add(asked)
        session.flush()
        return asked.id


def test_what_somebody_tells_twice_at_one_moment_is_told_once(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork
) -> None:
    question = ask(own_rounds)

    def tell(_nth: int) -> None:
        with unit_of_work() as session:
            found = own_rounds.get(session)
            joining.tell_about_oneself(session, found, pid, {question: "town"}, now=NOW)

    assert at_once(tell, range(8)) == [None] * 8
    with unit_of_work() as session:
        assert session.scalars(select(BackgroundAnswer.option)).all() == ["town"]


def test_who_does_not_take_part_any_more_tells_nothing_about_themselves(
    own_rounds: OwnRounds, pid: bytes, unit_of_work: UnitOfWork
) -> None:
    question = ask(own_rounds)
    with unit_of_work() as session:
        session.execute(delete(Participant))
    told = {question: "town"}
    with pytest.raises(voting.NotTakingPart), unit_of_work() as session:
        joining.tell_about_oneself(session, own_rounds.get(session), pid, told, now=NOW)


def test_nobody_says_more_than_the_round_allows_also_not_at_one_moment(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(statements=0, quota=2)
    pid = own_rounds.joins("one")

    def speak(nth: int) -> None:
        with unit_of_work() as session:
            found = own_rounds.get(session)
            nonce = f"{nth:032x}"
            speaking.say(session, found, pid, f"{nth}.", "en", [], nonce, secret="s", now=NOW)

    said = at_once(speak, range(8))
    assert sum(isinstance(one, Conflict) for one in said) == 6
    with unit_of_work() as session:
        assert len(session.scalars(select(Statement.id)).all()) == 2


def test_people_who_speak_at_one_moment_each_get_a_number(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(statements=0)
    people = [own_rounds.joins(f"person {nth}") for nth in range(8)]

    def speak(nth: int) -> int:
        with unit_of_work() as session:
            made = speaking.say(
                session,
                own_rounds.get(session),
                people[nth],
                f"Mine is {nth}.",
                "en",
                [],
                f"{nth:032x}",
                secret="s",
                now=datetime.now(UTC),
            )
            return made.number

    assert sorted(at_once(speak, range(8))) == list(range(1, 9))


def test_one_form_at_one_moment_twice_is_one_statement_and_another_hand_cannot_use_it(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(statements=0)
    pid, other = own_rounds.joins("one"), own_rounds.joins("two")

    def speak(who: bytes) -> int:
        with unit_of_work() as session:
            found = own_rounds.get(session)
            made = speaking.say(
                session, found, who, "Mine.", "en", [], "0" * 32, secret="s", now=NOW
            )
            return made.id

    assert len(set(at_once(speak, [pid] * 6))) == 1
    with pytest.raises(Conflict):
        speak(other)
