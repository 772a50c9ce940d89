"""Take back a decision: the winner withdrew, a court said so, or there was a mistake in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from waardewerk import events, gate
from waardewerk.refusal import Conflict, NotAllowed, NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_procurement.models import Bid, Decision, Dossier, Letter, Lot, WithdrawnDecision
from waardewerk_procurement.operations.deciding import announced_as
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries.decisions import is_assessor

LONGEST_REASON = 4000


def withdraw_decision(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    reason: str,
    *,
    seen: str,
    actor_id: int | None,
    now: datetime,
) -> WithdrawnDecision:
    """Put a decision aside, as it was; the lot can be decided on again, and is told again.

    ``seen`` is the SHA-256 of the award file of the decision that was on the screen.
    """
    hold_in(session, dossier, "decision")
    made = session.get(Decision, lot.id)
    if made is None:
        raise NotNow("Nothing is decided about this lot yet.")
    if made.award_sha256 != seen:
        raise Conflict("This lot was decided on again meanwhile. Read that decision first.")
    if is_assessor(session, dossier, actor_id):
        raise NotAllowed("Who assessed the bids cannot decide about them as well.")
    reason = tidy_words(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("Write down why this decision is withdrawn.")
    kept = WithdrawnDecision(
        lot_id=lot.id,
        award_file=made.award_file,
        award_sha256=made.award_sha256,
        snapshot_number=made.snapshot_number,
        winner=made.winner,
        granted=made.granted,
        reason=made.reason,
        standstill_until=made.standstill_until,
        decided_at=made.decided_at,
        decided_by=made.decided_by,
        withdrawn_why=reason,
        withdrawn_at=now,
        withdrawn_by=actor_id,
    )
    session.add(kept)
    session.delete(made)
    _take_back_letters(session, lot, now)
    session.flush()
    record(
        session,
        "decision_withdrawn",
        dossier,
        actor_id=actor_id,
        now=now,
        lot=lot.key,
        sha256=kept.award_sha256,
    )
    gate.send(events.OutcomeWithdrawn(session=session, **announced_as(dossier, lot)))
    return kept


def _take_back_letters(session: Session, lot: Lot, now: datetime) -> None:
    """Have every bidder of the lot told again: what the letters said holds no longer."""
    in_lot = select(Bid.id).where(Bid.lot_id == lot.id)
    ready = (Letter.bid_id.in_(in_lot), Letter.ready_at.is_not(None))
    session.execute(
        update(Letter)
        .where(*ready)
        .values(ready_at=None, revision=Letter.revision + 1, changed_at=now)
        .execution_options(synchronize_session="fetch")
    )
