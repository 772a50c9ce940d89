"""A province that places responsibility: people in their roles, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.responsibility.operations import advising, bodies, placing
from waardewerk.testing import AddPerson, UnitOfWork

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
A_DAY = timedelta(days=1)


def by(person: Person) -> placing.Holder:
    """Name an account as the holder."""
    return placing.Holder(kind="person", person_id=person.id)


def function(words: str) -> placing.Holder:
    """Name a function as the holder."""
    return placing.Holder(kind="function", function=words)


def placed(holder: placing.Holder, **changes: Any) -> placing.Placed:
    """Fill in what is placed."""
    filled: dict[str, Any] = {
        "title": "Drives digital ethics",
        "level": "civil_servant",
        "role": "aanjager",
        "question": "aanjager",
        "since": TODAY - 100 * A_DAY,
    }
    return placing.Placed(holder=holder, **{**filled, **changes})


def described(**changes: Any) -> bodies.Described:
    """Fill in what a body is for."""
    filled: dict[str, Any] = {
        "kind": "think_tank",
        "name": "Think tank",
        "purpose": "Talk about cases.",
        "intended_result": "Colleagues recognise a dilemma.",
    }
    return bodies.Described(**{**filled, **changes})


def asked(**changes: Any) -> advising.Asked:
    """Fill in a question."""
    filled: dict[str, Any] = {
        "title": "Cameras that count",
        "about": "Cameras would count who passes the bridge.",
        "question": "Do we want to count people with cameras?",
        "thoughts": "A wire in the road also counts.",
        "wanted_by": TODAY + 30 * A_DAY,
    }
    return advising.Asked(**{**filled, **changes})


def answered(**changes: Any) -> advising.Answered:
    """Fill in an answer."""
    filled: dict[str, Any] = {
        "text": "Not with cameras: a wire does it.",
        "follow_up": "Head of roads",
        "follow_up_by": TODAY + 60 * A_DAY,
    }
    return advising.Answered(**{**filled, **changes})


@dataclass
class Province:
    """Does what people do, through the same operations as the pages."""

    work: UnitOfWork
    add: AddPerson
    keeper: Person

    def place(self, holder: placing.Holder, **changes: Any) -> int:
        """Place something; return its number."""
        with self.work() as session:
            row = placing.place(
                session, placed(holder, **changes), actor_id=self.keeper.id, now=NOW
            )
            return row.id

    def body(self, **changes: Any) -> int:
        """Add a body; return its number."""
        with self.work() as session:
            made = bodies.found(session, described(**changes), actor_id=self.keeper.id, now=NOW)
            return made.id

    def seat(self, body_id: int, **seated: Any) -> int:
        """Let somebody take part; return the member's number."""
        with self.work() as session:
            member = bodies.add_member(
                session,
                body_id,
                bodies.Seated(**{"since": TODAY - A_DAY, **seated}),
                actor_id=self.keeper.id,
                now=NOW,
            )
            return member.id

    def ask(self, asker: Person, **changes: Any) -> int:
        """Ask the advisers; return the number of the request."""
        with self.work() as session:
            return advising.ask(session, asked(**changes), actor_id=asker.id, now=NOW).id

    def take_up(self, request_id: int, owner: Person) -> None:
        """Let an adviser see to an answer."""
        with self.work() as session:
            advising.take_up(
                session,
                request_id,
                owner_id=owner.id,
                answer_by=TODAY + 20 * A_DAY,
                actor_id=owner.id,
                now=NOW,
            )

    def write(self, request_id: int, adviser: Person, builds_on: int = 0, **changes: Any) -> int:
        """Write a text; return its number."""
        with self.work() as session:
            text = advising.write_answer(
                session,
                request_id,
                answered(**changes),
                builds_on=builds_on,
                actor_id=adviser.id,
                now=NOW,
            )
            return text.id

    def sign(self, request_id: int, text_id: int, adviser: Person) -> str:
        """Put somebody's name to a text; return the state of the request."""
        with self.work() as session:
            return advising.sign(session, request_id, text_id, actor_id=adviser.id, now=NOW).state

    def answer(self, asker: Person, one: Person, other: Person, **changes: Any) -> int:
        """Ask, take up, write and sign; return the number of the request."""
        request_id = self.ask(asker, **changes)
        self.take_up(request_id, one)
        text_id = self.write(request_id, one)
        assert self.sign(request_id, text_id, other) == "answered"
        return request_id

    def let_go(self, person: Person) -> None:
        """Let somebody go."""
        from waardewerk.people.operations import accounts, leaving

        with self.work() as session:
            someone = accounts.get_person(session, person.id)
            leaving.deactivate(session, someone, actor_id=None, now=NOW)

    def erase(self, person: Person) -> None:
        """Erase somebody's account."""
        from waardewerk.people.operations import accounts, leaving

        with self.work() as session:
            someone = accounts.get_person(session, person.id)
            leaving.erase_person(session, someone, actor_id=None, now=NOW)


@pytest.fixture
def province(unit_of_work: UnitOfWork, a_person: AddPerson) -> Province:
    """Give a province with somebody who keeps the register."""
    return Province(unit_of_work, a_person, a_person("beheerder", name="Bea Beheerder"))


@pytest.fixture
def advisers(a_person: AddPerson) -> tuple[Person, Person]:
    """Give two advisers."""
    return a_person("adviseur", name="Ada Adviseur"), a_person("adviseur", name="Bo Adviseur")


@pytest.fixture
def asker(a_person: AddPerson) -> Person:
    """Give somebody with a question."""
    return a_person("civil_servant", name="Vera Vraagt")
