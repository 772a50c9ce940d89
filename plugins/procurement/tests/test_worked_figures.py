"""The figures that the documentation works out, one by one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from waardewerk.refusal import Refusal
from waardewerk_procurement.award import weights
from waardewerk_procurement.award.awarding import Bid, award
from waardewerk_procurement.award.consensus import spread_of
from waardewerk_procurement.award.figures import rounded
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
from waardewerk_procurement.award.scales import LinearScale, NotAStep, StepScale
from waardewerk_procurement.award.scoring import Criterion, CriterionGroup
from waardewerk_procurement.award.simulation import (
    Estimate,
    Offer,
    alternatives,
    effective_weights,
    euros_per_point,
    outcomes,
    reversals,
)

from .conftest import FIFTY, FIVE, TEN, THREE, bid, rounded_totals, rules, three, winner

HALF = 5_000
BAND = PriceBand(HALF, Decimal(50_000), Decimal(150_000))
WORTH = Criterion("quality", FIFTY, worth=Decimal(100_000))


@pytest.mark.parametrize(
    ("formula", "all_three", "first", "two", "first_of_two"),
    [
        (RelativeInverse(HALF), "62.00 64.00 55.00", "B", "82.00 80.00", "A"),
        (RelativeLinear(HALF), "48.67 40.00 55.00", "C", "82.00 77.50", "A"),
        (RelativeRange(HALF), "51.23 40.00 55.00", "C", "82.00 40.00", "A"),
        (BAND, "57.00 52.50 50.00", "A", "57.00 52.50", "A"),
    ],
    ids=lambda given: given.name if hasattr(given, "name") else "",
)
def test_three_bids_by_the_formulas_that_add_points(
    formula: Formula, all_three: str, first: str, two: str, first_of_two: str
) -> None:
    outcome = award(rules(formula), three())
    assert rounded_totals(outcome) == dict(zip("ABC", all_three.split(), strict=True))
    assert outcome.winner == first
    without = award(rules(formula), three(without="C"))
    assert rounded_totals(without) == dict(zip("AB", two.split(), strict=True))
    assert without.winner == first_of_two


def test_without_its_floor_the_second_formula_would_part_b() -> None:
    price, lowest = Fraction(125_000), Fraction(60_000)
    assert rounded(50 * (2 - price / lowest) + 40) == "35.83"
    outcome = award(rules(RelativeLinear(HALF)), three())
    assert rounded_totals(outcome)["B"] == "40.00"


@pytest.mark.parametrize("without", ["", "C"])
def test_three_bids_awarded_on_value(without: str) -> None:
    outcome = award(rules(AwardOnValue(), WORTH), three(without=without))
    expected = {"A": "36000.00", "B": "45000.00", "C": "50000.00"}
    expected.pop(without, None)
    assert rounded_totals(outcome) == expected
    assert outcome.winner == "A"


def test_award_on_value_orders_as_the_band_that_is_worth_as_much() -> None:
    by_value = award(rules(AwardOnValue(), WORTH), three())
    by_band = award(rules(BAND), three())
    assert [one.bid for one in by_value.standings] == [one.bid for one in by_band.standings]


@pytest.mark.parametrize("without", ["", "C"])
def test_three_bids_by_price_per_point_tie(without: str) -> None:
    hundred = LinearScale(Decimal(0), Decimal(100), Decimal(1))
    outcome = award(
        rules(PricePerPoint(), Criterion("quality", hundred, weight=10_000)),
        three(without=without),
    )
    assert rounded_totals(outcome)["A"] == rounded_totals(outcome)["B"] == "3125.00"
    assert rounded_totals(outcome).get("C", "12000.00") == "12000.00"
    (tie,) = outcome.ties
    assert set(tie.bids) == {"A", "B"}


def test_price_per_point_turns_around_when_everybody_gets_points_on_top() -> None:
    formula = PricePerPoint()

    def total(price: int, quality: int) -> Fraction:
        return formula.total(
            Fraction(price), Fraction(quality), PriceField(Fraction(78), Fraction(100))
        )

    assert total(100, 80) == Fraction("1.25")
    assert total(78, 60) == Fraction("1.30")
    assert total(100, 100) == Fraction("1.000")
    assert total(78, 80) == Fraction("0.975")


@pytest.mark.parametrize(
    ("price", "points"), [("80", "100.00"), ("100", "83.90"), ("125", "67.81")]
)
def test_fifty_points_per_doubling_from_80(price: str, points: str) -> None:
    formula = Logarithmic(10_000, Decimal(50), Decimal(80))
    field = PriceField(Fraction(80), Fraction(125))
    assert rounded(formula.total(Fraction(price), Fraction(0), field)) == points


@pytest.mark.parametrize("without", ["", "C"])
def test_three_bids_under_a_ceiling_are_ranked_on_quality(without: str) -> None:
    assert winner(rules(FixedPrice(ceiling=Decimal(125_000))), three(without=without)) == "B"


def test_the_same_three_bids_have_three_winners() -> None:
    formulas = (RelativeInverse(HALF), RelativeLinear(HALF), BAND)
    assert [winner(rules(formula), three()) for formula in formulas] == ["B", "C", "A"]


def test_the_simulation_shows_the_winners_and_the_rank_reversal_beforehand() -> None:
    expected = Estimate(Decimal(50_000), Decimal(150_000))
    offers = [Offer(key, Fraction(p), Fraction(q)) for key, (p, q) in THREE.items()]
    per_point = euros_per_point(HALF, expected)
    assert per_point == 2_000
    found = outcomes(alternatives(HALF, expected), offers, per_point)
    assert {one.formula.name: "".join(one.winners) for one in found} == {
        "relative-inverse": "B",
        "relative-linear": "C",
        "relative-range": "C",
        "price-band": "A",
        "award-on-value": "A",
        "price-per-point": "AB",
        "logarithmic": "A",
        "fixed-price": "B",
    }
    (turned,) = reversals(RelativeInverse(HALF), offers)
    assert (turned.without, turned.winners, turned.winners_then) == ("C", ("B",), ("A",))
    assert reversals(BAND, offers) == []


# Scales ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "euros"),
    [("1", "0.00"), ("5.5", "150000.00"), ("6", "166666.67"), ("10", "300000.00")],
)
def test_a_scale_from_1_to_10_brings_its_worth_in_a_straight_line(score: str, euros: str) -> None:
    scale = LinearScale(Decimal(1), Decimal(10), Decimal("0.5"))
    worth = Criterion("plan", scale, worth=Decimal(300_000))
    outcome = award(rules(AwardOnValue(), worth), [bid("X", 400_000, plan=score)])
    assert rounded(outcome.standings[0].quality) == euros


def test_scores_with_their_own_shares_and_a_malus() -> None:
    scale = StepScale(
        tuple(
            (score, Decimal(share))
            for score, share in {"3": 100, "2": 60, "1": 25, "0": 0, "NR": -50}.items()
        )
    )
    criteria = [
        Criterion(key, scale, worth=Decimal(worth))
        for key, worth in {"k1": 100_000, "k2": 60_000, "k3": 40_000}.items()
    ]
    outcome = award(
        rules(AwardOnValue(), *criteria),
        [
            bid("X", 1_000_000, k1="3", k2="1", k3="NR"),
            bid("Y", 1_040_000, k1="2", k2="3", k3="2"),
        ],
    )
    assert rounded_totals(outcome) == {"X": "905000.00", "Y": "896000.00"}
    assert outcome.winner == "Y"


def test_sub_criteria_weigh_inside_their_parent() -> None:
    thirds = zip(("a", "b", "c"), (3334, 3333, 3333), strict=True)
    first = CriterionGroup(
        "k1", tuple(Criterion(key, FIVE, weight=part) for key, part in thirds), weight=HALF
    )
    second = CriterionGroup("k2", (Criterion("d", FIVE, weight=10_000),), weight=HALF)
    published = rules(FixedPrice(ceiling=Decimal(100)), first, second)
    outcome = award(published, [bid("X", a=5, b=5, c=5, d=0)])
    # Weighing each of the four by its parent would give 75.00.
    assert rounded_totals(outcome) == {"X": "50.00"}


# Weights ---------------------------------------------------------------------------------------


def test_three_times_a_third_is_refused_with_an_offer() -> None:
    with pytest.raises(weights.WeightsOff, match=r"99\.99 %") as refused:
        weights.check([("a", 3333), ("b", 3333), ("c", 3333)])
    assert refused.value.offer == [("a", 3334), ("b", 3333), ("c", 3333)]
    assert "a 33.34, b 33.33, c 33.33" in str(refused.value)


def test_a_minimum_makes_the_effective_weight_smaller() -> None:
    published = rules(
        RelativeRange(3_000),
        Criterion("trust", TEN, weight=7_000, value="trust", minimum="6"),
    )
    expected = Estimate(Decimal(50), Decimal(100))
    price, trust = effective_weights(published, expected)
    assert (price.nominal, price.effective) == (30, 30)
    assert (trust.of, trust.nominal, trust.effective) == ("trust", 70, 28)


def test_thirty_seventy_may_work_as_thirty_sixty_one() -> None:
    published = rules(RelativeRange(3_000), Criterion("trust", TEN, weight=7_000, value="trust"))
    expected = Estimate(Decimal(50), Decimal(100))
    price, trust = effective_weights(published, expected, best_share=Fraction(61, 70))
    assert (price.effective, trust.effective) == (30, 61)


# Not applicable, prices, consensus -------------------------------------------------------------


def test_not_applicable_is_no_score() -> None:
    published = rules(FixedPrice(ceiling=Decimal(100)), Criterion("plan", TEN, weight=10_000))
    with pytest.raises(NotAStep, match="“Not applicable” is no score"):
        award(published, [bid("X", plan="n/a")])
    with pytest.raises(Refusal, match="is not scored"):
        award(published, [bid("X")])


def test_who_did_not_score_is_no_zero() -> None:
    spread = spread_of(TEN, {"one": "4", "two": "4", "three": None})
    # Counting it as 0 would give 2.67.
    assert rounded(spread.mean) == "4.00"
    assert spread.count == 2


@pytest.mark.parametrize("price", ["0", "0.00", "-0.01", "-100"])
def test_a_price_of_zero_or_less_stops(price: str) -> None:
    with pytest.raises(Refusal, match="first ask the bidder"):
        Bid("X", Decimal(price), {})


def test_four_scores_that_differ_ask_a_conversation() -> None:
    spread = spread_of(TEN, dict(zip("abcd", ("6", "8", "8", "4"), strict=True)))
    assert rounded(spread.mean) == "6.50"
    assert rounded(spread.median) == "7.00"
    assert spread.size == 4
    assert spread.asks_conversation
