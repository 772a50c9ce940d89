"""Who holds which roles; there is always somebody who can administer this installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.contract import ROLES
from waardewerk.people.models import Person, RoleAssignment, SignIn
from waardewerk.people.ways_in import ORGANISATION
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
    session: Session,
    person: Person,
    roles: set[str],
    *,
    actor_id: int | None,
    now: datetime,
    source: str = "",
) -> None:
    """Make ``roles`` the roles of a person; the last administrator stays one.

    ``source`` says on whose word, when that is not an administrator's.
    """
    if roles - set(ROLES):
        raise Refusal("Choose from the roles that exist.")
    # The administrator and the provider may decide at the same moment.
    db.hold(session, person)
    before = roles_of(session, person.id)
    if "administrator" in before - roles:
        keep_an_administrator(session, person)
        person.is_break_glass = False
    session.execute(delete(RoleAssignment).where(RoleAssignment.person_id == person.id))
    session.add_all(RoleAssignment(person_id=person.id, role=r, since=now) for r in sorted(roles))
    session.flush()
    audit.record(
        session,
        "person.roles",
        f"person:{person.id}",
        actor_id=actor_id,
        now=now,
        details={"before": sorted(before), "after": sorted(roles), **said_by(source)},
    )
    if "administrator" in roles - before:
        _let_them_sign_in_again(session, person)


def _let_them_sign_in_again(session: Session, person: Person) -> None:
    """End the local sign-ins of a new administrator, of whom a second step may be asked."""
    local = (SignIn.person_id == person.id, SignIn.way != ORGANISATION)
    session.execute(delete(SignIn).where(*local))


def said_by(source: str) -> dict[str, str]:
    """Write down on whose word rights changed."""
    return {"source": source} if source else {}


def keep_an_administrator(session: Session, leaving: Person) -> None:
    """Refuse when nobody else could administer this installation, or come in when it matters."""
    if is_last_administrator(session, leaving):
        raise Refusal("This is the only administrator. Name another one first.")
    keep_a_break_glass_account(session, leaving)


def is_last_administrator(session: Session, leaving: Person) -> bool:
    """Tell whether nobody else could administer this installation."""
    if "administrator" not in roles_of(session, leaving.id):
        return False
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
    return session.scalar(others.limit(1)) is None


#: Who can come in when the organisation's own sign-in does not work.
BREAK_GLASS = (Person.is_break_glass, Person.is_active)


def keep_a_break_glass_account(session: Session, leaving: Person) -> None:
    """Refuse when this is the last break-glass account."""
    if not leaving.is_break_glass:
        return
    # Held like the administrators above, for the same two who act at once.
    marked = session.scalars(select(Person.id).where(*BREAK_GLASS).with_for_update()).all()
    if set(marked) <= {leaving.id}:
        raise Refusal("This is the only break-glass account. Mark another one first.")
