"""The sets that come with the product: sound as documents, and readable for anybody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from statistics import mean

import pytest
from pydantic import BaseModel

from waardewerk.values import starting
from waardewerk.values.framework import (
    Framework,
    LocalText,
    Value,
    load_framework,
    write_framework,
)
from waardewerk.values.starting import starting_point, starting_points

CODIO = "urn:waardewerk:values:codio"
RIGHTS = "urn:waardewerk:values:european-rights"
FILES = sorted(Path(starting.__file__).with_name("starting").iterdir())

#: Characters that a text may have where it stands, so that a card fits on a phone.
LONGEST = {
    "intro": 500,
    "title": 50,
    "name": 60,
    "situation": 90,
    "definition": 190,
    "text": 190,
    "fits": 100,
    "misses": 100,
    "because": 130,
}
LONGEST_SENTENCE = {"nl": 18, "en": 20}
LONGEST_AVERAGE = 12
#: What an office writes and nobody says, and what names the reader otherwise than “u”.
NOT_PLAIN = re.compile(
    r"\b(aangaande|alsmede|awareness|betreffende|borg(en|ing)|compliance|conform|derhalve"
    r"|desbetreffende|dien(t|en) te|echter|faciliter\w+|governance|hetgeen|implement\w+|indien"
    r"|inzake|je|jij|jouw|jullie|middels|monitor(en|ing)|omtrent|optimalis\w+|proactief"
    r"|stakeholders?|teneinde|tevens|uiteraard|waarborg\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture(params=[CODIO, RIGHTS])
def shipped(request: pytest.FixtureRequest) -> Framework:
    """Give each shipped set."""
    found = starting_point(request.param)
    assert found is not None
    return found


@pytest.fixture
def codio() -> Framework:
    """Give the set that hangs on CODIO."""
    found = starting_point(CODIO)
    assert found is not None
    return found


def texts_of(part: object, field: str = "") -> Iterator[tuple[str, LocalText]]:
    """Give every text with the field in which it stands."""
    if isinstance(part, LocalText):
        yield field, part
    elif isinstance(part, tuple):
        yield from chain.from_iterable(texts_of(one, field) for one in part)
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts_of(getattr(part, name), name)


def sentences_in(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text)


def likenesses() -> Iterator[tuple[Framework, Value, str, str, str]]:
    """Give every likeness: from where, then the relation, the list and the item."""
    for framework in starting_points():
        for value in framework.values:
            for like in value.likenesses:
                yield framework, value, like.relation, like.list, like.item


def test_every_file_is_offered_in_a_fixed_order() -> None:
    assert [one.id for one in starting_points()] == [CODIO, RIGHTS]
    assert len(FILES) == len(starting_points())


def test_a_set_is_found_by_its_urn_and_otherwise_there_is_none() -> None:
    assert [starting_point(one.id) for one in starting_points()] == list(starting_points())
    assert starting_point("urn:waardewerk:values:nowhere") is None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_in_the_one_form_that_it_has(file: Path) -> None:
    text = file.read_text("utf-8")
    assert write_framework(load_framework(text)) == text


def test_every_text_is_there_in_dutch_and_english(shipped: Framework) -> None:
    assert shipped.languages == ("nl", "en")
    assert not [dict(text) for _field, text in texts_of(shipped) if set(text) != {"nl", "en"}]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_stands_there_twice(language: str) -> None:
    said = Counter(
        text[language]
        for framework in starting_points()
        for field, text in texts_of(framework)
        if field not in {"title", "name"}
    )
    assert not [text for text, times in said.items() if times > 1]


def test_every_value_is_defined_shown_both_ways_and_says_where_it_comes_from(
    shipped: Framework,
) -> None:
    for value in shipped.values:
        assert (len(value.fits), len(value.misses)) == (2, 2), value.key
        assert value.source, value.key


def test_two_definitions_cannot_be_taken_for_each_other(shipped: Framework) -> None:
    for one, other in combinations(shipped.values, 2):
        words, others = long_words(one), long_words(other)
        assert len(words & others) / len(words | others) < 0.25, (one.key, other.key)


def long_words(value: Value) -> set[str]:
    return {word for word in re.findall(r"\w+", value.definition["nl"].lower()) if len(word) > 4}


def test_codio_gives_three_foundations_of_two_principles_each(codio: Framework) -> None:
    served = Counter(edge.key for one in codio.principles for edge in one.serves)
    assert served == {"democratie": 2, "rechtsstaat": 2, "bestuurskracht": 2}
    assert [one.key for one in codio.foundations] == list(served)


def test_every_value_serves_a_principle_and_every_principle_has_values(
    shipped: Framework,
) -> None:
    principles = [one.key for one in shipped.principles]
    served = {edge.key for value in shipped.values for edge in value.serves}
    assert all(value.serves for value in shipped.values)
    assert served == set(principles)
    first = [principles.index(value.serves[0].key) for value in shipped.values]
    assert first == sorted(first), "values stand in the order of their principles"


def test_every_value_of_the_codio_set_asks_something_somewhere(codio: Framework) -> None:
    asked = {edge.key for norm in codio.norms for edge in norm.serves}
    assert asked == {value.key for value in codio.values}


def test_values_of_all_sets_can_stand_in_one_framework() -> None:
    keys = Counter(key for framework in starting_points() for key in framework.elements)
    assert not [key for key, times in keys.items() if times > 1]


def test_a_likeness_points_at_a_value_of_another_shipped_set() -> None:
    for framework, value, _relation, target, item in likenesses():
        other = starting_point(target)
        assert other is not None, value.key
        assert other != framework, value.key
        assert other.value(item) is not None, (value.key, item)


def test_what_holds_both_ways_is_said_on_both_sides() -> None:
    known = {
        (framework.id, value.key, relation, target, item)
        for framework, value, relation, target, item in likenesses()
    }
    for here, key, relation, there, item in known:
        back = {kind for at, of, kind, *to in known if (at, of, *to) == (there, item, here, key)}
        assert back == (set() if relation == "narrower" else {relation}), (key, item)


def test_every_right_names_its_article_once_and_in_order() -> None:
    rights = starting_point(RIGHTS)
    assert rights is not None
    found = [re.search(r"artikel (\d+)\b", value.source) for value in rights.values]
    articles = [int(match.group(1)) for match in found if match]
    assert len(articles) == len(rights.values)
    assert articles == sorted(set(articles))
    assert articles[-1] <= 50, "the rights of the Charter end with article 50"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_is_longer_than_reads_on_a_phone(shipped: Framework, language: str) -> None:
    too_long = [
        text[language] for field, text in texts_of(shipped) if len(text[language]) > LONGEST[field]
    ]
    assert not too_long


@pytest.mark.parametrize("language", ["nl", "en"])
def test_sentences_are_short(shipped: Framework, language: str) -> None:
    sentences = [
        sentence
        for field, text in texts_of(shipped)
        if field not in {"title", "name"}
        for sentence in sentences_in(text[language])
    ]
    lengths = [len(sentence.split()) for sentence in sentences]
    longest = LONGEST_SENTENCE[language]
    assert not [one for one in sentences if len(one.split()) > longest]
    assert mean(lengths) < LONGEST_AVERAGE


def test_the_dutch_is_what_people_say(shipped: Framework) -> None:
    found = [
        (match.group(), text["nl"])
        for _field, text in texts_of(shipped)
        for match in NOT_PLAIN.finditer(text["nl"])
    ]
    assert not found


def test_full_sentences_end_and_names_do_not(shipped: Framework) -> None:
    for field, text in texts_of(shipped):
        for language, said in text.items():
            whole = field not in {"title", "name", "situation"}
            assert said.endswith(".") == whole, (language, said)
