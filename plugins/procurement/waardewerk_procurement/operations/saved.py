"""What came of a page that was filled in: what is right is kept, and the rest says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from waardewerk.refusal import Refusal

Place = TypeVar("Place", int, str)


@dataclass(frozen=True)
class Saved(Generic[Place]):
    """Where something new was kept, and where not and why."""

    kept: tuple[Place, ...]
    problems: Mapping[Place, Refusal]


def save_each(places: Iterable[Place], save: Callable[[Place], bool]) -> Saved[Place]:
    """Save one place after the other; one that is refused does not take the others along."""
    kept: list[Place] = []
    problems: dict[Place, Refusal] = {}
    for place in sorted(places):
        try:
            if save(place):
                kept.append(place)
        except Refusal as refusal:
            problems[place] = refusal
    return Saved(tuple(kept), problems)
