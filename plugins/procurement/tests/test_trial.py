"""The trial: what a formula does with fictitious bids, through the page that officers read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork
from waardewerk_procurement.award.simulation import Estimate
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.trying import NotComplete, rules_of, try_out

from .setting_up import a_concept
from .test_checking import a_draft, a_lot, asked

#: The three bids of the documentation, as somebody types them, and the band around them.
THREE = "100000 32\n125.000,00 40\n60000 5"
TRIED = {"lowest": "50000", "highest": "150000", "bids": THREE}
HALF: dict[str, Any] = {
    "name": "price-band",
    "price_weight": 5000,
    "floor": "50000.00",
    "ceiling": "150000.00",
}


@pytest.fixture
def reader(a_person: AddPerson, sign_in: SignIn) -> FlaskClient:
    """Sign in somebody who may see which prices are expected."""
    return sign_in(a_person({"adviseur"}))


@pytest.fixture
def a_tender(unit_of_work: UnitOfWork) -> Callable[..., int]:
    """Give what adds a tender with one formula and these weights."""

    def add(formula: dict[str, Any] | None = HALF, **changes: Any) -> int:
        with unit_of_work() as session:
            dossier: Dossier = a_concept(session)
            lot = dossier.lots[0]
            lot.formula = formula
            lot.formula_reason = "The market is not known."
            weights = changes.pop("weights", (2500, 2500))
            for one, weight in zip(dossier.criteria[1:3], weights, strict=True):
                one.weight = weight
                one.minimum = changes.get("minimum", "")
            lot.expected_lowest = changes.get("lowest", 5_000_000)
            lot.expected_highest = changes.get("highest", 15_000_000)
            session.flush()
            return dossier.id

    return add


def rows(page: str, caption: str) -> list[list[str]]:
    """Read the rows of the table with this caption."""
    table = page.partition(caption)[2].partition("</table>")[0]
    found = re.findall(r"<tr role=\"row\">(.*?)</tr>", table, re.DOTALL)[1:]
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in found
    ]


FORMULAS = "The same bids under every formula"


def tried(client: FlaskClient, number: int, **query: str) -> str:
    answer = client.get(f"/procurement/{number}/trial", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_three_bids_have_the_winners_of_the_documentation(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    page = tried(reader, a_tender(), **TRIED)
    assert [row[:2] for row in rows(page, FORMULAS)] == [
        ["Lowest price divided by price", "B"],
        ["Straight line from the lowest price to twice that price", "C"],
        ["Straight line from the lowest to the highest price", "C"],
        ["Published price band (chosen)", "A"],
        ["Award on value", "A"],
        ["Price per point of quality", "A, B"],
        ["Points per doubling of the price", "A"],
        ["Fixed price or ceiling", "B"],
    ]
    assert rows(page, FORMULAS)[3][3] == "A: 57.00 pointsB: 52.50 pointsC: 50.00 points"
    assert rows(page, FORMULAS)[4][3].count("€") == 3


def test_without_the_third_bid_the_order_turns_around(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    number = a_tender({"name": "relative-inverse", "price_weight": 5000})
    page = tried(reader, number, **TRIED)
    assert "The order turns around" in page
    assert "Bid C does not win itself and still decides who does." in page
    assert "With it: B. Without it: A." in page
    row = rows(page, FORMULAS)[0]
    assert row[:3] == ["Lowest price divided by price (chosen)", "B", "C"]
    two = tried(reader, number, **{**TRIED, "bids": "100000 32\n125000 40"})
    assert rows(two, FORMULAS)[0][1:3] == ["A", "nobody"]


def test_a_minimum_of_six_makes_seventy_percent_work_like_twenty_eight_points(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    number = a_tender({**HALF, "price_weight": 3000}, weights=(3500, 3500), minimum="6")
    page = tried(reader, number)
    assert "On paper quality counts for 70.00 points." in page
    assert "it works like 28.00 points." in page
    weights = rows(page, "On paper, and between valid bids")
    assert weights == [
        ["Price", "30.00 points", "30.00 points"],
        ["Privacy", "35.00 points", "14.00 points"],
        ["Explainability", "35.00 points", "14.00 points"],
    ]


def test_a_best_score_that_is_seldom_given_makes_quality_weigh_less(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    number = a_tender({**HALF, "price_weight": 3000}, weights=(3500, 3500), minimum="6")
    page = tried(reader, number, lowest="50000", highest="150000", best="8")
    assert "When 8 is the best score that anybody gets" in page
    assert "it works like 14.00 points." in page
    assert rows(page, "On paper, and between valid bids")[0] == [
        "Price",
        "30.00 points",
        "30.00 points",
    ]
    # Who gets no more than the minimum differs from nobody.
    assert "it works like 0.00 points." in tried(
        reader, number, lowest="50000", highest="150000", best="4"
    )


def test_the_page_says_from_which_price_the_least_ethical_bid_wins(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    light = a_tender({**HALF, "price_weight": 9000}, weights=(500, 500))
    page = tried(reader, light)
    # Ten points are a ninth of 100 000 euros: one cent more, and the cheap bid wins.
    assert "Could the least ethical valid bid still win?" in page
    assert "costs €50,000.00" in page
    assert "costs €61,111.12 or more" in page
    heavy = a_tender({**HALF, "price_weight": 3000}, weights=(3500, 3500))
    assert "a bid with full marks on everything always beats it" in tried(reader, heavy)


def test_where_no_price_is_allowed_nothing_is_said_of_the_least_ethical_bid(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    capped = {"name": "fixed-price", "ceiling": "40000.00"}
    page = tried(reader, a_tender(capped, weights=(5000, 5000)))
    assert "That cannot be said" in page
    assert "always beats it" not in page
    assert "Your formula allows none of these bids." in page


def test_fictitious_bids_have_names_in_words(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    bids = [row[0] for row in rows(tried(reader, a_tender()), "nobody sent these in")]
    assert bids == [
        "A: Cheapest, only just good enough",
        "B: Cheap and modest",
        "C: Middle price, good",
        "D: Dearest, full marks",
        "E: Good, but only just on Privacy",
        "F: Good, but only just on Explainability",
    ]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (None, "No formula was chosen yet."),
        (
            {**HALF, "price_weight": 4000},
            "The weights are together 90.00 % and must be exactly 100.00 %.",
        ),
        ({"name": "price-band"}, "must be exactly 100.00 %."),
        ({"name": "made-up"}, "must be exactly 100.00 %."),
    ],
)
def test_rules_that_are_not_complete_say_what_is_missing(
    a_tender: Callable[..., int], reader: FlaskClient, formula: dict[str, Any] | None, said: str
) -> None:
    page = tried(reader, a_tender(formula))
    assert "There is nothing to try yet" in page
    assert said in page


def test_a_criterion_without_a_value_is_named(
    a_tender: Callable[..., int], unit_of_work: UnitOfWork, reader: FlaskClient
) -> None:
    number = a_tender()
    with unit_of_work() as session:
        session.get_one(Dossier, number).criteria[1].value = ""
    assert "This criterion names no value yet." in tried(reader, number)


def test_without_expected_prices_the_page_asks_for_them(
    a_tender: Callable[..., int], reader: FlaskClient
) -> None:
    number = a_tender(lowest=None, highest=None)
    assert "Between which prices do you expect bids?" in tried(reader, number)
    assert rows(tried(reader, number, lowest="50000", highest="150000"), FORMULAS)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"lowest": "veel", "highest": "3"}, "is no amount"),
        ({"lowest": "9", "highest": "3"}, "must be above 0 and below the highest"),
        ({"lowest": "1", "highest": "3", "bids": "100\n1 2"}, "Line 1: Write a price"),
        ({"lowest": "1", "highest": "3", "bids": "1 2\nx 5"}, "Line 2: “x” is no amount"),
        ({"lowest": "1", "highest": "3", "bids": "1 2\n" * 13}, "Try at most 12 bids at once."),
        ({"lowest": "1", "highest": "3", "best": "7.5"}, "Choose a score of the scale."),
    ],
)
def test_prices_and_bids_that_cannot_be_read_are_named(
    a_tender: Callable[..., int], reader: FlaskClient, query: dict[str, str], said: str
) -> None:
    answer = reader.get(f"/procurement/{a_tender()}/trial", query_string=query)
    assert answer.status_code == 422
    assert said in answer.text
    assert FORMULAS not in answer.text


def test_who_only_reads_does_not_see_which_prices_are_expected(
    sign_in_as: SignInAs, a_tender: Callable[..., int]
) -> None:
    number = a_tender()
    reader = sign_in_as("civil_servant")
    assert reader.get(f"/procurement/{number}/trial").status_code == 403
    assert "/trial" not in reader.get(f"/procurement/{number}/checks").text


def test_a_lot_that_is_not_there_is_not_found(
    a_tender: Callable[..., int], reader: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    number = a_tender()
    assert FORMULAS in tried(reader, number, lot="lot-1")
    assert reader.get(f"/procurement/{number}/trial?lot=lot-9").status_code == 404
    with unit_of_work() as session:
        session.get_one(Dossier, number).lots = []
    assert reader.get(f"/procurement/{number}/trial").status_code == 404


EXPECTED = Estimate(Decimal(50_000), Decimal(150_000))


@pytest.mark.parametrize(
    "formula",
    [
        HALF,
        {"name": "relative-linear", "price_weight": 5000},
        {"name": "relative-range", "price_weight": 5000},
        {"name": "logarithmic", "price_weight": 5000, "points_per_doubling": "50"},
        {"name": "price-per-point"},
        {"name": "fixed-price", "price": "100000.00"},
        {"name": "fixed-price", "ceiling": "60000.00"},
    ],
)
def test_each_formula_can_be_tried(formula: dict[str, Any]) -> None:
    weight = 10_000 - formula.get("price_weight", 0)
    lot = a_lot(formula=formula, formula_reason="Needed.")
    draft = a_draft(asked("explain", "award_criterion", weight=weight), lots=(lot,))
    trial = try_out(rules_of(draft, lot), EXPECTED)
    assert len(trial.tried) == 8
    assert trial.chosen.formula.name == formula["name"]
    assert trial.chosen.outcome is not None


def test_an_award_on_value_is_tried_beside_the_band_that_equals_it() -> None:
    # 100 000 euros for quality, and as much between the expected prices: half each.
    lot = a_lot(formula={"name": "award-on-value"})
    one = asked("explain", "award_criterion", worth=10_000_000)
    trial = try_out(rules_of(a_draft(one, lots=(lot,)), lot), EXPECTED)
    assert trial.price_weight == 5000
    by_name = {found.formula.name: found.outcome for found in trial.tried}
    on_value, band = by_name["award-on-value"], by_name["price-band"]
    assert on_value is not None
    assert band is not None
    assert on_value.order == band.order


def test_all_that_is_missing_is_named_at_once() -> None:
    lot = a_lot(formula=None, tie_rule=(), drop_out="")
    with pytest.raises(NotComplete) as wrong:
        rules_of(a_draft(lots=(lot,)), lot)
    assert len(wrong.value.missing) == 3
