"""Did a value decide anything? The award without its criteria, laid beside the award as it is.

A value that never changes who wins is a signal: it was asked, and did not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.awarding import Award, Bid, Note, Rules
from waardewerk_procurement.award.formulas import NoOutcome, PriceField
from waardewerk_procurement.award.granting import Applied, divide
from waardewerk_procurement.award.scoring import Leaf
from waardewerk_procurement.award.simulation import Offer
from waardewerk_procurement.award.ties import Contender, Parting, part, steps_down

#: Reasons for setting a bid aside that rest on one criterion.
_ON_A_CRITERION = {"knocked-out", "below-minimum"}


@dataclass(frozen=True, slots=True)
class WithoutValue:
    """Who would get it if the criteria of a value were not there.

    Without a ceiling that is who would be first: several when nothing parts them.
    """

    value: str
    first: tuple[str, ...]
    is_decisive: bool
    #: Under a ceiling: lots would decide who else is granted.
    is_open: bool = False


def without_each_value(
    rules: Rules,
    bids: Sequence[Bid],
    award: Award,
    knock_outs: Mapping[str, str],
    drawn: Sequence[str] = (),
) -> list[WithoutValue]:
    """Say for each value who would have won, or would have been granted, without it.

    ``knock_outs`` gives the value of each knock-out. The other criteria keep what they weigh, and a
    bid that was set aside for this value alone counts again.
    """
    trial = _Trial(rules, bids, award, knock_outs, drawn)
    return [_without(trial, value, award) for value in trial.values]


def _without(trial: _Trial, value: str, award: Award) -> WithoutValue:
    leaves, contenders = trial.without(value)
    if award.granting is None:
        first = trial.first_of(leaves, contenders)
        return WithoutValue(value, first, first != award.goes_to)
    then = divide(award.granting.ceiling, list(trial.places_of(leaves, contenders)))
    is_open = bool(then.undecided)
    differs = set(then.granted) != set(award.goes_to)
    return WithoutValue(value, tuple(then.granted), is_open or differs, is_open)


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

    def without(self, value: str) -> tuple[list[Leaf], list[tuple[Fraction, Contender]]]:
        """Give what still counts without a value, and who then has which total, the lowest best.

        One without any outcome does not count.
        """
        leaves = [leaf for leaf in self._leaves if leaf.criterion.value != value]
        back = self._back_without(value, leaves)
        offers = [*self._ranked_without(value), *(_offer(one) for one in back)]
        points = {**self._ranked, **{one.key: one.points for one in back}}
        totals = self._totals(offers)
        found = [
            Contender(
                one.key,
                one.price,
                {leaf.criterion.key: points[one.key][leaf.criterion.key] for leaf in leaves},
            )
            for one in offers
            if one.key in totals
        ]
        return leaves, [(totals[one.key], one) for one in found]

    def first_of(
        self, leaves: Sequence[Leaf], contenders: Sequence[tuple[Fraction, Contender]]
    ) -> tuple[str, ...]:
        """Give who goes first, by the tie rule that was published."""
        best = min((total for total, _one in contenders), default=None)
        ordered, partings = self._parted(
            leaves, [one for total, one in contenders if total == best]
        )
        downs = zip(ordered, steps_down(partings), strict=False)
        return tuple(one.key for one, down in downs if down == 0)

    def places_of(
        self, leaves: Sequence[Leaf], contenders: Sequence[tuple[Fraction, Contender]]
    ) -> Iterator[Applied]:
        """Give everybody a place, by the tie rule that was published."""
        first = 1
        best_first = sorted(contenders, key=lambda pair: pair[0])
        for _total, group in groupby(best_first, key=lambda pair: pair[0]):
            ordered, partings = self._parted(leaves, [one for _total, one in group])
            for one, down in zip(ordered, steps_down(partings), strict=True):
                yield Applied(one.key, first + down, one.price)
            first += len(ordered)

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

    def _totals(self, offers: Sequence[Offer]) -> dict[str, Fraction]:
        """Give the totals, the lowest best; one without any outcome has none."""
        if not offers:
            return {}
        prices = [one.price for one in offers] + self._prices_that_stay()
        among = PriceField(min(prices), max(prices))
        sign = 1 if self._rules.formula.lowest_wins else -1
        totals: dict[str, Fraction] = {}
        for one in offers:
            try:
                totals[one.key] = sign * self._rules.formula.total(one.price, one.quality, among)
            except NoOutcome:
                continue
        return totals

    def _prices_that_stay(self) -> list[Fraction]:
        """Give the prices of who dropped out, where the rules let them count on."""
        if self._rules.drop_out != "keep-totals":
            return []
        return [
            Fraction(self._bids[one.bid].price)
            for one in self._set_aside
            if {reason.code for reason in one.reasons} == {"dropped-out"}
        ]

    def _parted(
        self, leaves: Sequence[Leaf], equals: Sequence[Contender]
    ) -> tuple[list[Contender], tuple[Parting, ...]]:
        """Put bids with one total in the order of the tie rule that was published."""
        try:
            return part(self._rules.tie_rule, leaves, equals, self._drawn)
        except Refusal:  # lots were drawn for other bids than those that tie here
            return part(self._rules.tie_rule, leaves, equals, ())


def _offer(one: Contender) -> Offer:
    return Offer(one.key, one.price, one.quality)


def _points(bid: Bid, leaves: Sequence[Leaf]) -> dict[str, Fraction]:
    return {
        leaf.criterion.key: leaf.stake
        * leaf.criterion.scale.share_of(bid.scores[leaf.criterion.key])
        for leaf in leaves
    }
