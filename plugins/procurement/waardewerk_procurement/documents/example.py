"""A worked example: three fictitious bids, ranked by the rules that were published.

It is computed by the module that computes the award, from what everybody knows. What the officer
expects bids to cost is not published and is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from waardewerk_procurement.award import awarding, scales
from waardewerk_procurement.award.awarding import Bid, Rules, Standing
from waardewerk_procurement.award.formulas import (
    AwardOnValue,
    FixedPrice,
    Formula,
    Logarithmic,
    PriceBand,
    PricePerPoint,
)
from waardewerk_procurement.award.scoring import Criterion, Leaf

KEYS = ("A", "B", "C")
#: How far up the scale each bid is: modest and cheap, good, perfect and dear.
_LEVELS = (Fraction(2, 5), Fraction(7, 10), Fraction(1))
_ROUND_PRICES = (Decimal(100_000), Decimal(120_000), Decimal(150_000))
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Example:
    """Three bids and what the rules make of them; standings in the order of the keys."""

    leaves: tuple[Leaf, ...]
    bids: tuple[Bid, ...]
    standings: tuple[Standing, ...]


def worked_example(rules: Rules) -> Example:
    """Rank three fictitious bids that meet every knock-out."""
    leaves = rules.leaves
    has_points = isinstance(rules.formula, PricePerPoint)
    met = dict.fromkeys(rules.knock_outs, True)
    bids = tuple(
        Bid(
            key,
            price,
            {one.criterion.key: _score(one.criterion, level, has_points) for one in leaves},
            met,
        )
        for key, price, level in zip(KEYS, _prices(rules.formula, leaves), _LEVELS, strict=True)
    )
    found = {one.bid: one for one in awarding.award(rules, bids).standings}
    return Example(tuple(leaves), bids, tuple(found[key] for key in KEYS))


def _score(criterion: Criterion, level: Fraction, has_points: bool) -> str:
    lowest = criterion.lowest_valid_share
    return _nearest(criterion.scale, lowest, lowest + level * (1 - lowest), has_points)


@lru_cache(maxsize=256)
def _nearest(scale: scales.Scale, lowest: Fraction, wanted: Fraction, has_points: bool) -> str:
    """Give the valid step nearest to a share; ``has_points`` leaves out what brings nothing."""
    valid = [
        step for step in scale.steps if step.share >= lowest and (step.share > 0 or not has_points)
    ]
    return min(valid, key=lambda step: (abs(step.share - wanted), step.share)).score


def _prices(formula: Formula, leaves: Sequence[Leaf]) -> tuple[Decimal, ...]:
    match formula:
        case PriceBand(floor=floor, ceiling=ceiling):
            span = (ceiling - floor) / 4
            return tuple(_cents(floor + span * part) for part in (1, 2, 3))
        case FixedPrice(price=Decimal() as price):
            return (price, price, price)
        case FixedPrice(ceiling=Decimal() as ceiling):
            return tuple(_cents(ceiling * part / 10) for part in (8, 9, 10))
        case Logarithmic(reference=Decimal() as reference):
            return tuple(_cents(reference * part / 4) for part in (4, 6, 8))
        case AwardOnValue() if leaves:
            worth = _cents(Decimal(round(sum(one.stake for one in leaves))))
            return tuple(max(worth, Decimal(1)) * part / 10 for part in (40, 43, 48))
    return _ROUND_PRICES


def _cents(amount: Decimal) -> Decimal:
    return max(amount.quantize(_CENT), _CENT)
