"""The command line: save a framework, check a file, bring one in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from waardewerk import cli
from waardewerk.testing import UnitOfWork
from waardewerk.values import queries
from waardewerk.values.framework import Framework, write_framework
from waardewerk.values.registry import framework_of

from .conftest import SMALL, Adopt

Run = Callable[..., Result]
NOW = datetime.now(UTC)


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """Give what runs ``waardewerk values …`` on the same database."""
    environment = {"WAARDEWERK_DATABASE_URL": database_url, "WAARDEWERK_VAR": str(tmp_path / "c")}

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli.cli, ["values", *words], env=environment)

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kader.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_file_becomes_a_draft_and_comes_out_the_same(
    run: Run, file: Path, unit_of_work: UnitOfWork, small: Framework, tmp_path: Path
) -> None:
    assert run("import", str(file)).output == "Version 1 is a draft.\n"
    with unit_of_work() as session:
        assert framework_of(queries.get_draft(session)) == small
    assert run("export", "--version", "1").output == write_framework(small)
    saved = tmp_path / "saved.yaml"
    assert run("export", "--version", "1", "--output", str(saved)).exit_code == 0
    assert saved.read_text("utf-8") == write_framework(small)
    again = run("import", str(file))
    assert again.exit_code == 1
    assert "Version 1 is being written already." in again.output


def test_what_is_in_force_comes_out_by_itself(
    run: Run, unit_of_work: UnitOfWork, small: Framework, adopt_now: Adopt
) -> None:
    assert "There is no value framework in force yet." in run("export").output
    with unit_of_work() as session:
        adopt_now(session, small, now=NOW)
    assert run("export").output == write_framework(small)
    assert "This version does not exist." in run("export", "--version", "7").output


def test_a_list_of_others_is_kept_once(run: Run, file: Path) -> None:
    assert run("import", "--as-list", str(file)).output == "List 1 is kept.\n"
    assert run("import", "--as-list", str(file)).output == "List 1 is here already.\n"


def test_a_next_version_says_why(
    run: Run, file: Path, unit_of_work: UnitOfWork, small: Framework, adopt_now: Adopt
) -> None:
    with unit_of_work() as session:
        adopt_now(session, small, now=NOW)
    assert "Say why there is a new version." in run("import", str(file)).output
    assert run("import", str(file), "--why", "Samen.").output == "Version 2 is a draft.\n"


def test_a_file_is_checked_without_a_database(file: Path, tmp_path: Path) -> None:
    unreachable = {"WAARDEWERK_VAR": "/nowhere/at/all"}

    def check() -> Result:
        return CliRunner().invoke(cli.cli, ["values", "check", str(file)], env=unreachable)

    assert check().output == (
        "This file can be used: 2 values, 1 principles, 1 norms, in nl, en.\n"
    )
    file.write_text(SMALL.replace("because", "want"), encoding="utf-8")
    wrong = check()
    assert wrong.exit_code == 1
    lines = wrong.output.splitlines()
    assert len(lines) == 6
    assert all("line " in line for line in lines)
    file.write_bytes(b"x" * (1024 * 1024 + 1))
    assert "larger than 1024 kB" in check().output
