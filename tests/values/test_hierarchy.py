"""The hierarchy: read downwards and upwards, complete, bounded, and honest about loose ends."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings

from waardewerk.values.framework import DefinitionError, Framework, load_framework, write_framework
from waardewerk.values.hierarchy import (
    Branch,
    longest_chain,
    read_downwards,
    read_upwards,
    serving_nothing,
    values_without_norm,
)

from .conftest import SMALL
from .frameworks import frameworks


def edges_in(branches: Iterable[Branch]) -> set[tuple[str, str]]:
    """Gather every edge that is drawn: what serves, and what is served."""
    found = set()
    for branch in branches:
        if branch.edge:
            found.add(branch.edge)
        found |= edges_in(branch.branches)
    return found


def keys_in(branches: Iterable[Branch]) -> set[str]:
    return {key for one in branches for key in {one.key} | keys_in(one.branches)}


@settings(max_examples=30)
@given(frameworks())
def test_both_ways_of_reading_show_every_thing_and_every_edge(framework: Framework) -> None:
    edges = {(key, above) for key, found in framework.serves.items() for above in found}
    for most in (1, 1000):
        for read in (read_downwards, read_upwards):
            drawn = read(framework.serves, most)
            assert edges_in(drawn) == edges
            assert keys_in(drawn) == set(framework.elements)


def count(branches: Iterable[Branch]) -> int:
    return sum(1 + count(one.branches) for one in branches)


def test_what_hangs_on_everything_does_not_fill_the_page() -> None:
    layers = [[f"l{layer}-{n}" for n in range(8)] for layer in range(8)]
    serves = {key: above for above, row in zip([[], *layers], layers, strict=False) for key in row}
    edges = sum(map(len, serves.values()))
    assert count(read_downwards(serves, 100)) <= 100 + edges + 8
    assert count(read_upwards(serves, 100)) <= 100 + edges + 8


def test_what_stands_elsewhere_says_so() -> None:
    serves = {"top": [], "left": ["top"], "right": ["top"], "low": ["left", "right"], "x": ["low"]}
    (top,) = read_downwards(serves, most=1)
    left, right = top.branches
    assert not left.branches[0].is_shown_elsewhere
    assert right.branches[0].is_shown_elsewhere
    (whole,) = read_downwards(serves)
    assert not whole.branches[1].branches[0].is_shown_elsewhere


def test_the_longest_way_up_is_counted() -> None:
    assert longest_chain({}) == 0
    assert longest_chain({"a": [], "b": ["a"], "c": ["a", "b"]}) == 3


def test_a_framework_is_not_deeper_than_people_can_read() -> None:
    norms = "".join(
        f'  - key: "n{n}"\n    situation: {{nl: "S"}}\n    text: {{nl: "T"}}\n'
        f'    serves:\n      - key: "{"kort-bewaren" if n == 0 else f"n{n - 1}"}"\n'
        '        because: {nl: "B"}\n'
        for n in range(12)
    )
    with pytest.raises(DefinitionError, match="More than 10 things serve each other in a row"):
        load_framework(SMALL + norms)


def test_loose_ends_are_named(small: Framework) -> None:
    assert [one.key for one in serving_nothing(small)] == ["privacy"]
    assert [one.key for one in values_without_norm(small)] == ["zeggenschap"]


@settings(max_examples=30)
@given(frameworks())
def test_what_is_no_loose_end_hangs_on_something(framework: Framework) -> None:
    loose = {one.key for one in serving_nothing(framework)}
    for one in (*framework.principles, *framework.values):
        assert (one.key in loose) == (not framework.serves[one.key])


@settings(max_examples=30)
@given(frameworks())
def test_bringing_in_what_was_saved_gives_the_same(framework: Framework) -> None:
    written = write_framework(framework)
    assert load_framework(written) == framework
    assert load_framework(written.encode()) == framework
    assert write_framework(load_framework(written)) == written
