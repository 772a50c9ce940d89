"""Changes to a framework as a document: what stays, what falls away, and what comes out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.refusal import NotFound, Refusal
from waardewerk.values import editing
from waardewerk.values.framework import (
    Framework,
    Norm,
    Serves,
    Value,
    load_framework,
    write_framework,
)
from waardewerk.values.hierarchy import cycle_in

from .frameworks import KEYS, frameworks


def read_back(framework: Framework) -> Framework:
    """Write a framework down and read it, as every operation does."""
    return load_framework(write_framework(framework))


@settings(max_examples=30)
@given(frameworks(), st.sets(st.sampled_from(KEYS), max_size=4))
def test_what_is_left_when_things_go_can_still_be_read(
    framework: Framework, keys: set[str]
) -> None:
    left = read_back(editing.without(framework, *keys))
    gone = set(framework.elements) - set(left.elements)
    assert keys & set(framework.elements) <= gone
    loss = editing.loss_of(framework, *keys)
    assert {one.key for one in loss.elements} == gone - keys
    assert all(isinstance(one, Norm) for one in loss.elements)
    for key, edges in left.edges.items():
        before = [edge for edge in framework.edges[key] if edge.key not in gone]
        assert list(edges) == before
        lost = [other.key for one, other in loss.edges if one.key == key]
        assert lost == [edge.key for edge in framework.edges[key] if edge.key in gone]


@settings(max_examples=30)
@given(frameworks(least_values=1), st.data())
def test_a_value_that_is_kept_keeps_everything_it_says(
    framework: Framework, data: st.DataObject
) -> None:
    keys = [value.key for value in framework.values]
    chosen = data.draw(st.sets(st.sampled_from(keys)))
    kept = read_back(editing.keep_values(framework, chosen))
    assert {value.key for value in kept.values} == chosen
    for value in kept.values:
        before = framework.value(value.key)
        assert before is not None
        assert (value.id, value.name, value.definition, value.fits) == (
            before.id,
            before.name,
            before.definition,
            before.fits,
        )
    assert kept.foundations == framework.foundations


@settings(max_examples=30)
@given(frameworks(least_values=1), st.data())
def test_moving_down_and_up_again_changes_nothing(
    framework: Framework, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(list(framework.elements)))
    down = editing.moved(framework, key, down=True)
    assert set(read_back(down).elements) == set(framework.elements)
    if down is not framework:
        assert read_back(editing.moved(down, key, down=False)) == framework


@settings(max_examples=30)
@given(frameworks(least_values=1))
def test_a_language_that_comes_and_goes_leaves_no_trace(framework: Framework) -> None:
    with_one_more = editing.with_language(framework, "de")
    assert read_back(editing.without_language(with_one_more, "de")) == framework


@settings(max_examples=30)
@given(frameworks(least_values=1))
def test_a_language_takes_its_texts_along_and_no_other(framework: Framework) -> None:
    for code in framework.languages[1:]:
        left = read_back(editing.without_language(framework, code))
        assert editing.texts_in(left, code) == 0
        for other in left.languages:
            assert editing.texts_in(left, other) == editing.texts_in(framework, other)


def test_the_first_language_stays(small: Framework) -> None:
    with pytest.raises(Refusal, match="first language"):
        editing.without_language(small, "nl")


@settings(max_examples=30)
@given(frameworks(least_values=1))
def test_a_thing_is_found_again_among_those_that_say_the_same(framework: Framework) -> None:
    for one in framework.elements.values():
        twin = editing.twin_of(framework, one)
        assert twin is not None
        without_key = {"key": "", "id": ""}
        assert twin.model_copy(update=without_key) == one.model_copy(update=without_key)


@given(st.text(max_size=80), st.sets(st.sampled_from(["rust", "rust-2", "value"])))
def test_a_key_is_made_that_can_be_read_and_is_free(name: str, taken: set[str]) -> None:
    key = editing.free_key(name, taken, "value")
    assert key not in taken
    norm = Value.model_validate(
        {"id": f"urn:example:v:{key}", "name": {"nl": "N"}, "definition": {"nl": "D"}}
    )
    assert norm.key == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Menselijke maat", "menselijke-maat"),
        ("Één plek, voor iedereen!", "een-plek-voor-iedereen"),
        ("3 dagen", "dagen"),
        ("العدالة", ""),
        ("x" * 90, "x" * 40),
        (
            "Woorden die samen langer zijn dan een sleutel mag",
            "woorden-die-samen-langer-zijn-dan-een",
        ),
    ],
)
def test_a_key_is_made_of_the_words_of_a_name(name: str, key: str) -> None:
    assert editing.slug(name) == key


def test_lines_of_two_languages_are_laid_beside_each_other() -> None:
    typed = {"nl": "een\ntwee\n\n  drie ", "en": "one\n\n\nthree"}
    assert [dict(one) for one in editing.lines_together(typed)] == [
        {"nl": "een", "en": "one"},
        {"nl": "twee"},
        {"nl": "drie", "en": "three"},
    ]
    with pytest.raises(Refusal, match="Line 2"):
        editing.lines_together({"nl": "een", "en": "one\ntwo"})
    assert editing.lines_together({"nl": " \n", "en": ""}) == ()


@given(st.lists(st.lists(st.sampled_from(["a b", ""]), min_size=1, max_size=3), max_size=4))
def test_lines_come_back_as_they_were_shown(rows: list[list[str]]) -> None:
    codes = ("nl", "en", "fy")
    texts = editing.lines_together(
        {
            code: "\n".join(row[n] if n < len(row) else "" for row in rows if row[0])
            for n, code in enumerate(codes)
        }
    )
    shown = {code: editing.as_lines(texts, code) for code in codes}
    assert editing.lines_together(shown) == texts


def test_what_is_looked_for_exists(small: Framework) -> None:
    with pytest.raises(NotFound):
        editing.find(small, "nergens")


def test_a_fingerprint_tells_one_text_from_another(small: Framework) -> None:
    privacy = small.value("privacy")
    assert privacy is not None
    assert editing.fingerprint(privacy) == editing.fingerprint(privacy.model_copy())
    other = privacy.model_copy(update={"source": "AVG"})
    assert editing.fingerprint(privacy) != editing.fingerprint(other)
    assert editing.fingerprint(None) == ""


EDITS = ("put", "without", "moved", "edge")


@settings(max_examples=30)
@given(frameworks(least_values=2), st.data())
def test_whatever_is_edited_is_refused_or_has_no_circle(
    framework: Framework, data: st.DataObject
) -> None:
    for _step in range(data.draw(st.integers(1, 4))):
        key = data.draw(st.sampled_from(list(framework.elements)))
        edit = data.draw(st.sampled_from(EDITS))
        if edit == "without":
            changed = editing.without(framework, key)
        elif edit == "moved":
            changed = editing.moved(framework, key, down=data.draw(st.booleans()))
        else:
            target = data.draw(st.sampled_from(list(framework.elements)))
            element = framework.elements[key]
            because = editing.name_of(element)
            serves = (*framework.edges[key], Serves(key=target, because=because))
            if not hasattr(element, "serves"):
                continue
            changed = editing.put(framework, element.model_copy(update={"serves": serves}))
        try:
            framework = read_back(changed)
        except Refusal:
            continue
        if not framework.elements:
            return
        assert cycle_in(framework.serves) == ()
