"""Read statements from a CSV file: bounded, row by row, and honest about what was not read.

The columns are text, language and values; the first row may name them. One row that is wrong
costs only that row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from waardewerk.refusal import Refusal
from waardewerk_participation import hints
from waardewerk_participation.csv_tables import shown

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
_COLUMNS = {
    "text": ("text", "statement", "tekst", "stelling"),
    "language": ("language", "taal"),
    "values": ("values", "value", "waarden", "waarde", "wearden"),
}
_DELIMITERS = (";", "\t", ",")


@dataclass(frozen=True)
class SeedStatement:
    """A statement with which a round begins."""

    text: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowProblem:
    """A row that was not read, and why: an English source text with its details."""

    row: int
    text: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class StatementFile:
    """What a file holds."""

    #: ``utf-8`` or ``windows-1252``, in which older spreadsheets write.
    encoding: str
    #: Row number and statement.
    good: tuple[tuple[int, SeedStatement], ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class Expected:
    """What the cells of a row may hold."""

    #: Languages of the round; the first is meant when a row names none.
    languages: Sequence[str]
    #: Key and name of the values that can be chosen.
    values: Mapping[str, str]


def read_statements(content: bytes, expected: Expected) -> StatementFile:
    """Read a file; refuse it whole only when it is too large, or no text in rows."""
    if len(content) > MOST_BYTES:
        raise Refusal("This file is larger than 1 MB. Cut it into several files.")
    text, encoding = _decoded(content)
    rows = list(_rows(text))
    place = _places(rows[0][1]) if rows else None
    body = rows[1:] if place else rows
    if not body:
        raise Refusal("There is no statement in this file.")
    good, problems = [], []
    for number, row in body:
        try:
            good.append((number, _statement(row, place or _BY_ORDER, expected)))
        except Refusal as refusal:
            said = shown(" ".join(row))
            problems.append(RowProblem(number, said, refusal.message, refusal.details))
    return StatementFile(encoding, tuple(good), tuple(problems))


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and in what it was written."""
    if b"\0" in content:
        raise Refusal("This is no text. Save your table as CSV and choose that file.")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        # Five bytes mean nothing in it; those rows say so themselves.
        return content.decode("cp1252", errors="replace"), "windows-1252"


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that hold something, with the number that a spreadsheet shows."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS + 1:
                raise Refusal(
                    "This file has more than %(most)s rows. Cut it into several files.",
                    most=MOST_ROWS,
                )
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error:
        raise Refusal("This is not CSV: a quotation mark may be missing.") from None


_BY_ORDER = {"text": 0, "language": 1, "values": 2}


def _places(row: Sequence[str]) -> dict[str, int] | None:
    """Return which column is where, when the first row names them."""
    names = [cell.strip().casefold() for cell in row]
    found = {
        column: names.index(name)
        for column, known in _COLUMNS.items()
        for name in known
        if name in names
    }
    return found if "text" in found else None


def _statement(row: Sequence[str], place: Mapping[str, int], expected: Expected) -> SeedStatement:
    cell = _cells(row, place)
    text = hints.tidied(cell("text"))
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise Refusal("This row holds a character that could not be read.")
    language = cell("language").casefold() or expected.languages[0]
    if language not in expected.languages:
        raise Refusal(
            "“%(language)s” is no language of this round (%(languages)s).",
            language=shown(language),
            languages=", ".join(expected.languages),
        )
    return SeedStatement(text, language, tuple(_values(cell("values"), expected.values)))


def _cells(row: Sequence[str], place: Mapping[str, int]) -> Callable[[str], str]:
    def cell(column: str) -> str:
        at = place.get(column, len(row))
        return row[at].strip() if at < len(row) else ""

    return cell


def _values(cell: str, known: Mapping[str, str]) -> Iterator[str]:
    """Find values by key or by name; they stand behind each other with a bar or a semicolon."""
    keys = {name.casefold(): key for key, name in known.items()}
    keys.update({key.casefold(): key for key in known})
    for word in cell.replace("|", ";").replace(",", ";").split(";"):
        if not word.strip():
            continue
        key = keys.get(word.strip().casefold())
        if key is None:
            raise Refusal(
                "“%(value)s” is no value of the value framework.", value=shown(word.strip())
            )
        yield key
