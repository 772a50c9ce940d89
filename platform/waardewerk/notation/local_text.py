"""Text in several languages, and the read-only mapping that it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from waardewerk.notation.problems import _, quoted

_V = TypeVar("_V", covariant=True)

LONGEST_TEXT = 4000
LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class FrozenMapping(Mapping[str, _V]):
    """A mapping that cannot change, so that threads may share it."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, _V]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> _V:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._entries!r})"


class LocalText(FrozenMapping[str]):
    """One text in each language of its definition, the definition's first language in front."""

    __slots__ = ()

    def for_language(self, *wanted: str) -> str:
        """Give the text in the first of the ``wanted`` languages that exists, else in its first."""
        for language in wanted:
            if language in self:
                return self[language]
        return next(iter(self.values()))

    def language_for(self, *wanted: str) -> str:
        """Tell in which language ``for_language`` gives the text, to mark it on the page."""
        found: str = next(one for one in (*wanted, *self) if one in self)
        return found

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _local_text, serialization=core_schema.plain_serializer_function_ser_schema(dict)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, source: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^{LANGUAGE.pattern}$"},
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
        }


class Languages(Protocol):
    """What a validation context knows about the languages of a definition."""

    languages: Sequence[str]

    @property
    def required(self) -> Sequence[str]:
        """The languages in which every text must be there."""


def schema_error(message: str, **arguments: object) -> PydanticCustomError:
    """Make the error that a schema raises, with a message that the catalogues know."""
    return PydanticCustomError("refused", "refused", {"message": message, "arguments": arguments})


def _local_text(value: object, info: ValidationInfo[Languages | None]) -> LocalText:
    if isinstance(value, LocalText):
        return value
    if not isinstance(value, Mapping) or not value:
        raise schema_error(_('“%(field)s” needs a text per language, such as nl: "…".'))
    declared = tuple(info.context.languages) if info.context else ()
    languages = declared or tuple(value)
    required = info.context.required if info.context and declared else languages
    _check_languages(value, languages, required)
    return LocalText(
        {language: _text(value[language], language) for language in languages if language in value}
    )


def _check_languages(
    value: Mapping[Any, Any], languages: Sequence[str], required: Sequence[str]
) -> None:
    for language, text in value.items():
        if language in languages:
            continue
        if not text:
            # What `{nl: Yes, sometimes}` turns into.
            raise schema_error(
                _("A text with a comma in it must stand between double quotes (“%(words)s”)."),
                words=quoted(str(language)),
            )
        raise schema_error(
            _("“%(language)s” is not one of the languages (%(languages)s)."),
            language=quoted(str(language)),
            languages=", ".join(languages),
        )
    if missing := [language for language in required if language not in value]:
        raise schema_error(
            _("“%(field)s” has no text in %(languages)s."), languages=", ".join(missing)
        )


def _text(value: object, language: str) -> str:
    if not isinstance(value, str):
        raise schema_error(
            _("The text of “%(field)s” in %(language)s must be text."), language=language
        )
    text = value.strip()
    if not text:
        raise schema_error(
            _("The text of “%(field)s” in %(language)s is empty."), language=language
        )
    if len(text) > LONGEST_TEXT:
        raise schema_error(
            _("The text of “%(field)s” in %(language)s is longer than %(longest)s characters."),
            language=language,
            longest=LONGEST_TEXT,
        )
    return text
