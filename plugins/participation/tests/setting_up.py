"""What tests of setting up a round share: a round as it is filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from waardewerk_participation.operations.preparing import RoundSetUp

NOW = datetime.now(UTC).replace(microsecond=0)


def a_set_up(**changes: Any) -> RoundSetUp:
    """Return a round as somebody fills it in."""
    given: dict[str, Any] = {
        "slug": "cameras-2027",
        "title": "Cameras at the bus stop",
        "question": "What do you think of cameras at the bus stop?",
        "languages": ("en", "nl"),
        "opens_at": NOW + timedelta(1),
        "closes_at": NOW + timedelta(15),
    }
    return RoundSetUp(**{**given, **changes})
