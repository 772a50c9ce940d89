"""The library through its pages: who may do what, and what people see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from waardewerk import db
from waardewerk.documents.sheets import Sheet, Workbook, to_xlsx
from waardewerk.testing import SignInAs, UnitOfWork, submit
from waardewerk_procurement.criteria import (
    Criterion,
    find_criteria,
    load_criteria,
    shipped_criteria,
)
from waardewerk_procurement.library import fields as library_fields
from waardewerk_procurement.library import intake
from waardewerk_procurement.library import sheet as library_sheet
from waardewerk_procurement.library.sheet import offers_in
from waardewerk_procurement.library.sheet_reading import MOST_ROWS, read_sheet
from waardewerk_procurement.operations import stocking
from waardewerk_procurement.queries import library

from .setting_up import NOW, a_concept

SHIPPED = shipped_criteria()
AWARD = next(one for one in SHIPPED if one.type == "award_criterion")
KPI = next(one for one in SHIPPED if one.type == "kpi")
LIBRARY = "/procurement/library"
HEADERS = {"Accept-Language": "en"}
LINK = re.compile('class="ww-task__link" href="/procurement/library/criteria/([^"]+)"')
TAKE = f"{LIBRARY}/import/take"
#: One of each type, as it is shipped.
OF_EACH_TYPE = list({one.type: one for one in SHIPPED}.values())


@pytest.fixture
def reader(sign_in_as: SignInAs) -> FlaskClient:
    """Give the browser of who may read dossiers and no more."""
    return sign_in_as("executive_member", level="executive")


@pytest.fixture
def keeper(sign_in_as: SignInAs) -> FlaskClient:
    """Give the browser of who keeps the library."""
    return sign_in_as("adviseur")


def page(browser: FlaskClient, path: str, status: int = 200) -> str:
    """Open a page in English."""
    response = browser.get(path, headers=HEADERS)
    assert response.status_code == status, path
    return response.text


def as_typed(criterion: Criterion, **changes: Any) -> dict[str, Any]:
    """Fill in the form as a person who types a criterion."""
    cells = library_fields.cells_of(criterion)
    first, *also = criterion.values
    chosen = {
        "values": first,
        "also": also,
        "norms": list(criterion.norms),
        "technologies": list(criterion.technologies),
        "kept_by": list(criterion.kept_by),
    }
    return {**{name: text for name, text in cells.items() if name not in ("id", "type")},
            **chosen, **changes}  # fmt: skip


@pytest.fixture
def own(unit_of_work: UnitOfWork) -> str:
    """Add a criterion of the province; return the address of its page."""
    ours = KPI.model_copy(update={"id": "urn:waardewerk:criterion:ons:van-ons"})
    with unit_of_work() as session:
        stocking.add_criterion(session, ours, actor_id=None, now=NOW)
    return f"{LIBRARY}/criteria/van-ons"


def stored(unit_of_work: UnitOfWork, key: str) -> Criterion:
    with unit_of_work() as session:
        return library.find_item(session, key).criterion


@contextmanager
def counting(app: Flask) -> Iterator[Callable[[], int]]:
    """Count what the database is asked."""
    asked: list[str] = []

    def note(_one: Any, _two: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = app.extensions[db.EXTENSION].engine
    event.listen(engine, "before_cursor_execute", note)
    yield lambda: len(asked)
    event.remove(engine, "before_cursor_execute", note)


class TestReading:
    """Everybody inside can find a criterion and read all about it."""

    def test_twenty_at_a_time_until_all_are_there(self, reader: FlaskClient) -> None:
        seen: list[str] = []
        for number in range(1, 9):
            text = page(reader, f"{LIBRARY}?page={number}")
            seen += re.findall(
                r'class="ww-task__link" href="/procurement/library/criteria/([^"]+)"', text
            )
        assert sorted(seen) == sorted(one.key for one in SHIPPED)

    def test_a_page_that_is_not_there_is_another_one(self, reader: FlaskClient) -> None:
        for number in ("0", "-3", "999", "x"):
            assert f"{len(SHIPPED)} criteria" in page(reader, f"{LIBRARY}?page={number}")

    def test_searching_narrows_down(self, reader: FlaskClient) -> None:
        text = page(reader, f"{LIBRARY}?technology=camera&kind=kpi&value=privacy&ambition=2")
        fitting = find_criteria(
            SHIPPED, kind="kpi", ambition=2, value="privacy", technology="camera"
        )
        assert text.count('class="ww-task__link"') == len(fitting) > 0

    def test_what_is_asked_stays_in_the_pages_and_files(self, reader: FlaskClient) -> None:
        text = page(reader, f"{LIBRARY}?kind=minimum_requirement")
        assert "kind=minimum_requirement&amp;page=2" in text
        assert "library.xlsx?kind=minimum_requirement" in text

    def test_a_question_that_does_not_exist_asks_nothing(self, reader: FlaskClient) -> None:
        for query in ("kind=x", "ambition=9", "value=%00", "technology=&origin=z"):
            text = page(reader, f"{LIBRARY}?{query}")
            assert f"{len(SHIPPED)} criteria" in text
            assert "Not a valid choice" not in text

    def test_nothing_found_shows_a_way_back(self, reader: FlaskClient) -> None:
        text = page(reader, f"{LIBRARY}?words=zebrapad")
        assert "No criteria fit this" in text
        assert "library.xlsx" not in text

    def test_a_weight_is_a_range(self, reader: FlaskClient) -> None:
        assert AWARD.weight is not None
        text = page(reader, f"{LIBRARY}/criteria/{AWARD.key}").replace("\u2060", "")
        assert f"{AWARD.weight.least}–{AWARD.weight.most}\u00a0%" in text

    def test_a_page_shows_everything(self, reader: FlaskClient) -> None:
        for one in SHIPPED[::9]:
            text = unescape(page(reader, f"{LIBRARY}/criteria/{one.key}"))
            assert "Have a lawyer check it" in text
            for key in one.kept_by:
                assert f"{LIBRARY}/criteria/{key}" in text
            texts = [one.text, one.question, one.legal.check, one.proportionality.cost]
            for part in filter(None, (*texts, *one.evidence)):
                assert part["nl"] in text
            for source in one.legal.sources:
                assert source in text

    def test_where_it_was_used(self, reader: FlaskClient, unit_of_work: UnitOfWork) -> None:
        assert "not used in a dossier yet" in page(reader, f"{LIBRARY}/criteria/{AWARD.key}")
        with unit_of_work() as session:
            dossier = a_concept(session)
            for criterion in dossier.criteria[:2]:
                criterion.source = AWARD.id
        text = page(reader, f"{LIBRARY}/criteria/{AWARD.key}")
        assert text.count(dossier.title) == 1

    def test_what_is_not_there(self, reader: FlaskClient) -> None:
        page(reader, f"{LIBRARY}/criteria/nergens", 404)

    def test_a_page_asks_the_database_as_much_with_many_as_with_none(
        self, app: Flask, reader: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        page(reader, LIBRARY)
        with counting(app) as asked:
            page(reader, LIBRARY)
            without = asked()
        with unit_of_work() as session:
            for number in range(30):
                urn = f"urn:waardewerk:criterion:ons:nr-{number}"
                ours = KPI.model_copy(update={"id": urn, "family": f"f{number}"})
                stocking.add_criterion(session, ours, actor_id=None, now=NOW)
        with counting(app) as asked:
            page(reader, LIBRARY)
            assert asked() == without


class TestRights:
    """Who may read the library may not write in it."""

    @pytest.mark.parametrize(
        "path",
        ["new", "new/kpi", "import", "criteria/van-ons/change", "criteria/van-ons/retire"],
    )
    def test_only_who_keeps_it_writes(self, reader: FlaskClient, own: str, path: str) -> None:
        page(reader, f"{LIBRARY}/{path}", 403)
        assert path.partition("/")[0] not in ("new", "import") or path not in page(reader, LIBRARY)

    @pytest.mark.parametrize("path", ["new/kpi", "import/take", "criteria/van-ons/offer-again"])
    def test_nor_by_sending_a_form(self, reader: FlaskClient, own: str, path: str) -> None:
        assert submit(reader, f"{LIBRARY}/{path}", on="/account/").status_code == 403

    def test_who_is_not_signed_in_reads_nothing(self, client: FlaskClient) -> None:
        for path in ("", "/criteria/x", ".yaml", ".xlsx", "/template.xlsx"):
            assert client.get(f"{LIBRARY}{path}").status_code in (302, 303, 401)


class TestWriting:
    """A criterion of one's own is typed, checked and kept."""

    def test_each_type_can_be_typed_as_it_is_shipped(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        for one in OF_EACH_TYPE:
            typed = as_typed(one, title_nl=f"Zoals wij {one.type} willen")
            response = submit(keeper, f"{LIBRARY}/new/{one.type}", typed)
            assert response.status_code == 303, response.text
            key = response.location.rpartition("/")[2]
            assert key == f"zoals-wij-{one.type.replace('_', '-')}-willen"
            kept = stored(unit_of_work, key)
            assert kept.model_copy(update={"id": one.id, "title": one.title}) == one

    def test_the_type_is_chosen_first(self, keeper: FlaskClient) -> None:
        assert "kpi" in page(keeper, f"{LIBRARY}/new")
        response = keeper.get(f"{LIBRARY}/new?type=kpi")
        assert response.location == f"{LIBRARY}/new/kpi"
        page(keeper, f"{LIBRARY}/new/nothing", 404)

    def test_one_of_ours_begins_with_what_it_is_based_on(self, keeper: FlaskClient) -> None:
        text = page(keeper, f"{LIBRARY}/new/{AWARD.type}?based_on={AWARD.key}")
        assert AWARD.title["nl"] in text
        page(keeper, f"{LIBRARY}/new/kpi?based_on={AWARD.key}", 404)
        page(keeper, f"{LIBRARY}/new/kpi?based_on=nergens", 404)

    def test_what_is_missing_is_said_beside_each_field(self, keeper: FlaskClient) -> None:
        response = submit(keeper, f"{LIBRARY}/new/wish", {"title_nl": "Alleen dit"})
        assert response.status_code == 422
        for name in ("summary_nl", "text_nl", "values", "step_0_nl", "weight_least", "cost_nl"):
            assert f'id="{name}-error"' in response.text
        assert 'value="Alleen dit"' in response.text

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"weight_least": "20", "weight_most": "10"}, "weight_least"),
            ({"evidence_nl": "een\ntwee\ndrie\nvier\nvijf\nzes\nzeven"}, "evidence_nl"),
            ({"evidence_nl": "een", "evidence_en": "one\ntwo"}, "evidence_nl"),
            ({"legal_sources": "zelfde\nzelfde"}, "legal_sources"),
            ({"family": "Met Hoofdletters"}, "family"),
            ({"weight_least": "101"}, "weight_least"),
            ({"text_nl": "x" * 4001}, "text_nl"),
            ({"title_nl": "nul\x00teken"}, "title_nl"),
            ({"values": "bestaat-niet"}, "values"),
        ],
    )
    def test_what_the_format_refuses_is_said_beside_its_field(
        self, keeper: FlaskClient, changes: dict[str, str], field: str
    ) -> None:
        response = submit(keeper, f"{LIBRARY}/new/{AWARD.type}", as_typed(AWARD, **changes))
        assert response.status_code == 422
        assert f'id="{field}-error"' in response.text

    def test_a_form_that_is_sent_twice_adds_one(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        typed = as_typed(KPI, title_nl="Twee keer")
        first = submit(keeper, f"{LIBRARY}/new/kpi", typed)
        second = submit(keeper, f"{LIBRARY}/new/kpi", typed)
        assert first.location == second.location
        with unit_of_work() as session:
            assert len(library.own_criteria(session)) == 1

    def test_a_change_is_kept(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork, own: str
    ) -> None:
        typed = as_typed(KPI, title_nl="Veranderd", revision="1")
        assert submit(keeper, f"{own}/change", typed).location == own
        assert stored(unit_of_work, "van-ons").title["nl"] == "Veranderd"

    def test_what_another_changed_meanwhile_is_shown_beside_what_was_typed(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork, own: str
    ) -> None:
        submit(keeper, f"{own}/change", as_typed(KPI, title_nl="Van een ander", revision="1"))
        typed = as_typed(KPI, title_nl="Van mij", technologies=["ai"], revision="1")
        response = submit(keeper, f"{own}/change", typed)
        assert response.status_code == 409
        assert "Van een ander" in response.text
        assert 'value="Van mij"' in response.text
        assert 'name="revision" type="hidden" value="2"' in response.text
        assert stored(unit_of_work, "van-ons").title["nl"] == "Van een ander"

    @pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "²"])
    def test_a_number_that_is_none_is_an_older_page(
        self, keeper: FlaskClient, own: str, revision: str
    ) -> None:
        typed = as_typed(KPI, revision=revision)
        assert submit(keeper, f"{own}/change", typed).status_code == 409

    def test_what_came_with_the_product_is_not_changed(self, keeper: FlaskClient) -> None:
        for act in ("change", "retire"):
            page(keeper, f"{LIBRARY}/criteria/{AWARD.key}/{act}", 404)

    def test_retired_and_offered_again(self, keeper: FlaskClient, own: str) -> None:
        assert "van-ons" in page(keeper, f"{LIBRARY}?origin=own")
        submit(keeper, f"{own}/retire", {"revision": "1"})
        assert "van-ons" not in page(keeper, f"{LIBRARY}?origin=own")
        assert "no longer offered" in page(keeper, own)
        submit(keeper, f"{own}/offer-again", {"revision": "2"}, on=own)
        assert "van-ons" in page(keeper, f"{LIBRARY}?origin=own")


class TestCarryingOut:
    """What was searched for leaves as a file that can be read back."""

    def test_a_list_reads_back_byte_for_byte(self, reader: FlaskClient, own: str) -> None:
        content = reader.get(f"{LIBRARY}.yaml").data
        found = load_criteria(content)
        assert len(found.criteria) == len(SHIPPED) + 1
        assert intake.written(found.criteria, owner=found.owner or "").encode() == content

    def test_only_what_was_searched_for_and_what_keeps_its_promise(
        self, reader: FlaskClient
    ) -> None:
        content = reader.get(f"{LIBRARY}.yaml?kind=award_criterion&technology=camera").data
        keys = {one.key for one in load_criteria(content).criteria}
        found = find_criteria(SHIPPED, kind="award_criterion", technology="camera")
        wanted = {one.key for one in found}
        assert wanted < keys
        assert {key for one in SHIPPED if one.key in wanted for key in one.kept_by} <= keys

    def test_a_sheet_and_its_template(self, reader: FlaskClient) -> None:
        response = reader.get(f"{LIBRARY}.xlsx")
        assert response.headers["Content-Disposition"].endswith('-criteria.xlsx"')
        assert len(offers_in(read_sheet(response.data))) == len(SHIPPED)
        assert offers_in(read_sheet(reader.get(f"{LIBRARY}/template.xlsx").data)) == ()

    def test_nothing_found_is_no_file(self, reader: FlaskClient) -> None:
        page(reader, f"{LIBRARY}.yaml?words=zebrapad", 404)


def send(keeper: FlaskClient, content: bytes, name: str = "criteria.xlsx") -> Any:
    """Bring in a file."""
    response = submit(
        keeper,
        f"{LIBRARY}/import",
        {"file": (BytesIO(content), name)},
        content_type="multipart/form-data",
        headers=HEADERS,
    )
    # What a large file was sent from; the test client leaves that open.
    response.request.environ["wsgi.input"].close()
    return response


def take(keeper: FlaskClient, content: str) -> Any:
    """Add what the preview sends along."""
    return submit(keeper, TAKE, {"content": content}, on=f"{LIBRARY}/import")


def content_in(text: str) -> str:
    """Read what the preview sends along."""
    found = re.search(r'name="content" type="hidden" value="([^"]*)"', text)
    assert found is not None
    return unescape(found[1])


def a_sheet(*rows: dict[str, Any]) -> bytes:
    columns = library_sheet.workbook(SHIPPED, str).sheets[0].columns
    cells = [[row.get(name) for name in columns] for row in rows]
    return to_xlsx(Workbook("x", [Sheet("x", columns, cells)]))


class TestBringingIn:
    """A file is looked at first, row by row, and what is good is added."""

    def test_every_row_is_in_the_report(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        same = library_fields.cells_of(KPI)
        new = {**same, "id": "", "title_nl": "Een nieuwe KPI"}
        other = {**same, "title_nl": "Een andere tekst"}
        wrong = {"title_nl": "Zonder iets", "type": "kpi"}
        response = send(keeper, a_sheet(new, wrong, same, other))
        assert response.status_code == 200
        for number, said in enumerate(
            ("Can be added", "Cannot be used", "There already, the same", "with another text"), 2
        ):
            row = response.text.partition(f"Row {number} ")[2].partition("</li>")[0]
            assert said in row
        with unit_of_work() as session:
            assert library.own_criteria(session) == []
        taken = take(keeper, content_in(response.text))
        assert taken.location == f"{LIBRARY}?origin=own"
        assert stored(unit_of_work, "een-nieuwe-kpi").title["nl"] == "Een nieuwe KPI"
        assert stored(unit_of_work, KPI.key) == KPI

    def test_a_list_of_another_province(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        theirs = AWARD.model_copy(update={"id": "urn:example:criterion:buren"})
        whole = intake.standing_alone([theirs], {one.key: one for one in SHIPPED})
        text = intake.written(whole, owner="Buren")
        response = send(keeper, text.encode(), "buren.yaml")
        take(keeper, content_in(response.text))
        assert stored(unit_of_work, "buren") == theirs

    def test_what_is_sent_along_is_checked_again(
        self, keeper: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        for content in ("", "x: [", "criteria:\n  - title: {nl: x}\n", "criteria: []"):
            response = take(keeper, content)
            assert response.status_code in (303, 422)
        with unit_of_work() as session:
            assert library.own_criteria(session) == []

    @pytest.mark.parametrize(
        ("content", "name", "said"),
        [
            (b"type;title\n", "criteria.xlsx", "no Excel file"),
            (b"type;title\n", "criteria.csv", "no Excel file"),
            (b"\xd0\xcf\x11\xe0rest", "criteria.xls", "old Excel"),
            (b"PK\x03\x04rest", "criteria.yaml", "damaged"),
            (b"criteria: [", "criteria.yaml", "Line 2"),
            (b"\xff\xfe\xfa", "criteria.yml", "not right"),
            (b"title: x", "criteria.yaml", "no criteria in this file"),
            (b"", "criteria.yaml", "not right"),
            (b"x" * (3 * 1024 * 1024), "criteria.yaml", "not right"),
            (b"PK\x03\x04" + b"x" * (3 * 1024 * 1024), "criteria.xlsx", "larger than 2 MB"),
        ],
    )
    def test_a_file_that_cannot_be_used_says_why(
        self, keeper: FlaskClient, content: bytes, name: str, said: str
    ) -> None:
        response = send(keeper, content, name)
        assert response.status_code == 422
        assert said in response.text

    def test_no_file_at_all(self, keeper: FlaskClient) -> None:
        response = submit(keeper, f"{LIBRARY}/import", headers=HEADERS)
        assert response.status_code == 422
        assert "Choose a file." in response.text

    def test_a_sheet_that_goes_on_says_up_to_where_it_was_read(self, keeper: FlaskClient) -> None:
        rows = [{"title_nl": f"Rij {number}"} for number in range(MOST_ROWS + 40)]
        response = send(keeper, a_sheet(*rows))
        assert f"goes on after row {MOST_ROWS + 1}" in response.text
        assert f"Row {MOST_ROWS + 1} " in response.text
        assert f"Row {MOST_ROWS + 2} " not in response.text

    def test_what_a_file_holds_is_in_no_log(
        self, keeper: FlaskClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        send(keeper, b"PK\x03\x04geheim", "geheim.xlsx")
        send(keeper, b"geheim: [", "geheim.yaml")
        assert "geheim" not in caplog.text
