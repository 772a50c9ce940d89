"""Slowing down who guesses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from limits import RateLimitItemPerMinute
from sqlalchemy import select

from waardewerk import throttle
from waardewerk.people.guessing import Guesser, count_wrong_password, refuse_too_many
from waardewerk.refusal import TooMany
from waardewerk.testing import UnitOfWork

THREE = RateLimitItemPerMinute(3)


def hit(unit_of_work: UnitOfWork, times: int, key: str = "key") -> None:
    for _ in range(times):
        with unit_of_work() as session:
            throttle.hit(session, THREE, key)


def is_refused(unit_of_work: UnitOfWork, key: str = "key") -> bool:
    try:
        with unit_of_work() as session:
            throttle.check(session, THREE, key)
    except TooMany:
        return True
    return False


def test_the_limit_is_where_it_says(unit_of_work: UnitOfWork) -> None:
    hit(unit_of_work, 2)
    assert not is_refused(unit_of_work)
    hit(unit_of_work, 1)
    assert is_refused(unit_of_work)
    assert not is_refused(unit_of_work, key="another")


def test_looking_counts_nothing(unit_of_work: UnitOfWork) -> None:
    hit(unit_of_work, 2)
    assert [is_refused(unit_of_work) for _ in range(5)] == [False] * 5


def test_the_refusal_says_how_long_to_wait(unit_of_work: UnitOfWork) -> None:
    hit(unit_of_work, 3)
    with pytest.raises(TooMany) as refusal, unit_of_work() as session:
        throttle.check(session, THREE, "key")
    assert 1 <= refusal.value.retry_after <= 61
    assert "Wait 1 minutes" in str(refusal.value) or "Wait 2 minutes" in str(refusal.value)


def test_a_new_window_starts_from_nothing(unit_of_work: UnitOfWork) -> None:
    hit(unit_of_work, 3)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert not is_refused(unit_of_work)
        hit(unit_of_work, 2)
        assert not is_refused(unit_of_work)
        hit(unit_of_work, 1)
        assert is_refused(unit_of_work)


def test_hits_at_the_same_time_are_all_counted(unit_of_work: UnitOfWork) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: hit(unit_of_work, 1), range(24)))
    with unit_of_work() as session:
        assert session.scalars(select(throttle.Hits.hits)).all() == [24]


def test_a_hit_lives_and_dies_with_its_transaction(abandon, unit_of_work: UnitOfWork) -> None:
    hit(unit_of_work, 2)
    abandon(lambda session: throttle.hit(session, THREE, "key"))
    assert not is_refused(unit_of_work)


def test_windows_that_ended_are_forgotten(unit_of_work: UnitOfWork) -> None:
    hit(unit_of_work, 1)
    with unit_of_work() as session:
        assert throttle.forget_old(session, datetime.now(UTC)) == 0
        assert throttle.forget_old(session, datetime.now(UTC) + timedelta(minutes=2)) == 1


def test_neither_account_nor_address_is_stored(unit_of_work: UnitOfWork) -> None:
    guesser = Guesser.at("secret", email="sam@example.nl", address="192.0.2.7")
    with unit_of_work() as session:
        count_wrong_password(session, guesser)
        stored = str(session.scalars(select(throttle.Hits.key)).all())
    assert "sam" not in stored
    assert "192.0.2" not in stored
    assert guesser.account in stored


def test_the_key_differs_per_installation_and_per_part() -> None:
    assert throttle.key_of("a", "x") != throttle.key_of("b", "x")
    assert throttle.key_of("a", "x", "yz") != throttle.key_of("a", "xy", "z")


def test_one_address_that_tries_many_accounts_is_slowed_down(unit_of_work: UnitOfWork) -> None:
    limit = throttle.SIGN_IN_PER_ADDRESS.amount
    with unit_of_work() as session:
        for number in range(limit):
            someone = Guesser.at("s", email=f"{number}@example.nl", address="192.0.2.7")
            count_wrong_password(session, someone)
    with unit_of_work() as session:
        fresh = Guesser.at("s", email="fresh@example.nl", address="192.0.2.7")
        with pytest.raises(TooMany):
            refuse_too_many(session, fresh)
        elsewhere = Guesser.at("s", email="fresh@example.nl", address="192.0.2.8")
        refuse_too_many(session, elsewhere)
