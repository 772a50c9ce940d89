"""What is different between two versions, and how a framework of others stands beside ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from waardewerk.notation.local_text import LocalText
from waardewerk.values import editing
from waardewerk.values.changes import Change, compare
from waardewerk.values.comparing import beside_own
from waardewerk.values.framework import Framework, load_framework

from .conftest import SMALL
from .frameworks import frameworks


def said(*replacements: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    """Change the small framework as text, and say what is different."""
    text = SMALL
    for before, after in replacements:
        assert before in text
        text = text.replace(before, after)
    changes = compare(load_framework(SMALL), load_framework(text))
    return [(one.kind, one.text(str, "en"), plain(one.before), plain(one.after)) for one in changes]


def plain(text: object) -> str:
    return text if isinstance(text, str) else text.for_language("en")  # type: ignore[attr-defined]


def test_an_introduction_that_is_not_there_any_more_is_gone() -> None:
    small = load_framework(SMALL)
    told = small.model_copy(update={"intro": LocalText({"nl": "Hier staan wij voor."})})
    assert [one.kind for one in compare(told, small)] == ["removed"]
    assert [one.kind for one in compare(small, told)] == ["added"]


NEW = """values:
  - id: "urn:example:values:province:rust"
    name: {nl: "Rust", en: "Calm"}
    definition: {nl: "Stil.", en: "Quiet."}
"""


@pytest.mark.parametrize(
    ("replacements", "expected"),
    [
        ([], []),
        ([("values:\n", NEW)], [("added", "Value “Calm”", "", "Quiet.")]),
        (
            [("Everybody keeps something.", "Hands off.")],
            [
                (
                    "changed",
                    "“Privacy” is defined otherwise",
                    "Everybody keeps something.",
                    "Hands off.",
                )
            ],
        ),
        (
            [('en: "Having a say"', 'en: "Say"')],
            [("changed", "“Say” is called otherwise", "Having a say", "Say")],
        ),
        (
            [("Else taking part is a game.", "So it is.")],
            [
                (
                    "changed",
                    "“Having a say” serves “Participation” for another reason",
                    "Else taking part is a game.",
                    "So it is.",
                )
            ],
        ),
        (
            [('["nl", "en"]', '["nl", "en", "fy"]')],
            [("changed", "The languages", "nl, en", "nl, en, fy")],
        ),
        (
            [('title: {nl: "Waardenkader"', 'title: {nl: "Kompas"')],
            [("changed", "The title", "Waardenkader", "Kompas")],
        ),
    ],
    ids=["nothing", "new", "defined", "named", "reason", "languages", "title"],
)
def test_each_difference_is_said_with_both_texts(
    replacements: list[tuple[str, str]], expected: list[tuple[str, str, str, str]]
) -> None:
    assert said(*replacements) == expected


def test_a_value_that_goes_takes_its_lines_along(small: Framework) -> None:
    left = editing.without(small, "zeggenschap")
    (change,) = compare(small, left)
    assert (change.kind, change.key) == ("removed", "zeggenschap")


def test_a_value_in_another_place_only_moves(small: Framework) -> None:
    (change,) = compare(small, editing.moved(small, "privacy", down=False))
    assert change.text(str, "en").endswith("moves to another place")


def test_a_value_is_the_same_when_its_urn_is(small: Framework) -> None:
    text = SMALL.replace("urn:waardewerk:value:privacy", "urn:other:value:privacy")
    kinds = [change.kind for change in compare(small, load_framework(text))]
    assert kinds == ["added", "removed"]


def test_the_likenesses_of_a_value_are_compared(small: Framework) -> None:
    text = SMALL.replace(
        "norms:\n",
        '    likenesses:\n      - relation: "same"\n        list: "urn:example:list"\n'
        '        item: "one"\nnorms:\n',
    )
    (change,) = compare(small, load_framework(text))
    assert change.text(str, "en").endswith("to values on lists of others")
    assert change.after == "same: urn:example:list one"


@settings(max_examples=30)
@given(frameworks(), frameworks())
def test_nothing_is_different_exactly_when_both_are_the_same(
    one: Framework, other: Framework
) -> None:
    assert compare(one, one) == ()
    if one.languages == other.languages and one != other:
        assert compare(one, other) != ()


@settings(max_examples=30)
@given(frameworks(), frameworks())
def test_every_difference_can_be_said_in_any_language(one: Framework, other: Framework) -> None:
    for change in compare(one, other):
        assert isinstance(change, Change)
        assert change.text(str, "nl")
        assert "%(" not in change.message.replace("%(name)s", "").replace("%(other)s", "")


@settings(max_examples=30)
@given(frameworks(), frameworks())
def test_each_value_of_others_stands_beside_ours_once(theirs: Framework, own: Framework) -> None:
    found = beside_own(theirs, own)
    assert [one.theirs for one in found] == list(theirs.values)
    for one in found:
        mine = own.value(one.theirs.key)
        assert (one.state == "new") == (mine is None)
        assert one.ours == mine
        if one.state == "same":
            assert mine == one.theirs
    assert {one.state for one in beside_own(theirs, None)} <= {"new"}
    assert {one.state for one in beside_own(theirs, theirs)} <= {"same"}
