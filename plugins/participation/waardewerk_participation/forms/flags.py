"""Leaving out flagged votes."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk_participation.operations.leaving_out import LONGEST_REASON


class LeaveOutForm(Form):
    """Why the votes of a set do not count."""

    reason = TextAreaField(
        lazy("Why do these votes not count?"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST_REASON)],
        filters=[tidy],
        description=lazy("Everybody can read this beside the result."),
    )
    #: How many the moderator saw.
    expected = HiddenField()

    @property
    def seen(self) -> int:
        """How many the moderator saw; none when somebody wrote something else there."""
        text = str(self.expected.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0
