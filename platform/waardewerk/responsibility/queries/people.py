"""Names of people who are known by number here, and who may advise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.people import queries as accounts
from waardewerk.people.models import Person
from waardewerk.people.queries import Account
from waardewerk.responsibility.words import somebody

ANSWER = "advice.answer"


@dataclass(frozen=True)
class Named:
    """Somebody as pages name them; who was erased is *somebody*."""

    name: str
    has_left: bool


class Names(Protocol):
    """Says who belongs to a number."""

    def __call__(self, person_id: int | None) -> Named:
        """Name somebody; *somebody* when there is no number or no name any more."""


def names_of(session: Session, person_ids: Iterable[int | None]) -> Names:
    """Read the names of these people in one question, and give what says them."""
    wanted = {one for one in person_ids if one is not None}
    rows: Mapping[int, Person] = {}
    if wanted:
        found = session.scalars(select(Person).where(Person.id.in_(wanted)))
        rows = {person.id: person for person in found}

    def named(person_id: int | None) -> Named:
        person = rows.get(person_id or 0)
        if person is None or person.email is None:
            return Named(somebody(), has_left=True)
        return Named(person.name, has_left=not person.is_active)

    return named


def people_here(session: Session) -> list[Account]:
    """List everybody who can hold something: who has an account and did not leave."""
    return [one for one in accounts.accounts(session) if one.state != "left"]


def advisers(session: Session) -> list[Account]:
    """List who may answer requests for advice, by what the province lets roles do."""
    return accounts.who_may(session, ANSWER)


def may_answer(session: Session, person_id: int | None) -> bool:
    """Tell whether somebody is one of the advisers."""
    return person_id is not None and accounts.may(session, person_id, ANSWER)
