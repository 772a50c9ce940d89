"""What an operation says when it will not do something: typed, with a message for a person.

Raised where the rule is; turned into a page, a fragment or a line on the terminal in one place
(`errors.py`, `cli.py`). The message is a source string for the catalogue, formatted with
``details``.
"""

from __future__ import annotations

from typing import ClassVar


def marked(message: str) -> str:
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """Mark a message that depends on a number."""
    return one, many


class Refusal(Exception):
    """The request was understood and is refused; nothing was changed."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message % details if details else message)
        self.message = message
        self.details = details


class NotFound(Refusal):
    """What was asked for does not exist, or this viewer may not know that it does."""

    status = 404
    code = "not-found"


class SwitchedOff(NotFound):
    """It belongs to a plugin that is off for now."""

    code = "switched-off"


class NotAllowed(Refusal):
    """The viewer is known and may not do this."""

    status = 403
    code = "not-allowed"


class Conflict(Refusal):
    """Somebody else was first; both versions are shown and nothing is overwritten."""

    status = 409
    code = "conflict"


class NotNow(Conflict):
    """Nobody was first: what was asked does not fit how far the matter is."""

    code = "not-now"


class TooMany(Refusal):
    """Tried too often; ``retry_after`` is in seconds."""

    status = 429
    code = "too-many"

    def __init__(self, message: str, *, retry_after: int, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after
