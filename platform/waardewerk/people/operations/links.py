"""Single-use links: looking at one never uses it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk.access import hash_of, new_token
from waardewerk.people.models import Link
from waardewerk.refusal import Refusal

SET_UP_LASTS = timedelta(hours=24)
INVITATION_LASTS = timedelta(days=14)
SIGN_IN_LINK_LASTS = timedelta(hours=24)
PASSWORD_LINK_LASTS = timedelta(hours=24)

#: The purpose of what was never a link.
SPENT = "spent"


class LinkUsed(Refusal):
    """A single-use link was used, has expired, or never existed; which one is not told."""

    status = 410
    code = "link-used"


def make_link(
    session: Session,
    purpose: str,
    *,
    person_id: int | None,
    lasts: timedelta,
    now: datetime,
) -> str:
    """Make a single-use link and return its token; earlier ones for the same purpose end."""
    same = (Link.purpose == purpose, Link.person_id.is_not_distinct_from(person_id))
    session.execute(delete(Link).where(*same, Link.used_at.is_(None)))
    token, digest = new_token()
    session.add(
        Link(token_hash=digest, purpose=purpose, person_id=person_id, expires_at=now + lasts)
    )
    session.flush()
    return token


def make_set_up_link(session: Session, now: datetime) -> str:
    """Make the link with which the first administrator comes in."""
    return make_link(session, "set_up", person_id=None, lasts=SET_UP_LASTS, now=now)


def look_at_link(session: Session, token: str, now: datetime) -> Link:
    """Find a link that can still be used; looking does not use it."""
    link = session.scalar(select(Link).where(Link.token_hash == hash_of(token)))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkUsed("This link was used before or is too old. Ask for a new one.")
    return link


def use_link(session: Session, token: str, purposes: Iterable[str], now: datetime) -> Link:
    """Use a link that is for one of these purposes, once."""
    # Two who press the button at once: the second waits here and then finds the link used.
    session.execute(select(Link.id).where(Link.token_hash == hash_of(token)).with_for_update())
    link = look_at_link(session, token, now)
    if link.purpose not in purposes:
        raise LinkUsed("This link was used before or is too old. Ask for a new one.")
    link.used_at = now
    return link


def spend(session: Session, token: str, *, lasts: timedelta, now: datetime) -> None:
    """Let what a browser remembers count once, such as one try to sign in.

    Nothing was stored when it was handed out; that it was used is kept as long as it could be.
    """
    session.add(Link(token_hash=hash_of(token), purpose=SPENT, expires_at=now + lasts, used_at=now))
    try:
        session.flush()
    except IntegrityError:
        raise LinkUsed("This was used before. Start again.") from None
