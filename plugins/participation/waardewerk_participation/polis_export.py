"""Read what Polis exports: a folder with CSV files, checked before anything is kept.

The names of files and columns changed over the years; those that are known are read alike. In
these files 1 is agree, 0 is pass and -1 is disagree. ``votes.csv`` holds every vote that was ever
given: the last one of a person on a statement counts, by its time, and among equal times the one
further down. Where that file is missing, ``participants-votes.csv`` says what people voted.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from waardewerk.refusal import marked
from waardewerk_participation.csv_tables import ID_LIMIT, WrongExport, reading, tidy
from waardewerk_participation.grouping.votes import DISAGREE, Ints

MOST_STATEMENTS = 10_000
MOST_PARTICIPANTS = 1_000_000
MOST_VOTES = 10_000_000
LONGEST_TITLE = 200
LONGEST_SOURCE = 400

COMMENTS = ("comments.csv",)
VOTES = ("votes.csv",)
MATRIX = ("participants-votes.csv", "participant-votes.csv")
SUMMARY = ("summary.csv",)

STATEMENT = ("comment-id", "comment", "tid")
TEXT = ("comment-body", "body", "txt")
MODERATED = ("moderated", "mod")
META = ("is-meta",)
PERSON = ("voter-id", "participant", "participant-id", "pid")
VOTE = ("vote",)
TIME = ("timestamp", "created")
GROUP = ("group-id",)

_TRUE = frozenset({"true", "t", "1"})


@dataclass(frozen=True, slots=True)
class ExportedStatement:
    """A statement as it was put to people."""

    number: int
    text: str
    is_rejected: bool
    #: About the conversation itself; people are not grouped by it.
    is_meta: bool


@dataclass(frozen=True, eq=False)
class ExportedVotes:
    """The votes that count: three equally long rows, one vote for each person and statement."""

    participants: Ints
    statements: Ints
    values: Ints

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Export:
    """A conversation as it was published."""

    #: Both empty when the export does not say.
    title: str
    source: str
    statements: tuple[ExportedStatement, ...]
    #: Every participant with the number of the published group, or None.
    participants: Mapping[int, int | None]
    votes: ExportedVotes
    #: How many votes were ever given, those that were changed later among them.
    given: int
    #: Votes on which the two files do not say the same.
    differing: int

    @property
    def left_out(self) -> list[int]:
        """The statements that people are not grouped by."""
        return [one.number for one in self.statements if one.is_rejected or one.is_meta]


def read_export(folder: Path) -> Export:
    """Read a folder; raise ``WrongExport`` for the first thing that is wrong with it."""
    statements = _statements(_found(folder, COMMENTS))
    known = frozenset(one.number for one in statements)
    log, matrix = _find(folder, VOTES), _find(folder, MATRIX)
    groups, table = _matrix(matrix, known) if matrix else ({}, Rows())
    given = _log(log, known) if log else table
    if log is None and matrix is None:
        _found(folder, VOTES)
    votes = _last_of(given)
    differing = _differences(votes, _last_of(table)) if log and matrix else 0
    voters: dict[int, int | None] = dict.fromkeys(np.unique(votes.participants).tolist())
    participants = dict(sorted({**voters, **groups}.items()))
    if len(participants) > MOST_PARTICIPANTS:
        raise WrongExport("There are more than %(most)s participants.", most=MOST_PARTICIPANTS)
    title, source = _summary(_find(folder, SUMMARY))
    return Export(title, source, statements, participants, votes, len(given), differing)


# The four files ------------------------------------------------------------------------------


def _find(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _found(folder: Path, names: Sequence[str]) -> Path:
    file = _find(folder, names)
    if file is None:
        raise WrongExport("There is no %(file)s in this folder.", file=names[0])
    return file


def _statements(file: Path) -> tuple[ExportedStatement, ...]:
    found: dict[int, ExportedStatement] = {}
    with reading(file) as table:
        number, text = table.column(STATEMENT), table.column(TEXT)
        moderated, meta = table.column_if_there(MODERATED), table.column_if_there(META)
        for row in table.rows():
            one = ExportedStatement(
                number=table.id(row, number),
                text=table.text(row, text),
                # 1 is accepted, 0 was never looked at and counts all the same.
                is_rejected=moderated is not None and table.step(row, moderated) < 0,
                is_meta=meta is not None and row[meta].strip().lower() in _TRUE,
            )
            if one.number in found:
                raise table.wrong(
                    marked("%(file)s, line %(line)s: statement %(number)s is there twice."),
                    number=one.number,
                )
            if len(found) == MOST_STATEMENTS:
                raise WrongExport("There are more than %(most)s statements.", most=MOST_STATEMENTS)
            found[one.number] = one
    return tuple(found[number] for number in sorted(found))


class Rows:
    """Votes as they are read, a few bytes each."""

    def __init__(self) -> None:
        self.participants = array("q")
        self.statements = array("q")
        self.values = array("b")
        self.times = array("q")

    def __len__(self) -> int:
        return len(self.values)

    def add(self, participant: int, statement: int, value: int, time: int = 0) -> None:
        """Add a vote."""
        if len(self) == MOST_VOTES:
            raise WrongExport("There are more than %(most)s votes.", most=MOST_VOTES)
        self.participants.append(participant)
        self.statements.append(statement)
        self.values.append(value)
        self.times.append(time)


_UNKNOWN = marked("%(file)s, line %(line)s: statement %(number)s is not in comments.csv.")


def _log(file: Path, known: frozenset[int]) -> Rows:
    found = Rows()
    with reading(file) as table:
        person, statement = table.column(PERSON), table.column(STATEMENT)
        vote, time = table.column(VOTE), table.column_if_there(TIME)
        for row in table.rows():
            number = table.id(row, statement)
            if number not in known:
                raise table.wrong(_UNKNOWN, number=number)
            moment = 0 if time is None else table.whole(row, time)
            found.add(table.id(row, person), number, table.step(row, vote), moment)
    return found


def _matrix(file: Path, known: frozenset[int]) -> tuple[dict[int, int | None], Rows]:
    groups: dict[int, int | None] = {}
    found = Rows()
    with reading(file) as table:
        person, group = table.column(PERSON), table.column_if_there(GROUP)
        columns = table.numbered_columns()
        for _place, number in columns:
            if number not in known:
                raise table.wrong(_UNKNOWN, number=number)
        for row in table.rows():
            participant = table.id(row, person)
            if participant in groups:
                raise table.wrong(
                    marked("%(file)s, line %(line)s: participant %(number)s is there twice."),
                    number=participant,
                )
            is_grouped = group is not None and row[group].strip()
            groups[participant] = table.id(row, group) if group is not None and is_grouped else None
            for place, number in columns:
                if row[place]:
                    found.add(participant, number, table.step(row, place))
    return groups, found


def _summary(file: Path | None) -> tuple[str, str]:
    """Return title and address; this file has keys and values and no row of column names."""
    if file is None:
        return "", ""
    with reading(file) as table:
        said = {row[0].strip(): row[1] for row in table.raw_rows() if len(row) == 2}
    source = tidy(said.get("url", ""))
    is_address = source.startswith(("https://", "http://")) and len(source) <= LONGEST_SOURCE
    return tidy(said.get("topic", ""))[:LONGEST_TITLE], source if is_address else ""


# What counts ---------------------------------------------------------------------------------


def _last_of(rows: Rows) -> ExportedVotes:
    """Keep the last vote of each person on each statement, in the order of both."""
    people, statements = np.array(rows.participants), np.array(rows.statements)
    times = np.array(rows.times)
    order = np.lexsort((times, statements, people))
    cells = people[order] * ID_LIMIT + statements[order]
    is_last = np.ones(len(cells), dtype=np.bool_)
    is_last[:-1] = cells[1:] != cells[:-1]
    kept = order[is_last]
    values = np.array(rows.values)[kept].astype(np.int64)
    return ExportedVotes(people[kept], statements[kept], values)


def _differences(one: ExportedVotes, other: ExportedVotes) -> int:
    """Count the cells that are not alike in both."""
    cells = [votes.participants * ID_LIMIT + votes.statements for votes in (one, other)]
    told = [
        cell * 3 + votes.values - DISAGREE for cell, votes in zip(cells, (one, other), strict=True)
    ]
    alike = np.intersect1d(told[0], told[1], assume_unique=True)
    return len(np.union1d(cells[0], cells[1])) - len(alike)
