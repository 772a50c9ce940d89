"""The two directions in which people differ most: principal components of a sparse table.

Where somebody did not vote, the mean vote on that statement is filled in. After taking each
column's mean off, such a cell is exactly zero: the table that would be full stays sparse, and
nothing is ever filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from waardewerk_participation.grouping.counting import count_all
from waardewerk_participation.grouping.votes import Floats, Votes

#: With so few statements all directions are worked out, exactly.
EXACT_UP_TO = 200
#: How far a direction may still be from one that the table maps onto itself, as a share.
TOLERANCE = 1e-7
MOST_STEPS = 300
_LOOK_EVERY = 4
#: Below this share of the largest, a direction is what rounding left over.
_NOTHING = 1e-12
#: Any number will do; it gives the search the same start each time.
_START = 20_260_101


@dataclass(frozen=True, eq=False)
class Deviations:
    """How far each vote is from the mean vote on its statement, people by statements."""

    table: sparse.csr_array

    @cached_property
    def turned(self) -> sparse.csc_array:
        """The same table on its side; it shares its numbers."""
        return self.table.T

    def across(self, loadings: Floats) -> Floats:
        """Add up each person's deviations, weighted per statement."""
        return np.asarray(self.table @ loadings)

    def down(self, weights: Floats) -> Floats:
        """Add up each statement's deviations, weighted per person."""
        return np.asarray(self.turned @ weights)


def deviations_of(votes: Votes) -> Deviations:
    """Take the mean vote on each statement off."""
    counts = count_all(votes)
    means = ((counts.agrees - counts.disagrees) / np.maximum(counts.seen, 1))[0]
    data = votes.values.astype(np.float64)
    data -= means[votes.columns]
    starts = votes.starts.astype(np.int32) if len(data) < 2**31 else votes.starts
    table = sparse.csr_array((data, votes.columns, starts), shape=votes.shape, copy=False)
    return Deviations(table)


def two_directions(deviations: Deviations) -> Floats:
    """Return loadings, two rows by statements: unit length, at right angles.

    The largest loading of each is positive, so that a picture does not flip over between counts.
    A row of zeros means that there is no such direction: people do not differ in it.
    """
    columns = deviations.table.shape[1]
    directions = _exact(deviations) if columns <= EXACT_UP_TO else _lanczos(deviations)
    found = np.zeros((2, columns))
    for row, direction in enumerate(directions[:2]):
        largest = direction[np.argmax(np.abs(direction))]
        found[row] = direction * np.sign(largest)
    return found


def _exact(deviations: Deviations) -> Floats:
    gram = (deviations.turned @ deviations.table).toarray()
    if not gram.any():
        return np.zeros((0, len(gram)))
    strengths, vectors = np.linalg.eigh(gram)
    return _that_are_there(strengths[::-1], vectors.T[::-1])


def _that_are_there(strengths: Floats, vectors: Floats) -> Floats:
    is_there = strengths > _NOTHING * len(strengths) * strengths[0]
    return np.asarray(vectors[is_there])


def _lanczos(deviations: Deviations) -> Floats:
    """Find the strongest directions in the space that repeated products of one start span.

    Every new direction is put at right angles to all earlier ones (twice: once is not enough in
    floating point), so there are no copies and the result does not hang on luck.
    """
    columns = deviations.table.shape[1]
    most = min(MOST_STEPS, columns)
    basis = np.zeros((most + 1, columns))
    basis[0] = np.random.default_rng(_START).standard_normal(columns)
    basis[0] /= np.linalg.norm(basis[0])
    diagonal, beside = np.zeros(most), np.zeros(most)
    for step in range(most):
        product = deviations.down(deviations.across(basis[step]))
        diagonal[step] = product @ basis[step]
        for _twice in range(2):
            product -= basis[: step + 1].T @ (basis[: step + 1] @ product)
        beside[step] = np.linalg.norm(product)
        strongest = max(diagonal[: step + 1].max(), 0.0)
        ends = beside[step] <= _NOTHING * strongest
        if ends or step == most - 1 or step % _LOOK_EVERY == _LOOK_EVERY - 1:
            strengths, within = _of_the_small_table(diagonal[: step + 1], beside[:step])
            left = beside[step] * np.abs(within[:2, -1])
            if ends or step == most - 1 or (left <= TOLERANCE * strengths[0]).all():
                return _that_are_there(strengths, within @ basis[: step + 1])
        basis[step + 1] = product / beside[step]
    raise AssertionError("the last step returns")


def _of_the_small_table(diagonal: Floats, beside: Floats) -> tuple[Floats, Floats]:
    strengths, vectors = np.linalg.eigh(
        np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    )
    return strengths[::-1], vectors.T[::-1]
