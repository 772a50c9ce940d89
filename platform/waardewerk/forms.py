"""The base of every form: our languages, text that can be stored, errors that can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from waardewerk import i18n, security
from waardewerk.local_times import Moment, moment_of, on_the_clock
from waardewerk.refusal import Refusal

P = ParamSpec("P")
R = TypeVar("R")

#: Where WTForms' English says otherwise what we say too. Its Dutch is not ours, which is in
#: ``translations/``.
OUR_ENGLISH = {"This field is required.": "Fill this in."}


class _English:
    """What WTForms says in English: its own words, and ours where it has them."""

    def gettext(self, text: str) -> str:
        return OUR_ENGLISH.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many


class Form(FlaskForm):  # type: ignore[misc]
    """One form per screen. Rules that also hold elsewhere live in the operation it calls."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How WTForms speaks, and how it gets its choices."""

        locales: ClassVar[tuple[str, ...]] = ()

        def get_translations(self, _form: FlaskForm) -> Any:
            """Give WTForms' own messages in the language of this request."""
            return _English() if i18n.language() == "en" else i18n.current_texts()

        def bind_field(self, form: FlaskForm, unbound_field: Any, options: Any) -> Field:
            """Make pairs of value and title into what WTForms calls choices."""
            choices = unbound_field.kwargs.get("choices")
            if isinstance(choices, list | tuple):
                unbound_field.kwargs["choices"] = options_of(choices)
            bound: Field = super().bind_field(form, unbound_field, options)
            return bound

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and refuse text that no database or document can hold."""
        valid: bool = super().validate(extra_validators)
        for field in self:
            if _holds_unstorable(field.data):
                field.errors = [*field.errors, str(UNSTORABLE)]
                valid = False
        return valid

    def refuse(self, refusal: Refusal, field: Field | None = None) -> None:
        """Show an operation's refusal in the form, beside ``field`` when it is about that."""
        text = i18n.gettext(refusal.message, **refusal.details)
        if field is not None:
            field.errors = [*field.errors, text]
            return
        self.form_errors.append(text)


class PlainForm(Form):
    """A form without the token that needs a session cookie; for views that are `cookieless`."""

    class Meta(Form.Meta):
        """No token of the session."""

        csrf = False


class MomentField(DateTimeLocalField):
    """A day and a time on the clock here; what it stands for is in ``moment``."""

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
            raise StopValidation(i18n.gettext(refusal.message, **refusal.details)) from None

    @property
    def at(self) -> datetime | None:
        """Return the moment in UTC."""
        return self.moment.at if self.moment else None


def cookieless(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view take forms from somebody of whom nothing is stored, not even a session cookie.

    A page that only asks *will you take part?* must not set a cookie for asking. What browsers
    send along about other sites is still refused; where somebody is known by other means, the
    view checks a token of its own.
    """
    exempt: Callable[P, R] = security.csrf.exempt(view)
    return exempt


def options_of(choices: Iterable[Any]) -> list[Any]:
    """Make pairs of value and title into WTForms' choices; its own shape stays as it is."""
    return [SelectChoice(*one) if isinstance(one, tuple) else one for one in choices]


def options_under(title: str, choices: Iterable[tuple[str, str]]) -> list[Any]:
    """Make pairs of value and title into choices of a list that stand together under a title."""
    return [SelectChoice(value, text, optgroup=title) for value, text in choices]


UNSTORABLE = i18n.lazy("This text holds a character that cannot be stored. Type it again.")


def is_storable(text: str) -> bool:
    """Tell whether a text has no null bytes, lone surrogates or other control characters."""
    return not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\r\t" for c in text)


def _holds_unstorable(data: object) -> bool:
    if isinstance(data, str):
        return not is_storable(data)
    if isinstance(data, list):
        return any(_holds_unstorable(item) for item in data)
    return False


def tidy(text: str | None) -> str | None:
    """Strip the ends and use one kind of line end."""
    return text.strip().replace("\r\n", "\n") if text is not None else None
