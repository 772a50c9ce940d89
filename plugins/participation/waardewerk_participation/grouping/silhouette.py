"""How clearly groups stand apart: the mean silhouette of all people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from waardewerk_participation.grouping.cells import Cells
from waardewerk_participation.grouping.clusters import Labels
from waardewerk_participation.grouping.votes import Floats

#: Digits that count; further ones are rounding.
DECIMALS = 9
#: A few rows of distances stay in the processor's own memory; all of them do not.
_AT_A_TIME = 64


def silhouettes(cells: Cells, divisions: Mapping[int, Labels]) -> dict[int, float]:
    """Return the silhouette of each division, by its number of groups.

    Per person: how much nearer the own group is than the nearest other one, as a share of the
    larger of the two mean distances. It is 0 for who is alone in a group. 1 is perfectly apart.
    """
    if not divisions:
        return {}
    members = {k: _members(cells, labels, k) for k, labels in divisions.items()}
    # One product for all divisions: the distances are what costs.
    sums = _summed_distances(cells, np.concatenate(list(members.values()), axis=1))
    found, begin = {}, 0
    for k, labels in divisions.items():
        found[k] = _mean_of(cells, labels, sums[:, begin : begin + k], members[k].sum(axis=0))
        begin += k
    return found


def _members(cells: Cells, labels: Labels, k: int) -> Floats:
    return np.where(labels[:, np.newaxis] == np.arange(k), cells.weights[:, np.newaxis], 0.0)


def _summed_distances(cells: Cells, members: Floats) -> Floats:
    """Add up, per place, the distances to the members of each group."""
    x, y = cells.places[:, 0], cells.places[:, 1]
    sums = np.empty_like(members)
    for begin in range(0, len(cells), _AT_A_TIME):
        part = slice(begin, begin + _AT_A_TIME)
        squared = (x[part, np.newaxis] - x) ** 2
        squared += (y[part, np.newaxis] - y) ** 2
        sums[part] = np.sqrt(squared, out=squared) @ members
    return sums


def _mean_of(cells: Cells, labels: Labels, sums: Floats, sizes: Floats) -> float:
    places = np.arange(len(cells))
    others = sizes[labels] - 1
    own = sums[places, labels] / np.maximum(others, 1)
    means = sums / sizes
    means[places, labels] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(own, nearest)
    apart = np.divide(nearest - own, larger, out=np.zeros(len(cells)), where=larger > 0)
    apart[others < 1] = 0.0
    return round(float(cells.weights @ apart / cells.weights.sum()), DECIMALS)
