from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk_participation.operations import counting
from waardewerk_participation.queries.counting import published
from waardewerk_participation.showing import Shown, for_audience
from waardewerk_participation.small_cells import INTERNAL, PUBLIC
from waardewerk_participation.steps import PEOPLE, WAIT, Step, is_due

from .conftest import OwnRounds
from .counted import an_hour_later, conclude, count, newest, numbers_in, shown

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 7200))
def test_a_step_needs_ten_more_people_and_an_hour(before: int, more: int, seconds: int) -> None:
    now = NOON + timedelta(seconds=seconds)
    due = is_due(Step(before, NOON), before + more, now, is_final=False)
    assert due == (more >= PEOPLE and seconds >= WAIT.total_seconds())
    assert is_due(Step(before, NOON), before + more, now, is_final=True)


def test_before_the_first_step_ten_people_are_enough() -> None:
    assert not is_due(None, 9, NOON, is_final=False)
    assert is_due(None, 10, NOON, is_final=False)


def voting_goes_on(rounds: OwnRounds, chance: Random, first: int, people: int) -> None:
    rounds.vote(
        {
            (first + person, number): chance.choice((-1, 0, 1))
            for person in range(people)
            for number in range(1, 9)
            if chance.random() < 0.4
        }
    )


def figures_of(found: Shown) -> dict[int, object]:
    return {one.number: one.everyone for one in found.statements}


@pytest.mark.parametrize("seed", [1, 2])
def test_nobodys_vote_can_be_read_from_two_published_results(
    own_rounds: OwnRounds, seed: int
) -> None:
    """While people come one by one and in groups, what moves rests on enough new reactions."""
    chance = Random(seed)
    own_rounds.open(statements=8)
    steps: list[tuple[int, dict[str, int], Shown]] = []
    first = 0
    for number in range(14):
        people = chance.choice((1, 1, 2, 5, 12))
        voting_goes_on(own_rounds, chance, first, people)
        first += 100
        count(own_rounds)
        with own_rounds.work() as session:
            result = published(session, own_rounds.get(session))
            if result is not None and (not steps or steps[-1][0] != result.people):
                found = for_audience(result.shown, "public")
                assert found is not None
                steps.append((result.people, result.provenance["reactions"]["public"], found))
        if number % 3 == 2:
            an_hour_later(own_rounds)
    assert len(steps) >= 2
    for (people, reactions, found), (later, more, then) in pairwise(steps):
        assert later - people >= PEOPLE
        before, after = figures_of(found), figures_of(then)
        for number in before.keys() & after.keys():
            if before[number] != after[number]:
                moved = more[str(number)] - reactions[str(number)]
                assert moved >= PUBLIC
        for one in (found, then):
            assert all(figure % 10 == 0 for figure in numbers_in(one))


def test_the_last_count_is_published_whatever_the_step(own_rounds: OwnRounds) -> None:
    chance = Random(5)
    own_rounds.open(statements=8)
    voting_goes_on(own_rounds, chance, 0, 40)
    count(own_rounds)
    voting_goes_on(own_rounds, chance, 100, 3)
    count(own_rounds)
    assert not newest(own_rounds).is_published
    conclude(own_rounds)
    assert newest(own_rounds).is_published
    assert shown(own_rounds).is_final


def test_few_reactions_and_again_few_add_up_until_figures_move(own_rounds: OwnRounds) -> None:
    own_rounds.open(statements=8)
    own_rounds.vote({(person, 1): 1 for person in range(40)})
    count(own_rounds)
    first = shown(own_rounds, "public").of(1)
    for step in (1, 2, 3):
        an_hour_later(own_rounds)
        few = {(100 * step + person, 1): -1 for person in range(6)}
        own_rounds.vote(few | {(100 * step + person, 2): 1 for person in range(6, 12)})
        count(own_rounds)
        assert newest(own_rounds).is_published
        assert (shown(own_rounds, "public").of(1) == first) == (step == 1)


def test_a_count_that_waits_is_published_when_its_hour_has_come(own_rounds: OwnRounds) -> None:
    chance = Random(5)
    own_rounds.open(statements=8)
    voting_goes_on(own_rounds, chance, 0, 40)
    count(own_rounds)
    voting_goes_on(own_rounds, chance, 100, 20)
    count(own_rounds)
    waiting = newest(own_rounds)
    assert not waiting.is_published
    an_hour_later(own_rounds)
    count(own_rounds)
    assert newest(own_rounds).id == waiting.id
    assert newest(own_rounds).is_published


def test_two_counts_at_once_keep_one(own_rounds: OwnRounds) -> None:
    from waardewerk_participation.queries.votes import turnout

    own_rounds.open(statements=8)
    voting_goes_on(own_rounds, Random(1), 0, 30)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        one, other = (
            counting.count_own(session, found, turnout(session, found)) for _each in range(2)
        )
        assert counting.keep_count(session, found, one, now=NOON) is not None
        assert counting.keep_count(session, found, other, now=NOON) is None


@pytest.mark.parametrize("people", [0, 1, 2, 9, 19])
def test_few_people_are_counted_without_a_warning_and_nothing_of_them_is_shown(
    own_rounds: OwnRounds, people: int
) -> None:
    own_rounds.open(statements=8)
    if people:
        own_rounds.vote({(p, n): 1 for p in range(people) for n in range(1, 9)})
    conclude(own_rounds)
    found = shown(own_rounds, "public")
    assert all(one.everyone.is_hidden for one in found.statements)
    assert all(number >= PUBLIC for number in numbers_in(found))
    assert found.sentences.agreed_with == ()


@pytest.mark.parametrize("value", [1, 0, -1])
def test_all_equal_and_all_blank_are_one_group_that_agrees(
    own_rounds: OwnRounds, value: int
) -> None:
    own_rounds.open(statements=8)
    own_rounds.vote({(p, n): value for p in range(40) for n in range(1, 9)})
    conclude(own_rounds)
    found = shown(own_rounds, "public")
    assert found.outcome == "no_clear_groups"
    assert found.groups == ()
    assert len(found.sentences.agreed_with) == (5 if value == 1 else 0)
    assert len(found.sentences.rejected) == (5 if value == -1 else 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_number_that_is_shown_is_small(own_rounds: OwnRounds, seed: int) -> None:
    chance = Random(seed)
    own_rounds.open(statements=8)
    voting_goes_on(own_rounds, chance, 0, chance.choice((25, 60, 150)))
    conclude(own_rounds)
    assert all(number >= PUBLIC for number in numbers_in(shown(own_rounds, "public")))
    assert all(number >= INTERNAL for number in numbers_in(shown(own_rounds, "staff")))


@pytest.mark.parametrize("audience", ["public", "staff"])
def test_no_other_count_says_of_few_people_what_the_result_hides(
    own_rounds: OwnRounds, audience: str
) -> None:
    own_rounds.open(statements=8)
    everybody = {(person, number): 1 for person in range(30) for number in (1, 2, 3)}
    few = {(person, number): 1 for person in range(6) for number in (4, 5, 6, 7, 8)}
    own_rounds.vote(everybody | few)
    conclude(own_rounds)
    found = shown(own_rounds, audience)
    hidden = {one.number for one in found.statements if one.everyone.is_hidden}
    assert hidden == {4, 5, 6, 7, 8}
    [polis] = [one for one in found.comparisons if one.which == "polis"]
    assert polis.agreed_with
    assert not hidden & {*polis.agreed_with, *polis.rejected}


def test_of_few_people_nothing_is_told_from_which_their_votes_can_be_guessed(
    own_rounds: OwnRounds,
) -> None:
    own_rounds.open(statements=4)
    own_rounds.vote({(p, n): 1 if p < 7 else -1 for p in range(14) for n in range(1, 5)})
    conclude(own_rounds)
    found = shown(own_rounds, "public")
    assert (found.outcome, found.groups, found.map) == ("too_few_people", (), None)
    assert all(one.difference is None and not one.outcome for one in found.comparisons)
    told = found.provenance
    assert (told.input_hash, told.fingerprint, told.silhouettes) == ("", "", {})
