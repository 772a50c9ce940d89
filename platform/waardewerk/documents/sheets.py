"""Rows and columns for a spreadsheet, as Excel and as CSV.

What people wrote never becomes a formula or a link. In CSV a text that starts with a sign that a
spreadsheet reads as a formula gets an apostrophe in front; numbers stay numbers and dates are ISO.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from waardewerk.documents.characters import printable

if TYPE_CHECKING:
    from xlsxwriter import Workbook as ExcelWorkbook

Cell = str | int | float | Decimal | bool | dt.date | dt.datetime | None

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_NARROWEST, _WIDEST = 8, 60
#: How far down a closed list is offered: further than people fill in by hand.
_ROWS_TO_FILL_IN = 1000


@dataclass(frozen=True)
class Sheet:
    """One table of cells under a title."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    #: Of a sheet that people fill in: the closed list of a column, by its place from 0.
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Row {number} has {len(row)} cells and the sheet has "
                    f"{len(self.columns)} columns: make them equal."
                )


@dataclass(frozen=True)
class Workbook:
    """Some sheets that belong together."""

    title: str
    sheets: Sequence[Sheet]

    def __post_init__(self) -> None:
        if not self.sheets:
            raise ValueError("Give the workbook at least one sheet.")


def to_xlsx(workbook: Workbook) -> bytes:
    """Return the workbook as an Excel file, the first row of each sheet standing still."""
    from xlsxwriter import Workbook as ExcelWorkbook

    file = BytesIO()
    excel = ExcelWorkbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    excel.set_properties({"title": printable(workbook.title)})
    formats = _formats(excel)
    names = _sheet_names(sheet.title for sheet in workbook.sheets)
    for name, sheet in zip(names, workbook.sheets, strict=True):
        _write_sheet(excel.add_worksheet(name), sheet, formats)
    excel.close()
    return file.getvalue()


def to_csv(sheet: Sheet) -> bytes:
    """Return the sheet as CSV by RFC 4180, in UTF-8.

    It starts with a byte order mark: without it Excel reads the text as another encoding.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_csv_cell(title) for title in sheet.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell) -> str | int | float | Decimal:
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, str):
        # Signs are looked for before control characters go, for a tab is one of both.
        harmful = cell.startswith(_FORMULA_SIGNS) or printable(cell).startswith(_FORMULA_SIGNS)
        return f"'{printable(cell)}" if harmful else printable(cell)
    return "" if cell is None else cell


def _formats(excel: "ExcelWorkbook") -> dict[str, Any]:
    wrapped = {"text_wrap": True, "valign": "top"}
    return {
        "head": excel.add_format({**wrapped, "bold": True, "bottom": 1, "bg_color": "#F2F6FA"}),
        "text": excel.add_format(wrapped),
        "date": excel.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "moment": excel.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"}),
        "number": excel.add_format({"valign": "top"}),
    }


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for place, title in enumerate(sheet.columns):
        page.set_column(place, place, _width([title, *(row[place] for row in sheet.rows)]))
        page.write_string(0, place, printable(title), formats["head"])
    for number, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row):
            _write_cell(page, number, place, cell, formats)
    for place, choices in sheet.choices.items():
        rule = {"validate": "list", "source": list(choices)}
        page.data_validation(1, place, _ROWS_TO_FILL_IN, place, rule)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)


def _write_cell(page: Any, row: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            return
        case str():
            page.write_string(row, place, printable(cell)[:_LONGEST_TEXT], formats["text"])
        case bool():
            page.write_boolean(row, place, cell, formats["number"])
        case dt.datetime():
            # Excel knows no time zones.
            page.write_datetime(row, place, cell.replace(tzinfo=None), formats["moment"])
        case dt.date():
            page.write_datetime(row, place, cell, formats["date"])
        case _:
            page.write_number(row, place, cell, formats["number"])


def _width(cells: Iterable[Cell]) -> int:
    longest = max(len(line) for cell in cells for line in str(cell).split("\n"))
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _sheet_names(titles: Iterable[str]) -> list[str]:
    """Return names that Excel takes: short, without its own signs, and each only once."""
    names: list[str] = []
    for title in titles:
        plain = _FORBIDDEN_IN_NAME.sub(" ", printable(title)).strip(" '\n\t") or "1"
        name = plain[:_LONGEST_NAME].strip(" '")
        number = 1
        while name.lower() in map(str.lower, names):
            number += 1
            name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        names.append(name)
    return names
