"""How far groups are apart on a statement."""

from __future__ import annotations

import numpy as np

from waardewerk_participation.figures.consensus import agreement
from waardewerk_participation.grouping.counting import Tallies
from waardewerk_participation.grouping.votes import Floats


def divisiveness(tallies: Tallies) -> Floats:
    """Return the highest minus the lowest agreement of a group, per statement.

    0 is the same everywhere. It says nothing about whether people within a group agree.
    """
    return np.asarray(np.ptp(agreement(tallies), axis=0))
