"""Forms for those who take part: nothing is stored for showing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from waardewerk.forms import PlainForm, options_of
from waardewerk.i18n import lazy
from waardewerk_participation.models import BackgroundQuestion
from waardewerk_participation.texts import label_in


class OwnForm(PlainForm):
    """A form of somebody who takes part; it carries what another site cannot know."""

    form_token = HiddenField()


class CodeForm(PlainForm):
    """The code in somebody's letter."""

    typed = StringField(
        lazy("The code in your letter"),
        description=lazy("Twelve letters and figures. Capitals, spaces and dashes do not matter."),
    )


class StatementForm(OwnForm):
    """Something that a participant wants to add."""

    text = TextAreaField(
        lazy("Your statement"),
        description=lazy(
            "One thing that others can agree or disagree with. "
            "At most 140 characters reads best. Leave out names of people."
        ),
    )
    language = SelectField(lazy("The language you write in"))
    values = SelectMultipleField(
        lazy("Which values is it about?"),
        description=lazy("Three at most."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    nonce = HiddenField()


def statement_form(
    languages: Iterable[tuple[str, str]],
    values: Iterable[tuple[str, str]],
    given: Mapping[str, str],
) -> StatementForm:
    """Make the form for a statement; ``given`` is what it starts with."""
    form = StatementForm(data=dict(given))
    form.language.choices = options_of(languages)
    form.values.choices = options_of(values)
    return form


def about_you_form(
    questions: Sequence[BackgroundQuestion], language: str, told: Mapping[int, str]
) -> OwnForm:
    """Make the form with the questions about who takes part; each may be left open."""

    class AboutYou(OwnForm):
        """As many questions as the round has."""

    for question in questions:
        options = [(one["key"], label_in(one["label"], language)) for one in question.options]
        field = RadioField(
            label_in(question.label, language),
            choices=[*options, ("", lazy("I would rather not say"))],
            default=told.get(question.id, ""),
        )
        setattr(AboutYou, field_of(question), field)
    return AboutYou()


def field_of(question: BackgroundQuestion) -> str:
    """Return the name under which the answer to a question is sent."""
    return f"question_{question.id}"
