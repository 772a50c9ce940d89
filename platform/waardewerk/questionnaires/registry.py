"""The question types and kinds of questionnaire that this application knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flask import Flask, current_app

from waardewerk.contract import QuestionnaireKind, QuestionnaireTypes
from waardewerk.questionnaires.definition import Definition, load_definition
from waardewerk.questionnaires.models import Version
from waardewerk.questionnaires.question_types import BUILT_IN_TYPES, QuestionType

EXTENSION = "waardewerk.question_types"
KINDS = "waardewerk.questionnaire_kinds"
#: Published definitions by the hash of their text. They cannot change, so they cannot be stale.
SHELF = "waardewerk.definitions"
MOST_HELD = 64


def question_types() -> Mapping[str, QuestionType]:
    """Return every question type by its key, of plugins that are off too."""
    types: Mapping[str, QuestionType] = current_app.extensions[EXTENSION]
    return types


def kinds() -> Mapping[str, QuestionnaireKind]:
    """Return every kind of questionnaire by its key."""
    known: Mapping[str, QuestionnaireKind] = current_app.extensions[KINDS]
    return known


def init_app(app: Flask, given: Iterable[tuple[str, QuestionnaireTypes]]) -> None:
    """Register the built-in types and what plugins brought; a built-in key cannot be taken."""
    types = {t.key: t for t in BUILT_IN_TYPES}
    known: dict[str, QuestionnaireKind] = {}
    for _owner, brought in given:
        known.update({kind.key: kind for kind in brought.kinds})
        types = {**{t.key: t for t in brought.questions}, **types}
    app.extensions[EXTENSION] = MappingProxyType(types)
    app.extensions[KINDS] = MappingProxyType(known)
    app.extensions[SHELF] = {}


def definition_of(version: Version) -> Definition:
    """Return what a version says; a published one is read once per process and then held."""
    if version.published_at is None:
        return load_definition(version.content, question_types())
    return _held(version)


def _held(version: Version) -> Definition:
    shelf: dict[str, Definition] = current_app.extensions[SHELF]
    definition = shelf.get(version.sha256)
    if definition is None:
        definition = load_definition(version.content, question_types())
        if len(shelf) >= MOST_HELD:
            shelf.clear()
        shelf[version.sha256] = definition
    return definition
