"""Times as people type them: the hour that is missing and the hour that comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.local_times import Moment, moment_of, on_the_clock
from waardewerk.refusal import Refusal

typed = datetime.fromisoformat


def test_a_time_in_winter_is_an_hour_ahead_of_utc() -> None:
    assert moment_of(typed("2026-12-01T17:00")) == Moment(
        datetime(2026, 12, 1, 16, tzinfo=UTC), False
    )


def test_a_time_in_summer_is_two_hours_ahead_of_utc() -> None:
    assert moment_of(typed("2026-07-01T17:00")).at == datetime(2026, 7, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_missing_hour_is_refused_and_the_next_time_named(minute: int) -> None:
    with pytest.raises(Refusal, match="Choose 03:00 or later"):
        moment_of(typed(f"2027-03-28T02:{minute:02d}"))


def test_around_the_missing_hour_all_is_as_always() -> None:
    before, after = moment_of(typed("2027-03-28T01:59")), moment_of(typed("2027-03-28T03:00"))
    assert after.at - before.at == timedelta(minutes=1)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_of_the_hour_that_comes_twice_the_later_is_taken(minute: int) -> None:
    found = moment_of(typed(f"2026-10-25T02:{minute:02d}"))
    assert found == Moment(datetime(2026, 10, 25, 1, minute, tzinfo=UTC), True)


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_year_that_is_a_typing_error_is_refused(year: int) -> None:
    with pytest.raises(Refusal, match="year"):
        moment_of(typed(f"{year:04d}-01-01"))


@given(st.datetimes(typed("2026-01-01"), typed("2032-12-31")))
def test_a_time_that_exists_comes_back_as_it_was_typed(at: datetime) -> None:
    try:
        found = moment_of(at)
    except Refusal:
        return
    assert on_the_clock(found.at) == at


@given(st.datetimes(typed("2026-01-01"), typed("2032-12-31"), timezones=st.just(UTC)))
def test_every_moment_can_be_typed_or_is_the_first_of_two(moment: datetime) -> None:
    found = moment_of(on_the_clock(moment))
    assert found.at == moment or (found.is_second and found.at - moment == timedelta(hours=1))
