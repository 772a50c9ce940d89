"""Who is touched, how they are reached, and what is asked about who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from waardewerk import i18n
from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk_participation.background import LONGEST_LABEL
from waardewerk_participation.operations.preparing import LONGEST_TEXT, LONGEST_TITLE
from waardewerk_participation.operations.stakeholders import Group, Reaching, mark_of_group
from waardewerk_participation.round_words import SET_TITLES, TOUCHED_TITLES
from waardewerk_participation.texts import label_in

if TYPE_CHECKING:
    from waardewerk_participation.models import BackgroundQuestion, StakeholderGroup

NOBODY = 0
NEEDED = InputRequired(lazy("Fill this in."))
People = Sequence[tuple[int, str]]


class GroupForm(Form):
    """A group of people whom the subject touches."""

    mark = HiddenField()
    name = StringField(
        lazy("Which people?"),
        [NEEDED, Length(max=LONGEST_TITLE)],
        filters=[tidy],
        description=lazy("Such as: people who travel by bus without a phone."),
    )
    touched = RadioField(
        lazy("How hard does it touch them?"),
        [InputRequired(lazy("Choose how hard it touches them."))],
        choices=list(TOUCHED_TITLES.items()),
        coerce=int,
    )
    is_vulnerable = BooleanField(lazy("They can be hurt more easily than others"))
    how_reached = TextAreaField(
        lazy("How do you reach them?"),
        [Optional(), Length(max=LONGEST_TEXT)],
        filters=[tidy],
        description=lazy("Where they come, whom they trust, in which language and form."),
    )
    owner_id = SelectField(lazy("Who sees to it?"), coerce=int)
    expected_share = IntegerField(
        lazy("Which share of participants would be fair, in percents?"),
        [Optional(), NumberRange(1, 100, message=lazy("Fill in a number from 1 to 100."))],
    )
    shows_by = SelectField(
        lazy("Which answer shows that they take part?"),
        description=lazy("An answer to a question about who takes part. See below the map."),
    )

    def group(self) -> Group:
        """Return what was filled in, for the operation."""
        question, _, option = (self.shows_by.data or "").partition(":")
        return Group(
            name=self.name.data or "",
            touched=self.touched.data,
            how_reached=self.how_reached.data or "",
            is_vulnerable=bool(self.is_vulnerable.data),
            expected_share=self.expected_share.data,
            owner_id=self.owner_id.data or None,
            question_id=int(question) if question else None,
            option=option,
        )


def group_form(
    row: StakeholderGroup | None, people: People, questions: Sequence[BackgroundQuestion]
) -> GroupForm:
    """Return the form with a group as it is, or for a new one."""
    data: dict[str, Any] = {"owner_id": NOBODY, "shows_by": ""}
    if row is not None:
        names = ("name", "touched", "is_vulnerable", "how_reached", "expected_share")
        data = {name: getattr(row, name) for name in names}
        data |= {"owner_id": row.owner_id or NOBODY, "mark": mark_of_group(row)}
        data["shows_by"] = f"{row.question_id}:{row.option}" if row.question_id else ""
    form = GroupForm(data=data)
    form.owner_id.choices = [(NOBODY, lazy("Nobody yet")), *people]
    form.shows_by.choices = [("", lazy("None")), *_options(questions)]
    return form


def _options(questions: Sequence[BackgroundQuestion]) -> list[tuple[str, str]]:
    language = i18n.language()
    return [
        (f"{one.id}:{option['key']}", f"{label_in(one.label, language)} – {label}")
        for one in questions
        for option in one.options
        if (label := label_in(option["label"], language))
    ]


class BackgroundForm(Form):
    """Which ready-made question is asked."""

    name = SelectField(lazy("Question"), choices=list(SET_TITLES.items()))


def wording_form(question: BackgroundQuestion, languages: Sequence[str]) -> Form:
    """Return a form with a question and its answers in every language of the round."""
    fields: dict[str, Any] = {}
    data: dict[str, str] = {}
    for language in languages:
        name = i18n.own_name(language)
        fields[f"label_{language}"] = StringField(
            f"{i18n.gettext('Question')} ({name})",
            [NEEDED, Length(max=LONGEST_LABEL)],
            filters=[tidy],
        )
        fields[f"options_{language}"] = TextAreaField(
            f"{i18n.gettext('Answers')} ({name})",
            [NEEDED, Length(max=LONGEST_TEXT)],
            filters=[tidy],
            description=lazy("One on each line, in the same order in every language."),
        )
        data[f"label_{language}"] = question.label.get(language, "")
        data[f"options_{language}"] = "\n".join(
            option["label"].get(language, "") for option in question.options
        )
    form: Form = type("WordingForm", (Form,), fields)(data=data)
    return form


def worded(form: Form, languages: Sequence[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the question and its answers by language, for the operation."""
    labels = {language: _text(form[f"label_{language}"]) for language in languages}
    options = {
        language: [line for line in _text(form[f"options_{language}"]).split("\n") if line.strip()]
        for language in languages
    }
    return labels, options


def _text(field: Field) -> str:
    return field.data or ""


class OutreachForm(Form):
    """What somebody will do to reach a group."""

    what = TextAreaField(
        lazy("What will be done?"), [NEEDED, Length(max=LONGEST_TEXT)], filters=[tidy]
    )
    owner_id = SelectField(lazy("Who sees to it?"), coerce=int)
    due = DateField(lazy("On which day at the latest?"), [InputRequired(lazy("Choose a day."))])

    def reaching(self) -> Reaching:
        """Return what was filled in, for the operation."""
        assert self.due.data is not None
        return Reaching(
            what=self.what.data or "", owner_id=self.owner_id.data or None, due=self.due.data
        )


def outreach_form(people: People) -> OutreachForm:
    """Return an empty form."""
    form = OutreachForm()
    form.owner_id.choices = [(NOBODY, lazy("Choose somebody")), *people]
    return form
