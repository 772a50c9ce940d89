"""A framework as a document: what it must hold, and what is said when it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.values.framework import (
    DefinitionError,
    Framework,
    load_framework,
    write_framework,
)
from waardewerk.values.hierarchy import cycle_in, specified_by

from .conftest import SMALL


def said(text: str) -> list[tuple[str | None, str]]:
    """Return what is wrong with a text: about which part, and what."""
    with pytest.raises(DefinitionError) as caught:
        load_framework(text)
    return [(problem.subject, problem.text()) for problem in caught.value.problems]


def test_what_is_written_is_what_was_read(small: Framework) -> None:
    written = write_framework(small)
    assert load_framework(written) == small
    assert write_framework(load_framework(written)) == written


def test_a_value_is_found_by_the_last_part_of_its_urn(small: Framework) -> None:
    privacy = small.value("privacy")
    assert privacy is not None
    assert privacy.id == "urn:waardewerk:value:privacy"
    assert small.value("democratie") is None


def test_only_the_first_language_must_be_everywhere() -> None:
    only_dutch = SMALL.replace(', en: "Everybody keeps something."', "")
    privacy = load_framework(only_dutch).value("privacy")
    assert privacy is not None
    assert privacy.definition.for_language("en") == "Iedereen houdt iets voor zichzelf."
    assert privacy.definition.language_for("en") == "nl"
    without_dutch = SMALL.replace('nl: "Iedereen houdt iets voor zichzelf.", ', "")
    assert said(without_dutch) == [("privacy", "“definition” has no text in nl.")]


def test_a_key_stands_for_one_thing() -> None:
    twice = SMALL.replace('key: "kort-bewaren"', 'key: "privacy"')
    assert said(twice) == [("privacy", "The key “privacy” is used twice.")]


def test_what_is_served_exists() -> None:
    lost = SMALL.replace('- key: "participatie"\n        because', '- key: "iets"\n        because')
    assert said(lost) == [("zeggenschap", "There is nothing with the key “iets” to serve.")]


def test_nothing_but_a_norm_serves_a_norm() -> None:
    upside_down = SMALL.replace(
        '- key: "participatie"\n        because', '- key: "kort-bewaren"\n        because'
    )
    assert said(upside_down) == [
        ("zeggenschap", "“kort-bewaren” is a norm: only another norm can serve it.")
    ]


def test_nothing_serves_itself_by_a_detour() -> None:
    round_trip = SMALL.replace('      - key: "democratie"', '      - key: "zeggenschap"')
    ((subject, message),) = said(round_trip)
    assert subject == "participatie"
    assert message == (
        "These serve each other in a circle: participatie → zeggenschap → participatie."
    )


KEYS = st.sampled_from("abcdefgh")


def reaches(start: str, wanted: str, serves: dict[str, list[str]]) -> bool:
    """Follow edges without any cleverness."""
    seen: set[str] = set()
    waiting = list(serves.get(start, ()))
    while waiting:
        here = waiting.pop()
        if here == wanted:
            return True
        if here not in seen:
            seen.add(here)
            waiting += serves.get(here, ())
    return False


@given(st.dictionaries(KEYS, st.lists(KEYS, max_size=4, unique=True), max_size=8))
def test_a_circle_is_found_exactly_when_there_is_one(serves: dict[str, list[str]]) -> None:
    circle = cycle_in(serves)
    assert bool(circle) == any(reaches(key, key, serves) for key in serves)
    for here, above in zip(circle, (*circle[1:], *circle[:1]), strict=True):
        assert above in serves[here]


@given(st.dictionaries(KEYS, st.lists(KEYS, max_size=4, unique=True), max_size=8))
def test_downwards_is_upwards_turned_round(serves: dict[str, list[str]]) -> None:
    up = {(key, above) for key, found in serves.items() for above in found}
    down = {(below, key) for key, found in specified_by(serves).items() for below in found}
    assert up == down
