"""Talk and agree: notes of the conversation, and values that people chose.

An agreed value enters here and nowhere else, from people, with their reason. Nothing in this
module reads an answer, a median or a spread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Section
from waardewerk.questionnaires.models import Agreement, Inquiry, Note, Subject
from waardewerk.questionnaires.question_types import LevelQuestion
from waardewerk.refusal import Conflict, NotFound, Refusal

LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What a group says it agreed on. ``values``: lens → level; ``None`` is *does not apply*."""

    target: str
    values: Mapping[str, int | None]
    reason: str
    present: str
    dissent: str = ""
    review_on: date | None = None


def record_agreement(
    session: Session,
    inquiry: Inquiry,
    subject_id: int,
    agreed: Agreed,
    *,
    actor_id: int | None,
    now: datetime,
) -> list[Agreement]:
    """Add what was agreed about one question or section; earlier rows stay as its history."""
    if inquiry.phase != "conversation":
        raise Conflict("People agree during the conversation; this is another phase.")
    subject = session.get(Subject, subject_id)
    if subject is None or subject.inquiry_id != inquiry.id:
        raise NotFound("This question is not in the list.")
    _check(registry.definition_of(inquiry.version), agreed, now.date())
    rows = [
        Agreement(
            inquiry_id=inquiry.id,
            subject_id=subject_id,
            target=agreed.target,
            lens=lens,
            value=value,
            reason=agreed.reason.strip(),
            present=agreed.present.strip(),
            dissent=agreed.dissent.strip(),
            review_on=agreed.review_on,
            recorded_at=now,
            recorded_by=actor_id,
        )
        for lens, value in agreed.values.items()
    ]
    session.add_all(rows)
    session.flush()
    audit.record(
        session,
        "agreement.recorded",
        f"inquiry:{inquiry.id}",
        actor_id=actor_id,
        now=now,
        details={"target": agreed.target, "values": dict(agreed.values)},
    )
    gate.send(
        events.AgreementRecorded(
            session=session, inquiry_id=inquiry.id, kind=inquiry.kind, target=agreed.target
        )
    )
    return rows


def _check(definition: Definition, agreed: Agreed, today: date) -> None:
    lenses, steps = ladder_of(definition, agreed.target)
    if not agreed.values or set(agreed.values) - set(lenses):
        raise Refusal("Choose a level.")
    if any(value is not None and value not in steps for value in agreed.values.values()):
        raise Refusal("Choose a level.")
    if not agreed.reason.strip():
        raise Refusal("Write down why you agreed on this.")
    if not agreed.present.strip():
        raise Refusal("Write down who was there.")
    for text in (agreed.reason, agreed.present, agreed.dissent):
        if len(text) > LONGEST_TEXT:
            raise Refusal("This text is longer than %(longest)s characters.", longest=LONGEST_TEXT)
    if agreed.review_on is not None and agreed.review_on < today:
        raise Refusal("The day to look at it again must lie ahead.")


def ladder_of(definition: Definition, target: str) -> tuple[tuple[str, ...], range]:
    """Return the lenses and steps on which people can agree about a question or section."""
    section = next((s for s in definition.sections if s.id == target), None)
    question = _level_question(section) if section else _find_question(definition, target)
    if question is None:
        raise NotFound("This question is not in the list.")
    return question.lenses or ("",), range(1, len(question.levels) + 1)


def _level_question(section: Section) -> LevelQuestion | None:
    """A section is agreed on the ladder of its own level questions."""
    return next((q for q in section.questions if isinstance(q, LevelQuestion)), None)


def _find_question(definition: Definition, key: str) -> LevelQuestion | None:
    try:
        question = definition.question(key)
    except KeyError:
        return None
    return question if isinstance(question, LevelQuestion) else None


def write_note(
    session: Session, inquiry: Inquiry, target: str, text: str, *, revision: int, now: datetime
) -> Note:
    """Keep what was said about one question; a note that changed meanwhile is not overwritten."""
    if inquiry.phase != "conversation":
        raise Conflict("Notes are made during the conversation; this is another phase.")
    if len(text) > LONGEST_TEXT:
        raise Refusal("This text is longer than %(longest)s characters.", longest=LONGEST_TEXT)
    ladder_of(registry.definition_of(inquiry.version), target)
    note = session.scalar(select(Note).where(Note.inquiry_id == inquiry.id, Note.target == target))
    if note is None:
        note = Note(inquiry_id=inquiry.id, target=target, revision=0)
        session.add(note)
    elif note.revision != revision and note.text != text.strip():
        raise Conflict("Somebody else changed this note. Load the page again; yours is below.")
    note.text, note.saved_at = text.strip(), now
    note.revision += 1
    session.flush()
    return note
