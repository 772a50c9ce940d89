"""Did a value decide anything?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from waardewerk_procurement.award.awarding import Bid, award
from waardewerk_procurement.award.decisive import WithoutValue, without_each_value
from waardewerk_procurement.award.formulas import (
    FORMULAS,
    AwardOnValue,
    PricePerPoint,
    RelativeRange,
)
from waardewerk_procurement.award.scoring import Criterion

from .conftest import BY_QUALITY, TEN, bid, rules

TRUST = Criterion("trust", TEN, weight=3_000, value="trust")
CARE = Criterion("care", TEN, weight=2_000, value="care", minimum="4")


def found(published: object, bids: list[Bid], **knock_outs: str) -> dict[str, WithoutValue]:
    outcome = award(published, bids)  # type: ignore[arg-type]
    rows = without_each_value(published, bids, outcome, knock_outs)  # type: ignore[arg-type]
    return {one.value: one for one in rows}


def test_a_value_decides_when_another_bid_would_win_without_it() -> None:
    published = rules(RelativeRange(5_000), TRUST, CARE)
    # Trust lifts A over B; care lifts nobody over anybody.
    rows = found(
        published,
        [
            bid("A", 110, trust=10, care=4),
            bid("B", 100, trust=0, care=4),
            bid("C", 200, trust=0, care=4),
        ],
    )
    assert rows["trust"] == WithoutValue("trust", ("B",), True)
    assert rows["care"] == WithoutValue("care", ("A",), False)


def test_a_bid_that_was_set_aside_for_one_value_counts_without_it() -> None:
    published = rules(RelativeRange(5_000), TRUST, CARE)
    rows = found(published, [bid("A", 100, trust=10, care=0), bid("B", 110, trust=8, care=10)])
    assert rows["care"].first == ("A",)
    assert rows["care"].is_decisive
    assert not rows["trust"].is_decisive


def test_a_knock_out_decides_too_when_the_bid_was_scored() -> None:
    published = rules(RelativeRange(5_000), TRUST, CARE, knock_outs=("safe", "open"))

    def offer(key: str, price: int, *, safe: bool, trust: str = "6") -> Bid:
        met = {"safe": safe, "open": True}
        return Bid(key, Decimal(price), {"trust": trust, "care": "6"}, met)

    bids = [offer("A", 100, safe=False), offer("B", 120, safe=True)]
    rows = found(published, bids, safe="safety", open="openness")
    assert rows["safety"].first == ("A",)
    assert "openness" not in rows, "it brings no points and set nobody aside"


def test_bids_that_end_equal_without_a_value_are_parted_by_the_rule_that_was_published() -> None:
    plain = Criterion("plan", TEN, weight=5_000)
    both = [bid("A", 100, trust=8, plan=6), bid("B", 100, trust=6, plan=6)]
    published = rules(RelativeRange(2_000), TRUST, plain, tie_rule=BY_QUALITY)
    (row,) = found(published, both).values()
    assert row == WithoutValue("trust", ("A", "B"), True)


def test_a_formula_that_needs_quality_leaves_out_who_has_none_left() -> None:
    published = rules(PricePerPoint(), Criterion("trust", TEN, weight=10_000, value="trust"))
    (row,) = found(published, [bid("A", 100, trust=8), bid("B", 100, trust=6)]).values()
    assert row == WithoutValue("trust", (), True)


scores = st.sampled_from(("4", "6", "8", "10"))


@given(
    st.sampled_from([one for one in FORMULAS if one.name.startswith("relative")]),
    st.lists(st.tuples(st.integers(1, 50), scores, scores), min_size=1, max_size=5),
)
def test_a_value_on_which_all_score_the_same_decides_nothing(
    formula: type, offers: list[tuple[int, str, str]]
) -> None:
    published = rules(formula(5_000), TRUST, CARE)
    bids = [
        Bid(f"B{place}", Decimal(price), {"trust": trust, "care": "6"})
        for place, (price, trust, _care) in enumerate(offers)
    ]
    outcome = award(published, bids)
    if outcome.winner is None:
        return
    (care,) = [
        one for one in without_each_value(published, bids, outcome, {}) if one.value == "care"
    ]
    assert care == WithoutValue("care", (outcome.winner,), False)


@given(
    st.lists(
        st.tuples(st.integers(80_000, 84_000), *[st.sampled_from(("0", "4", "10"))] * 3),
        min_size=1,
        max_size=6,
    ),
    st.sets(st.integers(0, 5)),
)
def test_it_is_the_award_that_one_would_compute_without_those_criteria(
    offers: list[tuple[int, str, str, str]], gone: set[int]
) -> None:
    # In an award on value criteria can be left out and the rules still hold.
    criteria = [
        Criterion("trust", TEN, worth=Decimal(4_000), value="trust", minimum="4"),
        Criterion("care", TEN, worth=Decimal(2_000), value="care", minimum="4"),
        Criterion("plan", TEN, worth=Decimal(1_000)),
    ]
    bids = [
        Bid(
            f"B{place}",
            Decimal(price),
            {"trust": trust, "care": care, "plan": plan},
            dropped_out=place in gone,
        )
        for place, (price, trust, care, plan) in enumerate(offers)
    ]
    published = rules(AwardOnValue(), *criteria)
    outcome = award(published, bids)
    for row in without_each_value(published, bids, outcome, {}):
        left = [one for one in criteria if one.value != row.value]
        fewer = [
            replace(one, scores={key: one.scores[key] for key in (c.key for c in left)})
            for one in bids
        ]
        then = award(rules(AwardOnValue(), *left), fewer)
        assert row.first == tuple(one.bid for one in then.standings if one.rank == 1)
