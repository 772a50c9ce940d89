"""How bids of the demo were assessed: alone, and then together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from waardewerk_procurement.demo.cast import Cast
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    KnockOutAnswer,
    Score,
)
from waardewerk_procurement.queries.dossiers import fixed


def begin(cast: Cast, dossier: Dossier, told: dict[str, Any], *, days: int) -> None:
    """Write down which bids came in, and appoint who assesses them."""
    then = cast.ago(days)
    lots = {lot.position: lot.id for lot in dossier.lots}
    bids = [
        Bid(lot_id=lots[int(one["lot"])], key=one["key"], bidder=one["bidder"], added_at=then)
        for one in told["bids"]
    ]
    assessors = [
        Assessor(
            dossier_id=dossier.id, person_id=cast.people[role], number=number, appointed_at=then
        )
        for number, role in enumerate(told["assessors"], 1)
    ]
    cast.session.add_all([*bids, *assessors])
    cast.session.flush()
    cast.session.add_all(
        ConflictDeclaration(assessor_id=one.id, bid_id=bid.id, has_interest=False, declared_at=then)
        for one in assessors
        for bid in bids
    )
    dossier.state = "assessment"
    cast.session.flush()


def bids_of(cast: Cast, dossier: Dossier) -> list[Bid]:
    """Give the bids, in the order in which they came in."""
    lots = [lot.id for lot in dossier.lots]
    return list(cast.session.scalars(select(Bid).where(Bid.lot_id.in_(lots)).order_by(Bid.id)))


def score(cast: Cast, dossier: Dossier, told: dict[str, Any], *, days: int) -> None:
    """Let each assessor score as many bids as the demo says, alone."""
    own = select(Assessor).where(Assessor.dossier_id == dossier.id).order_by(Assessor.number)
    bids = bids_of(cast, dossier)
    for assessor, how_many in zip(cast.session.scalars(own).all(), told["scored"], strict=True):
        for bid in islice(bids, int(how_many)):
            cast.session.add_all(_scores(assessor, bid, told, cast.ago(days)))
    cast.session.flush()


def _scores(assessor: Assessor, bid: Bid, told: dict[str, Any], then: datetime) -> Iterator[Score]:
    for key, (points, reason) in told["scores"][bid.key].items():
        yield Score(
            assessor_id=assessor.id,
            bid_id=bid.id,
            criterion=key,
            number=1,
            score=points,
            reason=reason,
            given_at=then,
        )


def agree(cast: Cast, dossier: Dossier, told: dict[str, Any], *, days: int) -> None:
    """Score, reveal and agree: the quality of every lot is final."""
    then = cast.ago(days)
    positions = {lot.id: lot.position for lot in dossier.lots}
    own = select(Assessor).where(Assessor.dossier_id == dossier.id).order_by(Assessor.number)
    assessors = cast.session.scalars(own).all()
    for bid in bids_of(cast, dossier):
        agreed = told["agreed"][f"{positions[bid.lot_id]}{bid.key}"]
        told_once = {"scores": {bid.key: agreed}}
        for one in assessors:
            cast.session.add_all(_scores(one, bid, told_once, then))
        cast.session.add_all(_agreed(cast, bid, agreed, then))
        cast.session.add_all(_met(cast, dossier, bid, then))
    for lot in dossier.lots:
        lot.revealed_at = lot.quality_final_at = then
        lot.revealed_by = cast.officer
    dossier.state = "decision"
    cast.session.flush()


def _agreed(cast: Cast, bid: Bid, agreed: dict[str, Any], then: datetime) -> Iterator[AgreedScore]:
    for key, (points, reason) in agreed.items():
        yield AgreedScore(
            bid_id=bid.id,
            criterion=key,
            number=1,
            score=points,
            reason=reason,
            agreed_at=then,
            agreed_by=cast.officer,
        )


def _met(cast: Cast, dossier: Dossier, bid: Bid, then: datetime) -> Iterator[KnockOutAnswer]:
    lot = next(lot.key for lot in dossier.lots if lot.id == bid.lot_id)
    for one in fixed(cast.session, dossier).knock_outs_in(lot):
        yield KnockOutAnswer(
            bid_id=bid.id,
            criterion=one.key,
            is_met=True,
            written_at=then,
            written_by=cast.officer,
        )
