"""A day in a form, within the years that people here plan in."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField
from wtforms.validators import StopValidation

from waardewerk.i18n import gettext
from waardewerk.local_times import YEARS


class DayField(DateField):
    """A day; a year that nobody can mean is refused, before anything counts months from it."""

    def pre_validate(self, _form: Any) -> None:
        """Refuse a year that is a slip of the finger."""
        if self.data is not None and self.data.year not in YEARS:
            raise StopValidation(
                gettext(
                    "Fill in a year from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[-1]
                )
            )

    @property
    def day(self) -> date:
        """Give the day of a field that was checked to have one."""
        day: date | None = self.data
        assert day is not None
        return day
