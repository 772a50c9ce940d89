"""The forms for paper: what to print, a batch to begin, a booklet to type over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from waardewerk.forms import Form, tidy
from waardewerk.i18n import language, lazy
from waardewerk_participation.models import BackgroundQuestion, Statement
from waardewerk_participation.operations.typing import (
    HIGHEST_BOOKLET,
    LONGEST_LABEL,
    LONGEST_STATEMENT,
)
from waardewerk_participation.texts import label_in
from waardewerk_participation.typed import Booklet

LONGEST_BACK = 300
OPEN = ("", lazy("open"))
#: In the order of the boxes on paper. Open comes last and is chosen first: from there one step with
#: the arrow is the first box, two are the second.
VOTES = (("1", lazy("agree")), ("-1", lazy("disagree")), ("0", lazy("do not know")), OPEN)


class BookletForm(Form):
    """A booklet to print."""

    language = SelectField(lazy("Language"))
    size = RadioField(
        lazy("Size of the letters"),
        choices=[("normal", lazy("Normal")), ("large", lazy("Large print"))],
        default="normal",
    )
    back = TextAreaField(
        lazy("Where does it go back to?"),
        [InputRequired(lazy("Fill in an address.")), Length(max=LONGEST_BACK)],
        filters=[tidy],
        description=lazy("The address as it is printed, for example a free post number."),
    )


class BatchForm(Form):
    """A pile of booklets that came back."""

    label = StringField(
        lazy("Name of this batch"),
        [InputRequired(lazy("Give the batch a name.")), Length(max=LONGEST_LABEL)],
        filters=[tidy],
        description=lazy("For yourself, for example where and when the booklets came in."),
    )
    statements = StringField(
        lazy("Statements in these booklets"),
        [InputRequired(lazy("Fill in the numbers.")), Length(max=400)],
        description=lazy("As printed at the foot of each page of the booklet."),
    )


class NumberForm(Form):
    """Which booklet to type over."""

    number = IntegerField(
        lazy("Number on the booklet"),
        [
            InputRequired(lazy("Fill in the number.")),
            NumberRange(1, HIGHEST_BOOKLET),
        ],
    )


class TypingForm(Form):
    """What is in a booklet, apart from the boxes; see `typing_form`."""

    turn = HiddenField(validators=[AnyOf(("1", "2"))])
    code = StringField(
        lazy("Code from the letter"),
        [Optional(), Length(max=60)],
        description=lazy("Only if one is filled in. However it is written: we recognise it."),
    )
    statement = TextAreaField(
        lazy("Statement of their own"), [Optional(), Length(max=LONGEST_STATEMENT)], filters=[tidy]
    )
    language = SelectField(lazy("Language of that statement"))


@dataclass(frozen=True)
class Boxes:
    """The questions of a booklet: which field of the form belongs to which of them."""

    statements: Sequence[Statement]
    background: Sequence[BackgroundQuestion]

    def read(self, form: TypingForm) -> Booklet:
        """Return what was typed."""
        votes = {one.number: form[f"vote-{one.number}"].data for one in self.statements}
        background = {one.id: form[f"background-{one.id}"].data for one in self.background}
        return Booklet(
            votes={number: int(value) for number, value in votes.items() if value},
            background={number: option for number, option in background.items() if option},
            statement=form.statement.data or "",
            language=form.language.data or "",
        )


def typing_form(boxes: Boxes, languages: Sequence[tuple[str, str]], turn: int) -> TypingForm:
    """Make the form for a booklet, with a row of options for everything that can be ticked."""
    fields: dict[str, Any] = {
        f"vote-{one.number}": RadioField(one.text, choices=list(VOTES), default="")
        for one in boxes.statements
    }
    for asked in boxes.background:
        options = [(one["key"], label_in(one["label"], language())) for one in asked.options]
        fields[f"background-{asked.id}"] = RadioField(
            label_in(asked.label, language()),
            choices=[*options, OPEN],
            default="",
        )
    form: TypingForm = type("BookletTypingForm", (TypingForm,), fields)(data={"turn": str(turn)})
    form.language.choices = list(languages)
    return form


def differences_form(parts: Mapping[str, tuple[str, tuple[str, str]]]) -> Form:
    """Make the form in which somebody says which of two readings is right.

    ``parts`` gives for each difference what it is about, and the two readings.
    """
    needed = InputRequired(lazy("Choose what is in the booklet."))
    fields: dict[str, Any] = {
        part: RadioField(title, [needed], choices=[("1", first), ("2", second)])
        for part, (title, (first, second)) in parts.items()
    }
    form: Form = type("DifferencesForm", (Form,), fields)()
    return form
