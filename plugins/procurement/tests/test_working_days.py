"""Terms of the law end on a working day, counted from the day on which bidders were told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk_procurement.award import standstill
from waardewerk_procurement.award.working_days import easter_of, is_working_day, working_day_from

#: As the church has it, the earliest and the latest that can be among them.
EASTERS = (
    date(1818, 3, 22),
    date(2024, 3, 31),
    date(2025, 4, 20),
    date(2026, 4, 5),
    date(2027, 3, 28),
    date(2038, 4, 25),
)


@pytest.mark.parametrize("sunday", EASTERS)
def test_easter_is_on_the_day_that_the_church_has(sunday: date) -> None:
    assert easter_of(sunday.year) == sunday


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday
        date(2026, 4, 27),  # birthday of the king
        date(2025, 4, 26),  # kept on Saturday, as the 27th is a Sunday
        date(2026, 5, 5),
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Monday after Pentecost
        date(2026, 12, 25),
    ],
)
def test_no_term_ends_on_a_holiday(day: date) -> None:
    assert not is_working_day(day)


def test_a_term_that_would_end_at_christmas_ends_on_the_next_working_day() -> None:
    # Friday and Saturday are holidays, then it is Sunday.
    assert working_day_from(date(2026, 12, 25)) == date(2026, 12, 28)
    assert standstill.last_day("european", date(2026, 12, 5)) == date(2026, 12, 28)


@given(day=st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_the_next_working_day_is_never_far(day: date) -> None:
    found = working_day_from(day)
    assert is_working_day(found)
    assert day <= found <= day + timedelta(5)
    assert found == day or not is_working_day(day)


@given(decided=st.dates(date(2020, 1, 1), date(2050, 1, 1)), late=st.integers(0, 200))
def test_bidders_who_are_told_later_have_as_many_days(decided: date, late: int) -> None:
    until = standstill.last_day("european", decided)
    told = decided + timedelta(late)
    ends = standstill.ends_on("european", decided_on=decided, until=until, told_on=told)
    assert ends >= until
    assert (ends - told).days >= 20
    assert is_working_day(ends)


def test_where_the_law_asks_no_term_bidders_have_the_days_that_were_decided() -> None:
    decided = date(2026, 6, 1)
    given_ = {"decided_on": decided, "until": decided + timedelta(7)}
    ends = standstill.ends_on("request", **given_, told_on=decided + timedelta(2))
    assert ends == date(2026, 6, 10)
