"""What the pages about everybody's answers show: agenda, spread per question, talk.

It takes results that are already safe to see and puts them in words and drawings; rules about who
sees what stand in ``queries``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk.i18n import format_number, lazy, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition, Question
from waardewerk.questionnaires.models import Agreement
from waardewerk.questionnaires.operations import agreeing
from waardewerk.questionnaires.queries import Results, Said, ordered_questions
from waardewerk.questionnaires.question_types import Step
from waardewerk.questionnaires.spread import (
    AgendaItem,
    Distribution,
    PerceptionGap,
    Spread,
    agenda,
    perception_gap,
)
from waardewerk.values.accents import NEUTRAL
from waardewerk.values.ordering import Ordering

LEVEL_TITLES: dict[str, str] = {
    "political": lazy("Politics"),
    "executive": lazy("Executive"),
    "civil_servant": lazy("Civil servants"),
}
PHASE_TITLES: dict[str, str] = {
    "alone": lazy("Answer alone"),
    "spread": lazy("See the spread"),
    "conversation": lazy("Talk"),
    "agreed": lazy("Agreed"),
}
LENS_TITLES: dict[str, str] = {
    "policy": lazy("On paper"),
    "practice": lazy("In practice"),
    "result": lazy("Result"),
    "": lazy("Answer"),
}

#: What is agreed now, by target and lens.
Agreements = Mapping[tuple[str, str], Agreement]


@dataclass(frozen=True)
class LensSpread:
    """One question through one lens: the drawing, the sentence, and the same as a table."""

    lens: str
    title: str
    sentence: str
    drawing: Markup
    rows: Sequence[dict[str, str]]
    gap: PerceptionGap | None


@dataclass(frozen=True)
class TalkItem:
    """One thing on the agenda."""

    target: str
    title: str
    section: str
    disagreement: float | None
    gap: float
    is_unanimous: bool
    is_agreed: bool
    #: How much the values that it touches are accented, and which accents those are.
    accent: float = NEUTRAL
    why: str = ""
    is_section: bool = False


@dataclass(frozen=True)
class SaidTogether:
    """Reasons of people who chose the same level."""

    step: int | None
    count: int
    reasons: Sequence[Said]


def talk_items(
    results: Results, agreed: Agreements, languages: Sequence[str], ordering: Ordering
) -> list[TalkItem]:
    """Return what to talk about: most disagreement, then the largest gap, then the accents."""
    items = {
        question.id: _talk_item(results, question, agreed, languages, ordering)
        for question in ordered_questions(results.definition)
    }
    order = agenda(
        AgendaItem(key=i.target, disagreement=i.disagreement, gap=i.gap, accent=i.accent)
        for i in items.values()
    )
    return [items[one.key] for one in order]


def _talk_item(
    results: Results,
    question: Question,
    agreed: Agreements,
    languages: Sequence[str],
    ordering: Ordering,
) -> TalkItem:
    spreads = _spreads_of(results, question)
    known = [s.overall.disagreement for s in spreads if s.overall is not None]
    gaps = [gap.size for s in spreads if (gap := perception_gap(s)) is not None]
    section = results.definition.section_of(question.id)
    return TalkItem(
        target=question.id,
        title=question.title.for_language(*languages),
        section=section.title.for_language(*languages),
        disagreement=max(known, default=None),
        gap=max(gaps, default=0.0),
        is_unanimous=bool(known) and len(known) == len(spreads) and max(known) == 0,
        is_agreed=agreeing.is_agreed(results.definition, question.id, agreed)
        or agreeing.is_agreed(results.definition, section.id, agreed),
        accent=ordering.weight(question.values),
        why=ordering.why(question.values),
    )


def section_items(
    definition: Definition, agreed: Agreements, languages: Sequence[str]
) -> list[TalkItem]:
    """Return the sections, to be agreed as a whole when their questions were talked about."""
    return [
        TalkItem(
            target=section.id,
            title=section.title.for_language(*languages),
            section="",
            disagreement=None,
            gap=0.0,
            is_unanimous=False,
            is_agreed=agreeing.is_agreed(definition, section.id, agreed),
            is_section=True,
        )
        for section in agreeing.sections_with_a_ladder(definition)
    ]


def agenda_of(
    results: Results, agreed: Agreements, languages: Sequence[str], ordering: Ordering
) -> list[TalkItem]:
    """Return the whole agenda: questions in the order of talking, then the sections."""
    return [
        *talk_items(results, agreed, languages, ordering),
        *section_items(results.definition, agreed, languages),
    ]


def moments_of(history: Sequence[Agreement]) -> list[list[Agreement]]:
    """Gather what was agreed in one go, through all lenses; the newest moment first."""
    moments: dict[object, list[Agreement]] = {}
    for row in history:
        moments.setdefault(row.recorded_at, []).insert(0, row)
    return list(moments.values())


def _spreads_of(results: Results, question: Question) -> list[Spread]:
    return [results.spreads[question.id, lens] for lens in question.lenses or ("",)]


def lens_spreads(
    results: Results, question: Question, languages: Sequence[str]
) -> list[LensSpread]:
    """Return how a question is spread, through each of its lenses."""
    steps = registry.question_types()[question.type].steps(question, languages)
    return [
        _lens_spread(results.spreads[question.id, lens], question, lens, steps)
        for lens in question.lenses or ("",)
    ]


def _lens_spread(
    spread: Spread, question: Question, lens: str, steps: Sequence[Step]
) -> LensSpread:
    gap = perception_gap(spread)
    title, sentence = str(LENS_TITLES[lens]), sentence_of(spread, gap)
    return LensSpread(
        lens=lens,
        title=title,
        sentence=sentence,
        drawing=_drawing(spread, question, lens, steps, sentence),
        rows=_rows(spread, steps),
        gap=gap,
    )


def _drawing(
    spread: Spread, question: Question, lens: str, steps: Sequence[Step], sentence: str
) -> Markup:
    from waardewerk.documents.charts import StripGroup, Words, spread_strip

    words = Words(
        prefix=f"spread-{question.id}-{lens}".replace(".", "-").replace("_", "-"),
        title=_("Spread: %(lens)s", lens=str(LENS_TITLES[lens])),
        description=sentence,
    )
    groups = [
        StripGroup(
            str(LEVEL_TITLES[row.group]),
            dict(zip(row.distribution.steps, row.distribution.counts, strict=True))
            if row.distribution
            else None,
        )
        for row in spread.groups
        if row.distribution is not None or row.hidden
    ]
    return spread_strip(
        groups,
        {int(step.value): step.title for step in steps},
        words=words,
        hidden_text=_("too few answers to show"),
    )


def sentence_of(spread: Spread, gap: PerceptionGap | None) -> str:
    """Say in one sentence what a spread means."""
    if spread.overall is None:
        return _("Too few people answered to show anything.")
    if spread.overall.lowest == spread.overall.highest:
        words = ngettext(
            "The one who answered says %(level)s.",
            "All %(count)s who answered say %(level)s.",
            spread.overall.n,
            level=spread.overall.lowest,
        )
    else:
        words = _(
            "%(count)s people answered, from %(low)s to %(high)s; half say %(median)s or lower.",
            count=spread.overall.n,
            low=spread.overall.lowest,
            high=spread.overall.highest,
            median=format_number(spread.overall.median),
        )
    return f"{words} {_gap_words(gap)}".strip()


def _gap_words(gap: PerceptionGap | None) -> str:
    if gap is None or gap.size < 1:
        return ""
    return _(
        "%(higher)s sees this %(size)s higher than %(lower)s.",
        higher=str(LEVEL_TITLES[gap.higher]),
        lower=str(LEVEL_TITLES[gap.lower]).lower(),
        size=format_number(gap.size),
    )


def _rows(spread: Spread, steps: Sequence[Step]) -> list[dict[str, str]]:
    rows = [_row(_("Everybody"), spread.overall, steps)]
    rows += [
        _row(str(LEVEL_TITLES[group.group]), group.distribution, steps)
        for group in spread.groups
        if group.distribution is not None or group.hidden
    ]
    return rows


def _row(title: str, shown: Distribution | None, steps: Sequence[Step]) -> dict[str, str]:
    if shown is None:
        hidden = {f"step{step.value}": "–" for step in steps}
        return {"group": title, **hidden, "median": _("not shown")}
    counts = {f"step{step.value}": str(shown.count(int(step.value))) for step in steps}
    return {"group": title, **counts, "median": format_number(shown.median)}


def said_together(reasons: Sequence[Said]) -> list[SaidTogether]:
    """Group reasons by level, in the order in which they come."""
    grouped: dict[int | None, list[Said]] = {}
    for said in reasons:
        grouped.setdefault(said.step, []).append(said)
    return [SaidTogether(step, len(said), said) for step, said in grouped.items()]


def steps_of(definition: Definition, target: str, languages: Sequence[str]) -> list[Step]:
    """Return the ladder on which people agree about a question or section.

    A section has the names of the levels and no descriptors: those belong to one question.
    """
    question = agreeing.question_with_ladder(definition, target)
    steps = registry.question_types()[question.type].steps(question, languages)
    return list(steps) if question.id == target else [Step(s.value, s.title) for s in steps]
