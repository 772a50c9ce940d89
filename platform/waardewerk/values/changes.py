"""What is different between two versions of a framework, said thing by thing and text by text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from waardewerk.notation.local_text import LocalText
from waardewerk.notation.order import moved
from waardewerk.notation.problems import _
from waardewerk.values.editing import ROOMS, Room, name_of
from waardewerk.values.framework import Element, Framework, Likeness, Serves, Value

Kind = Literal["added", "removed", "changed"]

_ADDED: Mapping[Room, str] = {
    "foundations": _("Foundation “%(name)s”"),
    "principles": _("Principle “%(name)s”"),
    "values": _("Value “%(name)s”"),
    "norms": _("Norm “%(name)s”"),
}
#: What is said of a text that is not the same, by the field that holds it.
_REWORDED: Mapping[str, str] = {
    "title": _("The title"),
    "intro": _("The introduction"),
    "name": _("“%(name)s” is called otherwise"),
    "text": _("“%(name)s” is put otherwise"),
    "definition": _("“%(name)s” is defined otherwise"),
    "situation": _("“%(name)s” is about another situation"),
    "fits": _("“%(name)s”: other examples of what fits"),
    "misses": _("“%(name)s”: other examples of what does not fit"),
    "source": _("“%(name)s”: another source"),
    "owner": _("Whose framework it is"),
    "peg": _("On what it hangs"),
}
#: What is there or not there as a whole: without it something is gone, not put otherwise.
_CAN_BE_GONE = ("intro", "peg")
_OF_THE_WHOLE = ("title", "intro", "owner", "peg")
_OF_ELEMENTS = ("name", "situation", "text", "definition", "fits", "misses", "source")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    ``message`` is an English source text; ``arguments`` fill its places, in the reader's language.
    """

    kind: Kind
    message: str
    arguments: Mapping[str, str | LocalText] = field(default_factory=dict)
    #: The key of what changes; empty for the framework itself.
    key: str = ""
    before: str | LocalText = ""
    after: str | LocalText = ""
    #: The language of ``before`` and ``after``, when they are in one.
    language: str = ""

    def text(self, gettext: Callable[[str], str] = str, *languages: str) -> str:
        """Say what changes, in the language of ``gettext`` and the first of ``languages``."""
        said = {name: _said(value, *languages) for name, value in self.arguments.items()}
        return gettext(self.message) % said


def _said(value: str | LocalText, *languages: str) -> str:
    return value.for_language(*languages) if isinstance(value, LocalText) else value


def compare(old: Framework, new: Framework) -> tuple[Change, ...]:
    """List what is different in ``new``; a value is the same one when its URN is."""
    both = [code for code in new.languages if code in old.languages]
    return tuple(
        chain(
            _of_the_whole(old, new, both),
            *(_of_room(old, new, room, both) for room in ROOMS),
        )
    )


def _of_the_whole(old: Framework, new: Framework, languages: Sequence[str]) -> Iterator[Change]:
    for name in _OF_THE_WHOLE:
        yield from _reworded(getattr(old, name), getattr(new, name), name, {}, "", languages)
    if old.languages != new.languages:
        yield Change(
            "changed",
            _("The languages"),
            before=", ".join(old.languages),
            after=", ".join(new.languages),
        )


def _of_room(
    old: Framework, new: Framework, room: Room, languages: Sequence[str]
) -> Iterator[Change]:
    before = {_identity(one): one for one in getattr(old, room)}
    after = {_identity(one): one for one in getattr(new, room)}
    elsewhere = moved(tuple(before), tuple(after))
    for identity, element in after.items():
        about: dict[str, str | LocalText] = {"name": name_of(element)}
        if identity not in before:
            text = _told(element)
            yield Change("added", _ADDED[room], about, element.key, after=text)
            continue
        yield from _within(old, new, before[identity], element, languages)
        if identity in elsewhere:
            message = _("“%(name)s” moves to another place")
            yield Change("changed", message, about, element.key)
    for identity, element in before.items():
        if identity not in after:
            about = {"name": name_of(element)}
            yield Change("removed", _ADDED[room], about, element.key, before=_told(element))


def _identity(element: Element) -> str:
    return element.id if isinstance(element, Value) else element.key


def _told(element: Element) -> str | LocalText:
    """Give the text that says most about a thing."""
    if isinstance(element, Value):
        return element.definition
    return element.text or ""


def _within(
    old: Framework, new: Framework, before: Element, after: Element, languages: Sequence[str]
) -> Iterator[Change]:
    about = {"name": name_of(after)}
    for name in _OF_ELEMENTS:
        if name in type(after).model_fields:
            one, other = getattr(before, name), getattr(after, name)
            yield from _reworded(one, other, name, about, after.key, languages)
    yield from _of_edges(old, new, before, after, languages)
    if isinstance(before, Value) and isinstance(after, Value):
        yield from _of_likenesses(before, after)


def _reworded(
    before: object,
    after: object,
    name: str,
    about: Mapping[str, str | LocalText],
    key: str,
    languages: Sequence[str],
) -> Iterator[Change]:
    message = _REWORDED[name]
    if isinstance(before, str) and isinstance(after, str):
        if before != after:
            yield Change(_kind_of(name, before, after), message, about, key, before, after)
        return
    for language in languages:
        one, other = _in(before, language), _in(after, language)
        if one != other:
            yield Change(_kind_of(name, one, other), message, about, key, one, other, language)


def _kind_of(name: str, before: str, after: str) -> Kind:
    if name not in _CAN_BE_GONE or (before and after):
        return "changed"
    return "added" if after else "removed"


def _in(text: object, language: str) -> str:
    """Give what a text, or a list of texts, says in one language; nothing when it does not."""
    if isinstance(text, LocalText):
        return text.get(language, "")
    if isinstance(text, tuple):
        return "\n".join(filter(None, (_in(one, language) for one in text)))
    return ""


def _of_edges(
    old: Framework, new: Framework, before: Element, after: Element, languages: Sequence[str]
) -> Iterator[Change]:
    was = _edges(before)
    now = _edges(after)
    for key, edge in now.items():
        about: dict[str, str | LocalText] = {
            "name": name_of(after),
            "other": name_of(new.elements[key]),
        }
        if key not in was:
            message = _("“%(name)s” is now there for the sake of “%(other)s”")
            yield Change("added", message, about, after.key, after=edge.because)
            continue
        message = _("“%(name)s” serves “%(other)s” for another reason")
        for language in languages:
            one, other = _in(was[key].because, language), _in(edge.because, language)
            if one != other:
                yield Change("changed", message, about, after.key, one, other, language)
    for key, edge in was.items():
        if key not in now:
            message = _("“%(name)s” is no longer there for the sake of “%(other)s”")
            about = {"name": name_of(after), "other": name_of(old.elements[key])}
            yield Change("removed", message, about, after.key, before=edge.because)


def _edges(element: Element) -> dict[str, Serves]:
    return {edge.key: edge for edge in getattr(element, "serves", ())}


def _of_likenesses(before: Value, after: Value) -> Iterator[Change]:
    if set(before.likenesses) == set(after.likenesses):
        return
    yield Change(
        "changed",
        _("“%(name)s” is linked otherwise to values on lists of others"),
        {"name": after.name},
        after.key,
        before=_written(before.likenesses),
        after=_written(after.likenesses),
    )


def _written(likenesses: Sequence[Likeness]) -> str:
    return "\n".join(f"{one.relation}: {one.list} {one.item}" for one in likenesses)
