"""Forms: answering a point, adding one, ending a key, and following a round."""

from __future__ import annotations

from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from waardewerk.addresses import number_in
from waardewerk.forms import Form, PlainForm
from waardewerk.i18n import lazy
from waardewerk_participation.models import Point
from waardewerk_participation.operations.answering import LONGEST, LONGEST_WHO, Answer


class AnswerForm(Form):
    """What the province does with one point, what it does not do, and why."""

    revision = HiddenField()
    we_do = TextAreaField(
        lazy("What do we do?"),
        [Optional(), Length(max=LONGEST)],
        description=lazy("One thing that people can see later. Leave it open if we do nothing."),
    )
    we_do_not = TextAreaField(
        lazy("What do we not do?"),
        [Optional(), Length(max=LONGEST)],
        description=lazy("Be open about it: people see what you leave out."),
    )
    why = TextAreaField(
        lazy("Why?"),
        [InputRequired(lazy("Say why. Without a reason it is no answer.")), Length(max=LONGEST)],
    )
    who = StringField(
        lazy("Who does it?"),
        [Optional(), Length(max=LONGEST_WHO)],
        description=lazy(
            "Needed if we do something. A role or a department: that stays right when people"
            " change."
        ),
    )
    due = DateField(
        lazy("When is it done?"),
        [Optional()],
        description=lazy("Needed if we do something. You can be held to it."),
    )

    @classmethod
    def showing(cls, point: Point) -> AnswerForm:
        """Fill the form with the answer as it is."""
        return cls(obj=point)

    @property
    def known(self) -> int:
        """Return the revision that its writer saw; nought when that cannot be one."""
        return number_in(self.revision.data or "") or 0

    def answer(self) -> Answer:
        """Return what was filled in."""
        return Answer(
            we_do=self.we_do.data or "",
            we_do_not=self.we_do_not.data or "",
            why=self.why.data or "",
            who=self.who.data or "",
            due=self.due.data,
        )


class PointForm(Form):
    """A statement that deserves an answer although no figure asks for it."""

    statement = SelectField(
        lazy("Which statement deserves an answer too?"),
        [InputRequired(lazy("Choose a statement."))],
        coerce=int,
    )


class DestroyForm(Form):
    """The end of a key, by somebody who means it."""

    typed = StringField(
        lazy("Type the short name of the round"),
        [InputRequired(lazy("Type the short name of the round.")), Length(max=64)],
    )


class FollowForm(PlainForm):
    """An address to which the answers are sent."""

    email = EmailField(
        lazy("Your e-mail address"),
        [InputRequired(lazy("Type an e-mail address, such as name@example.nl.")), Length(max=254)],
    )


class RoundSettingsForm(Form):
    """What a province chooses for all its rounds."""

    follower_days = IntegerField(
        lazy("Remove addresses how many days after the mail with the answers?"),
        [InputRequired(lazy("Fill in a number.")), NumberRange(0, 90)],
        default=14,
        description=lazy("Of people who asked to hear what you do with a round."),
    )
