"""Keeps the form for following from being used to fill somebody's mailbox.

Counted per address that is written to and per network that asks. Only in memory, as keyed hashes
with a key that is another one every day and is written nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from datetime import date
from threading import Lock

from waardewerk.people.guessing import network_of
from waardewerk.refusal import TooMany

#: Mails that one address gets on one day, all rounds together.
MOST_TO_ONE = 3
#: Addresses that one network leaves on one day: a town hall or a school may be many people.
MOST_FROM_ONE = 200
#: More than this in a day comes from nobody in particular.
MOST_IN_ALL = 100_000
A_DAY = 24 * 60 * 60


class Pestering:
    """What was asked today, as far as this process saw it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: Counter[bytes] = Counter()
        self._salt = b""
        self._day: date | None = None

    def count(self, email: str, network: str, day: date) -> None:
        """Count a request to be told, or refuse when it is one too many."""
        with self._lock:
            self._begin(day)
            to, source = (
                self._key("to", email.strip().lower()),
                self._key("from", network_of(network)),
            )
            if self._asked[to] >= MOST_TO_ONE:
                self._refuse()
            if self._asked[source] >= MOST_FROM_ONE or self._asked.total() > MOST_IN_ALL:
                self._refuse()
            self._asked.update((to, source))

    def _begin(self, day: date) -> None:
        if day != self._day:
            self._salt, self._day = secrets.token_bytes(32), day
            self._asked.clear()

    def _key(self, what: str, text: str) -> bytes:
        words = f"{what}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._salt, words, hashlib.sha256).digest()

    @staticmethod
    def _refuse() -> None:
        raise TooMany(
            "This was asked too often today. Look in your mail, or try again tomorrow.",
            retry_after=A_DAY,
        )
