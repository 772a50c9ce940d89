"""Statements that wait too long, on the first page of moderators."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import ngettext
from waardewerk_participation.queries.moderation import count_late


def late_queues(session: Session, viewer: Viewer, today: date) -> list[Tile]:
    """Return a tile for each round in which statements wait for more than two working days."""
    if not viewer.may("participation.moderate"):
        return []
    return [
        Tile(
            title=found.title,
            text=ngettext(
                "%(count)s statement waits for a moderator for more than two working days.",
                "%(count)s statements wait for a moderator for more than two working days.",
                count,
            ),
            url=url_for("participation.moderation", slug=found.slug),
            asks=True,
            order=11,
        )
        for found, count in count_late(session, today)
    ]
