"""Tables of figures, as pages and documents show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waardewerk.documents import Column, Paragraph, Table
from waardewerk.i18n import gettext as _
from waardewerk_participation.result_words import words_for_hidden


@dataclass(frozen=True)
class ColumnTitle:
    """A column of a table."""

    key: str
    title: str
    numeric: bool = False


@dataclass(frozen=True)
class FigureTable:
    """A table with its caption; the first column names the row."""

    caption: str
    columns: Sequence[ColumnTitle]
    rows: Sequence[Mapping[str, str]]
    #: Said in its place when not one of its figures may be shown; empty otherwise.
    instead: str = ""

    def in_document(self) -> Table | Paragraph:
        """Return it as a document holds it."""
        if self.instead:
            return Paragraph(self.instead)
        return Table(
            self.caption,
            [Column(column.title, column.numeric) for column in self.columns],
            [[row[column.key] for column in self.columns] for row in self.rows],
            row_headers=True,
        )


def table_of(
    caption: str, titles: Sequence[str], rows: Sequence[Sequence[str]], *, people_from: int = 1
) -> FigureTable:
    """Lay out rows of texts; all columns but the first hold figures.

    From column ``people_from`` on they are about people. A table in which all of those are hidden
    is one line: a page full of cells that say nothing tells a reader no more.
    """
    columns = [ColumnTitle(f"c{place}", title, place > 0) for place, title in enumerate(titles)]
    keys = [column.key for column in columns]
    hidden = words_for_hidden()
    told = [cell for row in rows for cell in row[people_from:] if cell not in hidden]
    return FigureTable(
        caption,
        columns,
        [dict(zip(keys, row, strict=True)) for row in rows],
        ""
        if told or not rows
        else _("Too few people to show figures of “%(table)s”.", table=caption),
    )
