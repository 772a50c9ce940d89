"""The kinds of field that a definition has, each with what it says when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from waardewerk.notation.local_text import LANGUAGE, FrozenMapping, schema_error
from waardewerk.notation.problems import _, quoted

KEY_FORM = re.compile("[a-z][a-z0-9]*([._-][a-z0-9]+)*")
_URN = re.compile("urn:[a-z0-9][a-z0-9-]{1,31}:[A-Za-z0-9._:/-]{1,160}")
_VERSION = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_WHOLE = re.compile("-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

T = TypeVar("T")


def matching(pattern: re.Pattern[str], message: str, longest: int) -> Callable[[str], str]:
    """Make the check that a text has a form; ``message`` says so with the ``text``."""

    def check(text: str) -> str:
        if len(text) > longest or not pattern.fullmatch(text):
            raise schema_error(message, text=quoted(text))
        return text

    return check


def _whole(value: object) -> object:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise schema_error(_("“%(field)s” must be a whole number."))


def _decimal(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str | int) and _DECIMAL.fullmatch(str(value)):
        return Decimal(value)
    raise schema_error(_("“%(field)s” must be a number, with a point for the decimals."))


def _flag(value: object) -> object:
    if value in ("true", True):
        return True
    if value in ("false", False):
        return False
    raise schema_error(_("“%(field)s” must be true or false."))


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise schema_error(_("“%(field)s” must be a date such as 2026-12-31."))


def _without_repeats(items: tuple[T, ...]) -> tuple[T, ...]:
    for place, item in enumerate(items):
        if item in items[:place]:
            raise schema_error(_("“%(field)s” holds “%(item)s” twice."), item=str(item))
    return items


def holding(least: int, most: int) -> AfterValidator:
    """Make the check that a list holds this many items, once the items themselves are right."""

    def check(items: tuple[T, ...]) -> tuple[T, ...]:
        if not least <= len(items) <= most:
            raise schema_error(
                _("“%(field)s” must hold %(least)s to %(most)s items."), least=least, most=most
            )
        return items

    return AfterValidator(check)


def _schema(pattern: re.Pattern[str], longest: int) -> WithJsonSchema:
    """Say in a JSON Schema what ``matching`` checks."""
    return WithJsonSchema(
        {"type": "string", "pattern": f"^{pattern.pattern}$", "maxLength": longest}
    )


Key = Annotated[
    str,
    AfterValidator(
        matching(
            KEY_FORM,
            _("“%(text)s” cannot be a key: use small letters, digits, and . _ or - between them."),
            64,
        )
    ),
    _schema(KEY_FORM, 64),
]
Urn = Annotated[
    str,
    AfterValidator(matching(_URN, _("“%(text)s” is not a URN such as urn:example:scan."), 200)),
    _schema(_URN, 200),
]
VersionLabel = Annotated[
    str,
    AfterValidator(
        matching(
            _VERSION,
            _("“%(text)s” cannot be a version: use letters, digits, points and dashes."),
            40,
        )
    ),
]
Language = Annotated[
    str,
    AfterValidator(matching(LANGUAGE, _("“%(text)s” is not the code of a language."), 20)),
    _schema(LANGUAGE, 20),
]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Decimal, BeforeValidator(_decimal)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day)]

NoRepeats = AfterValidator(_without_repeats)
Frozen = AfterValidator(FrozenMapping)


class Part(BaseModel):
    """A piece of a definition: never changes and holds nothing that the format does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
