"""Checks of what is said about AI, now and later on."""

from __future__ import annotations

from datetime import date

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.checking.wording import first_of
from waardewerk_procurement.draft import Draft


def ai_denied(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find that a dossier says there is no AI and names a technology that is."""
    if draft.ai == "no" and not set(rule.technologies).isdisjoint(draft.technologies):
        yield Found(field="ai")


def ai_is(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find dossiers with such an answer about AI and, where the rule names them, technologies."""
    is_such = not rule.technologies or not set(rule.technologies).isdisjoint(draft.technologies)
    if draft.ai in rule.answers and is_such:
        yield Found(field="ai")


def ai_creeps_in(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find that AI may come later, and no condition speaks of it."""
    asked = (one for one in draft.criteria if rule.is_about(one.type))
    if draft.ai in rule.answers and not any(
        first_of(rule.words, f"{one.title}\n{one.text}") for one in asked
    ):
        yield Found(field="ai")


CHECKS = {"ai-denied": ai_denied, "ai-is": ai_is, "ai-creeps-in": ai_creeps_in}
