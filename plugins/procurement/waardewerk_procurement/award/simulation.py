"""What a formula does, shown before anybody bids: with fictitious bids, the same ones each time.

Three questions an officer asks before rules are frozen: which bid would win under which formula?
Could the order of two bids turn around because of a third? And could the least ethical valid bid
still win?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import groupby

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.awarding import Rules
from waardewerk_procurement.award.formulas import (
    AwardOnValue,
    FixedPrice,
    Formula,
    Logarithmic,
    PriceBand,
    PriceField,
    PricePerPoint,
    RelativeInverse,
    RelativeLinear,
    RelativeRange,
)
from waardewerk_procurement.award.scales import Scale
from waardewerk_procurement.award.scoring import Criterion, Leaf

_CENT = Fraction(1, 100)
_POINTS_PER_DOUBLING = Decimal(50)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Between which prices bids are expected."""

    lowest: Decimal
    highest: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.lowest < self.highest:
            raise Refusal("The lowest expected price must be above 0 and below the highest.")
        if any((Fraction(price) / _CENT).denominator > 1 for price in (self.lowest, self.highest)):
            raise Refusal("Give expected prices in whole cents.")

    def at(self, part: Fraction) -> Fraction:
        """Give the price that lies this part of the way up, in whole cents."""
        span = Fraction(self.highest) - Fraction(self.lowest)
        return (Fraction(self.lowest) + span * part) // _CENT * _CENT


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid as a formula sees it: a price, and quality in the unit of the rules."""

    key: str
    price: Fraction
    quality: Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one formula makes of the same offers; totals and places by their keys."""

    formula: Formula
    totals: dict[str, Fraction]
    #: The keys, the best first; equals together.
    order: tuple[tuple[str, ...], ...]

    @property
    def winners(self) -> tuple[str, ...]:
        """The best offer, or those that tie."""
        return self.order[0]


@dataclass(frozen=True, slots=True)
class Reversal:
    """An offer that does not win itself, and whose leaving changes who does."""

    without: str
    winners: tuple[str, ...]
    winners_then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeastEthical:
    """How the least ethical valid bid does against one with full marks.

    It has the lowest valid score on everything that serves a value, full marks on all else, and
    the lowest expected price. ``wins_from`` is the lowest price of the other bid at which it wins;
    None when it does not win within the estimate.
    """

    price: Fraction
    quality: Fraction
    wins_from: Fraction | None

    @property
    def can_win(self) -> bool:
        """Tell whether it could win."""
        return self.wins_from is not None


@dataclass(frozen=True, slots=True)
class EffectiveWeight:
    """What one thing can bring on paper, and what it can change between valid bids.

    ``of`` is the key of a value, empty for criteria that serve none, None for the price.
    """

    of: str | None
    nominal: Fraction | None
    effective: Fraction


def alternatives(price_weight: int, expected: Estimate) -> tuple[Formula, ...]:
    """Give every formula, set as alike as can be: the same weight, the estimate as the band."""
    low, high = expected.lowest, expected.highest
    return (
        RelativeInverse(price_weight),
        RelativeLinear(price_weight),
        RelativeRange(price_weight),
        PriceBand(price_weight, low, high),
        AwardOnValue(),
        PricePerPoint(),
        Logarithmic(price_weight, _POINTS_PER_DOUBLING, low),
        FixedPrice(ceiling=high),
    )


def euros_per_point(price_weight: int, expected: Estimate) -> Fraction:
    """Give the worth of a point at which an award on value equals the published price band."""
    span = Fraction(expected.highest) - Fraction(expected.lowest)
    return span * 100 / price_weight


def outcome(formula: Formula, offers: Sequence[Offer], worth_of_unit: Fraction) -> Outcome:
    """Rank offers by one formula; ``worth_of_unit`` turns their quality into its unit."""
    prices = [offer.price for offer in offers]
    among = PriceField(min(prices), max(prices))
    totals = {
        offer.key: formula.total(offer.price, offer.quality * worth_of_unit, among)
        for offer in sorted(offers, key=lambda offer: offer.key)
    }
    best_first = sorted(totals, key=totals.__getitem__, reverse=not formula.lowest_wins)
    order = tuple(tuple(keys) for _total, keys in groupby(best_first, key=totals.__getitem__))
    return Outcome(formula, totals, order)


def outcomes(
    formulas: Sequence[Formula], offers: Sequence[Offer], per_point: Fraction
) -> list[Outcome]:
    """Rank offers, with quality in points, by each formula; one that cannot is left out."""
    found = []
    for formula in formulas:
        worth = per_point if formula.quality_in == "euros" else Fraction(1)
        allowed = [one for one in offers if _is_allowed(formula, one)]
        if allowed:
            found.append(outcome(formula, allowed, worth))
    return found


def reversals(formula: Formula, offers: Sequence[Offer]) -> list[Reversal]:
    """List the offers that do not win and still decide who wins, by being there."""
    before = outcome(formula, offers, Fraction(1)).winners
    prices = Counter(offer.price for offer in offers)
    # Who leaves changes the totals of others only by being alone at an end of the prices.
    ends = {price for price in (min(prices), max(prices)) if prices[price] == 1}
    found = []
    for gone in sorted(offers, key=lambda offer: offer.key):
        if gone.key in before or gone.price not in ends:
            continue
        rest = [offer for offer in offers if offer is not gone]
        after = outcome(formula, rest, Fraction(1)).winners
        if after != before:
            found.append(Reversal(gone.key, before, after))
    return found


def fictitious_offers(rules: Rules, expected: Estimate) -> list[Offer]:
    """Make the bids with which a formula is tried: from cheap and just valid to dear and perfect.

    For each value there is one more: somewhat cheap, good at everything, and just valid there.
    """
    leaves = rules.leaves
    whole = [
        ("cheapest-just-valid", Fraction(0), Fraction(0)),
        ("cheap-modest", Fraction(1, 4), Fraction(2, 5)),
        ("middle-good", Fraction(1, 2), Fraction(7, 10)),
        ("dear-perfect", Fraction(1), Fraction(1)),
    ]
    found = [
        Offer(key, expected.at(price), _quality_at(leaves, level)) for key, price, level in whole
    ]
    perfect, lost = _quality_at(leaves, Fraction(1)), _lost_by_value(leaves)
    return found + [
        Offer(f"without-{value}", expected.at(Fraction(1, 4)), perfect - lost[value])
        for value in sorted(lost)
    ]


def least_ethical(rules: Rules, expected: Estimate) -> LeastEthical:
    """Find out whether the least ethical valid bid could still win, and from which price."""
    leaves = rules.leaves
    perfect = _quality(leaves, lambda _one: Fraction(1))
    poor = _quality(leaves, lambda one: one.lowest_valid_share if one.value else Fraction(1))
    price = Fraction(expected.lowest)

    def wins(rival_price: Fraction) -> bool:
        offers = [Offer("least", price, poor), Offer("rival", rival_price, perfect)]
        return outcome(rules.formula, offers, Fraction(1)).winners == ("least",)

    if isinstance(rules.formula, PricePerPoint) and poor <= 0:
        return LeastEthical(price, poor, None)
    return LeastEthical(price, poor, _first_cent(wins, price, Fraction(expected.highest)))


def effective_weights(
    rules: Rules, expected: Estimate, best_share: Fraction = Fraction(1)
) -> list[EffectiveWeight]:
    """Compare what things weigh on paper with what they can change between valid bids.

    A minimum makes the part of the scale that is left smaller. ``best_share`` is the share of full
    marks that a very good bid gets: a price gets all its points, quality seldom does. Nothing is
    below zero: where even a very good bid gets the minimum, all valid bids are alike.
    """
    if isinstance(rules.formula, PricePerPoint):
        raise Refusal("Price and quality are divided here, so neither has a weight of its own.")
    leaves = rules.leaves
    found = [_weight_of_price(rules.formula, expected)]
    for value in [*_values(leaves), ""]:
        own = [leaf for leaf in leaves if leaf.criterion.value == value]
        if own:
            reach = (
                leaf.stake * max(Fraction(0), best_share - leaf.criterion.lowest_valid_share)
                for leaf in own
            )
            nominal = sum((leaf.stake for leaf in own), Fraction(0))
            found.append(EffectiveWeight(value, nominal, sum(reach, Fraction(0))))
    return found


def _weight_of_price(formula: Formula, expected: Estimate) -> EffectiveWeight:
    low, high = Fraction(expected.lowest), Fraction(expected.highest)
    among = PriceField(low, high)
    swing = formula.total(high, Fraction(0), among) - formula.total(low, Fraction(0), among)
    nominal = Fraction(formula.price_weight, 100) if formula.price_weight else None
    return EffectiveWeight(None, nominal, abs(swing))


def _is_allowed(formula: Formula, offer: Offer) -> bool:
    if isinstance(formula, FixedPrice):
        return formula.allows(offer.price)
    return not isinstance(formula, PricePerPoint) or offer.quality > 0


def _values(leaves: Sequence[Leaf]) -> list[str]:
    return sorted({leaf.criterion.value for leaf in leaves} - {""})


def _quality(leaves: Sequence[Leaf], share_of: Callable[[Criterion], Fraction]) -> Fraction:
    return sum((leaf.stake * share_of(leaf.criterion) for leaf in leaves), Fraction(0))


def _quality_at(leaves: Sequence[Leaf], level: Fraction) -> Fraction:
    """Give the quality of a bid that is this far up on everything."""
    return _quality(leaves, lambda one: _near(one.scale, one.lowest_valid_share, level))


def _lost_by_value(leaves: Sequence[Leaf]) -> dict[str, Fraction]:
    """Give what a perfect bid loses, by the value on which it is just valid."""
    lost = dict.fromkeys(_values(leaves), Fraction(0))
    for leaf in leaves:
        one = leaf.criterion
        if one.value:
            best = _near(one.scale, one.lowest_valid_share, Fraction(1))
            lost[one.value] += leaf.stake * (best - one.lowest_valid_share)
    return lost


# Two hundred criteria differ in weight and hardly in scale and minimum.
@lru_cache(maxsize=256)
def _near(scale: Scale, lowest: Fraction, level: Fraction) -> Fraction:
    """Give the share of the valid step nearest to ``level`` of the way up; of two, the lower."""
    wanted = lowest + level * (1 - lowest)
    valid = [step.share for step in scale.steps if step.share >= lowest]
    return min(valid, key=lambda share: (abs(share - wanted), share))


def _first_cent(
    holds: Callable[[Fraction], bool], low: Fraction, high: Fraction
) -> Fraction | None:
    """Find the lowest price in whole cents from which something holds, and goes on to hold."""
    if not holds(high):
        return None
    first, last = 0, (high - low) // _CENT
    while first < last:
        middle = (first + last) // 2
        if holds(low + middle * _CENT):
            last = middle
        else:
            first = middle + 1
    return low + first * _CENT
