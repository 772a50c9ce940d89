"""When a count is published: in steps, so that no difference tells what somebody voted. Pure."""

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


@dataclass(frozen=True)
class Ahead:
    """What the next step waits for: so many more people, and a moment."""

    people: int
    not_before: datetime | None


def ahead(last: Step | None, people: int, now: datetime) -> Ahead:
    """Tell what the next step waits for."""
    if last is None:
        return Ahead(max(PEOPLE - people, 0), None)
    moment = last.at + WAIT
    return Ahead(max(last.people + PEOPLE - people, 0), moment if moment > now else None)


def is_due(last: Step | None, people: int, now: datetime, *, is_final: bool) -> bool:
    """Tell whether a count may be published now; the last one always is."""
    return is_final or ahead(last, people, now) == Ahead(0, None)
