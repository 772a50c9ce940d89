"""What happens by itself: voting ends when its time is over, and reach is counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.contract import Job
from waardewerk_participation.operations import phases, reaching


def close_what_is_over(session: Session, _payload: Mapping[str, Any]) -> None:
    """End every vote whose time is over."""
    phases.close_what_is_over(session, datetime.now(UTC))


def count_reach(session: Session, _payload: Mapping[str, Any]) -> None:
    """Count who takes part, where the next step is reached."""
    for found in reaching.rounds_to_count(session):
        reached = reaching.count_reach(session, found, now=datetime.now(UTC))
        if reached is not None:
            with db.current().transaction() as writing:
                reaching.keep_reach(writing, found, reached, now=datetime.now(UTC))


def jobs() -> list[Job]:
    """Return both jobs.

    A vote after its end is refused in any case; the job only moves the round on. Counting takes
    its time, and a lock only to keep what it found.
    """
    return [
        Job(
            name="participation.closing_time",
            run=close_what_is_over,
            every=timedelta(minutes=1),
        ),
        Job(
            name="participation.reach",
            run=count_reach,
            every=timedelta(minutes=10),
            holds_lock=False,
        ),
    ]
