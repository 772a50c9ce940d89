"""Dividing a ceiling: down the ranking, never beyond it, and nobody before an equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.awarding import award
from waardewerk_procurement.award.formulas import FixedPrice
from waardewerk_procurement.award.granting import Applied, Beyond, Ceiling, Granting, divide
from waardewerk_procurement.award.ties import TieStep

from .conftest import bid, rules

RULES: tuple[Beyond, ...] = ("partial", "stop", "next")


def applied(*amounts: int, ranks: Sequence[int] = ()) -> list[Applied]:
    """Rank applications A, B, C … for these amounts; each a rank of its own unless told."""
    places = ranks or range(1, len(amounts) + 1)
    return [
        Applied(chr(ord("A") + number), rank, Fraction(amount))
        for number, (amount, rank) in enumerate(zip(amounts, places, strict=True))
    ]


def granted(beyond: Beyond, ranked: Sequence[Applied], ceiling: int = 100) -> dict[str, int]:
    """Give the amounts that are granted."""
    found = divide(Ceiling(Decimal(ceiling), beyond), ranked)
    return {key: int(amount) for key, amount in found.granted.items()}


@pytest.mark.parametrize(
    ("beyond", "expected"),
    [
        ("partial", {"A": 60, "B": 40}),
        ("stop", {"A": 60}),
        ("next", {"A": 60, "C": 30, "D": 10}),
    ],
)
def test_the_published_rule_says_what_becomes_of_who_does_not_fit(
    beyond: Beyond, expected: dict[str, int]
) -> None:
    assert granted(beyond, applied(60, 50, 30, 10)) == expected


@pytest.mark.parametrize("beyond", RULES)
def test_what_fits_exactly_is_granted_and_then_nothing_is_left(beyond: Beyond) -> None:
    found = divide(Ceiling(Decimal(100), beyond), applied(60, 40, 1))
    assert [int(one.amount) for one in found.grants] == [60, 40, 0]
    assert (found.left, found.reached_at) == (0, 3)
    assert found.grants[2].why_not == "does-not-fit"


def test_who_comes_after_the_dividing_stopped_hears_that_and_not_that_it_was_too_much() -> None:
    found = divide(Ceiling(Decimal(100), "stop"), applied(60, 50, 10))
    assert [one.why_not for one in found.grants] == ["", "does-not-fit", "stopped"]
    assert found.left == 40


def test_who_comes_after_the_last_euro_hears_that_nothing_was_left() -> None:
    found = divide(Ceiling(Decimal(100), "partial"), applied(60, 50, 10))
    assert [(int(one.amount), one.why_not) for one in found.grants] == [
        (60, ""),
        (40, ""),
        (0, "does-not-fit"),
    ]


def test_nobody_is_put_before_an_equal_where_the_ceiling_ends() -> None:
    found = divide(Ceiling(Decimal(100), "partial"), applied(60, 30, 30, 5, ranks=(1, 2, 2, 4)))
    assert found.undecided == ("B", "C")
    assert [one.bid for one in found.grants] == ["A"]
    assert found.of("D") is None


@pytest.mark.parametrize("beyond", RULES)
def test_equals_that_all_fit_need_no_lots(beyond: Beyond) -> None:
    assert granted(beyond, applied(50, 50, ranks=(1, 1))) == {"A": 50, "B": 50}


def test_an_equal_that_could_never_fit_is_refused_without_lots() -> None:
    assert granted("next", applied(90, 20, 10, ranks=(1, 2, 2))) == {"A": 90, "C": 10}


def test_a_ceiling_of_nothing_is_refused() -> None:
    with pytest.raises(Refusal, match="above 0"):
        Ceiling(Decimal(0), "stop")


# By property -----------------------------------------------------------------------------------

ceilings = some.integers(1, 40)
beyonds = some.sampled_from(RULES)


@some.composite
def rankings(draw: some.DrawFn) -> list[Applied]:
    """Rank up to five applications, some of them equal; amounts may be thirds."""
    count = draw(some.integers(1, 5))
    thirds = draw(some.lists(some.integers(1, 60), min_size=count, max_size=count))
    shares = draw(some.lists(some.booleans(), min_size=count, max_size=count))
    ranks: list[int] = []
    for place, is_equal in enumerate(shares, 1):
        ranks.append(ranks[-1] if ranks and is_equal else place)
    return [
        Applied(chr(ord("A") + number), rank, Fraction(amount, 3))
        for number, (amount, rank) in enumerate(zip(thirds, ranks, strict=True))
    ]


def orders(ranked: Sequence[Applied]) -> Iterator[list[Applied]]:
    """Give every order in which lots could put who shares a rank."""
    groups = [list(group) for _rank, group in groupby(ranked, key=lambda one: one.rank)]
    for chosen in product(*(list(permutations(group)) for group in groups)):
        yield [one for group in chosen for one in group]


def by_hand(ceiling: int, beyond: Beyond, ordered: Sequence[Applied]) -> dict[str, Fraction]:
    """Grant one by one, as a person with a pencil would."""
    purse, is_closed, found = Fraction(ceiling), False, {}
    for one in ordered:
        gets = Fraction(0)
        if not is_closed and one.amount <= purse:
            gets = one.amount
        elif not is_closed:
            gets = purse if beyond == "partial" else Fraction(0)
            is_closed = beyond != "next"
        purse -= gets
        found[one.bid] = gets
    return found


def amounts(found: Granting) -> dict[str, Fraction]:
    return {one.bid: one.amount for one in found.grants}


@given(ceilings, beyonds, rankings())
def test_what_is_said_holds_in_whatever_order_lots_are_drawn(
    ceiling: int, beyond: Beyond, ranked: list[Applied]
) -> None:
    said = amounts(divide(Ceiling(Decimal(ceiling), beyond), ranked))
    for ordered in orders(ranked):
        assert said.items() <= by_hand(ceiling, beyond, ordered).items()


@given(ceilings, beyonds, rankings())
def test_lots_are_asked_for_exactly_where_they_decide_something(
    ceiling: int, beyond: Beyond, ranked: list[Applied]
) -> None:
    found = divide(Ceiling(Decimal(ceiling), beyond), ranked)
    if not found.undecided:
        assert amounts(found).keys() == {one.bid for one in ranked}
        return
    assert not set(found.undecided) & amounts(found).keys()
    outcomes = {
        tuple(by_hand(ceiling, beyond, ordered)[key] for key in found.undecided)
        for ordered in orders(ranked)
    }
    assert len(outcomes) > 1


@given(ceilings, beyonds, rankings())
def test_never_more_than_the_ceiling_is_granted(
    ceiling: int, beyond: Beyond, ranked: list[Applied]
) -> None:
    found = divide(Ceiling(Decimal(ceiling), beyond), ranked)
    assert sum(found.granted.values(), Fraction(0)) + found.left == ceiling
    assert found.left >= 0
    assert all(0 <= one.amount <= one.applied for one in found.grants)


@given(ceilings, some.sampled_from(["partial", "stop"]), rankings())
def test_nobody_is_granted_below_who_was_refused_for_the_ceiling(
    ceiling: int, beyond: Beyond, ranked: list[Applied]
) -> None:
    found = divide(Ceiling(Decimal(ceiling), beyond), ranked)
    is_granted = [bool(one.amount) for one in found.grants]
    assert is_granted == sorted(is_granted, reverse=True)


@given(ceilings, beyonds, rankings(), some.randoms(use_true_random=False))
def test_the_same_applications_in_another_order_give_the_same(
    ceiling: int, beyond: Beyond, ranked: list[Applied], chance: object
) -> None:
    shuffled = list(ranked)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    cap = Ceiling(Decimal(ceiling), beyond)
    assert divide(cap, shuffled) == divide(cap, ranked)


# In an award -----------------------------------------------------------------------------------

SCHEME = FixedPrice(ceiling=Decimal(100))


def test_who_is_ranked_best_is_granted_first_and_who_dropped_out_takes_nothing() -> None:
    published = rules(SCHEME, ceiling=Ceiling(Decimal(150), "partial"))
    bids = [bid("A", 100, quality=40), bid("B", 100, quality=50), bid("C", 20, quality=10)]
    outcome = award(published, bids)
    assert outcome.granting is not None
    assert dict(outcome.granting.granted) == {"B": 100, "A": 50}
    assert outcome.goes_to == ("B", "A")


def test_a_tie_is_told_only_where_it_decides_who_is_granted_what() -> None:
    by_lots = (TieStep("lots"),)
    bids = [bid(key, 60, quality=40) for key in ("A", "B")]
    roomy = rules(SCHEME, tie_rule=by_lots, ceiling=Ceiling(Decimal(120), "stop"))
    assert award(roomy, bids).goes_to == ("A", "B")
    assert "draw-lots" not in {one.code for one in award(roomy, bids).notes}
    narrow = rules(SCHEME, tie_rule=by_lots, ceiling=Ceiling(Decimal(100), "stop"))
    undecided = award(narrow, bids)
    assert undecided.goes_to == ()
    assert "draw-lots" in {one.code for one in undecided.notes}
    assert award(narrow, bids, ["B", "A"]).goes_to == ("B",)


def test_without_a_ceiling_one_bid_wins_as_ever() -> None:
    outcome = award(rules(SCHEME), [bid("A", 60, quality=40), bid("B", 60, quality=50)])
    assert (outcome.granting, outcome.goes_to) == (None, ("B",))
