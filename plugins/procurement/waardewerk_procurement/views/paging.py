"""A long list, some of it a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

One = TypeVar("One")

A_PAGE = 20


@dataclass(frozen=True)
class Paged(Generic[One]):
    """What stands on one page of a list."""

    items: Sequence[One]
    current: int
    last: int

    @property
    def beside(self) -> tuple[int, int]:
        """The page before this one and the page after it, also when they are not there."""
        return self.current - 1, self.current + 1


def page_asked(found: Sequence[One]) -> Paged[One]:
    """Return the page that the address asks for, or the nearest one that there is."""
    last = max(1, -(-len(found) // A_PAGE))
    current = min(max(request.args.get("page", 1, type=int), 1), last)
    return Paged(found[(current - 1) * A_PAGE : current * A_PAGE], current, last)
