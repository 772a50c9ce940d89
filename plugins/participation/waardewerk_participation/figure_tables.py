"""Tables of figures, as pages and documents show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waardewerk.documents import Column, Table


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

    def in_document(self) -> Table:
        """Return it as a document holds it."""
        return Table(
            self.caption,
            [Column(column.title, column.numeric) for column in self.columns],
            [[row[column.key] for column in self.columns] for row in self.rows],
            row_headers=True,
        )


def table_of(caption: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> FigureTable:
    """Lay out rows of texts; all columns but the first hold figures."""
    columns = [ColumnTitle(f"c{place}", title, place > 0) for place, title in enumerate(titles)]
    keys = [column.key for column in columns]
    return FigureTable(caption, columns, [dict(zip(keys, row, strict=True)) for row in rows])
