from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from waardewerk import audit
from waardewerk.testing import UnitOfWork
from waardewerk_participation import commands
from waardewerk_participation.grouping.engines import ENGINES
from waardewerk_participation.grouping.letters import MOST_GROUPS
from waardewerk_participation.models import (
    ImportedParticipant,
    ImportedVote,
    Result,
    Round,
    Statement,
)

from .conftest import Files, Run, camps

TABLES = (Round, Statement, ImportedParticipant, ImportedVote, Result)


def groups_in(text: str) -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(text)))
    return {row["participant_id"]: row["group_id"] for row in rows}


def sizes(unit_of_work: UnitOfWork) -> list[int | None]:
    with unit_of_work() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


@pytest.fixture
def imported(run: Run, exported: Files) -> Files:
    """Bring the conversation in under the name data."""
    result = run("import-polis", exported.folder, "--slug", "data")
    assert result.exit_code == 0, result.output
    assert "50 participants, 20 statements (1 rejected)" in result.output
    return exported


def test_what_is_brought_in_is_kept_as_imported_open_data(
    run: Run, imported: Files, unit_of_work: UnitOfWork
) -> None:
    assert sizes(unit_of_work) == [1, 20, 50, len(camps()), 2]
    with unit_of_work() as session:
        found = session.scalars(select(Round)).one()
        assert (found.slug, found.title, found.is_imported) == ("data", "What about data?", True)
        (entry,) = audit.entries_about(session, f"round:{found.id}")
        assert entry.details == {"participants": 50, "statements": 20, "votes": len(camps())}
    assert run("list").output == "data (imported open data): What about data?\n"


def test_everybody_is_listed_with_their_group(run: Run, imported: Files) -> None:
    for engine in commands.ENGINES:
        found = groups_in(run("groups", "data", "--engine", engine).output)
        assert list(found) == [str(person) for person in range(50)]
        assert len({found[str(person)] for person in range(30)}) == 1
        assert len(set(found.values())) == 2
        as_one = groups_in(run("groups", "data", "--engine", engine, "--k", "1").output)
        assert as_one == dict.fromkeys(found, "A")


def test_who_is_in_no_group_has_an_empty_one(run: Run, files: Files) -> None:
    files.export({**camps(), (60, 1): 1})
    rows = [*files.rows("participants-votes.csv")]
    files.write("participants-votes.csv", [*rows, [70, "", 0, 0, *[""] * 20]])
    assert run("import-polis", files.folder, "--slug", "data").exit_code == 0
    found = groups_in(run("groups", "data").output)
    assert (found["60"], found["70"]) == ("", "")
    assert found["0"] == "A"


def test_as_json_all_figures_come_with_how_they_were_found(run: Run, imported: Files) -> None:
    told = json.loads(run("groups", "data", "--format", "json").output)
    assert told["engine"] == "stable"
    assert told["sizes"] == {"A": 30, "B": 20}
    assert told["likeness_to_published_groups"] == 1.0
    assert {one["group_id"] for one in told["participants"]} == {"A", "B"}
    assert [one["statement_id"] for one in told["statements"]] == [
        number for number in range(20) if number != 3
    ]
    first = told["statements"][0]
    votes = [vote for (_person, statement), vote in camps().items() if statement == 0]
    assert first["agrees"] == votes.count(1)
    assert first["disagrees"] == votes.count(-1)
    assert sum(group["agrees"] for group in first["groups"].values()) == first["agrees"]
    assert set(told["representative"]) == {"A", "B"}
    assert told["smallest_group"] == "B"


def test_a_count_comes_out_the_same_and_says_so(run: Run, imported: Files) -> None:
    result = run("recount", "data")
    assert result.exit_code == 0
    assert result.output.count("the same, bit for bit") == 2


def test_a_count_that_comes_out_otherwise_says_where(
    run: Run, imported: Files, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.execute(update(ImportedVote).where(ImportedVote.participant == 4).values(value=0))
    result = run("recount", "data")
    assert result.exit_code == 1
    assert "stable: NOT the same; it differs in input_hash" in result.output


def test_the_same_name_twice_is_refused_and_removing_makes_room(
    run: Run, imported: Files, unit_of_work: UnitOfWork
) -> None:
    again = run("import-polis", imported.folder, "--slug", "data")
    assert again.exit_code == 1
    assert again.output == "Error: There is a round “data” already: choose another name.\n"
    assert run("remove", "data").output == "data is removed.\n"
    assert sizes(unit_of_work) == [0, 0, 0, 0, 0]
    assert run("import-polis", imported.folder, "--slug", "data").exit_code == 0


def test_a_name_that_cannot_be_one_is_refused(run: Run, exported: Files) -> None:
    for slug in ("", "Data", "a b", "../x", "x" * 65, "-x"):
        result = run("import-polis", exported.folder, f"--slug={slug}")
        assert result.exit_code == 1
        assert "A short name has small letters" in result.output


def test_of_a_wrong_export_nothing_is_kept(
    run: Run, exported: Files, unit_of_work: UnitOfWork
) -> None:
    rows = exported.rows("votes.csv")
    exported.write("votes.csv", [*rows, [9, "", 1, 1, 7]])
    result = run("import-polis", exported.folder, "--slug", "data")
    assert result.exit_code == 1
    assert result.output == f"Error: votes.csv, line {len(rows) + 1}: 7 is not -1, 0 or 1.\n"
    assert sizes(unit_of_work) == [0, 0, 0, 0, 0]


def test_files_that_differ_are_said(run: Run, exported: Files) -> None:
    rows = exported.rows("participants-votes.csv")
    exported.write("participants-votes.csv", [*rows[:-1], [*rows[-1][:4], *["0"] * 20]])
    result = run("import-polis", exported.folder, "--slug", "data")
    assert "The files differ on" in result.output


def test_a_round_that_does_not_exist_is_refused(run: Run) -> None:
    for command in ("groups", "recount", "remove"):
        result = run(command, "nothing")
        assert result.exit_code == 1
        assert result.output == "Error: There is no round “nothing”.\n"


def test_a_round_of_ones_own_is_refused(run: Run, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        session.add(Round(slug="own", title="Own", is_imported=False, made_at=datetime.now(UTC)))
    for command in ("groups", "remove"):
        result = run(command, "own")
        assert result.exit_code == 1
        assert "imported open data" in result.output
    with unit_of_work() as session:
        assert session.scalar(select(Round.slug)) == "own"


def test_a_number_of_groups_that_cannot_be_is_refused(run: Run, files: Files) -> None:
    files.export(camps((8,)))
    run("import-polis", files.folder, "--slug", "small")
    result = run("groups", "small", "--k", "3")
    assert result.exit_code == 1
    assert result.output == "Error: these people cannot be divided into 3 groups of at least 5\n"


def test_before_the_tables_are_there_the_way_to_make_them_is_said(
    run: Run, exported: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("list")
    monkeypatch.setenv("WAARDEWERK_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    result = run("import-polis", exported.folder, "--slug", "data")
    assert result.exit_code == 1
    assert "db upgrade" in result.output


def test_the_words_on_the_command_line_are_those_of_the_engines() -> None:
    assert set(commands.ENGINES) == set(ENGINES)
    assert commands.MOST_GROUPS == MOST_GROUPS


def test_help_needs_no_numpy() -> None:
    code = (
        "import sys; from click.testing import CliRunner;"
        "from waardewerk_participation.commands import participation;"
        "CliRunner().invoke(participation, ['groups', '--help']);"
        "sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
