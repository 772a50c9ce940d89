"""How long it is known who sent a signal, and how long the words of a signal stay.

Without a name there is nobody to forget. What people weighed in a project stays, as the record of
a choice; who wrote it goes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from waardewerk import db
from waardewerk.contract import RetentionRule
from waardewerk.i18n import day_of, lazy
from waardewerk.people.operations import accounts
from waardewerk.values.models import Consideration, Signal, Tension, WiderValue

KEEP_SENDERS = timedelta(days=365)
KEEP_WORDS = timedelta(days=5 * 365)
KEEP_AUTHORS = timedelta(days=5 * 365)
#: Stands where words were.
GONE = "–"


def expire_senders(session: Session, keep: timedelta) -> int:
    """Forget who sent what was answered longer ago than ``keep``."""
    before = day_of(datetime.now(UTC) - keep)
    old = (Signal.answered_on < before, Signal.sender_id.is_not(None))
    return db.changed(session, update(Signal).where(*old).values(sender_id=None))


def expire_words(session: Session, keep: timedelta) -> int:
    """Forget the words of what was answered longer ago than ``keep``; the decision stays."""
    before = day_of(datetime.now(UTC) - keep)
    old = (Signal.answered_on < before, Signal.text != GONE)
    gone = {"text": GONE, "note": "", "code_hash": None, "request_key": None}
    return db.changed(session, update(Signal).where(*old).values(**gone))


def export_sent(session: Session, email: str) -> list[dict[str, Any]]:
    """Return the signals that one person sent with a name."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    own = select(Signal).where(Signal.sender_id == person.id).order_by(Signal.sent_on)
    return [
        {
            "sent_on": signal.sent_on.isoformat(),
            "kind": signal.kind,
            "value": signal.value,
            "text": signal.text,
            "answer": signal.answer,
        }
        for signal in session.scalars(own)
    ]


def erase_sent(session: Session, email: str) -> int:
    """Forget that one person sent signals; what was said stays."""
    person = accounts.find_person(session, email)
    return _forget_sender(session, person.id) if person is not None else 0


def forget_person(session: Session, person_id: int) -> int:
    """Forget that somebody sent signals or weighed values whose account was erased."""
    return _forget_sender(session, person_id) + _forget_author(session, person_id)


def _forget_sender(session: Session, person_id: int) -> int:
    own = update(Signal).where(Signal.sender_id == person_id).values(sender_id=None)
    return db.changed(session, own)


#: Whose words and choices in projects are kept: the column of the person, and of the moment.
_WEIGHED = (
    (Consideration.written_by, Consideration.written_at),
    (WiderValue.chosen_by, WiderValue.chosen_at),
    (Tension.written_by, Tension.written_at),
)


def expire_authors(session: Session, keep: timedelta) -> int:
    """Forget who weighed a value longer ago than ``keep``; what was weighed stays."""
    before = datetime.now(UTC) - keep
    return sum(
        _emptied(session, who, who.is_not(None), moment < before) for who, moment in _WEIGHED
    )


def erase_authors(session: Session, email: str) -> int:
    """Forget what one person weighed."""
    person = accounts.find_person(session, email)
    return _forget_author(session, person.id) if person is not None else 0


def _forget_author(session: Session, person_id: int) -> int:
    return sum(_emptied(session, who, who == person_id) for who, _moment in _WEIGHED)


def _emptied(
    session: Session, column: InstrumentedAttribute[int | None], *where: ColumnElement[bool]
) -> int:
    return db.changed(session, update(column.class_).where(*where).values({column: None}))


def export_weighed(session: Session, email: str) -> list[dict[str, Any]]:
    """Return what one person wrote and chose about values in projects."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    considered = select(Consideration).where(Consideration.written_by == person.id)
    wider = select(WiderValue).where(WiderValue.chosen_by == person.id)
    settled = select(Tension).where(Tension.written_by == person.id)
    return [
        *(_considered(row) for row in session.scalars(considered.order_by(Consideration.id))),
        *(_looked_wider(row) for row in session.scalars(wider.order_by(WiderValue.id))),
        *(_settled(row) for row in session.scalars(settled.order_by(Tension.id))),
    ]


def _considered(row: Consideration) -> dict[str, Any]:
    return {
        "value": row.urn,
        "effect": row.effect,
        "for_whom": row.for_whom,
        "reason": row.reason,
        "at": row.written_at.isoformat(),
    }


def _looked_wider(row: WiderValue) -> dict[str, Any]:
    return {
        "value": row.urn,
        "direction": row.direction,
        "reason": row.reason,
        "at": row.chosen_at.isoformat(),
    }


def _settled(row: Tension) -> dict[str, Any]:
    return {
        "value": row.urn,
        "against": row.against,
        "choice": row.choice,
        "gives_up": row.gives_up,
        "at": row.written_at.isoformat(),
    }


SENDERS = RetentionRule(
    name="signal-senders",
    title=lazy("Who sent a signal about values with a name, counted from the answer"),
    keep=KEEP_SENDERS,
    expire=expire_senders,
    export=export_sent,
    erase=erase_sent,
)
WORDS = RetentionRule(
    name="signal-words",
    title=lazy("The words of a signal about values, counted from the answer"),
    keep=KEEP_WORDS,
    expire=expire_words,
    # By name they are handed over with their senders; without a name nobody finds them.
    export=lambda _session, _email: [],
    erase=lambda _session, _email: 0,
)
AUTHORS = RetentionRule(
    name="value-authors",
    title=lazy("Who wrote and chose what a project does to values"),
    keep=KEEP_AUTHORS,
    expire=expire_authors,
    export=export_weighed,
    erase=erase_authors,
)
