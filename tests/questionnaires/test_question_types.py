import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.questionnaires.definition import load_definition
from waardewerk.questionnaires.question_types import (
    BUILT_IN_TYPES,
    InvalidAnswer,
    Question,
    QuestionType,
    Step,
)
from waardewerk.refusal import Refusal

TYPES = {question_type.key: question_type for question_type in BUILT_IN_TYPES}

DEFINITION = load_definition(
    """\
format: waardewerk/questionnaire@1
id: urn:example:types
version: 1
languages: [nl, en]
title: {nl: Soorten, en: Types}
lenses: [policy, practice, result]
scales:
  three: [{nl: Los, en: Loose}, {nl: Vast, en: Fixed}, {nl: Lerend, en: Learning}]
sections:
  - id: all
    title: {nl: Alles, en: All}
    questions:
      - id: level
        type: level
        title: {nl: Waar?, en: Where?}
        scale: three
        levels: {1: {nl: a, en: A}, 2: {nl: b, en: B}, 3: {nl: c, en: C}}
        example_above: 2
      - id: choice
        type: choice
        title: {nl: Welke?, en: Which?}
        options: &o
      - id: scale
        type: scale
        title: {nl: Hoeveel?, en: How much?}
        from: -1
        to: 2
        from_label: {nl: geen, en: none}
        to_label: {nl: veel, en: much}
      - id: choices
        type: choices
        title: {nl: Welke allemaal?, en: Which ones?}
        min: 2
        max: 2
        options: &o
      - {id: whole, type: number, title: {nl: x, en: x}, min: -5, max: 100000}
      - id: number
        type: number
        title: {nl: x, en: x}
        decimals: 2
        min: -0.5
        max: 99999
        unit: {nl: uur, en: hours}
      - {id: text, type: text, title: {nl: x, en: x}, max_length: 20}
      - {id: line, type: text, title: {nl: x, en: x}, multiline: false}
      - {id: date, type: date, title: {nl: x, en: x}, min: 2000-01-01, max: 2030-12-31}
""".replace(
        "&o",
        "[{id: a, title: {nl: Eén, en: One}}, {id: b, title: {nl: Twee, en: Two}}, "
        "{id: c, title: {nl: Drie, en: Three}}]",
    ),
    TYPES,
)
IDS = [question.id for question in DEFINITION.questions()]


def read(key, *raw):
    question = DEFINITION.question(key)
    return TYPES[question.type].read(raw, question)


def said(key, value, *languages):
    question = DEFINITION.question(key)
    return TYPES[question.type].to_text(value, question, languages)


def steps(key, *languages):
    question = DEFINITION.question(key)
    return TYPES[question.type].steps(question, languages)


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("level", ["1"], 1),
        ("level", [" 3\r\n"], 3),
        ("level", ["", "2"], 2),
        ("choice", ["b"], "b"),
        ("choices", ["c", "a"], ["a", "c"]),
        ("choices", ["", "c", "c", "b"], ["b", "c"]),
        ("scale", ["-1"], -1),
        ("scale", ["0"], 0),
        ("whole", ["12"], 12),
        ("whole", ["-5"], -5),
        ("whole", ["−4"], -4),
        ("whole", ["007"], 7),
        ("number", ["1,5"], 1.5),
        ("number", ["1.5"], 1.5),
        ("number", ["12"], 12.0),
        ("number", ["-0"], 0.0),
        ("text", ["  Zo gaat\r\nhet hier.\t\n"], "Zo gaat\nhet hier."),
        ("text", ["👩‍👩‍👧 ûnder"], "👩‍👩‍👧 ûnder"),
        ("line", ["één regel"], "één regel"),
        ("date", ["2026-05-01"], "2026-05-01"),
        ("date", ["1-5-2026"], "2026-05-01"),
        ("date", ["2000-01-01"], "2000-01-01"),
    ],
)
def test_what_is_filled_in_becomes_a_plain_value(key, raw, value):
    found = read(key, *raw)
    assert repr(found) == repr(value)
    assert json.loads(json.dumps(found)) == value


@pytest.mark.parametrize("raw", [[], [""], ["  \t\r\n "], ["", ""], ["\u2003"]])
@pytest.mark.parametrize("key", IDS)
def test_nothing_filled_in_is_no_answer(key, raw):
    assert read(key, *raw) is None


@pytest.mark.parametrize(
    ("key", "raw", "message"),
    [
        ("level", ["0"], "Choose a level from 1 to 3."),
        ("level", ["4"], "Choose a level from 1 to 3."),
        ("level", ["2.0"], "Choose a level from 1 to 3."),
        ("level", ["٢"], "Choose a level from 1 to 3."),
        ("level", ["9" * 5000], "Choose a level from 1 to 3."),
        ("level", ["1", "2"], "Give one answer."),
        ("choice", ["d"], "Choose one of the options."),
        ("choice", ["a", "b"], "Give one answer."),
        ("choices", ["a", "d"], "Choose from the options."),
        ("choices", ["a"], "Choose at least 2."),
        ("choices", ["a", "b", "c"], "Choose at most 2."),
        ("scale", ["3"], "Choose a number from -1 to 2."),
        ("scale", ["1,5"], "Choose a number from -1 to 2."),
        ("whole", ["1,5"], "Give a whole number, in digits only."),
        ("whole", ["1.500"], "Give a whole number, in digits only."),
        ("whole", ["1 500"], "Give a whole number, in digits only."),
        ("whole", ["1e3"], "Give a whole number, in digits only."),
        ("whole", ["NaN"], "Give a whole number, in digits only."),
        ("whole", ["²"], "Give a whole number, in digits only."),
        ("whole", ["9" * 5000], "Give a whole number, in digits only."),
        ("whole", ["-6"], "Give at least -5."),
        ("whole", ["100001"], "Give at most 100000."),
        ("number", ["1,555"], "Give a number with at most 2 digits after the comma"),
        ("number", ["1.500"], "Give a number with at most 2 digits after the comma"),
        ("number", ["1.234,5"], "Give a number with at most 2 digits after the comma"),
        ("number", ["inf"], "Give a number with at most 2 digits after the comma"),
        ("number", ["3 uur"], "Give a number with at most 2 digits after the comma"),
        ("number", ["1,"], "Give a number with at most 2 digits after the comma"),
        ("number", ["-0,51"], "Give at least -0.5."),
        ("text", ["x" * 21], "This is 21 characters long; at most 20 fit."),
        ("text", ["a", "b"], "Give one answer."),
        ("line", ["a\nb"], "Write this on one line."),
        ("line", ["x" * 10_001], "This is 10001 characters long; at most 10000 fit."),
        ("date", ["2026-02-30"], "Give a date such as 31-12-2026."),
        ("date", ["20260501"], "Give a date such as 31-12-2026."),
        ("date", ["1/5/2026"], "Give a date such as 31-12-2026."),
        ("date", ["morgen"], "Give a date such as 31-12-2026."),
        ("date", ["1999-12-31"], "Give a date from 01-01-2000 on."),
        ("date", ["2031-01-01"], "Give a date up to 31-12-2030."),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_a_sentence(key, raw, message):
    with pytest.raises(InvalidAnswer) as caught:
        read(key, *raw)
    assert str(caught.value).startswith(message)
    assert caught.value.message % caught.value.arguments == str(caught.value)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x08", "\x7f", "\x85", "\ud800", "\uffff"])
@pytest.mark.parametrize("key", IDS)
def test_a_character_that_cannot_be_stored_is_refused_everywhere(key, character):
    for raw in (character, f"1{character}", f"{character}a"):
        with pytest.raises(InvalidAnswer) as caught:
            read(key, raw)
        assert caught.value.arguments == {"code": f"U+{ord(character):04X}"}


def test_an_invalid_answer_is_a_refusal_that_pages_and_the_api_know():
    with pytest.raises(Refusal) as caught:
        read("level", "9")
    assert (caught.value.status, caught.value.code) == (422, "invalid-answer")


@settings(deadline=None, max_examples=300)
@given(key=st.sampled_from(IDS), raw=st.lists(st.text(st.characters(), max_size=12), max_size=3))
def test_any_input_is_a_value_that_can_be_said_or_is_refused(key, raw):
    try:
        value = read(key, *raw)
    except InvalidAnswer as refused:
        assert str(refused).isprintable()  # noqa: PT017
        return
    assert bool(said(key, value, "nl")) == (value is not None)


@settings(deadline=None)
@given(st.decimals(-0.5, 99999, places=2))
def test_a_number_comes_back_as_it_was_typed(number):
    typed = str(number).replace(".", ",")
    assert f"{read('number', typed):.2f}" == f"{number + 0:.2f}"


@pytest.mark.parametrize(
    ("key", "value", "languages", "text"),
    [
        ("level", 2, ["nl"], "2 – Vast"),
        ("level", 2, ["fy", "en"], "2 – Fixed"),
        ("choice", "b", ["nl"], "Twee"),
        ("choices", ["a", "c"], ["en"], "One; Three"),
        ("scale", -1, ["nl"], "-1 – geen"),
        ("scale", 1, ["nl"], "1"),
        ("whole", 12500, ["nl"], "12.500"),
        ("number", 1234.5, ["nl"], "1.234,5 uur"),
        ("number", 1234.5, ["en"], "1,234.5 hours"),
        ("number", 0.07, ["nl"], "0,07 uur"),
        ("text", "a\nb", ["nl"], "a\nb"),
        ("date", "2026-05-01", ["nl"], "1 mei 2026"),
        ("date", "2026-05-01", ["en"], "May 1, 2026"),
        ("date", "2026-05-01", [], "May 1, 2026"),
        ("date", "2026-05-01", ["xx", "nl"], "1 mei 2026"),
    ],
)
def test_a_value_is_said_in_the_language_of_the_document(key, value, languages, text):
    assert said(key, value, *languages) == text


@pytest.mark.parametrize("key", IDS)
def test_no_answer_is_said_as_nothing(key):
    assert said(key, None, "nl") == ""


def test_the_steps_of_a_ladder_have_a_name_and_a_description():
    assert steps("level", "en") == (
        Step(1, "Loose", "A"),
        Step(2, "Fixed", "B"),
        Step(3, "Learning", "C"),
    )


def test_the_steps_of_a_scale_have_labels_at_the_ends():
    assert steps("scale", "nl") == (
        Step(-1, "-1", "geen"),
        Step(0, "0"),
        Step(1, "1"),
        Step(2, "2", "veel"),
    )


def test_the_steps_of_a_choice_are_its_options():
    assert steps("choice", "nl") == steps("choices", "nl")
    assert steps("choice", "nl")[0] == Step("a", "Eén")


@pytest.mark.parametrize("key", ["whole", "text", "date"])
def test_what_is_filled_in_freely_has_no_steps(key):
    assert steps(key, "nl") == ()


@pytest.mark.parametrize("key", IDS)
def test_every_step_can_be_given_as_an_answer(key):
    for step in steps(key, "nl"):
        if key != "choices":
            assert read(key, str(step.value)) == step.value


def test_only_a_level_above_the_mark_asks_for_an_example():
    question = DEFINITION.question("level")
    assert [question.asks_example(level) for level in (1, 2, 3)] == [False, False, True]


@pytest.mark.parametrize("question_type", BUILT_IN_TYPES, ids=lambda found: found.key)
def test_every_type_keeps_the_contract(question_type):
    assert isinstance(question_type, QuestionType)
    assert issubclass(question_type.fields, Question)
    assert question_type.template == f"questionnaires/types/_{question_type.key}.html"


def test_the_types_with_an_order_are_those_with_steps_in_numbers():
    assert [found.key for found in BUILT_IN_TYPES if found.ordinal] == ["level", "scale"]
    assert [found.key for found in BUILT_IN_TYPES if found.lenses] == ["level"]
