"""Pages: the register, bodies, handing over, and advice; with the clock and who acts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from waardewerk import access
from waardewerk.i18n import day_of


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is here."""
    return day_of(now())


def actor_id() -> int:
    """Return who does this; every page here demands a permission, so there is somebody."""
    person_id = access.viewer().person_id
    assert person_id is not None, "only signed-in people hold these permissions"
    return person_id
