"""What publishing a new version of a questionnaire changes, said for the person who publishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from pydantic import BaseModel

from waardewerk.notation.order import moved
from waardewerk.notation.problems import _
from waardewerk.questionnaires.definition import Definition, LocalText, Question, Section

Kind = Literal[
    "definition_changed",
    "lenses_changed",
    "languages_changed",
    "scale_changed",
    "section_added",
    "section_removed",
    "section_moved",
    "section_reworded",
    "section_resettled",
    "question_added",
    "question_removed",
    "question_moved",
    "question_retyped",
    "question_reworded",
    "levels_reworded",
    "options_changed",
    "question_resettled",
    "improvements_changed",
]

#: Fields that hold words for people; another wording can change what an answer means.
_WORDING = frozenset(
    {"title", "help", "intro", "talk", "unit", "first_label", "last_label"},
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    ``message`` is an English source text; ``arguments`` fill its places, in the reader's language.
    """

    kind: Kind
    message: str
    arguments: Mapping[str, str | LocalText]
    section: str | None = None
    question: str | None = None

    def text(self, gettext: Callable[[str], str] = str, *languages: str) -> str:
        """Say what changes, in the language of ``gettext`` and the first of ``languages``."""
        said = {
            name: value.for_language(*languages) if isinstance(value, LocalText) else value
            for name, value in self.arguments.items()
        }
        return gettext(self.message) % said


def compare(old: Definition, new: Definition) -> tuple[Change, ...]:
    """List what is different in ``new``; the version label itself does not count."""
    return tuple(
        chain(
            _of_the_whole(old, new),
            _of_scales(old, new),
            _of_sections(old, new),
            _of_questions(old, new),
        )
    )


def _differing(old: BaseModel, new: BaseModel) -> tuple[str, ...]:
    """Name the fields that are not the same in both."""
    names = dict.fromkeys((*type(old).model_fields, *type(new).model_fields))
    return tuple(name for name in names if getattr(old, name, None) != getattr(new, name, None))


_SAID_ELSEWHERE = frozenset({"version", "scales", "sections", "improvements"})


def _of_the_whole(old: Definition, new: Definition) -> Iterator[Change]:
    fields = [name for name in _differing(old, new) if name not in _SAID_ELSEWHERE]
    if "lenses" in fields:
        yield Change(
            "lenses_changed",
            _("The lenses change from “%(before)s” to “%(after)s”."),
            {"before": ", ".join(old.lenses), "after": ", ".join(new.lenses)},
        )
    if "languages" in fields:
        yield Change(
            "languages_changed",
            _("The languages change from “%(before)s” to “%(after)s”."),
            {"before": ", ".join(old.languages), "after": ", ".join(new.languages)},
        )
    if others := [name for name in fields if name not in {"lenses", "languages"}]:
        yield Change(
            "definition_changed",
            _("The questionnaire itself changes: %(fields)s."),
            {"fields": ", ".join(others)},
        )


def _of_scales(old: Definition, new: Definition) -> Iterator[Change]:
    for name in dict.fromkeys((*old.scales, *new.scales)):
        if old.scales.get(name) != new.scales.get(name):
            message = _("The steps of the scale “%(scale)s” change.")
            yield Change("scale_changed", message, {"scale": name})


def _of_sections(old: Definition, new: Definition) -> Iterator[Change]:
    before = {section.id: section for section in old.sections}
    after = {section.id: section for section in new.sections}
    elsewhere = moved(tuple(before), tuple(after))
    for key, section in after.items():
        if key not in before:
            yield _section_change("section_added", _("Section “%(section)s” is new."), section)
            continue
        if key in elsewhere:
            message = _("Section “%(section)s” moves to another place.")
            yield _section_change("section_moved", message, section)
        yield from _within_section(before[key], section)
    for key, section in before.items():
        if key not in after:
            message = _("Section “%(section)s” is no longer there.")
            yield _section_change("section_removed", message, section)


def _within_section(old: Section, new: Section) -> Iterator[Change]:
    fields = [name for name in _differing(old, new) if name != "questions"]
    if _WORDING.intersection(fields):
        message = _("Section “%(section)s” has another wording.")
        yield _section_change("section_reworded", message, new)
    if settings := [name for name in fields if name not in _WORDING]:
        message = _("Section “%(section)s” has other settings: %(fields)s.")
        yield _section_change("section_resettled", message, new, fields=", ".join(settings))


def _section_change(kind: Kind, message: str, section: Section, **arguments: str) -> Change:
    return Change(kind, message, {"section": section.title, **arguments}, section=section.id)


def _of_questions(old: Definition, new: Definition) -> Iterator[Change]:
    elsewhere = _moved_questions(old, new)
    before = {question.id: question for question in old.questions()}
    for question in new.questions():
        section = new.section_of(question.id)
        if question.id not in before:
            yield _question_change(
                "question_added", _("Question “%(question)s” is new."), question, section
            )
            continue
        if question.id in elsewhere:
            message = _("Question “%(question)s” moves to another place.")
            yield _question_change("question_moved", message, question, section)
        yield from _within_question(before[question.id], question, section)
        if old.improvements.get(question.id) != new.improvements.get(question.id):
            message = _("What helps to improve on question “%(question)s” changes.")
            yield _question_change("improvements_changed", message, question, section)
    after = {question.id for question in new.questions()}
    for key, question in before.items():
        if key not in after:
            message = _("Question “%(question)s” is no longer asked.")
            yield _question_change("question_removed", message, question, old.section_of(key))


def _within_question(old: Question, new: Question, section: Section) -> Iterator[Change]:
    fields = _differing(old, new)
    if _WORDING.intersection(fields):
        message = _("Question “%(question)s” has another wording.")
        yield _question_change("question_reworded", message, new, section)
    if old.type != new.type:
        message = _("Question “%(question)s” is of another type: “%(before)s” becomes “%(after)s”.")
        yield _question_change(
            "question_retyped", message, new, section, before=old.type, after=new.type
        )
        return
    if "levels" in fields:
        message = _("Question “%(question)s” describes these levels otherwise: %(levels)s.")
        levels = ", ".join(_reworded_levels(old, new))
        yield _question_change("levels_reworded", message, new, section, levels=levels)
    if "options" in fields:
        message = _("Question “%(question)s” has other options.")
        yield _question_change("options_changed", message, new, section)
    if settings := [name for name in fields if name not in {*_WORDING, "levels", "options"}]:
        message = _("Question “%(question)s” has other settings: %(fields)s.")
        names = ", ".join(_as_written(new, name) for name in settings)
        yield _question_change("question_resettled", message, new, section, fields=names)


def _reworded_levels(old: Question, new: Question) -> Iterator[str]:
    before: Mapping[str, LocalText] = getattr(old, "levels", {})
    after: Mapping[str, LocalText] = getattr(new, "levels", {})
    for step in dict.fromkeys((*before, *after)):
        if before.get(step) != after.get(step):
            yield step


def _as_written(part: BaseModel, name: str) -> str:
    """Give the name that the field has in a definition."""
    return type(part).model_fields[name].alias or name


def _question_change(
    kind: Kind, message: str, question: Question, section: Section, **arguments: str
) -> Change:
    return Change(
        kind,
        message,
        {"question": question.title, **arguments},
        section=section.id,
        question=question.id,
    )


def _moved_questions(old: Definition, new: Definition) -> frozenset[str]:
    """Find the questions that went to another section or another place in their own."""
    before = {question.id: old.section_of(question.id).id for question in old.questions()}
    after = {question.id: new.section_of(question.id).id for question in new.questions()}
    elsewhere = {key for key in before if key in after and before[key] != after[key]}
    stayed_before = [(section, key) for key, section in before.items() if key not in elsewhere]
    stayed_after = [(section, key) for key, section in after.items() if key not in elsewhere]
    reordered: set[str] = set()
    for section in dict.fromkeys(before.values()):
        reordered |= moved(
            [key for place, key in stayed_before if place == section],
            [key for place, key in stayed_after if place == section],
        )
    return frozenset(elsewhere | reordered)
