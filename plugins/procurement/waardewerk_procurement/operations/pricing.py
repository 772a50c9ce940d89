"""Prices: filled in for all bids of a lot at once, and only after its quality is final."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from waardewerk.refusal import Conflict, NotFound, NotNow
from waardewerk_procurement.award import awarding
from waardewerk_procurement.models import Bid, Decision, Dossier, Lot
from waardewerk_procurement.money import as_decimal
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries.decisions import bids_of

#: From the moment that the quality of every lot is final.
PRICED_STATES = ("decision", "execution", "closed")


def record_prices(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    prices: Mapping[int, int | None],
    *,
    seen: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write down prices in cents, by the number of the bid; ``seen`` is what the writer saw."""
    hold_for_prices(session, dossier, lot)
    bids = priceable(bids_of(session, lot))
    if seen != as_seen(bids):
        raise Conflict("Somebody else changed the prices meanwhile. Read them again.")
    known = {bid.id: bid for bid in bids}
    for bid_id, cents in prices.items():
        bid = known.get(bid_id)
        if bid is None:
            raise NotFound("There is no such bid.")
        check_price(bid, cents)
        bid.price = cents
    lot.drawn, lot.drawn_before = [], ""
    record(
        session, "prices_recorded", dossier, actor_id=actor_id, now=now, lot=lot.key, bids=len(bids)
    )


def hold_for_prices(session: Session, dossier: Dossier, lot: Lot) -> None:
    """Hold a dossier of which prices may be known: its quality is final, nothing is decided."""
    refuse_before_quality(dossier, lot)
    hold_in(session, dossier, "decision")
    refuse_after_decision(session, lot)


def refuse_before_quality(dossier: Dossier, lot: Lot) -> None:
    """Refuse whatever touches a price as long as a score can change, in this lot or another.

    Who bids for two lots shows with the price of one what to expect in the other.
    """
    if lot.quality_final_at is None or dossier.state not in PRICED_STATES:
        raise NotNow("Prices stay closed until the quality of every bid is final.")


def refuse_after_decision(session: Session, lot: Lot) -> None:
    """Refuse to change what a decision rests on: prices, drawn lots, knock-outs, who takes part."""
    if session.get(Decision, lot.id) is not None:
        raise NotNow("This lot is decided on: what the decision rests on stands still.")


def check_price(bid: Bid, cents: int | None) -> None:
    """Refuse a price of zero or less, in the words that the award itself has for it."""
    if cents is not None:
        awarding.Bid(bid.bidder, Decimal(as_decimal(cents)), {})


def priceable(bids: Sequence[Bid]) -> list[Bid]:
    """List the bids that have a price or should have one: who left before has none."""
    return [bid for bid in bids if bid.price is not None or bid.dropped_out_at is None]


def as_seen(bids: Sequence[Bid]) -> str:
    """Give what prices are recognised by, to notice that somebody else changed them."""
    text = ";".join(f"{bid.id}={bid.price}" for bid in bids)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
