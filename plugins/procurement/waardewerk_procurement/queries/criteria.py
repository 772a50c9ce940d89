"""Reads: what a dossier asks and for the sake of what, and what the library has for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotFound
from waardewerk.values import lenses
from waardewerk.values import queries as frameworks
from waardewerk.values.framework import key_in
from waardewerk.values.operations import looking
from waardewerk.values.ordering import Ordering
from waardewerk.values.starting import starting_points
from waardewerk_procurement.criteria import (
    KINDS,
    Criterion,
    find_criteria,
    related,
    shipped_criteria,
)
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver
from waardewerk_procurement.queries.dossiers import LENS
from waardewerk_procurement.queries.library import offered
from waardewerk_procurement.suggested import Suggestion, for_written

#: How many others that serve the same are named beside a criterion in the list.
MOST_KIN = 3

# What a dossier asks ---------------------------------------------------------------------------


def criteria_of(session: Session, dossier: Dossier) -> list[DossierCriterion]:
    """List the criteria of a dossier, in its order."""
    own = select(DossierCriterion).where(DossierCriterion.dossier_id == dossier.id)
    return list(session.scalars(own.order_by(DossierCriterion.position, DossierCriterion.id)))


def get_criterion(session: Session, dossier: Dossier, key: str) -> DossierCriterion:
    """Find a criterion of a dossier by its key."""
    own = select(DossierCriterion).where(
        DossierCriterion.dossier_id == dossier.id, DossierCriterion.key == key
    )
    found = session.scalar(own)
    if found is None:
        raise NotFound("There is no such criterion.")
    return found


def parts_of(session: Session, row: DossierCriterion) -> list[DossierCriterion]:
    """List the parts into which a criterion is divided."""
    own = select(DossierCriterion).where(DossierCriterion.parent_id == row.id)
    return list(session.scalars(own.order_by(DossierCriterion.position)))


def possible_keepers(
    session: Session, dossier: Dossier, row: DossierCriterion
) -> list[DossierCriterion]:
    """List what can keep a promise of this criterion alive after the award."""
    kept_by = KINDS[row.type].kept_by  # type: ignore[index]
    return [
        one
        for one in criteria_of(session, dossier)
        if one.type in kept_by and (row.lot_id is None or one.lot_id in (None, row.lot_id))
    ]


def keepers_of(session: Session, dossier: Dossier) -> dict[int, list[int]]:
    """Give per criterion the numbers of those that keep its promise alive."""
    own = (
        select(HandOver)
        .join(DossierCriterion, DossierCriterion.id == HandOver.criterion_id)
        .where(DossierCriterion.dossier_id == dossier.id)
        .order_by(HandOver.keeper_id)
    )
    found: dict[int, list[int]] = {}
    for row in session.scalars(own):
        found.setdefault(row.criterion_id, []).append(row.keeper_id)
    return found


def looked_wider(session: Session, dossier: Dossier) -> bool | None:
    """Tell whether people looked beyond the core values; nothing when there is no lens yet."""
    lens = looking.lens_of(session, LENS, dossier.id)
    return looking.is_wide_enough(lens) if lens is not None else None


# For the sake of what --------------------------------------------------------------------------


@dataclass(frozen=True)
class InView:
    """A value that a dossier is looked at through."""

    key: str
    name: str
    #: Whether it came in by itself; else somebody chose its card in the wider look.
    is_core: bool


@dataclass(frozen=True)
class NormInView:
    """A norm of the framework with which a dossier looks, and the values that it serves."""

    key: str
    text: str
    serves: tuple[str, ...]


def values_in_view(session: Session, dossier: Dossier, language: str) -> list[InView]:
    """List the values that a criterion here can serve.

    Those of the framework with which the dossier looks and those of the wider look; before there
    is a framework, the ones that the library knows.
    """
    lens = looking.lens_of(session, LENS, dossier.id)
    seen = lenses.values_in_view(session, lens, language) if lens is not None else []
    framework = frameworks.framework_numbered(session, dossier.values_version)
    core = (
        [InView(one.key, one.name.for_language(language), True) for one in framework.values]
        if framework
        else [InView(key, name, True) for key, name in library_values(language).items()]
    )
    known = {one.key for one in core}
    wider = [InView(key_in(one.urn), one.name, False) for one in seen if not one.is_core]
    return [*core, *(one for one in wider if one.key not in known)]


def norms_in_view(session: Session, dossier: Dossier, language: str) -> list[NormInView]:
    """List the norms of the framework with which the dossier looks."""
    framework = frameworks.framework_numbered(session, dossier.values_version)
    if framework is None:
        return []
    return [
        NormInView(
            norm.key, norm.text.for_language(language), tuple(edge.key for edge in norm.serves)
        )
        for norm in framework.norms
    ]


@lru_cache(maxsize=8)
def library_values(language: str) -> Mapping[str, str]:
    """Give the values that the shipped criteria serve, by key, with their names."""
    names = {
        value.key: value.name.for_language(language)
        for framework in starting_points()
        for value in framework.values
    }
    keys = dict.fromkeys(key for one in shipped_criteria() for key in one.values)
    return {key: names.get(key, key) for key in keys}


# The list --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A criterion in the list, with those that know it."""

    criterion: DossierCriterion
    #: Others of another type that serve the same value or norm, and how many more there are.
    kin: tuple[DossierCriterion, ...]
    more: int
    keepers: tuple[DossierCriterion, ...]
    parts: tuple[DossierCriterion, ...]


@dataclass(frozen=True)
class OfType:
    """The criteria of one type that serve one value."""

    type: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Group:
    """What is asked for the sake of one value, by type; an empty ``key`` is without a value."""

    key: str
    name: str
    types: tuple[OfType, ...] = field(default=())


def grouped(
    criteria: Sequence[DossierCriterion],
    keepers: Mapping[int, Sequence[int]],
    in_view: Iterable[InView],
) -> list[Group]:
    """Put criteria under the value that they serve, in the order of the framework, and by type."""
    names = {one.key: one.name for one in in_view}
    tops = [one for one in criteria if one.parent_id is None]
    unknown = dict.fromkeys(one.value for one in tops if one.value not in names)
    order = [*names, *(key for key in unknown if key), ""]
    lines = _lines(tops, criteria, keepers)
    groups = [Group(key, names.get(key, key), _by_type(lines, key)) for key in order]
    return [one for one in groups if one.types]


def unserved(criteria: Iterable[DossierCriterion], in_view: Iterable[InView]) -> list[InView]:
    """List the values in view for the sake of which nothing is asked yet."""
    served = {one.value for one in criteria}
    return [one for one in in_view if one.key not in served]


def kin_of(one: DossierCriterion, among: Iterable[DossierCriterion]) -> list[DossierCriterion]:
    """Give the criteria of another type that serve the same norm or value, the norm first."""
    found = [
        other
        for other in among
        if other.type != one.type
        and other.parent_id is None
        and (_same(one.value, other.value) or _same(one.norm, other.norm))
    ]
    return sorted(found, key=lambda other: not _same(one.norm, other.norm))


def _shares(one: DossierCriterion) -> list[tuple[str, str]]:
    return [(kind, key) for kind, key in (("norm", one.norm), ("value", one.value)) if key]


def _same(one: str, other: str) -> bool:
    return one == other != ""


def _by_type(lines: Sequence[Line], value: str) -> tuple[OfType, ...]:
    own = [one for one in lines if one.criterion.value == value]
    found = (
        OfType(type_, tuple(one for one in own if one.criterion.type == type_)) for type_ in KINDS
    )
    return tuple(one for one in found if one.lines)


def _lines(
    tops: Sequence[DossierCriterion],
    criteria: Sequence[DossierCriterion],
    keepers: Mapping[int, Sequence[int]],
) -> list[Line]:
    by_id = {one.id: one for one in criteria}
    parts: dict[int, list[DossierCriterion]] = {}
    for one in criteria:
        if one.parent_id is not None:
            parts.setdefault(one.parent_id, []).append(one)
    # Only who shares a value or a norm is compared: 200 criteria would make 40 000 pairs.
    sharing: dict[tuple[str, str], list[DossierCriterion]] = {}
    for one in tops:
        for shared in _shares(one):
            sharing.setdefault(shared, []).append(one)
    lines = []
    for one in tops:
        near = {other.id: other for shared in _shares(one) for other in sharing[shared]}
        kin = kin_of(one, near.values())
        lines.append(
            Line(
                one,
                tuple(kin[:MOST_KIN]),
                max(len(kin) - MOST_KIN, 0),
                tuple(by_id[keeper] for keeper in keepers.get(one.id, ())),
                tuple(parts.get(one.id, ())),
            )
        )
    return lines


# The library -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for in the library; empty is everything."""

    value: str = ""
    type: str = ""
    technology: str = ""
    ambition: int | None = None
    words: str = ""
    #: Only what is meant for a kind of technology that the dossier touches.
    suits_dossier: bool = False


@dataclass(frozen=True)
class Offer:
    """A criterion of the library as this dossier sees it."""

    criterion: Criterion
    #: Which accents brought it forward or back; empty when none did.
    why: str
    #: From 0 to 1, where 0.5 is ordinary: the accents of the values that it serves.
    accent: float
    #: The key under which it is in the dossier already.
    taken_as: str = ""


def library(session: Session) -> list[Criterion]:
    """List what can be taken: what came with the product, and then the province's own."""
    found = sorted(offered(session), key=lambda item: item.own is not None)
    return [item.criterion for item in found]


def get_from_library(session: Session, dossier: Dossier, key: str) -> Criterion:
    """Find a criterion that fits this kind of dossier by its key."""
    for one in _fitting(dossier, library(session)):
        if one.key == key:
            return one
    raise NotFound("There is no such criterion in the library.")


def offers(
    session: Session,
    dossier: Dossier,
    wanted: Wanted,
    ordering: Ordering,
    names: Mapping[str, str] = MappingProxyType({}),
) -> list[Offer]:
    """List what the library has for this dossier; ``names`` are those of values and technologies.

    What the accents bring forward comes first, and then what suits its technology.
    """
    found = find_criteria(
        _fitting(dossier, library(session)),
        value=wanted.value or None,
        kind=wanted.type or None,
        technology=wanted.technology or None,
        ambition=wanted.ambition,
        words=wanted.words,
        names=names,
    )
    if wanted.suits_dossier:
        found = tuple(one for one in found if _suits(one, dossier))
    taken = {one.source: one.key for one in criteria_of(session, dossier)}
    listed = [
        Offer(one, ordering.why(one.values), ordering.weight(one.values), taken.get(one.id, ""))
        for one in found
    ]
    return sorted(listed, key=lambda one: (-one.accent, not _suits(one.criterion, dossier)))


def _suits(one: Criterion, dossier: Dossier) -> bool:
    """Tell whether a criterion is meant for a kind of technology that the dossier touches."""
    touched = dossier.technologies
    return not touched or any(one.suits(technology) for technology in touched)


def of_library(session: Session, row: DossierCriterion) -> Criterion | None:
    """Find what a criterion was taken from; nothing when it was written here."""
    return next((one for one in library(session) if one.id == row.source), None)


def suggested_weights(
    session: Session, rows: Iterable[DossierCriterion], ordering: Ordering
) -> dict[str, Suggestion]:
    """Give the weights that make sense for these criteria, by key; the library is read once."""
    among = library(session)
    found = {row.key: for_written(row, among, ordering) for row in rows}
    return {key: one for key, one in found.items() if one is not None}


def related_in_library(
    session: Session, dossier: Dossier, row: DossierCriterion, most: int
) -> list[Criterion]:
    """Give what the library says goes with a criterion and is not in the dossier yet."""
    fitting = _fitting(dossier, library(session))
    own = next((one for one in fitting if one.id == row.source), None)
    if own is None:
        return []
    taken = {one.source for one in criteria_of(session, dossier)}
    return [one for one in related(own, fitting) if one.id not in taken][:most]


def types_for(dossier: Dossier) -> list[str]:
    """List the types of criteria that a dossier of this kind can have."""
    used_in = "subsidy" if dossier.is_subsidy else "tender"
    return [key for key, kind in KINDS.items() if kind.used_in == used_in]


def _fitting(dossier: Dossier, among: Iterable[Criterion]) -> list[Criterion]:
    types = set(types_for(dossier))
    return [one for one in among if one.type in types]
