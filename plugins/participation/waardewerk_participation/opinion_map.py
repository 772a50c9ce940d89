"""The map of people: how many stand where, never so few that one could be found. Pure.

People are counted per square, from small squares to large ones: where enough people of a group
stand in a small square it is one spot; the others of that group are counted in larger squares. Who
is left stands nowhere.
"""

from __future__ import annotations

import numpy as np

from waardewerk_participation.grouping.result import Grouping
from waardewerk_participation.grouping.votes import Flags, Floats, Ints
from waardewerk_participation.showing import OpinionMap, Spot

#: So many squares lie beside each other, from the finest count to the coarsest.
GRIDS = (12, 6, 3)
#: With fewer circles, or a smaller part of the people, a map misleads: what is left out is most.
FEWEST_SPOTS = 3
LEAST_DRAWN = 0.75


def map_of(grouping: Grouping, k: int) -> OpinionMap | None:
    """Count people per square; None when too few of them could be drawn to make a map."""
    is_in = grouping.is_in
    if not is_in.any():
        return None
    places = _within_a_square(grouping.positions[is_in])
    groups = grouping.group_of[is_in]
    spots: list[Spot] = []
    for number, letter in enumerate(grouping.letters):
        spots += _spots_of(places[groups == number], letter, k)
    shown = sum(spot.people for spot in spots)
    elsewhere = len(places) - shown
    # Too few elsewhere would be found by subtraction: the smallest spot goes with them.
    if spots and 0 < elsewhere < k:
        smallest = min(spots, key=lambda spot: (spot.people, spot.x, spot.y))
        spots.remove(smallest)
        elsewhere += smallest.people
    drawn = len(places) - elsewhere
    if len(spots) < FEWEST_SPOTS or drawn < LEAST_DRAWN * len(is_in):
        return None
    return OpinionMap(tuple(spots), elsewhere)


def _within_a_square(positions: Floats) -> Floats:
    """Bring the middle of the map to zero and its furthest edge to one."""
    lowest, highest = positions.min(axis=0), positions.max(axis=0)
    width = float((highest - lowest).max())
    if width == 0:
        return np.zeros_like(positions)
    return np.asarray((positions - (lowest + highest) / 2) * (2 / width))


def _spots_of(places: Floats, letter: str, k: int) -> list[Spot]:
    spots: list[Spot] = []
    for grid in GRIDS:
        squares, counts = np.unique(_squares(places, grid), return_inverse=True)
        sizes = np.bincount(counts, minlength=len(squares))
        for square in np.flatnonzero(sizes >= k).tolist():
            column, row = divmod(int(squares[square]), grid)
            spots.append(
                Spot(
                    _middle(column, grid), _middle(row, grid), 2 / grid, letter, int(sizes[square])
                )
            )
        left: Flags = sizes[counts] < k
        places = places[left]
    return spots


def _squares(places: Floats, grid: int) -> Ints:
    steps = np.clip(((places + 1) * (grid / 2)).astype(np.int64), 0, grid - 1)
    return np.asarray(steps[:, 0] * grid + steps[:, 1])


def _middle(step: int, grid: int) -> float:
    return round((step + 0.5) * 2 / grid - 1, 4)
