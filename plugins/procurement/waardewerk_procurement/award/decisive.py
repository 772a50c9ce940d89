"""Did a value decide anything? The award without its criteria, laid beside the award as it is.

A value that never changes who wins is a signal: it was asked, and did not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.awarding import Award, Bid, Note, Rules
from waardewerk_procurement.award.formulas import NoOutcome, PriceField
from waardewerk_procurement.award.scoring import Leaf
from waardewerk_procurement.award.simulation import Offer
from waardewerk_procurement.award.ties import Contender, part

#: Reasons for setting a bid aside that rest on one criterion.
_ON_A_CRITERION = {"knocked-out", "below-minimum"}


@dataclass(frozen=True, slots=True)
class WithoutValue:
    """Who would be first if the criteria of a value were not there; several when nothing parts."""

    value: str
    first: tuple[str, ...]
    is_decisive: bool


def without_each_value(
    rules: Rules,
    bids: Sequence[Bid],
    award: Award,
    knock_outs: Mapping[str, str],
    drawn: Sequence[str] = (),
) -> list[WithoutValue]:
    """Say for each value who would have won without it.

    ``knock_outs`` gives the value of each knock-out. The other criteria keep what they weigh, and a
    bid that was set aside for this value alone counts again.
    """
    trial = _Trial(rules, bids, award, knock_outs, drawn)
    winner = () if award.winner is None else (award.winner,)
    found = []
    for value in trial.values:
        first = trial.first_without(value)
        found.append(WithoutValue(value, first, first != winner))
    return found


class _Trial:
    """One award, and what it needs to be held again without the criteria of a value."""

    def __init__(
        self,
        rules: Rules,
        bids: Sequence[Bid],
        award: Award,
        knock_outs: Mapping[str, str],
        drawn: Sequence[str],
    ) -> None:
        self._rules = rules
        self._leaves = rules.leaves
        self._bids = {bid.key: bid for bid in bids}
        self._standings = award.standings
        self._ranked = {one.bid: one.points for one in award.standings}
        self._set_aside = award.set_aside
        self._drawn = drawn
        self._serves = {leaf.criterion.key: leaf.criterion.value for leaf in self._leaves}
        self._serves.update(knock_outs)
        # What brings no points, and set nobody aside, cannot have decided anything.
        counted = {leaf.criterion.key for leaf in self._leaves if leaf.stake}
        counted |= {str(note.details.get("key")) for one in award.set_aside for note in one.reasons}
        served = (value for key, value in self._serves.items() if key in counted)
        self.values = list(dict.fromkeys(filter(None, served)))

    def first_without(self, value: str) -> tuple[str, ...]:
        """Give who goes first when the criteria of a value do not count."""
        leaves = [leaf for leaf in self._leaves if leaf.criterion.value != value]
        back = self._back_without(value, leaves)
        offers = [*self._ranked_without(value), *(_offer(one) for one in back)]
        points = {**self._ranked, **{one.key: one.points for one in back}}
        best = [
            Contender(
                one.key,
                one.price,
                {leaf.criterion.key: points[one.key][leaf.criterion.key] for leaf in leaves},
            )
            for one in self._best(offers)
        ]
        return self._parted(leaves, best)

    def _ranked_without(self, value: str) -> list[Offer]:
        """Give the ranked bids with what is left of their quality."""
        gone = [leaf.criterion.key for leaf in self._leaves if leaf.criterion.value == value]
        return [
            Offer(one.bid, one.price, one.quality - sum(one.points[key] for key in gone))
            for one in self._standings
        ]

    def _back_without(self, value: str, leaves: Sequence[Leaf]) -> list[Contender]:
        """Give the bids that were set aside for this value alone, if they were scored."""
        found = []
        for one in self._set_aside:
            bid = self._bids[one.bid]
            if all(self._is_about(value, reason) for reason in one.reasons) and all(
                leaf.criterion.key in bid.scores for leaf in leaves
            ):
                found.append(Contender(bid.key, Fraction(bid.price), _points(bid, leaves)))
        return found

    def _is_about(self, value: str, reason: Note) -> bool:
        if reason.code not in _ON_A_CRITERION:
            return False
        return self._serves.get(str(reason.details["key"])) == value

    def _best(self, offers: Sequence[Offer]) -> list[Offer]:
        """List the offers that share the best total; one without any outcome does not count."""
        if not offers:
            return []
        prices = [one.price for one in offers] + self._prices_that_stay()
        among = PriceField(min(prices), max(prices))
        sign = 1 if self._rules.formula.lowest_wins else -1
        totals: dict[str, Fraction] = {}
        for one in offers:
            try:
                totals[one.key] = sign * self._rules.formula.total(one.price, one.quality, among)
            except NoOutcome:
                continue
        best = min(totals.values(), default=None)
        return [one for one in offers if best is not None and totals.get(one.key) == best]

    def _prices_that_stay(self) -> list[Fraction]:
        """Give the prices of who dropped out, where the rules let them count on."""
        if self._rules.drop_out != "keep-totals":
            return []
        return [
            Fraction(self._bids[one.bid].price)
            for one in self._set_aside
            if {reason.code for reason in one.reasons} == {"dropped-out"}
        ]

    def _parted(self, leaves: Sequence[Leaf], equals: Sequence[Contender]) -> tuple[str, ...]:
        """Give who goes first of bids with one total, by the tie rule that was published."""
        try:
            ordered, partings = part(self._rules.tie_rule, leaves, equals, self._drawn)
        except Refusal:  # lots were drawn for other bids than those that tie here
            ordered, partings = part(self._rules.tie_rule, leaves, equals, ())
        first = [one.key for one in ordered[:1]]
        for (_before, after), parting in zip(pairwise(ordered), partings, strict=True):
            if parting.step is not None:
                break
            first.append(after.key)
        return tuple(first)


def _offer(one: Contender) -> Offer:
    return Offer(one.key, one.price, one.quality)


def _points(bid: Bid, leaves: Sequence[Leaf]) -> dict[str, Fraction]:
    return {
        leaf.criterion.key: leaf.stake
        * leaf.criterion.scale.share_of(bid.scores[leaf.criterion.key])
        for leaf in leaves
    }
