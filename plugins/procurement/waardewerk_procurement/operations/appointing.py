"""List who sent in a bid, and appoint who assesses them.

Of a bid the product knows the bidder's name and nothing that was sent in.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.people import queries as people
from waardewerk.refusal import NotFound, NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_procurement.models import Assessor, Bid, Dossier, Lot
from waardewerk_procurement.operations.holding import hold_in, is_past_closing, record
from waardewerk_procurement.operations.pricing import refuse_after_decision
from waardewerk_procurement.queries.assessment import Assessment, assessment_of, is_spoken_of

LONGEST_NAME = 200
#: Who may be appointed.
ASSESS = "procurement.assess"
LETTERS = 26


def add_bid(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    bidder: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> Bid:
    """Put a bidder on the list of a lot; who is on it already stays as it is."""
    hold_in(session, dossier, "fixed", "assessment")
    # A lot that a rectification adds may never be fixed, and its bids would go with it.
    if dossier.rectification:
        raise NotNow("A rectification is being written. Finish it, or stop it, first.")
    assessment_of(session, dossier).lot(lot.key)
    if not is_past_closing(dossier, now):
        raise NotNow("Bids are listed once the closing date has passed.")
    _require_not_revealed(session, lot)
    name = _name(bidder)
    same = select(Bid).where(Bid.lot_id == lot.id, Bid.bidder == name)
    known = session.scalar(same)
    if known is not None:
        return known
    bid = Bid(lot_id=lot.id, key=_next_key(session, lot), bidder=name, added_at=now)
    session.add(bid)
    session.flush()
    record(session, "bid_added", dossier, actor_id=actor_id, now=now, lot=lot.key, bid=bid.key)
    return bid


def rename_bid(
    session: Session,
    dossier: Dossier,
    bid: Bid,
    bidder: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write the name of a bidder better, until the decision that it stands in."""
    hold_in(session, dossier, "fixed", "assessment", "decision")
    lot = _lot_of(session, bid)
    refuse_after_decision(session, lot)
    name = _name(bidder)
    if name == bid.bidder:
        return
    other = select(Bid.id).where(Bid.lot_id == lot.id, Bid.bidder == name, Bid.id != bid.id)
    if session.scalar(other) is not None:
        raise Refusal("This name is on the list already.")
    bid.bidder = name
    record(session, "bid_renamed", dossier, actor_id=actor_id, now=now, lot=lot.key, bid=bid.key)


def remove_bid(
    session: Session, dossier: Dossier, bid: Bid, *, actor_id: int | None, now: datetime
) -> None:
    """Take off the list what was put there by mistake, as long as nobody said a thing of it."""
    hold_in(session, dossier, "fixed", "assessment")
    lot = _lot_of(session, bid)
    _require_not_revealed(session, lot)
    if is_spoken_of(session, bid):
        raise NotNow(
            "Something was written about this bid already. Let it drop out instead, and say why."
        )
    if dossier.state == "assessment" and not _has_another(session, bid):
        raise NotNow("This is the last bid of the lot.")
    details = {"lot": lot.key, "bid": bid.key}
    session.delete(bid)
    session.flush()
    record(session, "bid_removed", dossier, actor_id=actor_id, now=now, **details)


def appoint(
    session: Session, dossier: Dossier, person_id: int, *, actor_id: int | None, now: datetime
) -> Assessor:
    """Appoint somebody to score bids; no more people than the documents say."""
    hold_in(session, dossier, "fixed", "assessment")
    found = assessment_of(session, dossier)
    earlier = next((one for one in found.assessors if one.person_id == person_id), None)
    if earlier is not None and found.is_stand_in(earlier):
        raise NotNow("This person stands in for a bid, and assesses nothing else here.")
    if earlier is not None and earlier.ended_at is None:
        return earlier
    if all(lot.revealed_at is not None for lot in found.lots):
        raise NotNow("The scores were revealed: nobody is appointed any more.")
    # The scores of who left before a reveal do not count, and may not begin to.
    if earlier is not None and any(lot.revealed_at is not None for lot in found.lots):
        raise NotNow("Scores were revealed: who left does not come back. Appoint somebody else.")
    if len(found.active) >= found.fixed.assessors:
        raise Refusal(
            "The documents say that %(count)s people assess. Somebody has to leave first.",
            count=found.fixed.assessors,
        )
    require_somebody_here(session, person_id)
    if earlier is not None:
        earlier.ended_at = None
    assessor = earlier or new_assessor(session, dossier, person_id, now)
    session.flush()
    record(
        session, "assessor_appointed", dossier, actor_id=actor_id, now=now, number=assessor.number
    )
    return assessor


def end_appointment(
    session: Session, dossier: Dossier, assessor: Assessor, *, actor_id: int | None, now: datetime
) -> None:
    """Let somebody leave the assessment; scores that nobody else saw do not count."""
    hold_in(session, dossier, "fixed", "assessment")
    db.hold(session, assessor)
    if assessor.ended_at is not None:
        return
    found = assessment_of(session, dossier)
    if not may_leave(found, assessor):
        raise NotNow("The scores were revealed: nobody leaves the assessment any more.")
    assessor.ended_at = now
    record(session, "assessor_ended", dossier, actor_id=actor_id, now=now, number=assessor.number)


def may_leave(found: Assessment, assessor: Assessor) -> bool:
    """Tell whether somebody can leave: until all that they were to score was revealed."""
    if found.is_stand_in(assessor):
        return any(found.scores_alone(assessor, bid) for bid in found.bids_for(assessor))
    return any(lot.revealed_at is None for lot in found.lots)


def key_at(place: int) -> str:
    """Name the first bid A, the 26th Z and the 27th AA."""
    before, letter = divmod(place, LETTERS)
    return (key_at(before - 1) if before else "") + chr(ord("A") + letter)


def _next_key(session: Session, lot: Lot) -> str:
    used = set(session.scalars(select(Bid.key).where(Bid.lot_id == lot.id)))
    place = len(used)
    while key_at(place) in used:
        place += 1
    return key_at(place)


def _name(bidder: str) -> str:
    name = " ".join(tidy_words(bidder, LONGEST_NAME).split())
    if not name:
        raise Refusal("Write down the name of the bidder.")
    return name


def _lot_of(session: Session, bid: Bid) -> Lot:
    return session.get_one(Lot, bid.lot_id)


def _require_not_revealed(session: Session, lot: Lot) -> None:
    db.hold(session, lot)
    if lot.revealed_at is not None:
        raise NotNow("The scores of this lot were revealed: its list of bids stands still.")


def _has_another(session: Session, bid: Bid) -> bool:
    others = select(Bid.id).where(Bid.lot_id == bid.lot_id, Bid.id != bid.id)
    return session.scalar(others.limit(1)) is not None


def require_somebody_here(session: Session, person_id: int) -> None:
    """Refuse who has no account, or may not score."""
    account = people.account_of(session, person_id)
    if account is None:
        raise NotFound("There is no such person.")
    if account.state == "left":
        raise Refusal("This person left the organisation.")
    if not people.may(session, person_id, ASSESS):
        raise Refusal("This person may not score bids.")


def new_assessor(session: Session, dossier: Dossier, person_id: int, now: datetime) -> Assessor:
    """Add an assessor with the next number."""
    highest = select(func.max(Assessor.number)).where(Assessor.dossier_id == dossier.id)
    assessor = Assessor(
        dossier_id=dossier.id,
        person_id=person_id,
        number=(session.scalar(highest) or 0) + 1,
        appointed_at=now,
    )
    session.add(assessor)
    return assessor
