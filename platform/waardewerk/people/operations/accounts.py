"""The verbs about accounts: add somebody, find them, change what an administrator may change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, mail
from waardewerk.contract import LEVELS
from waardewerk.people.models import Person
from waardewerk.people.operations import rights
from waardewerk.refusal import NotFound, Refusal


def add_person(
    session: Session,
    *,
    name: str,
    email: str,
    level: str | None,
    now: datetime,
    is_demo: bool = False,
) -> Person:
    """Add somebody, who cannot sign in until an invitation was accepted."""
    email = email.strip().lower()
    if not name.strip():
        raise Refusal("Fill in a name.")
    if not mail.is_address(email):
        raise Refusal("%(email)s is not an e-mail address.", email=email)
    if level is not None and level not in LEVELS:
        raise Refusal("Choose one of the levels.")
    taken = Refusal("There is an account with the address %(email)s already.", email=email)
    if find_person(session, email) is not None:
        raise taken
    person = Person(name=name.strip(), email=email, level=level, created_at=now, is_demo=is_demo)
    session.add(person)
    try:
        session.flush()
    except IntegrityError:
        raise taken from None
    return person


def find_person(session: Session, email: str) -> Person | None:
    """Find somebody by the address they sign in with."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def get_person(session: Session, person_id: int) -> Person:
    """Find somebody by number."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("This person does not exist.")
    return person


def change_person(
    session: Session,
    person: Person,
    *,
    name: str,
    level: str | None,
    roles: set[str],
    actor_id: int,
    now: datetime,
) -> None:
    """Change what an administrator may change about somebody."""
    if not name.strip():
        raise Refusal("Fill in a name.")
    if level is not None and level not in LEVELS:
        raise Refusal("Choose one of the levels.")
    if (name.strip(), level) != (person.name, person.level):
        describe(session, person, name.strip(), level, actor_id=actor_id, now=now)
    if roles != rights.roles_of(session, person.id):
        rights.assign_roles(session, person, roles, actor_id=actor_id, now=now)


def describe(
    session: Session,
    person: Person,
    name: str,
    level: str | None,
    *,
    actor_id: int | None,
    now: datetime,
    source: str = "",
) -> None:
    """Write down somebody's name and level; ``source`` as with `rights.assign_roles`."""
    details = {"before": person.level, "after": level} if level != person.level else {}
    details |= rights.said_by(source)
    person.name, person.level = name, level
    subject = f"person:{person.id}"
    audit.record(session, "person.changed", subject, actor_id=actor_id, now=now, details=details)


def refuse_who_left(person: Person) -> None:
    """Refuse when somebody was let go."""
    if not person.is_active:
        raise Refusal("This person was let go. Let them back in first.")
