"""Reads about signals and proposals: where they are on the way from practice to the framework."""

from __future__ import annotations

from datetime import date

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from waardewerk.people import queries as people
from waardewerk.people.queries import Account
from waardewerk.refusal import NotFound
from waardewerk.values.models import FrameworkVersion, Proposal, Signal

MOST_LISTED = 500
#: What waits first, so that no flood of what is answered hides it.
_ORDER = case({"new": 0, "taken_up": 1, "answered": 2}, value=Signal.state)


def get_signal(session: Session, signal_id: int) -> Signal:
    """Find a signal by its number."""
    signal = session.get(Signal, signal_id)
    if signal is None:
        raise NotFound("This signal does not exist.")
    return signal


def get_proposal(session: Session, proposal_id: int) -> Proposal:
    """Find a proposal by its number."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound("This proposal does not exist.")
    return proposal


def all_signals(session: Session) -> list[Signal]:
    """List the signals: what waits first, then the newest."""
    listed = select(Signal).options(joinedload(Signal.proposal))
    ordered = listed.order_by(_ORDER, Signal.sent_on.desc(), Signal.id)
    return list(session.scalars(ordered.limit(MOST_LISTED)))


def signals_about(session: Session, value: str) -> list[Signal]:
    """List the signals about one value, or about what clashes with it, the newest first."""
    about = select(Signal).where(or_(Signal.value == value, Signal.against == value))
    return list(session.scalars(about.order_by(Signal.sent_on.desc(), Signal.id)))


def count_new(session: Session) -> int:
    """Count the signals that nobody looked at."""
    return session.scalar(select(func.count(Signal.id)).where(Signal.state == "new")) or 0


def answered_since(session: Session, person_id: int, since: date) -> list[Signal]:
    """List somebody's own signals that were answered from a day on, the newest answer first."""
    own = (Signal.sender_id == person_id, Signal.answered_on >= since)
    return list(session.scalars(select(Signal).where(*own).order_by(Signal.answered_on.desc())))


def signals_of(session: Session, person_id: int) -> list[Signal]:
    """List what somebody sent with a name, the newest first."""
    own = select(Signal).where(Signal.sender_id == person_id)
    return list(session.scalars(own.order_by(Signal.sent_on.desc(), Signal.id)))


def sender_of(session: Session, signal: Signal) -> Account | None:
    """Return who sent a signal; nobody when it has no name, or the person was erased."""
    return people.account_of(session, signal.sender_id) if signal.sender_id else None


def proposals(session: Session) -> list[Proposal]:
    """List the proposals: the open ones first, then the newest."""
    rows = session.scalars(
        select(Proposal)
        .options(selectinload(Proposal.signals), joinedload(Proposal.version))
        .order_by(Proposal.id.desc())
    )
    return sorted(rows, key=lambda proposal: proposal.state != "open")


def open_proposals(session: Session) -> list[Proposal]:
    """List the proposals on which nobody decided yet."""
    waiting = select(Proposal).where(Proposal.state == "open").order_by(Proposal.id)
    return list(session.scalars(waiting))


def to_write_in(session: Session) -> list[Proposal]:
    """List what was accepted and stands in no version yet: the next version comes from it."""
    accepted = (Proposal.state == "accepted", Proposal.version_id.is_(None))
    return list(session.scalars(select(Proposal).where(*accepted).order_by(Proposal.id)))


def written_in(session: Session, version: FrameworkVersion) -> list[Proposal]:
    """List the proposals from which a version came."""
    landed = select(Proposal).where(Proposal.version_id == version.id)
    return list(session.scalars(landed.order_by(Proposal.id)))
