"""Which of a number of things changed places between two texts."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TypeVar

K = TypeVar("K", bound=str)


def moved(before: Sequence[K], after: Sequence[K]) -> frozenset[K]:
    """Find which of those in both must have moved for the rest to have kept their order."""
    both_before = [key for key in before if key in set(after)]
    both_after = [key for key in after if key in set(before)]
    matcher = SequenceMatcher(None, both_before, both_after, autojunk=False)
    kept = {
        key
        for block in matcher.get_matching_blocks()
        for key in both_before[block.a :][: block.size]
    }
    return frozenset(both_before) - kept
