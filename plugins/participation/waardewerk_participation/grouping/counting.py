"""How many agreed, passed and disagreed: per statement, or per statement and group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waardewerk_participation.grouping.votes import AGREE, DISAGREE, PASS, Ints, Votes

#: So many votes are counted at a time, so that a large round needs little memory.
_AT_A_TIME = 4_000_000
_KINDS = 3


@dataclass(frozen=True, eq=False)
class Tallies:
    """Counts per group (first axis) and statement (second axis)."""

    agrees: Ints
    disagrees: Ints
    passes: Ints

    @property
    def seen(self) -> Ints:
        """How many reacted in any way."""
        return self.agrees + self.disagrees + self.passes

    def total(self) -> Tallies:
        """Add all groups up; the result has one group."""
        return Tallies(
            self.agrees.sum(axis=0, keepdims=True),
            self.disagrees.sum(axis=0, keepdims=True),
            self.passes.sum(axis=0, keepdims=True),
        )

    def of(self, group: int) -> Tallies:
        """Return one group."""
        only = slice(group, group + 1)
        return Tallies(self.agrees[only], self.disagrees[only], self.passes[only])

    def without(self, group: int) -> Tallies:
        """Add up all groups but one."""
        all_, one = self.total(), self.of(group)
        return Tallies(
            all_.agrees - one.agrees,
            all_.disagrees - one.disagrees,
            all_.passes - one.passes,
        )


def count_all(votes: Votes) -> Tallies:
    """Count everybody's votes, as one group."""
    return count_by_group(votes, np.zeros(votes.shape[0], dtype=np.int8), 1)


def count_by_group(votes: Votes, group_of: NDArray[np.int8], groups: int) -> Tallies:
    """Count per group; who has a negative group counts nowhere."""
    columns = votes.shape[1]
    counts = np.zeros((groups + 1) * columns * _KINDS, dtype=np.int64)
    # Who is in no group is counted in one more, which is left out at the end.
    places = np.where(group_of < 0, groups, group_of).astype(np.int64) * columns
    for begin in range(0, len(votes.values), _AT_A_TIME):
        part = slice(begin, begin + _AT_A_TIME)
        keys = (places[votes.rows[part]] + votes.columns[part]) * _KINDS
        keys += votes.values[part] - DISAGREE
        counts += np.bincount(keys, minlength=len(counts))
    table = counts.reshape(groups + 1, columns, _KINDS)[:groups]
    return Tallies(
        agrees=table[:, :, AGREE - DISAGREE],
        disagrees=table[:, :, 0],
        passes=table[:, :, PASS - DISAGREE],
    )
