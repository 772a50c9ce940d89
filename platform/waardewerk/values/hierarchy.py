"""The hierarchy of a framework: what serves what, read upwards and downwards. Pure calculation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waardewerk.values.framework import Framework, Principle, Value


def cycle_in(serves: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Find things that serve each other in a circle, in that order; nothing when there are none.

    ``serves`` holds per key the keys above it.
    """
    settled: set[str] = set()
    for start in serves:
        circle = _walk(start, serves, settled)
        if circle:
            return circle
    return ()


def _walk(start: str, serves: Mapping[str, Iterable[str]], settled: set[str]) -> tuple[str, ...]:
    # Without recursion: a hostile file may hold a chain of a thousand.
    path: list[str] = []
    waiting = [(start, iter(serves.get(start, ())))] if start not in settled else []
    path += [start] if waiting else []
    while waiting:
        here, above = waiting[-1]
        for key in above:
            if key in path:
                return tuple(path[path.index(key) :])
            if key not in settled:
                path.append(key)
                waiting.append((key, iter(serves.get(key, ()))))
                break
        else:
            settled.add(here)
            path.pop()
            waiting.pop()
    return ()


def specified_by(serves: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Turn the edges round: per key what is there for its sake, in the order of ``serves``."""
    below: dict[str, list[str]] = {key: [] for key in serves}
    for key, above in serves.items():
        for one in above:
            below.setdefault(one, []).append(key)
    return below


def longest_chain(serves: Mapping[str, Iterable[str]]) -> int:
    """Count the things on the longest way up; there must be no circle in it."""
    height: dict[str, int] = {}
    for start in serves:
        waiting = [start]
        while waiting:
            above = [key for key in serves.get(waiting[-1], ()) if key not in height]
            if above:
                waiting += above
                continue
            here = waiting.pop()
            height[here] = 1 + max((height[key] for key in serves.get(here, ())), default=0)
    return max(height.values(), default=0)


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing in the hierarchy, and what follows from it in the direction of reading."""

    key: str
    #: The edge by which it hangs on the thing before it: what serves, and what is served.
    edge: tuple[str, str] | None
    branches: tuple[Branch, ...]
    #: What follows from it stands elsewhere on the page already.
    is_shown_elsewhere: bool = False


#: A thing that hangs on many others is drawn out again and again until a page holds this many.
MOST_BRANCHES = 1000


def read_downwards(
    serves: Mapping[str, Iterable[str]], most: int = MOST_BRANCHES
) -> tuple[Branch, ...]:
    """Begin at what serves nothing, and go on to what is there for its sake: why → how."""
    return _Drawing(specified_by(serves), most, is_upwards=False).of_all(serves)


def read_upwards(
    serves: Mapping[str, Iterable[str]], most: int = MOST_BRANCHES
) -> tuple[Branch, ...]:
    """Begin at what nothing serves, and go on to what it is there for: how → why."""
    return _Drawing(
        {key: list(above) for key, above in serves.items()}, most, is_upwards=True
    ).of_all(serves)


class _Drawing:
    """Draws trees out of links; a thing may hang on several others."""

    def __init__(self, links: Mapping[str, list[str]], most: int, *, is_upwards: bool) -> None:
        self._links = links
        self._most = most
        self._is_upwards = is_upwards
        self._drawn: set[str] = set()
        self._count = 0

    def of_all(self, keys: Iterable[str]) -> tuple[Branch, ...]:
        """Draw a tree for everything that hangs on nothing."""
        hanging = {key for found in self._links.values() for key in found}
        return tuple(self._branch(key, None) for key in keys if key not in hanging)

    def _branch(self, key: str, before: str | None) -> Branch:
        edge = None
        if before is not None:
            edge = (before, key) if self._is_upwards else (key, before)
        following = self._links.get(key, [])
        again = key in self._drawn and self._count >= self._most
        self._drawn.add(key)
        self._count += 1
        if again and following:
            return Branch(key, edge, (), is_shown_elsewhere=True)
        return Branch(key, edge, tuple(self._branch(one, key) for one in following))


def serving_nothing(framework: Framework) -> tuple[Principle | Value, ...]:
    """Find principles and values that say not for the sake of what they are there."""
    principles = tuple(one for one in framework.principles if not one.serves)
    return (*principles, *(one for one in framework.values if not one.serves))


def values_without_norm(framework: Framework) -> tuple[Value, ...]:
    """Find values that say in no kind of situation what they ask."""
    asked = {edge.key for norm in framework.norms for edge in norm.serves}
    return tuple(value for value in framework.values if value.key not in asked)
