"""The verbs about notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.contract import ValueUsage
from waardewerk.events import OutcomeRecorded
from waardewerk.refusal import NotFound, Refusal
from waardewerk_sample.models import Note


def write_note(
    session: Session, text: str, *, email: str | None, actor_id: int | None, now: datetime
) -> Note:
    """Write a note."""
    if "secret" in text.lower():
        raise Refusal("A note must not hold a secret.")
    note = Note(text=text, email=email, written_at=now)
    session.add(note)
    session.flush()
    audit.record(session, "sample.written", f"sample:{note.id}", actor_id=actor_id, now=now)
    return note


def notes(session: Session) -> list[Note]:
    """Return all notes, newest first."""
    return list(session.scalars(select(Note).order_by(Note.id.desc())))


def count_notes(session: Session) -> int:
    """Count the notes."""
    return session.scalar(select(func.count(Note.id))) or 0


def notes_about(key: str) -> list[ValueUsage]:
    """Return the notes that name a value."""
    return [
        ValueUsage(title=note.text, url="/sample/")
        for note in notes(db.session())
        if key in note.text
    ]


def note_outcome(event: OutcomeRecorded) -> None:
    """Keep an outcome of elsewhere as a note."""
    write_note(event.session, event.title, email=None, actor_id=None, now=datetime.now(UTC))


def note_as_text(session: Session, note_id: int, language: str) -> bytes:
    """Write a note as a file."""
    note = session.get(Note, note_id)
    if note is None:
        raise NotFound("This note does not exist.")
    return f"[{language}] {note.text}\n".encode()


def sweep(session: Session, _payload: Mapping[str, Any]) -> None:
    """Remove empty notes."""
    session.execute(delete(Note).where(Note.text == ""))


def expire(session: Session, keep: timedelta) -> int:
    """Remove notes that are older than ``keep``."""
    old = delete(Note).where(Note.written_at < datetime.now(UTC) - keep)
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]


def export(session: Session, email: str) -> list[dict[str, Any]]:
    """Return somebody's notes."""
    own = select(Note).where(Note.email == email.lower())
    return [{"text": n.text, "written_at": n.written_at} for n in session.scalars(own)]


def erase(session: Session, email: str) -> int:
    """Take somebody's address off their notes."""
    taken_off = update(Note).where(Note.email == email.lower()).values(email=None)
    return int(session.execute(taken_off).rowcount)  # type: ignore[attr-defined]
