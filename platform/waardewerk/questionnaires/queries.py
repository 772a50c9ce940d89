"""Reads: one's own answers, and what may be seen of everybody's once the spread is open.

Every page, fragment, export and command that shows more than one's own answer comes through
``results_of``; the rule who may look stands there once. Names and small groups of a confidential
inquiry are for the people in it and their chair; anybody else sees what a grouped one would show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from waardewerk.contract import LEVELS, Viewer
from waardewerk.people.models import Person
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
from waardewerk.refusal import NotAllowed, NotFound

# Every page of a respondent asks these two. They are built once, because building such a
# statement costs as much as running it.
_INQUIRY = (
    select(Inquiry)
    .where(Inquiry.id == bindparam("inquiry_id"))
    .options(joinedload(Inquiry.version, innerjoin=True), joinedload(Inquiry.subjects))
)
_OWN_ANSWERS = select(Answer).where(
    Answer.respondent_id == bindparam("respondent_id"),
    Answer.subject_id == bindparam("subject_id"),
)


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
    """What one viewer may see of everybody's answers about one subject."""

    inquiry: Inquiry
    definition: Definition
    subject: Subject
    #: (question, lens) → spread.
    spreads: Mapping[tuple[str, str], Spread]
    #: Whether this viewer belongs to the people who see names in a confidential inquiry.
    with_names: bool
    #: Whether reasons are open too: they were given to the people in the conversation.
    with_reasons: bool


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
    return bool(own) or leads(inquiry, viewer)


def may_see_spread(session: Session, inquiry: Inquiry, viewer: Viewer | None) -> bool:
    """Tell whether the figures are open: to the group, and once agreed to who reads the report.

    A reader sees figures without small groups, and nobody's reasons.
    """
    if may_see_results(session, inquiry, viewer):
        return True
    if viewer is None or inquiry.phase != "agreed" or not viewer.may("inquiries.read"):
        return False
    return not own_respondents(session, inquiry, viewer)


def leads(inquiry: Inquiry, viewer: Viewer) -> bool:
    """Tell whether this viewer may lead an inquiry: its chair, or who manages all of them."""
    return _is_chair(inquiry, viewer) or viewer.may("inquiries.manage")


def _is_chair(inquiry: Inquiry, viewer: Viewer) -> bool:
    return viewer.is_signed_in and viewer.person_id == inquiry.chair_id


def _sees_names(session: Session, inquiry: Inquiry, viewer: Viewer | None) -> bool:
    """Names were promised to the group and its chair: not to who manages, nor to a report."""
    if inquiry.privacy != "confidential" or viewer is None:
        return False
    return _is_chair(inquiry, viewer) or bool(own_respondents(session, inquiry, viewer))


def own_respondents(session: Session, inquiry: Inquiry, viewer: Viewer) -> list[Respondent]:
    """Return the invitations of this viewer in an inquiry."""
    query = select(Respondent).where(Respondent.inquiry_id == inquiry.id, _is_own(viewer))
    return list(session.scalars(query))


def own_respondent(session: Session, respondent_id: int, viewer: Viewer) -> Respondent:
    """Find the viewer's own invitation; somebody else's does not exist for them."""
    if respondent_id in viewer.respondent_ids:
        found = session.get(Respondent, respondent_id)
    else:
        query = select(Respondent).where(Respondent.id == respondent_id, _is_own(viewer))
        found = session.scalar(query)
    if found is None:
        raise NotFound("This invitation does not exist any more.")
    return found


def waiting_for(session: Session, viewer: Viewer, today: date) -> list[Respondent]:
    """Return the invitations that this viewer can answer now."""
    query = (
        select(Respondent)
        .join(Respondent.inquiry)
        .where(
            _is_own(viewer),
            Respondent.handed_in_at.is_(None),
            Respondent.withdrawn_at.is_(None),
            Inquiry.phase == "alone",
            Inquiry.opens_on <= today,
        )
        .options(contains_eager(Respondent.inquiry))
        .order_by(Inquiry.closes_on, Respondent.id)
    )
    return list(session.scalars(query))


def _is_own(viewer: Viewer) -> ColumnElement[bool]:
    by_link = Respondent.id.in_(sorted(viewer.respondent_ids))
    if viewer.person_id is None:
        return by_link
    # By address too: who got an account after being asked is the same person.
    address = select(Person.email).where(Person.id == viewer.person_id).scalar_subquery()
    return or_(by_link, Respondent.person_id == viewer.person_id, Respondent.email == address)


def inquiry_of(session: Session, respondent: Respondent) -> Inquiry:
    """Return what somebody is asked, with its version and subjects, in one question."""
    found = session.scalars(_INQUIRY, {"inquiry_id": respondent.inquiry_id})
    return found.unique().one()


def subject_of(inquiry: Inquiry, subject_id: int | None = None) -> Subject:
    """Find one of the subjects of an inquiry; the first when none is named."""
    if subject_id is None:
        return inquiry.subjects[0]
    for subject in inquiry.subjects:
        if subject.id == subject_id:
            return subject
    raise NotFound("This subject is not part of it.")


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
    )
    found = {level: Turnout(level, asked, handed_in) for level, asked, handed_in in counts}
    return [found[level] for level in LEVELS if level in found]


def respondents_of(session: Session, inquiry: Inquiry) -> list[Respondent]:
    """List who was asked, by level and name."""
    rows = session.scalars(select(Respondent).where(Respondent.inquiry_id == inquiry.id))
    return sorted(rows, key=lambda r: (LEVELS.index(r.level), (r.name or "").lower(), r.id))


def own_answers(
    session: Session, respondent: Respondent, subject: Subject
) -> dict[tuple[str, str], Answer]:
    """Return one's own answers about one subject, by question and lens."""
    found = session.scalars(
        _OWN_ANSWERS, {"respondent_id": respondent.id, "subject_id": subject.id}
    )
    return {(a.question, a.lens): a for a in found}


def all_own_answers(
    session: Session, respondent: Respondent
) -> dict[int, dict[tuple[str, str], Answer]]:
    """Return one's own answers by subject, then by question and lens."""
    found: dict[int, dict[tuple[str, str], Answer]] = defaultdict(dict)
    for answer in session.scalars(select(Answer).where(Answer.respondent_id == respondent.id)):
        found[answer.subject_id][answer.question, answer.lens] = answer
    return found


def results_of(
    session: Session, inquiry: Inquiry, viewer: Viewer | None, subject: Subject | None = None
) -> Results:
    """Return the spread about one subject, small groups already hidden."""
    if not may_see_spread(session, inquiry, viewer):
        raise NotAllowed("The spread is not open to you yet. First everybody answers alone.")
    with_reasons = may_see_results(session, inquiry, viewer)
    subject = subject or subject_of(inquiry)
    definition = registry.definition_of(inquiry.version)
    with_names = _sees_names(session, inquiry, viewer)
    smallest = None if with_names else inquiry.smallest_group
    counted = _counted(session, subject)
    spreads = {
        (question.id, lens): _spread(
            question,
            counted.get((question.id, lens), ()),
            _levels_asked(definition, question),
            smallest,
        )
        for question in ordered_questions(definition)
        for lens in question.lenses or ("",)
    }
    return Results(inquiry, definition, subject, spreads, with_names, with_reasons)


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
    )
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for question, lens, level, value, count in rows:
        if isinstance(value, int):
            found[question, lens].append((level, value, count))
    return found


def _counts() -> ColumnElement[bool]:
    """Only answers that were handed in count."""
    return and_(Respondent.handed_in_at.is_not(None), Respondent.withdrawn_at.is_(None))


def _levels_asked(definition: Definition, question: Question) -> tuple[str, ...]:
    """Who is not asked a question is no group that says nothing."""
    section = definition.section_of(question.id)
    return tuple(level for level in LEVELS if section.is_for(level))


def _spread(
    question: Question,
    counted: Iterable[tuple[str, int, int]],
    levels: tuple[str, ...],
    smallest: int | None,
) -> Spread:
    kind = registry.question_types()[question.type]
    steps = [int(step.value) for step in kind.steps(question, ())]
    answers = (
        answer for level, value, count in counted for answer in [SpreadAnswer(level, value)] * count
    )
    return spread_of(answers, levels, steps, smallest)


def reasons_of(session: Session, results: Results, question: Question) -> list[Said]:
    """Gather the reasons for one question, those of few before those of many.

    Only where a spread of the question is shown at all. Without names a reason stands beside the
    level that was chosen, if the spread of that level is shown, and beside nothing else.
    """
    lenses = question.lenses or ("",)
    if not results.with_reasons or not any(_is_shown(results, question, lens) for lens in lenses):
        return []
    lens = lens_of_reasons(question)
    words, chosen = aliased(Answer), aliased(Answer)
    rows = session.execute(
        select(words.reason, words.example, chosen.value, Respondent)
        .join(Respondent, Respondent.id == words.respondent_id)
        .outerjoin(
            chosen,
            and_(
                chosen.respondent_id == words.respondent_id,
                chosen.subject_id == words.subject_id,
                chosen.question == words.question,
                chosen.lens == lens,
            ),
        )
        .where(
            words.subject_id == results.subject.id,
            words.question == question.id,
            words.lens == "",
            or_(words.reason != "", words.example != ""),
            _counts(),
        )
        # Not by person: the order must not tell which reasons are of one and the same.
        .order_by(func.lower(words.reason), func.lower(words.example))
    )
    with_step = _is_shown(results, question, lens)
    return minority_first(
        [
            _said(results, respondent, value if with_step else None, reason, example)
            for reason, example, value, respondent in rows
        ]
    )


def _is_shown(results: Results, question: Question, lens: str) -> bool:
    spread = results.spreads.get((question.id, lens))
    return spread is not None and spread.overall is not None


def lens_of_reasons(question: Question) -> str:
    """Return the lens whose level stands beside a reason: practice, or the first there is."""
    lenses = question.lenses or ("",)
    return "practice" if "practice" in lenses else lenses[0]


def _said(results: Results, respondent: Respondent, value: Any, reason: str, example: str) -> Said:
    step = value if isinstance(value, int) else None
    if not results.with_names:
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


def agreement_history(
    session: Session, inquiry: Inquiry, subject: Subject, target: str
) -> list[Agreement]:
    """Return everything that was agreed about one question or section, the newest first."""
    query = select(Agreement).where(
        Agreement.inquiry_id == inquiry.id,
        Agreement.subject_id == subject.id,
        Agreement.target == target,
    )
    return list(session.scalars(query.order_by(Agreement.id.desc())))


def note_about(session: Session, inquiry: Inquiry, target: str) -> Note | None:
    """Return the note of the conversation about one question or section."""
    return session.scalar(select(Note).where(Note.inquiry_id == inquiry.id, Note.target == target))


def targets_agreed(session: Session, kind: str) -> dict[int, frozenset[str]]:
    """Return on what people agreed in every inquiry of a kind that is agreed, by inquiry."""
    rows = session.execute(
        select(Agreement.inquiry_id, Agreement.target)
        .join(Inquiry, Inquiry.id == Agreement.inquiry_id)
        .where(Inquiry.kind == kind, Inquiry.phase == "agreed")
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for inquiry_id, target in rows:
        found[inquiry_id].add(target)
    return {inquiry_id: frozenset(targets) for inquiry_id, targets in found.items()}
