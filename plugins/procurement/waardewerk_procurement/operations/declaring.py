"""Declare, per bidder, whether one has an interest: before that nobody comes near a bid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk.refusal import NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_procurement.models import Assessor, Bid, ConflictDeclaration, Dossier
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.operations.saved import Saved, save_each
from waardewerk_procurement.queries.assessment import Assessment, assessment_of

LONGEST = 4000


@dataclass(frozen=True)
class Declared:
    """What somebody says about one bidder."""

    has_interest: bool
    explanation: str = ""


def declare(
    session: Session,
    dossier: Dossier,
    assessor: Assessor,
    said: Mapping[int, Declared],
    *,
    now: datetime,
) -> Saved[int]:
    """Add what an assessor declares, by bid; what was declared before stays."""
    hold_in(session, dossier, "assessment")
    if assessor.ended_at is not None:
        raise NotNow("You no longer assess this dossier.")
    found = assessment_of(session, dossier)

    def save(bid_id: int) -> bool:
        return _save(session, found, assessor, found.bid(bid_id), said[bid_id], now)

    saved = save_each(said, save)
    session.flush()
    return saved


def _save(
    session: Session,
    found: Assessment,
    assessor: Assessor,
    bid: Bid,
    said: Declared,
    now: datetime,
) -> bool:
    """Add a declaration when it says something new; tell whether it did."""
    explanation = tidy_words(said.explanation, LONGEST) if said.has_interest else ""
    if said.has_interest and not explanation:
        raise Refusal("Say which interest it is.")
    before = found.declared.get((assessor.id, bid.id))
    now_said = (said.has_interest, explanation)
    if before is not None and (before.has_interest, before.explanation) == now_said:
        return False
    lot = found.lot_of(bid)
    if lot.quality_final_at is not None:
        raise NotNow("The quality of this lot is final: nothing changes any more.")
    # An interest can come to light late. That somebody has none opens nothing after the reveal.
    if not said.has_interest and not found.scores_alone(assessor, bid):
        raise NotNow("The scores were revealed: this gives no access any more.")
    session.add(
        ConflictDeclaration(
            assessor_id=assessor.id,
            bid_id=bid.id,
            has_interest=said.has_interest,
            explanation=explanation,
            declared_at=now,
        )
    )
    record(
        session,
        "interest_declared",
        found.dossier,
        actor_id=assessor.person_id,
        now=now,
        assessor=assessor.number,
        bid=bid.id,
        has_interest=said.has_interest,
    )
    return True
