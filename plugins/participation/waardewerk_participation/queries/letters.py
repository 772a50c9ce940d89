"""Reads: the batches of letters of a round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk_participation.models import Code, CodeBatch, Round
from waardewerk_participation.steps import in_steps


@dataclass(frozen=True)
class LettersMade:
    """A batch of letters; how many were used only in steps."""

    id: int
    label: str
    size: int
    made_on: date
    revoked_on: date | None
    used_at_least: int


def batches(session: Session, found: Round) -> list[LettersMade]:
    """List the batches of letters of a round, the newest first."""
    used = _used(session, found)
    of_it = select(CodeBatch).where(CodeBatch.round_id == found.id)
    return [
        LettersMade(
            id=batch.id,
            label=batch.label,
            size=batch.size,
            made_on=batch.made_on,
            revoked_on=batch.revoked_on,
            used_at_least=in_steps(used.get(batch.id, 0)),
        )
        for batch in session.scalars(of_it.order_by(CodeBatch.id.desc()))
    ]


def _used(session: Session, found: Round) -> Mapping[int, int]:
    counted = (
        select(Code.batch_id, func.count())
        .join(CodeBatch, CodeBatch.id == Code.batch_id)
        .where(CodeBatch.round_id == found.id, Code.state == "used")
        .group_by(Code.batch_id)
    )
    return dict(session.execute(counted).all())
