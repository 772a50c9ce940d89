"""The library on the command line: out as a file, in from one, with a line for every row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from waardewerk.testing import UnitOfWork
from waardewerk_procurement.commands import procurement
from waardewerk_procurement.criteria import load_criteria, shipped_criteria
from waardewerk_procurement.library import intake
from waardewerk_procurement.library.sheet import offers_in
from waardewerk_procurement.library.sheet_reading import read_sheet
from waardewerk_procurement.queries import library

SHIPPED = shipped_criteria()
KPI = next(one for one in SHIPPED if one.type == "kpi")
OURS = KPI.model_copy(update={"id": "urn:waardewerk:criterion:ons:van-ons"})
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, database_url: str, tmp_path: Path) -> Run:
    """Give what runs ``waardewerk procurement library …`` on the same database."""
    environment = {"WAARDEWERK_DATABASE_URL": database_url, "WAARDEWERK_VAR": str(tmp_path / "c")}

    def command(*words: str) -> Result:
        return CliRunner().invoke(procurement, ["library", *words], env=environment)

    return command


def test_what_goes_in_comes_out(run: Run, unit_of_work: UnitOfWork, tmp_path: Path) -> None:
    file = tmp_path / "ons.yaml"
    file.write_text(intake.written([OURS], owner=""), "utf-8")
    assert "taken: " in run("check", str(file)).output
    with unit_of_work() as session:
        assert library.own_criteria(session) == []
    assert run("import", str(file)).exit_code == 0
    assert "same: " in run("import", str(file)).output
    saved = tmp_path / "saved.yaml"
    assert run("export", "--output", str(saved)).exit_code == 0
    assert load_criteria(saved.read_bytes()).criteria == (OURS,)


def test_all_that_is_shipped_as_a_sheet(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"
    said = run("export", "--from", "shipped", "--format", "xlsx", "--output", str(saved))
    assert said.exit_code == 0, said.output
    assert len(offers_in(read_sheet(saved.read_bytes()))) == len(SHIPPED)
    assert f"Row {len(SHIPPED) + 1}: same: " in run("check", str(saved)).output


def test_a_row_that_cannot_be_used_is_named_and_the_rest_is_kept(
    run: Run, unit_of_work: UnitOfWork, tmp_path: Path
) -> None:
    file = tmp_path / "half.yaml"
    half = intake.written([OURS], owner="") + '  - title: {nl: "Alleen dit"}\n'
    file.write_text(half, "utf-8")
    said = run("import", str(file))
    assert said.exit_code == 1
    assert "refused: Alleen dit\n  “type” is missing." in said.output
    with unit_of_work() as session:
        assert [one.urn for one in library.own_criteria(session)] == [OURS.id]


def test_nothing_to_write(run: Run) -> None:
    said = run("export")
    assert said.exit_code == 1
    assert "no such criteria" in said.output
