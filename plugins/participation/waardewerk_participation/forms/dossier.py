"""What people can read before they vote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import InputRequired, Length, Optional

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk_participation.operations.dossier import LONGEST_URL, NAMES, Texts, mark_of_texts
from waardewerk_participation.operations.preparing import (
    LONGEST_QUESTION,
    LONGEST_TEXT,
    LONGEST_TITLE,
)

if TYPE_CHECKING:
    from waardewerk_participation.models import Round

NEEDED = InputRequired(lazy("Fill this in."))


def _part(label: Any, description: Any) -> TextAreaField:
    return TextAreaField(
        label, [Optional(), Length(max=LONGEST_TEXT)], filters=[tidy], description=description
    )


class TextsForm(Form):
    """The texts of a round in one language."""

    mark = HiddenField()
    title = StringField(lazy("Title"), [Optional(), Length(max=LONGEST_TITLE)], filters=[tidy])
    question = StringField(
        lazy("Question"), [Optional(), Length(max=LONGEST_QUESTION)], filters=[tidy]
    )
    introduction = _part(
        lazy("Introduction"), lazy("Two or three sentences: why you ask, and what you do with it.")
    )
    which_data = _part(lazy("Which data?"), lazy("What is collected or combined, and where from."))
    which_technology = _part(
        lazy("Which technology?"), lazy("What it does, in words that everybody knows.")
    )
    about_whom = _part(lazy("About whom?"), lazy("Whose data it is, and who notices the result."))
    what_may_go_wrong = _part(
        lazy("What may go wrong?"), lazy("For whom, how bad, and what you do against it.")
    )
    can_we = _part(lazy("Can we do this?"), lazy("Does it work, and is there another way?"))
    may_we = _part(lazy("May we do this?"), lazy("What the law says, and which checks were done."))
    do_we_want_to = _part(
        lazy("Do we want to do this?"), lazy("What speaks for it and what against it.")
    )

    def texts(self) -> Texts:
        """Return what was written, for the operation."""
        return Texts(**{name: getattr(self, name).data or "" for name in NAMES})


def texts_form(found: Round, language: str) -> TextsForm:
    """Return the form with the texts of a round in a language."""
    written = next((text for text in found.texts if text.language == language), None)
    data = {name: getattr(written, name) or "" for name in NAMES} if written else {}
    return TextsForm(data={**data, "mark": mark_of_texts(found, language)})


class LinkForm(Form):
    """A link for the dossier."""

    title = StringField(
        lazy("Title of the link"), [NEEDED, Length(max=LONGEST_TITLE)], filters=[tidy]
    )
    language = SelectField(lazy("Language"))
    url = URLField(
        lazy("Address"),
        [NEEDED, Length(max=LONGEST_URL)],
        filters=[tidy],
        description=lazy("It begins with https://"),
    )


class FileForm(Form):
    """A file for the dossier."""

    title = StringField(
        lazy("Title of the file"), [NEEDED, Length(max=LONGEST_TITLE)], filters=[tidy]
    )
    language = SelectField(lazy("Language"))
    file = FileField(
        lazy("File"),
        [FileRequired(lazy("Choose a file."))],
        description=lazy("PDF, Word (.docx), OpenDocument text (.odt) or PNG, up to 2 MB."),
    )
