"""From scores to quality: criteria, and sub-criteria that are weighted inside their parent.

What full marks on a criterion bring is its *stake*: points out of 100, or euros where a bid is
awarded on value. A sub-criterion has its part of the stake of its parent, so that a criterion does
not weigh more because it was split.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from waardewerk.refusal import Refusal
from waardewerk_procurement.award import weights
from waardewerk_procurement.award.scales import Scale


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored: on a scale, with perhaps a lowest score that is good enough.

    ``weight`` is its part of the parent, in hundredths of a percent. ``worth`` replaces it for a
    criterion without parent in an award on value: the euros that full marks take off the price.
    ``value`` is the key of the public value that it serves, if any.
    """

    key: str
    scale: Scale
    weight: int | None = None
    worth: Decimal | None = None
    value: str = ""
    minimum: str | None = None

    def __post_init__(self) -> None:
        if self.minimum is not None:
            self.scale.share_of(self.minimum)

    @property
    def lowest_valid_share(self) -> Fraction:
        """What the lowest score that does not set a bid aside brings."""
        if self.minimum is not None:
            return self.scale.share_of(self.minimum)
        return self.scale.lowest_share


@dataclass(frozen=True, slots=True)
class CriterionGroup:
    """A criterion that is scored by its sub-criteria; their weights are together 100 % of it."""

    key: str
    parts: tuple[Criterion | CriterionGroup, ...]
    weight: int | None = None
    worth: Decimal | None = None

    def __post_init__(self) -> None:
        if any(part.worth is not None for part in self.parts):
            raise Refusal("A sub-criterion has a weight inside its parent, no worth of its own.")
        weights.check([(part.key, _weight_of(part)) for part in self.parts])


AnyCriterion = Criterion | CriterionGroup


@dataclass(frozen=True, slots=True)
class Leaf:
    """A criterion that is scored, what is at stake in it, and the keys from the top down to it."""

    criterion: Criterion
    stake: Fraction
    path: tuple[str, ...]


def check_points(criteria: Sequence[AnyCriterion], price_weight: int) -> None:
    """Refuse criteria whose weights, with that of the price, are not together 100 %."""
    for one in criteria:
        if one.worth is not None:
            raise Refusal("“%(key)s” has a worth in euros; this formula asks weights.", key=one.key)
    price = [("price", price_weight)] if price_weight else []
    weights.check([*price, *((one.key, _weight_of(one)) for one in criteria)])


def check_euros(criteria: Sequence[AnyCriterion]) -> None:
    """Refuse criteria without a worth in euros."""
    for one in criteria:
        if one.weight is not None:
            raise Refusal("“%(key)s” has a weight; this formula asks euros.", key=one.key)
        if one.worth is None or one.worth <= 0:
            raise Refusal("Say how many euros full marks on “%(key)s” are worth.", key=one.key)


def check_keys(criteria: Sequence[AnyCriterion]) -> None:
    """Refuse a key that is there twice, on whatever depth."""
    seen: set[str] = set()
    for key in _keys(criteria):
        if key in seen:
            raise Refusal("“%(key)s” is the key of two criteria.", key=key)
        seen.add(key)


def leaves_of(criteria: Sequence[AnyCriterion]) -> list[Leaf]:
    """List what is scored, with its stake."""
    return [leaf for one in criteria for leaf in _leaves(one, _stake_of(one), ())]


def points_of(leaves: Sequence[Leaf], scores: Mapping[str, str]) -> dict[str, Fraction]:
    """Give what each score brings, by criterion; refuse a score that is missing or too many."""
    known = {leaf.criterion.key for leaf in leaves}
    for key in sorted(scores.keys() - known):
        raise Refusal("“%(key)s” is scored and is no criterion.", key=key)
    for leaf in leaves:
        if leaf.criterion.key not in scores:
            raise Refusal(
                "“%(key)s” is not scored. What was published is scored for every bid.",
                key=leaf.criterion.key,
            )
    return {
        leaf.criterion.key: leaf.stake * leaf.criterion.scale.share_of(scores[leaf.criterion.key])
        for leaf in leaves
    }


def below_minimum(leaves: Sequence[Leaf], scores: Mapping[str, str]) -> list[Criterion]:
    """List the criteria on which a bid does not reach the minimum."""
    return [
        leaf.criterion
        for leaf in leaves
        if leaf.criterion.minimum is not None
        and leaf.criterion.scale.share_of(scores[leaf.criterion.key])
        < leaf.criterion.lowest_valid_share
    ]


def _keys(criteria: Sequence[AnyCriterion]) -> Iterator[str]:
    for one in criteria:
        yield one.key
        if isinstance(one, CriterionGroup):
            yield from _keys(one.parts)


def _leaves(one: AnyCriterion, stake: Fraction, above: tuple[str, ...]) -> Iterator[Leaf]:
    path = (*above, one.key)
    if isinstance(one, Criterion):
        yield Leaf(one, stake, path)
        return
    for part in one.parts:
        yield from _leaves(part, stake * Fraction(_weight_of(part), weights.WHOLE), path)


def _stake_of(one: AnyCriterion) -> Fraction:
    return Fraction(_weight_of(one), 100) if one.worth is None else Fraction(one.worth)


def _weight_of(one: AnyCriterion) -> int:
    if one.weight is None:
        raise Refusal("“%(key)s” has no weight.", key=one.key)
    return one.weight
