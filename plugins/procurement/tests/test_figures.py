from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk_procurement.award.figures import LOG_DECIMALS, decimal_of, log2, rounded, unrounded

fractions = st.fractions(max_denominator=10**6)
positive = st.fractions(min_value=Fraction(1, 10**6), max_value=10**9, max_denominator=10**6)
PRECISE = Context(prec=100)


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_decimal_is_printed_with_two_decimals_half_up(value: Decimal) -> None:
    naive = value.quantize(Decimal("0.01"), ROUND_HALF_UP, PRECISE)
    assert Decimal(rounded(Fraction(value))) == naive


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.005", "0.01"),
        ("0.0049", "0.00"),
        ("-0.005", "-0.01"),
        ("-0.001", "0.00"),
        ("2.675", "2.68"),
    ],
)
def test_a_half_goes_away_from_zero(value: str, shown: str) -> None:
    assert rounded(Fraction(value)) == shown


@settings(deadline=None)
@given(fractions)
def test_an_unrounded_figure_reads_back_as_itself(value: Fraction) -> None:
    assert Fraction(unrounded(value)) == value


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=6))
def test_a_figure_that_ends_is_a_decimal_number(value: Decimal) -> None:
    assert "/" not in unrounded(Fraction(value))


def test_a_third_stays_a_third() -> None:
    assert unrounded(Fraction(146, 3)) == "146/3"


@settings(deadline=None)
@given(positive)
def test_the_logarithm_is_that_of_decimal(ratio: Fraction) -> None:
    value = PRECISE.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
    naive = PRECISE.divide(PRECISE.ln(value), PRECISE.ln(Decimal(2)))
    assert abs(log2(ratio) - Fraction(naive)) <= Fraction(1, 10 ** (LOG_DECIMALS - 1))


@settings(deadline=None)
@given(positive, st.integers(-30, 30))
def test_whole_doublings_are_exact(ratio: Fraction, doublings: int) -> None:
    assert log2(ratio * Fraction(2) ** doublings) - log2(ratio) == doublings
    assert log2(Fraction(2) ** doublings) == doublings


@pytest.mark.parametrize(
    "text", ["", "1e5", "NaN", "Infinity", "1_000", "+1", " 1", "1.", ".5", "١", "1,5", "1" * 13]
)
def test_what_is_no_plain_decimal_number_is_not_read(text: str) -> None:
    assert decimal_of(text) is None
