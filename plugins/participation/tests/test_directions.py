from __future__ import annotations

import numpy as np
import pytest

from waardewerk_participation.grouping import directions
from waardewerk_participation.grouping.directions import deviations_of, two_directions
from waardewerk_participation.grouping.votes import Floats, Votes

from .conftest import camps, votes_from, without_opinions


def filled_in(votes: Votes) -> Floats:
    """Fill the table in by hand: the mean vote where there is none; then take each mean off."""
    full = np.full(votes.shape, np.nan)
    full[votes.rows, votes.columns] = votes.values
    means = np.nanmean(full, axis=0)
    return np.where(np.isnan(full), means, full) - means


TABLES = {
    "two camps": camps((40, 25), 30),
    "three camps": camps((30, 20, 15), 60, share=0.4),
    "no opinions": without_opinions(80, 40, seed=3),
    "more statements than people": camps((9, 8), 70),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("exact_up_to", [200, 0], ids=["exact", "searched"])
def test_the_directions_are_those_of_the_table_filled_in(
    name: str, exact_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directions, "EXACT_UP_TO", exact_up_to)
    votes = votes_from(TABLES[name])
    found = two_directions(deviations_of(votes))
    _left, _strengths, expected = np.linalg.svd(filled_in(votes), full_matrices=False)
    assert np.abs((found * expected[:2]).sum(axis=1)) == pytest.approx([1, 1], abs=1e-9)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1])
    assert (found.max(axis=1) >= -found.min(axis=1)).all()


@pytest.mark.parametrize("exact_up_to", [200, 0], ids=["exact", "searched"])
def test_where_people_differ_in_one_direction_the_other_is_nothing(
    exact_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directions, "EXACT_UP_TO", exact_up_to)
    opposed = {(p, s): 1 if p < 6 else -1 for p in range(10) for s in range(8)}
    first, second = two_directions(deviations_of(votes_from(opposed)))
    assert np.abs(first) == pytest.approx(np.full(8, 8**-0.5))
    assert not second.any()


@pytest.mark.parametrize("exact_up_to", [200, 0], ids=["exact", "searched"])
def test_where_nobody_differs_there_is_no_direction(
    exact_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directions, "EXACT_UP_TO", exact_up_to)
    alike = {(p, s): 1 for p in range(5) for s in range(8)}
    assert not two_directions(deviations_of(votes_from(alike))).any()
