"""One form per screen of the values: writing the framework, and what practice does with it."""

from __future__ import annotations

from datetime import date

from wtforms import DateField


def day_in(field: DateField) -> date:
    """Return the day of a field that was checked to have one."""
    assert field.data is not None
    day: date = field.data
    return day
