"""Votes as the engines read them: a sparse table in one order, whatever order they came in."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

AGREE, PASS, DISAGREE = 1, 0, -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: Ids up to so many times as large as the number of votes are counted; above that they are sorted.
_SPREAD_OF_IDS = 4
_KINDS = 3


@dataclass(frozen=True, eq=False)
class Votes:
    """The current vote of each person on each statement, person by person.

    Only people and statements with a vote are in it; both in the order of their ids. The votes of
    the person on row ``i`` stand at ``starts[i]:starts[i + 1]``: ``columns`` says on which
    statements, in rising order, and ``values`` what.
    """

    participants: Ints
    statements: Ints
    #: Per statement: rejected by a moderator, or not meant to be grouped by.
    rejected: Flags
    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]

    @property
    def shape(self) -> tuple[int, int]:
        """How many people and how many statements."""
        return len(self.participants), len(self.statements)

    @cached_property
    def seen(self) -> Ints:
        """Per person, on how many statements there is a vote."""
        return np.diff(self.starts)

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """Per vote, the row of its person."""
        return np.repeat(np.arange(len(self.participants), dtype=np.int32), self.seen)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything in it; equal for the same votes in whatever order they came."""
        digest = hashlib.sha256()
        for part, kind in (
            (self.participants, "<i8"),
            (self.statements, "<i8"),
            (self.rejected, "?"),
            (self.starts, "<i8"),
            (self.columns, "<i4"),
            (self.values, "i1"),
        ):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(np.ascontiguousarray(part, dtype=kind).data)
        return digest.hexdigest()

    def live(self) -> Votes:
        """Return the votes on statements that were not rejected; the people stay the same."""
        if not self.rejected.any():
            return self
        kept = ~self.rejected
        place = np.cumsum(kept, dtype=np.int32) - 1
        votes = self.only(kept[self.columns])
        return replace(
            votes,
            statements=self.statements[kept],
            rejected=self.rejected[kept],
            columns=place[votes.columns],
        )

    def only(self, chosen: Flags) -> Votes:
        """Return the chosen votes; people and statements stay, also without a vote."""
        before = np.concatenate(([0], np.cumsum(chosen, dtype=np.int64)))
        return replace(
            self,
            starts=before[self.starts],
            columns=self.columns[chosen],
            values=self.values[chosen],
        )


def votes_of(
    participants: ArrayLike,
    statements: ArrayLike,
    values: ArrayLike,
    rejected: Collection[int] = (),
) -> Votes:
    """Put votes in order: three equally long rows of person, statement and vote (-1, 0, 1).

    Ids are whole numbers of at least zero. Raise ``ValueError`` when somebody has two votes on one
    statement, or when something is no vote.
    """
    people, rows = _numbered(np.asarray(participants, dtype=np.int64))
    questions, columns = _numbered(np.asarray(statements, dtype=np.int64))
    cells = np.asarray(values)
    if not len(rows) == len(columns) == len(cells):
        raise ValueError("each vote needs a person, a statement and a value")
    if len(cells) and (cells.min() < DISAGREE or cells.max() > AGREE):
        raise ValueError("a vote is -1, 0 or 1")
    # One number per vote sorts faster than anything with an index beside it.
    keys = rows.astype(np.int64)
    keys *= max(len(questions), 1)
    keys += columns
    keys *= _KINDS
    keys += cells.astype(np.int8) - DISAGREE
    keys.sort()
    kinds = (keys % _KINDS).astype(np.int8)
    keys //= _KINDS
    if (keys[1:] == keys[:-1]).any():
        raise ValueError("somebody has two votes on one statement")
    per_person = np.bincount(rows, minlength=len(people))
    return Votes(
        participants=people,
        statements=questions,
        rejected=np.isin(questions, np.fromiter(rejected, dtype=np.int64)),
        starts=np.concatenate(([0], np.cumsum(per_person, dtype=np.int64))),
        columns=(keys % max(len(questions), 1)).astype(np.int32),
        values=kinds + np.int8(DISAGREE),
    )


def _numbered(ids: Ints) -> tuple[Ints, NDArray[np.int32]]:
    """Return the different ids in rising order, and for each id given its place among them."""
    if not len(ids):
        return ids, np.zeros(0, dtype=np.int32)
    if ids.min() < 0:
        raise ValueError("ids are at least zero")
    highest = int(ids.max())
    if highest >= _SPREAD_OF_IDS * len(ids) + 1000:
        different, places = np.unique(ids, return_inverse=True)
        return different, places.astype(np.int32)
    # Counting is many times faster than sorting, and ids are nearly always numbered through.
    is_there = np.zeros(highest + 1, dtype=np.bool_)
    is_there[ids] = True
    place = np.cumsum(is_there, dtype=np.int32) - 1
    return np.flatnonzero(is_there).astype(np.int64), place[ids]
