"""Signing in and out: each browser a row that its owner sees and can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.access import hash_of, new_token
from waardewerk.people.models import Link, Person, SignIn
from waardewerk.people.operations import accounts, links
from waardewerk.people.ways_in import ORGANISATION, PASSWORD
from waardewerk.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How somebody came in. ``refresh_token`` is sealed; it comes from the provider."""

    way: str = PASSWORD
    is_limited: bool = False
    refresh_token: str | None = None
    #: When the provider vouched for it, if that was not just now.
    checked_at: datetime | None = None
    #: Whether this is a break-glass account while there is another way for everybody else.
    breaks_glass: bool = False


def sign_in(
    session: Session,
    person: Person,
    *,
    device: str,
    lasts: timedelta,
    now: datetime,
    replaces: str | None = None,
    entry: Entry = Entry(),
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
            way=entry.way,
            started_at=now,
            confirmed_at=now,
            expires_at=now + lasts,
            is_limited=entry.is_limited,
            checked_at=(entry.checked_at or now) if entry.way == ORGANISATION else None,
            refresh_token=entry.refresh_token,
        )
    )
    _record_entry(session, person, entry, now)
    return token


def _record_entry(session: Session, person: Person, entry: Entry, now: datetime) -> None:
    subject, details = f"person:{person.id}", {"way": entry.way}
    audit.record(session, "person.signed_in", subject, actor_id=person.id, now=now, details=details)
    if entry.breaks_glass:
        audit.record(session, "person.break_glass_used", subject, actor_id=person.id, now=now)


def entry_again(session: Session, sign_in_id: int) -> Entry:
    """Return how a sign-in began, for the one that takes its place: no check becomes newer."""
    row = session.get(SignIn, sign_in_id)
    if row is None:
        raise NotFound("This sign-in has ended already.")
    return Entry(way=row.way, refresh_token=row.refresh_token, checked_at=row.checked_at)


def confirm(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Remember that somebody has just proved in this browser who they are."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(confirmed_at=now))


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
    ended = db.changed(session, delete(SignIn).where(SignIn.expires_at <= now))
    # What was spent is kept until its time is up: until then it could be tried again.
    used_link = Link.used_at.is_not(None) & (Link.purpose != links.SPENT)
    used = db.changed(session, delete(Link).where((Link.expires_at <= now) | used_link))
    return ended + used
