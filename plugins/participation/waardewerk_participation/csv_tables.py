"""Read CSV from elsewhere: bounded, strict, and with the line in every message."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from waardewerk.refusal import Refusal, marked
from waardewerk.wording import UNSTORABLE

MOST_MEGABYTES = 300
LONGEST_TEXT = 10_000
#: Ids are below this, so that a vote with its person and statement fits in one number.
ID_LIMIT = 2**30
_LONGEST_LINE = 1_000_000
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_SHOWN = 40


class WrongExport(Refusal):
    """Files that cannot be brought in; the message says where and why."""

    code = "wrong-export"


class Table:
    """A CSV file with column names."""

    def __init__(self, name: str, lines: Iterator[str]) -> None:
        self._name = name
        # Strict: a quote in the wrong place would silently swallow the rows after it.
        self._reader = csv.reader(lines, strict=True)
        self._first = next(self._reader, [])
        self._columns = [name.strip().lower().replace("_", "-") for name in self._first]

    @property
    def line(self) -> int:
        """The line that was read last."""
        return self._reader.line_num

    def column(self, names: Sequence[str]) -> int:
        """Return the place of the column with one of these names."""
        place = self.column_if_there(names)
        if place is None:
            raise WrongExport(
                "%(file)s has no column “%(column)s”.", file=self._name, column=names[0]
            )
        return place

    def column_if_there(self, names: Sequence[str]) -> int | None:
        """Return the place of the column with one of these names, or None."""
        return next((self._columns.index(one) for one in names if one in self._columns), None)

    def numbered_columns(self) -> list[tuple[int, int]]:
        """Return place and number of the columns that have a number for a name."""
        named = [
            (place, name) for place, name in enumerate(self._columns) if _WHOLE.fullmatch(name)
        ]
        found = [(place, int(name)) for place, name in named if 0 <= int(name) < ID_LIMIT]
        if len({number for _place, number in found}) < len(found):
            raise self.wrong(marked("%(file)s, line %(line)s: a column is there twice."))
        return found

    def rows(self) -> Iterator[list[str]]:
        """Give the rows; an empty line is none."""
        for row in self._reader:
            if row and len(row) != len(self._columns):
                raise self.wrong(
                    marked("%(file)s, line %(line)s: %(found)s cells where %(expected)s belong."),
                    found=len(row),
                    expected=len(self._columns),
                )
            if row:
                yield row

    def whole(self, row: Sequence[str], place: int) -> int:
        """Read a whole number."""
        cell = row[place].strip()
        if not _WHOLE.fullmatch(cell):
            raise self.wrong(
                marked("%(file)s, line %(line)s: “%(value)s” is no whole number."),
                value=shown(cell),
            )
        return int(cell)

    def id(self, row: Sequence[str], place: int) -> int:
        """Read the number by which something is known."""
        number = self.whole(row, place)
        if not 0 <= number < ID_LIMIT:
            raise self.wrong(
                marked("%(file)s, line %(line)s: %(value)s is not the number of anything."),
                value=number,
            )
        return number

    def step(self, row: Sequence[str], place: int) -> int:
        """Read -1, 0 or 1."""
        number = self.whole(row, place)
        if not -1 <= number <= 1:
            raise self.wrong(
                marked("%(file)s, line %(line)s: %(value)s is not -1, 0 or 1."), value=number
            )
        return number

    def text(self, row: Sequence[str], place: int) -> str:
        """Read a text."""
        text = tidy(row[place])
        if len(text) > LONGEST_TEXT:
            raise self.wrong(
                marked("%(file)s, line %(line)s: a text of more than %(most)s characters."),
                most=LONGEST_TEXT,
            )
        return text

    def wrong(self, message: str, **details: object) -> WrongExport:
        """Make a refusal that names this file and the line that was read last."""
        return WrongExport(message, file=self._name, line=self.line, **details)

    def raw_rows(self) -> Iterator[list[str]]:
        """Give all rows as they are, the first one too."""
        yield self._first
        yield from self._reader


@contextmanager
def reading(file: Path) -> Iterator[Table]:
    """Open a table; whatever is wrong with the file as a file becomes a ``WrongExport``."""
    if file.stat().st_size > MOST_MEGABYTES * 2**20:
        raise WrongExport(
            "%(file)s is too large: more than %(most)s MB.", file=file.name, most=MOST_MEGABYTES
        )
    table = None
    with file.open(encoding="utf-8-sig", newline="") as stream:
        try:
            table = Table(file.name, _lines(stream, file.name))
            yield table
        except UnicodeDecodeError:
            raise WrongExport("%(file)s is not text in UTF-8.", file=file.name) from None
        except csv.Error as fault:
            raise WrongExport(
                "%(file)s, line %(line)s: this is not CSV (%(why)s).",
                file=file.name,
                line=table.line if table else 1,
                why=shown(str(fault)),
            ) from None


def _lines(stream: IO[str], name: str) -> Iterator[str]:
    """Give the lines; a file without line ends is not read into memory whole."""
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise WrongExport("%(file)s has a line that is too long.", file=name)
        yield line


def tidy(text: str) -> str:
    """Give a text one kind of line end; what cannot be stored becomes a question mark in a box."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", plain).strip()


def shown(text: str) -> str:
    """Return the beginning of a text for a message, without anything a terminal acts on."""
    begin = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in begin)
