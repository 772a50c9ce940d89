"""A framework as a page shows it: every thing beside what it serves and what serves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.notation.local_text import LocalText
from waardewerk.values.changes import Change
from waardewerk.values.editing import name_of
from waardewerk.values.framework import Element, Foundation, Framework, Norm, Principle, Value
from waardewerk.values.hierarchy import Branch
from waardewerk.values.words import language_name


def reading_languages() -> tuple[str, ...]:
    """Return the languages that who looks can read, the chosen one first."""
    chosen = i18n.language()
    return (chosen, *i18n.BORROWS.get(chosen, ()))


def say(text: LocalText) -> Markup:
    """Give a text for a page, marked when it is in another language than the page."""
    wanted = reading_languages()
    language = text.language_for(*wanted)
    if language == wanted[0]:
        return Markup.escape(text[language])
    return Markup('<span lang="{}">{}</span>').format(language, text[language])


def plainly(framework: Framework, words: str) -> Markup:
    """Give what was written in one language only: the first one of the framework."""
    return say(LocalText({framework.languages[0]: words}))


@dataclass(frozen=True, slots=True)
class Link:
    """One edge, seen from one of its ends: what is at the other, and why."""

    other: Element
    because: LocalText

    @property
    def name(self) -> LocalText:
        """What the thing at the other end is called."""
        return name_of(self.other)


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing, what it is there for, and what is there for its sake."""

    element: Element
    serves: tuple[Link, ...]
    served_by: tuple[Link, ...]

    @property
    def norms(self) -> list[Link]:
        """What it asks, in which situation."""
        return [link for link in self.served_by if isinstance(link.other, Norm)]


@dataclass(frozen=True, slots=True)
class Group:
    """Values that serve one principle directly; the last group serves none."""

    principle: Principle | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ShownFramework:
    """A framework in plain reading order."""

    foundations: tuple[Foundation, ...]
    groups: tuple[Group, ...]
    principles: tuple[Shown, ...]
    values: tuple[Shown, ...]
    #: Norms that serve no value directly, which would otherwise stand nowhere.
    other_norms: tuple[Shown, ...]


def show(framework: Framework) -> ShownFramework:
    """Lay everything beside what it serves and what serves it."""
    below = _below(framework)
    values = {value.key for value in framework.values}
    return ShownFramework(
        foundations=framework.foundations,
        groups=groups_of(framework),
        principles=tuple(_shown(framework, one, below) for one in framework.principles),
        values=tuple(_shown(framework, one, below) for one in framework.values),
        other_norms=tuple(
            _shown(framework, norm, below)
            for norm in framework.norms
            if not any(edge.key in values for edge in norm.serves)
        ),
    )


def groups_of(framework: Framework) -> tuple[Group, ...]:
    """Put values under the principles that they serve; one may stand under several."""
    found = []
    grouped: set[str] = set()
    for principle in framework.principles:
        under = tuple(
            value
            for value in framework.values
            if any(edge.key == principle.key for edge in value.serves)
        )
        grouped |= {value.key for value in under}
        if under:
            found.append(Group(principle, under))
    others = tuple(value for value in framework.values if value.key not in grouped)
    return (*found, Group(None, others)) if others else tuple(found)


def _below(framework: Framework) -> dict[str, list[Link]]:
    below: dict[str, list[Link]] = {key: [] for key in framework.elements}
    for key, edges in framework.edges.items():
        for edge in edges:
            below[edge.key].append(Link(framework.elements[key], edge.because))
    return below


def _shown(framework: Framework, element: Element, below: dict[str, list[Link]]) -> Shown:
    serves = tuple(
        Link(framework.elements[edge.key], edge.because) for edge in framework.edges[element.key]
    )
    return Shown(element, serves, tuple(below[element.key]))


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of the hierarchy: a thing, why it hangs on the line before it, and what follows."""

    element: Element
    because: LocalText | None
    rungs: tuple[Rung, ...]
    is_shown_elsewhere: bool

    @property
    def name(self) -> LocalText:
        """What it is called."""
        return name_of(self.element)


def rungs_of(framework: Framework, branches: Iterable[Branch]) -> tuple[Rung, ...]:
    """Put the words of a framework to the branches of its hierarchy."""
    reasons = {
        (key, edge.key): edge.because for key, edges in framework.edges.items() for edge in edges
    }
    return tuple(_rung(framework, branch, reasons) for branch in branches)


def _rung(framework: Framework, branch: Branch, reasons: dict[tuple[str, str], LocalText]) -> Rung:
    return Rung(
        framework.elements[branch.key],
        reasons[branch.edge] if branch.edge else None,
        tuple(_rung(framework, one, reasons) for one in branch.branches),
        branch.is_shown_elsewhere,
    )


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One difference, as the pattern for differences shows it."""

    kind: str
    title: str
    before: str
    after: str
    #: The language of the texts, when that is not the one of the page.
    language: str


def shown_changes(changes: Iterable[Change]) -> list[ShownChange]:
    """Say differences in the language of who looks."""
    return [_shown_change(one) for one in changes]


def _shown_change(change: Change) -> ShownChange:
    wanted = reading_languages()
    title = change.text(_, *wanted)
    language = change.language if change.language != wanted[0] else ""
    if language:
        title = f"{title} ({language_name(language)})"
    return ShownChange(change.kind, title, _plain(change.before), _plain(change.after), language)


def _plain(text: str | LocalText) -> str:
    return text.for_language(*reading_languages()) if isinstance(text, LocalText) else text
