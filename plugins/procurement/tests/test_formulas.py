"""Every formula against the plainest way to write it, in fractions; and what must always hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.formulas import (
    FORMULAS,
    AwardOnValue,
    FixedPrice,
    Formula,
    Logarithmic,
    NoOutcome,
    PriceBand,
    PriceField,
    PricePerPoint,
    RelativeInverse,
    RelativeLinear,
    RelativeRange,
)

prices = st.decimals(Decimal("0.01"), Decimal(10**9), places=2).map(Fraction)
points = st.fractions(min_value=0, max_value=100, max_denominator=900)
price_weights = st.integers(1, 10_000)
fields = st.lists(prices, min_size=1, max_size=5)

Naive = Callable[[Fraction, Fraction, Fraction, list[Fraction]], Fraction]


def inverse(w: Fraction, p: Fraction, q: Fraction, all_: list[Fraction]) -> Fraction:
    return w * min(all_) / p + q


def linear(w: Fraction, p: Fraction, q: Fraction, all_: list[Fraction]) -> Fraction:
    points = w * (2 - p / min(all_))
    return q if points < 0 else points + q


def between(w: Fraction, p: Fraction, q: Fraction, all_: list[Fraction]) -> Fraction:
    if len(set(all_)) == 1:
        return w + q
    return w * (max(all_) - p) / (max(all_) - min(all_)) + q


@pytest.mark.parametrize(
    ("formula", "naive"),
    [(RelativeInverse, inverse), (RelativeLinear, linear), (RelativeRange, between)],
)
@settings(deadline=None)
@given(price_weights, fields, points)
def test_a_relative_formula_is_what_it_says(
    formula: Callable[[int], Formula],
    naive: Naive,
    weight: int,
    offered: list[Fraction],
    quality: Fraction,
) -> None:
    field = PriceField(min(offered), max(offered))
    for price in offered:
        found = formula(weight).total(price, quality, field)
        assert found == naive(Fraction(weight, 100), price, quality, offered)


@settings(deadline=None)
@given(price_weights, prices, points, st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_price_band_is_a_line_between_two_flats(
    weight: int, price: Fraction, quality: Fraction, floor: int, width: int
) -> None:
    found = PriceBand(weight, Decimal(floor), Decimal(floor + width)).total(
        price, quality, PriceField(price, price)
    )
    if price <= floor:
        assert found == Fraction(weight, 100) + quality
    elif price >= floor + width:
        assert found == quality
    else:
        assert found == Fraction(weight, 100) * (floor + width - price) / width + quality


@settings(deadline=None)
@given(prices, points)
def test_quality_comes_off_the_price_or_divides_it_or_is_all_there_is(
    price: Fraction, quality: Fraction
) -> None:
    field = PriceField(price, price)
    assert AwardOnValue().total(price, quality, field) == price - quality
    assert FixedPrice(ceiling=Decimal(1)).total(price, quality, field) == quality
    if quality > 0:
        assert PricePerPoint().total(price, quality, field) == price / quality
    else:
        with pytest.raises(NoOutcome):
            PricePerPoint().total(price, quality, field)


@settings(deadline=None)
@given(price_weights, prices, points, st.integers(1, 200), st.integers(1, 10**6))
def test_a_doubled_price_costs_the_same_points_everywhere(
    weight: int, price: Fraction, quality: Fraction, lost: int, reference: int
) -> None:
    formula = Logarithmic(weight, Decimal(lost), Decimal(reference))
    field = PriceField(price, price)
    once, twice = (formula.total(one, quality, field) for one in (price, price * 2))
    assert once - twice == Fraction(weight * lost, 10_000)
    at_reference = formula.total(Fraction(reference), quality, field)
    assert at_reference == Fraction(weight, 100) + quality


def all_formulas(weight: int) -> list[Formula]:
    return [
        RelativeInverse(weight),
        RelativeLinear(weight),
        RelativeRange(weight),
        PriceBand(weight, Decimal(100), Decimal(1000)),
        AwardOnValue(),
        PricePerPoint(),
        Logarithmic(weight, Decimal(50), Decimal(100)),
        Logarithmic(weight, Decimal(50)),
        FixedPrice(price=Decimal(100)),
    ]


@settings(deadline=None)
@given(price_weights, fields, points, points)
def test_more_quality_never_hurts_and_a_higher_price_never_helps(
    weight: int, offered: list[Fraction], one: Fraction, other: Fraction
) -> None:
    field = PriceField(min(offered), max(offered))
    poor, good = sorted((one + 1, other + 1))
    for formula in all_formulas(weight):
        sign = -1 if formula.lowest_wins else 1
        cheap = sign * formula.total(field.lowest, good, field)
        assert cheap >= sign * formula.total(field.lowest, poor, field)
        assert cheap >= sign * formula.total(field.highest, good, field)


@settings(deadline=None)
@given(price_weights, prices, points, fields, fields)
def test_only_a_relative_formula_looks_at_the_prices_of_others(
    weight: int, price: Fraction, quality: Fraction, some: list[Fraction], others: list[Fraction]
) -> None:
    first, second = (PriceField(min(one), max(one)) for one in (some, others))
    for formula in all_formulas(weight):
        if not formula.is_relative:
            assert formula.total(price, quality + 1, first) == formula.total(
                price, quality + 1, second
            )


def test_a_logarithm_is_relative_without_a_published_reference() -> None:
    assert Logarithmic(5_000, Decimal(50)).is_relative
    assert not Logarithmic(5_000, Decimal(50), Decimal(80)).is_relative


def test_each_formula_says_what_to_publish_and_where_it_goes_wrong() -> None:
    made = all_formulas(5_000)
    assert {type(one) for one in made} == set(FORMULAS)
    assert len({one.name for one in made}) == len(FORMULAS)
    for one in made:
        assert one.published
        assert one.defect.endswith(".")
        assert one.title[0].isupper()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RelativeInverse(0), "weight of the price"),
        (lambda: RelativeInverse(10_001), "weight of the price"),
        (lambda: PriceBand(0, Decimal(1), Decimal(2)), "weight of the price"),
        (lambda: PriceBand(5_000, Decimal(2), Decimal(2)), "below its ceiling"),
        (lambda: PriceBand(5_000, Decimal(-1), Decimal(2)), "below its ceiling"),
        (lambda: Logarithmic(0, Decimal(50)), "weight of the price"),
        (lambda: Logarithmic(5_000, Decimal(0)), "more than 0 points"),
        (lambda: Logarithmic(5_000, Decimal(50), Decimal(0)), "reference price"),
        (lambda: FixedPrice(), "either a fixed price or a ceiling"),
        (lambda: FixedPrice(Decimal(1), Decimal(2)), "either a fixed price or a ceiling"),
        (lambda: FixedPrice(ceiling=Decimal(0)), "above 0"),
        (lambda: FixedPrice(price=Decimal(-1)), "above 0"),
    ],
)
def test_a_formula_with_nonsense_in_it_is_refused(
    make: Callable[[], Formula], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        make()
