"""What the keys of the framework are called on screen."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from babel import Locale, UnknownLocaleError

from waardewerk import i18n
from waardewerk.i18n import lazy
from waardewerk.notation.local_text import LocalText
from waardewerk.values.editing import Room
from waardewerk.values.framework import Framework

BODY_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "staten": lazy("Provinciale Staten"),
        "gedeputeerden": lazy("Gedeputeerde Staten"),
        "directie": lazy("The directors"),
    }
)
STATE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "draft": lazy("draft"),
        "proposed": lazy("proposed"),
        "adopted": lazy("adopted"),
        "superseded": lazy("replaced"),
    }
)
#: What several and one of a kind are called, what adding one says, and what the kind is for.
ROOM_TITLES: Mapping[Room, str] = MappingProxyType(
    {
        "foundations": lazy("Foundations"),
        "principles": lazy("Principles"),
        "values": lazy("Values"),
        "norms": lazy("Norms"),
    }
)
ONE_TITLES: Mapping[Room, str] = MappingProxyType(
    {
        "foundations": lazy("Foundation"),
        "principles": lazy("Principle"),
        "values": lazy("Value"),
        "norms": lazy("Norm"),
    }
)
ADD_TITLES: Mapping[Room, str] = MappingProxyType(
    {
        "foundations": lazy("Add a foundation"),
        "principles": lazy("Add a principle"),
        "values": lazy("Add a value"),
        "norms": lazy("Add a norm"),
    }
)
ROOM_TASKS: Mapping[Room, str] = MappingProxyType(
    {
        "foundations": lazy("What everything else rests on, such as democracy."),
        "principles": lazy("Lines of conduct that bundle values."),
        "values": lazy("What you stand for, and how people see that."),
        "norms": lazy("What a value asks of you in one kind of situation."),
    }
)
RELATION_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "same": lazy("means the same as"),
        "narrower": lazy("is a part of"),
        "overlaps": lazy("partly overlaps with"),
    }
)
#: Languages that many people in the Netherlands read; a file may bring any other.
LANGUAGES = ("nl", "fy", "en", "de", "fr", "es", "pl", "ro", "tr", "ar", "uk", "pap")


@functools.cache
def _name_of(code: str, locale: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(locale) or code
    except (UnknownLocaleError, ValueError):
        return code


def language_name(code: str) -> str:
    """Name a language in the language of who looks; one that nobody knows keeps its code."""
    return _name_of(code, i18n.language())


def title_of(framework: Framework) -> str:
    """Give a framework's title in the language of who looks."""
    return said(framework.title)


def said(text: LocalText) -> str:
    """Give a text in the language of who looks, or else in its first."""
    return text.for_language(i18n.language())
