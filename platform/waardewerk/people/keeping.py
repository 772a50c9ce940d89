"""How long accounts are kept, and what is handed over or erased on request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from waardewerk import db, mail
from waardewerk.audit import AuditEntry
from waardewerk.contract import RetentionRule
from waardewerk.i18n import lazy
from waardewerk.jobs import QueuedJob
from waardewerk.people import queries
from waardewerk.people.models import Identity, Person, SignIn
from waardewerk.people.operations import accounts, leaving, rights

KEEP = timedelta(days=365)
KEEP_UNSENT = timedelta(days=30)


def expire(session: Session, keep: timedelta) -> int:
    """Erase the accounts of people who left longer ago than ``keep``."""
    now = datetime.now(UTC)
    gone = [person for person in _who_left(session) if _left_before(session, person, now - keep)]
    for person in gone:
        leaving.erase_person(session, person, actor_id=None, now=now)
    return len(gone)


def _who_left(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).where(~Person.is_active, Person.email.is_not(None))))


def _left_before(session: Session, person: Person, moment: datetime) -> bool:
    left = select(func.max(AuditEntry.at)).where(
        AuditEntry.subject == f"person:{person.id}", AuditEntry.action == "person.left"
    )
    last = session.scalar(left)
    return last is not None and last < moment


def export(session: Session, email: str) -> list[dict[str, Any]]:
    """Return somebody's account, with the roles and sign-ins."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    sign_ins = session.scalars(select(SignIn).where(SignIn.person_id == person.id))
    linked = session.scalars(select(Identity).where(Identity.person_id == person.id))
    steps = queries.second_steps_of(session, person.id)
    return [
        {
            "name": person.name,
            "email": person.email,
            "level": person.level,
            "roles": sorted(rights.roles_of(session, person.id)),
            "since": person.created_at.isoformat(),
            "sign_ins": [
                {"device": s.device, "way": s.way, "started_at": s.started_at.isoformat()}
                for s in sign_ins
            ],
            "organisation_accounts": [
                {"issuer": i.issuer, "subject": i.subject, "since": i.linked_at.isoformat()}
                for i in linked
            ],
            "app_with_codes_since": _moment(steps.app_since),
            "passkeys": [
                {"name": p.name, "since": p.since.isoformat(), "used_at": _moment(p.used_at)}
                for p in steps.passkeys
            ],
            "recovery_codes_left": steps.codes_left,
        }
    ]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def erase(session: Session, email: str) -> int:
    """Erase somebody's account."""
    person = accounts.find_person(session, email)
    if person is None:
        return 0
    leaving.erase_person(session, person, actor_id=None, now=datetime.now(UTC))
    return 1


ACCOUNTS = RetentionRule(
    name="accounts",
    title=lazy(
        "Name, e-mail address, level, roles, ways to sign in and sign-ins of people with an "
        "account, counted from the day they leave"
    ),
    keep=KEEP,
    expire=expire,
    export=export,
    erase=erase,
)


def expire_letters(session: Session, keep: timedelta) -> int:
    """Throw away mail that could not be sent and has rested for ``keep``."""
    before = datetime.now(UTC) - keep
    resting = (QueuedJob.name == mail.JOB, QueuedJob.gave_up, QueuedJob.run_at < before)
    return db.changed(session, delete(QueuedJob).where(*resting))


def export_letters(session: Session, email: str) -> list[dict[str, Any]]:
    """Return the mail that still waits for somebody."""
    letters = session.scalars(select(QueuedJob).where(*_to(email)))
    return [{"subject": letter.payload["subject"]} for letter in letters]


def erase_letters(session: Session, email: str) -> int:
    """Throw away the mail that still waits for somebody."""
    return db.changed(session, delete(QueuedJob).where(*_to(email)))


def _to(email: str) -> tuple[ColumnElement[bool], ...]:
    addressee = QueuedJob.payload["to"].as_string()
    return QueuedJob.name == mail.JOB, func.lower(addressee) == email.strip().lower()


LETTERS = RetentionRule(
    name="letters",
    title=lazy("Mail that could not be sent"),
    keep=KEEP_UNSENT,
    expire=expire_letters,
    export=export_letters,
    erase=erase_letters,
)
