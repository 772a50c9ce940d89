"""Signing in and out: each browser a row that its owner sees and can end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.access import hash_of, new_token
from waardewerk.people.models import Link, Person, SignIn
from waardewerk.people.operations import accounts
from waardewerk.refusal import NotFound


def sign_in(
    session: Session,
    person: Person,
    *,
    device: str,
    lasts: timedelta,
    now: datetime,
    replaces: str | None = None,
) -> str:
    """Start a sign-in and return its token for the cookie; the one it replaces ends."""
    accounts.refuse_who_left(person)
    if replaces:
        session.execute(delete(SignIn).where(SignIn.token_hash == hash_of(replaces)))
    token, digest = new_token()
    session.add(
        SignIn(
            person_id=person.id,
            token_hash=digest,
            device=device[:64],
            started_at=now,
            expires_at=now + lasts,
        )
    )
    audit.record(session, "person.signed_in", f"person:{person.id}", actor_id=person.id, now=now)
    return token


def sign_ins_of(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """List where a person is signed in, newest first."""
    query = select(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at > now)
    return list(session.scalars(query.order_by(SignIn.started_at.desc())))


def end_sign_in(session: Session, sign_in_id: int, *, person_id: int, now: datetime) -> None:
    """End one of a person's own sign-ins."""
    row = session.get(SignIn, sign_in_id)
    if row is None or row.person_id != person_id:
        raise NotFound("This sign-in has ended already.")
    session.delete(row)
    audit.record(session, "person.signed_out", f"person:{person_id}", actor_id=person_id, now=now)


def end_other_sign_ins(
    session: Session, kept_sign_in_id: int, *, person_id: int, now: datetime
) -> None:
    """End a person's sign-ins everywhere but in this browser."""
    others = (SignIn.person_id == person_id, SignIn.id != kept_sign_in_id)
    session.execute(delete(SignIn).where(*others))
    audit.record(session, "person.signed_out", f"person:{person_id}", actor_id=person_id, now=now)


def end_sign_ins(session: Session, person_id: int) -> None:
    """End all sign-ins of a person."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def forget_old_ways_in(session: Session, now: datetime) -> int:
    """Erase sign-ins and links that can no longer be used."""
    ended = session.execute(delete(SignIn).where(SignIn.expires_at <= now)).rowcount  # type: ignore[attr-defined]
    used = session.execute(  # type: ignore[attr-defined]
        delete(Link).where((Link.expires_at <= now) | Link.used_at.is_not(None))
    ).rowcount
    return int(ended + used)
