"""Forms about statements: adding, judging, mending, translating, and asking what became of one."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from waardewerk.addresses import LARGEST, number_in
from waardewerk.forms import Form, PlainForm, tidy
from waardewerk.i18n import lazy
from waardewerk_participation.hints import LONGEST
from waardewerk_participation.moderation import REASONS
from waardewerk_participation.operations.moderating import LONGEST_NOTE, Grounds
from waardewerk_participation.operations.translating import Translated
from waardewerk_participation.statement_files import SeedStatement

#: The texts themselves are checked by the operation; a form only refuses what nobody types.
FAR_TOO_LONG = 20_000


def _statement_text(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [InputRequired(lazy("Fill this in.")), Length(max=FAR_TOO_LONG)],
        description=lazy(
            "One thought, in plain words. Up to 140 characters is easiest; 280 is the most."
        ),
        filters=[tidy],
        render_kw={"maxlength": LONGEST},
    )


class ValuesField(SelectMultipleField):
    """Values, each with a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SeedForm(Form):
    """A statement of the province itself."""

    text = _statement_text(lazy("Statement"))
    language = SelectField(lazy("Language"))
    values = ValuesField(lazy("Which values does it touch?"), [Optional()])

    def said(self) -> SeedStatement:
        """Return what was typed."""
        return SeedStatement(
            self.text.data or "", self.language.data, tuple(self.values.data or ())
        )


class FileForm(Form):
    """Statements from a file."""

    file = FileField(lazy("CSV file"), [FileRequired(lazy("Choose a file."))])


class JudgeForm(Form):
    """What a moderator decides; which fields count follows from the act."""

    #: The judgement that this one builds on.
    seen = HiddenField(default="0")
    reason = RadioField(
        lazy("Why?"),
        [Optional()],
        choices=[(reason.key, reason.title) for reason in REASONS],
        validate_choice=False,
    )
    same_as = IntegerField(
        lazy("Number of the statement that says the same"),
        [Optional()],
        description=lazy("Only when it is there already."),
    )
    note = TextAreaField(
        lazy("What else should its author know?"),
        [Optional(), Length(max=LONGEST_NOTE)],
        description=lazy("Its author reads this beside the reason. Name no people."),
        filters=[tidy],
    )

    def grounds(self) -> Grounds:
        """Return why the statement is doubted or rejected."""
        number = self.same_as.data
        is_one = number is not None and 0 < number <= LARGEST
        return Grounds(self.reason.data or "", self.note.data or "", number if is_one else None)

    def builds_on(self) -> int:
        """Return the judgement that was on the screen."""
        return number_in(self.seen.data or "") or 0


class MendForm(Form):
    """A typing error in the text of a statement."""

    seen = HiddenField(default="0")
    text = _statement_text(lazy("Text"))

    def builds_on(self) -> int:
        """Return the judgement that was on the screen."""
        return number_in(self.seen.data or "") or 0


class ConfirmValuesForm(Form):
    """Which values a statement touches."""

    seen = HiddenField(default="")
    values = ValuesField(lazy("Which values does it touch?"), [Optional()])

    def builds_on(self) -> list[str]:
        """Return the values that were confirmed when the form was opened."""
        return [key for key in (self.seen.data or "").split() if key]


class TranslationForm(Form):
    """A statement in another language."""

    before = HiddenField(default="")
    text = TextAreaField(lazy("Text"), [Optional(), Length(max=FAR_TOO_LONG)], filters=[tidy])
    is_approved = BooleanField(lazy("It says the same: show it to people who read this language"))

    def said(self, language: str) -> Translated:
        """Return what was typed."""
        return Translated(
            language, self.text.data or "", self.is_approved.data, self.before.data or ""
        )


class ReceiptForm(PlainForm):
    """The code with which an author asks what became of a statement."""

    code = StringField(
        lazy("Your receipt code"),
        [InputRequired(lazy("Fill in your code.")), Length(max=100)],
        description=lazy("Twelve letters and digits. Capitals, spaces and dashes do not matter."),
    )
