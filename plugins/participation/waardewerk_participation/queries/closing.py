"""Reads: what a round still holds of people, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk_participation.models import (
    Code,
    CodeBatch,
    Follower,
    Participant,
    Round,
    Statement,
)


@dataclass(frozen=True)
class Held:
    """How much there is that once led, or could lead, to people."""

    participants: int
    codes: int
    authors: int
    followers: int


def held(session: Session, found: Round) -> Held:
    """Count what a round still holds."""
    letters = select(CodeBatch.id).where(CodeBatch.round_id == found.id)
    counts = (
        select(func.count()).select_from(Participant).where(Participant.round_id == found.id),
        select(func.count()).select_from(Code).where(Code.batch_id.in_(letters)),
        select(func.count(Statement.author)).where(Statement.round_id == found.id),
        select(func.count())
        .select_from(Follower)
        .where(Follower.round_slug == found.slug, Follower.is_confirmed),
    )
    row = session.execute(select(*(one.scalar_subquery() for one in counts))).one()
    return Held(*row)
