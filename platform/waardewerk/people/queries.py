"""What pages show about people, as small rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.people.models import Person, RoleAssignment


@dataclass(frozen=True)
class Account:
    """Somebody with an account. ``state`` is ``active``, ``invited`` or ``left``."""

    id: int
    name: str
    email: str
    level: str | None
    roles: frozenset[str]
    state: str
    created_at: datetime
    is_demo: bool


def accounts(session: Session) -> list[Account]:
    """List everybody who was not erased, by name."""
    held: dict[int, set[str]] = {}
    for person_id, role in session.execute(select(RoleAssignment.person_id, RoleAssignment.role)):
        held.setdefault(person_id, set()).add(role)
    people = session.scalars(select(Person).where(Person.email.is_not(None)))
    found = [_account(person, frozenset(held.get(person.id, ()))) for person in people]
    return sorted(found, key=lambda account: (account.state == "left", account.name.casefold()))


def account_of(session: Session, person_id: int) -> Account | None:
    """Return one person's account; nothing when there is none or it was erased."""
    person = session.get(Person, person_id)
    if person is None or person.email is None:
        return None
    roles = select(RoleAssignment.role).where(RoleAssignment.person_id == person_id)
    return _account(person, frozenset(session.scalars(roles)))


def _account(person: Person, roles: frozenset[str]) -> Account:
    return Account(
        id=person.id,
        name=person.name,
        email=person.email or "",
        level=person.level,
        roles=roles,
        state=_state(person),
        created_at=person.created_at,
        is_demo=person.is_demo,
    )


def _state(person: Person) -> str:
    if not person.is_active:
        return "left"
    return "active" if person.password_hash else "invited"
