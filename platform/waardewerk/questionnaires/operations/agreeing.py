"""Talk and agree: notes of the conversation, and values that people chose.

An agreed value enters here and nowhere else, from people, with their reason. Nothing in this
module reads an answer, a median or a spread.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate
from waardewerk.i18n import day_of
from waardewerk.notation.problems import _
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Question, Section
from waardewerk.questionnaires.models import Agreement, Inquiry, Note, Subject
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.wording import tidy_words

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


class StaleNote(Conflict):
    """This note was changed elsewhere since; nothing was saved."""

    code = "stale-note"

    def __init__(self) -> None:
        super().__init__(_("This note was changed somewhere else. Both are shown."))


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
    session.refresh(inquiry, with_for_update={"of": Inquiry})
    if inquiry.phase != "conversation":
        raise NotNow("People agree during the conversation; this is another phase.")
    subject = session.get(Subject, subject_id)
    if subject is None or subject.inquiry_id != inquiry.id:
        raise NotFound("This question is not in the list.")
    agreed = _tidied(agreed)
    _check(registry.definition_of(inquiry.version), agreed, day_of(now))
    rows = [
        Agreement(
            inquiry_id=inquiry.id,
            subject_id=subject_id,
            target=agreed.target,
            lens=lens,
            value=value,
            reason=agreed.reason,
            present=agreed.present,
            dissent=agreed.dissent,
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


def _tidied(agreed: Agreed) -> Agreed:
    return replace(
        agreed,
        reason=tidy_words(agreed.reason, LONGEST_TEXT),
        present=tidy_words(agreed.present, LONGEST_TEXT),
        dissent=tidy_words(agreed.dissent, LONGEST_TEXT),
    )


def _check(definition: Definition, agreed: Agreed, today: date) -> None:
    lenses, steps = ladder_of(definition, agreed.target)
    if not agreed.values or set(agreed.values) - set(lenses):
        raise Refusal("Choose a level.")
    if any(value is not None and value not in steps for value in agreed.values.values()):
        raise Refusal("Choose a level.")
    if not agreed.reason:
        raise Refusal("Write down why you agreed on this.")
    if not agreed.present:
        raise Refusal("Write down who was there.")
    if agreed.review_on is not None and agreed.review_on < today:
        raise Refusal("The day to look at it again must lie ahead.")


def ladder_of(definition: Definition, target: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the lenses and steps on which people can agree about a question or section."""
    question = question_with_ladder(definition, target)
    kind = registry.question_types()[question.type]
    return lenses_of(question), tuple(int(step.value) for step in kind.steps(question, ()))


def question_with_ladder(definition: Definition, target: str) -> Question:
    """Return the question whose ladder holds; a section is agreed on that of its first one."""
    section = next((s for s in definition.sections if s.id == target), None)
    questions = section.questions if section else definition.questions()
    for question in questions:
        if has_ladder(question) and (section is not None or question.id == target):
            return question
    raise NotFound("This question is not in the list.")


def has_ladder(question: Question) -> bool:
    """Tell whether a question has steps in an order, so that people can agree on one of them."""
    return registry.question_types()[question.type].ordinal


def lenses_of(question: Question) -> tuple[str, ...]:
    """Return the lenses through which a question is agreed; one without a name when it has none."""
    return question.lenses or ("",)


def sections_with_a_ladder(definition: Definition) -> list[Section]:
    """Return the sections in which there is something to agree on; others ask for background."""
    return [s for s in definition.sections if any(has_ladder(q) for q in s.questions)]


def is_agreed(definition: Definition, target: str, agreed: Container[tuple[str, str]]) -> bool:
    """Tell whether people agreed on a question or section, through every lens."""
    lenses, _steps = ladder_of(definition, target)
    return all((target, lens) in agreed for lens in lenses)


def is_section_agreed(
    definition: Definition, section: Section, agreed: Container[tuple[str, str]]
) -> bool:
    """Tell whether people agreed on a section, as a whole or on each of its questions."""
    return is_agreed(definition, section.id, agreed) or all(
        is_agreed(definition, question.id, agreed)
        for question in section.questions
        if has_ladder(question)
    )


def write_note(
    session: Session, inquiry: Inquiry, target: str, text: str, *, revision: int, now: datetime
) -> Note:
    """Keep what was said about one question; a note that changed meanwhile is not overwritten."""
    session.refresh(inquiry, with_for_update={"of": Inquiry})
    if inquiry.phase != "conversation":
        raise NotNow("Notes are made during the conversation; this is another phase.")
    ladder_of(registry.definition_of(inquiry.version), target)
    text = tidy_words(text, LONGEST_TEXT)
    note = session.scalar(select(Note).where(Note.inquiry_id == inquiry.id, Note.target == target))
    if note is None:
        note = Note(inquiry_id=inquiry.id, target=target, text="", revision=0, saved_at=now)
        session.add(note)
    elif note.text == text:
        return note
    elif note.revision != revision:
        raise StaleNote
    note.text, note.saved_at = text, now
    note.revision += 1
    session.flush()
    return note
