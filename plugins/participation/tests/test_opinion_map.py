from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk_participation.grouping.dividing import group_people
from waardewerk_participation.grouping.engines import STABLE
from waardewerk_participation.grouping.result import NO_GROUP, Grouping
from waardewerk_participation.opinion_map import FEWEST_SPOTS, map_of
from waardewerk_participation.profiles import letters_by, profiles_of

from .conftest import camps, in_another_order, votes_from

K = 10


def grouped(sizes: tuple[int, ...], seed: int = 1) -> Grouping:
    return group_people(votes_from(camps(sizes, 12, seed=seed)), STABLE)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 90), st.integers(0, 60), st.integers(0, 20))
def test_no_circle_stands_for_few_people_and_none_follows_by_subtraction(
    one: int, other: int, seed: int
) -> None:
    grouping = grouped((one, other), seed)
    found = map_of(grouping, K)
    people = int(grouping.is_in.sum())
    if found is None:
        return
    assert all(spot.people >= K for spot in found.spots)
    assert found.elsewhere == 0 or found.elsewhere >= K
    assert sum(spot.people for spot in found.spots) + found.elsewhere == people
    assert all(abs(spot.x) <= 1 and abs(spot.y) <= 1 for spot in found.spots)


@pytest.mark.parametrize("people", [0, 1, 2])
def test_without_people_to_count_there_is_no_map(people: int) -> None:
    assert map_of(grouped((people,)), K) is None


def test_when_all_stand_in_one_place_there_is_no_map() -> None:
    cells = {(person, statement): 1 for person in range(30) for statement in range(8)}
    assert map_of(group_people(votes_from(cells), STABLE), K) is None


def test_a_map_is_of_at_least_three_circles_and_three_quarters_of_the_people() -> None:
    drawn = grouped((120, 80))
    found = map_of(drawn, K)
    assert found is not None
    assert len(found.spots) >= FEWEST_SPOTS
    # As many people again who have no place make the same circles less than three quarters.
    many_more = replace(
        drawn,
        group_of=np.concatenate([drawn.group_of, np.full_like(drawn.group_of, NO_GROUP)]),
        positions=np.concatenate([drawn.positions, np.zeros_like(drawn.positions)]),
    )
    assert map_of(many_more, K) is None


def test_groups_keep_their_letters_when_the_other_one_grows() -> None:
    first = camps((60, 40), 14)
    votes = votes_from(first)
    profiles = profiles_of(votes, group_people(votes, STABLE))
    # The second camp becomes the larger one.
    more = {
        (person + 60 * copy + 100, statement): value
        for copy in (1, 2)
        for (person, statement), value in first.items()
        if person >= 60
    }
    grown = votes_from({**first, **more})
    plain = group_people(grown, STABLE).letters_by_person()
    kept = group_people(grown, STABLE, previous=letters_by(grown, profiles)).letters_by_person()
    assert (plain[0], plain[70]) == ("B", "A")
    assert (kept[0], kept[70]) == ("A", "B")


def test_what_is_kept_of_groups_is_coarse_and_in_no_order_of_arrival() -> None:
    cells = camps((60, 40), 14)
    votes, shuffled = votes_from(cells), votes_from(in_another_order(cells, 2))
    profiles = profiles_of(votes, group_people(votes, STABLE))
    assert profiles == profiles_of(shuffled, group_people(shuffled, STABLE))
    means = np.array([list(one.values()) for one in profiles.values()])
    assert np.allclose(means * 10, np.round(means * 10))
    assert letters_by(votes, {}) == {}
