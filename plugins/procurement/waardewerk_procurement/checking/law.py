"""Checks of types and their closed lists, and of thresholds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.checking.wording import first_of
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS
from waardewerk_procurement.draft import Draft
from waardewerk_procurement.money import say_euros


def type_out_of_place(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find types that do not exist, or belong to the other kind of procedure."""
    used_in = "subsidy" if draft.is_subsidy else "tender"
    for one in draft.criteria:
        if one.kind is None or one.kind.used_in != used_in:
            yield Found(criterion=one.key, field="type")


def ground_not_on_list(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find exclusion grounds that the law does not have."""
    for one in draft.criteria:
        if one.type == "exclusion_ground" and one.ground not in EXCLUSION_GROUNDS:
            yield Found(criterion=one.key, field="ground")


def duty_without_basis(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find subsidy duties that do not say on what they rest, and why."""
    for one in draft.criteria:
        if one.type != "subsidy_duty":
            continue
        if one.duty_basis not in rule.words:
            yield Found(criterion=one.key, field="duty_basis")
        elif not one.duty_reason.strip():
            yield Found(criterion=one.key, field="duty_reason")


def duty_reason_without(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find duties on a basis whose reason holds none of the words that it must hold."""
    for one in draft.criteria:
        if one.type != "subsidy_duty" or one.duty_basis != rule.basis:
            continue
        if one.duty_reason.strip() and not first_of(rule.words, one.duty_reason):
            yield Found(criterion=one.key, field="duty_reason")


def above_threshold(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find that the highest expected prices of all lots together reach a threshold in euros."""
    expected = sum(lot.expected_highest or 0 for lot in draft.lots) // 100
    if expected >= rule.number:
        yield Found(
            field="expected_highest",
            # No sum of what is expected: more people read findings than may know prices.
            details={"threshold": say_euros(Decimal(rule.number))},
        )


CHECKS = {
    "type-out-of-place": type_out_of_place,
    "ground-not-on-list": ground_not_on_list,
    "duty-without-basis": duty_without_basis,
    "duty-reason-without": duty_reason_without,
    "above-threshold": above_threshold,
}
