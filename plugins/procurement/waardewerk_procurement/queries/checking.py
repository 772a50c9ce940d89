"""Reads for checks and trials: a dossier with what its lens shows, as a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.notation.local_text import LocalText
from waardewerk.values import lenses
from waardewerk.values.framework import key_in
from waardewerk.values.operations import looking
from waardewerk.values.ordering import Ordering
from waardewerk.values.queries import framework_numbered
from waardewerk.values.starting import starting_points
from waardewerk_procurement import draft
from waardewerk_procurement.checking.wording import tidied
from waardewerk_procurement.criteria import load_criteria, shipped_criteria
from waardewerk_procurement.draft import Draft, Seen
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, OwnCriterion
from waardewerk_procurement.queries.criteria import suggested_weights
from waardewerk_procurement.queries.dossiers import LENS

__all__ = [
    "draft_of",
    "hand_overs_of",
    "names_of_values",
    "seen_by",
]


def draft_of(session: Session, dossier: Dossier, *languages: str) -> Draft:
    """Read a dossier as it is being written; names of values in these languages."""
    lens = looking.lens_of(session, LENS, dossier.id)
    return draft.draft_of(
        dossier,
        hand_overs=hand_overs_of(session, dossier),
        closes_on=day_of(dossier.closes_at) if dossier.closes_at else None,
        seen=seen_by(session, dossier, *languages),
        is_wide_enough=lens is not None and looking.is_wide_enough(lens),
        with_norms=_with_norms(session, dossier),
        library=_library(session, {one.source for one in dossier.criteria if one.source}),
        ranges=_ranges(session, dossier),
    )


def _ranges(session: Session, dossier: Dossier) -> Mapping[str, tuple[int, int]]:
    """Give the ranges that stand beside the weights; accents only point to an end of them."""
    suggested = suggested_weights(session, dossier.criteria, Ordering())
    return {key: (one.least, one.most) for key, one in suggested.items()}


def hand_overs_of(session: Session, dossier: Dossier) -> list[HandOver]:
    """List which criteria of a dossier keep the promises of which others."""
    own = select(HandOver).join(DossierCriterion, DossierCriterion.id == HandOver.criterion_id)
    return list(session.scalars(own.where(DossierCriterion.dossier_id == dossier.id)))


def seen_by(session: Session, dossier: Dossier, *languages: str) -> list[Seen]:
    """List the values in view of a dossier, with what people said of them."""
    lens = looking.lens_of(session, LENS, dossier.id)
    if lens is None:
        return []
    considered = lenses.weighed_in(lens)
    weighed = {one.urn for one in lens.considerations if one.effect != "none"}
    explained = {one.urn: one.reason for one in lens.considerations if one.effect == "none"}
    explained |= {one.against: one.gives_up for one in lens.tensions}
    return [
        Seen(
            key=key_in(one.urn),
            name=one.name,
            is_chosen=not one.is_core or one.urn in weighed,
            explained=explained.get(one.urn, ""),
            is_core=one.is_core,
            is_considered=one.urn in considered,
        )
        for one in lenses.values_in_view(session, lens, *languages)
    ]


def names_of_values(session: Session, dossier: Dossier, *languages: str) -> dict[str, str]:
    """Give the names of values by key: as they are in view, in the framework or in shipped sets."""
    framework = framework_numbered(session, dossier.values_version)
    known = [*starting_points(), *([framework] if framework else [])]
    names = {one.key: one.name.for_language(*languages) for found in known for one in found.values}
    return names | {one.key: one.name for one in seen_by(session, dossier, *languages)}


def _with_norms(session: Session, dossier: Dossier) -> frozenset[str]:
    """Give the values that norms of the framework serve, by key."""
    framework = framework_numbered(session, dossier.values_version)
    norms = framework.norms if framework else ()
    return frozenset(edge.key for norm in norms for edge in norm.serves)


def _library(session: Session, sources: set[str]) -> Mapping[str, frozenset[str]]:
    """Give the texts of the criteria of a library that a dossier took over."""
    found = {urn: texts for urn, texts in _shipped_texts().items() if urn in sources}
    rest = sources - found.keys()
    if rest:
        own = select(OwnCriterion.content).where(OwnCriterion.urn.in_(rest))
        for content in session.scalars(own):
            found.update(_texts((one.id, one.text) for one in load_criteria(content).criteria))
    return found


@cache
def _shipped_texts() -> Mapping[str, frozenset[str]]:
    return dict(_texts((one.id, one.text) for one in shipped_criteria()))


def _texts(given: Iterable[tuple[str, LocalText]]) -> Iterator[tuple[str, frozenset[str]]]:
    for urn, text in given:
        yield urn, frozenset(map(tidied, text.values()))
