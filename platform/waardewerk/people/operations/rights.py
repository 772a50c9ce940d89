"""Who holds which roles; there is always somebody who can administer this installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.contract import ROLES
from waardewerk.people.models import Person, RoleAssignment
from waardewerk.refusal import Refusal


def has_administrator(session: Session) -> bool:
    """Tell whether somebody who is no demo person can administer this installation."""
    query = (
        select(Person.id)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(RoleAssignment.role == "administrator", Person.is_active, ~Person.is_demo)
    )
    return session.scalar(query.limit(1)) is not None


def roles_of(session: Session, person_id: int) -> frozenset[str]:
    """Return the roles somebody holds."""
    query = select(RoleAssignment.role).where(RoleAssignment.person_id == person_id)
    return frozenset(session.scalars(query))


def assign_roles(
    session: Session, person: Person, roles: set[str], *, actor_id: int | None, now: datetime
) -> None:
    """Make ``roles`` the roles of a person; the last administrator stays one."""
    if roles - set(ROLES):
        raise Refusal("Choose from the roles that exist.")
    before = roles_of(session, person.id)
    if "administrator" in before - roles:
        keep_an_administrator(session, person)
    session.execute(delete(RoleAssignment).where(RoleAssignment.person_id == person.id))
    session.add_all(RoleAssignment(person_id=person.id, role=r, since=now) for r in sorted(roles))
    session.flush()
    audit.record(
        session,
        "person.roles",
        f"person:{person.id}",
        actor_id=actor_id,
        now=now,
        details={"before": sorted(before), "after": sorted(roles)},
    )


def keep_an_administrator(session: Session, leaving: Person) -> None:
    """Refuse when nobody else could administer this installation."""
    if "administrator" not in roles_of(session, leaving.id):
        return
    # Two administrators who remove each other at once: the second waits, and then is the last.
    held = select(RoleAssignment.person_id).where(RoleAssignment.role == "administrator")
    session.execute(held.with_for_update())
    others = (
        select(Person.id)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(
            RoleAssignment.role == "administrator",
            Person.is_active,
            Person.id != leaving.id,
            or_(~Person.is_demo, Person.is_demo.is_(leaving.is_demo)),
        )
    )
    if session.scalar(others.limit(1)) is None:
        raise Refusal("This is the only administrator. Name another one first.")
