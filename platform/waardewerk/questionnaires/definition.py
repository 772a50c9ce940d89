"""A questionnaire as its author wrote it: read from strict YAML, checked, written canonically.

A ``Definition`` never changes, so one instance may serve all threads of a process. What a type of
question needs of its own stands in the schema that the type brings (``question_types.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    PlainValidator,
    PrivateAttr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from waardewerk.notation.fields import (
    Flag,
    Frozen,
    Key,
    Language,
    NoRepeats,
    Part,
    Urn,
    VersionLabel,
    holding,
)
from waardewerk.notation.local_text import FrozenMapping, LocalText, schema_error
from waardewerk.notation.parts import Misfit, Place, misfits, read_part, write_part
from waardewerk.notation.problems import DefinitionError, Problem, _, quoted
from waardewerk.notation.yaml_text import Node, TextNode, node_at

if TYPE_CHECKING:
    from waardewerk.questionnaires.question_types import QuestionType

__all__ = [
    "Definition",
    "DefinitionError",
    "Key",
    "LocalText",
    "Part",
    "Problem",
    "Question",
    "Section",
    "load_definition",
    "write_definition",
]

MOST_QUESTIONS = 1000

Lens = Literal["policy", "practice", "result"]
OrganisationLevel = Literal["political", "executive", "civil_servant"]


@dataclass
class Reading:
    """What the schema has met so far in one definition; fields are checked in their own order."""

    types: Mapping[str, QuestionType]
    languages: tuple[str, ...] = ()
    lenses: tuple[str, ...] = ()
    scales: dict[str, tuple[LocalText, ...]] = field(default_factory=dict)
    scale_sizes: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    #: With None for a question in which something else is wrong.
    questions: dict[str, Question | None] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """Every language: a question that somebody cannot read is no question."""
        return self.languages


Info = ValidationInfo[Reading]


class Question(Part):
    """What every question has; a type of question adds its own fields in a subclass."""

    id: Key
    type: Key
    title: LocalText
    help: LocalText | None = None
    required: Flag = True
    #: Whether the person is asked why.
    reason: Literal["none", "optional", "required"] = "none"
    not_applicable: Literal["no", "with_reason"] = "no"
    #: Keys of the values that it touches; their accents order the gaps.
    values: Annotated[tuple[Key, ...], holding(0, 20), NoRepeats] = ()
    #: Questions for the conversation.
    talk: Annotated[tuple[LocalText, ...], holding(0, 20)] = ()

    _lenses: tuple[str, ...] = PrivateAttr(default=())

    @property
    def lenses(self) -> tuple[str, ...]:
        """Give the lenses that this question is answered through; most questions have none."""
        return self._lenses

    @field_validator("id")
    @classmethod
    def _is_the_only_one(cls, key: str, info: Info) -> str:
        _claim(key, info.context)
        return key

    def model_post_init(self, context: Reading | None, /) -> None:
        """Take over what the definition decides for all questions of this type."""
        if context is None:
            return
        context.questions[self.id] = self
        if context.types[self.type].lenses:
            self._lenses = context.lenses


def _claim(key: str, reading: Reading | None) -> None:
    if reading is None:
        return
    # Sections and questions share one set of ids: agreements and notes point at either.
    if key in reading.ids:
        raise schema_error(_("The id “%(text)s” is used twice."), text=key)
    reading.ids.add(key)


def _question(value: object, info: Info) -> Question:
    if isinstance(value, Question):
        return value
    if not isinstance(value, Mapping):
        raise schema_error(_("A question must be a mapping of fields."))
    if info.context:
        # Known even if it turns out wrong, so that an improvement may point at it.
        info.context.questions.setdefault(str(value.get("id")), None)
    types = info.context.types if info.context else {}
    key = value.get("type")
    if not isinstance(key, str) or key not in types:
        raise misfits(
            (
                ("type",),
                _("There is no type of question “%(text)s”; there are: %(known)s."),
                {"text": quoted(str(key)), "known": ", ".join(types)},
            )
        )
    return types[key].fields.model_validate(value, context=info.context)


class Section(Part):
    """Questions that belong together, put to some or all levels of the organisation."""

    id: Key
    theme: Key | None = None
    title: LocalText
    intro: LocalText | None = None
    #: Empty means every level.
    asks: Annotated[tuple[OrganisationLevel, ...], NoRepeats] = ()
    questions: Annotated[
        tuple[Annotated[Question, PlainValidator(_question)], ...], holding(1, MOST_QUESTIONS)
    ]

    @field_validator("id")
    @classmethod
    def _is_the_only_one(cls, key: str, info: Info) -> str:
        _claim(key, info.context)
        return key

    def is_for(self, level: str) -> bool:
        """Tell whether people at ``level`` of the organisation are asked these questions."""
        return not self.asks or level in self.asks


StepNames = Annotated[tuple[LocalText, ...], holding(2, 10)]


class Definition(Part):
    """One version of a questionnaire."""

    format: Literal["waardewerk/questionnaire@1"]
    id: Urn
    version: VersionLabel
    languages: Annotated[tuple[Language, ...], holding(1, 10), NoRepeats]
    kind: Key = "inquiry"
    title: LocalText
    intro: LocalText | None = None
    lenses: Annotated[tuple[Lens, ...], NoRepeats] = ()
    scales: Annotated[Mapping[Key, StepNames], Frozen] = FrozenMapping({})
    sections: Annotated[tuple[Section, ...], holding(1, 100)]
    #: Per question what helps to go one step up: ``{"1>2": …}``.
    improvements: Annotated[Mapping[str, Annotated[Mapping[str, LocalText], Frozen]], Frozen] = (
        FrozenMapping({})
    )

    def questions(self) -> tuple[Question, ...]:
        """Give all questions in the order in which they are asked."""
        return tuple(self._by_id.values())

    def question(self, key: str) -> Question:
        """Find the question with this id; raise ``KeyError`` when there is none."""
        return self._by_id[key]

    def section_of(self, key: str) -> Section:
        """Find the section in which the question with this id stands."""
        return self._section_by_question[key]

    def sections_for(self, level: str) -> tuple[Section, ...]:
        """Give the sections that people at ``level`` of the organisation are asked."""
        return tuple(section for section in self.sections if section.is_for(level))

    def improvement(self, key: str, step: int) -> LocalText | None:
        """Give what helps to go from ``step`` to the next one in this question, if it is there."""
        return self.improvements.get(key, {}).get(f"{step}>{step + 1}")

    @cached_property
    def _by_id(self) -> Mapping[str, Question]:
        return FrozenMapping(
            {question.id: question for part in self.sections for question in part.questions}
        )

    @cached_property
    def _section_by_question(self) -> Mapping[str, Section]:
        return FrozenMapping(
            {question.id: part for part in self.sections for question in part.questions}
        )

    @field_validator("languages", "lenses")
    @classmethod
    def _remember(cls, value: tuple[str, ...], info: Info) -> tuple[str, ...]:
        if info.context and info.field_name:
            setattr(info.context, info.field_name, value)
        return value

    @field_validator("scales", mode="wrap")
    @classmethod
    def _remember_scales(
        cls, value: object, check: ValidatorFunctionWrapHandler, info: Info
    ) -> Mapping[str, tuple[LocalText, ...]]:
        reading = info.context
        if reading and isinstance(value, Mapping):
            # Sizes first: a question is not wrong because one name in its scale is.
            reading.scale_sizes = {
                name: len(steps) for name, steps in value.items() if isinstance(steps, Sequence)
            }
        scales: Mapping[str, tuple[LocalText, ...]] = check(value)
        if reading:
            reading.scales = dict(scales)
        return scales

    @field_validator("sections")
    @classmethod
    def _is_not_endless(cls, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        if sum(len(section.questions) for section in sections) > MOST_QUESTIONS:
            raise schema_error(_("There are more than %(most)s questions."), most=MOST_QUESTIONS)
        return sections

    @field_validator("improvements")
    @classmethod
    def _fit_the_questions(
        cls, improvements: Mapping[str, Mapping[str, LocalText]], info: Info
    ) -> Mapping[str, Mapping[str, LocalText]]:
        reading = info.context
        if not reading:
            return improvements
        errors = [
            error for key, texts in improvements.items() for error in _misfits(key, texts, reading)
        ]
        if errors:
            raise misfits(*errors)
        return FrozenMapping(
            {
                key: _in_order(improvements[key], _steps_up(question, reading))
                for key, question in reading.questions.items()
                if question and key in improvements
            }
        )


def _misfits(key: str, texts: Mapping[str, LocalText], reading: Reading) -> Iterator[Misfit]:
    if key not in reading.questions:
        yield (key,), _("There is no question “%(text)s” to improve on."), {"text": quoted(key)}
        return
    question = reading.questions[key]
    if question is None:
        return
    possible = _steps_up(question, reading)
    if not possible:
        yield (key,), _("A question of the type “%(type)s” has no steps."), {"type": question.type}
        return
    for step in texts:
        if step not in possible:
            yield (
                (key, step),
                _("“%(text)s” is not one step up; possible are: %(possible)s."),
                {"text": quoted(step), "possible": ", ".join(possible)},
            )


def _steps_up(question: Question, reading: Reading) -> tuple[str, ...]:
    question_type = reading.types[question.type]
    if not question_type.ordinal:
        return ()
    steps = [str(step.value) for step in question_type.steps(question, ())]
    return tuple(f"{low}>{high}" for low, high in pairwise(steps))


def _in_order(texts: Mapping[str, LocalText], order: Sequence[str]) -> FrozenMapping[LocalText]:
    return FrozenMapping({step: texts[step] for step in order if step in texts})


def load_definition(text: str | bytes, types: Mapping[str, QuestionType]) -> Definition:
    """Read a definition from YAML; raise ``DefinitionError`` with all that is wrong with it."""
    otherwise = _("The file must hold the fields of a questionnaire, such as “title”.")
    return read_part(text, Definition, Reading(types), _question_at, otherwise)


def write_definition(definition: Definition) -> str:
    """Write a definition as YAML in the one form that it has."""
    return write_part(definition)


def _question_at(path: Place, root: Node) -> str | None:
    match path:
        case ("improvements", str(key), *_rest):
            return quoted(key)
        case ("sections", int(section), "questions", int(place), *_rest):
            return _id_at(root, section, place)
    return None


def _id_at(root: Node, section: int, place: int) -> str | None:
    match node_at(root, ("sections", section, "questions", place, "id")):
        case TextNode(text=key):
            return quoted(key)
    return None
