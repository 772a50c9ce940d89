"""Amounts, percentages and points in a form: typed as people do, read as whole numbers."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import StopValidation

from waardewerk.addresses import number_in
from waardewerk.forms import tidy
from waardewerk.i18n import gettext
from waardewerk.refusal import Refusal
from waardewerk_procurement import money, typed


class _FigureField(StringField):
    """Text that stands for a whole number, which is in ``number``."""

    def __init__(self, label: Any, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[tidy], **kwargs)
        self.number: int | None = None

    def process_data(self, value: int | None) -> None:
        """Show a number as it would be typed."""
        super().process_data(self.written(value) if value is not None else None)

    def pre_validate(self, _form: Any) -> None:
        """Read the number, or say how it is written."""
        if not self.data:
            return
        try:
            self.number = self.read(self.data)
        except Refusal as refusal:
            raise StopValidation(gettext(refusal.message, **refusal.details)) from None

    def read(self, text: str) -> int:
        """Read what was typed, or refuse it."""
        raise NotImplementedError

    def written(self, number: int) -> str:
        """Write a number as it would be typed."""
        raise NotImplementedError


class EurosField(_FigureField):
    """An amount of money; ``number`` is in cents."""

    def read(self, text: str) -> int:
        """Read what was typed, or refuse it."""
        return money.read_positive_euros(text)

    def written(self, number: int) -> str:
        """Write a number as it would be typed."""
        return money.write_euros(number)


class PercentField(_FigureField):
    """A percentage; ``number`` is in hundredths of a percent."""

    def read(self, text: str) -> int:
        """Read what was typed, or refuse it."""
        return typed.read_percent(text)

    def written(self, number: int) -> str:
        """Write a number as it would be typed."""
        return typed.write_percent(number)


class PointsField(_FigureField):
    """A number of points; ``number`` is in hundredths of a point."""

    def read(self, text: str) -> int:
        """Read what was typed, or refuse it."""
        return typed.read_points(text)

    def written(self, number: int) -> str:
        """Write a number as it would be typed."""
        return typed.write_percent(number)


class SeenField(HiddenField):
    """The number of what somebody had in sight, such as a revision; ``number`` reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form draws its hidden fields by the name of this type.
        self.type = "HiddenField"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was sent; a form that lacks it saw nothing, whatever is kept by now."""
        self.data = valuelist[0] if valuelist else ""

    @property
    def number(self) -> int:
        """Give the number; 0 when there is none that a row can have."""
        return number_in(str(self.data or "")) or 0
