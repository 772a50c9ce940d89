"""Guessing codes is slow; a queue of people behind one address is not shut out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from waardewerk.refusal import TooMany
from waardewerk_participation.guessing import MISSES, MOST_ADDRESSES, Guesses

DAY = date(2026, 11, 26)


def misses(guesses: Guesses, address: str, moment: float, times: int = MISSES) -> None:
    for _ in range(times):
        guesses.check(address, DAY, moment)
        guesses.missed(address, DAY, moment)


def test_after_five_misses_in_a_minute_an_address_waits_until_the_first_is_a_minute_old() -> None:
    guesses = Guesses()
    misses(guesses, "192.0.2.1", 100.0)
    with pytest.raises(TooMany) as refused:
        guesses.check("192.0.2.1", DAY, 130.0)
    assert refused.value.retry_after == 31
    guesses.check("192.0.2.2", DAY, 130.0)
    guesses.check("192.0.2.1", DAY, 160.0)


def test_five_thousand_people_behind_one_address_are_served_though_some_mistype() -> None:
    guesses = Guesses()
    for nth in range(5000):
        moment = nth * 600 / 5000
        if nth % 10 == 9:
            guesses.check("192.0.2.1", DAY, moment)
            guesses.missed("192.0.2.1", DAY, moment)
        guesses.check("192.0.2.1", DAY, moment)
        guesses.used_first("192.0.2.1", DAY, moment)


def test_one_right_code_used_again_and_again_makes_no_room_to_guess() -> None:
    guesses = Guesses()
    guesses.used_first("192.0.2.1", DAY, 0.0)
    misses(guesses, "192.0.2.1", 1.0, MISSES + 1)
    with pytest.raises(TooMany):
        guesses.check("192.0.2.1", DAY, 2.0)


def test_a_new_day_has_a_new_salt_and_remembers_nobody() -> None:
    guesses = Guesses()
    misses(guesses, "192.0.2.1", 0.0)
    guesses.check("192.0.2.1", DAY + timedelta(1), 1.0)


def test_many_addresses_fill_no_memory() -> None:
    guesses = Guesses()
    for nth in range(MOST_ADDRESSES + 10):
        guesses.missed(f"10.{nth >> 16}.{nth >> 8 & 255}.{nth & 255}", DAY, 0.0)
    assert len(guesses._tries) == MOST_ADDRESSES


def test_an_address_is_not_kept_as_it_is() -> None:
    guesses = Guesses()
    guesses.missed("192.0.2.1", DAY, 0.0)
    assert "192.0.2.1" not in repr(vars(guesses))
