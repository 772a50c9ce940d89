"""Answer alone: save as people go, hand in, or choose only to listen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from waardewerk import audit
from waardewerk.i18n import day_of, format_date, language
from waardewerk.notation.problems import _
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Question
from waardewerk.questionnaires.models import Answer, Inquiry, Respondent
from waardewerk.questionnaires.question_types import InvalidAnswer, LevelQuestion, Value
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.wording import tidy_words

#: State, value, reason and example of one answer.
Content = tuple[str, Value, str, str]
#: Where an answer belongs: question and lens.
Slot = tuple[str, str]

LONGEST_REASON = 4000
#: What a form posts for "does not apply to us".
NOT_APPLICABLE = "na"
NOTHING: Content = ("empty", None, "", "")

# Every save asks these two. They are built once, because building such a statement costs as much
# as running it.
_HELD_INQUIRY = (
    select(Inquiry)
    .where(Inquiry.id == bindparam("inquiry_id"))
    .options(joinedload(Inquiry.version, innerjoin=True), joinedload(Inquiry.subjects))
    .with_for_update(read=True, of=Inquiry)
    .execution_options(populate_existing=True)
)
_STORED = select(Answer).where(
    Answer.respondent_id == bindparam("respondent_id"),
    Answer.subject_id == bindparam("subject_id"),
    Answer.question.in_(bindparam("questions", expanding=True)),
)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One answer as somebody filled it in. ``raw`` is empty when nothing was chosen."""

    question: str
    lens: str
    raw: Sequence[str]
    reason: str = ""
    example: str = ""
    #: The number of the answer that this one builds on; 0 when there was none.
    revision: int = 0

    @property
    def slot(self) -> Slot:
        """Where it belongs: question and lens."""
        return self.question, self.lens


class StaleAnswers(Conflict):
    """Answers that were changed elsewhere since; ``slots`` says which. Nothing was saved."""

    code = "stale-answer"

    def __init__(self, slots: Iterable[Slot]) -> None:
        super().__init__(_("This answer was changed somewhere else. Both are shown."))
        self.slots = frozenset(slots)


class InvalidAnswers(InvalidAnswer):
    """What cannot be an answer, by question and lens. Nothing was saved."""

    def __init__(self, problems: Mapping[Slot, InvalidAnswer]) -> None:
        first = next(iter(problems.values()))
        super().__init__(first.message, **first.details)
        self.problems = problems


class ConsentNeeded(Refusal):
    """In a confidential inquiry nobody answers before agreeing that the group sees the name."""

    code = "consent-needed"

    def __init__(self) -> None:
        super().__init__(_("First agree that the group sees your name beside your answers."))


def save_answer(
    session: Session,
    respondent: Respondent,
    subject_id: int | None,
    filled: Filled,
    *,
    now: datetime,
) -> Answer | None:
    """Save one answer; refuse one that builds on an older text than is stored."""
    saved = save_answers(session, respondent, subject_id, [filled], now=now)
    return saved[0] if saved else None


def save_answers(
    session: Session,
    respondent: Respondent,
    subject_id: int | None,
    many: Sequence[Filled],
    *,
    now: datetime,
) -> list[Answer]:
    """Save several answers of one page together, or none of them; return what is stored.

    Without a subject they are about the first one.
    """
    inquiry = _hold_open(session, respondent, now)
    subject_id = _subject_in(inquiry, subject_id)
    definition = registry.definition_of(inquiry.version)
    contents = _contents(definition, respondent, many)
    stored = _stored(session, respondent, subject_id, {filled.question for filled in many})
    changes = [one for one in many if _changes(one, contents[one.slot], stored.get(one.slot))]
    _refuse_stale(changes, stored)
    for one in changes:
        answer = stored.get(one.slot)
        if answer is None:
            answer = stored[one.slot] = Answer(
                respondent_id=respondent.id,
                subject_id=subject_id,
                question=one.question,
                lens=one.lens,
                revision=0,
            )
            session.add(answer)
        answer.state, answer.value, answer.reason, answer.example = contents[one.slot]
        answer.revision += 1
        answer.saved_at = now
    session.flush()
    return [stored[one.slot] for one in many if one.slot in stored]


def _contents(
    definition: Definition, respondent: Respondent, many: Sequence[Filled]
) -> dict[Slot, Content]:
    found: dict[Slot, Content] = {}
    problems: dict[Slot, InvalidAnswer] = {}
    for filled in many:
        question = _question(definition, respondent, filled)
        try:
            found[filled.slot] = _content(question, filled)
        except InvalidAnswer as problem:
            problems[filled.slot] = problem
    if problems:
        raise InvalidAnswers(problems)
    return found


def _question(definition: Definition, respondent: Respondent, filled: Filled) -> Question:
    try:
        question = definition.question(filled.question)
    except KeyError as fault:
        raise NotFound("This question is not in the list.") from fault
    if not definition.section_of(question.id).is_for(respondent.level):
        raise NotFound("This question is not in the list.")
    if filled.lens and filled.lens not in question.lenses:
        raise NotFound("This question is not in the list.")
    return question


def _content(question: Question, filled: Filled) -> Content:
    state, value = _read(question, filled)
    return state, value, _words(filled.reason), _words(filled.example)


def _read(question: Question, filled: Filled) -> tuple[str, Value]:
    raw = [text for text in filled.raw if text.strip()]
    if not raw:
        return "empty", None
    if question.lenses and not filled.lens:
        raise InvalidAnswer("Choose the lens that this answer belongs to.")
    if raw == [NOT_APPLICABLE] and question.not_applicable == "with_reason":
        return "not_applicable", None
    value = registry.question_types()[question.type].read(raw, question)
    return ("empty", None) if value is None else ("value", value)


def _words(text: str) -> str:
    try:
        return tidy_words(text, LONGEST_REASON)
    except Refusal as fault:
        raise InvalidAnswer(fault.message, **fault.details) from None


def _stored(
    session: Session, respondent: Respondent, subject_id: int, questions: set[str]
) -> dict[Slot, Answer]:
    slots = {
        "respondent_id": respondent.id,
        "subject_id": subject_id,
        "questions": sorted(questions),
    }
    return {(a.question, a.lens): a for a in session.scalars(_STORED, slots)}


def _changes(filled: Filled, content: Content, stored: Answer | None) -> bool:
    """Who left open what was open when the page was drawn wrote nothing, whatever came since."""
    if content == NOTHING and filled.revision == 0:
        return False
    return stored is None or content != _content_of(stored)


def _content_of(answer: Answer) -> Content:
    return answer.state, answer.value, answer.reason, answer.example


def _refuse_stale(changes: Iterable[Filled], stored: Mapping[Slot, Answer]) -> None:
    # All at once: one that is not named now would be overwritten unseen at the next try.
    stale = [
        one.slot
        for one in changes
        if one.slot in stored and stored[one.slot].revision != one.revision
    ]
    if stale:
        raise StaleAnswers(stale)


def _hold_open(session: Session, respondent: Respondent, now: datetime) -> Inquiry:
    """Check that somebody may still answer, and keep it so until this transaction ends.

    Two devices of one person wait for each other here, and the phase cannot move meanwhile: a
    late answer would change a spread that was seen, and two looks would tell whose it is.
    """
    session.refresh(respondent, with_for_update={"key_share": True, "of": Respondent})
    if respondent.handed_in_at is not None:
        raise NotNow("Your answers are handed in. They cannot change any more.")
    if respondent.withdrawn_at is not None:
        raise NotNow("You chose to listen only.")
    inquiry = _hold_inquiry(session, respondent)
    if inquiry.phase != "alone":
        raise NotNow("The spread is open. Answers cannot change any more.")
    if day_of(now) < inquiry.opens_on:
        raise NotNow("You can answer from %(day)s.", day=format_date(inquiry.opens_on))
    if inquiry.privacy == "confidential" and respondent.consented_at is None:
        raise ConsentNeeded
    return inquiry


def _hold_inquiry(session: Session, respondent: Respondent) -> Inquiry:
    held = session.scalars(_HELD_INQUIRY, {"inquiry_id": respondent.inquiry_id})
    return held.unique().one()


def _subject_in(inquiry: Inquiry, subject_id: int | None) -> int:
    known = [subject.id for subject in inquiry.subjects]
    if subject_id is not None and subject_id not in known:
        raise NotFound("This question is not in the list.")
    return known[0] if subject_id is None else subject_id


@dataclass(frozen=True)
class Open:
    """What is not complete yet in somebody's own answers."""

    #: Questions, or lenses of questions, without an answer; these may stay open.
    unanswered: tuple[str, ...]
    #: Questions that need a reason before they can count.
    without_reason: tuple[str, ...]
    #: Questions with a high level and no example; asked for, not demanded.
    without_example: tuple[str, ...]
    asked: int
    #: Questions with at least one answer.
    answered: int


def what_is_open(session: Session, respondent: Respondent) -> Open:
    """Look through somebody's own answers before they are handed in."""
    inquiry = session.get_one(Inquiry, respondent.inquiry_id)
    definition = registry.definition_of(inquiry.version)
    answers = {
        (a.subject_id, a.question, a.lens): a
        for a in session.scalars(select(Answer).where(Answer.respondent_id == respondent.id))
    }
    unanswered, no_reason, no_example, asked, answered = [], [], [], 0, 0
    for subject in inquiry.subjects:
        for section in definition.sections_for(respondent.level):
            for question in section.questions:
                asked += 1
                own = [
                    answers.get((subject.id, question.id, lens))
                    for lens in question.lenses or ("",)
                ]
                given = [a for a in own if a is not None and a.state != "empty"]
                words = answers.get((subject.id, question.id, ""))
                answered += bool(given)
                if len(given) < len(own) and question.required:
                    unanswered.append(question.id)
                if _needs_reason(question, given) and not (words and words.reason):
                    no_reason.append(question.id)
                if _needs_example(question, given) and not (words and words.example):
                    no_example.append(question.id)
    return Open(tuple(unanswered), tuple(no_reason), tuple(no_example), asked, answered)


def _needs_reason(question: Question, given: Sequence[Answer]) -> bool:
    if question.reason == "required" and given:
        return True
    return any(a.state == "not_applicable" for a in given)


def _needs_example(question: Question, given: Sequence[Answer]) -> bool:
    if not isinstance(question, LevelQuestion):
        return False
    return any(isinstance(a.value, int) and question.asks_example(a.value) for a in given)


def hand_in(session: Session, respondent: Respondent, *, now: datetime) -> None:
    """Hand in: from here the answers count, are locked, and the spread may be seen."""
    inquiry = _hold_open(session, respondent, now)
    still_open = what_is_open(session, respondent)
    if still_open.without_reason:
        titles = _titles(registry.definition_of(inquiry.version), still_open.without_reason)
        raise Refusal("Say why for: %(questions)s.", questions=titles)
    if not still_open.answered:
        raise Refusal("You have not answered anything yet.")
    respondent.handed_in_at = now
    _record(session, respondent, "respondent.handed_in", now)


def _titles(definition: Definition, questions: Iterable[str]) -> str:
    return "; ".join(definition.question(key).title.for_language(language()) for key in questions)


def withdraw(session: Session, respondent: Respondent, *, now: datetime) -> None:
    """Choose to listen only: no answers count, and the spread may be seen when it is open."""
    session.refresh(respondent, with_for_update={"key_share": True, "of": Respondent})
    if respondent.handed_in_at is not None:
        raise NotNow("Your answers are handed in. They cannot change any more.")
    if _hold_inquiry(session, respondent).phase == "alone":
        raise NotNow("You can still answer. Listening only is possible once the spread is open.")
    if respondent.withdrawn_at is not None:
        return
    respondent.withdrawn_at = now
    _record(session, respondent, "respondent.withdrew", now)


def give_consent(session: Session, respondent: Respondent, *, now: datetime) -> None:
    """Agree that colleagues see one's name beside the answers."""
    if respondent.consented_at is not None:
        return
    respondent.consented_at = now
    _record(session, respondent, "respondent.consented", now)


def _record(session: Session, respondent: Respondent, action: str, now: datetime) -> None:
    audit.record(
        session,
        action,
        f"inquiry:{respondent.inquiry_id}",
        actor_id=respondent.person_id,
        now=now,
        details={"respondent": respondent.id},
    )
