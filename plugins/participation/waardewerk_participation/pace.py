"""Sees who votes faster than anybody reads. Only in memory: no moment of a vote is ever kept."""

from __future__ import annotations

from collections import deque
from threading import Lock

#: More votes than this in a minute is hasty.
MOST = 30
#: In seconds.
WINDOW = 60.0
#: People whose last votes are remembered; who voted longest ago is let go first.
MOST_PEOPLE = 20_000


class Pace:
    """The last votes of everybody who votes now, as far as this process saw them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._votes: dict[bytes, deque[float]] = {}

    def is_hasty(self, pid: bytes, moment: float) -> bool:
        """Count a vote; tell whether it is the one with which this participant becomes hasty."""
        with self._lock:
            votes = self._votes.pop(pid, None) or deque(maxlen=MOST + 1)
            was_hasty = _is_full(votes)
            votes.append(moment)
            self._votes[pid] = votes
            if len(self._votes) > MOST_PEOPLE:
                self._votes.pop(next(iter(self._votes)))
            return _is_full(votes) and not was_hasty


def _is_full(votes: deque[float]) -> bool:
    """Tell whether the votes that are remembered are too many, and within one minute."""
    return len(votes) > MOST and votes[-1] - votes[0] < WINDOW
