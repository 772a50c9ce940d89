from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from waardewerk_participation.grouping.counting import count_all, count_by_group
from waardewerk_participation.grouping.redrawn import shuffled, thinned
from waardewerk_participation.grouping.votes import Votes, votes_of

from .conftest import Cells, camps, in_another_order, votes_from

ids = some.one_of(some.integers(0, 12), some.integers(0, 2**30 - 1))
cells_of_votes = some.dictionaries(
    some.tuples(ids, ids), some.sampled_from([-1, 0, 1]), max_size=40
)


def as_cells(votes: Votes) -> Cells:
    return {
        (int(votes.participants[row]), int(votes.statements[column])): int(value)
        for row, column, value in zip(votes.rows, votes.columns, votes.values, strict=True)
    }


@given(cells_of_votes, some.integers(0, 99))
def test_votes_are_the_same_in_whatever_order_they_come(cells: Cells, seed: int) -> None:
    votes, others = votes_from(cells), votes_from(in_another_order(cells, seed))
    assert as_cells(votes) == cells
    assert votes.fingerprint == others.fingerprint


@given(cells_of_votes)
def test_only_who_and_what_has_a_vote_is_in_it_and_in_order(cells: Cells) -> None:
    votes = votes_from(cells)
    assert votes.participants.tolist() == sorted({person for person, _statement in cells})
    assert votes.statements.tolist() == sorted({statement for _person, statement in cells})
    assert votes.seen.sum() == len(cells)


@given(cells_of_votes, some.data())
def test_without_rejected_statements_the_other_votes_stay(
    cells: Cells, data: some.DataObject
) -> None:
    statements = sorted({statement for _person, statement in cells})
    rejected = data.draw(
        some.sets(some.sampled_from(statements)) if statements else some.just(set())
    )
    live = votes_from(cells, rejected).live()
    assert as_cells(live) == {key: vote for key, vote in cells.items() if key[1] not in rejected}
    assert set(live.statements.tolist()) == set(statements) - rejected
    assert len(live.participants) == len({person for person, _statement in cells})


def test_a_changed_vote_or_rejection_changes_the_fingerprint() -> None:
    cells = {(1, 1): 1, (1, 2): 0, (2, 1): -1}
    known = votes_from(cells).fingerprint
    assert votes_from({**cells, (2, 1): 0}).fingerprint != known
    assert votes_from({**cells, (3, 1): 0}).fingerprint != known
    assert votes_from(cells, rejected=[2]).fingerprint != known


@pytest.mark.parametrize(
    ("people", "statements", "values"),
    [([1, 1], [2, 2], [0, 1]), ([1], [2], [2]), ([-1], [2], [1]), ([1, 2], [2], [1, 1])],
)
def test_what_cannot_be_votes_is_refused(
    people: list[int], statements: list[int], values: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"vote|ids"):
        votes_of(people, statements, values)


@given(cells_of_votes, some.integers(1, 3), some.data())
def test_counts_per_group_are_those_of_counting_by_hand(
    cells: Cells, groups: int, data: some.DataObject
) -> None:
    votes = votes_from(cells)
    in_group = some.integers(-1, groups - 1)
    drawn = data.draw(some.lists(in_group, min_size=votes.shape[0], max_size=votes.shape[0]))
    group_of = dict(zip(votes.participants.tolist(), drawn, strict=True))
    tallies = count_by_group(votes, np.array(drawn, dtype=np.int8), groups)
    for group in range(groups):
        for place, statement in enumerate(votes.statements.tolist()):
            given_ = [v for (p, s), v in cells.items() if s == statement and group_of[p] == group]
            assert tallies.agrees[group, place] == given_.count(1)
            assert tallies.passes[group, place] == given_.count(0)
            assert tallies.disagrees[group, place] == given_.count(-1)
    assert (tallies.of(0).seen + tallies.without(0).seen == tallies.total().seen).all()


def test_dealing_out_by_chance_keeps_who_voted_on_what_and_the_counts() -> None:
    votes = votes_from(camps())
    first, second = shuffled(votes, draws=2, seed=0)
    for table in (first, second):
        assert (table.rows == votes.rows).all()
        assert (table.columns == votes.columns).all()
        assert (count_all(table).agrees == count_all(votes).agrees).all()
        assert (count_all(table).passes == count_all(votes).passes).all()
        assert (table.values != votes.values).any()
    assert (first.values != second.values).any()


def test_leaving_votes_out_leaves_about_that_share_out() -> None:
    votes = votes_from(camps((200, 200)))
    first, second = thinned(votes, share=0.05, draws=2, seed=0)
    assert 0.93 < len(first.values) / len(votes.values) < 0.97
    assert set(as_cells(first).items()) < set(as_cells(votes).items())
    assert as_cells(first) != as_cells(second)
