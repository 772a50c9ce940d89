from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.awarding import Rules
from waardewerk_procurement.award.formulas import (
    AwardOnValue,
    FixedPrice,
    Formula,
    Logarithmic,
    PriceBand,
    PriceField,
    PricePerPoint,
    RelativeInverse,
    RelativeLinear,
    RelativeRange,
)
from waardewerk_procurement.award.scoring import Criterion
from waardewerk_procurement.award.simulation import (
    EffectiveWeight,
    Estimate,
    Offer,
    alternatives,
    effective_weights,
    euros_per_point,
    fictitious_offers,
    least_ethical,
    outcomes,
    reversals,
)

from .conftest import TEN, rules

EXPECTED = Estimate(Decimal(100), Decimal(200))
BAND = PriceBand(5_000, Decimal(100), Decimal(200))


def published(formula: Formula, *, trust: int = 3_000, minimum: str | None = None) -> Rules:
    """Rules with a criterion that serves a value and one that serves none."""
    served = Criterion("trust", TEN, weight=trust, value="trust", minimum=minimum)
    rest = 10_000 - formula.price_weight - trust
    return rules(formula, served, *([Criterion("speed", TEN, weight=rest)] if rest else []))


def test_fictitious_bids_are_the_same_each_time() -> None:
    found = fictitious_offers(published(BAND), EXPECTED)
    assert found == fictitious_offers(published(BAND), EXPECTED)
    assert [(one.key, one.price, one.quality) for one in found] == [
        ("cheapest-just-valid", 100, 0),
        ("cheap-modest", 125, 20),
        ("middle-good", 150, 30),
        ("dear-perfect", 200, 50),
        ("without-trust", 125, 20),
    ]


def test_a_fictitious_bid_is_never_below_the_minimum() -> None:
    found = {one.key: one for one in fictitious_offers(published(BAND, minimum="6"), EXPECTED)}
    assert found["cheapest-just-valid"].quality == found["without-trust"].quality - 20 == 18


def test_fictitious_bids_show_that_the_formula_decides_who_wins() -> None:
    offers = fictitious_offers(published(BAND), EXPECTED)
    per_point = euros_per_point(5_000, EXPECTED)
    found = outcomes(alternatives(5_000, EXPECTED), offers, per_point)
    assert len(found) == 8
    assert len({one.winners for one in found}) > 1
    by_name = {one.formula.name: one for one in found}
    # A point is worth as much in both, so the order is the same.
    assert by_name["price-band"].order == by_name["award-on-value"].order
    assert "cheapest-just-valid" not in by_name["price-per-point"].totals


offers = st.lists(st.tuples(st.integers(100, 200), st.integers(1, 50)), min_size=3, max_size=6).map(
    lambda given_: [
        Offer(f"o{n}", Fraction(price), Fraction(quality))
        for n, (price, quality) in enumerate(given_)
    ]
)


@settings(deadline=None)
@given(offers)
def test_only_a_relative_formula_can_turn_around(offers: list[Offer]) -> None:
    for formula in alternatives(5_000, EXPECTED):
        if not formula.is_relative:
            assert reversals(formula, offers) == []


@settings(deadline=None)
@given(offers)
def test_a_reversal_is_what_happens_without_that_bid(offers: list[Offer]) -> None:
    def winners(some: list[Offer]) -> tuple[str, ...]:
        low = min(one.price for one in some)
        total = {one.key: 50 * low / one.price + one.quality for one in some}
        return tuple(sorted(key for key in total if total[key] == max(total.values())))

    before = winners(offers)
    naive = {
        one.key: winners([other for other in offers if other is not one])
        for one in offers
        if one.key not in before
    }
    expected = {key: after for key, after in naive.items() if after != before}
    found = reversals(RelativeInverse(5_000), offers)
    assert {one.without: one.winners_then for one in found} == expected
    assert all(one.winners == before for one in found)


# Could the least ethical valid bid still win? --------------------------------------------------


def test_a_light_value_can_be_ignored_by_who_is_cheap() -> None:
    found = least_ethical(published(BAND, trust=1_000), EXPECTED)
    # 10 points are 20 euros: it wins from a price difference of more than that.
    assert found.wins_from == Fraction("120.01")
    assert found.can_win


def test_a_value_that_weighs_as_much_as_the_price_cannot_be_ignored() -> None:
    assert not least_ethical(published(BAND, trust=5_000), EXPECTED).can_win
    assert least_ethical(published(BAND, trust=4_999), EXPECTED).can_win


def test_a_minimum_makes_the_least_ethical_valid_bid_better_and_so_cheaper_to_be() -> None:
    low = least_ethical(published(BAND, trust=4_000), EXPECTED)
    high = least_ethical(published(BAND, trust=4_000, minimum="8"), EXPECTED)
    assert high.quality > low.quality
    assert low.wins_from is not None
    assert high.wins_from is not None
    assert high.wins_from < low.wins_from


def test_where_no_criterion_serves_a_value_a_cent_is_enough() -> None:
    nothing = rules(BAND, Criterion("speed", TEN, weight=5_000))
    assert least_ethical(nothing, EXPECTED).wins_from == Fraction("100.01")


def test_where_price_does_not_count_the_least_ethical_bid_cannot_win() -> None:
    assert not least_ethical(published(FixedPrice(ceiling=Decimal(200))), EXPECTED).can_win


def test_a_bid_that_has_no_price_per_point_cannot_win() -> None:
    only = rules(PricePerPoint(), Criterion("trust", TEN, weight=10_000, value="trust"))
    assert not least_ethical(only, EXPECTED).can_win


@settings(deadline=None)
@given(
    st.sampled_from(
        [
            RelativeInverse(5_000),
            RelativeLinear(5_000),
            RelativeRange(5_000),
            BAND,
            Logarithmic(5_000, Decimal(50)),
        ]
    ),
    st.integers(1, 4_999),
)
def test_the_price_from_which_it_wins_is_the_first_one(formula: Formula, trust: int) -> None:
    narrow = Estimate(Decimal("100.00"), Decimal("100.30"))
    found = least_ethical(published(formula, trust=trust), narrow)

    def wins(cents: int) -> bool:
        price = 100 + Fraction(cents, 100)
        field = PriceField(Fraction(100), price)
        poor = formula.total(Fraction(100), found.quality, field)
        return poor > formula.total(price, Fraction(50), field)

    naive = next((100 + Fraction(cents, 100) for cents in range(31) if wins(cents)), None)
    assert found.wins_from == naive


# Effective against nominal ---------------------------------------------------------------------


def test_what_serves_no_value_and_the_price_stand_beside_the_values() -> None:
    assert effective_weights(published(BAND, minimum="2"), EXPECTED) == [
        EffectiveWeight(None, Fraction(50), Fraction(50)),
        EffectiveWeight("trust", Fraction(30), Fraction(24)),
        EffectiveWeight("", Fraction(20), Fraction(20)),
    ]


def test_a_band_wider_than_prices_go_makes_the_price_weigh_less() -> None:
    wide = PriceBand(5_000, Decimal(0), Decimal(400))
    (price, *_rest) = effective_weights(published(wide), EXPECTED)
    assert (price.nominal, price.effective) == (50, Fraction("12.5"))


def test_in_an_award_on_value_weights_are_euros() -> None:
    by_value = rules(
        AwardOnValue(), Criterion("trust", TEN, worth=Decimal(60), value="trust", minimum="6")
    )
    assert effective_weights(by_value, EXPECTED) == [
        EffectiveWeight(None, None, Fraction(100)),
        EffectiveWeight("trust", Fraction(60), Fraction(24)),
    ]


def test_where_price_and_quality_are_divided_neither_has_a_weight() -> None:
    only = rules(PricePerPoint(), Criterion("trust", TEN, weight=10_000))
    with pytest.raises(Refusal, match="divided"):
        effective_weights(only, EXPECTED)


@pytest.mark.parametrize(
    ("lowest", "highest", "message"),
    [
        ("0", "1", "above 0"),
        ("2", "2", "below the highest"),
        ("3", "2", "below the highest"),
        ("1.001", "2", "whole cents"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(lowest: str, highest: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        Estimate(Decimal(lowest), Decimal(highest))


@settings(deadline=None)
@given(st.lists(st.fractions(0, 1), min_size=2, max_size=5))
def test_a_higher_part_of_the_estimate_is_no_lower_price(parts: list[Fraction]) -> None:
    prices = [EXPECTED.at(part) for part in sorted(parts)]
    assert all(one <= other for one, other in pairwise(prices))
    assert all((price * 100).denominator == 1 for price in prices)
