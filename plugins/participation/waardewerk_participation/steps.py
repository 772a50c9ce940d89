"""When numbers of people change on a page: in steps, so that no difference tells of one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Between two published counts so many people join at least, and so much time goes by.
PEOPLE = 10
WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    """A count that was published: how many people had voted, and when it was."""

    people: int
    at: datetime


def not_before(last: Step | None, now: datetime) -> datetime | None:
    """Return before which moment there is no next step; nothing when it may come now."""
    if last is None or last.at + WAIT <= now:
        return None
    return last.at + WAIT


def is_due(last: Step | None, people: int, now: datetime, *, is_final: bool) -> bool:
    """Tell whether a count may be published now; the last one always is."""
    if is_final:
        return True
    more = people - (last.people if last else 0)
    return more >= PEOPLE and not_before(last, now) is None


def in_steps(count: int) -> int:
    """Round a number of people that is not published in steps down to a whole step."""
    return count - count % PEOPLE
