"""Accounts for when the organisation's own sign-in does not work: at least one stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.audit import AuditEntry
from waardewerk.people.models import Identity, Person
from waardewerk.people.operations import rights
from waardewerk.people.ways_in import WaysIn
from waardewerk.refusal import Refusal

USED = "person.break_glass_used"


def mark(session: Session, person: Person, *, actor_id: int, now: datetime) -> None:
    """Keep an administrator's account apart from the provider, for when that is down."""
    if "administrator" not in rights.roles_of(session, person.id) or not person.is_active:
        raise Refusal("Only an administrator can have a break-glass account.")
    if person.password_hash is None:
        raise Refusal("This person has no password yet. Make a link for a password first.")
    linked = select(Identity.id).where(Identity.person_id == person.id)
    if session.scalar(linked.limit(1)) is not None:
        raise Refusal("This account is linked to the organisation's own. Remove that link first.")
    _set(session, person, on=True, actor_id=actor_id, now=now)


def unmark(session: Session, person: Person, *, actor_id: int, now: datetime) -> None:
    """Make a break-glass account an ordinary one; the last one stays."""
    rights.keep_a_break_glass_account(session, person)
    _set(session, person, on=False, actor_id=actor_id, now=now)


def _set(session: Session, person: Person, *, on: bool, actor_id: int, now: datetime) -> None:
    if person.is_break_glass == on:
        return
    person.is_break_glass = on
    action = "person.break_glass_on" if on else "person.break_glass_off"
    audit.record(session, action, f"person:{person.id}", actor_id=actor_id, now=now)


def is_any_marked(session: Session) -> bool:
    """Tell whether somebody can come in when the provider is down."""
    return session.scalar(select(Person.id).where(*rights.BREAK_GLASS).limit(1)) is not None


def may_sign_in_here(session: Session, person: Person, ways: WaysIn) -> bool:
    """Tell whether somebody may use a password, passkey or link of this site."""
    if not ways.only_break_glass or person.is_break_glass:
        return True
    # Until somebody is marked nobody is locked out who could mark one.
    is_administrator = "administrator" in rights.roles_of(session, person.id)
    return is_administrator and not is_any_marked(session)


def last_used(session: Session) -> datetime | None:
    """Return when a break-glass account was last used."""
    used = select(AuditEntry.at).where(AuditEntry.action == USED)
    return session.scalar(used.order_by(AuditEntry.id.desc()).limit(1))
