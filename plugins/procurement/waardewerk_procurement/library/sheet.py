"""Criteria as rows of a sheet, and rows of a sheet as criteria.

The first row holds fixed names, the same in every language, by which columns are found in
whatever order they stand. What each of them means is on the second sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import IO

from waardewerk.documents.sheets import Sheet, Workbook
from waardewerk.notation.problems import Problem, _, quoted
from waardewerk.notation.yaml_text import LARGEST_BYTES
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, TECHNOLOGIES, Criterion
from waardewerk_procurement.library.fields import (
    FIELDS,
    FIRST_LANGUAGE,
    Field,
    cells_of,
    columns_for,
    in_order,
    parse_column,
    tree_of,
)
from waardewerk_procurement.library.intake import Judged, Offer, offers_in_yaml
from waardewerk_procurement.library.sheet_reading import (
    BEGINNINGS,
    MOST_BYTES,
    Row,
    WrongSheet,
    column_letters,
    read_sheet,
)
from waardewerk_procurement.library.sheet_reading import Sheet as ReadSheet

Says = Callable[[str], str]
#: Without these a row is nothing; what else is missing is said of each row.
NEEDED = ("type", f"title_{FIRST_LANGUAGE}")
_PERCENT = re.compile(r"\s*%\s*$")


# Reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file offers, from a sheet or from a list."""

    offers: tuple[Offer, ...]
    is_sheet: bool = False
    #: The last row that was read of a sheet that goes on.
    goes_on_after: int | None = None

    def place(self, judged: Judged) -> tuple[str, int]:
        """Say where something stands: the word for it, to be translated, and the number."""
        word = _("Row %(number)s") if self.is_sheet else _("Line %(number)s")
        return word, judged.place


_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")


def read_file(name: str, file: IO[bytes]) -> FileRead:
    """Read a file that somebody sends, and no more of it than may be in it."""
    # One byte more than may be shows that it is too large.
    content = file.read(MOST_BYTES + 1)
    if not (name.lower().endswith(_ENDINGS) or content.startswith(BEGINNINGS)):
        return FileRead(offers_in_yaml(content[: LARGEST_BYTES + 1]))
    sheet = read_sheet(content)
    return FileRead(offers_in(sheet), is_sheet=True, goes_on_after=sheet.goes_on_after)


def offers_in(sheet: ReadSheet) -> tuple[Offer, ...]:
    """Read the rows under the first one; what is wrong with one stays with that one."""
    if not sheet.rows:
        raise WrongSheet("The first sheet of this file is empty.")
    head, *rows = sheet.rows
    columns = _columns(head)
    known = [column for name in columns.values() if (column := parse_column(name))]
    languages = in_order({FIRST_LANGUAGE, *(code for _field, code in known if code)})
    return tuple(_offer(row, columns, languages) for row in rows)


def _columns(head: Row) -> dict[int, str]:
    """Return the name of each column that is known; a name twice leaves open which one counts."""
    columns: dict[int, str] = {}
    for place, text in sorted(head.cells.items()):
        name = text.strip().lower()
        if parse_column(name) is None:
            continue
        if name in columns.values():
            raise WrongSheet("The column “%(name)s” is there twice.", name=name)
        columns[place] = name
    needed = [name for name in NEEDED if name not in columns.values()]
    if needed:
        raise WrongSheet(
            "The first row must name the columns, as in the template: “%(names)s” is missing.",
            names=", ".join(needed),
        )
    return columns


def _offer(row: Row, columns: Mapping[int, str], languages: Sequence[str]) -> Offer:
    cells = {name: row.cells.get(place, "") for place, name in columns.items()}
    problems = [Problem(row.number, fault.column, fault.message, {}) for fault in row.faults]
    unknown = [place for place in row.cells if place not in columns]
    problems += [
        Problem(
            row.number,
            column_letters(place),
            _("There is something in a column without a known name: “%(text)s”."),
            {"text": quoted(row.cells[place])},
        )
        for place in unknown
    ]
    numbers = {field.name for field in FIELDS if field.form == "number"}
    cells |= {name: whole_in(text) for name, text in cells.items() if name in numbers}
    return Offer(row.number, tree_of(cells, languages), tuple(problems))


def whole_in(text: str) -> str:
    """Read a number as people and spreadsheets write it: 10, 10,0, 10 % and 0.1 are all ten.

    A spreadsheet keeps ten percent as a tenth, and nothing here is less than one. What is no
    whole number stays as it was typed, for the notation to refuse.
    """
    plain = _PERCENT.sub("", text.strip()).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number) > 1_000_000:
        return text
    if 0 < number < 1 and not _PERCENT.search(text):
        # Binary: what was typed as 7 % is kept as 0.07000000000000001.
        number = round(number * 100, 6)
    return str(int(number)) if number == int(number) else text


# Writing ---------------------------------------------------------------------------------------


#: What the keys of closed lists are called, translated where it is shown.
_CALLED: Mapping[str, str] = {
    str(key): title
    for titles in (
        {key: kind.title for key, kind in KINDS.items()},
        TECHNOLOGIES,
        EXCLUSION_GROUNDS,
    )
    for key, title in titles.items()
}


def workbook(criteria: Sequence[Criterion], says: Says) -> Workbook:
    """Lay criteria out in a sheet, with a second sheet that explains each column.

    ``says`` translates.
    """
    columns = columns_for(criteria)
    rows = [_row(cells_of(one), columns) for one in criteria]
    return Workbook(
        title=says(_("Library of criteria")),
        sheets=(
            Sheet(
                says(_("Criteria")),
                [name for name, _field, _code in columns],
                rows,
                choices={
                    place: field.choices
                    for place, (_name, field, _code) in enumerate(columns)
                    if field.choices and field.form != "words"
                },
            ),
            Sheet(
                says(_("Explanation")),
                [says(_("Column")), says(_("What it is")), says(_("How to fill it in"))],
                [_explained(column, says) for column in columns],
            ),
        ),
    )


def _row(
    cells: Mapping[str, str], columns: Iterable[tuple[str, Field, str | None]]
) -> list[str | int | None]:
    return [_cell(field, cells.get(name)) for name, field, _code in columns]


def _cell(field: Field, text: str | None) -> str | int | None:
    if text is None:
        return None
    return int(text) if field.form == "number" else text


def _explained(column: tuple[str, Field, str | None], says: Says) -> list[str]:
    name, field, code = column
    title = says(field.title)
    return [name, f"{title} ({code})" if code else title, "\n".join(_how(field, code, says))]


def _how(field: Field, code: str | None, says: Says) -> Iterator[str]:
    for text in filter(None, (field.help, field.in_a_cell)):
        yield says(text)
    if field.is_required and code in (None, FIRST_LANGUAGE):
        yield says(_("Always fill this in when the type has it."))
    for choice in field.choices:
        yield f"{choice}: {says(_CALLED[choice])}" if choice in _CALLED else choice
