"""Reads: what is published of a round, with the words that belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from waardewerk_participation.models import BackgroundQuestion, LeftOut, Round, Statement
from waardewerk_participation.queries.counting import (
    left_out_sets,
    newest_count,
    published,
)
from waardewerk_participation.queries.rounds import background_questions
from waardewerk_participation.queries.visible import is_visible

if TYPE_CHECKING:
    from waardewerk_participation.showing import Shown


@dataclass(frozen=True)
class Published:
    """What a count shows one audience, and what its numbers stand for."""

    found: Round
    shown: Shown
    counted_at: datetime
    published_at: datetime
    #: The hash of the newest entry of the audit trail about the round, at publishing.
    trail: str
    #: By number, as far as everybody may see them now.
    statements: dict[int, Statement]
    questions: list[BackgroundQuestion]
    #: What moderators left out, with their reasons.
    decisions: list[LeftOut]

    def seen(self) -> Shown:
        """Return the figures of statements that everybody may see now, and of no other."""
        return self.shown.only(self.statements.keys())


def published_for(session: Session, found: Round, audience: str) -> Published | None:
    """Return what is published last; nothing before the first step."""
    from waardewerk_participation.showing import for_audience

    result = published(session, found)
    shown = for_audience(result.shown, audience) if result else None
    if result is None or shown is None:
        return None
    return Published(
        found=found,
        shown=shown,
        counted_at=result.counted_at,
        published_at=result.published_at or result.counted_at,
        trail=result.provenance.get("trail") or "",
        statements=_visible_statements(session, found),
        questions=background_questions(session, found),
        decisions=[one for one in left_out_sets(session, found) if one.undone_at is None],
    )


def _visible_statements(session: Session, found: Round) -> dict[int, Statement]:
    seen = select(Statement).where(is_visible(found)).order_by(Statement.number)
    rows = session.scalars(seen.options(selectinload(Statement.translations)))
    return {one.number: one for one in rows}


@dataclass(frozen=True)
class Health:
    """How counting goes, for those who hold the round."""

    counted_at: datetime | None
    #: In how many directions people differ; below two the map is a line or a point.
    rank: int | None
    #: How many people are in each set of flagged votes, by pattern.
    flags: Mapping[str, int] = field(default_factory=dict)

    def is_behind(self, decisions: Iterable[LeftOut]) -> bool:
        """Tell whether somebody decided about a set since the last count."""
        since = self.counted_at
        return since is not None and any(
            (one.undone_at or one.decided_at) > since for one in decisions
        )


def health_of(session: Session, found: Round) -> Health:
    """Return when was counted last, and how much there was to see."""
    newest = newest_count(session, found)
    if newest is None:
        return Health(None, None)
    told = newest.provenance
    return Health(newest.counted_at, told.get("rank"), told.get("flags", {}))
