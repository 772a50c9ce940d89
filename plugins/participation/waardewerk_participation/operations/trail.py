"""What every change of a round has: it is not closed yet, and it is in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.refusal import NotNow
from waardewerk_participation.models import Round


def check_not_closed(found: Round) -> None:
    """Refuse to change anything of a closed round."""
    if found.phase == "closed":
        raise NotNow("This round is closed: nothing of it changes any more.")


def log(
    session: Session,
    doing: str,
    found: Round,
    actor_id: int | None,
    now: datetime,
    details: Mapping[str, object],
) -> None:
    """Put a change of a round in the audit trail; ``details`` name people by number."""
    audit.record(session, doing, f"round:{found.id}", actor_id=actor_id, now=now, details=details)


def head_of(session: Session, found: Round) -> str | None:
    """Return the hash of the newest entry about a round: it covers every entry before it."""
    newest = audit.entries_about(session, f"round:{found.id}", limit=1)
    return newest[0].hash if newest else None
