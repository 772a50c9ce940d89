"""People who stand in the same place, or nearly, taken together: a map with weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waardewerk_participation.grouping.positions import DECIMALS
from waardewerk_participation.grouping.votes import Floats, Ints

#: With up to so many different places everybody keeps their own.
MOST_CELLS = 1500
_FINEST, _COARSER = 256, 0.75


@dataclass(frozen=True, eq=False)
class Cells:
    """Places with the number of people there, and for each person the number of their place."""

    places: Floats
    weights: Floats
    cell_of: Ints

    def __len__(self) -> int:
        return len(self.weights)


def cells_of(positions: Floats) -> Cells:
    """Take equal places together; when there are too many different ones, neighbours too.

    Cells stand in the order of their place, so the order of people does not matter.
    """
    # As one complex number per person: that sorts ten times as fast as rows of two.
    points = np.ascontiguousarray(positions).view(np.complex128)[:, 0]
    different, cell_of = np.unique(points, return_inverse=True)
    if len(different) <= MOST_CELLS:
        places = np.stack([different.real, different.imag], axis=1)
        return Cells(places, np.bincount(cell_of).astype(np.float64), cell_of)
    return _on_a_grid(positions)


def _on_a_grid(positions: Floats) -> Cells:
    """Lay the finest square grid that leaves few enough cells, each at the mean of its people."""
    lowest = positions.min(axis=0)
    width = float((positions - lowest).max())
    bins = _FINEST
    while True:
        # The highest one would fall just outside.
        squares = np.minimum((positions - lowest) * (bins / width), bins - 1).astype(np.int64)
        keys = squares[:, 0] * bins + squares[:, 1]
        counts = np.bincount(keys, minlength=bins * bins)
        occupied = np.flatnonzero(counts)
        if len(occupied) <= MOST_CELLS:
            break
        bins = int(bins * _COARSER)
    number = np.zeros(bins * bins, dtype=np.int64)
    number[occupied] = np.arange(len(occupied))
    cell_of = number[keys]
    weights = counts[occupied].astype(np.float64)
    sums = [np.bincount(cell_of, positions[:, axis], len(occupied)) for axis in (0, 1)]
    places = np.round(np.stack(sums, axis=1) / weights[:, np.newaxis], DECIMALS) + 0.0
    return Cells(places, weights, cell_of)
