"""Forms: approving or sending back what was read, and a rectification from reason to notice."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from waardewerk.forms import Form, MomentField, tidy
from waardewerk.i18n import lazy
from waardewerk_procurement.forms.figures import SeenField
from waardewerk_procurement.operations.fixing import LONGEST_NOTICE, LONGEST_REASON, Read


class ApproveForm(Form):
    """What somebody had in sight when they approved it."""

    revision = SeenField()
    sha256 = HiddenField()

    def read(self) -> Read:
        """Return what was read; a number that is none is no revision that there ever was."""
        return Read(revision=self.revision.number, sha256=self.sha256.data or "")


class SendBackForm(Form):
    """Why it is not good enough yet."""

    reason = TextAreaField(
        lazy("What has to be better?"),
        [DataRequired(lazy("Say what has to be better.")), Length(max=LONGEST_REASON)],
        description=lazy("Whoever leads the dossier reads this, and works on it."),
        filters=[tidy],
    )


class RectifyForm(Form):
    """Why something that was fixed has to change."""

    reason = TextAreaField(
        lazy("Why does something have to change?"),
        [DataRequired(lazy("Say why this has to change.")), Length(max=LONGEST_REASON)],
        description=lazy("Bidders will read this. For example: the weights were swapped."),
        filters=[tidy],
    )


class ExtendForm(Form):
    """A later closing date."""

    closes_at = MomentField(
        lazy("New closing date and time"),
        [InputRequired(lazy("Choose a day and a time."))],
        description=lazy("It can only become later. It holds once the rectification is approved."),
    )


class NoticeForm(Form):
    """What bidders are told."""

    notice = TextAreaField(
        lazy("Text for the nota van inlichtingen"),
        [DataRequired(lazy("Write what bidders are told.")), Length(max=LONGEST_NOTICE)],
        description=lazy("Made from the changes. Read it over and improve it where needed."),
        filters=[tidy],
    )
