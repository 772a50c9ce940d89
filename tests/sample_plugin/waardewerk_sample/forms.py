"""The form to write a note, and what a province may set."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy


class NoteForm(Form):
    """A note."""

    text = TextAreaField(lazy("What did you see?"), [InputRequired(), Length(max=2000)])


class SampleSettings(Form):
    """What a province calls the notes."""

    heading = StringField(
        lazy("Heading above the notes"), [InputRequired(), Length(max=80)], filters=[tidy]
    )
