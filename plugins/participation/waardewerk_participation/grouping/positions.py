"""Where each person stands: votes projected on the two directions, made up for votes not given."""

from __future__ import annotations

import numpy as np

from waardewerk_participation.grouping.directions import deviations_of, two_directions
from waardewerk_participation.grouping.votes import Floats, Ints, Votes

#: Another processor may differ in the last digits; nobody's group hangs on those.
DECIMALS = 8


def positions_of(live: Votes, counted_as_seen: Ints, columns: int, fewest: int) -> Floats:
    """Place everybody: two numbers per person.

    Who voted on few statements has a small sum of deviations; it is enlarged by the square root of
    ``columns`` over the statements ``counted_as_seen``, but never by more than ``fewest`` seen
    would give.
    """
    deviations = deviations_of(live)
    loadings = two_directions(deviations)
    sums = np.stack([deviations.across(one) for one in loadings], axis=1)
    scale = np.sqrt(columns / np.maximum(counted_as_seen, max(fewest, 1)))
    # Adding zero turns minus zero into zero.
    return np.round(sums * scale[:, np.newaxis], DECIMALS) + 0.0
