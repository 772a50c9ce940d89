"""What a browser remembers of a try to sign in, until it comes back: in the signed cookie.

Nothing is stored here for who only looks. What came back is `spent <links.spend>` at the moment
that it opens a door, so that a copy of the cookie opens none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import session as cookie

#: Windows in which somebody may be trying at once; older tries make place.
MOST = 3
LASTS = timedelta(minutes=10)


def remember(kind: str, key: str, **what: str) -> None:
    """Remember one try of a kind, beside those in other windows."""
    until = int((datetime.now(UTC) + LASTS).timestamp())
    tries = [*_tries(kind), {**what, "key": key, "until": until}]
    cookie[kind] = tries[-MOST:]


def recall(kind: str, key: str) -> dict[str, Any] | None:
    """Return a try that is not too old, and forget it."""
    tries = _tries(kind)
    cookie[kind] = [one for one in tries if one["key"] != key]
    return next((one for one in tries if one["key"] == key), None)


def newest(kind: str) -> dict[str, Any] | None:
    """Return the latest try; it stays remembered."""
    return next(reversed(_tries(kind)), None)


def forget(kind: str) -> None:
    """Forget every try of a kind."""
    cookie.pop(kind, None)


def _tries(kind: str) -> list[dict[str, Any]]:
    now = datetime.now(UTC).timestamp()
    return [one for one in cookie.get(kind, []) if one["until"] > now]
