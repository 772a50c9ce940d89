from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.weights import WHOLE, WeightsOff, check, nearest, shown

some = st.lists(st.integers(1, WHOLE), min_size=1, max_size=12).map(
    lambda weights: [(f"k{place}", weight) for place, weight in enumerate(weights)]
)


@given(some)
def test_weights_hold_only_when_they_are_together_one_hundred_percent(
    weights: list[tuple[str, int]],
) -> None:
    if sum(weight for _name, weight in weights) == WHOLE:
        check(weights)
        return
    with pytest.raises(WeightsOff) as refused:
        check(weights)
    assert refused.value.offer == nearest(weights)


@given(some)
def test_an_offer_is_whole_and_within_a_hundredth_of_the_proportion(
    weights: list[tuple[str, int]],
) -> None:
    total = sum(weight for _name, weight in weights)
    offer = nearest(weights)
    assert sum(weight for _name, weight in offer) == WHOLE
    assert [name for name, _weight in offer] == [name for name, _weight in weights]
    for (_name, given_), (_same, offered) in zip(weights, offer, strict=True):
        assert abs(offered - Fraction(given_ * WHOLE, total)) < 1


@given(some)
def test_what_already_fits_is_offered_unchanged(weights: list[tuple[str, int]]) -> None:
    assert nearest(nearest(weights)) == nearest(weights)


@pytest.mark.parametrize("weight", [0, -1, WHOLE + 1])
def test_a_weight_is_more_than_nothing_and_at_most_everything(weight: int) -> None:
    with pytest.raises(Refusal, match="“a” must be more than 0"):
        check([("a", weight), ("b", WHOLE - weight)])


def test_without_anything_that_weighs_there_are_no_weights() -> None:
    with pytest.raises(Refusal, match="Nothing here has a weight"):
        check([])


@pytest.mark.parametrize(("weight", "text"), [(1, "0.01"), (3334, "33.34"), (WHOLE, "100.00")])
def test_a_weight_is_shown_as_a_percentage(weight: int, text: str) -> None:
    assert shown(weight) == text
