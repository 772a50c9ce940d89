"""One form per screen of the register, of bodies, of handing over and of advice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, Optional

from waardewerk.contract import LEVELS
from waardewerk.forms import Form, options_of, options_under, tidy
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.people.queries import Account
from waardewerk.people.words import LEVEL_TITLES
from waardewerk.responsibility.operations.advising import Answered, Asked
from waardewerk.responsibility.operations.bodies import Described, Seated
from waardewerk.responsibility.operations.leaving import Notice
from waardewerk.responsibility.operations.placing import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    HandingOver,
    Holder,
    Placed,
)
from waardewerk.responsibility.queries.bodies import Gathering
from waardewerk.responsibility.queries.register import Place
from waardewerk.responsibility.words import BODY_TITLES, ROLE_TITLES

#: Stands in a list of people for somebody who is not on it.
NOBODY = ""
FILL_IN = lazy("Fill this in.")
CHOOSE_A_DAY = lazy("Choose a day.")


def _words(label: Any, *, description: Any = "", required: bool = True) -> TextAreaField:
    needed = InputRequired(FILL_IN) if required else Optional()
    return TextAreaField(
        label, [needed, Length(max=LONGEST_TEXT)], description=description, filters=[tidy]
    )


def _line(
    label: Any, *, description: Any = "", required: bool = True, longest: int = LONGEST_NAME
) -> StringField:
    needed = InputRequired(FILL_IN) if required else Optional()
    return StringField(
        label, [needed, Length(max=longest)], description=description, filters=[tidy]
    )


def _day(label: Any, *, description: Any = "", required: bool = True) -> DateField:
    needed = InputRequired(CHOOSE_A_DAY) if required else Optional()
    return DateField(label, [needed], description=description)


def _key() -> HiddenField:
    return HiddenField(default=lambda: uuid.uuid4().hex)


def _chosen(field: DateField) -> date:
    """Return the day of a field that was checked to have one."""
    assert field.data is not None
    return field.data


def _number(text: object) -> int:
    """Read a number that a page sent back; 0 when it is none that exists."""
    written = str(text or "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _people(people: Iterable[Account]) -> list[Any]:
    return [(f"person:{one.id}", one.name) for one in people]


def _holder_of(choice: str | None, function: str | None) -> Holder:
    kind, _colon, number = (choice or "").partition(":")
    if kind == "person":
        return Holder(kind="person", person_id=_number(number))
    if kind == "body":
        return Holder(kind="body", body_id=_number(number))
    return Holder(kind="function", function=function or "")


def _person_of(choice: str | None) -> int | None:
    kind, _colon, number = (choice or "").partition(":")
    return _number(number) if kind == "person" else None


class HolderForm(Form):
    """Who holds something: from a list, or in words."""

    holder = SelectField(lazy("Who?"))
    function = _line(
        lazy("Or: a function or name without an account"),
        required=False,
        description=lazy("Only when nobody on the list fits. For example: “the council's clerk”."),
    )

    def offer(self, people: Iterable[Account], bodies: Iterable[Gathering]) -> None:
        """Fill the list of who can be chosen."""
        self.holder.choices = [
            *options_of([(NOBODY, _("Nobody on this list: I write it below"))]),
            *options_under(_("People with an account"), _people(people)),
            *options_under(_("Bodies"), [(f"body:{one.id}", one.name) for one in bodies]),
        ]

    def chosen_holder(self) -> Holder:
        """Return who was chosen; the operation checks it."""
        return _holder_of(self.holder.data, self.function.data)


class PlaceForm(HolderForm):
    """What is placed with whom."""

    request_key = _key()
    title = _line(lazy("What is it?"))
    # Level and role of an answer to a question are those of the question: then they are not asked.
    level = RadioField(
        lazy("At which level?"),
        choices=[(level, LEVEL_TITLES[level]) for level in LEVELS],
        validate_choice=False,
    )
    role = SelectField(lazy("As what?"), choices=list(ROLE_TITLES.items()), validate_choice=False)
    since = _day(lazy("Since"))
    until = _day(
        lazy("Until"),
        required=False,
        description=lazy("When it runs out by itself. You are told a month before."),
    )
    deputy = SelectField(lazy("Who steps in?"))
    deputy_function = _line(lazy("Or: a function without an account that steps in"), required=False)
    mandate = _words(
        lazy("What may this person decide, and with how much time and money?"), required=False
    )
    decision = _line(
        lazy("By which decision?"),
        required=False,
        longest=LONGEST_REFERENCE,
        description=lazy(
            "For example the number and day of the decision, or where it can be read."
        ),
    )
    agreed = _words(
        lazy("Why so, and what did you agree?"),
        required=False,
        description=lazy("Stands in the history, for who reads it later."),
    )

    def offer(self, people: Iterable[Account], bodies: Iterable[Gathering]) -> None:
        """Fill both lists."""
        known = list(people)
        super().offer(known, bodies)
        nobody = [(NOBODY, _("Nobody, or I write it below"))]
        self.deputy.choices = options_of([*nobody, *_people(known)])

    def placed(self, question: str = "") -> Placed:
        """Return what was filled in, for the operation."""
        return Placed(
            question=question,
            title=self.title.data or "",
            level=self.level.data or "",
            role=self.role.data or "",
            holder=self.chosen_holder(),
            since=_chosen(self.since),
            until=self.until.data,
            deputy_id=_person_of(self.deputy.data),
            deputy_function=self.deputy_function.data or "",
            mandate=self.mandate.data or "",
            decision=self.decision.data or "",
            agreed=self.agreed.data or "",
            request_key=(self.request_key.data or "")[:64] or None,
        )


def as_filled_in(place: Place) -> dict[str, Any]:
    """Return a responsibility as its form would have been filled in."""
    holder = {
        "person": f"person:{place.person_id}",
        "body": f"body:{place.body_id}",
    }.get(place.holder_kind, NOBODY)
    return {
        "title": place.title,
        "level": place.level,
        "role": place.role,
        "holder": holder,
        "function": place.holder if place.holder_kind == "function" else "",
        "since": place.since,
        "until": place.until,
        "deputy": f"person:{place.deputy_id}" if place.deputy_id else NOBODY,
        "deputy_function": "" if place.deputy_id else place.deputy,
        "mandate": place.mandate,
        "decision": place.decision,
    }


class EndForm(Form):
    """When something ends, and why."""

    last_day = _day(lazy("Last day"))
    why = _words(lazy("Why does it end, and where does it go?"))

    @property
    def chosen_day(self) -> date:
        """The last day."""
        return _chosen(self.last_day)


class BodyForm(Form):
    """What a body is for."""

    request_key = _key()
    builds_on = HiddenField()
    kind = SelectField(lazy("What kind of body is it?"), choices=list(BODY_TITLES.items()))
    name = _line(lazy("Name"))
    purpose = _words(lazy("What is it for?"))
    intended_result = _words(
        lazy("What must come of it?"),
        required=False,
        description=lazy("Bodies are often founded without this. Nobody can then see if it works."),
    )
    seen_by = _words(
        lazy("How do you see that?"),
        required=False,
        description=lazy("Something that people can notice or count."),
    )
    place = _words(
        lazy("Where does it stand in the organisation?"),
        required=False,
        description=lazy("To whom does it report, and who does something with what it says?"),
    )
    decision = _line(
        lazy("By which decision was it founded?"), required=False, longest=LONGEST_REFERENCE
    )

    def described(self) -> Described:
        """Return what was filled in, for the operation."""
        return Described(
            kind=self.kind.data or "",
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            intended_result=self.intended_result.data or "",
            seen_by=self.seen_by.data or "",
            place=self.place.data or "",
            decision=self.decision.data or "",
        )

    @property
    def chosen_key(self) -> str | None:
        """The key of this form, so that a second time founds nothing."""
        return (self.request_key.data or "")[:64] or None

    @property
    def text_read(self) -> int:
        """The text that was read before this one was written."""
        return _number(self.builds_on.data)


class MemberForm(Form):
    """Somebody who takes part in a body."""

    person = SelectField(lazy("Who takes part?"))
    name = _line(
        lazy("Or: a name without an account"),
        required=False,
        description=lazy("For example an expert from outside. Ask first whether you may."),
    )
    function = _line(
        lazy("As what?"),
        required=False,
        description=lazy("Function, department, or where somebody comes from."),
    )
    since = _day(lazy("Since"))
    is_chair = BooleanField(lazy("Is the chair"))

    def offer(self, people: Iterable[Account]) -> None:
        """Fill the list of who can be chosen."""
        nobody = [(NOBODY, _("Nobody on this list: I write it below"))]
        self.person.choices = options_of([*nobody, *_people(people)])

    def seated(self) -> Seated:
        """Return what was filled in, for the operation."""
        return Seated(
            person_id=_person_of(self.person.data),
            name=self.name.data or "",
            function=self.function.data or "",
            since=_chosen(self.since),
            is_chair=bool(self.is_chair.data),
        )


class HandOverForm(HolderForm):
    """What goes to whom, from when, and what was agreed."""

    which = SelectMultipleField(
        lazy("What is handed over?"),
        [InputRequired(lazy("Choose at least one."))],
        coerce=int,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    from_day = _day(lazy("From"))
    agreed = _words(
        lazy("What did you agree?"),
        description=lazy("What goes on, what waits, and where the papers are."),
    )

    def list_places(self, places: Iterable[Place]) -> None:
        """Fill the list of what can be handed over."""
        self.which.choices = options_of([(one.id, one.title) for one in places])

    def handing(self, leaving_id: int) -> HandingOver:
        """Return what was filled in, for the operation."""
        return HandingOver(
            leaving_id=leaving_id,
            holder=self.chosen_holder(),
            from_day=_chosen(self.from_day),
            agreed=self.agreed.data or "",
        )


class LeavingForm(Form):
    """When one leaves, and whom one proposes."""

    leaves_on = _day(lazy("When do you leave?"))
    successor = SelectField(lazy("Who could take over?"))
    words = _words(
        lazy("What does that person need to know?"),
        required=False,
        description=lazy("What goes on, what waits, and where the papers are."),
    )

    def offer(self, people: Iterable[Account]) -> None:
        """Fill the list of who can be proposed."""
        nobody = [(NOBODY, _("I do not know yet"))]
        self.successor.choices = options_of([*nobody, *_people(people)])

    def notice(self) -> Notice:
        """Return what was filled in, for the operation."""
        return Notice(
            leaves_on=_chosen(self.leaves_on),
            successor_id=_person_of(self.successor.data),
            words=self.words.data or "",
        )


class AskForm(Form):
    """A question to the advisers."""

    request_key = _key()
    title = _line(lazy("Name of the case"), description=lazy("Short, without names of people."))
    about = _words(
        lazy("What is it about?"),
        description=lazy("What you want to do, with which data or technology, and who notices it."),
    )
    question = _words(
        lazy("What do you ask?"),
        description=lazy("Not only “may we?” or “can we?”, but: do we want to?"),
    )
    thoughts = _words(
        lazy("What did you think of or try already?"),
        required=False,
        description=lazy("Also what you doubt, and who sees it otherwise."),
    )
    wanted_by = _day(
        lazy("When do you need an answer?"),
        required=False,
        description=lazy("An answer takes at least two advisers. Give them time."),
    )
    names_may_travel = BooleanField(
        lazy("Names may go along if this is offered to the interprovincial committee")
    )

    def asked(self) -> Asked:
        """Return what was filled in, for the operation."""
        return Asked(
            title=self.title.data or "",
            about=self.about.data or "",
            question=self.question.data or "",
            thoughts=self.thoughts.data or "",
            wanted_by=self.wanted_by.data,
            names_may_travel=bool(self.names_may_travel.data),
            request_key=(self.request_key.data or "")[:64] or None,
        )


class TakeUpForm(Form):
    """Who sees to an answer, and by when."""

    owner = SelectField(lazy("Who sees to an answer?"), coerce=int)
    answer_by = _day(lazy("By when?"))

    def offer(self, advisers: Iterable[Account], asker_id: int | None) -> None:
        """Fill the list of advisers; who asked has no part in the answer."""
        self.owner.choices = options_of(
            [(one.id, one.name) for one in advisers if one.id != asker_id]
        )

    @property
    def chosen_day(self) -> date:
        """The day that is promised."""
        return _chosen(self.answer_by)


class WordsForm(Form):
    """A few words: a contribution, a dissent, a reason."""

    words = _words(lazy("Your words"))


class AnswerForm(Form):
    """A text that advisers can put their name to."""

    builds_on = HiddenField()
    text = _words(
        lazy("The answer"),
        description=lazy("What you advise, which values you weighed, and what stays difficult."),
    )
    follow_up = _line(
        lazy("Who does something with it?"), description=lazy("A name or a function.")
    )
    follow_up_by = _day(lazy("By when?"), required=False)

    def answered(self) -> Answered:
        """Return what was filled in, for the operation."""
        return Answered(
            text=self.text.data or "",
            follow_up=self.follow_up.data or "",
            follow_up_by=self.follow_up_by.data,
        )

    @property
    def text_read(self) -> int:
        """The text that was read before this one was written; 0 for none."""
        return _number(self.builds_on.data)


class ReturnForm(Form):
    """What the committee said."""

    returned_on = _day(lazy("When did it come back?"))
    words = _words(
        lazy("What did the committee say?"), description=lazy("In short, or where it can be read.")
    )

    @property
    def chosen_day(self) -> date:
        """The day on which it came back."""
        return _chosen(self.returned_on)


class OfferForm(Form):
    """On which day a request was offered."""

    offered_on = _day(lazy("When did you offer it?"))

    @property
    def chosen_day(self) -> date:
        """The day of the offer."""
        return _chosen(self.offered_on)
