"""How fast somebody votes, how far they are, and how old counts may be."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from waardewerk_participation.pace import MOST, MOST_PEOPLE, Pace
from waardewerk_participation.progress import SET, Progress
from waardewerk_participation.routing import Tally
from waardewerk_participation.tallies import OLDEST, SHARE, Tallies

PID = b"p" * 16


def test_the_thirty_first_vote_in_a_minute_is_hasty_and_told_once() -> None:
    pace = Pace()
    told = [pace.is_hasty(PID, nth * 1.9) for nth in range(40)]
    assert told.index(True) == MOST
    assert told.count(True) == 1


@given(st.integers(2, 8))
def test_a_vote_every_few_seconds_is_never_hasty(seconds: int) -> None:
    pace = Pace()
    assert not any(pace.is_hasty(PID, nth * float(seconds)) for nth in range(100))


def test_people_do_not_hurry_each_other_and_fill_no_memory() -> None:
    pace = Pace()
    hasty = [pace.is_hasty(nth.to_bytes(16), 0.0) for nth in range(MOST_PEOPLE + 10)]
    assert not any(hasty)
    assert len(pace._votes) == MOST_PEOPLE


@given(st.integers(0, 300), st.integers(0, 300))
def test_sets_add_up_to_all_statements(done: int, more: int) -> None:
    progress = Progress(done, done + more)
    assert progress.is_complete == (more == 0)
    assert progress.is_worth_a_say == (done >= SET or more == 0)
    if more:
        assert 1 <= progress.in_set <= progress.set_size <= SET
        left = progress.set_size - progress.in_set + 1
        assert Progress(done + left, done + more).ends_a_set


def test_there_is_no_end_before_the_first_vote() -> None:
    assert not Progress(0, 5).ends_a_set
    assert Progress(0, 0).ends_a_set


def test_counts_are_read_again_after_half_a_minute_and_not_before() -> None:
    clock = [0.0]
    tallies, asked = Tallies(lambda: clock[0]), []

    def count() -> dict[int, Tally]:
        asked.append(clock[0])
        return {1: Tally(votes=len(asked))}

    for moment in (0.0, OLDEST - 1, OLDEST, 2 * OLDEST + 1):
        clock[0] = moment
        tallies.of(7, count)
    assert asked == [0.0, OLDEST, 2 * OLDEST + 1]
    assert tallies.of(7, count) == {1: Tally(votes=3)}
    assert tallies.of(8, dict) == {}


def test_slow_counting_happens_less_often() -> None:
    clock = [0.0]
    tallies, asked = Tallies(lambda: clock[0]), []

    def count() -> dict[int, Tally]:
        asked.append(clock[0])
        clock[0] += 2.0
        return {}

    tallies.of(1, count)
    clock[0] = 2.0 / SHARE
    tallies.of(1, count)
    assert len(asked) == 1
    clock[0] = 2.0 + 2.0 / SHARE
    tallies.of(1, count)
    assert len(asked) == 2


def test_who_comes_while_counts_are_read_gets_the_old_ones_at_once() -> None:
    tallies = Tallies(lambda: 0.0)
    begun, go_on = threading.Event(), threading.Event()

    def count() -> dict[int, Tally]:
        begun.set()
        assert go_on.wait(10)
        return {1: Tally(votes=1)}

    thread = threading.Thread(target=tallies.of, args=(1, count))
    thread.start()
    assert begun.wait(10)
    assert tallies.of(1, count) == {}
    go_on.set()
    thread.join()
    assert tallies.of(1, count) == {1: Tally(votes=1)}


def test_a_count_that_fails_is_tried_again() -> None:
    tallies = Tallies(lambda: 0.0)

    def fails() -> dict[int, Tally]:
        raise OSError

    try:
        tallies.of(1, fails)
    except OSError:
        assert tallies.of(1, lambda: {1: Tally()}) == {1: Tally()}
