"""Answer alone: save as people go, hand in, or choose only to listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Question
from waardewerk.questionnaires.models import Answer, Inquiry, Respondent, Subject
from waardewerk.questionnaires.question_types import InvalidAnswer, LevelQuestion, Value
from waardewerk.refusal import Conflict, NotFound, Refusal

LONGEST_REASON = 4000
#: What a form posts for "does not apply to us".
NOT_APPLICABLE = "na"


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


class StaleAnswer(Conflict):
    """This answer was changed elsewhere; ``stored`` is what stands there."""

    code = "stale-answer"

    def __init__(self, stored: Answer) -> None:
        super().__init__("This answer was changed somewhere else. Both are shown.")
        self.stored = stored


def save_answer(
    session: Session, respondent: Respondent, subject_id: int, filled: Filled, *, now: datetime
) -> Answer:
    """Save one answer; refuse one that builds on an older text than is stored."""
    return save_answers(session, respondent, subject_id, [filled], now=now)[0]


def save_answers(
    session: Session,
    respondent: Respondent,
    subject_id: int,
    many: Sequence[Filled],
    *,
    now: datetime,
) -> list[Answer]:
    """Save several answers of one page together, or none of them."""
    inquiry = _inquiry_to_answer(session, respondent, now.date())
    _check_subject(session, inquiry, subject_id)
    definition = registry.definition_of(inquiry.version)
    stored = {
        (a.question, a.lens): a
        for a in session.scalars(
            select(Answer).where(
                Answer.respondent_id == respondent.id,
                Answer.subject_id == subject_id,
                Answer.question.in_([filled.question for filled in many]),
            )
        )
    }
    saved = []
    for filled in many:
        question = _question(definition, respondent, filled)
        answer = stored.get((filled.question, filled.lens))
        saved.append(_save(session, respondent, subject_id, question, filled, answer, now))
    session.flush()
    return saved


def _save(
    session: Session,
    respondent: Respondent,
    subject_id: int,
    question: Question,
    filled: Filled,
    answer: Answer | None,
    now: datetime,
) -> Answer:
    state, value = _read(question, filled)
    content = (state, value, _words(filled.reason), _words(filled.example))
    if (
        answer is not None
        and (answer.state, answer.value, answer.reason, answer.example) == content
    ):
        return answer
    if answer is not None and answer.revision != filled.revision:
        raise StaleAnswer(answer)
    if answer is None:
        answer = Answer(
            respondent_id=respondent.id,
            subject_id=subject_id,
            question=filled.question,
            lens=filled.lens,
            revision=0,
        )
        session.add(answer)
    answer.state, answer.value, answer.reason, answer.example = content
    answer.revision += 1
    answer.saved_at = now
    return answer


def _read(question: Question, filled: Filled) -> tuple[str, Value]:
    kind = registry.question_types()[question.type]
    raw = [text for text in filled.raw if text.strip()]
    if not raw:
        return "empty", None
    if question.lenses and not filled.lens:
        raise Refusal("Choose the lens that this answer belongs to.")
    if raw == [NOT_APPLICABLE] and question.not_applicable == "with_reason":
        return "not_applicable", None
    value = kind.read(raw, question)
    return ("empty", None) if value is None else ("value", value)


def _words(text: str) -> str:
    words = text.strip().replace("\r\n", "\n")
    if len(words) > LONGEST_REASON:
        raise InvalidAnswer(
            "This text is longer than %(longest)s characters.", longest=LONGEST_REASON
        )
    # The question type for text knows which characters cannot be stored.
    checked = registry.question_types()["text"].read([words], _PLAIN_TEXT) if words else ""
    return str(checked or "")


class _PlainText:
    max_length = LONGEST_REASON
    multiline = True


_PLAIN_TEXT = _PlainText()


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


def _inquiry_to_answer(session: Session, respondent: Respondent, today: date) -> Inquiry:
    inquiry = session.get_one(Inquiry, respondent.inquiry_id)
    if respondent.handed_in_at is not None:
        raise Conflict("Your answers are handed in. They cannot change any more.")
    if respondent.withdrawn_at is not None:
        raise Conflict("You chose to listen only.")
    if inquiry.phase != "alone":
        # Late answers would change a spread that was seen, and two looks would tell whose.
        raise Conflict("The spread is open. Answers cannot change any more.")
    if today < inquiry.opens_on:
        raise Conflict("You can answer from %(day)s.", day=inquiry.opens_on.isoformat())
    return inquiry


def _check_subject(session: Session, inquiry: Inquiry, subject_id: int) -> None:
    subject = session.get(Subject, subject_id)
    if subject is None or subject.inquiry_id != inquiry.id:
        raise NotFound("This question is not in the list.")


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


def what_is_open(session: Session, respondent: Respondent) -> Open:
    """Look through somebody's own answers before they are handed in."""
    inquiry = session.get_one(Inquiry, respondent.inquiry_id)
    definition = registry.definition_of(inquiry.version)
    answers = {
        (a.subject_id, a.question, a.lens): a
        for a in session.scalars(select(Answer).where(Answer.respondent_id == respondent.id))
    }
    unanswered, no_reason, no_example, asked = [], [], [], 0
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
                if len(given) < len(own) and question.required:
                    unanswered.append(question.id)
                if _needs_reason(question, given) and not (words and words.reason):
                    no_reason.append(question.id)
                if _needs_example(question, given) and not (words and words.example):
                    no_example.append(question.id)
    return Open(tuple(unanswered), tuple(no_reason), tuple(no_example), asked)


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
    _inquiry_to_answer(session, respondent, now.date())
    still_open = what_is_open(session, respondent)
    if still_open.without_reason:
        raise Refusal("Say why for: %(questions)s.", questions=", ".join(still_open.without_reason))
    if len(still_open.unanswered) == still_open.asked:
        raise Refusal("You have not answered anything yet.")
    respondent.handed_in_at = now
    _record(session, respondent, "respondent.handed_in", now)


def withdraw(session: Session, respondent: Respondent, *, now: datetime) -> None:
    """Choose to listen only: no answers count, and the spread may be seen when it is open."""
    if respondent.handed_in_at is not None:
        raise Conflict("Your answers are handed in. They cannot change any more.")
    respondent.withdrawn_at = now
    _record(session, respondent, "respondent.withdrew", now)


def give_consent(session: Session, respondent: Respondent, *, now: datetime) -> None:
    """Agree that colleagues see one's name beside the answers."""
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
