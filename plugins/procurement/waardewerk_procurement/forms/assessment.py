"""Forms of the assessment. Those about many bids or criteria are made for what is on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from waardewerk.addresses import number_in
from waardewerk.forms import Form, tidy
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.refusal import Refusal
from waardewerk_procurement.anchor_words import place_title, shuts_out
from waardewerk_procurement.award.scales import Scale, StepScale
from waardewerk_procurement.fixed.snapshot import Criterion
from waardewerk_procurement.forms.figures import SeenField
from waardewerk_procurement.models import (
    Bid,
    ConflictDeclaration,
    KnockOutAnswer,
    Score,
)
from waardewerk_procurement.operations.appointing import LONGEST_NAME
from waardewerk_procurement.operations.assessing import Met
from waardewerk_procurement.operations.declaring import Declared
from waardewerk_procurement.operations.dropping_out import LONGEST_REASON
from waardewerk_procurement.operations.scoring_alone import Filled

if TYPE_CHECKING:
    from waardewerk.people.queries import Account

#: A scale with more steps is typed and not chosen.
MOST_CHOICES = 12


def _words(label: Any, longest: int = LONGEST_REASON, **more: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [InputRequired(lazy("Fill this in.")), Length(max=longest)],
        filters=[tidy],
        **more,
    )


class BidForm(Form):
    """A bidder to put on the list, or a name to write better."""

    bidder = StringField(
        lazy("Name"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST_NAME)],
        filters=[tidy],
    )


class DropOutForm(Form):
    """Why a bid drops out."""

    why = _words(lazy("Why does it drop out?"))


class RevealForm(Form):
    """Why fewer people assess a lot than the documents say."""

    why = _words(
        lazy("Why do fewer people assess than the documents say?"),
        description=lazy("Name nobody: it is in the report."),
    )


class AppointForm(Form):
    """Somebody to appoint."""

    person = SelectField(lazy("Who?"), [InputRequired(lazy("Choose somebody."))])

    def offer(self, people: Iterable[Account]) -> Self:
        """Offer these people."""
        names = [(str(one.id), one.name) for one in people]
        self.person.choices = [("", _("Choose somebody")), *names]
        return self

    @property
    def person_id(self) -> int:
        """Who was chosen; nobody is 0."""
        return number_in(self.person.data or "") or 0


class StandInForm(AppointForm):
    """Somebody who comes after the reveal, and why."""

    why = _words(
        lazy("Why does somebody have to come?"),
        description=lazy("Name nobody: it is in the report."),
    )


class OpenNoteForm(Form):
    """Why a sealed note is opened."""

    why = _words(lazy("Why do you open this note?"))


class NoteForm(Form):
    """What an assessor thinks who does not agree."""

    text = _words(lazy("What do you think, and why?"))


class AgreeForm(Form):
    """The score that people chose together. Nothing is chosen beforehand."""

    score = RadioField(lazy("Which score do you agree on?"), validate_choice=False)
    typed = StringField(lazy("Which score do you agree on?"), [Length(max=40)], filters=[tidy])
    reason = _words(
        lazy("Why this score?"),
        description=lazy("Write it for the bidder: it goes into the letter."),
    )
    number = SeenField()

    def offer(self, scale: Scale, allowed: Sequence[str] | None) -> AgreeForm:
        """Offer the steps of the scale, or those that the documents leave."""
        scores = allowed if allowed is not None else steps_to_choose(scale)
        if scores:
            self.score.choices = [(one, one) for one in scores]
            del self.typed
        else:
            del self.score
        return self

    @property
    def chosen(self) -> str:
        """The score that was chosen or typed."""
        return (self.score or self.typed).data or ""

    @property
    def seen(self) -> int:
        """Which row somebody saw."""
        return self.number.number


def steps_to_choose(scale: Scale) -> list[str]:
    """List the steps of a scale that is short enough to choose from; else nothing."""
    if not isinstance(scale, StepScale) and len(scale) > MOST_CHOICES:
        return []
    return [step.score for step in scale.steps]


# Pages with many of the same ---------------------------------------------------------------------


class ManyForm(Form):
    """A form with the same fields for each of several things; each field is named ``key-field``."""

    def of(self, key: object, field: str) -> Any:
        """Give the field about one thing."""
        return self[f"{key}-{field}"]

    def text(self, key: object, field: str) -> str:
        """Give what was filled in."""
        return self.of(key, field).data or ""

    def tell(self, problems: Mapping[Any, Refusal], field: str) -> None:
        """Show what is wrong beside what it is about."""
        for key, refusal in problems.items():
            self.refuse(refusal, self.of(key, field))


def _made(fields: Mapping[str, Any], data: Mapping[str, Any]) -> ManyForm:
    made: ManyForm = type("ManyForm", (ManyForm,), dict(fields))(data=data)
    return made


def scoring_form(criteria: Sequence[Criterion], scale: Scale, own: Mapping[str, Score]) -> ManyForm:
    """Ask a score and a reason for each criterion; what was given stands there."""
    choices = [(one, one) for one in steps_to_choose(scale)]
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for one in criteria:
        label = _("Your score for “%(title)s”", title=one.title)
        fields[f"{one.key}-score"] = (
            RadioField(label, choices=choices, validate_choice=False)
            if choices
            else StringField(label, [Length(max=40)], filters=[tidy])
        )
        fields[f"{one.key}-reason"] = TextAreaField(
            _("Your reason for the score for “%(title)s”", title=one.title),
            [Length(max=LONGEST_REASON)],
            filters=[tidy],
        )
        fields[f"{one.key}-number"] = SeenField()
        given = own.get(one.key)
        data[f"{one.key}-number"] = str(given.number if given else 0)
        if given is not None:
            data |= {f"{one.key}-score": given.score, f"{one.key}-reason": given.reason}
    return _made(fields, data)


def filled_in(form: ManyForm, criteria: Iterable[Criterion]) -> dict[str, Filled]:
    """Read what was filled in, by criterion."""
    return {
        one.key: Filled(
            score=form.text(one.key, "score"),
            reason=form.text(one.key, "reason"),
            seen=number_in(form.text(one.key, "number")) or 0,
        )
        for one in criteria
    }


def go_on_from(form: ManyForm, own: Mapping[str, Score]) -> None:
    """Let the next save build on what is stored now."""
    for key, given in own.items():
        if f"{key}-number" in form:
            form.of(key, "number").data = str(given.number)


def interests_form(bids: Sequence[Bid], declared: Mapping[int, ConflictDeclaration]) -> ManyForm:
    """Ask for each bidder whether one has an interest; what was declared stands there."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for bid in bids:
        fields[f"{bid.id}-interest"] = RadioField(
            _("Do you have an interest in %(bidder)s?", bidder=bid.bidder),
            choices=[("no", _("No interest")), ("yes", _("An interest, or something like it"))],
            validate_choice=False,
        )
        fields[f"{bid.id}-explanation"] = TextAreaField(
            _("Which interest in %(bidder)s?", bidder=bid.bidder),
            [Length(max=LONGEST_REASON)],
            filters=[tidy],
        )
        before = declared.get(bid.id)
        if before is not None:
            data[f"{bid.id}-interest"] = "yes" if before.has_interest else "no"
            data[f"{bid.id}-explanation"] = before.explanation
    return _made(fields, data)


def declared_in(form: ManyForm, bids: Iterable[Bid]) -> dict[int, Declared]:
    """Read what was declared, by bid; where nothing was chosen nothing was declared."""
    return {
        bid.id: Declared(
            has_interest=form.text(bid.id, "interest") == "yes",
            explanation=form.text(bid.id, "explanation"),
        )
        for bid in bids
        if form.text(bid.id, "interest") in {"yes", "no"}
    }


def knock_outs_form(
    criteria: Sequence[Criterion], answered: Mapping[str, KnockOutAnswer]
) -> ManyForm:
    """Ask for each thing that a bid must meet whether it does; what was said stands there."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for one in criteria:
        fields[f"{one.key}-met"] = RadioField(
            _does_it(one),
            choices=_met_choices(one),
            validate_choice=False,
        )
        fields[f"{one.key}-reason"] = TextAreaField(
            _("What shows whether it meets “%(title)s”?", title=one.title),
            [Length(max=LONGEST_REASON)],
            filters=[tidy],
        )
        before = answered.get(one.key)
        if before is not None:
            data[f"{one.key}-met"] = "yes" if before.is_met else "no"
            data[f"{one.key}-reason"] = before.reason
    return _made(fields, data)


def _does_it(one: Criterion) -> str:
    if shuts_out(one.type):
        return _("Does “%(title)s” apply?", title=one.title)
    return _("Does it meet “%(title)s”?", title=one.title)


def _met_choices(one: Criterion) -> list[tuple[str, str]]:
    """Offer the answers; *yes* keeps a bid in, also where that is said with other words."""
    if shuts_out(one.type):
        return [("yes", place_title(one.type, "met")), ("no", place_title(one.type, "failed"))]
    return [("yes", _("Yes")), ("no", _("No: it is not compared with others"))]


def met_in(form: ManyForm, criteria: Iterable[Criterion]) -> dict[str, Met]:
    """Read what was answered, by criterion; where nothing was chosen nothing was answered."""
    return {
        one.key: Met(is_met=form.text(one.key, "met") == "yes", reason=form.text(one.key, "reason"))
        for one in criteria
        if form.text(one.key, "met") in {"yes", "no"}
    }
