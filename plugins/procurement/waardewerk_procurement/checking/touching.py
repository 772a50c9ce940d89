"""Checks of values: who looked wider, and for which value nothing is asked or no norm named."""

from __future__ import annotations

from datetime import date

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Draft, Seen


def not_looked_wider(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find that nobody looked beyond the core values."""
    if not draft.is_wide_enough:
        yield Found()


def core_not_considered(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find that of no core value was said what the dossier does to it."""
    core = [seen for seen in draft.seen if seen.is_core]
    if core and not any(seen.is_considered for seen in core):
        yield Found()


def value_without_criterion(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find values for which nothing is asked: chosen ones, core ones, or those with a reason."""
    asked = {one.value for one in draft.criteria}
    for seen in draft.seen:
        if seen.key not in asked and _is(seen) == rule.of:
            yield Found(details={"value": seen.name, "why": seen.explained})


def norm_not_named(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find criteria without a norm whose value has norms in the framework."""
    for one in draft.criteria:
        if not one.norm and not one.parent and one.value in draft.with_norms:
            yield Found(criterion=one.key, field="norm")


def _is(seen: Seen) -> str:
    if seen.explained:
        return "explained"
    return "chosen" if seen.is_chosen else "core"


CHECKS = {
    "not-looked-wider": not_looked_wider,
    "core-not-considered": core_not_considered,
    "norm-not-named": norm_not_named,
    "value-without-criterion": value_without_criterion,
}
