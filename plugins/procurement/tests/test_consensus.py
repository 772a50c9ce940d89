from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.consensus import agree, spread_of
from waardewerk_procurement.award.scales import LinearScale, NotAStep, StepScale

from .conftest import TEN

ONE_TO_FIVE = LinearScale(Decimal(1), Decimal(5), Decimal(1))
NAMED = StepScale((("good", Decimal(100)), ("fair", Decimal(80)), ("none", Decimal(-100))))

given_scores = st.dictionaries(
    st.sampled_from("abcdefg"), st.none() | st.sampled_from(["0", "2", "4", "6", "8", "10"])
)


@given(given_scores)
def test_a_spread_is_that_of_the_scores_that_were_given(given_: dict[str, str | None]) -> None:
    numbers = sorted(Fraction(score) for score in given_.values() if score is not None)
    if not numbers:
        with pytest.raises(Refusal, match="Nobody scored"):
            spread_of(TEN, given_)
        return
    found = spread_of(TEN, given_)
    middle = numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]
    assert (found.count, found.lowest, found.highest) == (len(numbers), numbers[0], numbers[-1])
    assert found.mean == sum(numbers) / len(numbers)
    assert found.median == middle / 2
    assert found.asks_conversation == (numbers[-1] - numbers[0] >= 3)


@pytest.mark.parametrize(
    ("scale", "scores", "talks"),
    [
        (TEN, "6 8", False),
        (TEN, "4 8", True),
        (LinearScale(Decimal(0), Decimal(10), Decimal(1)), "5 8", True),
        # One step out of four is a quarter of this scale, two are half of it.
        (ONE_TO_FIVE, "3 4", False),
        (ONE_TO_FIVE, "2 4", True),
        (NAMED, "good fair", False),
        (NAMED, "fair none", True),
    ],
)
def test_people_talk_from_three_tenths_of_the_scale(
    scale: LinearScale | StepScale, scores: str, talks: bool
) -> None:
    found = spread_of(scale, dict(enumerate(scores.split())))  # type: ignore[arg-type]
    assert found.asks_conversation is talks


def test_an_agreed_score_is_a_step_with_a_reason() -> None:
    assert agree(TEN, "6", " Complete, without proof. ").reason == "Complete, without proof."
    with pytest.raises(Refusal, match="Write down why"):
        agree(TEN, "6", " \n")
    # The mean of 6, 8, 8 and 4 is no score.
    with pytest.raises(NotAStep):
        agree(TEN, "6.5", "The mean.")
