import random
from textwrap import dedent
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from waardewerk.contract import LEVELS
from waardewerk.notation import yaml_text
from waardewerk.notation.yaml_text import write_yaml
from waardewerk.questionnaires.definition import (
    DefinitionError,
    LocalText,
    OrganisationLevel,
    load_definition,
    write_definition,
)
from waardewerk.questionnaires.question_types import BUILT_IN_TYPES, Question, TextType
from waardewerk.wording import UNSTORABLE

TYPES = {question_type.key: question_type for question_type in BUILT_IN_TYPES}

EXAMPLE = """\
format: waardewerk/questionnaire@1
id: urn:waardewerk:example:all-types
version: 1.10
languages: [nl, en]
kind: maturity
title: {nl: Voorbeeld, en: Example}
intro: {nl: "Let op: dit telt.", en: "Mind: this counts."}
lenses: [policy, practice]
scales:
  three:
    - {nl: Los, en: Loose}
    - {nl: Afgesproken, en: Agreed}
    - {nl: Lerend, en: Learning}
sections:
  - id: t4
    theme: procurement
    title: {nl: Inkoop, en: Procurement}
    asks: [executive, civil_servant]
    questions:
      - id: t4.criteria
        type: level
        title: {nl: Hoe komen waarden terug?, en: How do values come back?}
        help: {nl: Denk aan één opdracht., en: Think of one contract.}
        reason: required
        not_applicable: with_reason
        values: [transparency, agency]
        talk:
          - {nl: Wanneer?, en: When?}
        scale: three
        levels:
          1: {nl: Het hangt ervan af., en: It depends.}
          2: {nl: Er is een vaste set., en: There is a fixed set.}
          3: {nl: We leren., en: We learn.}
        example_above: 2
  - id: other
    title: {nl: Overig, en: Other}
    questions:
      - id: other.size
        type: choice
        title: {nl: Hoe groot?, en: How large?}
        options:
          - {id: small, title: {nl: Klein, en: Small}}
          - {id: large, title: {nl: Groot, en: Large}}
      - id: other.tools
        type: choices
        title: {nl: Waarmee?, en: With what?}
        required: false
        options:
          - {id: paper, title: {nl: Papier, en: Paper}}
          - {id: screen, title: {nl: Scherm, en: Screen}}
          - {id: talk, title: {nl: Gesprek, en: Conversation}}
        min: 1
        max: 2
      - id: other.trust
        type: scale
        title: {nl: Hoeveel vertrouwen?, en: How much trust?}
        from: 0
        to: 10
        from_label: {nl: Geen, en: None}
        to_label: {nl: Veel, en: Much}
      - id: other.hours
        type: number
        title: {nl: Hoeveel tijd?, en: How much time?}
        min: 0.5
        max: 40
        unit: {nl: uur per week, en: hours a week}
        decimals: 1
      - id: other.example
        type: text
        title: {nl: Noem een voorbeeld., en: Give an example.}
        max_length: 2000
        multiline: false
      - id: other.since
        type: date
        title: {nl: Sinds wanneer?, en: Since when?}
        min: 2000-01-01
        max: 2030-12-31
improvements:
  t4.criteria:
    "2>3": {nl: Kijk terug., en: Look back.}
    "1>2": {nl: Kies waarden., en: Choose values.}
"""


@pytest.fixture(params=["the fast parser", "PyYAML's own parser"])
def parser(request, monkeypatch):
    if request.param == "PyYAML's own parser":
        monkeypatch.setattr(yaml_text, "_EVENT_SOURCE", yaml.SafeLoader)
    return request.param


@pytest.fixture
def example():
    return load_definition(EXAMPLE, TYPES)


def problems_of(source):
    with pytest.raises(DefinitionError) as caught:
        load_definition(source, TYPES)
    return caught.value.problems


def changed(before, after):
    """The example with one piece of it replaced."""
    assert EXAMPLE.count(before) == 1, before
    return EXAMPLE.replace(before, after)


def line_of(text, source=EXAMPLE):
    return next(n for n, line in enumerate(source.splitlines(), start=1) if text in line)


def test_a_scalar_is_text_until_the_schema_says_otherwise(example):
    assert example.version == "1.10"
    assert example.question("t4.criteria").example_above == 2
    assert example.question("other.trust").last_label.for_language("en") == "Much"
    assert example.question("other.trust").first_label.for_language("en") == "None"


def test_the_word_no_stays_a_word():
    source = changed("nl: Klein, en: Small", "nl: no, en: yes")
    option = load_definition(source, TYPES).question("other.size").options[0]
    assert dict(option.title) == {"nl": "no", "en": "yes"}


def test_only_a_type_with_lenses_is_answered_through_them(example):
    assert example.question("t4.criteria").lenses == ("policy", "practice")
    assert example.question("other.size").lenses == ()


def test_a_level_question_knows_the_names_of_its_steps(example):
    names = example.question("t4.criteria").step_names
    assert [name.for_language("nl") for name in names] == ["Los", "Afgesproken", "Lerend"]


def test_questions_are_found_by_id_and_keep_their_order(example):
    assert [question.id for question in example.questions()] == [
        "t4.criteria",
        "other.size",
        "other.tools",
        "other.trust",
        "other.hours",
        "other.example",
        "other.since",
    ]
    assert example.question("other.size").title["en"] == "How large?"
    assert example.section_of("other.size").id == "other"
    with pytest.raises(KeyError):
        example.question("other.colour")


def test_a_section_without_asks_is_for_every_level_of_the_organisation(example):
    assert [section.id for section in example.sections_for("political")] == ["other"]
    assert [section.id for section in example.sections_for("executive")] == ["t4", "other"]


def test_the_levels_of_the_organisation_are_those_of_the_contract():
    assert get_args(OrganisationLevel) == LEVELS


def test_what_helps_is_found_by_the_step_one_stands_on(example):
    assert example.improvement("t4.criteria", 2)["en"] == "Look back."
    assert example.improvement("t4.criteria", 3) is None
    assert example.improvement("other.size", 1) is None


def test_a_text_is_given_in_the_first_wanted_language_that_it_has(example):
    assert example.title.for_language("fy", "en", "nl") == "Example"
    assert example.title.for_language("fy") == "Voorbeeld"
    assert example.title.for_language() == "Voorbeeld"


def test_the_first_language_of_the_definition_comes_first_in_every_text():
    source = changed("{nl: Voorbeeld, en: Example}", "{en: Example, nl: Voorbeeld}")
    assert load_definition(source, TYPES).title.for_language("fy") == "Voorbeeld"


def test_a_definition_never_changes(example):
    with pytest.raises(ValidationError):
        example.version = "2"
    with pytest.raises(TypeError):
        example.scales["three"] = ()
    with pytest.raises(TypeError):
        example.title["nl"] = "Anders"
    assert hash(example) == hash(load_definition(EXAMPLE, TYPES))


def test_a_byte_order_mark_is_no_part_of_the_text(example):
    assert load_definition("\ufeff" + EXAMPLE, TYPES) == example
    assert load_definition(b"\xef\xbb\xbf" + EXAMPLE.encode(), TYPES) == example


def test_line_ends_of_windows_make_no_difference(example):
    assert load_definition(EXAMPLE.replace("\n", "\r\n").encode(), TYPES) == example


def test_a_plugin_brings_a_type_with_fields_of_its_own():
    class PlaceQuestion(Question):
        country: str

    class PlaceType(TextType):
        key = "place"
        fields = PlaceQuestion

    types = {**TYPES, "place": PlaceType()}
    source = changed("type: text\n", "type: place\n        country: NL\n").replace(
        "        max_length: 2000\n        multiline: false\n", ""
    )
    definition = load_definition(source, types)
    assert definition.question("other.example").country == "NL"
    assert load_definition(write_definition(definition), types) == definition


@pytest.mark.parametrize(
    ("before", "after", "marked", "question", "said"),
    [
        ("format: waardewerk/questionnaire@1", "format: other@2", "format:", None, "one of"),
        ("urn:waardewerk:example:all-types", "not a urn", "id: not", None, "not a URN"),
        ("version: 1.10", "version: één", "version", None, "cannot be a version"),
        ("languages: [nl, en]", "languages: [nl, en, nl]", "languages", None, "twice"),
        ("languages: [nl, en]", "languages: [nl, English]", "languages", None, "language"),
        ("lenses: [policy, practice]", "lenses: [policy, paper]", "lenses", None, "practice"),
        ("lenses: [policy, practice]", "lenses: policy", "lenses", None, "must be a list"),
        ("asks: [executive, civil_servant]", "asks: [civil]", "asks", None, "civil_servant"),
        ("theme: procurement", "theme: In koop", "theme", None, "cannot be a key"),
        ("nl: Inkoop, en: Procurement", "nl: Inkoop", "{nl: Inkoop}", None, "no text in en"),
        ("nl: Inkoop, en:", "nl: Inkoop, fr: x, en:", "fr: x", None, "“fr” is not one of"),
        ("en: How large?", 'en: "  "', "Hoe groot", "other.size", "in en is empty"),
        ("en: How large?", "en: [x]", "Hoe groot", "other.size", "must be text"),
        ("{nl: Hoe groot?, en: How large?}", "Hoe groot?", "Hoe groot?", "other.size", "language"),
        ("{nl: Hoe groot?, en", "{nl: Hoe, groot, en", "Hoe, groot", "other.size", "“groot”"),
        ("id: other.size", "id: Other Size", "Other Size", "Other Size", "cannot be a key"),
        ("id: other.size", "id: other.tools", "id: other.tools", "other.tools", "used twice"),
        ("id: other.size", "id: t4", "id: t4\n", "t4", "used twice"),
        ("- id: other\n", "- id: t4\n", "id: t4\n", None, "used twice"),
        ("type: choice\n", "type: chance\n", "chance", "other.size", "no type of question"),
        ("        type: choice\n", "", "id: other.size", "other.size", "no type of question"),
        ("type: text\n", "type: text\n        show_if: x\n", "show_if", "other.example", "belongs"),
        ("reason: required", "reason: always", "reason", "t4.criteria", "none, optional, required"),
        ("required: false", "required: no", "required: no", "other.tools", "true or false"),
        ("[transparency, agency]", "[a, a]", "[a, a]", "t4.criteria", "twice"),
        ("scale: three", "scale: four", "scale: four", "t4.criteria", "no scale “four”"),
        ("          2: {nl: Er is een vaste set., en: There is a fixed set.}\n", "", "levels:",
         "t4.criteria", "describe level 2"),
        ("          3: {nl: We", "          4: {nl: x, en: x}\n          3: {nl: We", "levels:",
         "t4.criteria", "describes 4"),
        ("example_above: 2", "example_above: 3", "example_above", "t4.criteria", "below"),
        ("example_above: 2", "example_above: 2.0", "example_above", "t4.criteria", "whole"),
        ("id: large", "id: small", "options:", "other.size", "“small” is there twice"),
        ("        max: 2\n", "        max: 4\n", "other.tools", "other.tools", "do not fit"),
        ("        max: 2\n", "        max: 0\n", "max: 0", "other.tools", "at least 1"),
        ("to: 10\n", "to: 0\n", "to: 0", "other.trust", "2 to 11 steps"),
        ("min: 0.5", "min: 0,5", "min: 0,5", "other.hours", "must be a number"),
        ("min: 0.5", "min: 41", "other.hours", "other.hours", "above"),
        ("decimals: 1", "decimals: 7", "decimals", "other.hours", "at most 6"),
        ("max_length: 2000", "max_length: 20000", "max_length", "other.example", "at most 10000"),
        ("min: 2000-01-01", "min: 2000-02-30", "2000-02-30", "other.since", "must be a date"),
        ("min: 2000-01-01", "min: 20000101", "20000101", "other.since", "must be a date"),
        ("min: 2000-01-01", "min: 2031-01-01", "other.since", "other.since", "above"),
        ('"1>2"', '"1>3"', '"1>3"', "t4.criteria", "1>2, 2>3"),
        ("improvements:\n  t4.criteria", "improvements:\n  t4.none", "  t4.none", "t4.none",
         "no question “t4.none”"),
        ("improvements:\n  t4.criteria", "improvements:\n  other.size", "  other.size",
         "other.size", "has no steps"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_question(before, after, marked, question, said):
    source = changed(before, after)
    lines = [n for n, line in enumerate(source.splitlines(True), start=1) if marked in line]
    (problem,) = problems_of(source)
    assert said in problem.text()
    assert problem.line in lines
    assert problem.subject == question


def test_a_missing_text_is_named_with_line_question_and_language():
    (problem,) = problems_of(changed("{nl: Klein, en: Small}", "{nl: Klein}"))
    assert (problem.line, problem.subject) == (line_of("nl: Klein"), "other.size")
    assert problem.arguments["languages"] == "en"


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file():
    source = (
        EXAMPLE.replace("version: 1.10\n", "")
        .replace("kind: maturity", "kind: Maturity!")
        .replace("en: When?", "en: ''")
        .replace("to: 10\n", "to: ten\n")
        .replace("max: 2030-12-31", "colour: red")
        .replace('"1>2"', '"1-2"')
    )
    problems = problems_of(source)
    assert [problem.subject for problem in problems] == [
        None,
        None,
        "t4.criteria",
        "other.trust",
        "other.since",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_a_wrong_question_does_not_make_what_points_at_it_wrong():
    (problem,) = problems_of(changed("type: level\n", "type: ladder\n"))
    assert problem.arguments["text"] == "ladder"


def test_a_wrong_name_in_a_scale_does_not_make_its_questions_wrong():
    (problem,) = problems_of(changed("{nl: Afgesproken, en: Agreed}", "{nl: Afgesproken}"))
    assert problem.line == line_of("nl: Afgesproken")


def test_a_problem_can_be_said_in_another_language():
    (problem,) = problems_of(changed("id: large", "id: small"))
    dutch = {"The option “%(text)s” is there twice.": "De optie “%(text)s” staat er twee keer."}
    assert problem.text(dutch.__getitem__) == "De optie “small” staat er twee keer."


def test_an_error_says_where_and_what_on_the_command_line():
    with pytest.raises(DefinitionError) as caught:
        load_definition(changed("to: 10\n", "to: ten\n"), TYPES)
    line = line_of("to: 10")
    assert str(caught.value) == f"line {line}, other.trust: “to” must be a whole number."


def test_the_report_on_a_file_full_of_mistakes_is_cut_off():
    many = "".join(f"field{n}: x\n" for n in range(5000))
    assert len(problems_of(EXAMPLE + many)) == 100
    assert len(problems_of(EXAMPLE + "kind: x\n" * 5000)) == 100


def test_more_than_a_thousand_questions_are_refused():
    one = "      - {id: q%d, type: date, title: {nl: x, en: x}}\n"
    section = "  - id: s%d\n    title: {nl: x, en: x}\n    questions:\n"
    many = "".join(
        section % part + "".join(one % (part * 600 + n) for n in range(600)) for part in (0, 1)
    )
    (problem,) = problems_of(changed("improvements:\n", f"{many}improvements:\n"))
    assert "more than 1000 questions" in problem.text()


def alias_bomb():
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    return f"l0: &l0 [lol]\n{layers}"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        pytest.param(alias_bomb(), 1, "Anchors", id="an alias bomb"),
        pytest.param("a: *nowhere\n", 1, "", id="an alias to nowhere"),
        pytest.param("a: x\nb: &anchor y\n", 2, "Anchors", id="an anchor"),
        pytest.param("a: !!python/object/apply:os.system [x]\n", 1, "Tags", id="a tag"),
        pytest.param("a: !!str x\n", 1, "Tags", id="a harmless tag"),
        pytest.param("! a: x\n", 1, "Tags", id="a bare tag"),
        pytest.param("a: x\nb: y\na: z\n", 3, "on line 1", id="a key that is there twice"),
        pytest.param("a: x\n---\nb: y\n", 2, "one document", id="two documents"),
        pytest.param("a: " + "[" * 500, 1, "nested", id="deep brackets"),
        pytest.param("- " * 5000, 1, "nested", id="deep dashes"),
        pytest.param("? " * 5000, 1, "nested", id="deep question marks"),
        pytest.param("{[a]: b}\n", 1, "name of a field", id="a list as a key"),
        pytest.param("a: [" + "x," * 200_000 + "]", 1, "too many", id="too many items"),
        pytest.param("a: x\nb: {y\n", None, "cannot be read", id="an open brace"),
        pytest.param("a: x\nb: c: d\n", 2, "double quotes", id="a bare colon"),
        pytest.param("a: x\nb: @y\n", 2, "cannot be read", id="a character without meaning"),
        pytest.param("a: \\U99999999\nb: \"\\U99999999\"", None, "", id="no such character"),
        pytest.param("%YAML 1." + "9" * 5000 + "\n---\na: b", None, "", id="an absurd version"),
        pytest.param("a: x\nb: \x00y\n", 2, "U+0000", id="a null byte"),
        pytest.param('a: x\nb: "\\0y"\n', 2, "U+0000", id="an escaped null byte"),
        pytest.param("a: x\nb: \ud800y\n", 2, "U+D800", id="a lone surrogate"),
        pytest.param('a: x\nb: "\\uD800y"\n', 2, "", id="an escaped lone surrogate"),
        pytest.param('a: "\\uFFFF"\n', 1, "U+FFFF", id="what XML cannot hold"),
        pytest.param("a: \x1b[31mred\n", 1, "U+001B", id="a control character"),
        pytest.param(b"a: x\nb: \xff\n", 2, "UTF-8", id="bytes that are no text"),
        pytest.param(EXAMPLE.encode("utf-16"), 1, "UTF-8", id="UTF-16"),
        pytest.param("format: x\n".encode("utf-16-le"), 1, "U+0000", id="UTF-16 without a mark"),
        pytest.param("", None, "empty", id="nothing"),
        pytest.param(b"", None, "empty", id="no bytes"),
        pytest.param("# only a remark\n", None, "empty", id="only a remark"),
        pytest.param("---\n", None, "must hold the fields", id="an empty document"),
        pytest.param("just words", 1, "must hold the fields", id="a scalar"),
        pytest.param("- a\n- b\n", 1, "must hold the fields", id="a list"),
        pytest.param("x" * (1024 * 1024 + 1), None, "larger than 1024 kB", id="too large"),
        pytest.param("é" * (600 * 1024), None, "larger than 1024 kB", id="too large in bytes"),
    ],
)  # fmt: skip
def test_hostile_or_broken_input_gets_a_clear_error(parser, source, line, said):
    problem = problems_of(source)[0]
    assert said in problem.text()
    if line is not None:
        assert problem.line == line


def test_a_scalar_of_fifty_megabytes_is_refused_unread(parser):
    for source in ("a: " + "x" * 50_000_000, b"a: " + b"x" * 50_000_000):
        (problem,) = problems_of(source)
        assert "larger than" in problem.text()


def test_a_huge_name_is_cut_in_the_message():
    (problem, *_others) = problems_of("x" * 900 + ": y\n")
    assert len(problem.text()) < 200


def test_no_text_of_a_hostile_file_reaches_the_message_unless_it_can_be_stored():
    for problem in problems_of('"a\\0b": x\n"a\\0b": y\n'):
        assert "\x00" not in problem.text()


@settings(deadline=None, max_examples=150)
@given(st.text() | st.binary())
def test_any_input_gives_a_definition_or_its_problems(source):
    assert problems_of(source)


@settings(deadline=None, max_examples=200)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 6))
def test_a_damaged_file_gives_a_definition_or_its_problems(seed, edits):
    chance = random.Random(seed)
    source = EXAMPLE
    for _edit in range(edits):
        start = chance.randrange(len(source))
        end = start + chance.choice([0, 1, 1, 5, 40])
        piece = chance.choice(
            ["", ":", "\n", "  ", "{", "]", "&a ", "*a", "!x ", '"', "\t", "- ", source[:60], "\0"]
        )
        source = source[:start] + piece + source[end:]
    try:
        definition = load_definition(source, TYPES)
    except DefinitionError as error:
        definition = None
        said = str(error)
    assert said if definition is None else load_definition(write_definition(definition), TYPES)


def test_the_canonical_form_of_a_small_definition():
    source = """\
        sections:
        - questions:
          - {type: text, id: q, title: {nl: 'Zeg "nee": \\ of ja', no: "a\\nb"}, required: true}
          title: {nl: x, no: y}
          id: s1
        title: {no: y, nl: no}
        languages: [nl, "no"]
        version: 1.0
        id: urn:example:small
        format: waardewerk/questionnaire@1
        """
    assert write_definition(load_definition(dedent(source), TYPES)) == dedent(
        """\
        format: "waardewerk/questionnaire@1"
        id: "urn:example:small"
        version: "1.0"
        languages: ["nl", "no"]
        title:
          nl: "no"
          "no": "y"
        sections:
          - id: "s1"
            title:
              nl: "x"
              "no": "y"
            questions:
              - id: "q"
                type: "text"
                title:
                  nl: "Zeg \\"nee\\": \\\\ of ja"
                  "no": "a\\nb"
        """
    )


def test_what_was_written_reads_back_the_same_and_writes_the_same(example, parser):
    written = write_definition(example)
    again = load_definition(written, TYPES)
    assert again == example
    assert write_definition(again) == written


def test_another_reader_of_yaml_finds_the_same_texts(example):
    content = yaml.safe_load(write_definition(example))
    assert content["version"] == "1.10"
    assert content["sections"][1]["questions"][1]["required"] is False
    assert content["sections"][1]["questions"][3]["min"] == 0.5
    assert content["sections"][1]["questions"][5]["min"] == "2000-01-01"


def test_improvements_stand_in_the_order_of_the_steps(example):
    written = write_definition(example)
    assert written.index('"1>2"') < written.index('"2>3"')


HARD_TEXTS = [
    "no",
    "1.10",
    "Let op: dit",
    "Ja, soms # niet",
    'Zij zei: "nee"',
    "back\\slash and 'single'",
    "two\nlines\n\n  and an indented one",
    "tab\tin it",
    "next\x85line",
    "line\u2028separator and para\u2029graph",
    "no\xa0break",
    "byte\ufefforder",
    "👩‍👩‍👧 emoji 🏳️‍🌈",
    "- dash",
    "*star &and !mark %percent @at `tick",
    "{curly} [square] ? | >",
    "carriage\rreturn",
    "<script>alert(1)</script>",
    "%(name)s 100%",
    "---",
    "...",
    "~",
    "null",
]
LANGUAGES = ["nl", "no", "fy"]

storable = st.characters(exclude_categories=["Cs"]).filter(
    lambda character: not UNSTORABLE.search(character)
)
words = st.sampled_from(HARD_TEXTS) | st.text(storable, min_size=1, max_size=40).filter(str.strip)
texts = st.fixed_dictionaries(dict.fromkeys(LANGUAGES, words))
keys = st.from_regex(r"[a-z][a-z0-9]{0,5}([._-][a-z0-9]{1,4}){0,2}", fullmatch=True)


def option(key):
    return st.fixed_dictionaries({"id": st.just(key), "title": texts})


options = st.lists(keys, min_size=2, max_size=5, unique=True).flatmap(
    lambda ids: st.tuples(*(option(key) for key in ids))
)

common = {
    "required": st.booleans(),
    "reason": st.sampled_from(["none", "optional", "required"]),
    "not_applicable": st.sampled_from(["no", "with_reason"]),
    "help": texts,
    "values": st.lists(keys, max_size=3, unique=True),
    "talk": st.lists(texts, max_size=2),
}
fields_of = {
    "level": (
        {"scale": st.just("y"), "levels": st.fixed_dictionaries({"1": texts, "2": texts})},
        {"example_above": st.integers(0, 1)},
    ),
    "choice": ({"options": options}, {}),
    "choices": ({"options": options}, {"min": st.integers(0, 2), "max": st.just(2)}),
    "scale": (
        {"from": st.integers(-9, 0), "to": st.just(1)},
        {"from_label": texts, "to_label": texts},
    ),
    "number": (
        {},
        {
            "min": st.decimals(-99, 0, places=2),
            "max": st.decimals(0, 99, places=3),
            "unit": texts,
            "decimals": st.integers(0, 6),
        },
    ),
    "text": ({}, {"max_length": st.integers(1, 10_000), "multiline": st.booleans()}),
    "date": ({}, {"min": st.dates().map(str)}),
}


@st.composite
def questions(draw, key):
    kind = draw(st.sampled_from(sorted(fields_of)))
    needed, extra = fields_of[kind]
    fields = {"id": st.just(key), "type": st.just(kind), "title": texts, **needed}
    return draw(st.fixed_dictionaries(fields, optional={**common, **extra}))


@st.composite
def contents(draw):
    ids = draw(st.lists(keys, min_size=4, max_size=6, unique=True))
    asked = [draw(questions(key)) for key in ids[2:]]
    parts = [
        draw(
            st.fixed_dictionaries(
                {"id": st.just(key), "title": texts, "questions": st.just(some)},
                optional={
                    "theme": keys,
                    "intro": texts,
                    "asks": st.lists(st.sampled_from(LEVELS), unique=True),
                },
            )
        )
        for key, some in ((ids[0], asked[:1]), (ids[1], asked[1:]))
    ]
    improved = [question["id"] for question in asked if question["type"] == "level"]
    return {
        "format": "waardewerk/questionnaire@1",
        "id": "urn:example:generated",
        "version": draw(st.sampled_from(["1", "1.10", "2026-a"])),
        "languages": LANGUAGES,
        "title": draw(texts),
        "lenses": draw(st.sampled_from([[], ["policy"], ["result", "practice"]])),
        "scales": {"y": [draw(texts), draw(texts)]},
        "sections": parts,
        "improvements": {key: {"1>2": draw(texts)} for key in improved},
    }


@settings(deadline=None, max_examples=75)
@given(contents())
def test_export_import_export_is_byte_equal(content):
    definition = load_definition(write_yaml(content), TYPES)
    written = write_definition(definition)
    again = load_definition(written.encode(), TYPES)
    assert again == definition
    assert write_definition(again) == written


@settings(deadline=None)
@given(words)
def test_every_text_survives_both_parsers(text):
    written = write_yaml({"a": text})
    for source in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        values = [
            event.value for event in yaml.parse(written, Loader=source) if hasattr(event, "value")
        ]
        assert values == ["a", text]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_a_hard_text_comes_through_a_definition_unharmed(text):
    definition = load_definition(EXAMPLE, TYPES)
    harder = definition.model_copy(update={"title": LocalText({"nl": text, "en": "x"})})
    again = load_definition(write_definition(harder), TYPES)
    assert again == harder
