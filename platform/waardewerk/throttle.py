"""Slows down guessing. Counts live in the database, so that every worker counts together.

Keys are keyed hashes: neither an address nor an e-mail address is ever stored.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import String, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from waardewerk import db
from waardewerk.db import Base, UtcDateTime
from waardewerk.refusal import TooMany

#: For one account: a person who mistypes is not locked out, a guesser is slowed down.
SIGN_IN_PER_ACCOUNT = RateLimitItemPerMinute(10, multiples=10)
SIGN_IN_PER_ADDRESS = RateLimitItemPerMinute(60, multiples=10)
#: For single-use links and personal codes.
LINKS_PER_ADDRESS = RateLimitItemPerHour(120)


class Hits(Base):
    """How often one key was hit in its window."""

    __tablename__ = "throttle_hits"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SessionStorage(Storage):
    """`limits` storage on the caller's unit of work: a hit commits or rolls back with it."""

    STORAGE_SCHEME = ["waardewerk"]  # noqa: RUF012

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing of this storage is to be caught by `limits`."""
        return RuntimeError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit, in a new window when the old one ended."""
        now = datetime.now(UTC)
        ends_at = now + timedelta(seconds=expiry)
        # One statement: two workers that count at once must both be counted.
        insert = self._insert().values(key=key, hits=amount, ends_at=ends_at)
        over = Hits.ends_at <= now
        counted = insert.on_conflict_do_update(
            index_elements=[Hits.key],
            set_={
                "hits": case((over, amount), else_=Hits.hits + amount),
                "ends_at": case((over, ends_at), else_=Hits.ends_at),
            },
        )
        return self._session.scalar(counted.returning(Hits.hits)) or amount

    def _insert(self) -> Any:
        is_postgresql = self._session.get_bind().dialect.name == "postgresql"
        return postgresql.insert(Hits) if is_postgresql else sqlite.insert(Hits)

    def get(self, key: str) -> int:
        """Return the hits in the current window."""
        row = self._session.get(Hits, key, populate_existing=True)
        return row.hits if row is not None and row.ends_at > datetime.now(UTC) else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since the epoch."""
        row = self._session.get(Hits, key)
        return row.ends_at.timestamp() if row is not None else time.time()

    def check(self) -> bool:
        """Tell that the storage is there."""
        return True

    def reset(self) -> int:
        """Forget all hits."""
        self._session.execute(delete(Hits))
        return 0

    def clear(self, key: str) -> None:
        """Forget the hits of one key."""
        self._session.execute(delete(Hits).where(Hits.key == key))


def key_of(secret: str, *parts: str) -> str:
    """Return a keyed hash of what must not be stored as it is."""
    return hmac.new(secret.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def check(session: Session, limit: RateLimitItem, key: str) -> None:
    """Raise `TooMany` when ``key`` used up its tries; counts nothing."""
    limiter = FixedWindowRateLimiter(SessionStorage(session))
    if not limiter.test(limit, key):
        ends = limiter.get_window_stats(limit, key).reset_time
        wait = max(1, int(ends - time.time()) + 1)
        raise TooMany(
            "Too many tries. Wait %(minutes)s minutes and try again.",
            retry_after=wait,
            minutes=-(-wait // 60),
        )


def hit(session: Session, limit: RateLimitItem, key: str) -> None:
    """Count one try."""
    FixedWindowRateLimiter(SessionStorage(session)).hit(limit, key)


def forget_old(session: Session, now: datetime) -> int:
    """Erase windows that ended."""
    return db.changed(session, delete(Hits).where(Hits.ends_at < now))
