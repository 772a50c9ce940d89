from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.scales import LinearScale, NotAStep, StepScale

from .conftest import TEN

NAMED = StepScale((("good", Decimal(100)), ("poor", Decimal(25)), ("none", Decimal(-50))))

linear_scales = st.builds(
    lambda lowest, step, count: LinearScale(lowest, lowest + step * count, step),
    st.integers(-10, 10).map(Decimal),
    st.sampled_from([Decimal("0.1"), Decimal("0.25"), Decimal(1), Decimal(2)]),
    st.integers(1, 40),
)


@given(linear_scales)
def test_the_steps_of_a_scale_go_evenly_from_nothing_to_full_marks(scale: LinearScale) -> None:
    steps = scale.steps
    assert (steps[0].share, steps[-1].share) == (0, 1)
    assert len({after.share - before.share for before, after in pairwise(steps)}) == 1
    span = Fraction(scale.highest) - Fraction(scale.lowest)
    for step in steps:
        assert scale.share_of(step.score) == step.share
        assert step.share == (Fraction(step.score) - Fraction(scale.lowest)) / span
        assert scale.number_of(step.score) == Fraction(step.score)


@given(linear_scales, st.decimals(-20, 100, places=2))
def test_only_a_step_of_the_scale_is_a_score(scale: LinearScale, number: Decimal) -> None:
    if Fraction(number) in {Fraction(step.score) for step in scale.steps}:
        assert scale.share_of(str(number)) >= 0
    else:
        with pytest.raises(NotAStep):
            scale.share_of(str(number))


def test_a_score_may_be_written_with_decimals() -> None:
    assert TEN.share_of("8.0") == TEN.share_of("8") == Fraction(8, 10)


@pytest.mark.parametrize("score", ["7", "12", "-2", "", "n/a", "NaN", "1e1", "Infinity"])
def test_a_refused_score_is_named_with_the_steps_there_are(score: str) -> None:
    with pytest.raises(NotAStep, match=r"0, 2, 4, 6, 8, 10"):
        TEN.share_of(score)


def test_a_long_scale_is_named_by_its_ends() -> None:
    with pytest.raises(NotAStep, match=r"\(0, 0\.5 … 10\)"):
        LinearScale(Decimal(0), Decimal(10), Decimal("0.5")).share_of("11")


def test_named_scores_bring_their_share_and_a_malus_takes_away() -> None:
    assert [step.score for step in NAMED.steps] == ["none", "poor", "good"]
    assert NAMED.lowest_share == NAMED.share_of("none") == Fraction(-1, 2)
    assert NAMED.number_of("poor") == 25
    with pytest.raises(NotAStep):
        NAMED.share_of("Good")


@pytest.mark.parametrize(
    ("lowest", "highest", "step", "message"),
    [
        ("10", "0", "1", "above the lowest"),
        ("5", "5", "1", "above the lowest"),
        ("0", "10", "3", "exactly from the lowest"),
        ("0", "10", "0", "exactly from the lowest"),
        ("0", "10", "-1", "exactly from the lowest"),
        ("0", "100000", "1", "at most 10001 steps"),
    ],
)
def test_a_scale_that_does_not_fit_is_refused(
    lowest: str, highest: str, step: str, message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        LinearScale(Decimal(lowest), Decimal(highest), Decimal(step))


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"a": 100}, "at least two"),
        ({"a": 90, "b": 0}, "exactly 100"),
        ({"a": 110, "b": 0}, "exactly 100"),
        ({"a": 100, "b": -101}, "take away"),
    ],
)
def test_named_scores_that_do_not_fit_are_refused(shares: dict[str, int], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        StepScale(tuple((score, Decimal(share)) for score, share in shares.items()))


def test_a_score_is_named_once() -> None:
    with pytest.raises(Refusal, match="twice"):
        StepScale((("a", Decimal(100)), ("a", Decimal(0))))
