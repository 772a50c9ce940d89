"""Nobody in a small group is pointed out, not by a number and not by subtracting numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk_participation.small_cells import (
    HIDDEN,
    INTERNAL,
    PUBLIC,
    Share,
    ShownTable,
    hide_small,
    shown_share,
    shown_shares,
)

Table = list[list[int]]


def with_totals(table: Table) -> Table:
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def shown_with_totals(shown: ShownTable) -> list[list[int | None]]:
    rows = [[*row, total] for row, total in zip(shown.cells, shown.row_totals, strict=True)]
    return [*rows, [*shown.column_totals, shown.total]]


def what_can_be_found(table: Table, shown: ShownTable) -> list[int]:
    """Give every sum of cells of one row or column that follows from what is shown.

    This is the attack: the numbers shown and *each line adds up* are a set of equations. A sum
    follows from them when no solution of the equations without right-hand side changes it.
    """
    full = with_totals(table)
    rows, columns = len(full), len(full[0])
    number = np.arange(rows * columns).reshape(rows, columns)
    equations = []
    for row in range(rows):
        equations.append(_adds_up(number[row], rows * columns))
    for column in range(columns):
        equations.append(_adds_up(number[:, column], rows * columns))
    for (row, column), seen in np.ndenumerate(np.array(shown_with_totals(shown), dtype=object)):
        if seen is not None:
            assert seen == full[row][column]
            equations.append(np.eye(rows * columns)[number[row, column]])
    _, sizes, directions = np.linalg.svd(np.array(equations))
    free = directions[int((sizes > 1e-9).sum()) :]
    targets = np.array(
        [one for line in (*number, *number.T) for one in _sums(line, rows * columns)]
    )
    stays = np.abs(targets @ free.T).max(axis=1, initial=0) < 1e-9
    return [int(one) for one in (targets @ np.array(full).ravel())[stays]]


def _sums(line: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Give every sum of cells of a line as a row of ones: each cell, each rest, each part."""
    for chosen in product((0, 1), repeat=len(line) - 1):
        if any(chosen):
            target = np.zeros(size)
            target[line[:-1]] = chosen
            yield target


def _adds_up(places: np.ndarray, size: int) -> np.ndarray:
    equation = np.zeros(size)
    equation[places[:-1]], equation[places[-1]] = 1, -1
    return equation


def a_random_table(chance: Random) -> Table:
    rows, columns = chance.randint(1, 4), chance.randint(2, 4)
    most = chance.choice((4, 12, 30, 100))
    return [
        [0 if chance.random() < 0.15 else chance.randint(0, most) for _ in range(columns)]
        for _ in range(rows)
    ]


@pytest.mark.parametrize("k", [INTERNAL, PUBLIC])
def test_in_ten_thousand_random_tables_nothing_small_can_be_found(k: int) -> None:
    chance = Random(k)
    numbers = 0
    for _ in range(5000):
        table = a_random_table(chance)
        found = what_can_be_found(table, hide_small(table, k))
        assert all(number >= k for number in found), table
        numbers += len(found)
    assert numbers > 5000, "hiding everything would prove nothing"


def test_the_attack_finds_what_plain_hiding_leaves_open() -> None:
    table = [[40, 30, 3], [20, 25, 30]]
    only_the_cell = ShownTable(((40, 30, None), (20, 25, 30)), (73, 75), (60, 55, 33), 148)
    assert 3 in what_can_be_found(table, only_the_cell)


def test_a_table_without_small_numbers_is_shown_whole() -> None:
    shown = hide_small([[40, 30, 30], [20, 25, 30]], PUBLIC)
    assert shown.cells == ((40, 30, 30), (20, 25, 30))
    assert (shown.row_totals, shown.column_totals, shown.total) == ((100, 75), (60, 55, 60), 175)


def test_totals_stay_while_a_small_cell_is_hidden_with_three_others() -> None:
    shown = hide_small([[40, 30, 3], [20, 25, 30]], PUBLIC)
    assert shown.cells[0][2] is None
    assert sum(cell is None for row in shown.cells for cell in row) == 4
    assert (shown.row_totals, shown.column_totals, shown.total) == ((73, 75), (60, 55, 33), 148)


def test_two_small_cells_that_are_small_together_take_a_third_with_them() -> None:
    assert hide_small([[50, 45, 3, 2]], PUBLIC).cells == ((50, None, None, None),)


def test_nobody_is_a_small_number_too() -> None:
    assert hide_small([[50, 50, 0]], PUBLIC).cells[0][2] is None


def test_of_fewer_people_than_k_not_even_the_total_is_shown() -> None:
    shown = hide_small([[4, 5]], PUBLIC)
    assert shown == ShownTable(((None, None),), (None,), (None, None), None)


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=1, max_size=5))
def test_the_order_of_groups_changes_what_is_found_in_no_unsafe_way(table: Table) -> None:
    shown = hide_small(table[::-1], PUBLIC)
    assert all(n >= PUBLIC for n in what_can_be_found(table[::-1], shown))


@pytest.mark.parametrize("table", [[], [[]], [[1, 2], [3]], [[-1, 20]]])
def test_what_is_not_a_table_of_people_is_refused(table: Table) -> None:
    with pytest.raises(ValueError, match=r"table|people"):
        hide_small(table, PUBLIC)


# Shares --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (61, 100, "61 %"),
        (1234, 2000, "62 %"),
        (33, 60, "55 %"),
        (45, 60, "75 %"),
        (3, 1000, "< 5 %"),
        (0, 1000, "< 5 %"),
        (1000, 1000, "> 95 %"),
        (3, 100, "< 10 %"),
        (97, 100, "> 90 %"),
        (12, 100_000, "< 5 %"),
        (99_988, 100_000, "> 95 %"),
        (10, 19, "–"),
        (0, 0, "–"),
    ],
)
def test_a_share_is_as_precise_as_the_number_of_people_allows(
    part: int, whole: int, text: str
) -> None:
    assert str(shown_share(part, whole, PUBLIC)) == text


@given(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from([INTERNAL, PUBLIC]))
def test_a_share_never_tells_a_number_under_k(part: int, rest: int, k: int) -> None:
    whole = part + rest
    shown = shown_share(part, whole, k)
    same = [one for one in range(whole + 1) if shown_share(one, whole, k) == shown]
    assert part in same
    if min(part, rest) < k:
        assert len(same) >= min(k, whole + 1), "every small number looks the same"


@given(st.lists(st.integers(0, 200), min_size=3, max_size=3), st.sampled_from([INTERNAL, PUBLIC]))
def test_of_answers_to_one_question_the_small_one_cannot_be_subtracted(
    parts: list[int], k: int
) -> None:
    shown = shown_shares(parts, k)
    unknown = [part for part, one in zip(parts, shown, strict=True) if one.kind != "about"]
    small = [part for part in parts if part < k]
    whole = sum(parts)
    # A percentage that was rounded to a bound was not small: only the others must add up to k.
    if small and whole >= 2 * k:
        assert sum(unknown) >= k


def test_a_hidden_answer_beside_a_small_one_is_not_given_a_percentage() -> None:
    assert shown_shares([60, 8, 32], PUBLIC) == (Share("about", 60), Share("below", 10), HIDDEN)
    assert [str(one) for one in shown_shares([95, 3, 2], PUBLIC)] == ["> 90 %", "< 10 %", "< 10 %"]
