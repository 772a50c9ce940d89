"""What people share, all together: groups do not enter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waardewerk_participation.figures.proportions import SURE, share, sureness
from waardewerk_participation.grouping.counting import Tallies
from waardewerk_participation.grouping.votes import Ints

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Shared:
    """Places in the tallies, the clearest first."""

    agreed_with: tuple[int, ...]
    rejected: tuple[int, ...]


def shared(tallies: Tallies) -> Shared:
    """Find the statements that most people clearly agree with, and those they clearly do not."""
    everybody = tallies.total()
    return Shared(
        agreed_with=_clearest(everybody.agrees[0], everybody.seen[0]),
        rejected=_clearest(everybody.disagrees[0], everybody.seen[0]),
    )


def _clearest(hits: Ints, seen: Ints) -> tuple[int, ...]:
    part, sure = share(hits, seen), sureness(hits, seen)
    clear = np.flatnonzero((part > 0.5) & (sure > SURE))
    ranked = clear[np.argsort(-(part * sure)[clear], kind="stable")]
    return tuple(ranked[:MOST_SHOWN].tolist())
