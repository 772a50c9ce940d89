"""What two people read in one booklet, and where they differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

Said = TypeVar("Said")
_ORDER = ("code", "vote", "statement", "background")


@dataclass(frozen=True, kw_only=True)
class Booklet:
    """What somebody read in a booklet; a box that was left open is not there."""

    #: Number of a statement → 1 agrees, 0 does not know, -1 disagrees.
    votes: Mapping[int, int] = field(default_factory=dict)
    #: Number of a background question → key of an option.
    background: Mapping[int, str] = field(default_factory=dict)
    #: Which participant the code makes.
    pid: bytes | None = None
    statement: str = ""
    language: str = ""


@dataclass(frozen=True)
class Difference:
    """A place in a booklet where two people read something else; None where one read nothing."""

    #: ``vote-3``, ``background-2``, ``code``, ``statement``.
    part: str
    first: object
    second: object


def differences(first: Booklet, second: Booklet) -> list[Difference]:
    """List every place where the two differ, in the order of the booklet."""
    one, other = dict(_parts(first)), dict(_parts(second))
    return [
        Difference(part, one.get(part), other.get(part))
        for part in sorted({**one, **other}, key=_place)
        if one.get(part) != other.get(part)
    ]


def _place(part: str) -> tuple[int, int]:
    kind, _dash, number = part.partition("-")
    return _ORDER.index(kind), int(number or 0)


def settled(first: Booklet, second: Booklet, chosen: Mapping[str, int]) -> Booklet:
    """Return the booklet with, for each difference, what the first (1) or second (2) one read."""
    result = first
    for one in differences(first, second):
        if chosen[one.part] == 2:
            result = _with(result, second, one.part)
    return result


def _parts(booklet: Booklet) -> Iterator[tuple[str, object]]:
    if booklet.pid is not None:
        yield "code", booklet.pid
    for number, value in booklet.votes.items():
        yield f"vote-{number}", value
    if booklet.statement:
        yield "statement", (booklet.statement, booklet.language)
    for question, option in booklet.background.items():
        yield f"background-{question}", option


def _with(booklet: Booklet, other: Booklet, part: str) -> Booklet:
    """Return a booklet with one part as the other one has it."""
    kind, _dash, number = part.partition("-")
    if kind == "vote":
        return replace(booklet, votes=_moved(booklet.votes, other.votes, int(number)))
    if kind == "background":
        moved = _moved(booklet.background, other.background, int(number))
        return replace(booklet, background=moved)
    if kind == "statement":
        return replace(booklet, statement=other.statement, language=other.language)
    return replace(booklet, pid=other.pid)


def _moved(mine: Mapping[int, Said], theirs: Mapping[int, Said], key: int) -> dict[int, Said]:
    rest = {one: said for one, said in mine.items() if one != key}
    return {**rest, key: theirs[key]} if key in theirs else rest
