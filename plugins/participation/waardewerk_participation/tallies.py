"""Counts of votes for the lottery of statements, held in the process and a little old."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from waardewerk_participation.routing import Tally

#: How old the counts may be, in seconds.
OLDEST = 30.0
#: Counting takes at most this share of the time: a million votes are counted less often.
SHARE = 0.02


@dataclass
class _Held:
    """The counts of one round, and when they are counted again."""

    counts: Mapping[int, Tally] = field(default_factory=dict)
    until: float = float("-inf")
    counting: Lock = field(default_factory=Lock)


class Tallies:
    """The last counts of every round that people vote in now."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rounds: dict[int, _Held] = {}

    def of(self, round_id: int, count: Callable[[], Mapping[int, Tally]]) -> Mapping[int, Tally]:
        """Return the counts of a round; who comes while they are counted again gets the old."""
        held = self._rounds.setdefault(round_id, _Held())
        began = self._clock()
        if began < held.until or not held.counting.acquire(blocking=False):
            return held.counts
        try:
            held.counts = count()
            ended = self._clock()
            held.until = ended + max(OLDEST, (ended - began) / SHARE)
        finally:
            held.counting.release()
        return held.counts
