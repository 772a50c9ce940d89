from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.awarding import Bid, Rules, award
from waardewerk_procurement.award.formulas import (
    AwardOnValue,
    FixedPrice,
    Formula,
    Logarithmic,
    PriceBand,
    PricePerPoint,
    RelativeInverse,
    RelativeLinear,
    RelativeRange,
)
from waardewerk_procurement.award.scales import LinearScale
from waardewerk_procurement.award.scoring import Criterion, CriterionGroup
from waardewerk_procurement.award.ties import TieStep

from .conftest import BY_LOTS, TEN, bid, order, rules, three, totals, winner

BAND = PriceBand(5_000, Decimal(0), Decimal(1_000))
#: Two criteria, one of which serves a value.
TRUST = Criterion("trust", TEN, weight=3_000, value="trust", minimum="2")
SPEED = Criterion("speed", TEN, weight=2_000)


def banded(**changes: object) -> Rules:
    return rules(BAND, TRUST, SPEED, **changes)


# Whole awards against a naive one --------------------------------------------------------------

FORMULAS: list[Formula] = [
    RelativeInverse(5_000),
    RelativeLinear(5_000),
    RelativeRange(5_000),
    BAND,
    Logarithmic(5_000, Decimal(50)),
]
bids = st.lists(
    st.builds(
        lambda price, trust, speed: (price, trust * 2, speed * 2),
        st.integers(1, 2_000),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=8,
).map(
    lambda offers: [
        bid(f"b{n}", price, trust=trust, speed=speed)
        for n, (price, trust, speed) in enumerate(offers)
    ]
)


@settings(deadline=None)
@given(st.sampled_from(FORMULAS[:4]), bids)
def test_an_award_is_the_order_of_the_totals_that_one_would_write_down(
    formula: Formula, bids: list[Bid]
) -> None:
    outcome = award(rules(formula, TRUST, SPEED), bids)
    valid = [one for one in bids if one.scores["trust"] != "0"]
    if not valid:
        assert outcome.winner is None
        assert "no-valid-bid" in {note.code for note in outcome.notes}
        return
    low = min(Fraction(one.price) for one in valid)
    high = max(Fraction(one.price) for one in valid)

    def quality(one: Bid) -> Fraction:
        return 3 * Fraction(one.scores["trust"]) + 2 * Fraction(one.scores["speed"])

    def total(one: Bid) -> Fraction:
        price = Fraction(one.price)
        if formula.name == "relative-inverse":
            return 50 * low / price + quality(one)
        if formula.name == "relative-linear":
            return max(Fraction(0), 50 * (2 - price / low)) + quality(one)
        if formula.name == "relative-range":
            return (50 if low == high else 50 * (high - price) / (high - low)) + quality(one)
        return 50 * max(Fraction(0), min(Fraction(1), (1_000 - price) / 1_000)) + quality(one)

    assert totals(outcome) == {one.key: total(one) for one in valid}
    naive = sorted(valid, key=lambda one: (-total(one), -quality(one), one.key))
    assert [one.bid for one in outcome.standings] == [one.key for one in naive]
    for one in outcome.standings:
        ahead = [
            other
            for other in outcome.standings
            if (other.total, other.quality) > (one.total, one.quality)
        ]
        assert one.rank == len(ahead) + 1


@settings(deadline=None)
@given(st.sampled_from(FORMULAS), bids, st.randoms(use_true_random=False))
def test_the_order_in_which_bids_come_never_matters(
    formula: Formula, bids: list[Bid], shuffled: random.Random
) -> None:
    published = rules(formula, TRUST, SPEED)
    before = award(published, bids)
    other_way = list(bids)
    shuffled.shuffle(other_way)
    assert award(published, other_way) == before


@settings(deadline=None)
@given(bids)
def test_every_bid_is_either_ranked_or_set_aside_with_a_reason(bids: list[Bid]) -> None:
    outcome = award(banded(), bids)
    ranked = [one.bid for one in outcome.standings]
    aside = [one.bid for one in outcome.set_aside]
    assert sorted(ranked + aside) == sorted(one.key for one in bids)
    assert all(one.reasons for one in outcome.set_aside)


# Exactness -------------------------------------------------------------------------------------


def test_totals_are_compared_before_they_are_rounded() -> None:
    published = rules(PriceBand(5_000, Decimal(0), Decimal(1_000_000)))
    outcome = award(
        published, [bid("a", "500000.00", quality=20), bid("b", "499999.99", quality=20)]
    )
    assert order(outcome) == [(1, "b"), (2, "a")]
    assert outcome.ties == ()


def test_thirds_that_are_added_up_differently_still_tie() -> None:
    # In decimals 3 times a third is 0.999…9: the one with three would lose by nothing at all.
    nine = LinearScale(Decimal(1), Decimal(10), Decimal(1))
    criteria = [Criterion(key, nine, worth=Decimal(100)) for key in "abc"]
    published = rules(AwardOnValue(), *criteria, tie_rule=BY_LOTS)
    outcome = award(published, [bid("even", 500, a=4, b=4, c=4), bid("odd", 500, a=10, b=1, c=1)])
    assert order(outcome) == [(1, "even"), (1, "odd")]


def test_a_price_that_is_twice_as_high_ties_by_logarithm_with_what_it_costs() -> None:
    published = rules(Logarithmic(5_000, Decimal(50)), tie_rule=BY_LOTS)
    outcome = award(published, [bid("a", "30.07", quality=5), bid("b", "60.14", quality=30)])
    assert order(outcome) == [(1, "a"), (1, "b")]


# Ties ------------------------------------------------------------------------------------------


def tied() -> list[Bid]:
    """Three bids with the same total: what a price gives, quality takes."""
    return [
        bid("a", 400, trust=8, speed=4),
        bid("b", 400, trust=4, speed=10),
        bid("c", 160, trust=4, speed=4),
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ([TieStep("quality")], [(1, "a"), (1, "b"), (3, "c")]),
        ([TieStep("price")], [(1, "c"), (2, "a"), (2, "b")]),
        ([TieStep("criterion", "speed")], [(1, "b"), (2, "a"), (2, "c")]),
        ([TieStep("value", "trust")], [(1, "a"), (2, "b"), (2, "c")]),
        ([TieStep("quality"), TieStep("value", "trust")], [(1, "a"), (2, "b"), (3, "c")]),
        ([TieStep("price"), TieStep("criterion", "speed")], [(1, "c"), (2, "b"), (3, "a")]),
    ],
)
def test_the_tie_rule_decides_in_its_own_order(
    rule: list[TieStep], expected: list[tuple[int, str]]
) -> None:
    outcome = award(banded(tie_rule=tuple(rule)), tied())
    assert len(set(totals(outcome).values())) == 1
    assert order(outcome) == expected


def test_what_parted_neighbours_is_named() -> None:
    outcome = award(banded(tie_rule=(TieStep("quality"), TieStep("value", "trust"))), tied())
    (tie,) = outcome.ties
    assert tie.bids == ("a", "b", "c")
    assert [part.step for part in tie.partings] == [TieStep("value", "trust"), TieStep("quality")]
    assert not tie.is_open


def test_a_criterion_with_sub_criteria_can_decide_a_tie() -> None:
    group = CriterionGroup(
        "both", (replace(TRUST, weight=6_000), replace(SPEED, weight=4_000)), 5_000
    )
    published = rules(BAND, group, tie_rule=(TieStep("criterion", "both"),))
    assert order(award(published, tied())) == [(1, "a"), (1, "b"), (3, "c")]


def test_without_a_draw_a_tie_stays_open_and_says_what_to_do() -> None:
    outcome = award(banded(tie_rule=(TieStep("quality"), TieStep("lots"))), tied())
    assert order(outcome) == [(1, "a"), (1, "b"), (3, "c")]
    assert outcome.winner is None
    (note,) = [note for note in outcome.notes if note.code == "draw-lots"]
    assert note.text().startswith("a, b tie")


def test_people_draw_and_the_order_that_they_wrote_down_decides() -> None:
    published = banded(tie_rule=(TieStep("quality"), TieStep("lots")))
    outcome = award(published, tied(), ["b", "a"])
    assert order(outcome) == [(1, "b"), (2, "a"), (3, "c")]
    (tie,) = outcome.ties
    assert [part.step for part in tie.partings] == [TieStep("lots"), TieStep("quality")]


def test_half_a_draw_is_refused() -> None:
    with pytest.raises(Refusal, match="not drawn for “b”"):
        award(banded(tie_rule=BY_LOTS), tied(), ["c", "a"])


def test_a_draw_that_decides_nothing_is_mentioned_and_changes_nothing() -> None:
    published = banded(tie_rule=(TieStep("quality"), TieStep("price")))
    outcome = award(published, tied(), ["b", "a"])
    assert order(outcome) == [(1, "a"), (1, "b"), (3, "c")]
    codes = {note.code for note in outcome.notes}
    assert {"lots-not-used", "tie-open"} <= codes


@pytest.mark.parametrize(
    ("drawn", "message"), [(["x"], "which is no bid"), (["a", "a"], "in the drawn order twice")]
)
def test_a_drawn_order_that_cannot_be_is_refused(drawn: list[str], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        award(banded(), tied(), drawn)


# Who is not ranked -----------------------------------------------------------------------------


def test_a_bid_that_misses_a_knock_out_or_a_minimum_is_set_aside_and_counts_nowhere() -> None:
    published = rules(
        RelativeInverse(5_000), TRUST, SPEED, knock_outs=("export",), tie_rule=BY_LOTS
    )

    def offer(key: str, price: int, trust: int, *, export: bool) -> Bid:
        return replace(bid(key, price, trust=trust, speed=10), met={"export": export})

    outcome = award(
        published,
        [
            offer("fine", 100, 10, export=True),
            offer("closed", 10, 10, export=False),
            offer("poor", 10, 0, export=False),
        ],
    )
    # The cheap ones would have been the yardstick: 50 · 10 ÷ 100.
    assert totals(outcome) == {"fine": 100}
    closed, poor = outcome.set_aside
    assert [note.text() for note in closed.reasons] == ["Does not meet “export”."]
    assert [note.code for note in poor.reasons] == ["knocked-out", "below-minimum"]
    assert poor.reasons[1].text() == "Scores 0 on “trust”; the minimum is 2."


def test_a_bid_that_misses_a_knock_out_need_not_be_scored() -> None:
    published = banded(knock_outs=("export",))
    unscored = replace(bid("a"), met={"export": False})
    (aside,) = award(published, [unscored]).set_aside
    assert [note.code for note in aside.reasons] == ["knocked-out"]
    with pytest.raises(Refusal, match="is not scored"):
        award(published, [replace(unscored, met={"export": True})])
    with pytest.raises(Refusal, match="“x” is scored and is no criterion"):
        award(published, [replace(unscored, scores={"x": "2"})])


def test_every_knock_out_is_answered_and_no_other() -> None:
    published = banded(knock_outs=("export",))
    one = bid("a", trust=2, speed=2)
    with pytest.raises(Refusal, match="Say whether the bid meets “export”"):
        award(published, [one])
    with pytest.raises(Refusal, match="“other” is no knock-out"):
        award(published, [replace(one, met={"export": True, "other": True})])


@pytest.mark.parametrize(
    ("formula", "valid"),
    [(FixedPrice(price=Decimal(100)), {"a"}), (FixedPrice(ceiling=Decimal(100)), {"a", "b"})],
)
def test_a_price_other_than_published_is_set_aside(formula: Formula, valid: set[str]) -> None:
    ten = Criterion("plan", TEN, weight=10_000)
    outcome = award(
        rules(formula, ten), [bid("a", 100, plan=2), bid("b", 90, plan=4), bid("c", 101, plan=10)]
    )
    assert set(totals(outcome)) == valid
    assert all(one.reasons[0].code == "price-not-allowed" for one in outcome.set_aside)


def test_a_drop_out_is_left_out_of_the_totals_or_stays_in_them_as_was_published() -> None:
    gone = [replace(one, dropped_out=one.key == "C") for one in three()]
    again = award(rules(RelativeInverse(5_000), drop_out="rank-again"), gone)
    assert totals(again) == {"A": 82, "B": 80}
    assert again.winner == "A"
    kept = award(rules(RelativeInverse(5_000), drop_out="keep-totals"), gone)
    assert totals(kept) == {"B": 64, "A": 62}
    assert kept.winner == "B"
    assert [note.code for note in again.notes] == ["relative-formula", "ranked-again"]
    assert [note.code for note in kept.notes] == ["relative-formula", "totals-kept"]
    for outcome in (again, kept):
        (aside,) = outcome.set_aside
        assert (aside.bid, aside.reasons[0].code) == ("C", "dropped-out")


def test_who_was_never_valid_does_not_count_in_totals_that_are_kept() -> None:
    cheap = replace(bid("x", 1, trust=0, speed=0), dropped_out=True)
    published = rules(RelativeInverse(5_000), TRUST, SPEED, drop_out="keep-totals")
    outcome = award(published, [bid("a", 100, trust=10, speed=10), cheap])
    assert totals(outcome) == {"a": 100}


def test_a_bid_without_points_has_no_price_per_point() -> None:
    ten = Criterion("plan", TEN, weight=10_000)
    with pytest.raises(Refusal, match="Bid “b” has no points"):
        award(rules(PricePerPoint(), ten), [bid("a", plan=2), bid("b", plan=0)])
    with_minimum = rules(PricePerPoint(), replace(ten, minimum="2"))
    assert winner(with_minimum, [bid("a", plan=2), bid("b", plan=0)]) == "a"


def test_a_price_outside_the_band_is_mentioned() -> None:
    outcome = award(banded(), [bid("a", "1000.01", trust=2, speed=2)])
    assert outcome.notes[-1].text() == (
        "The price of a, 1000.01, lies outside the band and counts as its edge."
    )


def test_a_bid_is_there_once() -> None:
    with pytest.raises(Refusal, match="Bid “a” is there twice"):
        award(banded(), [bid("a", trust=2, speed=2), bid("a", trust=2, speed=2)])


# Rules -----------------------------------------------------------------------------------------


def test_a_formula_that_compares_bids_asks_a_reason() -> None:
    for formula in (RelativeInverse(5_000), Logarithmic(5_000, Decimal(50))):
        with pytest.raises(Refusal, match="Say why it is needed"):
            rules(formula, reason=" ")
    rules(BAND, reason="")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ((), "Say what decides"),
        ((TieStep("lots"), TieStep("price")), "After drawing lots"),
        ((TieStep("criterion", "other"),), "“other”, which is not here"),
        ((TieStep("value", "privacy"),), "“privacy”, which is not here"),
    ],
)
def test_a_tie_rule_that_cannot_decide_is_refused(rule: tuple[TieStep, ...], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        banded(tie_rule=rule)


def test_only_a_criterion_and_a_value_are_named_in_a_tie_rule() -> None:
    for make in (lambda: TieStep("price", "x"), lambda: TieStep("criterion")):
        with pytest.raises(Refusal, match="names a criterion or a value, or neither"):
            make()
