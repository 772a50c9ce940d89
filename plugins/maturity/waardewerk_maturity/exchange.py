"""The result of a scan as a file that travels between organisations: levels, and nothing else.

There are no names, no reasons and no counts in it, so no person and no small group can be found
in a file. ``schema/scan-result.schema.json`` is made from the models below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from waardewerk.refusal import Refusal
from waardewerk.wording import UNSTORABLE

FORMAT = "waardewerk/scan-result@1"
MOST_BYTES = 1024 * 1024
MOST_DEPTH = 8
_SHOWN_PROBLEMS = 20
SCHEMA_ID = "urn:waardewerk:schema:scan-result:1"


def _(message: str) -> str:
    """Mark ``message`` for the catalogues; it is translated where it is shown."""
    return message


def _storable(text: str) -> str:
    if UNSTORABLE.search(text):
        raise PydanticCustomError("unstorable", "holds a character that cannot be stored")
    return text


_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        # fromisoformat knows more forms; only this one travels.
        return date.fromisoformat(value if isinstance(value, str) and _DAY.fullmatch(value) else "")
    except ValueError:
        raise PydanticCustomError("day", "must be a date such as 2026-12-31") from None


Level = Annotated[int, Field(strict=True, ge=1, le=5)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{0,63}$")]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_storable),
]
Day = Annotated[date, BeforeValidator(_day)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Questionnaire(_Part):
    """Which questions were answered."""

    urn: Annotated[str, StringConstraints(pattern=r"^urn:[A-Za-z0-9._:/-]{1,190}$")]
    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


class Now(_Part):
    """The agreed level per lens; absent where there is none or it does not apply."""

    policy: Level | None = None
    practice: Level | None = None
    result: Level | None = None


class Theme(_Part):
    """Where a theme is, and where people want it to be."""

    now: Now
    wanted: Level | None = None
    #: The day by which they want it.
    by: Day | None = None


Themes = Annotated[dict[Key, Theme], Field(min_length=1, max_length=100)]
Earlier = Annotated[dict[Key, Now], Field(min_length=1, max_length=100)]


class Previous(_Part):
    """The measurement before this one, so that moves can be seen."""

    measured_on: Day
    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    themes: Earlier


class ScanResult(_Part):
    """What one organisation agreed in one scan."""

    format: Literal["waardewerk/scan-result@1"] = "waardewerk/scan-result@1"
    organisation: Name
    scope: Literal["organisation", "department"] = "organisation"
    questionnaire: Questionnaire
    measured_on: Day
    themes: Themes
    previous: Previous | None = None


class WrongFile(Refusal):
    """A file that cannot be laid beside one's own scan; ``problems`` says where and why."""

    code = "wrong-file"

    def __init__(
        self, message: str, problems: tuple[tuple[str, str], ...] = (), **details: object
    ) -> None:
        super().__init__(message, **details)
        self.problems = problems


def read_result(data: bytes) -> ScanResult:
    """Read and check a file; raise ``WrongFile`` that says what is wrong with it."""
    if len(data) > MOST_BYTES:
        raise WrongFile(_("This file is too large. Send at most 1 MB."))
    content = _json_of(data)
    if isinstance(content, dict) and content.get("format", FORMAT) != FORMAT:
        raise WrongFile(_("This is not a scan result of this format (%(format)s)."), format=FORMAT)
    try:
        return ScanResult.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_SHOWN_PROBLEMS]
        problems = tuple((_place(one), _said(one)) for one in found)
        raise WrongFile(_("This is not a scan result."), problems) from None


def _json_of(data: bytes) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongFile(_("This file is not text (UTF-8).")) from None
    if _depth(text) > MOST_DEPTH:
        raise WrongFile(_("This is not a scan result."))
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except ValueError:
        raise WrongFile(_("This file is not JSON.")) from None


def _depth(text: str) -> int:
    """Count the deepest nesting; brackets in texts count too, which only refuses more."""
    steps = (1 if c in "[{" else -1 for c in text if c in "[]{}")
    return max(accumulate(steps), default=0)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise WrongFile(_("“%(name)s” is in this file twice."), name=twice[:60])
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")


_SAID = {
    "missing": _("is missing"),
    "extra_forbidden": _("does not belong in this file"),
    "int_type": _("must be a level from 1 to 5"),
    "greater_than_equal": _("must be a level from 1 to 5"),
    "less_than_equal": _("must be a level from 1 to 5"),
    "unstorable": _("holds a character that cannot be stored"),
    "day": _("must be a date such as 2026-12-31"),
}


def _said(detail: ErrorDetails) -> str:
    return _SAID.get(detail["type"], _("is not what may stand here"))


def _place(detail: ErrorDetails) -> str:
    return " › ".join(str(step)[:60] for step in detail["loc"] if step != "[key]")


def write_result(result: ScanResult) -> bytes:
    """Write a result as the file that travels."""
    content = result.model_dump(mode="json", exclude_none=True)
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def payload_of(result: ScanResult) -> dict[str, Any]:
    """Return what is stored of a file."""
    return result.model_dump(mode="json", exclude_none=True)


def result_of(payload: Mapping[str, Any]) -> ScanResult:
    """Return a stored result."""
    return ScanResult.model_validate(dict(payload))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **ScanResult.model_json_schema(mode="validation"),
    }
