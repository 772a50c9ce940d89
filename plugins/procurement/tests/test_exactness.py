"""No figure is ever a float, nothing is left to chance, and calculation is only calculation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import waardewerk_procurement

PACKAGE = Path(waardewerk_procurement.__file__).parent
CALCULATION = [
    PACKAGE / "award" / f"{name}.py"
    for name in (
        "figures",
        "weights",
        "scales",
        "scoring",
        "formulas",
        "ties",
        "awarding",
        "simulation",
        "decisive",
        "consensus",
    )
]
ELSEWHERE = {"flask", "wtforms", "sqlalchemy", "pydantic", "random", "secrets", "time", "datetime"}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("file", CALCULATION, ids=lambda file: file.name)
def test_calculation_knows_no_web_no_database_no_clock_and_no_chance(file: Path) -> None:
    assert set(imported(ast.parse(file.read_text("utf-8")))) & ELSEWHERE == set()


@pytest.mark.parametrize("file", CALCULATION, ids=lambda file: file.name)
def test_calculation_has_no_floats(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
        assert not (isinstance(node, ast.Name) and node.id == "float")
