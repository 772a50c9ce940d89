"""One form per screen of what practice does with values."""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk.values.forms import day_in
from waardewerk.values.operations import looking, proposing, signalling
from waardewerk.values.operations.accenting import LONGEST_REASON, ChosenAccent
from waardewerk.values.words import (
    BAND_TITLES,
    CAUSE_TITLES,
    DIRECTION_TITLES,
    EFFECT_TITLES,
)

NO_VALUE = ""
LONGEST_KEY = 64


def _words(label: Any, *, description: Any = "", longest: int = 4000) -> TextAreaField:
    needed = InputRequired(lazy("Fill this in."))
    return TextAreaField(
        label, [needed, Length(max=longest)], description=description, filters=[tidy]
    )


def _line(label: Any, *, description: Any = "", required: bool = True) -> StringField:
    needed = InputRequired(lazy("Fill this in.")) if required else Optional()
    return StringField(label, [needed, Length(max=200)], description=description, filters=[tidy])


class AccentForm(Form):
    """The accent of one value."""

    band = RadioField(
        lazy("Which accent does this value get?"),
        [InputRequired(lazy("Choose one."))],
        choices=list(BAND_TITLES.items()),
    )
    reason = _words(
        lazy("Why?"),
        description=lazy("Everybody can read this."),
        longest=LONGEST_REASON,
    )
    from_date = DateField(lazy("From"), [InputRequired(lazy("Fill in a day."))])
    until_date = DateField(
        lazy("Until"),
        [Optional()],
        description=lazy("The last day. Leave it empty when you do not know yet."),
    )

    def accent(self, value: str) -> ChosenAccent:
        """Return what was filled in, for the operation."""
        return ChosenAccent(
            value=value,
            band=self.band.data,
            reason=self.reason.data or "",
            from_date=day_in(self.from_date),
            until_date=self.until_date.data,
        )


class OpenLensForm(Form):
    """A project of its own to look at."""

    request_key = HiddenField(default=lambda: uuid.uuid4().hex)
    title = _line(
        lazy("Which project is it?"),
        description=lazy("Everybody who works here can read it."),
    )


class CardForm(Form):
    """A card that the project touches."""

    direction = RadioField(
        lazy("How does the project touch this value?"),
        [InputRequired(lazy("Choose one."))],
        choices=list(DIRECTION_TITLES.items()),
    )
    reason = _words(lazy("In what way?"))

    def touched(self, urn: str) -> looking.Touched:
        """Return what was filled in, for the operation."""
        return looking.Touched(
            urn=urn, direction=self.direction.data, reason=self.reason.data or ""
        )


class NothingElseForm(Form):
    """Why there is nothing to see outside the core."""

    reason = _words(lazy("Why does the project touch no other value?"))


class ConsiderationForm(Form):
    """What a project does to one value."""

    effect = RadioField(
        lazy("What does the project do to this value?"),
        [InputRequired(lazy("Choose one."))],
        choices=list(EFFECT_TITLES.items()),
    )
    for_whom = _line(
        lazy("For whom?"),
        description=lazy("A group of people. Not needed when the value is not touched."),
        required=False,
    )
    reason = _words(lazy("Why do you think so?"))

    def weighed(self, urn: str) -> looking.Weighed:
        """Return what was filled in, for the operation."""
        return looking.Weighed(
            urn=urn,
            effect=self.effect.data,
            for_whom=self.for_whom.data or "",
            reason=self.reason.data or "",
        )


class TensionForm(Form):
    """Two values that pull apart."""

    urn = SelectField(
        lazy("Which value weighed heavier?"), [InputRequired(lazy("Choose a value."))]
    )
    against = SelectField(lazy("Which value gave way?"), [InputRequired(lazy("Choose a value."))])
    choice = _words(lazy("What do you choose?"))
    gives_up = _words(
        lazy("What do you give up with that?"),
        description=lazy("Say it honestly: for whom is this a loss?"),
    )
    decided_by = _line(lazy("Who decided?"), description=lazy("Names or functions."))
    decided_on = DateField(lazy("When?"), [InputRequired(lazy("Fill in a day."))])

    def chosen(self) -> looking.Chosen:
        """Return what was filled in, for the operation."""
        return looking.Chosen(
            urn=self.urn.data,
            against=self.against.data,
            choice=self.choice.data or "",
            gives_up=self.gives_up.data or "",
            decided_by=self.decided_by.data or "",
            decided_on=day_in(self.decided_on),
        )


class SignalForm(Form):
    """What somebody saw in practice; the kind was chosen on the page before."""

    request_key = HiddenField(default=lambda: uuid.uuid4().hex)
    value = SelectField(lazy("Which value is it about?"))
    against = SelectField(lazy("With which other value does it clash?"))
    cause = RadioField(
        lazy("What went wrong?"),
        [InputRequired(lazy("Choose one."))],
        choices=list(CAUSE_TITLES.items()),
    )
    text = _words(
        lazy("What did you see?"),
        description=lazy("Write about what happened. Leave out names of people."),
    )
    nameless = BooleanField(
        lazy("Send it without my name"),
        description=lazy("Nobody can see that it was you, administrators included."),
    )

    def said(self, kind: str, **source: Any) -> signalling.Said:
        """Return what was filled in, for the operation."""
        return signalling.Said(
            kind=kind,
            value=self.value.data if "value" in self else "",
            against=self.against.data if "against" in self else "",
            cause=self.cause.data if "cause" in self else None,
            text=self.text.data or "",
            **source,
        )

    @property
    def key(self) -> str | None:
        """The number with which this form came, so that sending it twice sends one signal."""
        return (self.request_key.data or "")[:64] or None


#: The fields that a kind of signal asks beside its text.
ASKED: dict[str, tuple[str, ...]] = {
    "missing": (),
    "read_otherwise": ("value",),
    "never_used": ("value",),
    "clash": ("value", "against"),
    "unwanted_result": ("value", "cause"),
}


def signal_form(kind: str, choices: list[tuple[str, str]], *, has_name: bool) -> SignalForm:
    """Make the form for one kind of signal, without what that kind does not ask."""
    form = SignalForm()
    for name in {"value", "against", "cause"} - set(ASKED[kind]):
        del form[name]
    if not has_name:
        del form.nameless
    for name in {"value", "against"} & set(ASKED[kind]):
        form[name].choices = choices
    return form


class TakeUpForm(Form):
    """What the keeper does with a signal."""

    #: The note as it was when the page was shown.
    known = HiddenField()
    note = _words(lazy("What do you do with it?"), description=lazy("Colleagues read this."))


class AnswerForm(Form):
    """The answer to a signal."""

    answer = _words(lazy("What is your answer?"), description=lazy("The sender reads this."))


class JoinForm(Form):
    """The proposal to which a signal belongs."""

    proposal = SelectField(lazy("To which proposal does it belong?"), coerce=int)


class ProposalForm(Form):
    """A change to the framework that is proposed."""

    title = _line(lazy("What is the proposal called?"))
    value = SelectField(lazy("Which value is it about?"))
    text = _words(lazy("What should change?"))

    def proposed(self) -> proposing.Proposed:
        """Return what was filled in, for the operation."""
        return proposing.Proposed(
            title=self.title.data or "", value=self.value.data, text=self.text.data or ""
        )


class DecisionForm(Form):
    """What was decided about a proposal."""

    accepted = RadioField(
        lazy("What was decided?"),
        [InputRequired(lazy("Choose one."))],
        choices=[("yes", lazy("Accepted")), ("no", lazy("Declined"))],
    )
    answer = _words(
        lazy("What is the answer, and why?"),
        description=lazy("Everybody who sent a signal reads this."),
    )
    decided_by = _line(lazy("Who decided?"), description=lazy("Names or functions."))
    decided_on = DateField(lazy("When?"), [InputRequired(lazy("Fill in a day."))])

    def decision(self) -> proposing.Decision:
        """Return what was filled in, for the operation."""
        return proposing.Decision(
            accepted=self.accepted.data == "yes",
            answer=self.answer.data or "",
            decided_by=self.decided_by.data or "",
            decided_on=day_in(self.decided_on),
        )
