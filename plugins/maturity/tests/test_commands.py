from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from waardewerk.config import Config
from waardewerk_maturity import commands
from waardewerk_maturity.operations import shipping

from .conftest import Province

Run = Callable[..., Result]


@pytest.fixture
def run(config: Config, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give what runs a command on this installation, as it is set in the environment."""
    monkeypatch.setenv("WAARDEWERK_VAR", str(config.var))
    monkeypatch.setenv("WAARDEWERK_DATABASE_URL", config.database_url)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(commands.maturity, words)

    return invoke


def test_the_shipped_scan_is_loaded_and_a_scan_is_listed(run: Run, province: Province) -> None:
    assert "is published" in run("load-scan").output
    scan_id = province.open(title="Scan on the list")
    assert f"{scan_id} alone Scan on the list" in run("list").output


def test_a_file_is_loaded_as_a_draft_or_published(run: Run, tmp_path: Path) -> None:
    text = shipping.SHIPPED.read_text("utf-8")
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(text, "utf-8")
    second.write_text(text.replace('"2026.1"', '"2026.2"', 1), "utf-8")
    assert "is a draft" in run("load-scan", str(first)).output
    assert "is published" in run("load-scan", str(second), "--publish").output


@pytest.mark.parametrize("form", commands.FORMATS)
def test_a_report_is_written_in_each_format(
    run: Run, province: Province, tmp_path: Path, form: str
) -> None:
    scan_id = province.agreed()
    target = tmp_path / f"report.{form}"
    result = run("report", str(scan_id), "--format", form, "--output", str(target))
    assert result.exit_code == 0, result.output
    assert target.stat().st_size > 300


def test_a_report_that_cannot_be_made_leaves_no_file(
    run: Run, province: Province, tmp_path: Path
) -> None:
    target = tmp_path / "report.pdf"
    for scan in (str(province.open()), "999"):
        assert run("report", scan, "--output", str(target)).exit_code != 0
    assert run("report", "1", "--language", "xx", "--output", str(target)).exit_code != 0
    assert not target.exists()
