"""Reads a list of people to ask, as it was pasted or uploaded. Pure.

Good rows are kept and wrong ones are named with their number. A row is ``name; address; level``,
with a semicolon, a comma or a tab between; a first row with column names may give another order.
What a mail program gives for several people (``Name <a@b.nl>; Other <c@d.nl>``) is read too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from waardewerk.mail import is_address
from waardewerk.questionnaires.operations.inquiring import LONGEST_NAME, Invitee
from waardewerk.refusal import Refusal
from waardewerk.wording import UNSTORABLE

MOST_ROWS = 2000
MOST_BYTES = 1024 * 1024
_LONGEST_QUOTE = 60

LEVEL_WORDS = {
    "political": "political politics council politiek politieke staten statenlid statenleden ps",
    "executive": "executive board bestuur bestuurlijk bestuurder directie gedeputeerde gs",
    "civil_servant": "civil ambtelijk ambtenaar ambtenaren",
}
_SAID_LEVELS = {
    "provinciale staten": "political",
    "gedeputeerde staten": "executive",
    "civil servant": "civil_servant",
    "civil servants": "civil_servant",
    "civil service": "civil_servant",
    **{word: level for level, words in LEVEL_WORDS.items() for word in words.split()},
}
_COLUMNS = {
    "name": {"name", "naam", "full name", "volledige naam"},
    "first": {"first name", "given name", "voornaam", "roepnaam"},
    "middle": {"infix", "tussenvoegsel", "tussenvoegsels"},
    "last": {"last name", "surname", "family name", "achternaam"},
    "email": {"email", "mail", "address", "email address", "adres", "mailadres", "emailadres"},
    "level": {"level", "niveau", "laag"},
}
_COLUMN_OF = {word: column for column, words in _COLUMNS.items() for word in words}
_MAILBOX = re.compile(r"([^<>]*)<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was left out. ``message`` is a source text with places for ``details``."""

    row: int
    text: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InviteeList:
    """What was read: the people, and the rows that were left out."""

    people: tuple[Invitee, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    text: str
    name: str
    email: str
    level: str


class _WrongRow(Exception):
    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message, self.details = message, details


def _(message: str) -> str:
    """Mark ``message`` for the catalogues; it is translated where it is shown."""
    return message


def decode(data: bytes) -> str:
    """Read an uploaded file as text, in the encodings that spreadsheets write."""
    if len(data) > MOST_BYTES:
        raise Refusal("This file is too large. Send at most 1 MB.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refusal("This is a spreadsheet. Save it as CSV and send that file.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise Refusal("This file is not text that can be read. Save it as CSV.") from fault


def read_list(text: str, default_level: str) -> InviteeList:
    """Read a list; a row without a level gets ``default_level``."""
    if len(text) > MOST_BYTES:
        raise Refusal("This list is too long. Send at most %(most)s rows.", most=MOST_ROWS)
    lines = [
        (number, line)
        for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1)
        if line.strip()
    ]
    if len(lines) > MOST_ROWS:
        raise Refusal("This list is too long. Send at most %(most)s rows.", most=MOST_ROWS)
    people: list[Invitee] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for row in _rows(lines):
        if isinstance(row, RowProblem):
            problems.append(row)
            continue
        try:
            person = _invitee(row, default_level)
            _refuse_twice(person, row, seen)
        except _WrongRow as wrong:
            problems.append(_problem(row.number, row.text, wrong))
            continue
        people.append(person)
    return InviteeList(tuple(people), tuple(problems))


def _problem(number: int, text: str, wrong: _WrongRow) -> RowProblem:
    shown = "".join(c if c.isprintable() else "�" for c in text[:_LONGEST_QUOTE])
    return RowProblem(number, shown, wrong.message, wrong.details)


def _rows(lines: Sequence[tuple[int, str]]) -> Iterator[_Row | RowProblem]:
    columns: list[str] | None = None
    for place, (number, line) in enumerate(lines):
        if found := UNSTORABLE.search(line):
            code = f"U+{ord(found.group()):04X}"
            wrong = _WrongRow(
                _("There is a character that cannot be stored (%(code)s)."), code=code
            )
            yield _problem(number, line, wrong)
            continue
        if "<" in line:
            yield from _mailboxes(number, line)
            continue
        cells = _cells(line)
        if place == 0 and (columns := _header(cells)) is not None:
            continue
        yield _row(number, line, cells, columns)


def _mailboxes(number: int, line: str) -> Iterator[_Row]:
    found = list(_MAILBOX.finditer(line))
    rest = line[found[-1].end() :].strip(" ;,\t") if found else ""
    if not found:
        yield _Row(number, line, line, "", "")
    for one in found:
        name = one[1].strip(" ;,\t").strip("\"' ")
        yield _Row(number, one[0].strip(" ;,\t"), name, one[2], rest if len(found) == 1 else "")


def _cells(line: str) -> list[str]:
    delimiter = next((sign for sign in "\t;," if sign in line), ";")
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except (csv.Error, StopIteration):
        cells = line.split(delimiter)
    return [" ".join(cell.split()) for cell in cells]


def _header(cells: Sequence[str]) -> list[str] | None:
    """Recognise a row of column names; it names an address or a name, and holds no address."""
    columns = [_COLUMN_OF.get(_plain(cell), "") for cell in cells]
    is_header = {"email", "name", "last"} & set(columns) and not any("@" in c for c in cells)
    return columns if is_header else None


def _plain(cell: str) -> str:
    return " ".join(cell.lower().replace("-", "").replace("_", " ").split())


def _row(number: int, line: str, cells: Sequence[str], columns: Sequence[str] | None) -> _Row:
    if columns is not None:
        named = dict(zip(columns, cells, strict=False))
        parts = [named.get(part, "") for part in ("first", "middle", "last")]
        name = named.get("name", "") or " ".join(part for part in parts if part)
        return _Row(number, line, name, named.get("email", ""), named.get("level", ""))
    address = next((cell for cell in cells if "@" in cell), "")
    others = [cell for cell in cells if cell and cell != address]
    if not others:
        return _Row(number, line, "", address, "")
    # An address may stand where the name should be; what is left is then the level.
    if cells[0] == address and len(others) == 1 and _level_of(others[0]):
        return _Row(number, line, "", address, others[0])
    return _Row(number, line, others[0], address, "; ".join(others[1:]))


def _invitee(row: _Row, default_level: str) -> Invitee:
    email = row.email.strip().lower()
    if email and not is_address(email):
        raise _WrongRow(_("“%(text)s” is not an e-mail address."), text=email[:_LONGEST_QUOTE])
    name = " ".join(row.name.split()) or email
    if not name:
        raise _WrongRow(_("There is no name and no address."))
    if len(name) > LONGEST_NAME:
        raise _WrongRow(_("The name is longer than %(most)s characters."), most=LONGEST_NAME)
    return Invitee(name=name, email=email or None, level=_said_level(row.level, default_level))


def _said_level(said: str, default_level: str) -> str:
    if not said.strip():
        return default_level
    level = _level_of(said)
    if level is None:
        raise _WrongRow(_("“%(text)s” is not a level."), text=said[:_LONGEST_QUOTE])
    return level


def _level_of(said: str) -> str | None:
    return _SAID_LEVELS.get(" ".join(said.lower().replace("_", " ").replace("-", " ").split()))


def _refuse_twice(person: Invitee, row: _Row, seen: dict[str, int]) -> None:
    if person.email is None:
        return
    if person.email in seen:
        first = seen[person.email]
        raise _WrongRow(_("This address is in row %(row)s already."), row=first)
    seen[person.email] = row.number
