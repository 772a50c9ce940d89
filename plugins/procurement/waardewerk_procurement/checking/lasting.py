"""Checks of what lasts after the award: indicators and promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Draft


def kpi_not_announced(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find indicators that bidders are not told of beforehand."""
    for one in draft.criteria:
        if one.type == "kpi" and not one.announced:
            yield Found(criterion=one.key, field="announced")


def promise_not_kept_alive(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find promises that no condition, indicator or duty keeps alive."""
    alive = kept_alive(draft.criteria)
    for one in draft.criteria:
        if rule.is_about(one.type) and one.key not in alive:
            yield Found(criterion=one.key, field="kept_by")


def value_at_the_gate_only(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find values that are looked at when bids come in, and by nothing after the award."""
    alive = kept_alive(draft.criteria)
    looked_after = {
        one.value for one in draft.criteria if one.key in alive or not rule.is_about(one.type)
    }
    for one in draft.criteria:
        if one.value and one.value not in looked_after:
            yield Found(criterion=one.key, field="kept_by")


class Keepable(Protocol):
    """A criterion as it is being written, or as it was fixed."""

    @property
    def key(self) -> str:
        """What it is pointed at by."""

    @property
    def parent(self) -> str | None:
        """What it is a part of."""

    @property
    def kept_by(self) -> tuple[str, ...]:
        """The criteria that keep its promise alive."""


def kept_alive(criteria: Sequence[Keepable]) -> frozenset[str]:
    """Give the keys of the criteria whose promise is kept alive.

    What keeps a criterion alive does so for its parts; one is kept when all of its parts are.
    """
    alive = {one.key for one in criteria if one.kept_by}
    # Parents first, however criteria are ordered; they are divided a few levels deep at most.
    while more := {one.key for one in criteria if one.parent in alive} - alive:
        alive |= more
    parts: dict[str, list[str]] = {}
    for one in criteria:
        if one.parent:
            parts.setdefault(one.parent, []).append(one.key)
    while more := {key for key, held in parts.items() if alive.issuperset(held)} - alive:
        alive |= more
    return frozenset(alive)


CHECKS = {
    "kpi-not-announced": kpi_not_announced,
    "promise-not-kept-alive": promise_not_kept_alive,
    "value-at-the-gate-only": value_at_the_gate_only,
}
