"""A dossier as it is being written, plain and frozen: what checks and trials look at.

It holds what the rows hold, also what is wrong or not there yet. It knows no database, so that what
somebody is typing can be put in its place and looked at without being kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from waardewerk_procurement.criteria import KINDS, Kind, Type

if TYPE_CHECKING:
    from waardewerk_procurement import models

#: What a criterion that was not kept yet is called meanwhile.
NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A value that the dossier is looked at through."""

    key: str
    name: str
    #: Somebody chose it, or weighed it and found that it is touched.
    is_chosen: bool
    #: Why nothing is asked for it, in the words of who weighed it.
    explained: str = ""
    #: It came in by itself.
    is_core: bool = False
    #: Somebody considered what the dossier does to it, or chose between it and another.
    is_considered: bool = False


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """What a value asks, as far as it is written."""

    key: str
    type: str
    lot: str | None = None
    parent: str | None = None
    value: str = ""
    norm: str = ""
    title: str = ""
    text: str = ""
    question: str = ""
    reason: str = ""
    risk: str = ""
    small_firms: str = ""
    link: str = ""
    evidence: tuple[str, ...] = ()
    anchors: Mapping[str, str]
    weight: int | None = None
    #: In cents.
    worth: int | None = None
    minimum: str = ""
    ground: str = ""
    duty_basis: str = ""
    duty_reason: str = ""
    announced: bool = True
    kept_by: tuple[str, ...] = ()
    legal_sources: tuple[str, ...] = ()
    source: str = ""

    @property
    def kind(self) -> Kind | None:
        """What its type means for the procedure; nothing for a type that does not exist."""
        return KINDS.get(cast("Type", self.type))

    @cached_property
    def printed(self) -> tuple[tuple[str, str], ...]:
        """Every text of it that bidders or assessors read, with the name of its field."""
        return (
            ("title", self.title),
            ("text", self.text),
            ("question", self.question),
            *(("evidence", asked) for asked in self.evidence),
            *(("anchors", anchor) for anchor in self.anchors.values()),
        )

    @cached_property
    def in_print(self) -> str:
        """All its texts as one, to see quickly that something is not in it."""
        return "\n".join(text for _field, text in self.printed)

    @property
    def is_weighed(self) -> bool:
        """Tell whether it counts in the comparison."""
        return self.kind is not None and self.kind.weighed


@dataclass(frozen=True, kw_only=True)
class Lot:
    """A part that is awarded by itself, with the rules that were chosen so far."""

    key: str
    title: str
    formula: Mapping[str, Any] | None
    formula_reason: str
    tie_rule: tuple[Mapping[str, Any], ...]
    drop_out: str
    beyond: str = ""
    #: In cents.
    ceiling: int | None = None
    expected_lowest: int | None
    expected_highest: int | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A dossier as it is being written."""

    number: int
    kind: str
    title: str
    subject: str
    technologies: tuple[str, ...]
    ai: str
    legal_basis: str
    scale: Mapping[str, Any]
    aggregation: str
    assessors: int
    publish_on: date | None
    closes_on: date | None
    lots: tuple[Lot, ...]
    criteria: tuple[Criterion, ...]
    seen: tuple[Seen, ...] = ()
    #: Somebody looked at values outside the core, and chose some or said why not.
    is_wide_enough: bool = False
    #: The keys of the values for which the framework has norms.
    with_norms: frozenset[str] = frozenset()
    #: The texts of the library from which criteria were taken, by URN.
    library: Mapping[str, frozenset[str]]
    #: By key of a criterion, between which percentages the library finds a weight sensible.
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_subsidy(self) -> bool:
        """Tell whether it is a subsidy scheme."""
        return self.kind == "subsidy"

    @cached_property
    def by_key(self) -> Mapping[str, Criterion]:
        """The criteria by their keys."""
        return {one.key: one for one in self.criteria}

    @cached_property
    def divided(self) -> frozenset[str]:
        """The keys of the criteria that have parts."""
        return frozenset(one.parent for one in self.criteria if one.parent)

    def criteria_of(self, lot: str) -> list[Criterion]:
        """Give what holds for a lot."""
        return [one for one in self.criteria if one.lot in (None, lot)]

    def weighed_in(self, lot: str, parent: str | None = None) -> list[Criterion]:
        """Give what is weighed in a lot: the parts of a criterion, or what stands by itself."""
        return [one for one in self.criteria_of(lot) if one.parent == parent and one.is_weighed]

    def with_criterion(self, typed: Criterion) -> Draft:
        """Put what somebody is typing in the place of what was kept."""
        known = typed.key in self.by_key
        rest = tuple(typed if one.key == typed.key else one for one in self.criteria)
        return replace(self, criteria=rest if known else (*rest, typed))


def draft_of(
    dossier: models.Dossier,
    *,
    hand_overs: Iterable[models.HandOver],
    closes_on: date | None,
    seen: Iterable[Seen],
    is_wide_enough: bool,
    with_norms: frozenset[str],
    library: Mapping[str, frozenset[str]],
    ranges: Mapping[str, tuple[int, int]],
) -> Draft:
    """Make a draft of the rows of a dossier and of what its lens shows."""
    return Draft(
        number=dossier.id,
        kind=dossier.kind,
        title=dossier.title,
        subject=dossier.subject,
        technologies=tuple(dossier.technologies),
        ai=dossier.ai,
        legal_basis=dossier.legal_basis,
        scale=dossier.scale,
        aggregation=dossier.aggregation,
        assessors=dossier.assessors,
        publish_on=dossier.publish_on,
        closes_on=closes_on,
        lots=tuple(_lot(lot) for lot in dossier.lots),
        criteria=_criteria(dossier, hand_overs),
        seen=tuple(seen),
        is_wide_enough=is_wide_enough,
        with_norms=with_norms,
        library=library,
        ranges=ranges,
    )


def _lot(lot: models.Lot) -> Lot:
    return Lot(
        key=lot.key,
        title=lot.title,
        formula=lot.formula,
        formula_reason=lot.formula_reason,
        tie_rule=tuple(lot.tie_rule),
        drop_out=lot.drop_out,
        ceiling=lot.ceiling,
        beyond=lot.beyond,
        expected_lowest=lot.expected_lowest,
        expected_highest=lot.expected_highest,
    )


def _criteria(
    dossier: models.Dossier, hand_overs: Iterable[models.HandOver]
) -> tuple[Criterion, ...]:
    keys = {one.id: one.key for one in dossier.criteria}
    lots = {lot.id: lot.key for lot in dossier.lots}
    kept_by: dict[int, list[str]] = {}
    for row in hand_overs:
        kept_by.setdefault(row.criterion_id, []).append(keys[row.keeper_id])
    return tuple(
        Criterion(
            key=one.key,
            type=one.type,
            lot=lots.get(one.lot_id or 0),
            parent=keys.get(one.parent_id or 0),
            value=one.value,
            norm=one.norm,
            title=one.title,
            text=one.text,
            question=one.question,
            reason=one.reason,
            risk=one.risk,
            small_firms=one.small_firms,
            link=one.link,
            evidence=tuple(one.evidence),
            anchors={score: str(text) for score, text in one.anchors.items()},
            weight=one.weight,
            worth=one.worth,
            minimum=one.minimum,
            ground=one.ground,
            duty_basis=one.duty_basis,
            duty_reason=one.duty_reason,
            announced=one.announced,
            kept_by=tuple(kept_by.get(one.id, ())),
            legal_sources=tuple(one.legal_sources),
            source=one.source,
        )
        for one in dossier.criteria
    )
