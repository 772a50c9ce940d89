"""Which statements are seen: one rule for voting, results, reports and files."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from waardewerk_participation.models import Round, Statement


def is_visible(found: Round) -> ColumnElement[bool]:
    """Return the condition under which anybody but moderators and the author sees a statement.

    With moderation afterwards it is seen until somebody doubts it. What waits, is doubted or was
    rejected is on no page, in no report and in no file.
    """
    seen = Statement.state == "accepted"
    if found.moderation == "after":
        seen = or_(seen, Statement.state == "waiting")
    return and_(Statement.round_id == found.id, seen)


def is_visible_anywhere() -> ColumnElement[bool]:
    """Return the same condition over all rounds, for a query that joins statements to rounds."""
    waits = and_(Round.moderation == "after", Statement.state == "waiting")
    return or_(Statement.state == "accepted", waits)
