"""Reads a list of addresses for letters. Pure: it is read once, and kept nowhere.

A row is one letter. Which columns make which line of the address can be chosen; without a choice
each column is a line, and a postal code stands before its town.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from waardewerk.refusal import Refusal, marked
from waardewerk.wording import UNSTORABLE

MOST_ROWS = 20_000
#: A little under what a form may bring along at all.
MOST_MEGABYTES = 3
#: What fits in the window of an envelope.
MOST_LINES = 6
LONGEST_LINE = 60
_POSTAL_CODE = re.compile(r"[1-9][0-9]{3} ?[A-Za-z]{2}")
_WORDS_OF_A_NAME = re.compile(r"naam|name|adres|address|straat|street|postcode|plaats|woonplaats")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

#: The lines of one address, from the top.
Address = tuple[str, ...]
#: For each line of the address the places of the columns that it is made of.
Layout = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that no letter can be sent to. It does not say what was in it."""

    row: int
    message: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddressList:
    """What was read: the addresses, and the rows that no letter can be sent to."""

    addresses: tuple[Address, ...]
    problems: tuple[RowProblem, ...]


class _WrongRow(Exception):
    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message, self.details = message, details


def read_addresses(data: bytes, chosen: str = "") -> AddressList:
    """Read a CSV file; ``chosen`` says per line of the address which columns it is made of."""
    rows = list(_rows(_decoded(data)))
    if not rows:
        raise Refusal("There are no addresses in this file.")
    names = rows[0][1] if _is_heading(rows[0][1]) else None
    if names is not None:
        rows = rows[1:]
    if len(rows) > MOST_ROWS:
        raise Refusal("This list is too long: at most %(most)s rows.", most=MOST_ROWS)
    layout = _layout_of(chosen, names or []) if chosen.strip() else None
    return _read(rows, layout, columns=len(names) if names else None)


def _read(
    rows: Sequence[tuple[int, list[str]]], layout: Layout | None, columns: int | None
) -> AddressList:
    addresses: list[Address] = []
    problems: list[RowProblem] = []
    seen: dict[Address, int] = {}
    for number, cells in rows:
        try:
            address = _address(cells, layout, columns)
            if address in seen:
                raise _WrongRow(
                    marked("This is the same address as in row %(row)s."), row=seen[address]
                )
        except _WrongRow as wrong:
            problems.append(RowProblem(number, wrong.message, wrong.details))
            continue
        seen[address] = number
        addresses.append(address)
    return AddressList(tuple(addresses), tuple(problems))


def _decoded(data: bytes) -> str:
    if len(data) > MOST_MEGABYTES * 2**20:
        raise Refusal("This file is too large: at most %(most)s MB.", most=MOST_MEGABYTES)
    if data.startswith(_SPREADSHEETS):
        raise Refusal("This is a spreadsheet. Save it as CSV and send that file.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("This file is not text that can be read. Save it as CSV.")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that are not empty, each with the number a spreadsheet gives it."""
    lines = text.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, start=1):
            tidied = [" ".join(cell.split()) for cell in cells]
            if any(tidied):
                yield number, tidied
    except csv.Error as fault:
        raise Refusal("Line %(line)s is not CSV.", line=reader.line_num) from fault


def _is_heading(cells: Sequence[str]) -> bool:
    """Tell whether a row names columns: it knows their words and holds no number."""
    words = " ".join(cells).lower()
    return bool(_WORDS_OF_A_NAME.search(words)) and not any(one.isdigit() for one in words)


def _layout_of(chosen: str, names: Sequence[str]) -> Layout:
    """Read which columns make which line: by name or by number, with ``+`` between."""
    places = {name.lower(): place for place, name in enumerate(names)}
    lines = [line.strip() for line in chosen.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refusal("An address has at most %(most)s lines.", most=MOST_LINES)
    return tuple(tuple(_place(word, places) for word in line.split("+")) for line in lines)


def _place(word: str, places: Mapping[str, int]) -> int:
    said = " ".join(word.split())
    place = places.get(said.lower())
    if place is None and said.isdecimal() and 1 <= int(said[:4]) <= 100:
        place = int(said) - 1
    if place is None:
        raise Refusal("There is no column “%(column)s” in this file.", column=said[:LONGEST_LINE])
    return place


def _address(cells: Sequence[str], layout: Layout | None, columns: int | None) -> Address:
    if any(UNSTORABLE.search(cell) for cell in cells):
        raise _WrongRow(marked("There is a character in it that cannot be printed."))
    if columns is not None and len(cells) > columns:
        raise _WrongRow(
            marked("It has %(found)s cells, and there are %(expected)s columns."),
            found=len(cells),
            expected=columns,
        )
    lines = _chosen_lines(cells, layout) if layout is not None else _lines(cells)
    if not lines:
        raise _WrongRow(marked("There is no address in it."))
    if len(lines) > MOST_LINES:
        raise _WrongRow(
            marked("The address has more than %(most)s lines: choose columns."), most=MOST_LINES
        )
    if any(len(line) > LONGEST_LINE for line in lines):
        raise _WrongRow(
            marked("A line is longer than %(most)s characters."),
            most=LONGEST_LINE,
        )
    return lines


def _chosen_lines(cells: Sequence[str], layout: Layout) -> Address:
    lines = (_joined([cells[place] for place in line if place < len(cells)]) for line in layout)
    return tuple(line for line in lines if line)


def _lines(cells: Sequence[str]) -> Address:
    """Make a line of each cell; a postal code goes on one line with what comes after it."""
    lines: list[str] = []
    filled = [cell for cell in cells if cell]
    for before, cell in zip(["", *filled], filled, strict=False):
        if _POSTAL_CODE.fullmatch(before):
            lines[-1] = _joined([before, cell])
        else:
            lines.append(cell)
    return tuple(lines)


def _joined(parts: Sequence[str]) -> str:
    """Put parts on one line; after a postal code the post wants two spaces."""
    line = ""
    for part in parts:
        if part:
            space = "  " if _POSTAL_CODE.fullmatch(line) else " "
            line = f"{line}{space}{part}" if line else part
    return line
