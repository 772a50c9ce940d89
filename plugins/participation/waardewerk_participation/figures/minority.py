"""The minority guard: what one group opposes while all together are for it.

A majority shows in every total. What the smallest group, or the one that is touched most, cannot
live with does not; so it stands beside what people share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waardewerk_participation.figures.proportions import SURE, share, sureness
from waardewerk_participation.grouping.counting import Tallies


@dataclass(frozen=True, slots=True)
class Objection:
    """A statement that a group opposes against the others."""

    #: The place of the statement in the tallies.
    statement: int
    #: The share of the group that disagrees.
    share: float
    #: The share of all together, the group among them, that agrees.
    agreement_of_all: float


def smallest_group(sizes: Sequence[int]) -> int:
    """Return the number of the smallest group; of equals the first."""
    return min(range(len(sizes)), key=lambda group: (sizes[group], group))


def objections(tallies: Tallies, group: int) -> tuple[Objection, ...]:
    """Find what more than half of a group clearly opposes and more than half of all agree with.

    The strongest objection comes first.
    """
    own, everybody = tallies.of(group), tallies.total()
    against = share(own.disagrees, own.seen)[0]
    sure = sureness(own.disagrees, own.seen)[0]
    for_it = share(everybody.agrees, everybody.seen)[0]
    found = np.flatnonzero((against > 0.5) & (sure > SURE) & (for_it > 0.5))
    ranked = found[np.argsort(-(against * sure)[found], kind="stable")]
    return tuple(Objection(one, float(against[one]), float(for_it[one])) for one in ranked.tolist())
