"""Slows down who guesses codes, without shutting out the people behind the same address.

Five misses a minute, and then that address waits. A code of sixty bits needs no more. A town hall,
a school or a provider can be one address for thousands: every code that is used there for the
first time makes room for one miss more, so that a queue of people who now and then mistype goes
on. Whoever guesses has no such codes.

All of it is in memory. An address is kept as a keyed hash, with a key that is another one every
day and is written nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from waardewerk.people.guessing import network_of
from waardewerk.refusal import TooMany

MISSES = 5
#: In seconds.
WINDOW = 60.0
#: More addresses than this within a minute come from nobody in particular; the oldest are let go.
MOST_ADDRESSES = 50_000


@dataclass
class _Tries:
    """Moments of misses, and of codes used for the first time."""

    misses: deque[float] = field(default_factory=deque)
    firsts: deque[float] = field(default_factory=deque)

    def forget_before(self, moment: float) -> None:
        for moments in (self.misses, self.firsts):
            while moments and moments[0] <= moment:
                moments.popleft()

    @property
    def has_room(self) -> bool:
        return len(self.misses) < MISSES + len(self.firsts)


class Guesses:
    """Misses per address, as far as this process saw them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: dict[bytes, _Tries] = {}
        self._salt = secrets.token_bytes(32)
        self._day: date | None = None

    def check(self, address: str, day: date, moment: float) -> None:
        """Refuse when this address missed too often; ``moment`` is a running clock in seconds."""
        with self._tries_of(address, day, moment) as tries:
            if tries.has_room:
                return
            wait = int(tries.misses[0] + WINDOW - moment) + 1
        raise TooMany("Too many codes that do not exist. Wait a minute.", retry_after=wait)

    def missed(self, address: str, day: date, moment: float) -> None:
        """Remember that a code from this address does not exist."""
        with self._tries_of(address, day, moment) as tries:
            tries.misses.append(moment)

    def used_first(self, address: str, day: date, moment: float) -> None:
        """Remember that a code was used here for the first time."""
        with self._tries_of(address, day, moment) as tries:
            tries.firsts.append(moment)

    @contextmanager
    def _tries_of(self, address: str, day: date, moment: float) -> Iterator[_Tries]:
        with self._lock:
            self._renew_salt(day)
            key = self._key_of(address)
            # Asked for last is let go last.
            tries = self._tries.pop(key, None) or _Tries()
            tries.forget_before(moment - WINDOW)
            self._tries[key] = tries
            if len(self._tries) > MOST_ADDRESSES:
                self._tries.pop(next(iter(self._tries)))
            yield tries

    def _renew_salt(self, day: date) -> None:
        if day != self._day:
            self._salt, self._day = secrets.token_bytes(32), day
            self._tries.clear()

    def _key_of(self, address: str) -> bytes:
        return hmac.new(self._salt, network_of(address).encode(), hashlib.sha256).digest()
