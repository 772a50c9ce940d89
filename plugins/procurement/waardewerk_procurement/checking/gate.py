"""All checks by name, and what they say of a draft on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from waardewerk_procurement.checking import (
    artificial,
    deciding,
    lasting,
    law,
    proportion,
    touching,
    weighing,
    wording,
)
from waardewerk_procurement.checking.findings import Finding, Findings, stopping
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Draft

#: A check looks at a draft with the words and figures of a rule, on a day.
Check = Callable[[Draft, Rule, date], Findings]

CHECKS: Mapping[str, Check] = {
    **artificial.CHECKS,
    **deciding.CHECKS,
    **lasting.CHECKS,
    **law.CHECKS,
    **proportion.CHECKS,
    **touching.CHECKS,
    **weighing.CHECKS,
    **wording.CHECKS,
}


def check(draft: Draft, rules: Iterable[Rule], today: date) -> list[Finding]:
    """Check a draft by the rules that are in force, in their order."""
    held = [
        rule.told_for(draft.kind)
        for rule in rules
        if rule.holds_on(today) and draft.kind in rule.kinds
    ]
    found = _found(draft, (rule for rule in held if not rule.unless_stopped), today)
    if not stopping(found):
        found += _found(draft, (rule for rule in held if rule.unless_stopped), today)
    return found


def stops_in(draft: Draft, rules: Iterable[Rule], today: date) -> list[Finding]:
    """Check a draft by the rules that can stop it alone: the gate tries no formula."""
    return check(draft, (rule for rule in rules if rule.severity == "stops"), today)


def _found(draft: Draft, rules: Iterable[Rule], today: date) -> list[Finding]:
    return [
        Finding(rule, place) for rule in rules for place in CHECKS[rule.check](draft, rule, today)
    ]
