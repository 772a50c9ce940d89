"""Reads: the library of criteria, those that come with the product and those of the province."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotFound
from waardewerk.values.ordering import Ordering
from waardewerk_procurement.criteria import Criterion, find_criteria, related, shipped_criteria
from waardewerk_procurement.library import intake
from waardewerk_procurement.models import Dossier, DossierCriterion, OwnCriterion


@dataclass(frozen=True)
class Item:
    """One criterion of the library; ``own`` is the row of one that the province added."""

    criterion: Criterion
    own: OwnCriterion | None = None

    @property
    def key(self) -> str:
        """The name by which the page of a criterion is found."""
        return self.criterion.key

    @property
    def is_offered(self) -> bool:
        """Tell whether it can still be taken into a dossier."""
        return self.own is None or self.own.retired_at is None


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; nothing means everything."""

    value: str | None = None
    kind: str | None = None
    technology: str | None = None
    ambition: int | None = None
    words: str = ""
    #: ``own`` or ``shipped``; empty for both.
    origin: str = ""

    @property
    def asks_anything(self) -> bool:
        """Tell whether anything is left out."""
        return self != Filters()


#: A text that is stored never changes under its own content, so it is read once per process.
read_stored = lru_cache(maxsize=2 * intake.MOST_OWN)(intake.read_one)


def criterion_of(own: OwnCriterion) -> Criterion:
    """Read a criterion of the province; what keeps its promise may stand elsewhere."""
    return read_stored(own.content)


def own_criteria(session: Session) -> list[OwnCriterion]:
    """List what the province added, the oldest first, also what is no longer offered."""
    return list(session.scalars(select(OwnCriterion).order_by(OwnCriterion.id)))


def whole_library(session: Session) -> list[Item]:
    """List every criterion, also what is no longer offered: the province's own first."""
    own = [Item(criterion_of(one), one) for one in own_criteria(session)]
    return own + [Item(one) for one in shipped_criteria()]


def offered(session: Session) -> list[Item]:
    """List what can be taken into a dossier, the province's own first."""
    return [one for one in whole_library(session) if one.is_offered]


def find_item(session: Session, key: str) -> Item:
    """Find one criterion by its key, also when it is no longer offered."""
    for one in whole_library(session):
        if one.key == key:
            return one
    raise NotFound("There is no such criterion in the library.")


def get_own(session: Session, key: str) -> OwnCriterion:
    """Find a criterion that the province may change."""
    own = find_item(session, key).own
    if own is None:
        raise NotFound("This criterion came with the product. Make it yours to change it.")
    return own


def by_key(items: Iterable[Item]) -> dict[str, Criterion]:
    """Give the criteria by their keys, which are unique in the whole library."""
    return {one.key: one.criterion for one in items}


def search(
    items: Sequence[Item],
    filters: Filters,
    ordering: Ordering,
    names: Mapping[str, str] = MappingProxyType({}),
) -> list[Item]:
    """Keep what fits, what touches an accent of today first; else the order stays as it was."""
    among = [one for one in items if _is_from(one, filters.origin)]
    found = find_criteria(
        (one.criterion for one in among),
        value=filters.value,
        kind=filters.kind,
        technology=filters.technology,
        ambition=filters.ambition,
        words=filters.words,
        names=names,
    )
    kept = {one.key for one in found}
    fitting = [one for one in among if one.key in kept]
    return sorted(fitting, key=lambda one: -ordering.weight(one.criterion.values))


def _is_from(item: Item, origin: str) -> bool:
    return not origin or origin == ("shipped" if item.own is None else "own")


@dataclass(frozen=True)
class Neighbours:
    """What stands around one criterion."""

    keepers: tuple[Item, ...]
    keeps: tuple[Item, ...]
    related: tuple[Item, ...]


#: Of what asks the same at another moment; more is what the search is for.
MOST_RELATED = 8


def neighbours_of(criterion: Criterion, items: Sequence[Item]) -> Neighbours:
    """Give what keeps its promise, what it keeps itself, and what is related of another type."""
    found: Mapping[str, Item] = {one.key: one for one in items}
    keepers = tuple(found[key] for key in criterion.kept_by if key in found)
    keeps = tuple(one for one in items if criterion.key in one.criterion.kept_by)
    already = {one.key for one in (*keepers, *keeps)} | {criterion.key}
    others = related(criterion, (one.criterion for one in items if one.is_offered))
    near = [found[one.key] for one in others if one.key not in already]
    return Neighbours(keepers, keeps, tuple(near[:MOST_RELATED]))


def dossiers_with(session: Session, criterion: Criterion) -> list[Dossier]:
    """List the dossiers in which a criterion was taken, the newest first."""
    taken = select(DossierCriterion.dossier_id).where(DossierCriterion.source == criterion.id)
    query = select(Dossier).where(Dossier.id.in_(taken)).order_by(Dossier.id.desc())
    return list(session.scalars(query))
