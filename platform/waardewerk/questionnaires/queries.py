"""Reads: one's own answers, and what may be seen of everybody's once the spread is open.

Every page, fragment, export and command that shows more than one's own answer comes through
``results_of``; the rule who may look stands there once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from waardewerk.contract import LEVELS, Viewer
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Question
from waardewerk.questionnaires.models import (
    PHASES,
    Agreement,
    Answer,
    Inquiry,
    Note,
    Respondent,
    Subject,
)
from waardewerk.questionnaires.spread import Spread, SpreadAnswer, spread_of
from waardewerk.refusal import NotAllowed


@dataclass(frozen=True)
class Turnout:
    """How many were asked and how many handed in, at one level of the organisation."""

    level: str
    asked: int
    handed_in: int


@dataclass(frozen=True)
class Said:
    """A reason that somebody gave, with the level it belongs to; a name only by consent."""

    step: int | None
    reason: str
    example: str
    level: str | None
    name: str | None


@dataclass(frozen=True)
class Results:
    """What may be seen of everybody's answers about one subject."""

    inquiry: Inquiry
    definition: Definition
    subject: Subject
    #: (question, lens) → spread.
    spreads: Mapping[tuple[str, str], Spread]
    #: question → reasons, those of the smallest group of like answers first.
    reasons: Mapping[str, Sequence[Said]]


def may_see_results(session: Session, inquiry: Inquiry, viewer: Viewer | None) -> bool:
    """Tell whether the spread is open to this viewer; ``None`` is the command line.

    Whoever is asked and has not handed in sees nothing of others, whatever else they may do.
    """
    if PHASES.index(inquiry.phase) < PHASES.index("spread"):
        return False
    if viewer is None:
        return True
    own = own_respondents(session, inquiry, viewer)
    if any(r.handed_in_at is None and r.withdrawn_at is None for r in own):
        return False
    return _is_part_of(inquiry, viewer, own)


def _is_part_of(inquiry: Inquiry, viewer: Viewer, own: Sequence[Respondent]) -> bool:
    is_chair = viewer.is_signed_in and viewer.person_id == inquiry.chair_id
    return bool(own) or is_chair or viewer.may("inquiries.manage")


def own_respondents(session: Session, inquiry: Inquiry, viewer: Viewer) -> list[Respondent]:
    """Return the invitations of this viewer in an inquiry."""
    query = select(Respondent).where(Respondent.inquiry_id == inquiry.id, _is_own(viewer))
    return list(session.scalars(query))


def _is_own(viewer: Viewer) -> ColumnElement[bool]:
    by_link = Respondent.id.in_(viewer.respondent_ids)
    if viewer.person_id is None:
        return by_link
    return or_(by_link, Respondent.person_id == viewer.person_id)


def turnout(session: Session, inquiry: Inquiry) -> list[Turnout]:
    """Count who was asked and who handed in, per level that was asked."""
    counts = session.execute(
        select(
            Respondent.level,
            func.count(Respondent.id),
            func.count(Respondent.handed_in_at),
        )
        .where(Respondent.inquiry_id == inquiry.id)
        .group_by(Respondent.level)
    ).tuples()
    found = {level: Turnout(level, asked, handed_in) for level, asked, handed_in in counts}
    return [found[level] for level in LEVELS if level in found]


def respondents_of(session: Session, inquiry: Inquiry) -> list[Respondent]:
    """List who was asked, by level and name."""
    rows = session.scalars(select(Respondent).where(Respondent.inquiry_id == inquiry.id))
    return sorted(rows, key=lambda r: (LEVELS.index(r.level), (r.name or "").lower(), r.id))


def own_answers(
    session: Session, respondent: Respondent, subject: Subject
) -> dict[tuple[str, str], Answer]:
    """Return one's own answers by question and lens."""
    query = select(Answer).where(
        Answer.respondent_id == respondent.id, Answer.subject_id == subject.id
    )
    return {(a.question, a.lens): a for a in session.scalars(query)}


def results_of(
    session: Session, inquiry: Inquiry, viewer: Viewer | None, subject: Subject | None = None
) -> Results:
    """Return the spread and the reasons about one subject, small groups already hidden."""
    if not may_see_results(session, inquiry, viewer):
        raise NotAllowed("The spread is not open to you yet. First everybody answers alone.")
    subject = subject or inquiry.subjects[0]
    definition = registry.definition_of(inquiry.version)
    counted = _counted(session, subject)
    spreads = {
        (question.id, lens): _spread(inquiry, question, counted.get((question.id, lens), ()))
        for question in ordered_questions(definition)
        for lens in question.lenses or ("",)
    }
    return Results(
        inquiry, definition, subject, spreads, _reasons(session, inquiry, spreads, subject)
    )


def ordered_questions(definition: Definition) -> list[Question]:
    """Return the questions of which a spread means something."""
    types = registry.question_types()
    return [q for q in definition.questions() if types[q.type].ordinal]


Counted = Mapping[tuple[str, str], Sequence[tuple[str, int, int]]]


def _counted(session: Session, subject: Subject) -> Counted:
    """Count equal answers in the database: hundreds of rows become dozens."""
    rows = session.execute(
        select(Answer.question, Answer.lens, Respondent.level, Answer.value, func.count(Answer.id))
        .join(Respondent, Respondent.id == Answer.respondent_id)
        .where(Answer.subject_id == subject.id, Answer.state == "value", _counts())
        .group_by(Answer.question, Answer.lens, Respondent.level, Answer.value)
    ).tuples()
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for question, lens, level, value, count in rows:
        if isinstance(value, int):
            found[question, lens].append((level, value, count))
    return found


def _counts() -> ColumnElement[bool]:
    """Only answers that were handed in count."""
    return and_(Respondent.handed_in_at.is_not(None), Respondent.withdrawn_at.is_(None))


def _spread(
    inquiry: Inquiry, question: Question, counted: Iterable[tuple[str, int, int]]
) -> Spread:
    kind = registry.question_types()[question.type]
    steps = [int(step.value) for step in kind.steps(question, ())]
    answers = (
        answer for level, value, count in counted for answer in [SpreadAnswer(level, value)] * count
    )
    return spread_of(answers, LEVELS, steps, k_of(inquiry))


def k_of(inquiry: Inquiry) -> int | None:
    """Return the smallest group that is shown, or nothing when names are shown by consent."""
    return None if inquiry.privacy == "confidential" else inquiry.smallest_group


def _reasons(
    session: Session,
    inquiry: Inquiry,
    spreads: Mapping[tuple[str, str], Spread],
    subject: Subject,
) -> dict[str, list[Said]]:
    """Gather the reasons per question, those of few before those of many.

    In grouped mode a reason stands beside the level that was chosen and nothing else, and only
    where the spread of that question is shown at all.
    """
    words = aliased(Answer)
    rows = session.execute(
        select(words.question, words.reason, words.example, Respondent, Answer.value)
        .join(Respondent, Respondent.id == words.respondent_id)
        .outerjoin(
            Answer,
            and_(
                Answer.respondent_id == words.respondent_id,
                Answer.subject_id == words.subject_id,
                Answer.question == words.question,
                Answer.lens == "practice",
            ),
        )
        .where(
            words.subject_id == subject.id,
            words.lens == "",
            or_(words.reason != "", words.example != ""),
            _counts(),
        )
        .order_by(words.question, func.lower(words.reason))
    ).tuples()
    gathered: dict[str, list[Said]] = defaultdict(list)
    open_questions = {q for (q, _lens), spread in spreads.items() if spread.overall is not None}
    for question, reason, example, respondent, value in rows:
        if question in open_questions:
            step = value if isinstance(value, int) else None
            gathered[question].append(_said(inquiry, respondent, step, reason, example))
    return {question: minority_first(said) for question, said in gathered.items()}


def _said(
    inquiry: Inquiry, respondent: Respondent, step: int | None, reason: str, example: str
) -> Said:
    if inquiry.privacy == "grouped":
        return Said(step, reason, example, None, None)
    name = respondent.name if respondent.consented_at is not None else None
    return Said(step, reason, example, respondent.level, name)


def minority_first(said: Sequence[Said]) -> list[Said]:
    """Order reasons so that what few people said is read before what many said."""
    size: dict[int | None, int] = defaultdict(int)
    for one in said:
        size[one.step] += 1
    return sorted(said, key=lambda one: (size[one.step], one.step or 0))


def agreements_of(
    session: Session, inquiry: Inquiry, subject: Subject
) -> dict[tuple[str, str], Agreement]:
    """Return what is agreed now, by target and lens: the newest row of each."""
    query = (
        select(Agreement)
        .where(Agreement.inquiry_id == inquiry.id, Agreement.subject_id == subject.id)
        .order_by(Agreement.id)
    )
    return {(a.target, a.lens): a for a in session.scalars(query)}


def notes_of(session: Session, inquiry: Inquiry) -> dict[str, Note]:
    """Return the notes of the conversation by question or section."""
    return {n.target: n for n in session.scalars(select(Note).where(Note.inquiry_id == inquiry.id))}
