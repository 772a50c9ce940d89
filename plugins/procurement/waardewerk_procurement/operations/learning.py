"""At the end: what did we learn? Write it down, send it on, and close the dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotNow, Refusal
from waardewerk.values.operations import signalling
from waardewerk.values.operations.signalling import Said
from waardewerk.wording import tidy_words
from waardewerk_procurement.fixed.snapshot import Named
from waardewerk_procurement.models import Dossier, Lesson
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.dossiers import LENS, fixed

LONGEST_TEXT = 4000
#: What the core calls a dossier, for its lens and for signals alike.
SOURCE = LENS


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What people learned about one value, or in general."""

    value: str
    text: str
    #: The kind of signal as which it goes on to the keeper of the values; empty: it stays here.
    signal: str = ""
    cause: str | None = None


def values_used(session: Session, dossier: Dossier) -> list[Named]:
    """List the values that the criteria of a dossier served, in the order of the dossier."""
    used = {one.value.key: one.value for one in fixed(session, dossier).criteria if one.value.key}
    return list(used.values())


def write_lesson(
    session: Session,
    dossier: Dossier,
    learned: Learned,
    *,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> Lesson:
    """Keep what people learned, and send it on as a signal when they want that."""
    hold_in(session, dossier, "execution")
    text = tidy_words(learned.text, LONGEST_TEXT)
    if not text:
        raise Refusal("Write down what you learned.")
    if learned.value and learned.value not in {one.key for one in values_used(session, dossier)}:
        raise Refusal("Choose a value of this dossier.")
    same = select(Lesson).where(
        Lesson.dossier_id == dossier.id, Lesson.value == learned.value, Lesson.text == text
    )
    known = session.scalar(same.limit(1))
    if known is not None:
        # The form was sent twice.
        return known
    lesson = Lesson(
        dossier_id=dossier.id,
        value=learned.value,
        text=text,
        is_signalled=bool(learned.signal),
        written_at=now,
        written_by=actor_id,
    )
    session.add(lesson)
    session.flush()
    record(session, "lesson", dossier, actor_id=actor_id, now=now, lesson=lesson.id)
    if learned.signal:
        _send_on(session, dossier, lesson, learned, secret=secret, actor_id=actor_id, now=now)
    return lesson


def _send_on(
    session: Session,
    dossier: Dossier,
    lesson: Lesson,
    learned: Learned,
    *,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    said = Said(
        kind=learned.signal,
        value=learned.value,
        cause=learned.cause,
        text=lesson.text,
        source_kind=SOURCE,
        source_id=dossier.id,
        source_title=dossier.title,
        source_url=f"/procurement/{dossier.id}/learned",
    )
    signalling.send_signal(
        session,
        said,
        sender_id=actor_id,
        secret=secret,
        request_key=f"procurement-lesson-{lesson.id}",
        now=now,
    )


def obstacles(session: Session, dossier: Dossier) -> list[Refusal]:
    """Say what must be done before a dossier can be closed."""
    found: list[Refusal] = []
    if queries.count_open(session, dossier):
        found.append(Refusal("There are promises that nobody ended yet."))
    if not queries.count_lessons(session, dossier):
        found.append(Refusal("Nobody wrote down yet what we learned, if only one thing."))
    return found


def close(session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime) -> None:
    """Close a dossier of which every promise was ended and something was learned."""
    hold_in(session, dossier, "execution")
    for obstacle in obstacles(session, dossier):
        raise NotNow(obstacle.message)
    dossier.state, dossier.closed_at = "closed", now
    session.flush()
    record(session, "closed", dossier, actor_id=actor_id, now=now)
