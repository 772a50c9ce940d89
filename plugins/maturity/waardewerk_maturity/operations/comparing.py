"""Keep results of other organisations, and let them go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound, Refusal
from waardewerk_maturity.exchange import payload_of, read_result
from waardewerk_maturity.models import Comparison

MOST_FILES = 200


def import_comparison(
    session: Session, data: bytes, *, actor_id: int | None, now: datetime
) -> Comparison:
    """Keep the result in a file; a newer file of the same measurement takes its place."""
    result = read_result(data)
    if result.measured_on > day_of(now):
        raise Refusal("This scan was measured on a day that has not come yet.")
    kept = session.scalar(
        select(Comparison).where(
            Comparison.organisation == result.organisation,
            Comparison.measured_on == result.measured_on,
        )
    )
    if kept is None:
        if (session.scalar(select(func.count(Comparison.id))) or 0) >= MOST_FILES:
            raise Refusal("At most %(most)s files can be kept.", most=MOST_FILES)
        kept = Comparison(organisation=result.organisation, measured_on=result.measured_on)
        session.add(kept)
    kept.payload, kept.imported_at, kept.imported_by = payload_of(result), now, actor_id
    session.flush()
    audit.record(
        session, "comparison.imported", f"comparison:{kept.id}", actor_id=actor_id, now=now
    )
    return kept


def remove_comparison(
    session: Session, comparison_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Let a file go; the organisation that made it still has it."""
    kept = session.get(Comparison, comparison_id)
    if kept is None:
        raise NotFound("This file is not here any more.")
    session.delete(kept)
    audit.record(
        session, "comparison.removed", f"comparison:{comparison_id}", actor_id=actor_id, now=now
    )
