"""Amounts: read as people type them, written for people, for fields and for files."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from waardewerk import i18n
from waardewerk.refusal import Refusal
from waardewerk_procurement import money
from waardewerk_procurement.award.figures import decimal_of
from waardewerk_procurement.money import MOST_CENTS

CENTS = st.integers(-MOST_CENTS, MOST_CENTS)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("125.000,00", 12_500_000),
        ("125000,5", 12_500_050),
        ("125000", 12_500_000),
        ("€ 125.000", 12_500_000),
        ("€\xa01.250.000,5", 125_000_050),
        ("125.000,-", 12_500_000),
        ("125000.50", 12_500_050),
        ("125,000.50", 12_500_050),
        ("1,250,000.99", 125_000_099),
        ("0", 0),
        ("-3,05", -305),
        ("100.000.000.000", MOST_CENTS),
    ],
)
def test_an_amount_is_read_the_dutch_and_the_english_way(text: str, cents: int) -> None:
    assert money.read_euros(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", "twelve", "12.5000", "1,234", "125,000", "1e5", "１２", "٣", "12.50.00", "9" * 5000],
)
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refusal, match=r"125\.000,00"):
        money.read_euros(text)


def test_more_than_a_hundred_billion_is_refused() -> None:
    with pytest.raises(Refusal, match="hundred billion"):
        money.read_euros("100.000.000.000,01")


@pytest.mark.parametrize("text", ["0", "-1"])
def test_where_an_amount_must_be_something_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="more than 0"):
        money.read_positive_euros(text)


@given(CENTS)
def test_what_is_written_in_a_field_is_read_back(cents: int) -> None:
    assert money.read_euros(money.write_euros(cents)) == cents


@given(CENTS)
def test_a_file_takes_what_is_written_for_it_and_gives_it_back(cents: int) -> None:
    written = money.as_decimal(cents)
    assert decimal_of(written) == Decimal(cents) / 100
    assert money.from_decimal(written) == cents


def test_people_read_an_amount_as_their_language_writes_it(app: Flask) -> None:
    with app.app_context():
        i18n.speak("nl")
        assert money.say_cents(12_500_050) == "€\xa0125.000,50"
        i18n.speak("en")
        assert money.say_cents(12_500_050) == "€125,000.50"
        assert money.say_euros(Fraction(1, 3)) == "€0.33"
        assert money.say_cents(None) == "–"
