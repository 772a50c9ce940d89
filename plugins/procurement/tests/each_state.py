"""A fixed dossier, brought further on its way: to the assessment, the decision and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk_procurement.models import Bid, Decision, Dossier, Letter
from waardewerk_procurement.operations import following

from .deciding_on import decide, give_prices
from .setting_up import NOW, assess, finish_quality, score_all


def bring_to(
    session: Session, dossier: Dossier, state: str, assessors: Sequence[int], officer_id: int | None
) -> None:
    """Bring a fixed dossier to a state; ``decided`` is that of a decision that was taken."""
    appointed, bids = assess(session, dossier, assessors)
    if state == "assessment":
        return
    score_all(session, appointed, bids)
    dossier.lots[0].revealed_at = NOW
    finish_quality(session, dossier, bids)
    if state == "decision":
        return
    give_prices(session, dossier)
    decide(session, dossier)
    if state == "decided":
        return
    _carry_out(session, dossier, bids, officer_id)
    if state == "closed":
        dossier.state, dossier.closed_at = "closed", NOW
    session.flush()


def _carry_out(
    session: Session, dossier: Dossier, bids: Sequence[Bid], officer_id: int | None
) -> None:
    for bid in bids:
        session.add(Letter(bid_id=bid.id, ready_at=NOW, changed_at=NOW, advantages={}))
    decision = session.get_one(Decision, dossier.lots[0].id)
    decision.standstill_until = day_of(NOW) - timedelta(1)
    session.flush()
    following.carry_out(session, dossier, actor_id=officer_id, now=NOW)
