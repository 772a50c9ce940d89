"""What things about values are called on screen."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from babel import Locale, UnknownLocaleError

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.notation.local_text import LocalText
from waardewerk.values.accents import Bands, accented
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
#: What a framework is called as long as nobody thought of a title.
USUAL_TITLE = lazy("What we stand for with data and technology")
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
BAND_TITLES: dict[str, str] = {
    "extra": lazy("Extra"),
    "ordinary": lazy("Ordinary"),
    "background": lazy("In the background"),
}
BAND_TEXTS: dict[str, str] = {
    "extra": lazy("What touches this value comes first."),
    "ordinary": lazy("This value comes neither first nor last."),
    "background": lazy("What touches only this value comes later. It counts as much as before."),
}
DIRECTION_TITLES: dict[str, str] = {
    "positive": lazy("For the better"),
    "negative": lazy("For the worse"),
}
EFFECT_TITLES: dict[str, str] = {
    **DIRECTION_TITLES,
    "none": lazy("Not touched"),
}
SIGNAL_TITLES: dict[str, str] = {
    "missing": lazy("A value is missing"),
    "read_otherwise": lazy("People read a value otherwise"),
    "never_used": lazy("A value is never used"),
    "clash": lazy("Two values clash"),
    "unwanted_result": lazy("A value led to something nobody wants"),
}
SIGNAL_TEXTS: dict[str, str] = {
    "missing": lazy("Something matters in your work, and no value of ours names it."),
    "read_otherwise": lazy("The same word means something else to different people."),
    "never_used": lazy("It stands in our framework, and nobody does anything with it."),
    "clash": lazy("Doing right by the one harms the other."),
    "unwanted_result": lazy("We did what the value asks, and it turned out badly."),
}
CAUSE_TITLES: dict[str, str] = {
    "wrong_principle": lazy("The principle is wrong"),
    "wrongly_interpreted": lazy("The principle is right, and it was read wrongly"),
}
SIGNAL_STATES: dict[str, str] = {
    "new": lazy("New"),
    "taken_up": lazy("Taken up"),
    "answered": lazy("Answered"),
}
PROPOSAL_STATES: dict[str, str] = {
    "open": lazy("Open"),
    "accepted": lazy("Accepted"),
    "declined": lazy("Declined"),
}
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


def in_each(languages: Iterable[str], text: str) -> LocalText:
    """Put a text of ours, marked with ``lazy``, in each of these languages."""
    said_in: dict[str, str] = {}
    for code in languages:
        with i18n.speaking(code):
            said_in[code] = str(text)
    return LocalText(said_in)


def names_of(framework: Framework | None, language: str) -> dict[str, str]:
    """Return the name of each value by its key."""
    values = framework.values if framework else ()
    return {value.key: value.name.for_language(language) for value in values}


def named(keys: Iterable[str], names: Mapping[str, str]) -> str:
    """List values by name; one that is not in the framework by its key."""
    return ", ".join(names.get(key, key) for key in keys)


def why_here(keys: Iterable[str], bands: Bands, names: Mapping[str, str]) -> str:
    """Say which accents gave something its place; nothing when all its values are ordinary."""
    touched = list(keys)
    extra = accented(touched, bands, "extra")
    background = accented(touched, bands, "background")
    said = []
    if extra:
        said.append(_("extra accent: %(values)s", values=named(extra, names)))
    if background:
        said.append(_("in the background: %(values)s", values=named(background, names)))
    return "; ".join(said)
