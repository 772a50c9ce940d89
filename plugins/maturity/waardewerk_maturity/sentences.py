"""What the figures mean, in sentences: on the screen and in the report the same words.

Everything is said in the language of who is looking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from waardewerk.i18n import format_number, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires.queries import Results
from waardewerk.questionnaires.spread import Spread, perception_gap
from waardewerk_maturity.queries import ScanFigures, ThemeResult
from waardewerk_maturity.scoring import LENSES, Break, Move, Range, by_gap, only_one_rose
from waardewerk_maturity.words import LENS_TITLES, LEVEL_TITLES, title_of

#: From here a difference between levels of the organisation is worth a sentence.
TELLING_GAP = 1.0
#: How many differences, and how many gaps, stand on top.
HEADLINES = 3


@dataclass(frozen=True)
class Perception:
    """Two levels of the organisation that see one question otherwise."""

    theme: str
    question: str
    lens: str
    higher: str
    lower: str
    high: float
    low: float

    @property
    def size(self) -> float:
        """How far they are apart, in whole or half levels."""
        return self.high - self.low


def perceptions(results: Results, language: str) -> list[Perception]:
    """Return where levels of the organisation differ, the largest difference first."""
    found = []
    for (question_id, lens), spread in results.spreads.items():
        one = _perception(results, question_id, lens, spread, language)
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: -one.size)


def _perception(
    results: Results, question_id: str, lens: str, spread: Spread, language: str
) -> Perception | None:
    gap = perception_gap(spread)
    if gap is None or gap.size < TELLING_GAP:
        return None
    medians = {group: distribution.median for group, distribution in spread.shown()}
    definition = results.definition
    return Perception(
        theme=definition.section_of(question_id).id,
        question=definition.question(question_id).title.for_language(language),
        lens=lens,
        higher=gap.higher,
        lower=gap.lower,
        high=medians[gap.higher],
        low=medians[gap.lower],
    )


def of_perception(one: Perception) -> str:
    """Say who sees what higher than whom."""
    return _(
        "“%(question)s” (%(lens)s): %(higher)s %(high)s, %(lower)s %(low)s.",
        higher=str(LEVEL_TITLES[one.higher]).lower(),
        high=format_number(one.high),
        lower=str(LEVEL_TITLES[one.lower]).lower(),
        low=format_number(one.low),
        question=one.question,
        lens=str(LENS_TITLES[one.lens]).lower(),
    )


def headlines(figures: ScanFigures, seen: Sequence[Perception]) -> list[str]:
    """Say what stands out: who sees it differently, what comes apart, and the largest gaps."""
    by_question = {one.question: one for one in reversed(seen)}
    widest = sorted(by_question.values(), key=lambda one: -one.size)
    large = [one for one in ordered(figures)[:HEADLINES] if one.figures.gap]
    return [
        *(of_perception(one) for one in widest[:HEADLINES]),
        *breaks(figures)[:HEADLINES],
        *(of_gap(one) for one in large),
    ]


def of_break(theme: str, one: Break) -> str:
    """Say where two lenses came apart."""
    if one.ahead == "policy":
        return ngettext(
            "%(theme)s: what is on paper is %(count)s level ahead of what people do.",
            "%(theme)s: what is on paper is %(count)s levels ahead of what people do.",
            one.size,
            theme=theme,
        )
    return ngettext(
        "%(theme)s: what people do is %(count)s level ahead of what it changes.",
        "%(theme)s: what people do is %(count)s levels ahead of what it changes.",
        one.size,
        theme=theme,
    )


def breaks(figures: ScanFigures) -> list[str]:
    """Say where policy, practice and result came apart, the widest first."""
    found = [(one, each) for one in figures.themes for each in one.figures.flagged]
    found.sort(key=lambda pair: -pair[1].size)
    return [of_break(title_of(one.section), each) for one, each in found]


def of_gap(one: ThemeResult) -> str:
    """Say how far it is from now to what people want on one theme."""
    figures, theme = one.figures, title_of(one.section)
    if figures.level is None:
        return _("%(theme)s: there is no agreed level in practice.", theme=theme)
    if figures.wanted is None:
        return _("%(theme)s: nobody agreed yet which level is wanted.", theme=theme)
    if not figures.gap:
        return _("%(theme)s stays at level %(now)s.", theme=theme, now=figures.level)
    return ngettext(
        "%(theme)s: from %(now)s to %(wanted)s, that is %(count)s level up.",
        "%(theme)s: from %(now)s to %(wanted)s, that is %(count)s levels up.",
        figures.gap,
        theme=theme,
        now=figures.level,
        wanted=figures.wanted,
    )


def ordered(figures: ScanFigures) -> list[ThemeResult]:
    """Return the themes with the largest gap first, weighed by the accents of their values."""
    accents = {one.section.id: figures.ordering.weight(one.values) for one in figures.themes}
    found = by_gap((one.figures for one in figures.themes), accents)
    place = {one.theme: n for n, one in enumerate(found)}
    return sorted(figures.themes, key=lambda one: place[one.section.id])


def why_here(figures: ScanFigures) -> list[str]:
    """Say per theme which accents gave it its place, in the order of the themes."""
    found = ((one, figures.ordering.why(one.values)) for one in ordered(figures))
    return [f"{title_of(one.section)}: {why}." for one, why in found if why]


def gaps(figures: ScanFigures) -> str:
    """Say in one sentence where the largest gap is."""
    known = [one for one in ordered(figures) if one.figures.gap]
    if not known:
        return _("No wanted level is higher than the level now.")
    return of_gap(known[0])


def levels(figures: ScanFigures) -> str:
    """Say in one sentence how the themes lie now."""
    known = [one for one in figures.themes if one.figures.level is not None]
    if not known:
        return _("No theme has an agreed level in practice yet.")
    values = [one.figures.level or 0 for one in known]
    low, high = min(values), max(values)
    if low == high:
        return _("All themes are at level %(level)s in practice.", level=low)
    return _(
        "In practice the themes are between level %(low)s (%(lowest)s) and %(high)s (%(highest)s).",
        low=low,
        lowest=_names(known, low),
        high=high,
        highest=_names(known, high),
    )


def _names(themes: Iterable[ThemeResult], level: int) -> str:
    return "; ".join(title_of(one.section) for one in themes if one.figures.level == level)


def of_range(ranges: Sequence[tuple[str, Range]]) -> str:
    """Say what the agreed levels of a theme's questions span."""
    return "; ".join(f"{str(LENS_TITLES[lens]).lower()} {span_text(span)}" for lens, span in ranges)


def span_text(span: Range) -> str:
    """Write a range down."""
    if span.lowest == span.highest:
        return str(span.lowest)
    return _("%(low)s to %(high)s", low=span.lowest, high=span.highest)


def ranges_of(one: ThemeResult) -> list[tuple[str, Range]]:
    """Return the computed ranges in the order of the lenses."""
    found = one.figures.ranges
    return [(lens, found[lens]) for lens in (*LENSES, "") if lens in found]


def outside_range(one: ThemeResult) -> list[str]:
    """Say where the level for the whole theme lies outside the levels of its questions."""
    said = []
    for lens, span in ranges_of(one):
        level = one.figures.now.get(lens)
        if level is not None and not span.lowest <= level <= span.highest:
            said.append(
                _(
                    "%(lens)s the theme is at %(level)s, while its questions are at %(span)s. "
                    "The reason should say why.",
                    lens=str(LENS_TITLES[lens]),
                    level=level,
                    span=span_text(span),
                )
            )
    return said


def of_move(theme: str, move: Move) -> str:
    """Say how a theme moved between two scans."""
    if move.steps == 0:
        return _("%(theme)s stayed at level %(level)s.", theme=theme, level=move.after)
    if move.steps > 0:
        return _(
            "%(theme)s went up from %(before)s to %(after)s.",
            theme=theme,
            before=move.before,
            after=move.after,
        )
    return _(
        "%(theme)s went down from %(before)s to %(after)s.",
        theme=theme,
        before=move.before,
        after=move.after,
    )


def of_moves(found: Sequence[Move]) -> str:
    """Say in one sentence how the themes moved together."""
    up = sum(move.steps > 0 for move in found)
    down = sum(move.steps < 0 for move in found)
    if not found:
        return _("There is no theme with a level in both scans.")
    return _(
        "Of %(all)s themes %(up)s went up, %(down)s went down and %(same)s stayed.",
        all=len(found),
        up=up,
        down=down,
        same=len(found) - up - down,
    )


def warning_of(found: Sequence[Move]) -> str | None:
    """Say that only knowledge rose: courses alone do not anchor anything."""
    if only_one_rose(found) != "knowledge":
        return None
    return _(
        "Only knowledge and skills rose. Knowledge alone anchors nothing: "
        "look at what keeps people from using it."
    )
