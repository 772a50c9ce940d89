import csv
import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.documents import Sheet, Workbook, to_csv, to_xlsx

HARMFUL = ['=HYPERLINK("https://voorbeeld.nl")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\x00=1"]


def read(workbook: Workbook) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(to_xlsx(workbook)))


def read_csv(sheet: Sheet) -> list[list[str]]:
    return list(csv.reader(StringIO(to_csv(sheet).decode("utf-8-sig"), newline="")))


@pytest.fixture
def a_sheet() -> Sheet:
    return Sheet(
        "Thema's",
        ["Thema", "Nu", "Gewogen", "Datum", "Gezien", "Afgesproken", "Leeg"],
        [
            [
                "Kennis, en meer",
                -2,
                Decimal("1.5"),
                dt.date(2026, 10, 14),
                dt.datetime(2026, 10, 14, 9, 30, tzinfo=dt.UTC),
                True,
                None,
            ]
        ],
    )


def test_cells_keep_their_kind_in_excel(a_sheet: Sheet) -> None:
    page = read(Workbook("Scan", [a_sheet])).worksheets[0]
    theme, now, weighed, date, seen, agreed, empty = (cell.value for cell in page[2])
    assert (theme, now, weighed, agreed, empty) == ("Kennis, en meer", -2, 1.5, True, None)
    assert isinstance(date, dt.datetime)
    assert date.isoformat() == "2026-10-14T00:00:00"
    assert isinstance(seen, dt.datetime)
    assert seen.isoformat() == "2026-10-14T09:30:00"


def test_the_first_row_of_a_sheet_stands_still(a_sheet: Sheet) -> None:
    page = read(Workbook("Scan", [a_sheet])).worksheets[0]
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in page[1]][:2] == ["Thema", "Nu"]


@pytest.mark.parametrize("text", [*HARMFUL, "https://voorbeeld.nl", "12", "mailto:a@b.nl"])
def test_what_people_wrote_is_text_in_excel(text: str) -> None:
    page = read(Workbook("Scan", [Sheet("A", [text], [[text]])])).worksheets[0]
    for cell in (page["A1"], page["A2"]):
        assert cell.data_type == "s"
        assert cell.hyperlink is None


@pytest.mark.parametrize("text", HARMFUL)
def test_text_that_looks_like_a_formula_is_neutralised_in_csv(text: str) -> None:
    head, row = read_csv(Sheet("A", [text], [[text]]))
    assert head[0].startswith("'")
    assert row[0].startswith("'")


@given(st.text())
def test_no_text_in_csv_starts_with_the_sign_of_a_formula(text: str) -> None:
    _, *rows = read_csv(Sheet("A", ["A", "B"], [[text, "x"]]))
    assert not rows[0][0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_and_dates_stay_what_they_are_in_csv(a_sheet: Sheet) -> None:
    assert read_csv(a_sheet)[1] == [
        "Kennis, en meer",
        "-2",
        "1.5",
        "2026-10-14",
        "2026-10-14T09:30:00+00:00",
        "True",
        "",
    ]


def test_csv_follows_the_standard_and_opens_in_excel(a_sheet: Sheet) -> None:
    written = to_csv(a_sheet)
    assert written.startswith(b"\xef\xbb\xbfThema,Nu,")
    assert written.endswith(b"\r\n")
    assert b'"Kennis, en meer"' in written


@pytest.mark.parametrize(
    "titles",
    [
        ["[Thema]:*?/\\", "", "'", "T" * 40, "T" * 41, "t" * 31],
        ["", ""],
        ["Zelfde", "zelfde", "ZELFDE"],
    ],
)
def test_any_title_makes_a_name_that_excel_takes(titles: list[str]) -> None:
    names = read(Workbook("Scan", [Sheet(title, ["A"], []) for title in titles])).sheetnames
    assert len({name.lower() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 for name in names)


def test_columns_have_a_sensible_width() -> None:
    page = read(Workbook("Scan", [Sheet("A", ["Nr", "Reden"], [["1", "x" * 500]])])).worksheets[0]
    assert page.column_dimensions["A"].width == pytest.approx(8, abs=1)
    assert page.column_dimensions["B"].width == pytest.approx(60, abs=1)


def test_a_column_to_fill_in_offers_its_closed_list() -> None:
    sheet = Sheet("To fill in", ["name", "kind"], [], choices={1: ("wish", "kpi")})
    page = openpyxl.load_workbook(BytesIO(to_xlsx(Workbook("x", [sheet])))).active
    (rule,) = page.data_validations.dataValidation
    assert (rule.type, rule.formula1) == ("list", '"wish,kpi"')
    assert "B2" in rule.cells
    assert "A2" not in rule.cells


def test_text_longer_than_a_cell_takes_is_cut_in_excel() -> None:
    page = read(Workbook("Scan", [Sheet("A", ["A"], [["x" * 40_000]])])).worksheets[0]
    assert len(str(page["A2"].value)) == 32_767


def test_unprintable_characters_are_gone() -> None:
    sheet = Sheet("A\x00", ["B\x07"], [["nul\x00bel\ud800"]])
    assert read(Workbook("Scan\x00", [sheet])).worksheets[0]["A2"].value == "nulbel\ufffd"
    assert read_csv(sheet) == [["B"], ["nulbel\ufffd"]]


def test_a_row_is_as_wide_as_its_sheet() -> None:
    with pytest.raises(ValueError, match="Row 1 has 2 cells and the sheet has 1 columns"):
        Sheet("A", ["A"], [["1", "2"]])


def test_a_workbook_has_a_sheet() -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        Workbook("Scan", [])
