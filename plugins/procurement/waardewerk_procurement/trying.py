"""Trying rules before they are fixed: the same computation as an award, with fictitious bids.

The rules are made exactly as they are made of what was fixed (``published``), so what is tried is
what will be published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import ValidationError

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award import simulation
from waardewerk_procurement.award.award_reading import WrongAwardFile, read_rules
from waardewerk_procurement.award.awarding import Rules
from waardewerk_procurement.award.formulas import FORMULAS, FixedPrice, Formula, PricePerPoint
from waardewerk_procurement.award.published import rules_in_file
from waardewerk_procurement.award.simulation import (
    EffectiveWeight,
    Estimate,
    LeastEthical,
    Offer,
    Outcome,
    Reversal,
)
from waardewerk_procurement.award.weights import WHOLE
from waardewerk_procurement.draft import Criterion, Draft, Lot
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.money import as_decimal

#: What the price weighs in the other formulas, where the chosen one gives it no weight.
USUAL_PRICE_WEIGHT = 4_000
#: A whole snapshot is made for one lot; what is not computed with may be empty.
_ANY = snapshot.Proportionality(risk="", small_firms="", link="")


class NotComplete(Refusal):
    """Rules that nothing can be computed with yet; ``missing`` says what, as refusals."""

    code: ClassVar[str] = "not-complete"

    def __init__(self, missing: Sequence[Refusal]) -> None:
        super().__init__(marked("These rules are not complete yet."))
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Tried:
    """One formula with the same bids."""

    formula: Formula
    is_chosen: bool
    #: Nothing: not one of the bids has a figure by this formula.
    outcome: Outcome | None
    reversals: tuple[Reversal, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules of one lot do with fictitious bids."""

    formula: Formula
    offers: tuple[Offer, ...]
    tried: tuple[Tried, ...]
    least: LeastEthical
    #: Empty where price and quality are divided.
    weights: tuple[EffectiveWeight, ...]
    #: Not one bid within the expected prices is allowed, so nothing can be said of the least.
    allows_none: bool
    #: What the price weighs in the formulas that were not chosen, in hundredths of a percent.
    price_weight: int

    @property
    def chosen(self) -> Tried:
        """The formula of the lot."""
        return next(one for one in self.tried if one.is_chosen)

    @property
    def nominal(self) -> Fraction:
        """What quality can bring on paper."""
        return sum((one.nominal or Fraction(0) for one in self._quality), Fraction(0))

    @property
    def effective(self) -> Fraction:
        """What quality can change between valid bids."""
        return sum((one.effective for one in self._quality), Fraction(0))

    @property
    def _quality(self) -> list[EffectiveWeight]:
        return [one for one in self.weights if one.of is not None]


def rules_of(draft: Draft, lot: Lot) -> Rules:
    """Make the rules of a lot; raise ``NotComplete`` with all that is missing or wrong."""
    missing = list(_missing(draft, lot))
    if missing:
        raise NotComplete(missing)
    try:
        return read_rules(rules_in_file(_as_fixed(draft, lot)))[lot.key]
    except ValidationError as error:
        held = draft.criteria_of(lot.key)
        raise NotComplete([_unread(held, one) for one in error.errors()]) from None
    except WrongAwardFile as wrong:
        raise NotComplete(
            [Refusal(one.message, **one.arguments) for one in wrong.problems]
        ) from None


def estimate_of(lot: Lot) -> Estimate | None:
    """Give between which prices bids for a lot are expected; nothing while nobody said so."""
    if lot.expected_lowest is None or lot.expected_highest is None:
        return None
    try:
        return Estimate(Decimal(lot.expected_lowest) / 100, Decimal(lot.expected_highest) / 100)
    except Refusal:
        return None


def try_out(
    rules: Rules,
    expected: Estimate,
    own: Sequence[Offer] = (),
    *,
    among: Collection[type[Formula]] = FORMULAS,
    best_share: Fraction = Fraction(1),
) -> Trial:
    """Rank fictitious bids, or one's ``own``, by the rules and by the formulas it is ``among``.

    ``best_share`` is the share of full marks that is the most a bid will get, for what weighs.
    """
    made_up = tuple(simulation.fictitious_offers(rules, expected))
    offers = tuple(own) or made_up
    if isinstance(rules.formula, FixedPrice) and rules.formula.price is not None:
        fixed = Fraction(rules.formula.price)
        offers = tuple(replace(one, price=fixed) for one in offers)
        made_up = tuple(replace(one, price=fixed) for one in made_up)
    price_weight = _price_weight(rules, expected)
    return Trial(
        formula=rules.formula,
        offers=offers,
        tried=tuple(_tried(rules, expected, offers, price_weight, among)),
        least=simulation.least_ethical(rules, expected),
        weights=_weights(rules, expected, best_share),
        allows_none=not simulation.outcomes([rules.formula], made_up, Fraction(1)),
        price_weight=price_weight,
    )


def _tried(
    rules: Rules,
    expected: Estimate,
    offers: Sequence[Offer],
    price_weight: int,
    among: Collection[type[Formula]],
) -> Iterator[Tried]:
    per_point = simulation.euros_per_point(price_weight, expected)
    in_points = _in_points(rules, offers, per_point, price_weight)
    for formula in simulation.alternatives(price_weight, expected):
        if formula.name == rules.formula.name:
            yield _one(rules.formula, True, offers, Fraction(1))
        elif type(formula) in among:
            yield _one(formula, False, in_points, per_point)


def _one(formula: Formula, is_chosen: bool, offers: Sequence[Offer], per_point: Fraction) -> Tried:
    worth = Fraction(1) if is_chosen else per_point
    found = simulation.outcomes([formula], offers, worth)
    if not found:
        return Tried(formula, is_chosen, None, ())
    allowed = [one for one in offers if one.key in found[0].totals]
    turned = simulation.reversals(formula, allowed) if formula.is_relative else []
    return Tried(formula, is_chosen, found[0], tuple(turned))


def _in_points(
    rules: Rules, offers: Sequence[Offer], per_point: Fraction, price_weight: int
) -> list[Offer]:
    """Put quality in points out of what the price leaves."""
    if rules.formula.quality_in == "euros":
        part = 1 / per_point
    elif rules.formula.price_weight:
        part = Fraction(1)
    else:
        part = Fraction(WHOLE - price_weight, WHOLE)
    return [replace(one, quality=one.quality * part) for one in offers]


def _price_weight(rules: Rules, expected: Estimate) -> int:
    """Give the weight of the price, or the one that comes to the same in an award on value."""
    if rules.formula.price_weight:
        return rules.formula.price_weight
    if rules.formula.quality_in != "euros":
        return USUAL_PRICE_WEIGHT
    span = Fraction(expected.highest) - Fraction(expected.lowest)
    worth = sum((leaf.stake for leaf in rules.leaves), Fraction(0))
    return min(max(round(WHOLE * span / (span + worth)), 1), WHOLE)


def _weights(rules: Rules, expected: Estimate, best_share: Fraction) -> tuple[EffectiveWeight, ...]:
    if isinstance(rules.formula, PricePerPoint):
        return ()
    return tuple(simulation.effective_weights(rules, expected, best_share))


def _missing(draft: Draft, lot: Lot) -> Iterator[Refusal]:
    if lot.formula is None:
        yield Refusal("Choose a formula.")
    if not lot.tie_rule:
        yield Refusal("Say what decides between bids with the same total.")
    if not lot.drop_out:
        yield Refusal("Say what happens when a bid drops out after the ranking.")
    if (lot.ceiling is None) == bool(lot.beyond):
        yield Refusal("Give a ceiling and what happens where it ends, or neither.")
    for one in draft.criteria_of(lot.key):
        if one.is_weighed and not one.value:
            yield Refusal("“%(title)s” serves no value yet.", title=one.title)


def _unread(held: Sequence[Criterion], error: Mapping[str, Any]) -> Refusal:
    """Say which criterion, or which rule, holds something that is no figure."""
    match error["loc"]:
        case ("criteria", int(place), *_rest):
            return Refusal("Something in “%(title)s” is not right yet.", title=held[place].title)
        case _:
            return Refusal("Something in the formula, the scale or the tie rule is not right yet.")


def _as_fixed(draft: Draft, lot: Lot) -> snapshot.Snapshot:
    """Write one lot as it would be fixed now."""
    return snapshot.Snapshot.model_validate(
        {
            "format": snapshot.FORMAT,
            "number": 1,
            "dossier": draft.number,
            "kind": draft.kind,
            "title": draft.title,
            "subject": draft.subject,
            "technologies": draft.technologies,
            "ai": draft.ai,
            "legal_basis": draft.legal_basis,
            "closes_at": None,
            "framework": None,
            "lens": {},
            "scale": draft.scale,
            "aggregation": draft.aggregation,
            "assessors": draft.assessors,
            "lots": [
                {
                    "key": lot.key,
                    "title": lot.title,
                    "formula": lot.formula,
                    "formula_reason": lot.formula_reason,
                    "tie_rule": lot.tie_rule,
                    "drop_out": lot.drop_out,
                    "ceiling": None if lot.ceiling is None else as_decimal(lot.ceiling),
                    "beyond": lot.beyond or None,
                }
            ],
            "criteria": [_criterion(one) for one in draft.criteria_of(lot.key)],
        }
    )


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "key": one.key,
        "lot": one.lot,
        "parent": one.parent,
        "type": one.type,
        "value": {"key": one.value, "name": one.value},
        "norm": None,
        "title": one.title,
        "text": one.text,
        "question": one.question,
        "reason": one.reason,
        "proportionality": _ANY,
        "evidence": one.evidence,
        "anchors": one.anchors,
        "weight": one.weight,
        "worth": None if one.worth is None else f"{Decimal(one.worth) / 100:.2f}",
        "minimum": one.minimum or None,
        "ground": one.ground or None,
        "duty_basis": one.duty_basis or None,
        "duty_reason": one.duty_reason,
        "in_terms": "",
        "announced": one.announced,
        "kept_by": one.kept_by,
        "legal_sources": one.legal_sources,
        "source": one.source,
    }
