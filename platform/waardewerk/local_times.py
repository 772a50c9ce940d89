"""Moments as people here type them, and as they are kept: in UTC.

Twice a year the clock jumps. In spring an hour is missing: a time in it is refused, and the next
one that exists is named. In autumn an hour comes twice: the later one is taken, so that nobody is
shut out before the time that they were told, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from waardewerk.i18n import ZONE
from waardewerk.refusal import Refusal

#: Years outside these are typing errors.
YEARS = range(2000, 2101)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Moment:
    """What a typed time means."""

    at: datetime
    #: It comes twice that night, and this is the second time.
    is_second: bool


def moment_of(typed: datetime) -> Moment:
    """Return the moment that a time on the clock here stands for, or refuse one that is no time."""
    if typed.year not in YEARS:
        raise Refusal("Fill in a year from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[-1])
    if _is_missing(typed):
        raise Refusal(
            "The clock goes forward that night: %(typed)s does not exist. "
            "Choose %(next)s or later.",
            typed=f"{typed:%H:%M}",
            next=f"{_next_that_exists(typed):%H:%M}",
        )
    first, second = (typed.replace(tzinfo=ZONE, fold=fold).astimezone(UTC) for fold in (0, 1))
    return Moment(second, is_second=first != second)


def on_the_clock(moment: datetime) -> datetime:
    """Return what the clock here says at a moment, as it would be typed."""
    return moment.astimezone(ZONE).replace(tzinfo=None, fold=0)


def _is_missing(typed: datetime) -> bool:
    there_and_back = typed.replace(tzinfo=ZONE).astimezone(UTC).astimezone(ZONE)
    return there_and_back.replace(tzinfo=None) != typed.replace(tzinfo=None)


def _next_that_exists(typed: datetime) -> datetime:
    typed = typed.replace(second=0, microsecond=0)
    while _is_missing(typed):
        typed += MINUTE
    return typed
