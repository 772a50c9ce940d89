"""The page on awarding says what the code does: its samples run, its tables are right."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from waardewerk_procurement.award import award_file
from waardewerk_procurement.award.figures import rounded
from waardewerk_procurement.award.formulas import FORMULAS
from waardewerk_procurement.award.simulation import (
    Estimate,
    Offer,
    alternatives,
    euros_per_point,
    outcomes,
)
from waardewerk_procurement.commands import procurement

from .conftest import THREE

PAGE = (Path(__file__).parents[3] / "docs" / "awarding.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(language: str) -> str:
    (code,) = (code for found, code in BLOCK.findall(PAGE) if found == language)
    return code


def rows_under(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading, without its first two lines."""
    after = PAGE.partition(f"{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table is not None
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_sample_gives_the_table_on_the_page() -> None:
    run = CliRunner().invoke(procurement, ["award", "-"], input=block("json"))
    assert run.exit_code == 0, run.output
    table, origin = run.output.split("\n\ninput_sha256: ")
    assert table == block("text").rstrip("\n")
    assert "waardewerk-procurement" in origin


def test_the_sample_in_python_comes_out_as_the_page_says() -> None:
    exec(block("python"), {})


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("### The whole", award_file.AwardFile),
        ("### The rules", award_file.Rules),
        ("### A scale of numbers", award_file.LinearScale),
        ("### A scale of names", award_file.StepScale),
        ("### A lot", award_file.Lot),
        ("### A criterion", award_file.Criterion),
        ("### A step of the tie rule", award_file.TieStep),
        ("### A bid", award_file.Bid),
    ],
)
def test_each_field_of_the_file_is_in_its_table(heading: str, part: type[BaseModel]) -> None:
    said = {name for row in rows_under(heading) for name in names_in(row[0])}
    assert said == set(part.model_fields)


FORMULAS_HEADING = "## The formulas, and when they mislead"


def test_each_formula_is_there_with_its_numbers() -> None:
    models = {
        get_args(model.model_fields["name"].annotation)[0]: set(model.model_fields) - {"name"}
        for model in get_args(get_args(award_file.Formula)[0])
    }
    rows = rows_under(FORMULAS_HEADING)
    said = {names_in(row[1])[0]: set(names_in(row[3])) for row in rows}
    # In an award on value the number stands with the criterion.
    assert said.pop("award-on-value") == {"worth"}
    assert models.pop("award-on-value") == set()
    assert said == models
    assert [names_in(row[1])[0] for row in rows] == [formula.name for formula in FORMULAS]


@pytest.mark.parametrize("without", ["", "C"])
def test_the_figures_of_the_three_bids_are_those_of_the_code(without: str) -> None:
    expected = Estimate(Decimal(50_000), Decimal(150_000))
    offers = [
        Offer(key, Fraction(price), Fraction(points))
        for key, (price, points) in THREE.items()
        if key != without
    ]
    found = outcomes(alternatives(5_000, expected), offers, euros_per_point(5_000, expected))
    rows = rows_under("50 points off per doubling from € 50 000:\n")
    assert len(rows) == len(found)
    for row, outcome in zip(rows, found, strict=True):
        said = row[5:] if without else row[1:5]
        *figures, first = said
        assert figures == [rounded(total) for total in outcome.totals.values()], row
        assert first == ", ".join(outcome.winners)
