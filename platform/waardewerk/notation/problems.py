"""What can be wrong with a definition, said so that it can be translated where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from waardewerk.refusal import Refusal

#: An error report longer than this helps nobody, and a hostile file must not fill a page.
MOST_PROBLEMS = 100

#: Enough of a name or text to recognise it by in a message.
_LONGEST_QUOTE = 60


def _(message: str) -> str:
    """Mark ``message`` for the catalogues; it is translated where it is shown."""
    return message


def quoted(text: str) -> str:
    """Cut ``text`` to what fits in a message."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a definition: where, about which part, and what.

    ``message`` is an English source text with ``%(name)s`` places for ``arguments``.
    """

    line: int | None
    #: The question, value or other part that it is about.
    subject: str | None
    message: str
    arguments: Mapping[str, object] = field(default_factory=dict)

    def text(self, gettext: Callable[[str], str] = str) -> str:
        """Say what is wrong in the language of ``gettext``."""
        return gettext(self.message) % self.arguments


class DefinitionError(Refusal):
    """A definition cannot be used; ``problems`` holds everything that was found, by line."""

    code: ClassVar[str] = "invalid-definition"

    def __init__(self, problems: Iterable[Problem]) -> None:
        by_line = sorted(problems, key=lambda problem: problem.line or 0)
        self.problems: tuple[Problem, ...] = tuple(by_line[:MOST_PROBLEMS])
        super().__init__(_("This file cannot be used as it is."))

    def __str__(self) -> str:
        return "\n".join(_with_place(problem) for problem in self.problems)


def _with_place(problem: Problem) -> str:
    place = []
    if problem.line is not None:
        place.append(f"line {problem.line}")
    if problem.subject is not None:
        place.append(problem.subject)
    return f"{', '.join(place)}: {problem.text()}" if place else problem.text()
