"""The hierarchy of a framework: what serves what, read upwards and downwards. Pure calculation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


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
