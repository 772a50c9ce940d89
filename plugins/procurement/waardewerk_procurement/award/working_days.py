"""The days on which a term of the law does not end (Algemene termijnenwet, articles 1 and 3).

Bridge days that a royal decree adds to these for one year are not known here.
"""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5
SUNDAY = 6
#: Month and day: New Year's Day, liberation day, Christmas.
ON_A_DATE = ((1, 1), (5, 5), (12, 25), (12, 26))
#: Days from Easter: Good Friday, Easter and its Monday, Ascension, Pentecost and its Monday.
FROM_EASTER = (-2, 0, 1, 39, 49, 50)


def is_working_day(day: date) -> bool:
    """Tell whether a term can end on this day: no weekend, no holiday that everybody has."""
    return day.weekday() < SATURDAY and day not in holidays_of(day.year)


def working_day_from(day: date) -> date:
    """Give this day, or the next one on which a term can end."""
    while not is_working_day(day):
        day += timedelta(1)
    return day


def holidays_of(year: int) -> frozenset[date]:
    """Give the holidays of a year."""
    easter = easter_of(year)
    return frozenset(
        {
            *(date(year, month, day) for month, day in ON_A_DATE),
            *(easter + timedelta(days) for days in FROM_EASTER),
            _birthday_of_the_king(year),
        }
    )


def _birthday_of_the_king(year: int) -> date:
    birthday = date(year, 4, 27)
    return birthday - timedelta(1) if birthday.weekday() == SUNDAY else birthday


def easter_of(year: int) -> date:
    """Give Easter Sunday, by the Gregorian calendar (Meeus, after an anonymous correspondent)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * rest + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
