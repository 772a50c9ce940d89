"""Answers to what people said."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.refusal import Conflict
from waardewerk_participation.models import Point, Round


def check_all_answered(session: Session, found: Round) -> None:
    """Refuse when something that people said has no answer yet."""
    open_points = select(func.count(Point.id)).where(Point.round_id == found.id, Point.why == "")
    missing = session.scalar(open_points) or 0
    if missing:
        raise Conflict(
            "%(count)s of the points that people made have no answer yet.", count=missing
        )
