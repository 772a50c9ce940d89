"""Preparing a round: what is chosen, what is refused, and what stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk_participation import keeping
from waardewerk_participation.models import Round
from waardewerk_participation.operations import preparing
from waardewerk_participation.operations.preparing import RoundSetUp
from waardewerk_participation.queries.rounds import own_rounds

from .conftest import OwnRounds
from .setting_up import NOW, a_set_up

Prepare = Callable[..., int]


@pytest.fixture
def prepare(own_rounds: OwnRounds) -> Prepare:
    """Give what prepares a round; it gives its number."""

    def make(setup: RoundSetUp | None = None, actor_id: int | None = None, **changes: Any) -> int:
        setup = setup or a_set_up(**changes)
        with own_rounds.work() as session:
            made = preparing.prepare_round(
                session, setup, own_rounds.keys, actor_id=actor_id, now=NOW
            )
            return made.id

    return make


def change(session: Session, round_id: int, revision: int = 1, **changes: Any) -> Round:
    found = session.get_one(Round, round_id)
    setup = a_set_up(**{"opens_at": found.opens_at, "closes_at": found.closes_at, **changes})
    return preparing.change_set_up(session, found, setup, revision=revision, actor_id=None, now=NOW)


def test_a_prepared_round_has_a_key_and_is_seen_by_nobody(
    prepare: Prepare, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    round_id = prepare()
    with unit_of_work() as session:
        found = session.get_one(Round, round_id)
        assert found.phase == "prepare"
        assert own_rounds.keys.has(found.key_name)
        assert found.texts[0].question == "What do you think of cameras at the bus stop?"
        assert audit.entries_about(session, f"round:{round_id}")[0].action == "round.prepared"


def test_a_form_sent_twice_prepares_one_round(prepare: Prepare, own_rounds: OwnRounds) -> None:
    ids = at_once(lambda _: prepare(), range(4))
    assert len(set(ids)) == 1
    assert len(list(own_rounds.keys.folder.iterdir())) == 1, "no key is left without a round"


def test_another_round_of_that_name_is_refused_and_leaves_no_key(
    prepare: Prepare, own_rounds: OwnRounds
) -> None:
    prepare()
    with pytest.raises(Refusal, match="choose another name"):
        prepare(title="Something else")
    assert len(list(own_rounds.keys.folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "Cameras"}, "small letters"),
        ({"slug": "../x"}, "small letters"),
        ({"slug": "a" * 65}, "small letters"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"question": ""}, "question"),
        ({"title": "a\x00b"}, "cannot be stored"),
        ({"joining": "everybody"}, "who may join"),
        ({"moderation": "never"}, "statements are read"),
        ({"quota": -1}, "statements"),
        ({"quota": 11}, "statements"),
        ({"key_days": 6}, "7 to 90 days"),
        ({"key_days": 91}, "7 to 90 days"),
        ({"keep_months": 0}, "1 to 60 months"),
        ({"keep_months": 61}, "1 to 60 months"),
        ({"languages": ()}, "languages"),
        ({"languages": ("nl", "nl")}, "languages"),
        ({"closes_at": NOW + timedelta(hours=1)}, "ends after it begins"),
        ({"opens_at": NOW - timedelta(9), "closes_at": NOW - timedelta(1)}, "lie ahead"),
        ({"second_closes_at": NOW + timedelta(14)}, "second vote"),
        ({"answer_by": day_of(NOW + timedelta(3))}, "after the last day"),
    ],
)
def test_what_makes_no_round_is_refused(
    prepare: Prepare, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        prepare(**changes)


def test_until_people_take_part_every_rule_can_change(
    prepare: Prepare, unit_of_work: UnitOfWork
) -> None:
    round_id = prepare()
    with unit_of_work() as session:
        change(session, round_id, title="Sensors", joining="code", languages=("nl", "fy"), quota=1)
    with unit_of_work() as session:
        found = session.get_one(Round, round_id)
        assert (found.title, found.joining, found.languages) == ("Sensors", "code", ["nl", "fy"])
        assert preparing.own_text(found).title == "Sensors"
        assert found.slug == "cameras-2027", "the address is in letters"


def test_who_changes_an_older_set_up_is_told(prepare: Prepare, unit_of_work: UnitOfWork) -> None:
    round_id = prepare()
    with unit_of_work() as session:
        change(session, round_id, quota=1)
    with unit_of_work() as session, pytest.raises(Conflict, match="Somebody else"):
        change(session, round_id, quota=2)


@pytest.mark.parametrize(
    "changes",
    [{"joining": "code"}, {"moderation": "after"}, {"quota": 5}, {"languages": ("en",)}],
)
def test_rules_stand_still_from_the_first_participant_on(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork, changes: dict[str, Any]
) -> None:
    own_rounds.open()
    own_rounds.joins("somebody")
    with unit_of_work() as session, pytest.raises(Conflict, match="stand still"):
        _change_open(own_rounds, session, **changes)


def test_before_the_first_participant_an_open_round_can_still_change_its_rules(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    with unit_of_work() as session:
        assert _change_open(own_rounds, session, joining="code").joining == "code"


@pytest.mark.parametrize(
    ("changes", "phase"),
    [
        ({"title": "Another"}, "vote"),
        ({"question": "Another?"}, "vote"),
        ({"opens_at": NOW - timedelta(3)}, "vote"),
        ({"languages": ("nl", "en")}, "vote"),
        ({"closes_at": NOW + timedelta(20)}, "analyse"),
        ({"answer_by": day_of(NOW + timedelta(30))}, "closed"),
    ],
)
def test_what_people_were_told_stands_still_once_it_is_open(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork, changes: dict[str, Any], phase: str
) -> None:
    own_rounds.open(phase=phase)
    with unit_of_work() as session, pytest.raises(Conflict, match=r"still|closed"):
        _change_open(own_rounds, session, **changes)


def test_the_end_of_the_vote_can_move_while_people_vote_but_not_into_the_past(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    own_rounds.joins("somebody")
    later = NOW + timedelta(21)
    with unit_of_work() as session:
        assert _change_open(own_rounds, session, closes_at=later).closes_at == later
    with unit_of_work() as session, pytest.raises(Refusal, match="lie ahead"):
        _change_open(own_rounds, session, revision=2, closes_at=NOW - timedelta(minutes=1))


def test_who_made_a_round_is_forgotten_when_erased(
    prepare: Prepare, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    person = a_person()
    round_id = prepare(actor_id=person.id)
    with unit_of_work() as session:
        keeping.forget_person(session, person.id)
    with unit_of_work() as session:
        assert session.get_one(Round, round_id).made_by is None


def test_rounds_are_listed_the_newest_first(prepare: Prepare, unit_of_work: UnitOfWork) -> None:
    prepare(slug="first")
    prepare(slug="second")
    with unit_of_work() as session:
        assert [one.slug for one in own_rounds(session)] == ["second", "first"]


def test_when_the_key_and_the_votes_go_stands_still_once_a_round_is_closed(
    own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    own_rounds.joins("somebody")
    with unit_of_work() as session:
        changed = _change_open(own_rounds, session, key_days=14, keep_months=6)
        assert (changed.key_days, changed.keep_months) == (14, 6)
        changed.phase = "closed"
    for changes in ({"key_days": 90}, {"keep_months": 60}):
        with unit_of_work() as session, pytest.raises(Conflict, match="closed"):
            _change_open(own_rounds, session, revision=2, **changes)
    with unit_of_work() as session:
        assert own_rounds.get(session).key_days == 14


def _change_open(rounds: OwnRounds, session: Session, revision: int = 1, **changes: Any) -> Round:
    """Change a round that people can see, from what it is."""
    found = rounds.get(session)
    as_it_is = RoundSetUp(
        slug=found.slug,
        title=found.title,
        question="What do you think of it?",
        languages=tuple(found.languages),
        opens_at=found.opens_at,
        closes_at=found.closes_at,
    )
    setup = replace(as_it_is, **changes)
    return preparing.change_set_up(session, found, setup, revision=revision, actor_id=None, now=NOW)
