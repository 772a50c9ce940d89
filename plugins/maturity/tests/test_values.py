"""The values that the shipped scan touches are there to be adopted."""

from __future__ import annotations

from waardewerk.questionnaires.definition import load_definition
from waardewerk.questionnaires.question_types import BUILT_IN_TYPES
from waardewerk.values.starting import starting_point
from waardewerk_maturity.operations.shipping import SHIPPED


def test_every_value_that_a_question_touches_is_in_the_set_that_hangs_on_codio() -> None:
    types = {kind.key: kind for kind in BUILT_IN_TYPES}
    scan = load_definition(SHIPPED.read_bytes(), types)
    touched = {key for section in scan.sections for one in section.questions for key in one.values}
    codio = starting_point("urn:waardewerk:values:codio")
    assert codio is not None
    assert touched
    assert {f"urn:waardewerk:value:{key}" for key in touched} <= {one.id for one in codio.values}
