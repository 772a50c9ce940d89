"""What the province chose for its scans."""

from __future__ import annotations

from waardewerk import settings

REMINDER_DAYS = 7


def reminder_days() -> int:
    """Return how many days before closing people are reminded; 0 is never."""
    chosen = settings.of("maturity").get("reminder_days", REMINDER_DAYS)
    return chosen if isinstance(chosen, int) else REMINDER_DAYS


def shows_overall_index() -> bool:
    """Tell whether one figure for all themes together is shown."""
    return bool(settings.of("maturity").get("overall_index", False))
