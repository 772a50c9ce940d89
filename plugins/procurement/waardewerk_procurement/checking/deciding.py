"""Checks of how the choice is made: formula, scores, and the days in which bids come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import TypeAdapter, ValidationError

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award import award_file, simulation
from waardewerk_procurement.award.awarding import Note, Rules
from waardewerk_procurement.award.formulas import FixedPrice, Formula, PricePerPoint
from waardewerk_procurement.award.simulation import Estimate
from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Draft, Lot
from waardewerk_procurement.trying import NotComplete, estimate_of, rules_of

_PUBLICATION, _TODAY = marked("publication"), marked("today")
_FORMULA: TypeAdapter[award_file.Formula] = TypeAdapter(award_file.Formula)


def relative_without_reason(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find formulas that compare bids with each other, without a reason."""
    for lot in draft.lots:
        formula = _formula(lot)
        if formula is not None and formula.is_relative and not lot.formula_reason.strip():
            yield Found(lot=lot.key, field="formula_reason")


def rules_do_not_compute(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find lots of whose rules no award can be computed."""
    for lot in draft.lots:
        try:
            rules_of(draft, lot)
        except NotComplete as wrong:
            for one in wrong.missing:
                problem = Note("problem", one.message, one.details)
                yield Found(lot=lot.key, details={"problem": problem})


def points_may_be_none(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find lots that divide by points, in which a bid can be valid and have none."""
    for lot in draft.lots:
        if not isinstance(_formula(lot), PricePerPoint):
            continue
        try:
            rules = rules_of(draft, lot)
        except NotComplete:
            continue
        if not any(leaf.criterion.lowest_valid_share > 0 for leaf in rules.leaves):
            yield Found(lot=lot.key, field="formula")


def not_tried(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find lots in which prices count, and nobody said which are expected to try them with."""
    for lot in draft.lots:
        formula = _formula(lot)
        counts_prices = formula is not None and not isinstance(formula, FixedPrice)
        if counts_prices and estimate_of(lot) is None:
            yield Found(lot=lot.key, field="expected_lowest")


# What these two find, they say without a price: more people read findings than may know prices.


def least_ethical_can_win(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find lots that the least ethical valid bid can win within the expected prices."""
    for lot, rules, expected in _to_try(draft):
        if simulation.least_ethical(rules, expected).can_win:
            yield Found(lot=lot.key, field="formula")


def order_can_turn(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find lots in which a made-up bid that does not win decides who does."""
    for lot, rules, expected in _to_try(draft):
        if not rules.formula.is_relative:
            continue
        if simulation.reversals(rules.formula, simulation.fictitious_offers(rules, expected)):
            yield Found(lot=lot.key, field="formula")


def tie_stays_open(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find tie rules after which two bids can still be equal."""
    for lot in draft.lots:
        if lot.tie_rule and lot.tie_rule[-1].get("by") != "lots":
            yield Found(lot=lot.key, field="tie_rule")


def score_is_computed(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find that one score comes of several without a conversation."""
    if draft.aggregation != "agreed":
        yield Found(field="aggregation")


def closing_past(draft: Draft, _rule: Rule, today: date) -> Findings:
    """Find a closing date that has passed or is today."""
    if draft.closes_on is not None and draft.closes_on <= today:
        yield Found(field="closes_at")


def too_short(draft: Draft, rule: Rule, today: date) -> Findings:
    """Find fewer days between publication and closing than the rule asks.

    While nobody knows when it is published, that is not before today.
    """
    if draft.closes_on is None:
        return
    start = Note("publication", _PUBLICATION) if draft.publish_on else Note("today", _TODAY)
    days = (draft.closes_on - (draft.publish_on or today)).days
    if 0 < days < rule.number:
        yield Found(field="closes_at", details={"start": start, "days": days, "least": rule.number})


def closing_before_publication(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find a closing date that is not after the day of publication."""
    if draft.closes_on is None or draft.publish_on is None:
        return
    if draft.closes_on <= draft.publish_on:
        yield Found(field="closes_at")


def _to_try(draft: Draft) -> Iterator[tuple[Lot, Rules, Estimate]]:
    for lot in draft.lots:
        expected = estimate_of(lot)
        if expected is None:
            continue
        try:
            yield lot, rules_of(draft, lot), expected
        except NotComplete:
            continue


def _formula(lot: Lot) -> Formula | None:
    try:
        return _FORMULA.validate_python(lot.formula).build()
    except (ValidationError, Refusal):
        return None


CHECKS = {
    "relative-without-reason": relative_without_reason,
    "rules-do-not-compute": rules_do_not_compute,
    "points-may-be-none": points_may_be_none,
    "not-tried": not_tried,
    "least-ethical-can-win": least_ethical_can_win,
    "order-can-turn": order_can_turn,
    "tie-stays-open": tie_stays_open,
    "score-is-computed": score_is_computed,
    "closing-past": closing_past,
    "closing-before-publication": closing_before_publication,
    "too-short": too_short,
}
