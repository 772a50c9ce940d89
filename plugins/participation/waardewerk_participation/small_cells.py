"""What of a table of people may be shown, so that nobody in a small group is pointed out.

A number under ``k`` is not shown, and neither is anything from which it could be found by
subtraction: from a total, from the rest of its row or column, or from several of these at once.
Nobody is left out of a count for it, and nothing is made up: what cannot be shown is absent.

Three functions, all of plain numbers:

- `hide_small` for a table in which every person is in one cell, with its totals;
- `shown_share` for one share, as the percentage or the bound that may be shown;
- `shown_shares` for the answers to one question, of which each person gave one.

Zero is a small number too: *nobody in this group agrees* says something about everybody in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

#: The smallest number on pages and in files for everybody.
PUBLIC = 10
#: The smallest number for those who hold the round.
INTERNAL = 5
#: From so many people on a share is given in whole percents; under it in steps of five.
PRECISE_FROM = 100
STEP = 5

#: A place in the table with its totals: the last row and the last column are the totals.
Place = tuple[int, int]
#: A row or a column, by which way it goes and its number.
Line = tuple[Literal["row", "column"], int]


@dataclass(frozen=True)
class ShownTable:
    """A table as it may be shown; nothing stands where a number is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True)
class Share:
    """A share as it may be shown: about ``percent``, or only that it is ``below`` or ``above`` it.

    When it is hidden there is no percentage.
    """

    kind: Literal["about", "below", "above", "hidden"]
    percent: int | None = None

    def __str__(self) -> str:
        mark = {"about": "", "below": "< ", "above": "> ", "hidden": "–"}[self.kind]
        return mark if self.percent is None else f"{mark}{self.percent} %"


HIDDEN = Share("hidden")


def shown_share(part: int, whole: int, k: int) -> Share:
    """Return how a share of people may be shown.

    Where fewer than ``k`` people are in it, or outside it, only a bound is given: one under which
    any number from nobody to ``k`` is possible. Of fewer than ``2 k`` people nothing is said,
    for one of the two sides is always small.
    """
    if whole < 2 * k:
        return HIDDEN
    edge = max(STEP, _up_to_step(k, whole))
    if part < k:
        return Share("below", edge)
    if whole - part < k:
        return Share("above", 100 - edge)
    return _rounded(part, whole)


def shown_shares(parts: Sequence[int], k: int) -> tuple[Share, ...]:
    """Return how the answers to one question may be shown, of which each person gave one."""
    whole = sum(parts)
    shown = hide_small([parts], k).cells[0]
    return tuple(
        shown_share(part, whole, k) if seen is not None or not k <= part <= whole - k else HIDDEN
        for part, seen in zip(parts, shown, strict=True)
    )


def hide_small(table: Sequence[Sequence[int]], k: int) -> ShownTable:
    """Return what of a table and its totals may be shown.

    ``table`` has a row for every group and a column for every answer; each person is in one cell.
    """
    full = _with_totals(table)
    hidden = _hidden(full, k)
    shown = [
        [None if (row, column) in hidden else number for column, number in enumerate(numbers)]
        for row, numbers in enumerate(full)
    ]
    return ShownTable(
        cells=tuple(tuple(numbers[:-1]) for numbers in shown[:-1]),
        row_totals=tuple(numbers[-1] for numbers in shown[:-1]),
        column_totals=tuple(shown[-1][:-1]),
        total=shown[-1][-1],
    )


def _with_totals(table: Sequence[Sequence[int]]) -> list[list[int]]:
    if not table or not table[0] or len({len(row) for row in table}) != 1:
        raise ValueError("a table has rows that are equally long, and at least one cell")
    if any(number < 0 for row in table for number in row):
        raise ValueError("a number of people is never below zero")
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _hidden(full: list[list[int]], k: int) -> set[Place]:
    """Hide one number after another until nothing small can be found any more."""
    every = {(row, column) for row in range(len(full)) for column in range(len(full[0]))}
    if full[-1][-1] < k:
        return every
    hidden = {place for place in every if full[place[0]][place[1]] < k}
    while (found := _too_small(full, hidden, k)) is not None:
        hidden.add(_next_to_hide(full, hidden, found, k))
    return hidden


@dataclass(frozen=True)
class _Found:
    """Hidden numbers of one line whose sum can be found and is small."""

    line: Line
    #: All places of the line, its total last.
    places: list[Place]
    #: The places of the lines that these numbers are linked to.
    around: list[Place]


def _too_small(full: list[list[int]], hidden: set[Place], k: int) -> _Found | None:
    """Find hidden numbers whose sum follows from what is shown, and is small."""
    lines: list[Line] = [("row", row) for row in range(len(full))]
    lines += [("column", column) for column in range(len(full[0]))]
    return next((found for line in lines if (found := _found_on(line, full, hidden, k))), None)


def _found_on(line: Line, full: list[list[int]], hidden: set[Place], k: int) -> _Found | None:
    """Find what is small on one line.

    Two hidden numbers stay in doubt together when the hidden numbers outside their line link
    them: as much can move from the one to the other. All that anybody can find of a line is a sum
    of numbers shown and of such linked sets, so no set may be small. The set with the line's
    total in it is never found at all.
    """
    places = _places(line, full)
    doubtful = [place for place in places if place in hidden]
    for linked in _linked_without(line, hidden):
        found = [place for place in doubtful if _crossing(place, line) in linked]
        if found and places[-1] not in found and _sum(full, found) < k:
            around = [place for one in sorted(linked) for place in _places(one, full)]
            return _Found(line, places, around)
    return None


def _next_to_hide(full: list[list[int]], hidden: set[Place], found: _Found, k: int) -> Place:
    """Choose one more number to hide, best one after which these can no longer be found."""
    enough = _sum(full, [place for place in found.places if place in hidden]) >= k
    # The grand total can stay: with all others hidden nothing small can be found.
    kept = {*hidden, (len(full) - 1, len(full[0]) - 1)}
    nearest = (found.around, found.places) if enough else (found.places, found.around)
    near = next(
        shown for places in nearest if (shown := [place for place in places if place not in kept])
    )
    solving = [at for at in near if not _found_on(found.line, full, {*hidden, at}, k)]
    return min(solving or near, key=lambda at: _cost(at, full))


def _linked_without(line: Line, hidden: set[Place]) -> Iterator[set[Line]]:
    """Give the sets of lines that hidden numbers outside ``line`` link to each other."""
    beside: dict[Line, set[Line]] = {}
    for row, column in hidden:
        ends: tuple[Line, Line] = (("row", row), ("column", column))
        for one, other in (ends, ends[::-1]):
            if one != line:
                beside.setdefault(one, set()).update({other} - {line})
    while beside:
        linked, ahead = set[Line](), [min(beside)]
        while ahead:
            one = ahead.pop()
            if one not in linked:
                linked.add(one)
                ahead.extend(beside.pop(one))
        yield linked


def _crossing(place: Place, line: Line) -> Line:
    """Return the other line on which a place of this line lies."""
    return ("column", place[1]) if line[0] == "row" else ("row", place[0])


def _places(line: Line, full: list[list[int]]) -> list[Place]:
    """List the places of a line, its total last."""
    way, number = line
    if way == "row":
        return [(number, column) for column in range(len(full[0]))]
    return [(row, number) for row in range(len(full))]


def _sum(full: list[list[int]], places: Iterable[Place]) -> int:
    return sum(full[row][column] for row, column in places)


def _cost(at: Place, full: list[list[int]]) -> tuple[bool, int, Place]:
    """Tell what is missed when this is hidden: a total more than a cell, a large number more."""
    row, column = at
    return (row == len(full) - 1 or column == len(full[0]) - 1, full[row][column], at)


def _rounded(part: int, whole: int) -> Share:
    step = 1 if whole >= PRECISE_FROM else STEP
    # Half is rounded up, with whole numbers alone: the same everywhere.
    percent = (200 * part + step * whole) // (2 * step * whole) * step
    if percent == 0:
        return Share("below", STEP)
    if percent == 100:
        return Share("above", 100 - STEP)
    return Share("about", percent)


def _up_to_step(part: int, whole: int) -> int:
    """Return a share in percents, rounded up to a step."""
    return -(-100 * part // (STEP * whole)) * STEP
