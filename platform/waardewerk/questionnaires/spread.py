"""How answers on ordered steps are spread, without showing what a small group said.

Everything here is about order: counts, a median in whole or half steps, the lowest and the
highest, and how far people are apart. There is no mean, and nothing here becomes an agreed value.

**Small groups.** With ``k`` a group of fewer than ``k`` answers is not shown. Whoever knows the
distribution of all answers can subtract the groups that are shown, so the groups that are not
shown must together hold no answer or at least ``k``; if they hold fewer, the smallest shown group
is hidden with them. A group without answers is reported like a small one, "hidden or none". If
nothing but such groups is hidden, the totals tell that they are empty: that nobody answered, which
is not what anybody answered.

What this does not do: it counts heads, so if all in a shown group agree, or all who are hidden
together, the figures say what each of them said. And it holds for one set of answers: show it when
answers can no longer change, or a look before and one after an answer tell that answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise


@dataclass(frozen=True, slots=True)
class SpreadAnswer:
    """One answer: from which group, and which step."""

    group: str
    step: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many chose each step, and what follows from that. There is at least one answer."""

    steps: tuple[int, ...]
    counts: tuple[int, ...]
    n: int
    #: A step, or halfway between two steps.
    median: float
    lowest: int
    highest: int
    #: 0 is one voice, 1 is two equal camps at both ends; for ordering, never a grade.
    disagreement: float

    @property
    def range(self) -> int:
        """How far the highest is above the lowest."""
        return self.highest - self.lowest

    def count(self, step: int) -> int:
        """Tell how many chose ``step``."""
        return self.counts[self.steps.index(step)]


@dataclass(frozen=True, slots=True)
class GroupSpread:
    """One group's distribution; ``hidden`` means that it has too few answers or guards another."""

    group: str
    distribution: Distribution | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """What may be shown of the answers to one question: of all together and of each group."""

    overall: Distribution | None
    groups: tuple[GroupSpread, ...]

    def shown(self) -> tuple[tuple[str, Distribution], ...]:
        """Give the groups that are shown, with their distribution."""
        return tuple((row.group, row.distribution) for row in self.groups if row.distribution)


def spread_of(
    answers: Iterable[SpreadAnswer], groups: Sequence[str], steps: Sequence[int], k: int | None
) -> Spread:
    """Work out what may be shown; ``k`` is the smallest group, None hides nothing.

    Raise ``ValueError`` for an answer from an unknown group or on an unknown step.
    """
    if k is not None and k < 2:
        raise ValueError("a group of one is a person: k is at least 2")
    ladder = tuple(sorted(steps))
    counts = _count(answers, groups, ladder)
    sizes = {group: sum(counts[group]) for group in groups}
    hidden = frozenset() if k is None else _hidden(sizes, k)
    return Spread(
        overall=_overall(counts, ladder, k),
        groups=tuple(
            GroupSpread(group, None, hidden=True)
            if group in hidden
            else GroupSpread(group, _distribution(counts[group], ladder), hidden=False)
            for group in groups
        ),
    )


def _count(
    answers: Iterable[SpreadAnswer], groups: Sequence[str], ladder: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    found = Counter((answer.group, answer.step) for answer in answers)
    if unknown := sorted({group for group, _step in found} - set(groups)):
        raise ValueError(f"answers from unknown groups: {', '.join(unknown)}")
    if strange := sorted({step for _group, step in found} - set(ladder)):
        raise ValueError(f"answers on unknown steps: {', '.join(map(str, strange))}")
    return {group: tuple(found[group, step] for step in ladder) for group in groups}


def _hidden(sizes: dict[str, int], k: int) -> frozenset[str]:
    """Choose the groups to hide, so that those hidden hold no answer together or at least k."""
    hidden = {group for group, size in sizes.items() if size < k}
    pool = sum(sizes[group] for group in hidden)
    shown = [group for group in sizes if group not in hidden]
    if 0 < pool < k and shown:
        # One is enough: whatever is shown has k answers of its own.
        hidden.add(min(shown, key=lambda group: sizes[group]))
    return frozenset(hidden)


def _overall(
    counts: dict[str, tuple[int, ...]], ladder: Sequence[int], k: int | None
) -> Distribution | None:
    totals = tuple(sum(column) for column in zip(*counts.values(), strict=True))
    if k is not None and sum(totals) < k:
        return None
    return _distribution(totals, ladder)


def _distribution(counts: Sequence[int], ladder: Sequence[int]) -> Distribution | None:
    n = sum(counts)
    if n == 0:
        return None
    chosen = [step for step, count in zip(ladder, counts, strict=True) if count]
    return Distribution(
        steps=tuple(ladder),
        counts=tuple(counts),
        n=n,
        median=_median(counts, ladder),
        lowest=chosen[0],
        highest=chosen[-1],
        disagreement=_disagreement(counts, ladder),
    )


def _median(counts: Sequence[int], ladder: Sequence[int]) -> float:
    reached = tuple(accumulate(counts))
    n = reached[-1]
    below = _step_of((n - 1) // 2, reached, ladder)
    above = _step_of(n // 2, reached, ladder)
    return (below + above) / 2


def _step_of(place: int, reached: Sequence[int], ladder: Sequence[int]) -> int:
    return next(step for step, upto in zip(ladder, reached, strict=True) if place < upto)


def _disagreement(counts: Sequence[int], ladder: Sequence[int]) -> float:
    """Divide the distance between all pairs of people by the largest that it could be.

    Between two neighbouring steps lie as many pairs as there are people below times people above,
    so no pair needs to be visited. It is largest with two camps, as equal as n allows, at the ends.
    """
    n = sum(counts)
    largest = (ladder[-1] - ladder[0]) * (n // 2) * (n - n // 2)
    if largest == 0:
        return 0.0
    apart = sum(
        (high - low) * below * (n - below)
        for (low, high), below in zip(pairwise(ladder), accumulate(counts), strict=False)
    )
    return apart / largest


@dataclass(frozen=True, slots=True)
class PerceptionGap:
    """How far the medians of two groups are apart, and which group is the higher one."""

    size: float
    higher: str
    lower: str


def perception_gap(spread: Spread) -> PerceptionGap | None:
    """Find the two shown groups whose medians are furthest apart; None with fewer than two."""
    gaps = [_gap(one, other) for one, other in combinations(spread.shown(), 2)]
    return max(gaps, key=lambda gap: gap.size, default=None)


def _gap(one: tuple[str, Distribution], other: tuple[str, Distribution]) -> PerceptionGap:
    lower, higher = sorted((one, other), key=lambda shown: shown[1].median)
    return PerceptionGap(higher[1].median - lower[1].median, higher[0], lower[0])


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something to talk about, with what decides how early."""

    key: str
    #: None when too few answered to show it.
    disagreement: float | None
    #: Wanted minus agreed, from an earlier scan; 0 when there is none.
    gap: float = 0.0
    #: How much the values that it touches weigh for this province, 0 to 1.
    accent: float = 0.0

    @property
    def unanimous(self) -> bool:
        """Tell whether everybody is known to say the same, so that it may be skipped."""
        return self.disagreement == 0

    @property
    def weight(self) -> float:
        """The gap, weighed by the accent; an accent never changes a level, only the order."""
        return self.gap * (1 + self.accent)


def agenda(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Order what to talk about: most disagreement first, then the heaviest gap, then the accent.

    Where all of these are equal the key decides. An accent never comes before more disagreement.

    What has too few answers to show stands after all known disagreement and before agreement.
    """
    return sorted(items, key=_urgency)


def _urgency(item: AgendaItem) -> tuple[int, float, float, float, str]:
    if item.unanimous:
        turn = 2
    elif item.disagreement is None:
        turn = 1
    else:
        turn = 0
    return turn, -(item.disagreement or 0.0), -item.weight, -item.accent, item.key
