"""The form for letters."""

from __future__ import annotations

import secrets

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk_participation.operations.inviting import FEWEST, LONGEST_LABEL, MOST


class LettersForm(Form):
    """A batch of letters to make."""

    nonce = HiddenField(
        default=lambda: secrets.token_hex(16), validators=[Regexp(r"^[0-9a-f]{32}\Z")]
    )
    label = StringField(
        lazy("Name of these letters"),
        [InputRequired(lazy("Give the letters a name.")), Length(max=LONGEST_LABEL)],
        filters=[tidy],
        description=lazy("For yourself, for example the area they go to. Not a name of a person."),
    )
    addresses = FileField(
        lazy("List of addresses"),
        [Optional()],
        description=lazy(
            "A CSV file with one row for each letter. We use it once and keep nothing of it."
        ),
    )
    columns = TextAreaField(
        lazy("Columns of the address"),
        [Optional(), Length(max=500)],
        description=lazy(
            "One line for each line of the address, with + between columns. If you leave this "
            "open, each column becomes a line."
        ),
    )
    skips_wrong_rows = BooleanField(lazy("Leave out rows that cannot become a letter"))
    size = IntegerField(
        lazy("Or: number of letters without an address"),
        [Optional(), NumberRange(FEWEST, MOST)],
        description=lazy(
            "For letters that you hand out or that go to every door. At least 50 at once: in a "
            "smaller batch it shows too easily who took part."
        ),
    )
    kind = RadioField(
        lazy("What do you want?"),
        choices=[
            ("pdf", lazy("Letters to print (PDF)")),
            ("csv", lazy("A list for the print shop (CSV)")),
        ],
        default="pdf",
    )
