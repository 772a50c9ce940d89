"""Checks of proportion: how much is asked of a small organisation in all."""

from __future__ import annotations

from datetime import date

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Draft


def too_many_with_a_cost(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find that as many requirements as the rule names, or more, cost a small firm something."""
    costly = [
        one
        for one in draft.criteria
        if rule.is_about(one.type)
        and one.small_firms.strip()
        and not _is_free(one.small_firms, rule)
    ]
    if len(costly) >= rule.number:
        yield Found(details={"count": len(costly), "most": rule.number})


def _is_free(cost: str, rule: Rule) -> bool:
    said = cost.strip().rstrip(".").casefold()
    return any(
        said.startswith(word[:-1]) if word.endswith("*") else said == word for word in rule.words
    )


CHECKS = {"too-many-with-a-cost": too_many_with_a_cost}
