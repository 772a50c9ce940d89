"""The demo province: made-up people in every role, and what slices and plugins have to show.

Loading it twice changes nothing but the sign-in links, which are fresh each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import db, events, gate, i18n, installation
from waardewerk.config import Config
from waardewerk.db import Database
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, links, rights
from waardewerk.responsibility import demo as responsibility

NAME = "Provincie Voorbeeld"


@dataclass(frozen=True)
class Character:
    """Somebody who shows what one role can do. The host name can never receive mail."""

    role: str
    name: str
    level: str

    @property
    def email(self) -> str:
        """An address under the domain that is reserved for examples."""
        return f"{self.role.replace('_', '-')}@voorbeeld.example"


CHARACTERS = (
    Character("administrator", "Beheer Voorbeeld", "civil_servant"),
    Character("adviseur", "Adviseur Voorbeeld", "civil_servant"),
    Character("aanjager", "Aanjager Voorbeeld", "civil_servant"),
    Character("beheerder", "Beheerder Voorbeeld", "civil_servant"),
    Character("executive_member", "Bestuur Voorbeeld", "executive"),
    Character("civil_servant", "Medewerker Voorbeeld", "civil_servant"),
)


def load(app: Flask) -> Iterator[str]:
    """Make what is missing, and give a line with a sign-in link for each role."""
    database: Database = app.extensions[db.EXTENSION]
    config: Config = app.extensions["waardewerk.config"]
    now = datetime.now(UTC)
    with app.app_context(), database.transaction() as session:
        cast = {one.role: _person(session, one, now) for one in CHARACTERS}
        if installation.read_snapshot(session).settings.get(("core", "is_demo")) is None:
            installation.choose(session, "core", {"name": NAME, "is_demo": True})
        numbers = {role: person.id for role, person in cast.items()}
        with i18n.speaking(config.languages[0]):
            responsibility.load(session, numbers, now)
        gate.send(events.DemoWanted(session=session, people=numbers, now=now))
        tokens = {role: _link(session, person, now) for role, person in cast.items()}
    yield "Demo province. Sign in as (each link works once, within 24 hours):"
    for role, token in tokens.items():
        yield f"  {role:<17} {config.base_url}/link/{token}"


def _person(session: Session, one: Character, now: datetime) -> Person:
    known = session.scalar(select(Person).where(Person.email == one.email))
    if known is not None:
        return known
    person = accounts.add_person(
        session, name=one.name, email=one.email, level=one.level, now=now, is_demo=True
    )
    rights.assign_roles(session, person, {one.role}, actor_id=None, now=now)
    return person


def _link(session: Session, person: Person, now: datetime) -> str:
    return links.make_link(
        session, "sign_in", person_id=person.id, lasts=links.SIGN_IN_LINK_LASTS, now=now
    )
