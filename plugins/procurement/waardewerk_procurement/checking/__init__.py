"""Checks of a dossier, while it is written and at the gate. No legal advice: each names its source.

What is checked stands in ``rules.yaml``: words, figures, messages, sources and the days on which a
rule holds. How it is checked stands in the modules here, as pure functions by name.
"""

from __future__ import annotations

from waardewerk_procurement.checking.findings import Finding, Findings, Found, stopping
from waardewerk_procurement.checking.gate import CHECKS, check, stops_in
from waardewerk_procurement.checking.rules import Rule, load_rules, shipped_rules

__all__ = [
    "CHECKS",
    "Finding",
    "Findings",
    "Found",
    "Rule",
    "check",
    "load_rules",
    "shipped_rules",
    "stopping",
    "stops_in",
]
