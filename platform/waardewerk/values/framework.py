"""One version of a value framework as a document: read from strict YAML, checked, written back.

A ``Framework`` never changes, so one instance may serve all threads of a process. What stands
lower *serves* what stands higher: a norm is there for the sake of a value, a value for the sake of
a principle. Each of those edges carries its reason. Read the other way round, what stands higher is
*specified by* what stands lower (``hierarchy.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator, model_validator

from waardewerk.notation.fields import KEY_FORM, Key, Language, NoRepeats, Part, Urn, holding
from waardewerk.notation.local_text import FrozenMapping, LocalText, schema_error
from waardewerk.notation.parts import Misfit, Place, misfits, read_part, write_part
from waardewerk.notation.problems import DefinitionError, Problem, _, quoted
from waardewerk.notation.yaml_text import Node, TextNode, node_at
from waardewerk.values.hierarchy import cycle_in, longest_chain

__all__ = [
    "DefinitionError",
    "Foundation",
    "Framework",
    "Likeness",
    "LocalText",
    "Norm",
    "Principle",
    "Problem",
    "Serves",
    "Value",
    "load_framework",
    "write_framework",
]

FORMAT = "waardewerk/value-framework@1"
MOST_VALUES = 200
#: Principles, norms and foundations each; more cannot be read by anybody.
MOST_OTHERS = 500
LONGEST_SOURCE = 500
#: From the lowest norm to a foundation; deeper than this nobody reads, and no page shows it.
MOST_LAYERS = 10


@dataclass
class Reading:
    """What the schema has met so far; only the first language has to be there everywhere."""

    languages: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The language in which the framework was written first."""
        return self.languages[:1]


Info = ValidationInfo[Reading | None]


def _short(text: str) -> str:
    if len(text) > LONGEST_SOURCE:
        raise schema_error(
            _("“%(field)s” is longer than %(longest)s characters."), longest=LONGEST_SOURCE
        )
    return text.strip()


Source = Annotated[str, AfterValidator(_short)]


class Serves(Part):
    """For the sake of what something is there, and why it serves that."""

    key: Key
    because: LocalText


class Likeness(Part):
    """How a value relates to one on a list of others.

    ``same``: it means the same; ``narrower``: it is a part of theirs; ``overlaps``: partly.
    """

    relation: Literal["same", "narrower", "overlaps"]
    list: Urn
    #: The key on that list.
    item: Key


class Foundation(Part):
    """What everything else rests on, such as democracy."""

    key: Key
    name: LocalText
    text: LocalText | None = None


class Principle(Part):
    """A line of conduct: it may bundle values, or say what several of them ask."""

    key: Key
    name: LocalText
    text: LocalText | None = None
    serves: Annotated[tuple[Serves, ...], holding(0, 20)] = ()


class Value(Part):
    """A public value: its name, what is meant by it, and what is and is not."""

    #: Stays the same through all versions and wherever it travels; its last part is the key.
    id: Urn
    name: LocalText
    definition: LocalText
    #: *Wel zo*: what people see when it is lived up to.
    fits: Annotated[tuple[LocalText, ...], holding(0, 10)] = ()
    #: *Niet zo*: what people see when it is not.
    misses: Annotated[tuple[LocalText, ...], holding(0, 10)] = ()
    source: Source = ""
    serves: Annotated[tuple[Serves, ...], holding(0, 20)] = ()
    likenesses: Annotated[tuple[Likeness, ...], holding(0, 20), NoRepeats] = ()

    @property
    def key(self) -> str:
        """The short name by which questions, criteria and accents point at it."""
        return key_in(self.id)

    @field_validator("id")
    @classmethod
    def _ends_in_a_key(cls, urn: str) -> str:
        if not _is_key(key_in(urn)):
            raise schema_error(
                _("“%(text)s” must end in a key of small letters, such as transparantie."),
                text=quoted(urn),
            )
        return urn


class Norm(Part):
    """What a value asks in one kind of situation."""

    key: Key
    situation: LocalText
    text: LocalText
    serves: Annotated[tuple[Serves, ...], holding(1, 20)]


#: Whatever has a place in the hierarchy.
Element = Foundation | Principle | Value | Norm


class Framework(Part):
    """One version of what an organisation stands for; it may begin with a single value."""

    format: Literal["waardewerk/value-framework@1"]
    id: Urn
    #: The first is the one in which every text is there.
    languages: Annotated[tuple[Language, ...], holding(1, 10), NoRepeats]
    title: LocalText
    intro: LocalText | None = None
    #: Whose it is, in that organisation's own words.
    owner: Source = ""
    #: The code or list on which it hangs, such as CODIO.
    peg: Source = ""
    foundations: Annotated[tuple[Foundation, ...], holding(0, 50)] = ()
    principles: Annotated[tuple[Principle, ...], holding(0, MOST_OTHERS)] = ()
    values: Annotated[tuple[Value, ...], holding(0, MOST_VALUES)] = ()
    norms: Annotated[tuple[Norm, ...], holding(0, MOST_OTHERS)] = ()

    def value(self, key: str) -> Value | None:
        """Find a value by its key."""
        found = self.elements.get(key)
        return found if isinstance(found, Value) else None

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        """Everything that has a place in the hierarchy, by key, from high to low."""
        return FrozenMapping({one.key: one for one in self._all()})

    @cached_property
    def edges(self) -> Mapping[str, tuple[Serves, ...]]:
        """What each thing is there for, by its key; empty for foundations."""
        return FrozenMapping({one.key: getattr(one, "serves", ()) for one in self._all()})

    @cached_property
    def serves(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of what each thing is there for, by its key."""
        return FrozenMapping(
            {key: tuple(edge.key for edge in found) for key, found in self.edges.items()}
        )

    def _all(self) -> Iterator[Element]:
        yield from self.foundations
        yield from self.principles
        yield from self.values
        yield from self.norms

    @field_validator("languages")
    @classmethod
    def _remember(cls, languages: tuple[str, ...], info: Info) -> tuple[str, ...]:
        if info.context:
            info.context.languages = languages
        return languages

    @model_validator(mode="after")
    def _hangs_together(self) -> Framework:
        found = [*self._repeated(), *self._pointing_nowhere()]
        if not found:
            found = list(self._going_round())
        if found:
            raise misfits(*found)
        return self

    def _repeated(self) -> Iterator[Misfit]:
        counted = Counter(one.key for one in self._all())
        seen: set[str] = set()
        for place, one in self._placed():
            if counted[one.key] > 1 and one.key in seen:
                yield place, _("The key “%(text)s” is used twice."), {"text": quoted(one.key)}
            seen.add(one.key)

    def _pointing_nowhere(self) -> Iterator[Misfit]:
        known = {one.key: one for one in self._all()}
        for place, one in self._placed():
            for nth, edge in enumerate(getattr(one, "serves", ())):
                spot = (*place, "serves", nth, "key")
                target = known.get(edge.key)
                if target is None:
                    message = _("There is nothing with the key “%(text)s” to serve.")
                    yield spot, message, {"text": quoted(edge.key)}
                elif isinstance(target, Norm) and not isinstance(one, Norm):
                    message = _("“%(text)s” is a norm: only another norm can serve it.")
                    yield spot, message, {"text": quoted(edge.key)}

    def _going_round(self) -> Iterator[Misfit]:
        serves = self.serves
        circle = cycle_in(serves)
        if circle:
            place = next(place for place, one in self._placed() if one.key == circle[0])
            message = _("These serve each other in a circle: %(keys)s.")
            yield place, message, {"keys": " → ".join((*circle, circle[0]))}
        elif longest_chain(serves) > MOST_LAYERS:
            message = _("More than %(most)s things serve each other in a row.")
            yield ("norms",), message, {"most": MOST_LAYERS}

    def _placed(self) -> Iterator[tuple[Place, Element]]:
        for room in ("foundations", "principles", "values", "norms"):
            for nth, one in enumerate(getattr(self, room)):
                yield (room, nth), one


def key_in(urn: str) -> str:
    """Return the last part of a URN, by which it is pointed at."""
    return urn.rpartition(":")[2].rpartition("/")[2]


def _is_key(text: str) -> bool:
    return bool(text) and KEY_FORM.fullmatch(text) is not None and len(text) <= 64


def load_framework(text: str | bytes) -> Framework:
    """Read a framework from YAML; raise ``DefinitionError`` with all that is wrong with it."""
    otherwise = _("The file must hold the fields of a value framework, such as “title”.")
    return read_part(text, Framework, Reading(), _element_at, otherwise)


def write_framework(framework: Framework) -> str:
    """Write a framework as YAML in the one form that it has."""
    return write_part(framework)


def _element_at(path: Place, root: Node) -> str | None:
    match path:
        case (("foundations" | "principles" | "values" | "norms") as room, int(place), *_rest):
            name = "id" if room == "values" else "key"
            match node_at(root, (room, place, name)):
                case TextNode(text=key):
                    return quoted(key_in(key))
    return None
