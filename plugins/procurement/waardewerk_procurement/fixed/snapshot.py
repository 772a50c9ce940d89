"""What was fixed, as one document: rules, criteria and the values behind them.

A snapshot is canonical JSON: sorted keys, no spaces, UTF-8. Its SHA-256 stands on every file that
leaves, so that anybody can see which text a bid, a score or a letter rests on. Money is text in
euros, weights are hundredths of a percent. It stands on its own: names of values and norms are in
it as they were, and nothing is looked up elsewhere to read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from waardewerk_procurement.award import award_file, granting
from waardewerk_procurement.award.award_reading import canonical
from waardewerk_procurement.criteria import KINDS, Kind, Type

FORMAT = "waardewerk/dossier@1"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Part):
    """A value or a norm as it was called when the dossier was fixed."""

    key: str
    name: str


class Framework(_Part):
    """The version of the value framework with which the dossier looks."""

    version: int
    sha256: str


class Wider(_Part):
    """A value outside the core that the dossier touches."""

    urn: str
    name: str
    direction: Literal["positive", "negative"]
    reason: str


class Tension(_Part):
    """Two values that pulled apart, and what people chose."""

    value: str
    against: str
    choice: str
    gives_up: str
    decided_by: str
    decided_on: date


class Consideration(_Part):
    """What the dossier does to a value, for whom, and why people thought so; not who wrote it."""

    value: Named
    effect: Literal["positive", "negative", "none"]
    for_whom: str
    reason: str


class Lens(_Part):
    """What people saw when they looked at the dossier through values."""

    #: The core values, and those that were chosen beside them.
    in_view: tuple[Named, ...] = ()
    wider: tuple[Wider, ...] = ()
    nothing_else: str = ""
    considerations: tuple[Consideration, ...] = ()
    tensions: tuple[Tension, ...] = ()

    def why_not_asked(self, value: Named) -> str:
        """Give the written reason why nothing is asked for a value; empty when there is none."""
        untouched = [
            one.reason
            for one in self.considerations
            if one.effect == "none" and one.value.key == value.key
        ]
        given_up = [one.gives_up for one in self.tensions if one.against == value.name]
        return next(reversed([*untouched, *given_up]), "")


class Proportionality(_Part):
    """Why asking this is in proportion: the risk, the cost for small firms, the subject."""

    risk: str
    small_firms: str
    link: str


class Criterion(_Part):
    """What a value asks, as it was published."""

    key: str
    #: The lot that it is for; nothing: all lots.
    lot: str | None
    #: The criterion of which it is a part.
    parent: str | None
    type: Type
    value: Named
    norm: Named | None
    title: str
    text: str
    question: str
    reason: str
    proportionality: Proportionality
    evidence: tuple[str, ...]
    #: By score, or met/failed, or full/partial/none.
    anchors: dict[str, str]
    weight: int | None
    worth: str | None
    minimum: str | None
    ground: str | None
    duty_basis: str | None
    duty_reason: str
    in_terms: str
    announced: bool
    #: The criteria that keep its promise alive after the award.
    kept_by: tuple[str, ...]
    legal_sources: tuple[str, ...]
    source: str

    @property
    def kind(self) -> Kind:
        """What its type means for the procedure."""
        return KINDS[self.type]


class Lot(_Part):
    """A part that is awarded by itself, with its rules."""

    key: str
    title: str
    formula: award_file.Formula
    formula_reason: str
    tie_rule: tuple[award_file.TieStep, ...]
    drop_out: Literal["rank-again", "keep-totals"]
    #: Of a subsidy scheme: how much there is for all applications together, and what becomes of
    #: the one that does not fit any more.
    ceiling: str | None = None
    beyond: granting.Beyond | None = None


class Snapshot(_Part):
    """A dossier as it was fixed."""

    format: Literal["waardewerk/dossier@1"]
    #: 1 at the freeze, one more at every rectification.
    number: int
    dossier: int
    kind: Literal["european", "national", "request", "subsidy"]
    title: str
    subject: str
    technologies: tuple[str, ...]
    ai: Literal["no", "later", "unknown", "yes"]
    legal_basis: str
    closes_at: datetime | None
    framework: Framework | None
    lens: Lens
    scale: award_file.Scale
    aggregation: Literal["agreed", "mean", "median"]
    assessors: int
    lots: tuple[Lot, ...]
    criteria: tuple[Criterion, ...]

    @cached_property
    def by_key(self) -> dict[str, Criterion]:
        """The criteria by their keys."""
        return {one.key: one for one in self.criteria}

    @cached_property
    def _by_parent(self) -> dict[str | None, list[Criterion]]:
        found: dict[str | None, list[Criterion]] = {}
        for one in self.criteria:
            found.setdefault(one.parent, []).append(one)
        return found

    @property
    def is_subsidy(self) -> bool:
        """Tell whether it is a subsidy scheme."""
        return self.kind == "subsidy"

    def lot(self, key: str) -> Lot:
        """Give the lot with this key."""
        return next(one for one in self.lots if one.key == key)

    def criteria_of(self, lot: str) -> tuple[Criterion, ...]:
        """Give what holds for a lot, in the order of the dossier."""
        return tuple(one for one in self.criteria if one.lot in (None, lot))

    def parts_of(self, parent: str | None, lot: str) -> tuple[Criterion, ...]:
        """Give the parts of a criterion in a lot; without a parent, what stands by itself."""
        return tuple(one for one in self._by_parent.get(parent, ()) if one.lot in (None, lot))

    def scored_in(self, lot: str) -> tuple[Criterion, ...]:
        """Give what is scored in a lot: the weighed criteria that are not divided further."""
        divided = {one.parent for one in self.criteria_of(lot)}
        return tuple(
            one for one in self.criteria_of(lot) if one.kind.weighed and one.key not in divided
        )

    def knock_outs_in(self, lot: str) -> tuple[Criterion, ...]:
        """Give what a bid in a lot must meet to be ranked."""
        return tuple(one for one in self.criteria_of(lot) if one.kind.scale == "knock_out")

    def kept_after(self, lot: str) -> Iterator[Criterion]:
        """Give what is followed up whoever wins: conditions, indicators and duties."""
        return (
            one
            for one in self.criteria_of(lot)
            if one.type in {"contract_condition", "kpi", "subsidy_duty"}
        )


def write_snapshot(snapshot: Snapshot) -> str:
    """Write a snapshot in the one form that it has."""
    return canonical(snapshot.model_dump(mode="json")).decode()


@lru_cache(maxsize=64)
def read_snapshot(content: str) -> Snapshot:
    """Read what was fixed. It was checked when it was made, and never changes."""
    return Snapshot.model_validate_json(content)


def sha256_of(content: str) -> str:
    """Give what a snapshot is recognised by."""
    return hashlib.sha256(content.encode()).hexdigest()
