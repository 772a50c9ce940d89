from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_participation import numbering
from waardewerk_participation.typed import Booklet, differences, settled

NUMBERS = st.integers(1, 30)
VOTES = st.dictionaries(NUMBERS, st.sampled_from((-1, 0, 1)))
BOOKLETS = st.builds(
    Booklet,
    votes=VOTES,
    background=st.dictionaries(st.integers(1, 3), st.sampled_from(("a", "b", "c"))),
    pid=st.none() | st.binary(min_size=16, max_size=16),
    statement=st.sampled_from(("", "More trees.", "Fewer cameras.")),
    language=st.just(""),
)


@given(booklet=BOOKLETS, spoilt=VOTES.filter(bool))
def test_every_seeded_difference_is_found(booklet: Booklet, spoilt: Mapping[int, int]) -> None:
    """Let a second person read some boxes otherwise, or see a box that is open as ticked."""
    misread = replace(booklet, votes={**booklet.votes, **spoilt})
    seeded = {f"vote-{n}" for n, value in spoilt.items() if booklet.votes.get(n) != value}
    assert {one.part for one in differences(booklet, misread)} == seeded
    assert {one.part for one in differences(misread, booklet)} == seeded


@given(booklet=BOOKLETS, overlooked=st.sets(NUMBERS))
def test_a_box_that_was_overlooked_is_a_difference(booklet: Booklet, overlooked: set[int]) -> None:
    left = {n: value for n, value in booklet.votes.items() if n not in overlooked}
    found = {one.part for one in differences(booklet, replace(booklet, votes=left))}
    assert found == {f"vote-{n}" for n in overlooked & set(booklet.votes)}


@given(first=BOOKLETS, second=BOOKLETS)
def test_two_readings_without_a_difference_are_the_same(first: Booklet, second: Booklet) -> None:
    assert (differences(first, second) == []) == (first == second)


@given(first=BOOKLETS, second=BOOKLETS)
def test_what_is_chosen_is_what_remains(first: Booklet, second: Booklet) -> None:
    parts = [one.part for one in differences(first, second)]
    assert settled(first, second, dict.fromkeys(parts, 1)) == first
    assert settled(first, second, dict.fromkeys(parts, 2)) == second
    for part in parts:
        mixed = settled(first, second, {**dict.fromkeys(parts, 1), part: 2})
        assert [one.part for one in differences(first, mixed)] == [part]


def test_differences_stand_in_the_order_of_the_booklet() -> None:
    first = Booklet(votes={10: 1}, background={1: "a"})
    second = Booklet(votes={2: 1}, pid=b"x" * 16, statement="More trees.")
    found = [one.part for one in differences(first, second)]
    assert found == ["code", "vote-2", "vote-10", "statement", "background-1"]


@given(numbers=st.sets(st.integers(1, 500), min_size=1, max_size=numbering.MOST))
def test_numbers_that_are_written_can_be_read(numbers: set[int]) -> None:
    assert numbering.read(numbering.written(numbers)) == sorted(numbers)


def test_numbers_are_written_as_ranges() -> None:
    assert numbering.written([3, 1, 2, 21, 30, 31]) == "1-3, 21, 30-31"


@pytest.mark.parametrize("text", ["", "x", "3-1", "1-1000", "1-2-3", "-1", "1-99999999999"])
def test_what_is_no_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        numbering.read(text)
