"""What all pages of the values share: the blueprint, the clock, and who acts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint

from waardewerk import access
from waardewerk.i18n import ZONE

pages = Blueprint("values", __name__, url_prefix="/values")


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return now().astimezone(ZONE).date()


def actor_id() -> int | None:
    """Return who does this; nobody for who came by a personal link."""
    return access.viewer().person_id
