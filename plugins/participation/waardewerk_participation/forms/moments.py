"""A moment on the clock here, typed in a form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField
from wtforms.validators import StopValidation

from waardewerk.i18n import gettext
from waardewerk.refusal import Refusal
from waardewerk_participation.local_times import Moment, moment_of, on_the_clock


class MomentField(DateTimeLocalField):
    """A day and a time; what it stands for is in ``moment``."""

    def __init__(self, label: Any, validators: Any = None, **kwargs: Any) -> None:
        # Browsers leave seconds out; without this the field would show them and then refuse.
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, validators, format=formats, **kwargs)
        self.moment: Moment | None = None

    def process_data(self, value: datetime | None) -> None:
        """Show a moment as the clock here tells it."""
        super().process_data(on_the_clock(value) if value is not None else None)

    def pre_validate(self, _form: Any) -> None:
        """Find the moment, or say why this is none."""
        if self.data is None:
            return
        try:
            self.moment = moment_of(self.data)
        except Refusal as refusal:
            raise StopValidation(gettext(refusal.message, **refusal.details)) from None

    @property
    def at(self) -> datetime | None:
        """Return the moment in UTC."""
        return self.moment.at if self.moment else None
