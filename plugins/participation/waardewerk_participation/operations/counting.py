"""Keep what a count found, and tell whether a later one finds the same."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from waardewerk_participation.models import Result, Round

if TYPE_CHECKING:
    from waardewerk_participation.grouping.result import Grouping


def keep_result(session: Session, found: Round, grouping: Grouping, *, now: datetime) -> Result:
    """Write down what a count found, so that everybody can check it."""
    result = Result(
        round_id=found.id,
        engine=grouping.engine.name,
        engine_version=grouping.engine.version,
        seed=grouping.seed,
        provenance=grouping.provenance(),
        fingerprint=grouping.fingerprint,
        counted_at=now,
    )
    session.add(result)
    session.flush()
    return result
