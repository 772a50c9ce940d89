from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import TypeAdapter

import waardewerk_participation
from waardewerk_participation import result_file
from waardewerk_participation.models import Participant, Statement
from waardewerk_participation.operations.trail import head_of, log
from waardewerk_participation.small_cells import PUBLIC

from .conftest import NOW, OwnRounds, camps
from .counted import conclude, count, of_statements, shown

SCHEMA = Path(waardewerk_participation.__file__).parent / "schema/participation-result.schema.json"
#: Large enough that next to no number is small.
CELLS = of_statements(camps((160, 120), 10))
FORMS = ("pdf", "docx", "odt", "html", "csv", "json", "zip")

Fetch = Callable[[str], bytes]


@pytest.fixture
def counted(own_rounds: OwnRounds) -> OwnRounds:
    """Give a round that was closed and counted, with a statement that was rejected."""
    own_rounds.open(statements=10)
    own_rounds.vote(CELLS)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        session.add(
            Statement(round_id=found.id, number=11, text="Rejected words.", state="rejected")
        )
    conclude(own_rounds)
    return own_rounds


@pytest.fixture
def fetch(counted: OwnRounds, client: FlaskClient) -> Fetch:
    """Give what fetches a file as everybody can."""

    def one(form: str) -> bytes:
        response = client.get(f"/r/cameras/results.{form}")
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        return response.data

    return one


def in_zip(content: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert set(archive.namelist()) == {"summary.csv", "comments.csv", "comment-groups.csv"}
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_the_same_count_stands_in_every_file_and_on_the_page(
    counted: OwnRounds, fetch: Fetch, client: FlaskClient
) -> None:
    truth = {
        number: [value for (_person, one), value in CELLS.items() if one == number]
        for number in range(1, 11)
    }
    told = {one["number"]: one for one in json.loads(fetch("json"))["result"]["statements"]}
    rows = list(csv.DictReader(io.StringIO(fetch("csv").decode("utf-8-sig"))))
    everybody = {int(row["statement"]): row for row in rows if not row["who"]}
    comments = {int(row["comment-id"]): row for row in in_zip(fetch("zip"), "comments.csv")}
    groups = {int(row["comment-id"]): row for row in in_zip(fetch("zip"), "comment-groups.csv")}
    assert set(told) == set(everybody) == set(comments) == set(groups) == set(truth)
    seen = 0
    for number, votes in truth.items():
        agrees = told[number]["everyone"]["agrees"]
        assert agrees in (None, votes.count(1))
        shown_as = "" if agrees is None else str(agrees)
        assert everybody[number]["agrees"] == comments[number]["agrees"] == shown_as
        assert groups[number]["total-agrees"] == shown_as
        seen += agrees is not None
    assert seen > 5
    page = client.get("/r/cameras/results").text
    for number, row in everybody.items():
        figures = re.search(
            rf'<th scope="row" role="rowheader">{number}\. <span.*?</tr>', page, re.DOTALL
        )
        assert figures is not None
        if row["reactions"]:
            assert f"<span>{row['reactions']}</span>" in figures.group()


def test_what_groups_add_up_to_is_what_everybody_did(fetch: Fetch) -> None:
    for one in json.loads(fetch("json"))["result"]["statements"]:
        for what in ("agrees", "disagrees", "passes"):
            parts = [figures[what] for figures in one["groups"].values()]
            whole = one["everyone"][what]
            if whole is not None and None not in parts:
                # Who is in no group counts in the total alone.
                rest = whole - sum(parts)
                assert rest == 0 or rest >= PUBLIC


def test_no_file_names_a_participant_or_a_rejected_statement(
    counted: OwnRounds, fetch: Fetch
) -> None:
    with counted.work() as session:
        pids = [row.pid for row in session.query(Participant)]
    for form in FORMS:
        content = fetch(form)
        plain = content
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                plain = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Rejected words" not in plain
        for pid in pids:
            assert pid not in plain
            assert pid.hex().encode() not in plain


def test_a_statement_that_is_hidden_later_leaves_every_file(
    counted: OwnRounds, fetch: Fetch
) -> None:
    with counted.work() as session:
        session.query(Statement).filter_by(number=4).one().state = "doubted"
    assert "Statement 4." not in fetch("csv").decode()
    assert "Statement 4." not in fetch("json").decode()
    assert 4 not in {one["number"] for one in json.loads(fetch("json"))["result"]["statements"]}
    assert "Statement 4." not in fetch("html").decode()


def test_the_json_is_as_its_schema_says(fetch: Fetch) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema == result_file.json_schema()
    read = TypeAdapter(result_file.ResultFile).validate_json(fetch("json"))
    assert read.format == "waardewerk/participation-result@1"
    assert len(read.statements) == len(read.result.statements) == 10


def test_a_result_that_leaves_carries_a_mark_of_what_was_done_with_the_round_until_then(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open(statements=10)
    own_rounds.vote(CELLS)
    heads = []
    for act in ("one", "two"):
        with own_rounds.work() as session:
            log(session, f"round.{act}", own_rounds.get(session), None, NOW, {})
            heads.append(head_of(session, own_rounds.get(session)))
        if act == "one":
            count(own_rounds)
    # What was done after it was published is covered by the next one.
    assert json.loads(client.get("/r/cameras/results.json").data)["trail"] == heads[0]
    assert str(heads[0]) in client.get("/r/cameras/results").text
    conclude(own_rounds)
    assert json.loads(client.get("/r/cameras/results.json").data)["trail"] == heads[1]


def test_a_format_that_is_not_there_and_a_round_without_a_count_are_not_found(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open()
    assert client.get("/r/cameras/results.exe").status_code == 404
    assert client.get("/r/cameras/results.csv").status_code == 404
    assert client.get("/r/nothing/results").status_code == 404


def test_while_people_vote_files_hold_no_number_that_can_be_counted_on(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open(statements=10)
    own_rounds.vote(CELLS)
    count(own_rounds)
    for one in shown(own_rounds, "public").statements:
        for figures in (one.everyone, *one.groups.values()):
            assert (figures.agrees, figures.disagrees, figures.passes) == (None, None, None)
            assert (figures.reactions or 0) % 10 == 0
    rows = csv.DictReader(io.StringIO(client.get("/r/cameras/results.csv").data.decode()))
    assert {row["agrees"] for row in rows} == {""}
