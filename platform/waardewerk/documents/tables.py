"""How a table divides the line over its columns, and where it may break."""

from collections.abc import Sequence

from waardewerk.documents.tree import Table

_SHORT = 18
_LARGEST_SHARE = 40
_LONG_CELL = 400
_CM_PER_CHARACTER = 0.19
_CELL_MARGINS_CM = 0.7


def column_shares(table: Table) -> list[int]:
    """Return the columns' shares of what is left after the short columns, which have share 0."""
    shares = [_share(cells) for cells in _by_column(table)]
    if not any(shares):
        shares[0] = 1
    return shares


def column_widths(table: Table, line: float) -> list[float]:
    """Return the widths of the columns, in centimetres, of a table as wide as the line."""
    shares = column_shares(table)
    fitted = [
        0.0 if share else _longest(cells) * _CM_PER_CHARACTER + _CELL_MARGINS_CM
        for share, cells in zip(shares, _by_column(table), strict=True)
    ]
    left = max(line - sum(fitted), line * 0.3)
    widths = [
        width or left * share / sum(shares) for width, share in zip(fitted, shares, strict=True)
    ]
    return [width * line / sum(widths) for width in widths]


def stays_together(row: Sequence[str]) -> bool:
    """Say whether a row keeps to one page; a long one would run off it."""
    return all(len(cell) < _LONG_CELL for cell in row)


def _by_column(table: Table) -> list[list[str]]:
    return [
        [column.title, *(row[place] for row in table.rows)]
        for place, column in enumerate(table.columns)
    ]


def _share(cells: Sequence[str]) -> int:
    if _longest(cells) <= _SHORT:
        return 0
    longest_word = max((len(word) for cell in cells for word in cell.split()), default=1)
    mean = sum(map(len, cells)) // len(cells)
    return min(max(mean, longest_word, _SHORT), _LARGEST_SHARE)


def _longest(cells: Sequence[str]) -> int:
    return max(map(len, cells))
