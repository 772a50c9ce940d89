"""Between a page and the answers: names of inputs, and what a template needs to draw them.

Pure: it knows definitions and stored answers, not requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from waardewerk.questionnaires.definition import Definition, Question, Section
from waardewerk.questionnaires.models import Answer
from waardewerk.questionnaires.operations.answering import NOT_APPLICABLE, Filled
from waardewerk.questionnaires.question_types import LevelQuestion, QuestionType, Step


@dataclass(frozen=True)
class Shown:
    """An answer as the page shows it; ``value`` is *na* when it does not apply."""

    value: object = None
    reason: str = ""
    example: str = ""
    revision: int = 0
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Field:
    """One answer on the page: through one lens, or the words that go with the question."""

    key: str
    prefix: str
    lens: str
    answer: Shown


@dataclass(frozen=True)
class Item:
    """One question on the page, in the reader's language."""

    question: Question
    id: str
    title: str
    help: str | None
    steps: Sequence[Step]
    fields: Sequence[Field]
    template: str
    example_from: int | None

    @property
    def levels(self) -> Sequence[dict[str, object]]:
        """The ladder, as the macros draw it."""
        return [{"number": s.value, "name": s.title, "descriptor": s.text} for s in self.steps]

    @property
    def words(self) -> Field:
        """The field that holds the reason: of the question as a whole."""
        return next(f for f in self.fields if f.lens == "")

    @property
    def lenses(self) -> Sequence[Field]:
        """The fields that hold a level, one per lens."""
        return [f for f in self.fields if f.lens]


def prefix_of(question: str, lens: str) -> str:
    """Return how the names of one answer's inputs begin."""
    return f"{question}:{lens}:"


def items_of(
    section: Section,
    answers: Mapping[tuple[str, str], Answer],
    types: Mapping[str, QuestionType],
    languages: Sequence[str],
) -> list[Item]:
    """Return the questions of a section as the page shows them."""
    return [
        _item(question, answers, types[question.type], languages) for question in section.questions
    ]


def _item(
    question: Question,
    answers: Mapping[tuple[str, str], Answer],
    kind: QuestionType,
    languages: Sequence[str],
) -> Item:
    identifier = "q-" + question.id.replace(".", "-").replace("_", "-")
    return Item(
        question=question,
        id=identifier,
        title=question.title.for_language(*languages),
        help=question.help.for_language(*languages) if question.help else None,
        steps=kind.steps(question, languages),
        fields=[
            Field(
                key=f"{identifier}-{lens or 'words'}",
                prefix=prefix_of(question.id, lens),
                lens=lens,
                answer=shown(answers.get((question.id, lens))),
            )
            for lens in slots_of(question)
        ],
        template=kind.template,
        example_from=_example_from(question),
    )


def slots_of(question: Question) -> tuple[str, ...]:
    """Return the lenses under which answers to a question are kept; the words come last."""
    return (*question.lenses, "")


def _example_from(question: Question) -> int | None:
    if isinstance(question, LevelQuestion) and question.example_above is not None:
        return question.example_above + 1
    return None


def shown(answer: Answer | None) -> Shown:
    """Return a stored answer as the page shows it."""
    if answer is None:
        return Shown()
    value = NOT_APPLICABLE if answer.state == "not_applicable" else answer.value
    return Shown(value, answer.reason, answer.example, answer.revision, answer.saved_at)


def filled_in(section: Section, posted: Mapping[str, Sequence[str]]) -> list[Filled]:
    """Read what a whole page posted; answers without any input on the page are left alone."""
    return [
        filled
        for question in section.questions
        for lens in slots_of(question)
        if (filled := one_filled_in(question.id, lens, posted)) is not None
    ]


def one_filled_in(question: str, lens: str, posted: Mapping[str, Sequence[str]]) -> Filled | None:
    """Read one answer from what was posted; ``None`` when the page did not hold it."""
    prefix = prefix_of(question, lens)
    revision = posted.get(f"{prefix}revision", ())
    if not revision:
        return None
    # After a conflict two numbers travel: of the page and of what was shown since. The last wins.
    numbers = [int(r) for r in revision if r.isdecimal() and len(r) < 10]
    return Filled(
        question=question,
        lens=lens,
        raw=posted.get(f"{prefix}value", ()),
        reason="\n".join(posted.get(f"{prefix}reason", ())),
        example="\n".join(posted.get(f"{prefix}example", ())),
        revision=max(numbers, default=0),
    )


def as_posted(items: Sequence[Item], posted: Mapping[str, Sequence[str]]) -> list[Item]:
    """Return the page with what was typed in place of what is stored, so that nothing is lost."""
    return [
        replace(item, fields=[_field_as_posted(item.question, f, posted) for f in item.fields])
        for item in items
    ]


def _field_as_posted(
    question: Question, field: Field, posted: Mapping[str, Sequence[str]]
) -> Field:
    filled = one_filled_in(question.id, field.lens, posted)
    if filled is None:
        return field
    chosen = list(filled.raw)
    value: object = chosen if len(chosen) > 1 else (chosen[0] if chosen else None)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    typed = Shown(value, filled.reason, filled.example, field.answer.revision, None)
    return replace(field, answer=typed)


@dataclass(frozen=True)
class Progress:
    """How far somebody is in one section: an honest count."""

    section: Section
    answered: int
    asked: int


def progress_of(
    definition: Definition, level: str, answers: Mapping[tuple[str, str], Answer]
) -> list[Progress]:
    """Count, per section, the questions in which every lens has an answer."""
    return [
        Progress(
            section,
            sum(_is_answered(q, answers) for q in section.questions),
            len(section.questions),
        )
        for section in definition.sections_for(level)
    ]


def _is_answered(question: Question, answers: Mapping[tuple[str, str], Answer]) -> bool:
    own = [answers.get((question.id, lens)) for lens in question.lenses or ("",)]
    return all(a is not None and a.state != "empty" for a in own)
