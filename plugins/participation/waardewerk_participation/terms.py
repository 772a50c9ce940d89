"""When what belongs to a round goes: days and months counted from its closing."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from waardewerk.i18n import day_of
from waardewerk_participation.models import Round


def key_goes_on(found: Round) -> date | None:
    """Return the day on which the key of a closed round is destroyed by itself."""
    if found.closed_at is None:
        return None
    return day_of(found.closed_at) + timedelta(found.key_days)


def votes_go_on(found: Round) -> date | None:
    """Return the day on which the votes of a closed round are removed by themselves."""
    if found.closed_at is None:
        return None
    return months_after(day_of(found.closed_at), found.keep_months)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
