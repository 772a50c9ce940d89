"""Changes to a framework as a document: each gives a new one and leaves the old as it was. Pure.

What comes out is not checked here: who writes it down reads it back first.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from waardewerk.notation.fields import Part
from waardewerk.notation.local_text import LocalText
from waardewerk.notation.parts import write_part
from waardewerk.refusal import NotFound, Refusal
from waardewerk.values.framework import (
    FORMAT,
    Element,
    Foundation,
    Framework,
    Norm,
    Principle,
    Value,
)

Room = Literal["foundations", "principles", "values", "norms"]
ROOMS: tuple[Room, ...] = ("foundations", "principles", "values", "norms")
_ROOM_OF: Mapping[type[Part], Room] = {
    Foundation: "foundations",
    Principle: "principles",
    Value: "values",
    Norm: "norms",
}
#: Long enough to be recognised by.
_LONGEST_KEY = 40


def room_of(element: Element) -> Room:
    """Tell among which of the four kinds a thing stands."""
    return _ROOM_OF[type(element)]


def name_of(element: Element) -> LocalText:
    """Give what a thing is called; a norm by the situation that it is about."""
    return element.situation if isinstance(element, Norm) else element.name


def fingerprint(part: Part | None) -> str:
    """Tell one text of a part from another: who changes it says which one was seen."""
    return hashlib.sha256(write_part(part).encode()).hexdigest()[:16] if part else ""


def find(framework: Framework, key: str) -> Element:
    """Find a thing by its key."""
    found = framework.elements.get(key)
    if found is None:
        raise NotFound("This is not in the framework.")
    return found


def slug(text: str, longest: int = _LONGEST_KEY) -> str:
    """Make a key out of a name: small letters and digits, with dashes between the words."""
    # Small letters last: what looks like a bold A becomes an A only here.
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    key = ""
    for word in words:
        longer = f"{key}-{word}" if key else word[:longest]
        if len(longer) > longest:
            break
        key = longer
    return key.lstrip("0123456789-")


def free_key(name: str, taken: Collection[str], otherwise: str) -> str:
    """Make a key for something new that nothing else has."""
    wanted = slug(name) or otherwise
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def own_urn(framework: Framework, key: str) -> str:
    """Name a value that this organisation made itself, so that nobody else's is called so."""
    return f"{framework.id}:{key}"


def empty_framework(
    *, urn: str, languages: Sequence[str], title: LocalText, owner: str
) -> Framework:
    """Begin with nothing but a title; one value is enough to go on."""
    return Framework.model_construct(
        format=FORMAT, id=urn, languages=tuple(languages), title=title, owner=owner
    )


def framework_urn(owner: str) -> str:
    """Name the framework of an organisation after who it is."""
    return f"urn:waardewerk:framework:{slug(owner, 60) or 'own'}"


def begin_with(
    chosen: Framework,
    keys: Collection[str],
    *,
    title: LocalText,
    owner: str,
    intro: LocalText | None = None,
) -> Framework:
    """Begin with some values of another framework, under one's own title, name and introduction.

    Its introduction stays behind: that speaks to who chooses, and not to who reads what was chosen.
    """
    return _with(
        keep_values(chosen, keys), id=framework_urn(owner), title=title, intro=intro, owner=owner
    )


def as_far_as(text: LocalText | None, languages: Sequence[str]) -> LocalText | None:
    """Give a text in some languages; nothing when the first of them lacks it."""
    if text is None or languages[0] not in text:
        return None
    return LocalText({code: text[code] for code in languages if code in text})


def put(framework: Framework, element: Element) -> Framework:
    """Write a thing in the place of the one with its key, or behind the others of its kind."""
    room = room_of(element)
    there = cast("tuple[Element, ...]", getattr(framework, room))
    keys = [one.key for one in there]
    if element.key not in keys:
        return _with(framework, **{room: (*there, element)})
    place = keys.index(element.key)
    return _with(framework, **{room: (*there[:place], element, *there[place + 1 :])})


def with_fresh_key(framework: Framework, element: Element) -> Element:
    """Name something new after what it is called, as nothing else is named."""
    first = next(iter(name_of(element).values()), "")
    key = free_key(first, framework.elements, room_of(element)[:-1])
    name = {"id": own_urn(framework, key)} if isinstance(element, Value) else {"key": key}
    return element.model_copy(update=name)


def twin_of(framework: Framework, element: Element) -> Element | None:
    """Find a thing that says exactly the same under another key."""
    nameless = _without_key(element)
    there = cast("tuple[Element, ...]", getattr(framework, room_of(element)))
    return next((one for one in there if _without_key(one) == nameless), None)


def _without_key(element: Element) -> dict[str, Any]:
    return {name: getattr(element, name) for name in type(element).model_fields} | {
        "id": "",
        "key": "",
    }


def without(framework: Framework, *keys: str) -> Framework:
    """Leave things out, with every edge to them and the norms that then serve nothing."""
    gone = _falling(framework, keys)
    kept = {
        room: tuple(
            _without_edges(one, gone) for one in getattr(framework, room) if one.key not in gone
        )
        for room in ROOMS
    }
    return _with(framework, **kept)


def _falling(framework: Framework, keys: Iterable[str]) -> frozenset[str]:
    gone = set(keys)
    while True:
        bare = {
            norm.key
            for norm in framework.norms
            if norm.key not in gone and all(edge.key in gone for edge in norm.serves)
        }
        if not bare:
            return frozenset(gone)
        gone |= bare


def _without_edges(element: Element, gone: frozenset[str]) -> Element:
    serves = getattr(element, "serves", ())
    kept = tuple(edge for edge in serves if edge.key not in gone)
    return element if len(kept) == len(serves) else element.model_copy(update={"serves": kept})


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes along when things are left out."""

    elements: tuple[Element, ...]
    #: What stays and then serves one thing less: the thing, and what it served.
    edges: tuple[tuple[Element, Element], ...]


def loss_of(framework: Framework, *keys: str) -> Loss:
    """Say beforehand what falls away with things, beside those things themselves."""
    gone = _falling(framework, keys)
    falls = tuple(one for key, one in framework.elements.items() if key in gone - set(keys))
    edges = tuple(
        (framework.elements[key], framework.elements[edge.key])
        for key, serves in framework.edges.items()
        if key not in gone
        for edge in serves
        if edge.key in gone
    )
    return Loss(falls, edges)


def keep_values(framework: Framework, keys: Collection[str]) -> Framework:
    """Keep only these values, each with its URN."""
    return without(framework, *(value.key for value in framework.values if value.key not in keys))


def moved(framework: Framework, key: str, *, down: bool) -> Framework:
    """Let a thing change places with the one before or after it."""
    room = room_of(find(framework, key))
    there = list(getattr(framework, room))
    place = next(nth for nth, one in enumerate(there) if one.key == key)
    other = place + 1 if down else place - 1
    if not 0 <= other < len(there):
        return framework
    there[place], there[other] = there[other], there[place]
    return _with(framework, **{room: tuple(there)})


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a framework says of itself."""

    title: LocalText
    intro: LocalText | None
    owner: str
    peg: str


def heading_fingerprint(framework: Framework) -> str:
    """Tell one heading of a framework from another."""
    return fingerprint(
        Framework.model_construct(
            format=FORMAT,
            id=framework.id,
            languages=framework.languages,
            title=framework.title,
            intro=framework.intro,
            owner=framework.owner,
            peg=framework.peg,
        )
    )


def with_heading(framework: Framework, heading: Heading) -> Framework:
    """Let a framework say something else of itself."""
    return _with(
        framework,
        title=heading.title,
        intro=heading.intro,
        owner=heading.owner,
        peg=heading.peg,
    )


def with_id(framework: Framework, urn: str) -> Framework:
    """Give a framework the name under which an organisation keeps its own."""
    return framework if framework.id == urn else _with(framework, id=urn)


def with_language(framework: Framework, language: str) -> Framework:
    """Let a framework be written in one more language."""
    if language in framework.languages:
        return framework
    return _with(framework, languages=(*framework.languages, language))


def without_language(framework: Framework, language: str) -> Framework:
    """Leave a language out with all its texts; the first one stays."""
    if language == framework.languages[0]:
        raise Refusal("The first language cannot go: every text is in it.")
    kept = tuple(one for one in framework.languages if one != language)
    return cast("Framework", _silenced(_with(framework, languages=kept), language))


def texts_in(framework: Framework, language: str) -> int:
    """Count the texts that are there in a language."""
    return sum(language in text for text in _texts(framework))


def _texts(part: Any) -> Iterable[LocalText]:
    if isinstance(part, LocalText):
        yield part
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)


def _silenced(part: Any, language: str) -> Any:
    if isinstance(part, LocalText):
        return LocalText({code: text for code, text in part.items() if code != language})
    if isinstance(part, Part):
        fields = {name: getattr(part, name) for name in type(part).model_fields}
        kept = {name: _silenced(value, language) for name, value in fields.items()}
        return type(part).model_construct(**kept)
    if isinstance(part, tuple):
        return tuple(_silenced(one, language) for one in part)
    return part


def lines_together(texts: Mapping[str, str]) -> tuple[LocalText, ...]:
    """Lay the nth lines of several languages beside each other; the first language leads."""
    languages = tuple(texts)
    columns = [_lines(texts[language]) for language in languages]
    rows: list[LocalText] = []
    for number in range(max(map(len, columns), default=0)):
        row = {
            language: column[number]
            for language, column in zip(languages, columns, strict=True)
            if number < len(column) and column[number]
        }
        if row and languages[0] not in row:
            raise Refusal(
                "Line %(number)s is there in another language, but not in the first one.",
                number=number + 1,
            )
        if row:
            rows.append(LocalText(row))
    return tuple(rows)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def as_lines(texts: Sequence[LocalText], language: str) -> str:
    """Write texts one per line; one that a language lacks is an empty line."""
    lines = [" ".join(text.get(language, "").split()) for text in texts]
    return "\n".join(lines).rstrip("\n")


def _with(framework: Framework, **changes: object) -> Framework:
    # Not model_copy: that would take along what the old one worked out about itself.
    fields = {name: getattr(framework, name) for name in Framework.model_fields}
    return Framework.model_construct(**{**fields, **changes})
