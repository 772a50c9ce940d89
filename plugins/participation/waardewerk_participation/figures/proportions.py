"""Shares of small numbers, and how sure one can be of them.

A share gets one vote more on each side, so that one vote out of one is two thirds and not
everybody. How sure it is, is a z score: above ``SURE`` chance would do as well one time in ten.
"""

from __future__ import annotations

import numpy as np

from waardewerk_participation.grouping.votes import Floats, Ints

#: One-sided, 90 %.
SURE = 1.2816


def share(hits: Ints, seen: Ints) -> Floats:
    """Return (hits + 1) / (seen + 2)."""
    return np.asarray((hits + 1) / (seen + 2))


def sureness(hits: Ints, seen: Ints) -> Floats:
    """Tell how sure it is that more than half do so."""
    return np.asarray(2 * np.sqrt(seen + 1) * ((hits + 1) / (seen + 1) - 0.5))


def sureness_of_more(hits: Ints, seen: Ints, other_hits: Ints, other_seen: Ints) -> Floats:
    """Tell how sure it is that a larger share does so here than among others."""
    here, there = (hits + 1) / (seen + 1), (other_hits + 1) / (other_seen + 1)
    both = (hits + other_hits + 2) / (seen + other_seen + 2)
    spread = np.sqrt(both * (1 - both) * (1 / (seen + 1) + 1 / (other_seen + 1)))
    more = np.zeros(np.shape(spread))
    np.divide(here - there, spread, out=more, where=spread > 0)
    return more
