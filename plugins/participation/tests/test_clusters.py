from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from waardewerk_participation.grouping import cells as cells_module
from waardewerk_participation.grouping.cells import cells_of
from waardewerk_participation.grouping.clusters import divide
from waardewerk_participation.grouping.letters import lettered
from waardewerk_participation.grouping.likeness import likeness
from waardewerk_participation.grouping.silhouette import silhouettes
from waardewerk_participation.grouping.votes import Floats


def clouds(*sizes: int, apart: float = 6.0, seed: int = 1) -> Floats:
    """Scatter people around as many places as there are sizes."""
    chance = np.random.default_rng(seed)
    parts = [
        chance.standard_normal((size, 2)) + np.array([np.cos(turn), np.sin(turn)]) * apart
        for turn, size in zip(np.arange(len(sizes)) * 2.4, sizes, strict=True)
    ]
    return np.round(np.concatenate(parts), 8)


def silhouette_by_hand(points: Floats, labels: list[int]) -> float:
    """Work the silhouette out one person at a time."""
    scores = []
    for i, own in enumerate(labels):
        distances: dict[int, list[float]] = {}
        for j, other in enumerate(labels):
            if i != j:
                away = float(np.hypot(*(points[i] - points[j])))
                distances.setdefault(other, []).append(away)
        if own not in distances:
            scores.append(0.0)
            continue
        means = {group: sum(d) / len(d) for group, d in distances.items()}
        a, b = means.pop(own), min(means.values())
        scores.append((b - a) / max(a, b) if max(a, b) else 0.0)
    return sum(scores) / len(scores)


def test_clouds_that_stand_apart_are_found() -> None:
    cells = cells_of(clouds(40, 25, 15))
    labels = divide(cells, 3, smallest=5, seed=0)
    assert labels is not None
    planted = np.repeat([0, 1, 2], [40, 25, 15])
    assert likeness(labels[cells.cell_of], planted) == 1.0


def test_a_division_has_no_group_that_is_too_small() -> None:
    with_four_far_away = np.concatenate([clouds(30), np.full((4, 2), 40.0)])
    cells = cells_of(with_four_far_away)
    small = divide(cells, 2, smallest=1, seed=0)
    assert small is not None
    assert sorted(np.bincount(small[cells.cell_of])) == [4, 30]
    larger = divide(cells, 2, smallest=5, seed=0)
    assert larger is None or min(np.bincount(larger[cells.cell_of])) >= 5


def test_more_groups_than_people_are_not_found() -> None:
    assert divide(cells_of(clouds(6)), 2, smallest=5, seed=0) is None


points = some.lists(
    some.tuples(some.integers(-5, 5), some.integers(-5, 5)), min_size=6, max_size=25, unique=True
)


@given(points, some.data())
def test_silhouettes_are_those_worked_out_by_hand(
    drawn: list[tuple[int, int]], data: some.DataObject
) -> None:
    # Some people stand in one place: they are one cell with a weight.
    repeated = np.array(drawn + drawn[:3], dtype=np.float64)
    cells = cells_of(repeated)
    found = {}
    for k in (2, 3):
        labels = divide(cells, k, smallest=1, seed=data.draw(some.integers(0, 9)))
        assert labels is not None
        found[k] = labels
    clear = silhouettes(cells, found)
    for k, labels in found.items():
        by_hand = silhouette_by_hand(repeated, labels[cells.cell_of].tolist())
        assert clear[k] == pytest.approx(by_hand, abs=1e-8)


def test_many_people_taken_together_give_nearly_the_same_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = clouds(500, 300, 200, apart=4.0)
    planted = np.repeat([0, 1, 2], [500, 300, 200])
    exact = cells_of(people)
    monkeypatch.setattr(cells_module, "MOST_CELLS", 200)
    rough = cells_of(people)
    assert len(exact) == 1000
    assert 50 < len(rough) <= 200
    assert rough.weights.sum() == 1000
    clear = []
    for cells in (exact, rough):
        labels = divide(cells, 3, smallest=5, seed=0)
        assert labels is not None
        assert likeness(labels[cells.cell_of], planted) > 0.95
        clear.append(silhouettes(cells, {3: labels})[3])
    assert clear[0] == pytest.approx(clear[1], abs=0.02)


def likeness_by_hand(one: list[int], other: list[int]) -> float:
    """Count pairs of people that are together in both, in one, in the other."""
    pairs = list(combinations(range(len(one)), 2))
    together = [one[i] == one[j] for i, j in pairs]
    others = [other[i] == other[j] for i, j in pairs]
    both = sum(a and b for a, b in zip(together, others, strict=True))
    by_chance = sum(together) * sum(others) / len(pairs) if pairs else 0.0
    most = (sum(together) + sum(others)) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)


@given(some.lists(some.tuples(some.integers(0, 3), some.integers(-1, 2)), max_size=20))
def test_likeness_is_that_of_counting_pairs(groups: list[tuple[int, int]]) -> None:
    one, other = [a for a, _b in groups], [b for _a, b in groups]
    assert likeness(one, other) == pytest.approx(likeness_by_hand(one, other))
    assert likeness(one, one) == 1.0


def test_the_largest_group_is_a() -> None:
    labels = np.array([0, 0, 1, 1, 1, 2], dtype=np.int8)
    number, letters = lettered(np.arange(6), labels)
    assert letters == ("A", "B", "C")
    assert [letters[one] for one in number] == ["B", "B", "A", "A", "A", "C"]


def test_groups_keep_the_letters_that_most_of_their_people_had() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 1], dtype=np.int8)
    previous = {0: "A", 1: "A", 2: "B", 3: "B", 4: "B", 9: "C"}
    number, letters = lettered(np.arange(7), labels, previous)
    assert [letters[one] for one in number] == ["A", "A", "A", "B", "B", "B", "B"]


def test_a_new_group_gets_a_letter_that_was_not_in_use() -> None:
    labels = np.array([0, 0, 1, 1, 2, 2, 2], dtype=np.int8)
    previous = {0: "A", 1: "A", 2: "C", 3: "C"}
    number, letters = lettered(np.arange(7), labels, previous)
    assert [letters[one] for one in number] == ["A", "A", "C", "C", "B", "B", "B"]
