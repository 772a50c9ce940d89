"""Asking the provider again, while somebody is signed in, what they may still do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.people.models import Identity, Person, ProviderState, SignIn
from waardewerk.people.oidc.claims import Asserted, Rules
from waardewerk.people.operations import identities


@dataclass(frozen=True)
class DueCheck:
    """A sign-in about which the provider has to be asked. Without ``subject`` it has ended."""

    sign_in_id: int
    person_id: int
    subject: str | None
    refresh_token: str


def due_checks(
    session: Session, issuer: str, *, before: datetime, now: datetime, limit: int
) -> list[DueCheck]:
    """List the sign-ins that were last checked before a moment, the longest ago first."""
    known = and_(Identity.person_id == SignIn.person_id, Identity.issuer == issuer)
    query = (
        select(SignIn.id, SignIn.person_id, Identity.subject, SignIn.refresh_token)
        .outerjoin(Identity, known)
        .where(
            SignIn.checked_at <= before,
            SignIn.refresh_token.is_not(None),
            SignIn.expires_at > now,
        )
        .order_by(SignIn.checked_at)
        .limit(limit)
    )
    return [
        DueCheck(sign_in_id, person_id, subject, token or "")
        for sign_in_id, person_id, subject, token in session.execute(query)
    ]


def record_check(
    session: Session,
    sign_in_id: int,
    said: Asserted,
    rules: Rules,
    *,
    refresh_token: str | None,
    now: datetime,
) -> None:
    """Believe a sign-in for another while, with the rights that the provider gives now."""
    row = session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None:
        return
    person = session.get_one(Person, row.person_id)
    identities.follow(session, person, said, rules, now=now)
    row.checked_at, row.refresh_token = now, refresh_token


def end_unvouched(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """End a sign-in for which the provider no longer vouches."""
    row = session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None:
        return
    session.delete(row)
    subject = f"person:{row.person_id}"
    audit.record(session, "person.check_ended", subject, actor_id=None, now=now)


def note_answer(session: Session, issuer: str, *, now: datetime) -> None:
    """Remember that the provider answered; last in a transaction, for others wait for this row."""
    _note(session, issuer, answered_at=now)


def note_fault(session: Session, issuer: str, reason: str, *, now: datetime) -> None:
    """Remember that the provider did not answer, or not as it should."""
    _note(session, issuer, failed_at=now, fault=reason)


def _note(session: Session, issuer: str, **what: Any) -> None:
    # One statement: of two who are the first to note something, neither may fail.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if is_postgresql else sqlite.insert
    noted = insert(ProviderState).values(issuer=issuer, **what)
    session.execute(noted.on_conflict_do_update(index_elements=[ProviderState.issuer], set_=what))


def state_of(session: Session, issuer: str) -> ProviderState | None:
    """Return how the provider was when it was last asked."""
    return session.get(ProviderState, issuer)
