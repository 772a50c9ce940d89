"""A bid is withdrawn or set aside: one rule, from the first score until the decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_procurement.models import Bid, Dossier, Lot
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.operations.pricing import refuse_after_decision
from waardewerk_procurement.queries.decisions import bids_of, is_priced

LONGEST_REASON = 4000


def drop_out(
    session: Session, dossier: Dossier, bid: Bid, why: str, *, actor_id: int | None, now: datetime
) -> None:
    """Write down that a bid drops out, and why.

    A bid that leaves before there is a ranking is never ranked: it needs no scores any more, and
    its price is forgotten. After the ranking the rule that was fixed says what follows. What a
    decision rests on stands still: who leaves then asks for another decision.
    """
    hold_in(session, dossier, "assessment", "decision")
    lot = session.get_one(Lot, bid.lot_id)
    refuse_after_decision(session, lot)
    db.hold(session, bid)
    if bid.dropped_out_at is not None:
        raise NotNow("This bid dropped out already.")
    reason = tidy_words(why, LONGEST_REASON)
    if not reason:
        raise Refusal("Write down why this bid drops out.")
    if not is_priced(bids_of(session, lot)):
        bid.price = None
    bid.dropped_out_at, bid.dropped_out_why = now, reason
    # Lots were drawn between the bids that were there then.
    lot.drawn, lot.drawn_before = [], ""
    record(
        session, "bid_dropped_out", dossier, actor_id=actor_id, now=now, lot=lot.key, bid=bid.key
    )
