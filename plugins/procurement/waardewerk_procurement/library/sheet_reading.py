"""Reads an Excel file that somebody uploaded: its first sheet, within bounds, and nothing else.

A library for spreadsheets reads far more of a file than a form needs: styles, drawings, links, and
as many empty rows as the file claims to have. This reads four parts of the file at most, counts
what it unpacks while it unpacks it, stops at the last row that is allowed, computes nothing and
knows no entities. Decision 42 says why it is our own.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, NoReturn
from xml.parsers import expat

from waardewerk.refusal import Refusal, marked

MOST_BYTES = 2 * 1024 * 1024
#: A sheet from Excel has a dozen parts.
MOST_PARTS = 200
#: What all parts together say that they are when unpacked.
MOST_UNPACKED = 64 * 1024 * 1024
#: What one part may really be: counted while it is unpacked, for what a file says can be a lie.
MOST_IN_A_PART = 8 * 1024 * 1024
MOST_ROWS = 500
#: Every field in two languages, and some to spare.
MOST_COLUMNS = 80
#: Texts that cells share, of all sheets in the file.
MOST_SHARED = 50_000
#: What Excel itself allows in a cell.
LONGEST_CELL = 32_767
_AT_ONCE = 64 * 1024

_ZIP = b"PK\x03\x04"
#: Of Excel before 2007, and of a file with a password.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
#: How a file begins that is, or was meant to be, a spreadsheet.
BEGINNINGS = (_ZIP, _OLD_OFFICE)
#: How a spreadsheet writes down the half of a line end that XML would drop.
_CARRIAGE_RETURN = re.compile("_x000[dD]_")
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


class WrongSheet(Refusal):
    """The file as a whole cannot be used."""

    code = "wrong-sheet"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be used: its column and why, as a source text."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row with something in it: its number, its texts by place from 0, what is wrong."""

    number: int
    cells: Mapping[int, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that were read; ``goes_on_after`` is the last of them when there are more."""

    rows: tuple[Row, ...]
    goes_on_after: int | None = None


def read_sheet(content: bytes) -> Sheet:
    """Read the first sheet of an Excel file: its first row and ``MOST_ROWS`` more."""
    if len(content) > MOST_BYTES:
        raise WrongSheet("This file is larger than %(most)s MB.", most=MOST_BYTES // 1024**2)
    if content.startswith(_OLD_OFFICE):
        raise WrongSheet(
            "This is a file of an old Excel, or it has a password. Save it as .xlsx without one."
        )
    if not content.startswith(_ZIP):
        raise WrongSheet("This is no Excel file. Save the sheet as .xlsx and send that.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return _sheet_in(_Parts(packed))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise WrongSheet("This file is damaged. Save the sheet again and send that.") from None
    except (expat.ExpatError, UnicodeError, LookupError, ValueError):
        raise WrongSheet(
            "Something in this file cannot be read. Open it in Excel or LibreOffice, save it "
            "again as .xlsx and send that."
        ) from None


def column_letters(place: int) -> str:
    """Name a column as a spreadsheet does: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _Parts:
    """The parts of a packed file, after a look at what it says it holds."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        found = packed.infolist()
        if len(found) > MOST_PARTS or sum(one.file_size for one in found) > MOST_UNPACKED:
            raise WrongSheet("This file unpacks to more than a sheet of criteria can be.")
        self._packed = packed
        self._found = {one.filename.lower(): one for one in found}
        if any(PurePosixPath(name).name == "vbaproject.bin" for name in self._found):
            raise WrongSheet("This file holds macros. Save it as .xlsx, without macros.")

    def has(self, name: str) -> bool:
        return name.lower() in self._found

    def read(self, name: str) -> Iterator[bytes]:
        """Unpack a part bit by bit, and stop at what is too much."""
        part = self._found.get(name.lower())
        if part is None:
            raise WrongSheet("This is no Excel file. Save the sheet as .xlsx and send that.")
        if part.flag_bits & 1:
            raise WrongSheet("This file has a password. Save it without one.")
        unpacked = 0
        with self._packed.open(part) as file:
            while piece := file.read(_AT_ONCE):
                unpacked += len(piece)
                if unpacked > MOST_IN_A_PART:
                    raise WrongSheet("This file unpacks to more than a sheet of criteria can be.")
                yield piece


def _sheet_in(parts: _Parts) -> Sheet:
    _refuse_macros(parts)
    relation = _first_sheet(parts)
    name, shared = _targets(parts, relation)
    return _Rows(_shared_texts(parts, shared)).read(parts.read(name))


def _refuse_macros(parts: _Parts) -> None:
    found: list[str] = []
    _parse(
        parts.read("[Content_Types].xml"),
        start=lambda _name, given: found.append(given.get("ContentType", "")),
    )
    if any("macroenabled" in one.lower() for one in found):
        raise WrongSheet("This file holds macros. Save it as .xlsx, without macros.")


def _first_sheet(parts: _Parts) -> str:
    """Return the number by which the workbook names its first sheet."""
    found: list[str] = []

    def start(name: str, given: Mapping[str, str]) -> None:
        if name == "sheet":
            found.append(next((text for key, text in given.items() if key.endswith(":id")), ""))

    _parse(parts.read("xl/workbook.xml"), start=start)
    if not found:
        raise WrongSheet("There is no sheet in this file.")
    return found[0]


def _targets(parts: _Parts, sheet: str) -> tuple[str, str]:
    """Return where the sheet and the shared texts stand; the latter may be nowhere."""
    found: dict[str, str] = {}
    shared: list[str] = []

    def start(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External":
            found[given.get("Id", "")] = given.get("Target", "")
            if given.get("Type", "").endswith("/sharedStrings"):
                shared.append(given.get("Target", ""))

    _parse(parts.read("xl/_rels/workbook.xml.rels"), start=start)
    return _within(found.get(sheet, "")), _within(shared[0]) if shared else ""


def _within(target: str) -> str:
    """Say where a target stands in the file; it is a name and never a path on a disk."""
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _shared_texts(parts: _Parts, name: str) -> list[str]:
    texts: list[str] = []
    if name and parts.has(name):
        _Texts(texts).read(parts.read(name))
    return texts


def _parse(
    pieces: Iterator[bytes],
    *,
    start: Callable[[str, Mapping[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Read XML bit by bit; names come without their prefix, and a document type is refused."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = lambda name, given: start(_plain(name), given)
    if end:
        parser.EndElementHandler = lambda name: end(_plain(name))
    if text:
        parser.CharacterDataHandler = text
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_given: Any) -> NoReturn:
    raise WrongSheet(
        "Something in this file cannot be read. Open it in Excel or LibreOffice, save it "
        "again as .xlsx and send that."
    )


class _Text:
    """Collects the text inside ``t``, without what only says how it is pronounced."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._is_open = False
        self._aside = 0

    def start(self, name: str) -> None:
        if name == "rPh":
            self._aside += 1
        self._is_open = name in ("t", "v") and not self._aside

    def end(self, name: str) -> None:
        if name == "rPh":
            self._aside -= 1
        self._is_open = False

    def add(self, text: str) -> None:
        if self._is_open and self._length <= LONGEST_CELL:
            self._pieces.append(text)
            self._length += len(text)

    @property
    def is_too_long(self) -> bool:
        return self._length > LONGEST_CELL

    def take(self) -> str:
        """Give what was collected, and begin again."""
        text = _CARRIAGE_RETURN.sub("", "".join(self._pieces))
        self._pieces, self._length = [], 0
        return text


class _Texts:
    """Reads the texts that cells share."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._text = _Text()

    def read(self, pieces: Iterator[bytes]) -> None:
        _parse(
            pieces,
            start=lambda name, _given: self._text.start(name),
            end=self._end,
            text=self._text.add,
        )

    def _end(self, name: str) -> None:
        self._text.end(name)
        if name != "si":
            return
        if len(self._texts) >= MOST_SHARED:
            raise WrongSheet("This file unpacks to more than a sheet of criteria can be.")
        self._texts.append(self._text.take())


class _EnoughRows(Exception):
    """The last row that is allowed was read."""


_FORMULA = marked("This cell holds a formula. Put the text itself in it.")
_ERROR = marked("This cell holds an error of the spreadsheet.")
_UNKNOWN_TEXT = marked("This cell points at a text that is not in the file.")
_TOO_LONG = marked("This cell holds more than fits in a cell.")
_TOO_FAR = marked("This column is too far to the right.")


class _Rows:
    """Reads the rows of a sheet; a cell with a formula is never trusted, nor what it last gave."""

    def __init__(self, shared: list[str]) -> None:
        self._shared = shared
        self._rows: list[Row] = []
        self._number = 0
        self._place = -1
        self._cells: dict[int, str] = {}
        self._faults: dict[int, str] = {}
        self._text = _Text()
        self._kind = ""
        self._has_formula = False

    def read(self, pieces: Iterator[bytes]) -> Sheet:
        try:
            _parse(pieces, start=self._start, end=self._end, text=self._text.add)
        except _EnoughRows:
            return Sheet(tuple(self._rows), goes_on_after=self._rows[-1].number)
        return Sheet(tuple(self._rows))

    def _start(self, name: str, given: Mapping[str, str]) -> None:
        self._text.start(name)
        match name:
            case "row":
                self._start_row(given)
            case "c":
                self._start_cell(given)
            case "f":
                self._has_formula = True

    def _start_row(self, given: Mapping[str, str]) -> None:
        self._number = int(given.get("r", self._number + 1))
        self._place = -1
        self._cells, self._faults = {}, {}

    def _start_cell(self, given: Mapping[str, str]) -> None:
        found = _REFERENCE.fullmatch(given.get("r", ""))
        self._place = _place_of(found[1]) if found else self._place + 1
        self._kind = given.get("t", "n")
        self._has_formula = False
        self._text.take()

    def _end(self, name: str) -> None:
        self._text.end(name)
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()

    def _end_cell(self) -> None:
        is_too_long = self._text.is_too_long
        text = self._text.take()
        if fault := self._fault(is_too_long=is_too_long, is_empty=not text.strip()):
            # The first ones are enough: a hostile row must not fill a page.
            if len(self._faults) < MOST_COLUMNS:
                self._faults[self._place] = fault
            return
        if self._kind == "s" and text.strip():
            text = self._shared_text(text)
        if text.strip():
            self._cells[self._place] = text.strip()

    def _fault(self, *, is_too_long: bool, is_empty: bool) -> str:
        if self._has_formula:
            return _FORMULA
        if self._kind == "e":
            return _ERROR
        if is_too_long:
            return _TOO_LONG
        return _TOO_FAR if self._place >= MOST_COLUMNS and not is_empty else ""

    def _shared_text(self, number: str) -> str:
        place = int(number)
        if 0 <= place < len(self._shared):
            return self._shared[place]
        self._faults[self._place] = _UNKNOWN_TEXT
        return ""

    def _end_row(self) -> None:
        if not self._cells and not self._faults:
            return
        if len(self._rows) > MOST_ROWS:
            raise _EnoughRows
        faults = (Fault(column_letters(place), why) for place, why in sorted(self._faults.items()))
        self._rows.append(Row(self._number, dict(self._cells), tuple(faults)))


def _place_of(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
