"""Between a page and the answers: names of inputs, and what a template needs to draw them.

Pure: it knows definitions and stored answers, not requests.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from waardewerk.notation.local_text import FrozenMapping
from waardewerk.questionnaires.definition import Definition, Question, Section
from waardewerk.questionnaires.models import Answer, Inquiry, Respondent
from waardewerk.questionnaires.operations.answering import NOT_APPLICABLE, Filled, Slot
from waardewerk.questionnaires.question_types import LevelQuestion, QuestionType, Step


@dataclass(frozen=True)
class Shown:
    """An answer as the page shows it; ``value`` is *na* when it does not apply."""

    value: Any = None
    reason: str = ""
    example: str = ""
    revision: int = 0
    saved_at: datetime | None = None
    is_not_applicable: bool = False

    @property
    def typed(self) -> Shown:
        """The same for an input in which one types: *na* is no text."""
        return replace(self, value=None) if self.is_not_applicable else self


@dataclass(frozen=True)
class Field:
    """One answer on the page: through one lens, or the words that go with the question."""

    key: str
    prefix: str
    lens: str
    answer: Shown
    #: What is wrong with what was typed, by input.
    errors: Mapping[str, Sequence[str]] = FrozenMapping({})


@dataclass(frozen=True)
class Item:
    """One question on the page, in the reader's language."""

    question: Question
    kind: QuestionType
    languages: Sequence[str]
    id: str
    title: str
    help: str | None
    steps: Sequence[Step]
    fields: Sequence[Field]
    example_from: int | None

    @property
    def template(self) -> str:
        """The part of the page that draws it."""
        return self.kind.template

    @property
    def asks_reason(self) -> str:
        """Whether there is a place to say why: required, optional or none."""
        if self.question.reason == "none" and self.may_not_apply:
            return "optional"
        return self.question.reason

    @property
    def asks_words(self) -> bool:
        """Whether there is anything to write beside the answer."""
        return self.asks_reason != "none" or self.example_from is not None

    @property
    def may_not_apply(self) -> bool:
        """Whether somebody may say that the question does not apply."""
        return self.question.not_applicable == "with_reason"

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

    @property
    def answered(self) -> Sequence[Field]:
        """The fields that hold an answer; words that go with lenses are none."""
        return self.lenses or self.fields

    def said(self, field: Field) -> str:
        """Say an answer in words."""
        return self.kind.to_text(field.answer.typed.value, self.question, self.languages)


def prefix_of(question: str, lens: str) -> str:
    """Return how the names of one answer's inputs begin."""
    return f"{question}:{lens}:"


def items_of(
    section: Section,
    answers: Mapping[Slot, Answer],
    types: Mapping[str, QuestionType],
    languages: Sequence[str],
) -> list[Item]:
    """Return the questions of a section as the page shows them."""
    return [
        _item(question, answers, types[question.type], languages) for question in section.questions
    ]


def _item(
    question: Question,
    answers: Mapping[Slot, Answer],
    kind: QuestionType,
    languages: Sequence[str],
) -> Item:
    identifier = id_of(question.id)
    return Item(
        question=question,
        kind=kind,
        languages=languages,
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
        example_from=_example_from(question),
    )


def id_of(question: str) -> str:
    """Return how the element of a question is called on the page; no two share a name."""
    return "q-" + question.replace("-", "--").replace(".", "-")


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
    applies = answer.state != "not_applicable"
    return Shown(
        answer.value if applies else NOT_APPLICABLE,
        answer.reason,
        answer.example,
        answer.revision,
        answer.saved_at,
        not applies,
    )


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


def as_posted(
    items: Sequence[Item],
    posted: Mapping[str, Sequence[str]],
    *,
    stale: Container[Slot] = (),
    problems: Mapping[Slot, str] | None = None,
) -> list[Item]:
    """Return the page with what was typed in place of what is stored, so that nothing is lost.

    What is shown as stale builds on the stored answer from here; the rest on what it was.
    """
    return [
        replace(
            item,
            fields=[_as_posted(item, f, posted, stale, problems or {}) for f in item.fields],
        )
        for item in items
    ]


def _as_posted(
    item: Item,
    field: Field,
    posted: Mapping[str, Sequence[str]],
    stale: Container[Slot],
    problems: Mapping[Slot, str],
) -> Field:
    filled = one_filled_in(item.question.id, field.lens, posted)
    if filled is None:
        return field
    typed = Shown(
        _typed_value(filled.raw, is_many=item.question.type == "choices"),
        filled.reason,
        filled.example,
        field.answer.revision if filled.slot in stale else filled.revision,
        is_not_applicable=list(filled.raw) == [NOT_APPLICABLE],
    )
    place = "value" if field in item.answered else "reason"
    wrong = {place: [problems[filled.slot]]} if filled.slot in problems else {}
    return replace(field, answer=typed, errors=wrong)


def _typed_value(raw: Sequence[str], *, is_many: bool) -> Any:
    if is_many or len(raw) > 1:
        return list(raw)
    if not raw:
        return None
    value = raw[0]
    # A level is compared by number; what was typed with zeros in front stays as it was typed.
    is_number = value.isascii() and value.isdecimal() and len(value) < 10
    return int(value) if is_number and value == str(int(value)) else value


@dataclass(frozen=True)
class InWords:
    """One answer as somebody reads it."""

    said: str
    reason: str
    example: str
    is_not_applicable: bool


@dataclass(frozen=True)
class Clash:
    """An answer that says one thing here and another where it was saved meanwhile."""

    title: str
    lens: str
    #: The element on the page in which it stands.
    anchor: str
    field: Field
    mine: InWords
    stored: InWords


def clashes_of(
    items: Sequence[Item], filled: Sequence[Filled], stale: Container[Slot]
) -> list[Clash]:
    """Put what was sent beside what is stored, for each answer that is stale."""
    sent = {one.slot: one for one in filled if one.slot in stale}
    return [
        Clash(
            title=item.title,
            lens=field.lens,
            anchor=field.key if item.lenses else item.id,
            field=field,
            mine=_sent_in_words(item, sent[item.question.id, field.lens]),
            stored=InWords(
                item.said(field),
                field.answer.reason,
                field.answer.example,
                field.answer.is_not_applicable,
            ),
        )
        for item in items
        for field in item.fields
        if (item.question.id, field.lens) in sent
    ]


def _sent_in_words(item: Item, filled: Filled) -> InWords:
    raw = [text for text in filled.raw if text.strip()]
    does_not_apply = raw == [NOT_APPLICABLE] and item.may_not_apply
    # What is stale was read before: only what can be an answer gets that far.
    value = item.kind.read(raw, item.question) if raw and not does_not_apply else None
    said = item.kind.to_text(value, item.question, item.languages)
    return InWords(said, filled.reason, filled.example, does_not_apply)


def stage_of(respondent: Respondent, inquiry: Inquiry, today: date) -> str:
    """Tell where somebody is: early, consent, open, handed_in, listening or late."""
    if respondent.handed_in_at is not None:
        return "handed_in"
    if respondent.withdrawn_at is not None:
        return "listening"
    if inquiry.phase != "alone":
        return "late"
    if today < inquiry.opens_on:
        return "early"
    is_asked_for_consent = inquiry.privacy == "confidential" and respondent.consented_at is None
    return "consent" if is_asked_for_consent else "open"


@dataclass(frozen=True)
class Progress:
    """How far somebody is in one section: an honest count."""

    section: Section
    answered: int
    asked: int


def progress_of(
    definition: Definition, level: str, answers: Mapping[Slot, Answer]
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


def _is_answered(question: Question, answers: Mapping[Slot, Answer]) -> bool:
    own = [answers.get((question.id, lens)) for lens in question.lenses or ("",)]
    return all(a is not None and a.state != "empty" for a in own)
