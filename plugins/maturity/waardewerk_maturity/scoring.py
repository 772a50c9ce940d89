"""What follows from agreed levels: gaps, breaks, order, pace, moves. Pure calculation.

Levels are steps on a ladder, so nothing here is a mean: a figure is a whole level, or half a
level where a median falls between two. The average of what people answered does not enter.

**Gap.** The wanted level is compared with the agreed level *in practice*: what is written down is
easily high, and what it changes comes later than what people do.

**Break** (decoupling). Policy minus practice is the first, practice minus result the second. They
stand beside each other and are never added or averaged. From two levels a break is flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median

LENSES = ("policy", "practice", "result")
#: The lens through which the wanted level is compared with now.
MEASURE = "practice"
FLAGGED_FROM = 2
#: More levels than this in a year ask for a second thought.
MOST_LEVELS_A_YEAR = 2
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and the highest agreed level among the questions of a theme."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Break:
    """How far one lens is ahead of the next; negative when it is behind."""

    ahead: str
    behind: str
    size: int

    @property
    def is_flagged(self) -> bool:
        """Tell whether the two came apart far enough to talk about first."""
        return self.size >= FLAGGED_FROM


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """The figures of one theme.

    ``now`` holds the agreed level per lens; None is *does not apply*, an absent lens is *not
    agreed*. ``ranges`` holds what the agreed levels of the theme's questions span.
    """

    theme: str
    now: Mapping[str, int | None]
    ranges: Mapping[str, Range] = field(default_factory=dict)
    wanted: int | None = None

    @property
    def level(self) -> int | None:
        """The agreed level in practice; of a scan without lenses, its only level."""
        return self.now.get(MEASURE, self.now.get(""))

    @property
    def gap(self) -> int | None:
        """Wanted minus now, or None when one of them is not known."""
        if self.wanted is None or self.level is None:
            return None
        return self.wanted - self.level

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The distances between each lens and the next, where both have a level."""
        found = []
        for ahead, behind in pairwise(LENSES):
            high, low = self.now.get(ahead), self.now.get(behind)
            if high is not None and low is not None:
                found.append(Break(ahead, behind, high - low))
        return tuple(found)

    @property
    def flagged(self) -> tuple[Break, ...]:
        """The breaks that ask for a talk."""
        return tuple(one for one in self.breaks if one.is_flagged)


#: (target, lens) → agreed level, with None for *does not apply*.
Agreed = Mapping[tuple[str, str], int | None]


def theme_figures(
    theme: str, questions: Sequence[str], agreed: Agreed, wanted: int | None = None
) -> ThemeFigures:
    """Gather the figures of one theme: people's own level, and beside it that of its questions."""
    now = {lens: level for (target, lens), level in agreed.items() if target == theme}
    return ThemeFigures(theme, now, _ranges(questions, agreed), wanted)


def _ranges(questions: Sequence[str], agreed: Agreed) -> dict[str, Range]:
    levels: dict[str, list[int]] = {}
    for (target, lens), level in agreed.items():
        if target in questions and level is not None:
            levels.setdefault(lens, []).append(level)
    return {lens: Range(min(found), max(found)) for lens, found in levels.items()}


def by_gap(
    themes: Iterable[ThemeFigures], accents: Mapping[str, float] | None = None
) -> list[ThemeFigures]:
    """Order themes by gap times (1 + accent), the largest first; what has no gap yet comes last.

    ``accents`` holds per theme how much its values come to the front for this province, 0 to 1.
    An accent never changes a level or a gap, only what comes first. When that leaves two equal,
    the larger gap comes first, then the larger accent; after that they keep their order.
    """
    weights = accents or {}

    def urgency(one: ThemeFigures) -> tuple[bool, float, int, float]:
        gap, accent = one.gap or 0, weights.get(one.theme, 0.0)
        # Below zero there is nothing to do: an accent must not push that to the end.
        weighed = gap * (1 + accent) if gap > 0 else gap
        return one.gap is None, -weighed, -gap, -accent

    return sorted(themes, key=urgency)


def is_steep(now: int | None, wanted: int, today: date, by_date: date) -> bool:
    """Tell whether an ambition asks for more than two levels a year."""
    if now is None:
        return False
    days = max((by_date - today).days, _YEAR)
    return (wanted - now) * _YEAR > MOST_LEVELS_A_YEAR * days


def overall_index(themes: Iterable[ThemeFigures]) -> float | None:
    """Return the median of the themes' levels: for a province that wants one figure."""
    levels = [one.level for one in themes if one.level is not None]
    return float(median(levels)) if levels else None


@dataclass(frozen=True, slots=True)
class Move:
    """A theme between two measurements."""

    theme: str
    before: int
    after: int

    @property
    def steps(self) -> int:
        """How many levels up; below zero is down."""
        return self.after - self.before


def moves(before: Mapping[str, int | None], after: Mapping[str, int | None]) -> list[Move]:
    """Return the moves of the themes that have a level in both measurements."""
    found = []
    for theme, level in after.items():
        earlier = before.get(theme)
        if earlier is not None and level is not None:
            found.append(Move(theme, earlier, level))
    return found


def only_one_rose(found: Sequence[Move]) -> str | None:
    """Name the theme that rose while all others stayed or fell; None when it is otherwise."""
    risen = [move.theme for move in found if move.steps > 0]
    return risen[0] if len(risen) == 1 and len(found) > 1 else None
