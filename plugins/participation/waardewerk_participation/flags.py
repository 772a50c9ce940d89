"""Votes that may not be what somebody thinks: flagged for a moderator to look at. Pure.

A flag removes nothing. Somebody who agrees with everything may mean it, and a family that filled
in one form together votes alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from waardewerk_participation.grouping.votes import AGREE, DISAGREE, PASS, Flags, Votes

#: ``straight_line``: all votes the same. ``cloned``: the same votes as several others, on the same
#: statements. ``hasty``: more votes in a minute than anybody can read.
PATTERNS = ("straight_line", "cloned", "hasty")
#: With fewer votes somebody can well have one answer to everything, or that of others.
FEWEST_VOTES = 20
#: So many people with the same votes are a set.
FEWEST_ALIKE = 3


@dataclass(frozen=True)
class Flagged:
    """The rows of those whose votes look like this; one person can be in several."""

    straight_line: frozenset[int]
    cloned: frozenset[int]
    hasty: frozenset[int]

    def of(self, pattern: str) -> frozenset[int]:
        """Return the rows of one pattern."""
        found: frozenset[int] = getattr(self, pattern)
        return found

    @property
    def everybody(self) -> frozenset[int]:
        """The rows of all patterns together."""
        return self.straight_line | self.cloned | self.hasty


def flagged(votes: Votes, hasty: Iterable[int] = ()) -> Flagged:
    """Find what looks odd; who was hasty was seen while they voted."""
    enough = votes.seen >= FEWEST_VOTES
    return Flagged(_straight_lines(votes, enough), _clones(votes, enough), frozenset(hasty))


def _straight_lines(votes: Votes, enough: Flags) -> frozenset[int]:
    same = np.zeros(len(enough), dtype=np.bool_)
    for value in (AGREE, PASS, DISAGREE):
        given = np.bincount(votes.rows[votes.values == value], minlength=len(enough))
        same |= given == votes.seen
    return frozenset(np.flatnonzero(same & enough).tolist())


def _clones(votes: Votes, enough: Flags) -> frozenset[int]:
    alike: dict[bytes, list[int]] = defaultdict(list)
    for row in np.flatnonzero(enough).tolist():
        part = slice(int(votes.starts[row]), int(votes.starts[row + 1]))
        alike[votes.columns[part].tobytes() + votes.values[part].tobytes()].append(row)
    return frozenset(row for rows in alike.values() if len(rows) >= FEWEST_ALIKE for row in rows)
