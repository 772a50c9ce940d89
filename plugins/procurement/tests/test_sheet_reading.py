"""A file that somebody sends is read within bounds, and what is wrong is said by row and column."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from waardewerk_procurement.library import sheet_reading
from waardewerk_procurement.library.sheet_reading import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHARED,
    Fault,
    Row,
    WrongSheet,
    column_letters,
    read_sheet,
)

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
WORKBOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Criteria" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    "<Relationships>"
    '<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>"
)


def packed(sheet: str | bytes, **changes: str | bytes | None) -> bytes:
    """Pack a sheet as an Excel file; ``changes`` replaces other parts, None leaves one out."""
    parts: dict[str, str | bytes | None] = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        **changes,
    }
    return zipped({name: content for name, content in parts.items() if content is not None})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def rows(*inner: str) -> str:
    """Make the XML of a sheet."""
    return f"<worksheet><sheetData>{''.join(inner)}</sheetData></worksheet>"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def written(*lines: list[Any]) -> bytes:
    """Make a file as a spreadsheet program does."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": True}) as book:
        sheet = book.add_worksheet("Criteria")
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                sheet.write(number, place, value)
    return file.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(WrongSheet) as refused:
        read_sheet(content)
    return str(refused.value)


class TestReading:
    """What people fill in comes out as they wrote it."""

    def test_texts_numbers_and_empty_cells(self) -> None:
        sheet = read_sheet(written(["type", None, "é 👋\nmore"], [], [12.5, 7, True]))
        assert sheet.rows == (
            Row(1, {0: "type", 2: "é 👋\nmore"}),
            Row(3, {0: "12.5", 1: "7", 2: "1"}),
        )
        assert sheet.goes_on_after is None

    def test_what_openpyxl_writes(self) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["type", "kpi"])
        book.active["C4"] = "=1+1"
        file = BytesIO()
        book.save(file)
        found = read_sheet(file.getvalue()).rows
        assert found[0].cells == {0: "type", 1: "kpi"}
        assert (found[1].number, [fault.column for fault in found[1].faults]) == (4, ["C"])

    def test_only_the_first_sheet(self) -> None:
        file = BytesIO()
        with Workbook(file) as book:
            book.add_worksheet("One").write(0, 0, "first")
            book.add_worksheet("Two").write(0, 0, "second")
        assert read_sheet(file.getvalue()).rows == (Row(1, {0: "first"}),)

    def test_pieces_of_text_are_put_together_without_how_they_are_pronounced(self) -> None:
        text = "<si><r><t>uit</t></r><r><t>leg</t></r><rPh><t>aside</t></rPh></si>"
        sheet = rows('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
        found = read_sheet(packed(sheet, **{"xl/sharedStrings.xml": f"<sst>{text}</sst>"}))
        assert found.rows == (Row(1, {0: "uitleg"}),)

    def test_cells_without_an_address_follow_each_other(self) -> None:
        sheet = rows("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
        assert read_sheet(packed(sheet)).rows == (Row(1, {0: "1", 1: "2"}), Row(2, {0: "3"}))

    def test_a_carriage_return_of_excel_leaves_no_trace(self) -> None:
        found = read_sheet(packed(rows(f"<row>{cell('A1', 'one_x000D_&#10;two')}</row>")))
        assert found.rows[0].cells == {0: "one\ntwo"}

    @pytest.mark.parametrize(
        ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
    )
    def test_a_column_is_called_as_in_a_spreadsheet(self, place: int, letters: str) -> None:
        assert column_letters(place) == letters


class TestCells:
    """A cell that cannot be trusted is named; the rest of the file stays."""

    def test_a_formula_is_not_computed_and_what_it_last_gave_is_not_trusted(self) -> None:
        sheet = rows(
            '<row r="1"><c r="A1"><v>1</v></c></row>',
            '<row r="7"><c r="B7" t="str"><f>HYPERLINK("http://x")</f><v>wish</v></c>'
            f"{cell('C7', 'kept')}</row>",
        )
        assert read_sheet(packed(sheet)).rows[1] == Row(
            7, {2: "kept"}, (Fault("B", "This cell holds a formula. Put the text itself in it."),)
        )

    @pytest.mark.parametrize("formula", ['<f t="shared" si="0"/>', "<f/>", "<x:f>A1</x:f>"])
    def test_every_way_to_write_a_formula_is_one(self, formula: str) -> None:
        found = read_sheet(packed(rows(f'<row><c r="A1">{formula}<v>1</v></c></row>')))
        assert found.rows[0].cells == {}
        assert [fault.column for fault in found.rows[0].faults] == ["A"]

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ('<c r="A1" t="e"><v>#REF!</v></c>', "an error of the spreadsheet"),
            ('<c r="A1" t="s"><v>9</v></c>', "a text that is not in the file"),
            ('<c r="A1" t="s"><v>-1</v></c>', "a text that is not in the file"),
            (cell("A1", "x" * 32_768), "more than fits in a cell"),
            (cell("XFD1", "x"), "too far to the right"),
        ],
    )
    def test_what_is_wrong_with_a_cell_is_said(self, given: str, message: str) -> None:
        (row,) = read_sheet(packed(rows(f"<row>{given}</row>"))).rows
        assert row.cells == {}
        assert message in row.faults[0].message

    def test_a_row_of_a_million_wrong_cells_names_a_few(self) -> None:
        wrong = "".join(f'<c r="{column_letters(n)}1"><f/></c>' for n in range(16_000))
        (row,) = read_sheet(packed(rows(f"<row>{wrong}</row>"))).rows
        assert len(row.faults) == MOST_COLUMNS


class TestBounds:
    """A hostile file costs no more than an honest one."""

    def test_a_file_that_is_too_large(self) -> None:
        assert "2 MB" in refusal(b"PK\x03\x04" + b"x" * MOST_BYTES)

    @pytest.mark.parametrize(
        "tag", ['<dimension ref="A1:XFD1048576"/>', ""], ids=["tagged", "untagged"]
    )
    def test_a_million_rows_stop_at_the_last_that_is_allowed(self, tag: str) -> None:
        many = "".join(f"<row>{cell('A', 'x')}</row>" for _ in range(80_000))
        found = read_sheet(packed(f"<worksheet>{tag}<sheetData>{many}</sheetData></worksheet>"))
        assert len(found.rows) == MOST_ROWS + 1
        assert found.goes_on_after == MOST_ROWS + 1

    def test_rows_that_are_empty_are_not_counted(self) -> None:
        many = '<row r="1"/>' * 100_000
        found = read_sheet(packed(rows(many, f'<row r="1048576">{cell("A1048576", "x")}</row>')))
        assert found.rows == (Row(1_048_576, {0: "x"}),)

    def test_a_claim_of_a_million_rows_makes_none(self) -> None:
        sheet = '<worksheet><dimension ref="A1:XFD1048576"/><sheetData/></worksheet>'
        assert read_sheet(packed(sheet)).rows == ()

    def test_a_bomb_is_refused_before_it_is_unpacked(self) -> None:
        bomb = packed(b" " * (70 * 1024 * 1024))
        assert len(bomb) < MOST_BYTES
        tracemalloc.start()
        assert "unpacks to more" in refusal(bomb)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 1024 * 1024

    def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_is_unpacked(self) -> None:
        bomb = bytearray(packed(b" " * (40 * 1024 * 1024)))
        # The size that the list at the end of the file gives for the sheet.
        start = bomb.rindex(b"xl/worksheets/sheet1.xml") - 46
        bomb[start + 24 : start + 28] = (50 * 1024 * 1024).to_bytes(4, "little")
        tracemalloc.start()
        assert "unpacks to more" in refusal(bytes(bomb))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 20 * 1024 * 1024

    def test_many_parts(self) -> None:
        parts = {f"xl/drawings/{number}.xml": "" for number in range(300)}
        assert "unpacks to more" in refusal(packed(rows(), **parts))

    def test_more_shared_texts_than_a_sheet_of_criteria_has(self) -> None:
        shared = f"<sst>{'<si><t>x</t></si>' * (MOST_SHARED + 1)}</sst>"
        assert "unpacks to more" in refusal(packed(rows(), **{"xl/sharedStrings.xml": shared}))

    @pytest.mark.parametrize(
        "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"]
    )
    def test_entities_are_not_known(self, part: str) -> None:
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'
        assert "cannot be read" in refusal(packed(rows(), **{part: bomb}))

    def test_an_entity_that_reads_a_file_is_not_known(self) -> None:
        outside = '<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]>'
        sheet = rows(f"<row>{cell('A1', '&p;')}</row>")
        assert "cannot be read" in refusal(packed(outside + sheet))

    def test_a_part_outside_the_file_is_not_followed(self) -> None:
        outside = RELATIONS.replace("worksheets/sheet1.xml", "../../../etc/passwd")
        away = RELATIONS.replace(
            'Target="worksheets/sheet1.xml"', 'Target="http://x/" TargetMode="External"'
        )
        for relations in (outside, away):
            found = packed(rows(), **{"xl/_rels/workbook.xml.rels": relations})
            assert "no Excel file" in refusal(found)


class TestOtherFiles:
    """What is no sheet that can be read says so in words of use."""

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"type;title\nwish;x\n",
            "type;title\nwish;caf\u00e9\n".encode("latin-1"),
            "type\ttitle".encode("utf-16"),
            b"%PDF-1.7",
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            zipped({"[Content_Types].xml": TYPES, "xl/workbook.bin": b"x"}),
        ],
        ids=["empty", "csv", "latin-1", "utf-16", "pdf", "ods", "xlsb"],
    )
    def test_what_is_no_excel_file(self, content: bytes) -> None:
        assert "no Excel file" in refusal(content)

    def test_an_old_excel_or_one_with_a_password(self) -> None:
        assert "old Excel" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    @pytest.mark.parametrize(
        "parts",
        [
            {"xl/vbaProject.bin": b"x"},
            {"XL/VBAPROJECT.BIN": b"x"},
            {"[Content_Types].xml": TYPES.replace("sheet.main", "sheet.macroEnabled.main")},
        ],
        ids=["project", "capitals", "kind"],
    )
    def test_macros(self, parts: dict[str, str | bytes]) -> None:
        assert "macros" in refusal(packed(rows(), **parts))

    def test_a_part_with_a_password(self) -> None:
        content = bytearray(packed(rows()))
        start = content.index(b"PK\x01\x02")
        content[start + 8] |= 1
        assert "password" in refusal(bytes(content))

    def test_no_sheet(self) -> None:
        empty = {"xl/workbook.xml": "<workbook><sheets/></workbook>"}
        assert "no sheet" in refusal(packed(rows(), **empty))

    @pytest.mark.parametrize(
        "sheet",
        [
            b"<worksheet><sheetData><row>",
            b"<worksheet>\xff\xfe\xfa</worksheet>",
            b'<?xml version="1.0" encoding="klingon"?><worksheet/>',
            rows('<row r="x"/>'),
            rows('<row><c t="s"><v>one</v></c></row>'),
        ],
        ids=["cut", "bytes", "encoding", "row", "number"],
    )
    def test_xml_that_is_not_right(self, sheet: str | bytes) -> None:
        assert "cannot be read" in refusal(packed(sheet))

    def test_a_damaged_file(self) -> None:
        content = packed(rows(f"<row>{cell('A1', 'x' * 3000)}</row>"))
        assert "damaged" in refusal(content[: len(content) // 2])

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=8))
    def test_whatever_is_changed_is_read_or_refused(self, changes: list[tuple[int, int]]) -> None:
        content = bytearray(WHOLE)
        for place, byte in changes:
            content[place % len(content)] = byte
        try:
            found = read_sheet(bytes(content))
        except WrongSheet:
            return
        assert len(found.rows) <= MOST_ROWS + 1


WHOLE = written(["type", "title_nl"], ["wish", "Uitleg"], ["kpi", "=A1"])


def test_the_whole_file_of_these_tests_can_be_read() -> None:
    assert [row.number for row in read_sheet(WHOLE).rows] == [1, 2, 3]
    assert sheet_reading.BEGINNINGS[0] == WHOLE[:4]
