"""Reads: the dossiers in which somebody is awaited, from the first draft to the execution."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from waardewerk_procurement.models import (
    Assessor,
    Bid,
    Decision,
    Dossier,
    Letter,
    Lot,
    Review,
)

#: An open lot: its quality is final, and nobody decided on it.
IS_OPEN = (
    (Dossier.state == "decision")
    & Lot.quality_final_at.is_not(None)
    & ~exists().where(Decision.lot_id == Lot.id)
)


def _lacks_a_price() -> ColumnElement[bool]:
    return exists().where(Bid.lot_id == Lot.id, Bid.price.is_(None), Bid.dropped_out_at.is_(None))


def to_better(session: Session, officer_id: int) -> Sequence[Dossier]:
    """List the dossiers of an officer that were sent back, and were not laid before again."""
    said = select(func.max(Review.id)).where(Review.dossier_id == Dossier.id)
    newest = said.correlate(Dossier).scalar_subquery()
    is_written = (Dossier.state == "concept") | (Dossier.rectification == "writing")
    own = select(Dossier).join(Review, Review.id == newest)
    sent_back = own.where(
        Dossier.officer_id == officer_id, is_written, Review.verdict == "sent_back"
    )
    return session.scalars(sent_back.order_by(Dossier.id)).all()


def to_decide(session: Session, person_id: int) -> Sequence[Dossier]:
    """List the dossiers with a lot that is priced and not decided on; who assessed decides not."""
    assessed = exists().where(Assessor.dossier_id == Dossier.id, Assessor.person_id == person_id)
    open_lots = select(Lot.dossier_id).join(Dossier, Dossier.id == Lot.dossier_id)
    ids = open_lots.where(IS_OPEN, ~_lacks_a_price(), ~assessed)
    return session.scalars(select(Dossier).where(Dossier.id.in_(ids)).order_by(Dossier.id)).all()


def to_price(session: Session, officer_id: int) -> Sequence[Dossier]:
    """List the dossiers of an officer in which prices are missing."""
    open_lots = select(Lot.dossier_id).join(Dossier, Dossier.id == Lot.dossier_id)
    ids = open_lots.where(IS_OPEN, _lacks_a_price(), Dossier.officer_id == officer_id)
    return session.scalars(select(Dossier).where(Dossier.id.in_(ids)).order_by(Dossier.id)).all()


def to_write(session: Session, officer_id: int) -> list[tuple[Dossier, int]]:
    """Count the letters that are not ready, by dossier of an officer that was decided on."""
    ready = exists().where(Letter.bid_id == Bid.id, Letter.ready_at.is_not(None))
    waiting = (
        select(Dossier, func.count(Bid.id))
        .join(Lot, Lot.dossier_id == Dossier.id)
        .join(Decision, Decision.lot_id == Lot.id)
        .join(Bid, Bid.lot_id == Lot.id)
        .where(
            Dossier.officer_id == officer_id,
            Dossier.state == "decision",
            Bid.price.is_not(None),
            ~ready,
        )
        .group_by(Dossier.id)
        .order_by(Dossier.id)
    )
    return [(dossier, count) for dossier, count in session.execute(waiting)]


def to_assess(session: Session, officer_id: int) -> Sequence[Dossier]:
    """List the dossiers of an officer that are being assessed."""
    own = select(Dossier).where(Dossier.officer_id == officer_id, Dossier.state == "assessment")
    return session.scalars(own.order_by(Dossier.id)).all()
