"""Every change begins here: with the dossier held, and the state that the change asks for.

What is written changes in one state only, and never after the closing date. Because every
operation comes through here, a page, a fragment, an import and a command refuse alike.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.refusal import Conflict
from waardewerk_procurement.models import Dossier


def hold_for_writing(
    session: Session, dossier: Dossier, *, now: datetime, revision: int | None = None
) -> None:
    """Hold a dossier whose texts or rules are to change; refuse when they stand still.

    ``revision`` is the one that the writer saw; an older one is a conflict.
    """
    db.hold(session, dossier)
    if not dossier.can_be_written:
        raise Conflict("This dossier is fixed. What was fixed changes by a rectification only.")
    if dossier.state == "fixed" and is_past_closing(dossier, now):
        raise Conflict("The closing date has passed: nothing changes any more.")
    if revision is not None and revision != dossier.revision:
        raise Conflict("Somebody else changed this dossier meanwhile. Read it again.")


def hold_in(session: Session, dossier: Dossier, *states: str) -> None:
    """Hold a dossier that must be in one of these states."""
    db.hold(session, dossier)
    if dossier.state not in states:
        raise Conflict("This cannot be done in the state that the dossier is in.")


def is_past_closing(dossier: Dossier, now: datetime) -> bool:
    """Tell whether bids or applications can no longer be sent in."""
    return dossier.closes_at is not None and dossier.closes_at <= now


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
