"""Every change begins here: with the dossier held, and the state that the change asks for.

What is written changes in one state only, and never after the closing date. Because every
operation comes through here, a page, a fragment, an import and a command refuse alike.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.refusal import Conflict, NotNow
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries import dossiers


def hold_for_writing(
    session: Session, dossier: Dossier, *, now: datetime, revision: int | None = None
) -> None:
    """Hold a dossier whose texts or rules are to change; refuse when they stand still.

    ``revision`` is the one that the writer saw; an older one is a conflict.
    """
    _hold(session, dossier)
    demand_writable(session, dossier, now)
    if revision is not None and revision != dossier.revision:
        raise Conflict("Somebody else changed this dossier meanwhile. Read it again.")


def demand_writable(session: Session, dossier: Dossier, now: datetime) -> None:
    """Refuse when texts and rules stand still; without holding, for a page that asks for them."""
    if "review" in (dossier.state, dossier.rectification):
        raise NotNow("A second person reads this dossier now. Take it back to write on.")
    if not dossier.can_be_written:
        raise NotNow("This dossier is fixed. What was fixed changes by a rectification only.")
    if dossier.state == "fixed":
        demand_open(session, dossier, now)


def hold_in(session: Session, dossier: Dossier, *states: str) -> None:
    """Hold a dossier that must be in one of these states."""
    _hold(session, dossier)
    if dossier.state not in states:
        raise NotNow("This cannot be done in the state that the dossier is in.")


def _hold(session: Session, dossier: Dossier) -> None:
    """Hold a dossier, and have everything else read again.

    A page looks things up before it comes here, and may have waited for who revealed the scores
    meanwhile. A query gives back the rows that a session knows as they were: each must forget.
    """
    db.hold(session, dossier)
    for row in session:
        if row is not dossier:
            session.expire(row)


def demand_open(session: Session, dossier: Dossier, now: datetime) -> None:
    """Refuse what would change after the closing date that bidders know.

    That is the date that was fixed. A rectification may write down a later one, which holds for
    nobody before it is fixed itself.
    """
    if has_passed(dossiers.fixed(session, dossier).closes_at, now):
        raise NotNow("The closing date has passed: nothing changes any more.")


def is_past_closing(dossier: Dossier, now: datetime) -> bool:
    """Tell whether bids or applications can no longer be sent in."""
    return has_passed(dossier.closes_at, now)


def has_passed(closes_at: datetime | None, now: datetime) -> bool:
    """Tell whether a closing date, where there is one, has passed."""
    return closes_at is not None and closes_at <= now


def record(
    session: Session,
    action: str,
    dossier: Dossier,
    *,
    actor_id: int | None,
    now: datetime,
    **details: Any,
) -> None:
    """Append to the audit trail what was done to a dossier."""
    audit.record(
        session,
        f"procurement.{action}",
        f"dossier:{dossier.id}",
        actor_id=actor_id,
        now=now,
        details=details,
    )
