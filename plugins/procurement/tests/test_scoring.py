from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.scoring import (
    AnyCriterion,
    Criterion,
    CriterionGroup,
    below_minimum,
    check_euros,
    check_keys,
    check_points,
    leaves_of,
    points_of,
)
from waardewerk_procurement.award.weights import WHOLE, nearest

from .conftest import FIVE, TEN

weights = st.lists(st.integers(1, 100), min_size=1, max_size=4)


@st.composite
def trees(draw: st.DrawFn) -> tuple[AnyCriterion, ...]:
    """Draw criteria that are together 100 %, two levels deep."""
    tops = nearest([(f"k{n}", one) for n, one in enumerate(draw(weights))])
    made: list[AnyCriterion] = []
    for key, weight in tops:
        if draw(st.booleans()):
            made.append(Criterion(key, draw(st.sampled_from([TEN, FIVE])), weight))
            continue
        parts = nearest([(f"{key}.s{n}", one) for n, one in enumerate(draw(weights))])
        leaves = tuple(Criterion(part, TEN, share) for part, share in parts)
        made.append(CriterionGroup(key, leaves, weight))
    return tuple(made)


@settings(deadline=None)
@given(trees(), st.data())
def test_quality_is_the_weighted_sum_that_one_would_write_down(
    criteria: tuple[AnyCriterion, ...], data: st.DataObject
) -> None:
    leaves = leaves_of(criteria)
    scores = {
        leaf.criterion.key: data.draw(
            st.sampled_from([step.score for step in leaf.criterion.scale.steps])
        )
        for leaf in leaves
    }

    def naive(one: AnyCriterion) -> Fraction:
        """The share of full marks on a criterion, from 0 to 1."""
        if isinstance(one, Criterion):
            return Fraction(scores[one.key]) / Fraction(one.scale.steps[-1].score)
        return sum(
            (Fraction(part.weight or 0, WHOLE) * naive(part) for part in one.parts), Fraction()
        )

    expected = sum((Fraction(one.weight or 0, 100) * naive(one) for one in criteria), Fraction())
    assert sum(points_of(leaves, scores).values()) == expected


@settings(deadline=None)
@given(trees())
def test_what_is_at_stake_is_together_one_hundred_points_however_it_is_split(
    criteria: tuple[AnyCriterion, ...],
) -> None:
    check_points(criteria, 0)
    assert sum(leaf.stake for leaf in leaves_of(criteria)) == 100


def test_weights_with_that_of_the_price_are_together_one_hundred_percent() -> None:
    check_points([Criterion("a", TEN, 6_000)], 4_000)
    with pytest.raises(Refusal, match=r"price 44\.44, a 55\.56"):
        check_points([Criterion("a", TEN, 5_000)], 4_000)
    with pytest.raises(Refusal, match="“a” has no weight"):
        check_points([Criterion("a", TEN)], 4_000)
    with pytest.raises(Refusal, match="this formula asks weights"):
        check_points([Criterion("a", TEN, worth=Decimal(10))], 4_000)


def test_sub_criteria_are_together_one_hundred_percent_of_their_parent() -> None:
    with pytest.raises(Refusal, match=r"must be 100\.00 %"):
        CriterionGroup("k", (Criterion("a", TEN, 5_000),), 10_000)
    with pytest.raises(Refusal, match="Nothing here has a weight"):
        CriterionGroup("k", (), 10_000)
    with pytest.raises(Refusal, match="no worth of its own"):
        CriterionGroup("k", (Criterion("a", TEN, WHOLE, worth=Decimal(1)),), 10_000)


def test_euros_are_asked_where_a_bid_is_awarded_on_value() -> None:
    check_euros([Criterion("a", TEN, worth=Decimal(1))])
    for wrong in (Criterion("a", TEN), Criterion("a", TEN, worth=Decimal(0))):
        with pytest.raises(Refusal, match="how many euros"):
            check_euros([wrong])
    with pytest.raises(Refusal, match="this formula asks euros"):
        check_euros([Criterion("a", TEN, 10_000)])


def test_a_key_is_there_once_on_whatever_depth() -> None:
    with pytest.raises(Refusal, match="“a” is the key of two"):
        check_keys([CriterionGroup("k", (Criterion("a", TEN, WHOLE),)), Criterion("a", TEN)])


def test_every_published_criterion_is_scored_and_no_other() -> None:
    leaves = leaves_of([Criterion("a", TEN, WHOLE)])
    with pytest.raises(Refusal, match="“a” is not scored"):
        points_of(leaves, {})
    with pytest.raises(Refusal, match="“b” is scored and is no criterion"):
        points_of(leaves, {"a": "4", "b": "4"})


def test_a_minimum_is_a_step_and_good_enough_by_itself() -> None:
    leaves = leaves_of([Criterion("a", TEN, WHOLE, minimum="6")])
    assert below_minimum(leaves, {"a": "6"}) == []
    assert [one.key for one in below_minimum(leaves, {"a": "4"})] == ["a"]
    with pytest.raises(Refusal, match="no step"):
        Criterion("a", TEN, WHOLE, minimum="5")
