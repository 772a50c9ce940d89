from __future__ import annotations

from math import prod, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from waardewerk_participation.figures.consensus import (
    agreement,
    group_informed_consensus,
    lowest_agreement,
    mean_consensus,
)
from waardewerk_participation.figures.divisiveness import divisiveness
from waardewerk_participation.figures.minority import objections, smallest_group
from waardewerk_participation.figures.overview import overview_of
from waardewerk_participation.figures.representative import representatives
from waardewerk_participation.figures.shared import shared
from waardewerk_participation.grouping.counting import Tallies
from waardewerk_participation.grouping.dividing import group_people
from waardewerk_participation.grouping.engines import POLIS, STABLE

from .conftest import camps, votes_from

#: Agrees, disagrees and passes of one group on one statement.
Count = tuple[int, int, int]
SURE = 1.2816

count = some.tuples(some.integers(0, 30), some.integers(0, 30), some.integers(0, 10))


@some.composite
def counted(draw: some.DrawFn) -> list[list[Count]]:
    """Draw counts per group and statement."""
    groups, statements = draw(some.integers(1, 4)), draw(some.integers(1, 8))
    one_group = some.lists(count, min_size=statements, max_size=statements)
    return draw(some.lists(one_group, min_size=groups, max_size=groups))


def tallies_of(counts: list[list[Count]]) -> Tallies:
    table = np.array(counts, dtype=np.int64)
    return Tallies(table[:, :, 0], table[:, :, 1], table[:, :, 2])


def share(hits: int, seen: int) -> float:
    return (hits + 1) / (seen + 2)


def z_of_share(hits: int, seen: int) -> float:
    return 2 * sqrt(seen + 1) * ((hits + 1) / (seen + 1) - 0.5)


def z_of_more(hits: int, seen: int, other_hits: int, other_seen: int) -> float:
    p1, p2 = (hits + 1) / (seen + 1), (other_hits + 1) / (other_seen + 1)
    q = (hits + other_hits + 2) / (seen + other_seen + 2)
    return (
        0.0 if q >= 1 else (p1 - p2) / sqrt(q * (1 - q) * (1 / (seen + 1) + 1 / (other_seen + 1)))
    )


@given(counted())
def test_consensus_and_divisiveness_are_those_worked_out_one_by_one(
    counts: list[list[Count]],
) -> None:
    tallies = tallies_of(counts)
    for place in range(len(counts[0])):
        shares = [share(group[place][0], sum(group[place])) for group in counts]
        assert agreement(tallies)[:, place] == pytest.approx(shares)
        assert group_informed_consensus(tallies)[place] == pytest.approx(prod(shares))
        mean = prod(shares) ** (1 / len(shares))
        assert mean_consensus(tallies)[place] == pytest.approx(mean)
        assert lowest_agreement(tallies)[place] == pytest.approx(min(shares))
        assert divisiveness(tallies)[place] == pytest.approx(max(shares) - min(shares))


@given(some.lists(count, min_size=1, max_size=5))
def test_one_more_group_like_the_others_leaves_the_mean_and_lowers_the_product(
    counts: list[Count],
) -> None:
    twice, thrice = tallies_of([counts] * 2), tallies_of([counts] * 3)
    assert mean_consensus(twice) == pytest.approx(mean_consensus(thrice))
    assert (group_informed_consensus(twice) > group_informed_consensus(thrice)).all()


def test_without_groups_there_is_no_consensus_of_groups() -> None:
    none = np.zeros((0, 3), dtype=np.int64)
    with pytest.raises(ValueError, match="without groups"):
        group_informed_consensus(Tallies(none, none, none))


def representatives_by_hand(counts: list[list[Count]], group: int) -> list[tuple[int, str]]:
    """Choose as the method is written down, one statement after another."""
    figures = []
    for place in range(len(counts[0])):
        agrees, disagrees, passes = counts[group][place]
        seen = agrees + disagrees + passes
        others = [g[place] for i, g in enumerate(counts) if i != group]
        a, d = sum(o[0] for o in others), sum(o[1] for o in others)
        s = sum(sum(o) for o in others)
        figures.append(
            {
                "voted": agrees + disagrees > 0,
                "pa": share(agrees, seen),
                "pat": z_of_share(agrees, seen),
                "ra": share(agrees, seen) / share(a, s),
                "rat": z_of_more(agrees, seen, a, s),
                "pd": share(disagrees, seen),
                "pdt": z_of_share(disagrees, seen),
                "rd": share(disagrees, seen) / share(d, s),
                "rdt": z_of_more(disagrees, seen, d, s),
            }
        )
    best = None
    for place, f in enumerate(figures):
        if not f["voted"]:
            continue
        if best is None:
            wins = f["pat"] > SURE or (f["ra"] > 1 and f["pa"] > 0.5)
        elif figures[best]["ra"] > 1:
            wins = _full(f) > _full(figures[best])
        else:
            wins = f["pa"] * f["pat"] > figures[best]["pa"] * figures[best]["pat"]
        if wins:
            best = place
    sufficient = []
    for place, f in enumerate(figures):
        if (f["rat"] > SURE and f["pat"] > SURE) or (f["rdt"] > SURE and f["pdt"] > SURE):
            side = "agree" if f["rat"] > f["rdt"] else "disagree"
            score = _full(f) if side == "agree" else f["rd"] * f["rdt"] * f["pd"] * f["pdt"]
            sufficient.append((-score, place, side))
    if not sufficient and best is None:
        place = max(
            range(len(figures)), key=lambda p: (max(figures[p]["rat"], figures[p]["rdt"]), -p)
        )
        return [(place, "agree" if figures[place]["rat"] > figures[place]["rdt"] else "disagree")]
    chosen = [] if best is None else [(best, "agree")]
    chosen += [(place, side) for _score, place, side in sorted(sufficient) if place != best]
    chosen = chosen[:5]
    return [c for c in chosen if c[1] == "agree"] + [c for c in chosen if c[1] == "disagree"]


def _full(f: dict[str, float]) -> float:
    return f["ra"] * f["rat"] * f["pa"] * f["pat"]


@given(counted())
def test_representatives_are_those_chosen_one_by_one(counts: list[list[Count]]) -> None:
    for group in range(len(counts)):
        chosen = [(one.statement, one.side) for one in representatives(tallies_of(counts), group)]
        assert chosen == (representatives_by_hand(counts, group) if len(counts) > 1 else [])


def test_a_group_is_set_apart_by_what_it_alone_agrees_or_disagrees_with() -> None:
    everybody, ours, theirs, against = (9, 11, 0), (20, 0, 0), (0, 20, 0), (0, 20, 0)
    tallies = tallies_of(
        [
            [everybody, ours, against],
            [everybody, theirs, (18, 2, 0)],
            [everybody, theirs, (20, 0, 0)],
        ]
    )
    chosen = representatives(tallies, 0)
    assert [(one.statement, one.side) for one in chosen] == [(1, "agree"), (2, "disagree")]
    assert chosen[0].share == pytest.approx(21 / 22)
    assert chosen[0].times_others == pytest.approx(21 / 22 / (1 / 42))


def test_what_people_share_counts_everybody() -> None:
    tallies = tallies_of([[(9, 1, 0), (1, 9, 0), (5, 5, 0)], [(30, 0, 0), (0, 40, 0), (2, 2, 6)]])
    found = shared(tallies)
    assert found.agreed_with == (0,)
    assert found.rejected == (1,)


def test_the_smallest_group_is_heard_against_all_others() -> None:
    large, small = [(40, 2, 0), (38, 0, 2), (0, 40, 0)], [(1, 9, 0), (8, 1, 1), (0, 10, 0)]
    (found,) = objections(tallies_of([large, small]), smallest_group([42, 10]))
    assert found.statement == 0
    assert found.share == pytest.approx(10 / 12)
    assert found.agreement_of_all == pytest.approx(42 / 54)


def test_one_vote_against_is_no_objection_of_a_group_that_is_split() -> None:
    assert objections(tallies_of([[(40, 2, 0)], [(2, 3, 1)]]), 1) == ()


def test_an_overview_leaves_rejected_statements_out() -> None:
    votes = votes_from(camps(), rejected=[3, 4])
    overview = overview_of(votes, group_people(votes, POLIS))
    assert overview.statements.tolist() == [s for s in range(20) if s not in {3, 4}]
    assert overview.groups is not None
    assert overview.groups.consensus.shape == (18,)
    assert set(overview.groups.representatives) == {"A", "B"}
    assert overview.groups.smallest == "B"


def test_an_overview_of_people_who_are_one_has_no_smallest_group() -> None:
    alike = votes_from({(p, s): 1 for p in range(9) for s in range(8)})
    overview = overview_of(alike, group_people(alike, STABLE))
    assert overview.groups is not None
    assert overview.groups.smallest is None
    assert overview.groups.objections == ()
    assert overview.groups.consensus == pytest.approx(np.full(8, 10 / 11))


def test_an_overview_of_too_few_people_counts_votes_only() -> None:
    few = votes_from({(1, 1): 1, (2, 1): -1})
    overview = overview_of(few, group_people(few, STABLE))
    assert overview.groups is None
    assert overview.everybody.seen.tolist() == [[2]]
