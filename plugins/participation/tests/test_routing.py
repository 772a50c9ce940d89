"""Which statement comes next."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk_participation import routing
from waardewerk_participation.routing import Tally

TALLIES = st.integers(0, 500).flatmap(
    lambda votes: st.integers(0, votes).flatmap(
        lambda agree: st.builds(
            Tally, st.just(agree), st.integers(0, votes - agree), st.just(votes)
        )
    )
)


@pytest.mark.parametrize(
    ("tally", "extremity", "expected"),
    [
        # By hand: (1 - 1/2) * 1 * 1/2, times 1 + 8, squared.
        (Tally(), 0.0, 5.0625),
        # (1 - 1/7) * 1 * 6/7 = 36/49; times 1 + 8/2; squared.
        (Tally(5, 0, 5), 0.0, (36 / 49 * 5) ** 2),
        # (1 - 3/12) * 1.5 * 5/12 = 0.46875; times 1 + 8/4; squared.
        (Tally(4, 2, 10), 0.5, (0.46875 * 3) ** 2),
    ],
)
def test_the_weight_is_the_one_of_polis(tally: Tally, extremity: float, expected: float) -> None:
    assert routing.weight(tally, extremity) == pytest.approx(expected)
    assert routing.weight(tally, extremity, is_meta=True) == 49


@given(TALLIES, st.floats(0, 3))
def test_every_statement_can_come_up(tally: Tally, extremity: float) -> None:
    assert routing.weight(tally, extremity) > 0


@given(TALLIES)
def test_more_passes_make_a_statement_come_up_less(tally: Tally) -> None:
    if tally.agree + tally.passes < tally.votes:
        less = Tally(tally.agree, tally.passes + 1, tally.votes)
        assert routing.weight(less) < routing.weight(tally)


@given(TALLIES, st.floats(0.1, 3))
def test_what_tells_people_apart_comes_up_more(tally: Tally, extremity: float) -> None:
    assert routing.weight(tally, extremity) > routing.weight(tally)


def test_each_is_drawn_as_often_as_its_weight_says() -> None:
    chance = Random(5)
    drawn = Counter(routing.drawn((7, 8, 9), (1.0, 0.0, 3.0), chance.random()) for _ in range(8000))
    assert set(drawn) == {7, 9}
    assert drawn[9] / drawn[7] == pytest.approx(3, rel=0.1)


@given(st.lists(st.floats(0.001, 50), min_size=1, max_size=40), st.floats(0, 1, exclude_max=True))
def test_something_is_always_drawn(chances: list[float], ticket: float) -> None:
    statements = list(range(len(chances)))
    assert routing.drawn(statements, chances, ticket) in statements


def test_flat_weights_are_seen_and_honest_ones_are_not() -> None:
    assert routing.are_flat([49.0] * 10)
    assert not routing.are_flat([49.0] * 9)
    counts = {number: Tally(number, 1, 2 * number + 1) for number in range(10)}
    assert not routing.are_flat(routing.weights(range(10), counts))
    assert not routing.are_flat([])


def test_what_nobody_voted_on_yet_counts_as_new_and_meta_as_meta() -> None:
    found = routing.weights([1, 2, 3], {1: Tally(1, 0, 9)}, meta=frozenset({3}), extremity={2: 1.0})
    assert found == [routing.weight(Tally(1, 0, 9)), 4 * routing.weight(Tally()), 49]
