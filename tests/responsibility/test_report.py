"""The register and a request as files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import waardewerk.responsibility
from waardewerk.people.models import Person
from waardewerk.responsibility.advice_file import (
    FORMAT,
    Dissent,
    GivenAnswer,
    TravellingRequest,
    json_schema,
    write_request,
)
from waardewerk.responsibility.operations import advising
from waardewerk.testing import SignIn

from .conftest import NOW, Province, by, function

PACKAGE = Path(waardewerk.responsibility.__file__).parent
SCHEMA = PACKAGE / "schema" / "advice-request.schema.json"

texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=40)
names = st.none() | texts
requests = st.builds(
    TravellingRequest,
    organisation=texts,
    title=texts,
    about=texts,
    question=texts,
    thoughts=names,
    asked_on=st.dates(),
    wanted_by=st.none() | st.dates(),
    asked_by=names,
    answer=st.none()
    | st.builds(
        GivenAnswer,
        text=texts,
        answered_on=st.dates(),
        advisers=st.integers(2, 9),
        names=st.none() | st.lists(texts, max_size=3).map(tuple),
        dissent=st.lists(st.builds(Dissent, text=texts, name=names), max_size=2).map(tuple),
    ),
)


def test_the_schema_in_the_repository_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema()


@given(requests)
def test_a_file_says_what_it_was_made_from(request: TravellingRequest) -> None:
    written = write_request(request)
    assert TravellingRequest.model_validate_json(written) == request
    assert json.loads(written)["format"] == FORMAT


@pytest.fixture
def keeper(sign_in: SignIn, province: Province) -> FlaskClient:
    """Give the browser of who keeps the register, with something in it."""
    province.place(by(province.keeper), question="beheerder", mandate="=1+1")
    body = province.body(intended_result="")
    province.seat(body, name="Outside expert", function="University", is_chair=True)
    province.place(function("Clerk"), question="", title="Looks at sensors", level="executive")
    return sign_in(province.keeper)


def text_of_pdf(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("form", ["pdf", "docx", "odt", "html", "json", "xlsx", "csv"])
def test_the_register_leaves_in_every_format(keeper: FlaskClient, form: str) -> None:
    response = keeper.get(f"/responsibility/register.{form}")
    assert response.status_code == 200
    assert response.data


def test_the_register_on_paper_says_who_what_is_missing_and_what_for(keeper: FlaskClient) -> None:
    text = text_of_pdf(keeper.get("/responsibility/register.pdf").data)
    for part in (
        "Bea Beheerder",
        "Not placed yet: “Who drives it?”",
        "has no intended result",
        "Outside expert, University, chair",
        "Looks at sensors",
        "It gives no marks",
    ):
        assert part in text


def test_the_register_as_a_page_is_well_formed(keeper: FlaskClient) -> None:
    page = keeper.get("/responsibility/register.html").text
    tree = etree.fromstring(page.encode(), etree.HTMLParser())
    assert len(tree.findall(".//h1")) == 1
    assert "Bea Beheerder" in page


def test_the_register_as_rows_holds_each_question_and_no_formula(keeper: FlaskClient) -> None:
    content = keeper.get("/responsibility/register.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 8
    own = next(row for row in rows if row["Responsibility"] == "Looks at sensors")
    kept = next(row for row in rows if row["Who"] == "Bea Beheerder")
    assert (own["Question"], own["Who"]) == ("", "Clerk")
    assert kept["Mandate"] == "'=1+1"
    assert sum(row["Who"] == "Not placed yet" for row in rows) == 6


def file_of(sign_in: SignIn, person: Person, request: int) -> dict[str, Any]:
    response = sign_in(person).get(f"/advice/{request}/request.json")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_a_request_travels_without_names_unless_the_asker_says_otherwise(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.answer(asker, *advisers)
    third = province.add("adviseur", name="Cas")
    with province.work() as session:
        advising.dissent(session, request, "A wire counts too.", actor_id=third.id, now=NOW)
    file = file_of(sign_in, advisers[0], request)
    assert file["answer"]["advisers"] == 2
    assert file["answer"]["dissent"] == [{"text": "A wire counts too."}]
    assert not any(name in str(file) for name in ("Vera", "Ada", "Bo A", "Cas"))
    with province.work() as session:
        advising.let_names_travel(session, request, may_travel=True, actor_id=asker.id, now=NOW)
    file = file_of(sign_in, advisers[0], request)
    assert file["asked_by"] == "Vera Vraagt"
    assert file["answer"]["names"] == ["Ada Adviseur", "Bo Adviseur"]
    assert file["answer"]["dissent"] == [{"text": "A wire counts too.", "name": "Cas"}]


def test_a_text_that_is_still_being_written_stays_inside(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    province.write(request, advisers[0], text="A draft that nobody may quote.")
    file = file_of(sign_in, asker, request)
    assert "answer" not in file
    assert "draft" not in str(file)


@pytest.mark.parametrize("form", ["pdf", "docx", "odt", "html"])
def test_a_request_leaves_as_a_document_with_the_same_content(
    province: Province,
    asker: Person,
    advisers: tuple[Person, Person],
    sign_in: SignIn,
    form: str,
) -> None:
    request = province.answer(asker, *advisers)
    content = sign_in(advisers[0]).get(f"/advice/{request}/request.{form}").data
    assert content
    if form == "pdf":
        text = text_of_pdf(content)
        assert "Do we want to count people with cameras?" in text
        assert "2 advisers put their name to it." in text
        assert "Vera" not in text
