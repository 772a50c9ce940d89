"""Bids with the same total: what decides between them, in the order that was published.

Nothing here draws lots: people draw, and write down the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.scoring import Leaf

TieBreaker = Literal["quality", "criterion", "value", "price", "lots"]
#: What a bid has by each step of the tie rule; the lowest goes first.
Measures = tuple[Fraction | int, ...]


@dataclass(frozen=True, slots=True)
class TieStep:
    """One step of the tie rule; ``of`` names the criterion or the value that it looks at."""

    by: TieBreaker
    of: str = ""

    def __post_init__(self) -> None:
        if (self.by in {"criterion", "value"}) != bool(self.of):
            raise Refusal("A step of the tie rule names a criterion or a value, or neither.")


@dataclass(frozen=True, slots=True)
class Contender:
    """A bid as the ranking sees it: its price, and what its scores brought by criterion."""

    key: str
    price: Fraction
    points: Mapping[str, Fraction]

    @property
    def quality(self) -> Fraction:
        """What all its scores brought together."""
        return sum(self.points.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class Parting:
    """What decided between two neighbours with the same total; None when nothing did."""

    before: str
    after: str
    step: TieStep | None


@dataclass(frozen=True, slots=True)
class Tie:
    """Bids with the same total, in the order that the tie rule gave them."""

    bids: tuple[str, ...]
    total: Fraction
    partings: tuple[Parting, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether some of them still share a rank."""
        return any(parting.step is None for parting in self.partings)


def part(
    tie_rule: Sequence[TieStep],
    leaves: Sequence[Leaf],
    equals: Sequence[Contender],
    drawn: Sequence[str],
) -> tuple[list[Contender], tuple[Parting, ...]]:
    """Put bids with one total in the order of the tie rule, and say what parted neighbours."""
    steps = [step for step in tie_rule if step.by != "lots"]
    measured: dict[str, Measures] = {
        one.key: tuple(_measure(step, leaves, one) for step in steps) for one in equals
    }
    places = {key: place for place, key in enumerate(drawn)}
    by_lots = any(step.by == "lots" for step in tie_rule) and _covers(places, measured)
    if by_lots:
        steps.append(tie_rule[-1])
        measured = {key: (*each, places.get(key, 0)) for key, each in measured.items()}
    ordered = sorted(equals, key=lambda one: (measured[one.key], one.key))
    partings = tuple(
        Parting(
            before.key,
            after.key,
            _first_difference(steps, measured[before.key], measured[after.key]),
        )
        for before, after in pairwise(ordered)
    )
    return ordered, partings


def steps_down(partings: Sequence[Parting]) -> list[int]:
    """Say how many places each of some equals stands below the first; unparted ones share one."""
    found = [0]
    for place, parting in enumerate(partings, 1):
        found.append(found[-1] if parting.step is None else place)
    return found


def _covers(places: Mapping[str, int], measured: Mapping[str, Measures]) -> bool:
    """Tell whether lots were drawn for the bids that nothing else parts; refuse half a draw."""
    counted = Counter(measured.values())
    alike = [key for key, measures in sorted(measured.items()) if counted[measures] > 1]
    missing = [key for key in alike if key not in places]
    if places and missing and len(missing) < len(alike):
        raise Refusal("Lots were not drawn for “%(bid)s”, which ties too.", bid=missing[0])
    return bool(alike) and not missing


def _measure(step: TieStep, leaves: Sequence[Leaf], one: Contender) -> Fraction:
    """Measure a bid by one step of the tie rule; the lowest goes first."""
    if step.by == "price":
        return one.price
    if step.by == "quality":
        return -one.quality
    touched = (
        leaf
        for leaf in leaves
        if (step.of in leaf.path if step.by == "criterion" else step.of == leaf.criterion.value)
    )
    return -sum((one.points[leaf.criterion.key] for leaf in touched), Fraction(0))


def _first_difference(
    steps: Sequence[TieStep], before: Measures, after: Measures
) -> TieStep | None:
    for step, one, other in zip(steps, before, after, strict=True):
        if one != other:
            return step
    return None
