"""Reads about lenses: what is in view, which cards there are, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from waardewerk.notation.local_text import LocalText
from waardewerk.refusal import NotFound
from waardewerk.values.cards import Card, cards_outside, shuffled
from waardewerk.values.framework import Framework
from waardewerk.values.models import ProjectLens, ReferenceList
from waardewerk.values.registry import framework_of
from waardewerk.values.starting import starting_points

PER_PAGE = 100


@dataclass(frozen=True)
class InView:
    """A value that a project is looked at through."""

    urn: str
    name: str
    definition: str
    #: Whether it came in by itself.
    is_core: bool


def get_lens(session: Session, lens_id: int) -> ProjectLens:
    """Find a lens by its number."""
    lens = session.get(ProjectLens, lens_id)
    if lens is None:
        raise NotFound("This lens does not exist.")
    return lens


@dataclass(frozen=True)
class LensPage:
    """Some lenses, the newest first, and which page of them this is."""

    lenses: tuple[ProjectLens, ...]
    current: int
    last: int


def page_of_lenses(session: Session, wanted: int) -> LensPage:
    """List a page of the lenses; a page that is not there is the nearest one that is."""
    count = session.scalar(select(func.count(ProjectLens.id))) or 0
    last = max(1, -(-count // PER_PAGE))
    current = min(max(1, wanted), last)
    newest = (
        select(ProjectLens)
        .options(selectinload(ProjectLens.wider))
        .order_by(ProjectLens.opened_at.desc(), ProjectLens.id.desc())
        .limit(PER_PAGE)
        .offset((current - 1) * PER_PAGE)
    )
    return LensPage(tuple(session.scalars(newest)), current, last)


def core_of(lens: ProjectLens) -> Framework | None:
    """Return the framework whose values came in by themselves."""
    return framework_of(lens.version) if lens.version else None


def cards_for(session: Session, lens: ProjectLens) -> list[Card]:
    """Return the cards of this lens, in the order that it has for ever."""
    return shuffled(cards_outside(core_of(lens), _lists(session)), lens.id)


def _lists(session: Session) -> list[Framework]:
    """Return the lists of others: those that come along, and those that were brought in."""
    brought_in = session.scalars(select(ReferenceList).order_by(ReferenceList.id))
    return [*starting_points(), *(framework_of(one) for one in brought_in)]


def values_in_view(session: Session, lens: ProjectLens, *languages: str) -> list[InView]:
    """Return the core values, and then the chosen cards in the order in which they were chosen."""
    core = core_of(lens)
    found = [
        InView(v.id, v.name.for_language(*languages), v.definition.for_language(*languages), True)
        for v in (core.values if core else ())
    ]
    cards = {card.urn: card for card in cards_for(session, lens)} if lens.wider else {}
    for chosen in lens.wider:
        card = cards.get(chosen.urn)
        name = card.name.for_language(*languages) if card else chosen.name
        found.append(InView(chosen.urn, name, _said(card, languages), False))
    return found


def _said(card: Card | None, languages: tuple[str, ...]) -> str:
    # A list that was taken away leaves the name with which the card was chosen.
    definition: LocalText | None = card.definition if card else None
    return definition.for_language(*languages) if definition else ""


def weighed_in(lens: ProjectLens) -> set[str]:
    """Return the values with which something was considered or decided."""
    return {one.urn for one in lens.considerations} | {
        urn for one in lens.tensions for urn in (one.urn, one.against)
    }
