"""What all groups agree with, however large each of them is.

A group's agreement with a statement is the share of its reactions that agree; a pass counts as a
reaction. Three figures say how far all groups agree together. The product is the one that Polis
publishes; it becomes smaller with every further group, so it only orders the statements of one
count. Its geometric mean does not, and can be laid beside that of another round.
"""

from __future__ import annotations

import numpy as np

from waardewerk_participation.figures.proportions import share
from waardewerk_participation.grouping.counting import Tallies
from waardewerk_participation.grouping.votes import Floats


def agreement(tallies: Tallies) -> Floats:
    """Return each group's agreement with each statement; raise ``ValueError`` without groups."""
    if not len(tallies.agrees):
        raise ValueError("without groups there is nothing that groups agree on")
    return share(tallies.agrees, tallies.seen)


def group_informed_consensus(tallies: Tallies) -> Floats:
    """Multiply the agreement of all groups, per statement."""
    return np.asarray(np.prod(agreement(tallies), axis=0))


def mean_consensus(tallies: Tallies) -> Floats:
    """Return the geometric mean of the agreement of all groups, per statement."""
    return np.asarray(group_informed_consensus(tallies) ** (1 / len(tallies.agrees)))


def lowest_agreement(tallies: Tallies) -> Floats:
    """Return the agreement of the group that agrees least, per statement."""
    return np.asarray(agreement(tallies).min(axis=0))
