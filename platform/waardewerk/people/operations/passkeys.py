"""Passkeys: keys on somebody's device that come in without a password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.people.models import Passkey, Person
from waardewerk.people.operations import second_steps
from waardewerk.people.passkeys import unknown_passkey
from waardewerk.refusal import NotFound, Refusal

#: More than anybody has devices; a page lists them all.
MOST = 20
NAME_LENGTH = 64


def passkeys_of(session: Session, person_id: int) -> list[Passkey]:
    """List somebody's passkeys, the newest first."""
    own = select(Passkey).where(Passkey.person_id == person_id)
    return list(session.scalars(own.order_by(Passkey.since.desc(), Passkey.id.desc())))


def find_passkey(session: Session, credential_id: str) -> Passkey:
    """Find a passkey by what the device calls it."""
    known = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if known is None:
        raise unknown_passkey()
    return known


def add_passkey(
    session: Session,
    person: Person,
    *,
    name: str,
    credential_id: str,
    public_key: bytes,
    uses: int,
    now: datetime,
) -> list[str]:
    """Let a passkey come in from now on; return codes on paper when they are new."""
    db.hold(session, person)
    second_steps.refuse_without_password(person)
    name = name.strip()[:NAME_LENGTH]
    if not name:
        raise Refusal("Give the passkey a name, so that you recognise it later.")
    count = select(func.count()).select_from(Passkey).where(Passkey.person_id == person.id)
    if (session.scalar(count) or 0) >= MOST:
        raise Refusal("You have many passkeys already. Remove one that you no longer use.")
    codes = second_steps.codes_for_the_first(session, person)
    passkey = Passkey(
        person_id=person.id,
        name=name,
        credential_id=credential_id,
        public_key=public_key,
        uses=uses,
        since=now,
    )
    session.add(passkey)
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("This passkey is in use already.") from None
    second_steps.changed(session, person, "person.second_step_added", "passkey", now=now)
    return codes


def remove_passkey(
    session: Session, person: Person, passkey_id: int, *, must_keep_one: bool, now: datetime
) -> None:
    """Let a passkey come in no more."""
    db.hold(session, person)
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != person.id:
        raise NotFound("This passkey is gone already.")
    session.delete(passkey)
    session.flush()
    second_steps.after_removal(session, person, "passkey", must_keep_one=must_keep_one, now=now)


def count_use(session: Session, passkey_id: int, uses: int, *, now: datetime) -> bool:
    """Tell whether a passkey counts on; one whose counter stands still may have been copied."""
    passkey = session.get(Passkey, passkey_id, with_for_update=True, populate_existing=True)
    if passkey is None:
        return False
    if uses <= passkey.uses and (uses or passkey.uses):
        _record_copy(session, passkey, now)
        return False
    passkey.uses, passkey.used_at = uses, now
    return True


def _record_copy(session: Session, passkey: Passkey, now: datetime) -> None:
    subject = f"person:{passkey.person_id}"
    audit.record(session, "person.passkey_copied", subject, actor_id=None, now=now)
