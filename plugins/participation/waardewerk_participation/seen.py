"""A mark of what somebody saw, so that a change of something newer can be refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from waardewerk.db import Base
from waardewerk.refusal import Conflict


def mark_of(row: Base, names: Iterable[str]) -> str:
    """Return a short text that differs when one of these columns does."""
    content = json.dumps([getattr(row, name) for name in names], sort_keys=True, default=str)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def check_unchanged(row: Base, names: Iterable[str], mark: str) -> None:
    """Refuse to write over what somebody else changed after it was read."""
    if mark_of(row, names) != mark:
        raise Conflict(
            "Somebody else changed this meanwhile. Your text is still here: copy what you need, "
            "and load the page again."
        )
