"""The types of question: each reads what people fill in, and says it again in a document.

A type is one small class; a plugin brings its own with ``register_questionnaire_types``. The
fields that it adds to a question in a definition stand in its subclass of ``Question``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Protocol, runtime_checkable

from babel import Locale, localedata
from babel.numbers import format_decimal
from pydantic import Field, PrivateAttr, field_validator, model_validator

from waardewerk.dates import write_day
from waardewerk.notation.fields import Day, Flag, Frozen, Key, Number, Part, Whole, holding
from waardewerk.notation.local_text import FrozenMapping, LocalText, schema_error
from waardewerk.notation.problems import _, quoted
from waardewerk.questionnaires.definition import Info, Question, Reading
from waardewerk.refusal import Refusal
from waardewerk.wording import UNSTORABLE

LONGEST_ANSWER = 10_000

#: What an answer is kept as; it goes into JSON unchanged. None is "not answered".
Value = int | float | str | list[str] | None


class InvalidAnswer(Refusal):
    """What was filled in cannot be an answer to this question."""

    code: ClassVar[str] = "invalid-answer"

    @property
    def arguments(self) -> Mapping[str, object]:
        """Give what fills the places in the message."""
        return self.details


@dataclass(frozen=True, slots=True)
class Step:
    """One of the answers that can be picked: its value, its name, and what it means if said."""

    value: int | str
    title: str
    text: str = ""


@runtime_checkable
class QuestionType(Protocol):
    """What a type of question must be able to do. ``question`` is an instance of ``fields``."""

    @property
    def key(self) -> str:
        """The ``type`` that a definition writes."""

    @property
    def fields(self) -> type[Question]:
        """The schema of a question of this type."""

    @property
    def lenses(self) -> bool:
        """Whether it is answered once through each lens of the definition."""

    @property
    def ordinal(self) -> bool:
        """Whether its steps have an order, so that a spread over them means something."""

    @property
    def template(self) -> str:
        """The Jinja part that draws it."""

    def read(self, raw: Sequence[str], question: Any, /) -> Value:
        """Turn what was posted into a value, None when empty; raise ``InvalidAnswer``."""

    def to_text(self, value: Value, question: Any, languages: Sequence[str], /) -> str:
        """Say a value in a document, in the first of ``languages`` that there is."""

    def steps(self, question: Any, languages: Sequence[str], /) -> tuple[Step, ...]:
        """Give the answers to pick from, in order; none for a type that is filled in freely."""


def _only(raw: Sequence[str]) -> str:
    """Take the one text that was filled in, without the space around it."""
    texts = [text for text in (_clean(text) for text in raw) if text]
    if len(texts) > 1:
        raise InvalidAnswer(_("Give one answer."))
    return texts[0] if texts else ""


def _clean(text: str) -> str:
    # Browsers post line ends as CR LF.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = UNSTORABLE.search(text) or re.search("\x85", text)
    if found:
        raise InvalidAnswer(
            _("There is a character in this answer that cannot be stored (%(code)s)."),
            code=f"U+{ord(found.group()):04X}",
        )
    return text.strip()


_WHOLE = re.compile("-?[0-9]{1,9}")


def _step(raw: Sequence[str], possible: Sequence[int], message: str) -> int | None:
    text = _only(raw)
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or int(text) not in possible:
        raise InvalidAnswer(message, lowest=possible[0], highest=possible[-1])
    return int(text)


class LevelQuestion(Question):
    """Asks for a level on a ladder in which every step is described."""

    scale: Key
    #: The descriptor of each step, by its number.
    levels: Annotated[Mapping[str, LocalText], Frozen]
    #: A level above this one asks for an example.
    example_above: Whole | None = None

    _step_names: tuple[LocalText, ...] = PrivateAttr(default=())

    @property
    def step_names(self) -> tuple[LocalText, ...]:
        """Give the names of the steps, from the scale that this question uses."""
        return self._step_names

    def asks_example(self, level: int) -> bool:
        """Tell whether this level must be shown with an example."""
        return self.example_above is not None and level > self.example_above

    def model_post_init(self, context: Reading | None, /) -> None:
        """Take over the names of the steps."""
        super().model_post_init(context)
        if context:
            self._step_names = context.scales.get(self.scale, ())

    @field_validator("scale")
    @classmethod
    def _exists(cls, scale: str, info: Info) -> str:
        if info.context and scale not in info.context.scale_sizes:
            raise schema_error(_("There is no scale “%(text)s”."), text=quoted(scale))
        return scale

    @field_validator("levels")
    @classmethod
    def _describe_every_step(
        cls, levels: Mapping[str, LocalText], info: Info
    ) -> Mapping[str, LocalText]:
        scale = info.data.get("scale")
        if not info.context or scale is None:
            return levels
        steps = [str(number + 1) for number in range(info.context.scale_sizes[scale])]
        if missing := [step for step in steps if step not in levels]:
            raise schema_error(
                _("“%(field)s” does not describe level %(levels)s."), levels=", ".join(missing)
            )
        if unknown := [step for step in levels if step not in steps]:
            raise schema_error(
                _("“%(field)s” describes %(levels)s, which the scale “%(scale)s” does not have."),
                levels=quoted(", ".join(unknown)),
                scale=scale,
            )
        return FrozenMapping({step: levels[step] for step in steps})

    @field_validator("example_above")
    @classmethod
    def _is_on_the_ladder(cls, level: int | None, info: Info) -> int | None:
        levels = info.data.get("levels")
        if level is not None and levels and not 0 <= level < len(levels):
            raise schema_error(
                _("“%(field)s” must be below the highest level, %(highest)s."), highest=len(levels)
            )
        return level


class LevelType:
    """A level on a described ladder, through each lens."""

    key = "level"
    fields = LevelQuestion
    lenses = True
    ordinal = True
    template = "questionnaires/types/_level.html"

    def read(self, raw: Sequence[str], question: LevelQuestion) -> int | None:
        """Read the number of a level."""
        possible = range(1, len(question.levels) + 1)
        return _step(raw, possible, _("Choose a level from %(lowest)s to %(highest)s."))

    def to_text(self, value: Value, question: LevelQuestion, languages: Sequence[str]) -> str:
        """Say the level and its name."""
        for step in self.steps(question, languages):
            if step.value == value:
                return f"{value} – {step.title}" if step.title else str(value)
        return _unknown(value)

    def steps(self, question: LevelQuestion, languages: Sequence[str]) -> tuple[Step, ...]:
        """Give the ladder: number, name and descriptor."""
        names = [name.for_language(*languages) for name in question.step_names]
        texts = [text.for_language(*languages) for text in question.levels.values()]
        return tuple(
            Step(number, names[number - 1] if names else "", text)
            for number, text in enumerate(texts, start=1)
        )


def _unknown(value: Value) -> str:
    return "" if value is None else str(value)


class Option(Part):
    """One of the answers of a choice."""

    id: Key
    title: LocalText


class ChoiceQuestion(Question):
    """Asks for one of some options."""

    options: Annotated[tuple[Option, ...], holding(2, 50)]

    @field_validator("options")
    @classmethod
    def _differ(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        keys = [option.id for option in options]
        if repeated := [key for key in keys if keys.count(key) > 1]:
            raise schema_error(_("The option “%(text)s” is there twice."), text=repeated[0])
        return options


def _options(question: ChoiceQuestion, languages: Sequence[str]) -> tuple[Step, ...]:
    return tuple(
        Step(option.id, option.title.for_language(*languages)) for option in question.options
    )


class ChoiceType:
    """One of some options."""

    key = "choice"
    fields = ChoiceQuestion
    lenses = False
    ordinal = False
    template = "questionnaires/types/_choice.html"

    def read(self, raw: Sequence[str], question: ChoiceQuestion) -> str | None:
        """Read the id of an option."""
        key = _only(raw)
        if not key:
            return None
        if key not in {option.id for option in question.options}:
            raise InvalidAnswer(_("Choose one of the options."))
        return key

    def to_text(self, value: Value, question: ChoiceQuestion, languages: Sequence[str]) -> str:
        """Say the option."""
        titles = {step.value: step.title for step in self.steps(question, languages)}
        return titles[value] if isinstance(value, str) and value in titles else _unknown(value)

    def steps(self, question: ChoiceQuestion, languages: Sequence[str]) -> tuple[Step, ...]:
        """Give the options."""
        return _options(question, languages)


class ChoicesQuestion(ChoiceQuestion):
    """Asks for some of the options."""

    #: How few and how many may be picked, by somebody who picks any.
    least: Annotated[Whole, Field(alias="min", ge=0)] = 0
    most: Annotated[Whole | None, Field(alias="max", ge=1)] = None

    @model_validator(mode="after")
    def _can_be_met(self) -> ChoicesQuestion:
        if not self.least <= (self.most or len(self.options)) <= len(self.options):
            raise schema_error(_("“min”, “max” and the number of options do not fit together."))
        return self


class ChoicesType:
    """Some of the options."""

    key = "choices"
    fields = ChoicesQuestion
    lenses = False
    ordinal = False
    template = "questionnaires/types/_choices.html"

    def read(self, raw: Sequence[str], question: ChoicesQuestion) -> list[str] | None:
        """Read the ids of the options, in the order of the definition."""
        picked = {key for key in (_clean(text) for text in raw) if key}
        if not picked:
            return None
        possible = [option.id for option in question.options]
        if not picked <= set(possible):
            raise InvalidAnswer(_("Choose from the options."))
        if len(picked) < question.least:
            raise InvalidAnswer(_("Choose at least %(least)s."), least=question.least)
        if question.most is not None and len(picked) > question.most:
            raise InvalidAnswer(_("Choose at most %(most)s."), most=question.most)
        return [key for key in possible if key in picked]

    def to_text(self, value: Value, question: ChoicesQuestion, languages: Sequence[str]) -> str:
        """Say the options, with semicolons between them."""
        if not isinstance(value, list):
            return _unknown(value)
        titles = {step.value: step.title for step in self.steps(question, languages)}
        return "; ".join(titles.get(key, key) for key in value)

    def steps(self, question: ChoicesQuestion, languages: Sequence[str]) -> tuple[Step, ...]:
        """Give the options."""
        return _options(question, languages)


class ScaleQuestion(Question):
    """Asks for a whole number between two ends that have a label."""

    first: Annotated[Whole, Field(alias="from", ge=-10, le=100)]
    last: Annotated[Whole, Field(alias="to", ge=-10, le=100)]
    first_label: Annotated[LocalText | None, Field(alias="from_label")] = None
    last_label: Annotated[LocalText | None, Field(alias="to_label")] = None

    @field_validator("last")
    @classmethod
    def _leaves_room(cls, last: int, info: Info) -> int:
        first = info.data.get("first", last - 1)
        if not 1 <= last - first <= 10:
            raise schema_error(_("A scale has 2 to 11 steps: “to” must be 1 to 10 above “from”."))
        return last


class ScaleType:
    """A whole number between two labelled ends."""

    key = "scale"
    fields = ScaleQuestion
    lenses = False
    ordinal = True
    template = "questionnaires/types/_scale.html"

    def read(self, raw: Sequence[str], question: ScaleQuestion) -> int | None:
        """Read a number on the scale."""
        possible = range(question.first, question.last + 1)
        return _step(raw, possible, _("Choose a number from %(lowest)s to %(highest)s."))

    def to_text(self, value: Value, question: ScaleQuestion, languages: Sequence[str]) -> str:
        """Say the number, with the label if it is at an end."""
        for step in self.steps(question, languages):
            if step.value == value:
                return f"{value} – {step.text}" if step.text else str(value)
        return _unknown(value)

    def steps(self, question: ScaleQuestion, languages: Sequence[str]) -> tuple[Step, ...]:
        """Give the numbers; the two ends carry their label."""
        labels = {question.first: question.first_label, question.last: question.last_label}
        return tuple(
            Step(number, str(number), _said(labels.get(number), languages))
            for number in range(question.first, question.last + 1)
        )


def _said(text: LocalText | None, languages: Sequence[str]) -> str:
    return text.for_language(*languages) if text else ""


class NumberQuestion(Question):
    """Asks for a number."""

    lowest: Annotated[Number | None, Field(alias="min")] = None
    highest: Annotated[Number | None, Field(alias="max")] = None
    unit: LocalText | None = None
    #: How many digits after the decimal sign; 0 asks for a whole number.
    decimals: Annotated[Whole, Field(ge=0, le=6)] = 0

    @model_validator(mode="after")
    def _leaves_room(self) -> NumberQuestion:
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise schema_error(_("“min” is above “max”."))
        return self


_NUMBER = re.compile("[-−]?([0-9]{1,9})(?:[.,]([0-9]+))?")


class NumberType:
    """A number, whole or with decimals, with a Dutch comma or a point."""

    key = "number"
    fields = NumberQuestion
    lenses = False
    ordinal = False
    template = "questionnaires/types/_number.html"

    def read(self, raw: Sequence[str], question: NumberQuestion) -> int | float | None:
        """Read a number; more decimals than asked for are refused, never rounded."""
        text = _only(raw)
        if not text:
            return None
        number = self._number(text, question.decimals)
        if question.lowest is not None and number < question.lowest:
            raise InvalidAnswer(_("Give at least %(lowest)s."), lowest=str(question.lowest))
        if question.highest is not None and number > question.highest:
            raise InvalidAnswer(_("Give at most %(highest)s."), highest=str(question.highest))
        # At most fifteen digits, which a float gives back as they came; `+ 0.0` is for minus zero.
        return float(number) + 0.0 if question.decimals else int(number)

    def _number(self, text: str, decimals: int) -> Decimal:
        found = _NUMBER.fullmatch(text)
        # A point before thousands would be read as a decimal sign, so it is never guessed at.
        if found and len(found.group(2) or "") <= decimals:
            return Decimal(text.replace(",", ".").replace("−", "-"))
        if decimals == 0:
            raise InvalidAnswer(_("Give a whole number, in digits only."))
        raise InvalidAnswer(
            _(
                "Give a number with at most %(decimals)s digits after the comma, "
                "and nothing between the thousands."
            ),
            decimals=decimals,
        )

    def to_text(self, value: Value, question: NumberQuestion, languages: Sequence[str]) -> str:
        """Say the number as the language writes it, with its unit."""
        if not isinstance(value, int | float):
            return _unknown(value)
        number = format_decimal(
            Decimal(str(value)), locale=_locale(languages), decimal_quantization=False
        )
        unit = _said(question.unit, languages)
        return f"{number} {unit}".rstrip()

    def steps(self, _question: NumberQuestion, _languages: Sequence[str]) -> tuple[Step, ...]:
        """Give nothing: a number is filled in freely."""
        return ()


def _locale(languages: Sequence[str]) -> Locale:
    known = (language for language in languages if localedata.exists(language.replace("-", "_")))
    return Locale.parse(next(known, "en"), sep="-")


class TextQuestion(Question):
    """Asks for words."""

    max_length: Annotated[Whole, Field(ge=1, le=LONGEST_ANSWER)] = LONGEST_ANSWER
    multiline: Flag = True


class TextType:
    """Words, on one line or more."""

    key = "text"
    fields = TextQuestion
    lenses = False
    ordinal = False
    template = "questionnaires/types/_text.html"

    def read(self, raw: Sequence[str], question: TextQuestion) -> str | None:
        """Read the words, without the space around them."""
        text = _only(raw)
        if len(text) > question.max_length:
            raise InvalidAnswer(
                _("This is %(length)s characters long; at most %(longest)s fit."),
                length=len(text),
                longest=question.max_length,
            )
        if not question.multiline and "\n" in text:
            raise InvalidAnswer(_("Write this on one line."))
        return text or None

    def to_text(self, value: Value, _question: TextQuestion, _languages: Sequence[str]) -> str:
        """Say the words as they are."""
        return _unknown(value)

    def steps(self, _question: TextQuestion, _languages: Sequence[str]) -> tuple[Step, ...]:
        """Give nothing: words are filled in freely."""
        return ()


class DateQuestion(Question):
    """Asks for a day."""

    earliest: Annotated[Day | None, Field(alias="min")] = None
    latest: Annotated[Day | None, Field(alias="max")] = None

    @model_validator(mode="after")
    def _leaves_room(self) -> DateQuestion:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise schema_error(_("“min” is above “max”."))
        return self


_ISO_DATE = re.compile("(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_DUTCH_DATE = re.compile("(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})")


class DateType:
    """A day, kept as ``2026-12-31``."""

    key = "date"
    fields = DateQuestion
    lenses = False
    ordinal = False
    template = "questionnaires/types/_date.html"

    def read(self, raw: Sequence[str], question: DateQuestion) -> str | None:
        """Read a day as browsers post it, or as 31-12-2026 from where there is no date picker."""
        text = _only(raw)
        if not text:
            return None
        day = self._day(text)
        if question.earliest and day < question.earliest:
            raise InvalidAnswer(_("Give a date from %(day)s on."), day=_as_typed(question.earliest))
        if question.latest and day > question.latest:
            raise InvalidAnswer(_("Give a date up to %(day)s."), day=_as_typed(question.latest))
        return day.isoformat()

    def _day(self, text: str) -> date:
        found = _ISO_DATE.fullmatch(text) or _DUTCH_DATE.fullmatch(text)
        if found:
            try:
                return date(*(int(found[part]) for part in ("year", "month", "day")))
            except ValueError:
                pass
        raise InvalidAnswer(_("Give a date such as 31-12-2026."))

    def to_text(self, value: Value, _question: DateQuestion, languages: Sequence[str]) -> str:
        """Say the day in words: *31 december 2026*."""
        if not isinstance(value, str):
            return _unknown(value)
        return write_day(date.fromisoformat(value), "long", _locale(languages))

    def steps(self, _question: DateQuestion, _languages: Sequence[str]) -> tuple[Step, ...]:
        """Give nothing: a day is filled in freely."""
        return ()


def _as_typed(day: date) -> str:
    return day.strftime("%d-%m-%Y")


BUILT_IN_TYPES: tuple[QuestionType, ...] = (
    LevelType(),
    ChoiceType(),
    ChoicesType(),
    ScaleType(),
    NumberType(),
    TextType(),
    DateType(),
)
