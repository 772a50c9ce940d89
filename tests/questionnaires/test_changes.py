import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.questionnaires.changes import compare
from waardewerk.questionnaires.definition import load_definition
from waardewerk.questionnaires.question_types import BUILT_IN_TYPES

TYPES = {question_type.key: question_type for question_type in BUILT_IN_TYPES}

OLD = """\
format: waardewerk/questionnaire@1
id: urn:example:changes
version: 1
languages: [nl]
title: {nl: Vragen}
lenses: [policy]
scales:
  two: [{nl: Laag}, {nl: Hoog}]
  other: [{nl: Weinig}, {nl: Veel}]
sections:
  - id: first
    title: {nl: Eerst}
    questions:
      - {id: a, type: level, title: {nl: A}, scale: two, levels: {1: {nl: een}, 2: {nl: twee}}}
      - {id: b, type: text, title: {nl: B}}
      - {id: c, type: choice, title: {nl: C}, options: [{id: x, title: {nl: X}}, {id: y, title: {nl: Y}}]}
  - id: second
    title: {nl: Dan}
    intro: {nl: Nu verder.}
    questions:
      - {id: d, type: scale, title: {nl: D}, from: 1, to: 5, to_label: {nl: veel}}
improvements:
  a: {"1>2": {nl: Doe meer.}}
"""  # noqa: E501


def load(source):
    return load_definition(source, TYPES)


def changes(*replacements):
    source = OLD
    for before, after in replacements:
        assert source.count(before) == 1, before
        source = source.replace(before, after)
    return compare(load(OLD), load(source))


LINE_A = next(line for line in OLD.splitlines(True) if "id: a," in line)
LINE_B = next(line for line in OLD.splitlines(True) if "id: b," in line)
LINE_C = next(line for line in OLD.splitlines(True) if "id: c," in line)
LINE_D = next(line for line in OLD.splitlines(True) if "id: d," in line)


@pytest.mark.parametrize(
    ("replacements", "kind", "section", "question", "text"),
    [
        ([(LINE_B, LINE_B + LINE_B.replace("id: b", "id: e").replace("nl: B", "nl: E"))],
         "question_added", "first", "e", "Question “E” is new."),
        ([(LINE_B, "")], "question_removed", "first", "b", "Question “B” is no longer asked."),
        ([("nl: B", "nl: Beter")], "question_reworded", "first", "b",
         "Question “Beter” has another wording."),
        ([("to_label: {nl: veel}", "to_label: {nl: meer}")], "question_reworded", "second", "d",
         "Question “D” has another wording."),
        ([("type: text", "type: date")], "question_retyped", "first", "b",
         "Question “B” is of another type: “text” becomes “date”."),
        ([("nl: twee", "nl: drie")], "levels_reworded", "first", "a",
         "Question “A” describes these levels otherwise: 2."),
        ([("nl: Y", "nl: IJ")], "options_changed", "first", "c", "Question “C” has other options."),
        ([("to: 5", "to: 7")], "question_resettled", "second", "d",
         "Question “D” has other settings: to."),
        ([("scale: two", "scale: other")], "question_resettled", "first", "a",
         "Question “A” has other settings: scale."),
        ([(LINE_B, ""), (LINE_D, LINE_B + LINE_D)], "question_moved", "second", "b",
         "Question “B” moves to another place."),
        ([(LINE_A, ""), (LINE_C, LINE_C + LINE_A)], "question_moved", "first", "a",
         "Question “A” moves to another place."),
        ([("nl: Doe meer.", "nl: Doe minder.")], "improvements_changed", "first", "a",
         "What helps to improve on question “A” changes."),
        ([("nl: Eerst", "nl: Begin")], "section_reworded", "first", None,
         "Section “Begin” has another wording."),
        ([("    title: {nl: Dan}", "    asks: [executive]\n    title: {nl: Dan}")],
         "section_resettled", "second", None, "Section “Dan” has other settings: asks."),
        ([("nl: Hoog", "nl: Hoger")], "scale_changed", None, None,
         "The steps of the scale “two” change."),
        ([("[policy]", "[policy, result]")], "lenses_changed", None, None,
         "The lenses change from “policy” to “policy, result”."),
        ([("nl: Vragen", "nl: Nieuwe vragen")], "definition_changed", None, None,
         "The questionnaire itself changes: title."),
    ],
)  # fmt: skip
def test_one_difference_is_one_change(replacements, kind, section, question, text):
    (change,) = changes(*replacements)
    assert (change.kind, change.section, change.question) == (kind, section, question)
    assert change.text() == text


def test_another_version_label_is_no_change():
    assert changes(("version: 1", "version: 2")) == ()


def test_another_way_of_writing_the_same_is_no_change():
    assert changes(("{id: b, type: text,", '{"id": \'b\', required: true, type: "text",')) == ()


def test_a_new_section_takes_its_questions_along():
    found = changes(("id: second", "id: third"))
    assert [(change.kind, change.section, change.question) for change in found] == [
        ("section_added", "third", None),
        ("section_removed", "second", None),
        ("question_moved", "third", "d"),
    ]


def test_sections_that_change_places_are_one_move():
    head, first, second, tail = (
        OLD[: OLD.index("  - id: first")],
        OLD[OLD.index("  - id: first") : OLD.index("  - id: second")],
        OLD[OLD.index("  - id: second") : OLD.index("improvements")],
        OLD[OLD.index("improvements") :],
    )
    (change,) = compare(load(OLD), load(head + second + first + tail))
    assert change.kind == "section_moved"


def test_another_type_is_not_followed_by_a_list_of_its_fields():
    found = changes(("type: text, title: {nl: B}", "type: number, title: {nl: Bé}, max: 3"))
    assert [change.kind for change in found] == ["question_reworded", "question_retyped"]


def test_a_new_language_is_named_and_so_are_the_texts_that_it_touches():
    small = """\
format: waardewerk/questionnaire@1
id: urn:example:small
version: 1
languages: [%(languages)s]
title: {%(text)s}
sections: [{id: s, title: {%(text)s}, questions: [{id: q, type: date, title: {%(text)s}}]}]
"""
    found = compare(
        load(small % {"languages": "nl", "text": "nl: Dag"}),
        load(small % {"languages": "nl, en", "text": "nl: Dag, en: Day"}),
    )
    assert found[0].text() == "The languages change from “nl” to “nl, en”."
    assert {change.kind for change in found[1:]} == {
        "definition_changed",
        "section_reworded",
        "question_reworded",
    }


def test_a_change_is_said_in_the_readers_languages():
    (change,) = changes(("nl: B", "nl: Beter"))
    dutch = {"Question “%(question)s” has another wording.": "Vraag “%(question)s” luidt anders."}
    assert change.text(dutch.__getitem__, "nl") == "Vraag “Beter” luidt anders."


PIECES = [
    ("nl: B}", "nl: Bé}"),
    ("nl: twee", "nl: drie"),
    ("to: 5", "to: 6"),
    ("type: text", "type: date"),
    ("nl: Hoog", "nl: Hoger"),
    ("nl: Y", "nl: IJ"),
    ("id: first", "id: eerst"),
    ("[policy]", "[]"),
    ("nl: Nu verder.", "nl: Nu dit."),
    ("nl: Doe meer.", "nl: Doe minder."),
    ("id: x,", "id: z,"),
    (LINE_B, ""),
    ("id: d,", "id: d, values: [trust],"),
    ("title: {nl: Vragen}", "title: {nl: Vragen}\nkind: other"),
]


@settings(deadline=None, max_examples=100)
@given(st.sets(st.sampled_from(PIECES)), st.sets(st.sampled_from(PIECES)))
def test_there_is_a_change_exactly_when_something_differs(one, other):
    before, after = (load(with_pieces(pieces)) for pieces in (one, other))
    assert bool(compare(before, after)) == (before != after)
    for change in compare(before, after):
        assert "%(" not in change.text(str, "nl")


def with_pieces(pieces):
    source = OLD
    for before, after in sorted(pieces):
        source = source.replace(before, after)
    return source
