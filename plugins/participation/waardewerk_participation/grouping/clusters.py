"""k-means on weighted places, from many starts at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waardewerk_participation.grouping.cells import Cells
from waardewerk_participation.grouping.votes import Floats, Ints

#: One start often ends in a worse division; ten hardly ever all do.
STARTS = 12
MOST_ROUNDS = 100

Labels = NDArray[np.int8]


def divide(cells: Cells, k: int, *, smallest: int, seed: int) -> Labels | None:
    """Divide places into ``k`` groups; per place the number of its group.

    The best of all starts is the one with the least squared distance, among those in which each
    group has at least ``smallest`` people. None when there is no such start.
    """
    centres = _first_centres(cells, k, np.random.default_rng([seed, k]))
    labels = _nearest(cells, centres)
    moving = np.arange(STARTS)
    for _round in range(MOST_ROUNDS):
        centres[moving] = _means(cells, labels[moving], centres[moving])
        moved = _nearest(cells, centres[moving])
        still = (moved != labels[moving]).any(axis=1)
        labels[moving] = moved
        moving = moving[still]
        if not len(moving):
            break
    sizes = _sizes(cells, labels, k)
    fits = (sizes >= max(smallest, 1)).all(axis=1)
    if not fits.any():
        return None
    spread = np.where(fits, _spread(cells, labels, centres), np.inf)
    return np.asarray(labels[int(np.argmin(spread))])


def _first_centres(cells: Cells, k: int, chance: np.random.Generator) -> Floats:
    """Choose first centres: each next one the likelier, the further from those chosen before."""
    chosen = np.empty((STARTS, k, 2))
    draws = chance.random((STARTS, k))
    for start in range(STARTS):
        odds = cells.weights
        nearest = np.full(len(cells), np.inf)
        for centre in range(k):
            ladder = np.cumsum(odds)
            place = int(np.searchsorted(ladder, draws[start, centre] * ladder[-1], side="right"))
            chosen[start, centre] = cells.places[min(place, len(cells) - 1)]
            nearest = np.minimum(nearest, _squared(cells, chosen[start, centre]))
            odds = cells.weights * nearest
    return chosen


def _squared(cells: Cells, centre: Floats) -> Floats:
    away = cells.places - centre
    return np.asarray(away[:, 0] ** 2 + away[:, 1] ** 2)


def _nearest(cells: Cells, centres: Floats) -> Labels:
    """Per start and place, the nearest centre; the first of equally near ones."""
    x, y = cells.places[:, 0], cells.places[:, 1]
    starts, k, _axes = centres.shape
    best = np.full((starts, len(cells)), np.inf)
    labels = np.zeros((starts, len(cells)), dtype=np.int8)
    for centre in range(k):
        squared = np.square(x - centres[:, centre, :1])
        squared += np.square(y - centres[:, centre, 1:])
        np.copyto(labels, np.int8(centre), where=squared < best)
        np.minimum(best, squared, out=best)
    return labels


def _means(cells: Cells, labels: Labels, centres: Floats) -> Floats:
    """Move each centre to the mean of its people; one without people stays where it is."""
    starts, k, _axes = centres.shape
    keys = (labels + (np.arange(starts) * k)[:, np.newaxis]).ravel()
    weights = np.broadcast_to(cells.weights, labels.shape).ravel()
    totals = np.bincount(keys, weights, starts * k).reshape(starts, k)
    moved = centres.copy()
    for axis in (0, 1):
        spots = np.broadcast_to(cells.weights * cells.places[:, axis], labels.shape).ravel()
        sums = np.bincount(keys, spots, starts * k).reshape(starts, k)
        np.divide(sums, totals, out=moved[:, :, axis], where=totals > 0)
    return moved


def _sizes(cells: Cells, labels: Labels, k: int) -> Ints:
    sizes = [np.bincount(one, cells.weights, k) for one in labels]
    return np.stack(sizes).astype(np.int64)


def _spread(cells: Cells, labels: Labels, centres: Floats) -> Floats:
    """Per start, the squared distances of all people to their centre, added up."""
    found = np.empty(len(labels))
    for start, one in enumerate(labels):
        away = cells.places - centres[start][one]
        found[start] = cells.weights @ (away[:, 0] ** 2 + away[:, 1] ** 2)
    return found
