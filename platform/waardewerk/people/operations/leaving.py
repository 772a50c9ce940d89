"""Letting somebody go, letting them back in, and erasing who they were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate
from waardewerk.people.models import Identity, Link, Person, RoleAssignment
from waardewerk.people.operations import rights, second_steps, sign_ins
from waardewerk.refusal import NotFound


def deactivate(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> None:
    """Let somebody go: no more signing in; what they did stays."""
    if not person.is_active:
        return
    rights.keep_an_administrator(session, person)
    person.is_active = False
    sign_ins.end_sign_ins(session, person.id)
    session.execute(
        update(Link).where(Link.person_id == person.id, Link.used_at.is_(None)).values(used_at=now)
    )
    audit.record(session, "person.left", f"person:{person.id}", actor_id=actor_id, now=now)


def reactivate(session: Session, person: Person, *, actor_id: int, now: datetime) -> None:
    """Let somebody back in."""
    if person.email is None:
        raise NotFound("This person does not exist.")
    person.is_active = True
    audit.record(session, "person.returned", f"person:{person.id}", actor_id=actor_id, now=now)


def erase_person(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> None:
    """Erase who somebody was; the number stays, so that the audit trail stays whole."""
    deactivate(session, person, actor_id=actor_id, now=now)
    email = person.email or ""
    person.name, person.email, person.password_hash, person.level = "–", None, None, None
    person.is_break_glass = False
    second_steps.forget(session, person.id)
    session.execute(delete(Identity).where(Identity.person_id == person.id))
    session.execute(delete(RoleAssignment).where(RoleAssignment.person_id == person.id))
    session.execute(delete(Link).where(Link.person_id == person.id))
    audit.record(session, "person.erased", f"person:{person.id}", actor_id=actor_id, now=now)
    gate.send(events.PersonErased(session=session, person_id=person.id, email=email))
