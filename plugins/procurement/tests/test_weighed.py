"""Whose change of a weight is whose: two who weigh different wholes do not hear of each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Conflict
from waardewerk_procurement.award.divisions import Division
from waardewerk_procurement.models import Lot
from waardewerk_procurement.weighed import numbers_of, own_changes, read_seen, write_seen

from .setting_up import a_criterion

NAMES = st.from_regex(r"(weight|worth|price)-[a-z0-9-]{1,20}", fullmatch=True)


def a_lot(number: int, *weights: int) -> Division:
    """Give a lot with a price of 40 % and a criterion for each weight."""
    rows = tuple(
        a_criterion(f"{number}-{place}", "award_criterion", "Ask", weight=weight)
        for place, weight in enumerate(weights)
    )
    return Division(Lot(key=f"lot-{number}", title="", position=number), None, rows, 4000)


@given(st.dictionaries(NAMES, st.integers(0, 10**13)))
def test_what_was_seen_is_read_back(numbers: dict[str, int]) -> None:
    assert read_seen(write_seen(numbers)) == numbers


@given(st.text(max_size=200))
def test_anything_can_be_sent_as_seen(text: str) -> None:
    assert all(number is not None and number >= 0 for number in read_seen(text).values())


def test_who_changes_one_lot_leaves_what_another_one_changed_in_the_next() -> None:
    seen = numbers_of([a_lot(1, 3000, 3000), a_lot(2, 6000)])
    stored = [a_lot(1, 3000, 3000), a_lot(2, 5000)]
    typed = {**seen, "weight-1-0": 2000}
    assert own_changes(stored, typed, seen) == {"weight-1-0"}


def test_who_changes_the_same_lot_hears_of_it() -> None:
    seen = numbers_of([a_lot(1, 3000, 3000)])
    with pytest.raises(Conflict, match="meanwhile"):
        own_changes([a_lot(1, 3000, 2000)], {**seen, "weight-1-0": 2000}, seen)


def test_who_weighs_what_was_removed_meanwhile_hears_of_it() -> None:
    seen = numbers_of([a_lot(1, 3000, 3000), a_lot(2, 6000)])
    with pytest.raises(Conflict, match="meanwhile"):
        own_changes([a_lot(1, 3000, 3000)], {**seen, "weight-2-0": 5000}, seen)
