"""Forms of what happens after the award: follow-ups, findings, endings, lessons."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk_procurement.forms.days import DayField
from waardewerk_procurement.forms.figures import SeenField
from waardewerk_procurement.operations.following import (
    LONGEST_TEXT,
    MOST_MONTHS,
    Ending,
    FollowUpChange,
    Rewording,
)
from waardewerk_procurement.operations.learning import Learned

COLOUR_CHOICES = [
    ("green", lazy("Green: it is kept, or well on its way")),
    ("amber", lazy("Amber: it is in doubt")),
    ("red", lazy("Red: it is not kept")),
]
VERDICT_CHOICES = [("kept", lazy("It was kept")), ("broken", lazy("It was broken"))]
#: What a lesson can be for the keeper of the values; empty: it stays in this dossier.
SIGNAL_CHOICES = [
    ("", lazy("It stays with this dossier")),
    ("read_otherwise", lazy("Send it on: people read this value in different ways")),
    ("never_used", lazy("Send it on: this value made no difference")),
    ("wrong_principle", lazy("Send it on: it led to something that we did not want")),
    ("wrongly_interpreted", lazy("Send it on: the value is right, we read it wrongly")),
    ("missing", lazy("Send it on: a value is missing")),
]


def _words(label: Any, *, required: bool = True, description: Any = "") -> TextAreaField:
    needed = InputRequired(lazy("Fill this in.")) if required else Optional()
    checks = [needed, Length(max=LONGEST_TEXT)]
    return TextAreaField(label, checks, filters=[tidy], description=description)


class FollowUpForm(Form):
    """Who looks after a follow-up, when, and what shows how it stands."""

    revision = SeenField()
    evidence = _words(lazy("What shows it?"), required=False)
    owner = SelectField(lazy("Who looks after it?"))
    due = DayField(lazy("Look at it at the latest on"), [InputRequired(lazy("Choose a day."))])
    every_months = IntegerField(
        lazy("Comes back after so many months"),
        [Optional(), NumberRange(1, MOST_MONTHS)],
        description=lazy("Leave it empty when it is looked at once."),
    )

    def change(self) -> FollowUpChange:
        """Return what was filled in, for the operation."""
        return FollowUpChange(
            evidence=self.evidence.data or "",
            owner_id=int(self.owner.data) if self.owner.data else None,
            due=self.due.day,
            every_months=self.every_months.data,
            revision=self.revision.number,
        )


class RewordingForm(Form):
    """Other words for what was promised, and why."""

    revision = SeenField()
    promise = _words(lazy("What was promised?"))
    norm = _words(lazy("When does it count as kept?"))
    reason = _words(
        lazy("Why do the words change?"),
        description=lazy("For example: the contract was changed on a date, by agreement."),
    )

    def rewording(self) -> Rewording:
        """Return what was filled in, for the operation."""
        return Rewording(
            promise=self.promise.data or "",
            norm=self.norm.data or "",
            reason=self.reason.data or "",
            revision=self.revision.number,
        )


class FindingForm(Form):
    """How it stands with a follow-up."""

    colour = RadioField(
        lazy("How does it stand?"),
        [InputRequired(lazy("Choose one."))],
        choices=COLOUR_CHOICES,
    )
    reason = _words(
        lazy("What did you see?"),
        description=lazy("Name what shows it. A colour without a reason says nothing later."),
    )


class EndingForm(Form):
    """That something was kept or broken."""

    revision = SeenField()
    verdict = RadioField(
        lazy("What became of it?"),
        [InputRequired(lazy("Choose one."))],
        choices=VERDICT_CHOICES,
    )
    reason = _words(lazy("What shows it?"))
    follows = _words(
        lazy("What follows, if it was broken?"),
        required=False,
        description=lazy(
            "Fill this in when it was not kept. For example: a talk with the supplier, a recovery "
            "plan, a fine. Who looks after this promise gets it to look after."
        ),
    )
    follows_by = DayField(
        lazy("By which day is that done?"),
        [Optional()],
        description=lazy("Choose a day when it was not kept."),
    )
    is_last = BooleanField(lazy("This was the last time"))

    def ending(self) -> Ending:
        """Return what was filled in, for the operation."""
        return Ending(
            verdict=self.verdict.data,
            reason=self.reason.data or "",
            follows=self.follows.data or "",
            follows_by=self.follows_by.data,
            is_last=bool(self.is_last.data),
            revision=self.revision.number,
        )


class LessonForm(Form):
    """What people learned about one value, or in general."""

    value = SelectField(lazy("About which value?"))
    text = _words(
        lazy("What did we learn?"),
        description=lazy("What would you do differently next time, or surely do again?"),
    )
    signal = RadioField(
        lazy("What happens with it?"),
        choices=SIGNAL_CHOICES,
        default="",
    )

    def learned(self) -> Learned:
        """Return what was filled in, for the operation."""
        chosen = self.signal.data or ""
        is_unwanted = chosen in {"wrong_principle", "wrongly_interpreted"}
        return Learned(
            value=self.value.data or "",
            text=self.text.data or "",
            signal="unwanted_result" if is_unwanted else chosen,
            cause=chosen if is_unwanted else None,
        )
