"""The award: from published rules and scored bids to totals, a ranking, and how ties were broken.

Totals are compared unrounded. Nothing here draws lots: where the rules ask for it, people draw and
write down the order. The same rules and bids give the same award, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Literal

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award import scoring
from waardewerk_procurement.award.figures import rounded
from waardewerk_procurement.award.formulas import (
    FixedPrice,
    Formula,
    NoOutcome,
    PriceBand,
    PriceField,
)
from waardewerk_procurement.award.granting import Applied, Ceiling, Granting, divide
from waardewerk_procurement.award.scoring import AnyCriterion, Leaf
from waardewerk_procurement.award.ties import Contender, Tie, TieStep, part, steps_down

#: When a bid drops out after ranking: compute anew without it, or let the others' totals stand.
DropOutRule = Literal["rank-again", "keep-totals"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of the award must know; ``message`` is a source text."""

    code: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict)

    def text(self, gettext: Callable[[str], str] = str) -> str:
        """Say it in the language of ``gettext``."""
        return gettext(self.message) % self.details


@dataclass(frozen=True, slots=True)
class Rules:
    """What was published and frozen for one lot."""

    formula: Formula
    criteria: tuple[AnyCriterion, ...]
    tie_rule: tuple[TieStep, ...]
    drop_out: DropOutRule
    knock_outs: tuple[str, ...] = ()
    #: Why a formula that compares bids with each other was chosen.
    reason: str = ""
    #: Of a subsidy scheme: how much there is for all applications together.
    ceiling: Ceiling | None = None

    def __post_init__(self) -> None:
        scoring.check_keys(self.criteria)
        if self.formula.quality_in == "euros":
            scoring.check_euros(self.criteria)
        else:
            scoring.check_points(self.criteria, self.formula.price_weight)
        if self.formula.is_relative and not self.reason.strip():
            raise Refusal("This formula compares bids with each other. Say why it is needed.")
        self._check_tie_rule()

    def _check_tie_rule(self) -> None:
        if not self.tie_rule:
            raise Refusal("Say what decides between bids with the same total.")
        keys = {key for leaf in self.leaves for key in leaf.path}
        values = {leaf.criterion.value for leaf in self.leaves}
        for step in self.tie_rule:
            if step.of and step.of not in (keys if step.by == "criterion" else values):
                raise Refusal("The tie rule looks at “%(of)s”, which is not here.", of=step.of)
        if any(step.by == "lots" for step in self.tie_rule[:-1]):
            raise Refusal("After drawing lots there is nothing left to decide.")

    @property
    def leaves(self) -> list[Leaf]:
        """What is scored, with its stake."""
        return scoring.leaves_of(self.criteria)


@dataclass(frozen=True, slots=True)
class Bid:
    """One bid for one lot: its price, and what people agreed about its quality."""

    key: str
    price: Decimal
    scores: Mapping[str, str]
    #: By knock-out criterion: does the bid meet it?
    met: Mapping[str, bool] = field(default_factory=dict)
    #: It was ranked, and then withdrew or was set aside.
    dropped_out: bool = False

    def __post_init__(self) -> None:
        if self.price <= 0:
            raise Refusal(
                "The price of bid “%(bid)s” is %(price)s. Nothing is computed with a price of zero "
                "or less: first ask the bidder how it can be so low.",
                bid=self.key,
                price=self.price,
            )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bid ended. Equal bids that nothing could part share a rank."""

    bid: str
    rank: int
    price: Fraction
    quality: Fraction
    total: Fraction
    #: What each score brought, by criterion.
    points: Mapping[str, Fraction]

    @property
    def price_points(self) -> Fraction:
        """What the price brought, under a formula that gives points for it."""
        return self.total - self.quality


@dataclass(frozen=True, slots=True)
class SetAside:
    """A bid that is not ranked, and why."""

    bid: str
    reasons: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Award:
    """The outcome for one lot, the best bid first."""

    standings: tuple[Standing, ...]
    set_aside: tuple[SetAside, ...]
    ties: tuple[Tie, ...]
    notes: tuple[Note, ...]
    #: How the ceiling is divided, where there is one.
    granting: Granting | None = None

    @property
    def winner(self) -> str | None:
        """The best bid; None when no bid is valid, or when the first rank is shared."""
        first = [one.bid for one in self.standings if one.rank == 1]
        return first[0] if len(first) == 1 else None

    @property
    def goes_to(self) -> tuple[str, ...]:
        """Who gets it: the winner, or everybody who is granted something, once that is certain."""
        if self.granting is not None:
            return () if self.granting.undecided else tuple(self.granting.granted)
        return () if self.winner is None else (self.winner,)

    @property
    def ties_to_draw(self) -> tuple[Tie, ...]:
        """The ties that are open; under a ceiling only those that decide who is granted what."""
        found = tuple(tie for tie in self.ties if tie.is_open)
        if self.granting is None:
            return found
        return tuple(tie for tie in found if set(self.granting.undecided) & set(tie.bids))


def award(rules: Rules, bids: Sequence[Bid], drawn: Sequence[str] = ()) -> Award:
    """Rank bids by the rules; ``drawn`` is the order in which people drew lots, if they did."""
    check_bids(bids)
    check_drawn(bids, drawn)
    leaves = rules.leaves
    by_key = sorted(bids, key=lambda bid: bid.key)
    points = {bid.key: points_of(rules, leaves, bid) for bid in by_key}
    reasons = {bid.key: objections(rules, leaves, bid) for bid in by_key}
    valid = [bid for bid in by_key if not reasons[bid.key]]
    staying = [bid for bid in valid if not bid.dropped_out]
    counting = valid if rules.drop_out == "keep-totals" else staying
    contenders = [Contender(bid.key, Fraction(bid.price), points[bid.key]) for bid in staying]
    totals = _totals(rules.formula, contenders, [Fraction(bid.price) for bid in counting])
    standings, ties = _ranked(rules, leaves, contenders, totals, drawn)
    made = Award(
        standings=standings,
        set_aside=_set_aside(by_key, reasons),
        ties=ties,
        notes=(),
        granting=_granting(rules, standings),
    )
    return replace(made, notes=tuple(_notes(rules, valid, made, drawn)))


def _granting(rules: Rules, standings: Sequence[Standing]) -> Granting | None:
    if rules.ceiling is None:
        return None
    return divide(rules.ceiling, [Applied(one.bid, one.rank, one.price) for one in standings])


def points_of(rules: Rules, leaves: Sequence[Leaf], bid: Bid) -> dict[str, Fraction]:
    """Give what the scores of a bid bring; refuse scores and answers that are not complete.

    A bid that misses a knock-out need not be scored.
    """
    for key in sorted(bid.met.keys() ^ set(rules.knock_outs)):
        message = (
            marked("“%(key)s” is no knock-out criterion.")
            if key in bid.met
            else marked("Say whether the bid meets “%(key)s”.")
        )
        raise Refusal(message, key=key)
    asked = leaves if all(bid.met.values()) else _scored(leaves, bid)
    return scoring.points_of(asked, bid.scores)


def objections(rules: Rules, leaves: Sequence[Leaf], bid: Bid) -> list[Note]:
    """List why a bid cannot be ranked, whatever its total would be."""
    found = [
        Note("knocked-out", marked("Does not meet “%(key)s”."), {"key": key})
        for key in rules.knock_outs
        if not bid.met[key]
    ]
    found += [
        Note(
            "below-minimum",
            marked("Scores %(score)s on “%(key)s”; the minimum is %(minimum)s."),
            {"score": bid.scores[one.key], "key": one.key, "minimum": one.minimum},
        )
        for one in scoring.below_minimum(_scored(leaves, bid), bid.scores)
    ]
    if isinstance(rules.formula, FixedPrice) and not rules.formula.allows(Fraction(bid.price)):
        found.append(Note("price-not-allowed", marked("The price is not what was published.")))
    return found


def _scored(leaves: Sequence[Leaf], bid: Bid) -> list[Leaf]:
    return [leaf for leaf in leaves if leaf.criterion.key in bid.scores]


def check_bids(bids: Sequence[Bid]) -> None:
    """Refuse two bids with the same key."""
    counted = Counter(bid.key for bid in bids)
    for key, count in sorted(counted.items()):
        if count > 1:
            raise Refusal("Bid “%(bid)s” is there twice.", bid=key)


def check_drawn(bids: Sequence[Bid], drawn: Sequence[str]) -> None:
    """Refuse a drawn order that names a bid twice, or one that is not there."""
    keys = {bid.key for bid in bids}
    for key, count in sorted(Counter(drawn).items()):
        if key not in keys:
            raise Refusal("Lots were drawn for “%(bid)s”, which is no bid.", bid=key)
        if count > 1:
            raise Refusal("“%(bid)s” is in the drawn order twice.", bid=key)


def _totals(
    formula: Formula, contenders: Sequence[Contender], prices: Sequence[Fraction]
) -> dict[str, Fraction]:
    """Give the total of each contender; ``prices`` are those that a relative formula looks at."""
    if not contenders:
        return {}
    measured_with = PriceField(min(prices), max(prices))
    return {one.key: _total(formula, one, measured_with) for one in contenders}


def _total(formula: Formula, one: Contender, measured_with: PriceField) -> Fraction:
    try:
        return formula.total(one.price, one.quality, measured_with)
    except NoOutcome:
        message = marked(
            "Bid “%(bid)s” has no points for quality, and so no price per point. The rules needed "
            "a minimum that sets such a bid aside."
        )
        raise NoOutcome(message, bid=one.key) from None


def _ranked(
    rules: Rules,
    leaves: Sequence[Leaf],
    contenders: Sequence[Contender],
    totals: Mapping[str, Fraction],
    drawn: Sequence[str],
) -> tuple[tuple[Standing, ...], tuple[Tie, ...]]:
    sign = 1 if rules.formula.lowest_wins else -1
    standings: list[Standing] = []
    ties: list[Tie] = []
    best_first = sorted(contenders, key=lambda one: sign * totals[one.key])
    for total, group in groupby(best_first, key=lambda one: totals[one.key]):
        equals, partings = part(rules.tie_rule, leaves, list(group), drawn)
        if partings:
            ties.append(Tie(tuple(one.key for one in equals), total, partings))
        first = len(standings) + 1
        for one, down in zip(equals, steps_down(partings), strict=True):
            standings.append(
                Standing(one.key, first + down, one.price, one.quality, total, one.points)
            )
    return tuple(standings), tuple(ties)


def _set_aside(bids: Sequence[Bid], reasons: Mapping[str, Sequence[Note]]) -> tuple[SetAside, ...]:
    found = []
    for bid in bids:
        why = list(reasons[bid.key])
        if bid.dropped_out:
            why.append(Note("dropped-out", marked("Dropped out after ranking.")))
        if why:
            found.append(SetAside(bid.key, tuple(why)))
    return tuple(found)


def _notes(rules: Rules, valid: Sequence[Bid], made: Award, drawn: Sequence[str]) -> list[Note]:
    notes = [_about_formula(rules.formula)]
    notes += _about_drop_outs(rules, valid)
    notes += _about_band(rules.formula, made.standings)
    if not made.standings:
        notes.append(Note("no-valid-bid", marked("No bid is valid.")))
    notes += [_about_tie(rules, tie) for tie in made.ties_to_draw]
    used = any(p.step and p.step.by == "lots" for tie in made.ties for p in tie.partings)
    if drawn and not used:
        notes.append(Note("lots-not-used", marked("Lots were drawn, but decided nothing.")))
    return notes


def _about_formula(formula: Formula) -> Note:
    return Note("relative-formula" if formula.is_relative else "formula", formula.defect)


def _about_drop_outs(rules: Rules, valid: Sequence[Bid]) -> list[Note]:
    if not any(bid.dropped_out for bid in valid):
        return []
    if rules.drop_out == "rank-again":
        return [Note("ranked-again", marked("Totals were computed anew without who dropped out."))]
    return [
        Note("totals-kept", marked("Who dropped out still counts in the totals of the others."))
    ]


def _about_band(formula: Formula, standings: Sequence[Standing]) -> list[Note]:
    if not isinstance(formula, PriceBand):
        return []
    outside = sorted(one.bid for one in standings if not formula.covers(one.price))
    message = marked(
        "The price of %(bid)s, %(price)s, lies outside the band and counts as its edge."
    )
    prices = {one.bid: one.price for one in standings}
    return [
        Note("outside-band", message, {"bid": bid, "price": rounded(prices[bid])})
        for bid in outside
    ]


def _about_tie(rules: Rules, tie: Tie) -> Note:
    alike = {bid for p in tie.partings if p.step is None for bid in (p.before, p.after)}
    details = {"bids": ", ".join(sorted(alike))}
    if rules.tie_rule[-1].by == "lots":
        message = marked(
            "%(bids)s tie, and the rules ask for drawing lots. Draw, with witnesses, write down "
            "the order and compute again."
        )
        return Note("draw-lots", message, details)
    return Note("tie-open", marked("%(bids)s tie, and the tie rule does not decide."), details)
