"""The audit trail: append-only, and chained so that a change afterwards shows.

Each entry's hash covers its own content and the hash before it. An entry names people by number,
never by name or address: erasing a person leaves the trail whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, event, select, text
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from waardewerk.db import Base, UtcDateTime

#: Any number will do, as long as every process uses the same one.
CHAIN_LOCK = 7_046_021
START = "0" * 64


class AuditEntry(Base):
    """One thing that somebody did."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A person's number, or nothing for the system itself and for the command line.
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(64))
    #: What it was done to, such as ``inquiry:3``.
    subject: Mapped[str] = mapped_column(String(128), index=True)
    details: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Break:
    """The first entry that does not follow from the one before it."""

    entry_id: int
    reason: str


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    actor_id: int | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction."""
    _wait_for_the_chain(session)
    last = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=now.astimezone(UTC),
        actor_id=actor_id,
        action=action,
        subject=subject,
        details=dict(details or {}),
        previous=last or START,
    )
    entry.hash = _hash_of(entry)
    session.add(entry)
    session.flush()
    return entry


def _wait_for_the_chain(session: Session) -> None:
    # SQLite has one writer anyway; on PostgreSQL two writers would follow the same entry.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})


def _hash_of(entry: AuditEntry) -> str:
    content = {
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor_id,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "previous": entry.previous,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(session: Session) -> tuple[int, Break | None]:
    """Walk the whole trail; return how many entries follow, and the first that does not."""
    every = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    previous, count = START, 0
    with closing(session.scalars(every)) as entries:
        for entry in entries:
            if entry.previous != previous:
                return count, Break(entry.id, "an entry before it was removed or changed")
            if entry.hash != _hash_of(entry):
                return count, Break(entry.id, "its content was changed")
            previous, count = entry.hash, count + 1
    return count, None


def entries_about(session: Session, subject: str, limit: int = 200) -> list[AuditEntry]:
    """Return the newest entries about one subject, newest first."""
    newest = select(AuditEntry).where(AuditEntry.subject == subject)
    return list(session.scalars(newest.order_by(AuditEntry.id.desc()).limit(limit)))


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse_change(_mapper: Mapper[AuditEntry], _connection: object, entry: AuditEntry) -> None:
    raise RuntimeError(f"audit entry {entry.id} is append-only")
