"""Accents: which values this province brings to the front for a while. Pure calculation.

An accent orders what people look at first. It never enters a level, a gap, an agreed value or the
weight of an award: there is no path from here to any of those, and ``weight_of`` is the one place
where a band becomes a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: The band of a value for which nobody chose one.
ORDINARY = "ordinary"
WEIGHTS: Mapping[str, float] = {"extra": 1.0, ORDINARY: 0.5, "background": 0.0}
NEUTRAL = WEIGHTS[ORDINARY]

#: Per value its band; a value that is not in it is ordinary.
Bands = Mapping[str, str]


def weight_of(keys: Iterable[str], bands: Bands) -> float:
    """Return how early something comes that touches these values, from 0 to 1.

    It is the mean over the values that are touched: touching many gives no advantage. What
    touches none stands in the middle.
    """
    touched = set(keys)
    if not touched:
        return NEUTRAL
    return sum(WEIGHTS[bands.get(key, ORDINARY)] for key in touched) / len(touched)


def accented(keys: Iterable[str], bands: Bands, band: str) -> tuple[str, ...]:
    """Return which of these values have ``band``, each once and in their own order."""
    return tuple(key for key in dict.fromkeys(keys) if bands.get(key, ORDINARY) == band)
