"""Rows of figures as pages and reports show them, in the words of who is looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waardewerk import i18n
from waardewerk.i18n import format_date, format_number
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires.question_types import LevelQuestion
from waardewerk_maturity import sentences
from waardewerk_maturity.models import Action
from waardewerk_maturity.queries import ScanFigures, ThemeResult
from waardewerk_maturity.scoring import LENSES
from waardewerk_maturity.words import (
    DIRECTION_TITLES,
    LENS_TITLES,
    LEVEL_TITLES,
    STATE_TITLES,
    lens_level,
    level_text,
    title_of,
)


@dataclass(frozen=True)
class ColumnTitle:
    """A column of a table on a page."""

    key: str
    title: str
    numeric: bool = False


@dataclass(frozen=True)
class FigureTable:
    """A table that stands beside a chart."""

    columns: Sequence[ColumnTitle]
    rows: Sequence[Mapping[str, str]]


def lenses_of(figures: ScanFigures) -> tuple[str, ...]:
    """Return the lenses of a scan in their order; one nameless lens when it has none."""
    return tuple(lens for lens in LENSES if lens in figures.definition.lenses) or ("",)


def levels(figures: ScanFigures) -> FigureTable:
    """Lay out now per lens, the range beside it, wanted and the gap, largest gap first."""
    lenses = lenses_of(figures)
    columns = [
        ColumnTitle("theme", _("Theme")),
        *(ColumnTitle(lens or "level", str(LENS_TITLES[lens])) for lens in lenses),
        ColumnTitle("range", _("Its questions, in practice")),
        ColumnTitle("wanted", _("Wanted"), numeric=True),
        ColumnTitle("gap", _("Gap"), numeric=True),
    ]
    rows = [_level_row(one, lenses) for one in sentences.ordered(figures)]
    return FigureTable(columns, rows)


def _level_row(one: ThemeResult, lenses: Sequence[str]) -> dict[str, str]:
    span = one.figures.ranges.get("practice", one.figures.ranges.get(""))
    return {
        "theme": title_of(one.section),
        **{lens or "level": lens_level(one.figures.now, lens) for lens in lenses},
        "range": sentences.span_text(span) if span else "–",
        "wanted": level_text(one.figures.wanted),
        "gap": level_text(one.figures.gap),
    }


def lens_rows(one: ThemeResult) -> list[tuple[str, str, str]]:
    """Return lens, agreed level and the name of that level, for one theme."""
    lenses = [lens for lens in (*LENSES, "") if lens in one.figures.now] or ["practice"]
    return [
        (
            str(LENS_TITLES[lens]),
            lens_level(one.figures.now, lens),
            level_name(one, one.figures.now.get(lens)),
        )
        for lens in lenses
    ]


def level_name(one: ThemeResult, level: int | None) -> str:
    """Name a level as the scan's own ladder does."""
    ladder = next((q for q in one.section.questions if isinstance(q, LevelQuestion)), None)
    if level is None or ladder is None or level > len(ladder.step_names):
        return ""
    return ladder.step_names[level - 1].for_language(i18n.language())


@dataclass(frozen=True)
class Hint:
    """What helps to go one step up on one question."""

    question: str
    text: str


def hints_of(figures: ScanFigures, one: ThemeResult) -> list[Hint]:
    """Return what the scan itself advises for the step from now to the next level."""
    level = one.figures.level
    if level is None:
        return []
    language = i18n.language()
    found = []
    for question in one.section.questions:
        text = figures.definition.improvement(question.id, level)
        if text is not None:
            found.append(Hint(question.title.for_language(language), text.for_language(language)))
    return found


@dataclass(frozen=True)
class Memory:
    """What was said about a theme last time."""

    title: str
    day: str
    level: str
    reason: str
    dissent: str
    promise: str
    wanted: str
    actions: Sequence[tuple[str, str]]


def memory_of(one: ThemeResult, before: ScanFigures | None) -> Memory | None:
    """Return last time's level, reason, dissent and promises for the same theme."""
    earlier = next((e for e in before.themes if e.key == one.key), None) if before else None
    if before is None or earlier is None:
        return None
    said = earlier.agreements[0] if earlier.agreements else None
    ambition = earlier.ambition
    return Memory(
        title=before.scan.inquiry.title,
        day=format_date(before.measured_on) if before.measured_on else "",
        level=level_text(earlier.figures.level),
        reason=said.reason if said else "",
        dissent=said.dissent if said else "",
        promise=ambition.intended_result if ambition else "",
        wanted=level_text(ambition.level) if ambition else "",
        actions=[(a.title, action_state(a)) for a in earlier.actions],
    )


def action_state(action: Action) -> str:
    """Say how far an action is."""
    state = str(STATE_TITLES[action.state])
    return f"{state}: {action.note}" if action.note else state


def actions(rows: Sequence[Action], titles: Mapping[str, str]) -> FigureTable:
    """Lay out actions, one thing in each column, for a spreadsheet."""
    columns = [
        ColumnTitle("title", _("Action")),
        ColumnTitle("theme", _("Theme")),
        ColumnTitle("direction", _("Direction")),
        ColumnTitle("owner", _("Owner")),
        ColumnTitle("due", _("Ready on")),
        ColumnTitle("result", _("Intended result")),
        ColumnTitle("indicator", _("How we see it")),
        ColumnTitle("state", _("State")),
    ]
    return FigureTable(
        columns,
        [
            {
                "title": row.title,
                "theme": titles.get(row.theme, row.theme),
                "direction": str(DIRECTION_TITLES[row.direction]),
                "owner": row.owner,
                "due": format_date(row.due_on),
                "result": row.intended_result,
                "indicator": row.indicator,
                "state": action_state(row),
            }
            for row in rows
        ],
    )


def actions_on_paper(rows: Sequence[Action], titles: Mapping[str, str]) -> FigureTable:
    """Lay out actions so that they fit on a page."""
    columns = [
        ColumnTitle("title", _("Action")),
        ColumnTitle("owner", _("Owner")),
        ColumnTitle("result", _("What it must lead to, and how we see that")),
        ColumnTitle("state", _("State")),
    ]
    return FigureTable(
        columns,
        [
            {
                "title": f"{row.title} ({titles.get(row.theme, row.theme)})",
                "owner": _(
                    "%(owner)s, ready on %(day)s", owner=row.owner, day=format_date(row.due_on)
                ),
                "result": f"{row.intended_result} {row.indicator}",
                "state": action_state(row),
            }
            for row in rows
        ],
    )


def perceptions(found: Sequence[sentences.Perception]) -> FigureTable:
    """Lay out where levels of the organisation see a question otherwise."""
    columns = [
        ColumnTitle("question", _("Question")),
        ColumnTitle("lens", _("Lens")),
        ColumnTitle("higher", _("Sees it higher")),
        ColumnTitle("lower", _("Sees it lower")),
        ColumnTitle("size", _("Difference"), numeric=True),
    ]
    return FigureTable(
        columns,
        [
            {
                "question": one.question,
                "lens": str(LENS_TITLES[one.lens]),
                "higher": f"{LEVEL_TITLES[one.higher]}: {format_number(one.high)}",
                "lower": f"{LEVEL_TITLES[one.lower]}: {format_number(one.low)}",
                "size": format_number(one.size),
            }
            for one in found
        ],
    )


def course(series: Sequence[ScanFigures]) -> FigureTable:
    """Lay out the level in practice of each theme, scan by scan."""
    columns = [ColumnTitle("theme", _("Theme"))]
    columns += [
        ColumnTitle(f"scan{place}", one.scan.inquiry.title, numeric=True)
        for place, one in enumerate(series)
    ]
    themes = series[-1].themes if series else ()
    return FigureTable(
        columns,
        [
            {
                "theme": title_of(theme.section),
                **{
                    f"scan{place}": level_text(one.levels().get(theme.key))
                    for place, one in enumerate(series)
                },
            }
            for theme in themes
        ],
    )
