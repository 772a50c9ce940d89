"""Reads: booklets and the batches in which they are typed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from waardewerk_participation import numbering
from waardewerk_participation.models import (
    PaperBatch,
    PaperEntry,
    Round,
    Statement,
)
from waardewerk_participation.queries.visible import is_visible

#: So many statements go in a booklet of four pages.
MOST_PRINTED = 30


@dataclass(frozen=True)
class BatchSeen:
    """A pile of booklets as the list shows it."""

    batch: PaperBatch
    #: Counted, or typed over at least once.
    booklets: int


def entries_of(session: Session, batch_id: int, booklet: int | None = None) -> Sequence[PaperEntry]:
    """List what was typed of a batch, or of one booklet in it, by booklet and turn."""
    of_it = select(PaperEntry).where(PaperEntry.batch_id == batch_id)
    if booklet is not None:
        of_it = of_it.where(PaperEntry.booklet == booklet)
    return session.scalars(of_it.order_by(PaperEntry.booklet, PaperEntry.turn)).all()


def batches(session: Session, found: Round) -> list[BatchSeen]:
    """List the batches of booklets of a round, the newest first."""
    typed = dict(
        session.execute(
            select(PaperEntry.batch_id, func.count(PaperEntry.booklet.distinct())).group_by(
                PaperEntry.batch_id
            )
        ).all()
    )
    of_it = select(PaperBatch).where(PaperBatch.round_id == found.id)
    return [
        BatchSeen(batch, batch.booklets or typed.get(batch.id, 0))
        for batch in session.scalars(of_it.order_by(PaperBatch.id.desc()))
    ]


def printed(session: Session, found: Round) -> list[Statement]:
    """List the statements that a booklet holds: the first that are visible, by number."""
    seen = select(Statement).where(is_visible(found)).options(selectinload(Statement.translations))
    return list(session.scalars(seen.order_by(Statement.number).limit(MOST_PRINTED)))


def statements_in(session: Session, found: Round, batch: PaperBatch) -> list[Statement]:
    """List the statements in the booklets of a batch that are still visible."""
    numbers = numbering.read(batch.statements)
    seen = select(Statement).where(is_visible(found), Statement.number.in_(numbers))
    with_texts = seen.options(selectinload(Statement.translations))
    return list(session.scalars(with_texts.order_by(Statement.number)))
