"""One form per screen of the scan."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from waardewerk.contract import LEVELS
from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk_maturity.operations.opening import ScanOpening
from waardewerk_maturity.operations.planning import (
    LONGEST_NAME,
    LONGEST_TEXT,
    ActionChange,
    PlannedAction,
    WantedLevel,
)
from waardewerk_maturity.words import DIRECTION_TITLES, LEVEL_TITLES, SCOPE_TITLES, STATE_TITLES

NOBODY = 0


def _words(label: Any, *, description: Any = "", required: bool = True) -> TextAreaField:
    needed = InputRequired(lazy("Fill this in.")) if required else Optional()
    return TextAreaField(
        label, [needed, Length(max=LONGEST_TEXT)], description=description, filters=[tidy]
    )


def _day(field: DateField) -> date:
    """Return the day of a field that was checked to have one."""
    assert field.data is not None
    return field.data


class VersionForm(Form):
    """A definition to bring in."""

    definition = FileField(
        lazy("Definition"),
        [FileRequired(lazy("Choose a file."))],
        description=lazy("A YAML file, such as the one you can download here."),
    )


class OpenScanForm(Form):
    """What is chosen when a scan opens."""

    request_key = HiddenField(default=lambda: uuid.uuid4().hex)
    title = StringField(
        lazy("Name of this scan"),
        [InputRequired(lazy("Give the scan a name.")), Length(max=200)],
        filters=[tidy],
        description=lazy("Everybody who is asked sees this name. For example with the year."),
    )
    scope = RadioField(lazy("What is it about?"), choices=list(SCOPE_TITLES.items()))
    department = StringField(
        lazy("Which department?"),
        [Optional(), Length(max=200)],
        filters=[tidy],
        description=lazy("Only when it is about one department."),
    )
    version_id = SelectField(lazy("Version of the questions"), coerce=int)
    privacy = RadioField(
        lazy("What do you promise about who sees what?"),
        choices=[
            ("grouped", lazy("Groups only")),
            ("confidential", lazy("Confidential: names, with consent")),
        ],
    )
    smallest_group = IntegerField(
        lazy("Smallest group that is shown"),
        [InputRequired(lazy("Fill in a number.")), NumberRange(3, 50)],
        description=lazy("3 to 50 people. Only when you show groups only."),
    )
    opens_on = DateField(lazy("First day to answer"), [InputRequired(lazy("Choose a day."))])
    closes_on = DateField(lazy("Last day to answer"), [InputRequired(lazy("Choose a day."))])
    chair_id = SelectField(
        lazy("Who leads the conversation?"),
        coerce=int,
        description=lazy("This person moves the scan on and writes down what is agreed."),
    )
    previous_scan_id = SelectField(
        lazy("Earlier scan to compare with"),
        coerce=int,
        description=lazy(
            "Levels, reasons and promises of that scan are shown beside the new ones."
        ),
    )

    def opening(self) -> ScanOpening:
        """Return what was filled in, for the operation."""
        assert self.smallest_group.data is not None
        return ScanOpening(
            title=self.title.data or "",
            version_id=self.version_id.data,
            opens_on=_day(self.opens_on),
            closes_on=_day(self.closes_on),
            chair_id=self.chair_id.data,
            scope=self.scope.data,
            department=self.department.data or "",
            privacy=self.privacy.data,
            smallest_group=self.smallest_group.data,
            previous_scan_id=self.previous_scan_id.data or None,
            request_key=(self.request_key.data or "")[:64] or None,
        )


class PeopleForm(Form):
    """A list of people to ask, pasted or uploaded."""

    level = RadioField(
        lazy("Which level are these people?"),
        [InputRequired(lazy("Choose a level."))],
        choices=[(level, LEVEL_TITLES[level]) for level in LEVELS],
        description=lazy("A level that stands in a row itself wins."),
    )
    pasted = TextAreaField(
        lazy("Paste a list"),
        [Optional()],
        description=lazy("One person in each row: name; e-mail address. The address may be empty."),
    )
    uploaded = FileField(
        lazy("Or send a file"), description=lazy("CSV or text, up to 1 MB and 2000 people.")
    )


class WantedForm(Form):
    """The level that people agree to want on one theme, and what it takes."""

    level = RadioField(
        lazy("Which level do you want?"), [InputRequired(lazy("Choose a level."))], coerce=int
    )
    reason = _words(lazy("Why this level, and not one lower or higher?"))
    intended_result = _words(lazy("What will people notice of it?"))
    first_step = _words(lazy("What is the first step?"))
    by_date = DateField(lazy("By when?"), [InputRequired(lazy("Choose a day."))])
    owner = StringField(
        lazy("Who sees to it?"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST_NAME)],
        filters=[tidy],
        description=lazy(
            "A name or a function. With the name of an account it shows on that dashboard."
        ),
    )
    present = _words(
        lazy("Who agreed on this?"), description=lazy("Names or functions of who was there.")
    )
    dissent = _words(lazy("Who sees it otherwise, and why?"), required=False)

    def wanted(self, theme: str) -> WantedLevel:
        """Return what was filled in, for the operation."""
        return WantedLevel(
            theme=theme,
            level=self.level.data,
            reason=self.reason.data or "",
            by_date=_day(self.by_date),
            owner=self.owner.data or "",
            first_step=self.first_step.data or "",
            intended_result=self.intended_result.data or "",
            present=self.present.data or "",
            dissent=self.dissent.data or "",
        )


class ActionForm(Form):
    """Something to build up or down."""

    request_key = HiddenField(default=lambda: uuid.uuid4().hex)
    theme = SelectField(lazy("Theme"))
    direction = RadioField(
        lazy("Do you build something up, or down?"),
        [InputRequired(lazy("Choose one."))],
        choices=list(DIRECTION_TITLES.items()),
    )
    title = StringField(
        lazy("What will you do?"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST_NAME)],
        filters=[tidy],
    )
    hindrance = _words(
        lazy("What is missing, or what hinders?"),
        required=False,
        description=lazy("Needed when you build something down."),
    )
    intended_result = _words(lazy("What must it lead to?"))
    indicator = _words(
        lazy("How do you see that it works?"),
        description=lazy("Something that people can notice or count."),
    )
    owner = StringField(
        lazy("Who does it?"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST_NAME)],
        filters=[tidy],
        description=lazy(
            "A name or a function. With the name of an account it shows on that dashboard."
        ),
    )
    due_on = DateField(lazy("Ready on"), [InputRequired(lazy("Choose a day."))])

    def planned(self) -> PlannedAction:
        """Return what was filled in, for the operation."""
        return PlannedAction(
            theme=self.theme.data,
            direction=self.direction.data,
            title=self.title.data or "",
            owner=self.owner.data or "",
            due_on=_day(self.due_on),
            intended_result=self.intended_result.data or "",
            indicator=self.indicator.data or "",
            hindrance=self.hindrance.data or "",
            request_key=(self.request_key.data or "")[:64] or None,
        )


class ActionChangeForm(Form):
    """How an action goes."""

    revision = HiddenField()
    state = RadioField(
        lazy("How far is it?"),
        [InputRequired(lazy("Choose one."))],
        choices=list(STATE_TITLES.items()),
    )
    note = _words(
        lazy("What came of it?"),
        required=False,
        description=lazy("Needed when it is done or dropped: what people notice, or why not."),
    )
    owner = StringField(
        lazy("Who does it?"),
        [InputRequired(lazy("Fill this in.")), Length(max=LONGEST_NAME)],
        filters=[tidy],
    )
    due_on = DateField(lazy("Ready on"), [InputRequired(lazy("Choose a day."))])

    def change(self) -> ActionChange:
        """Return what was filled in, for the operation."""
        revision = self.revision.data or ""
        return ActionChange(
            state=self.state.data,
            owner=self.owner.data or "",
            due_on=_day(self.due_on),
            note=self.note.data or "",
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
        )


class ComparisonForm(Form):
    """The result of another organisation."""

    result = FileField(
        lazy("File of another organisation"),
        [FileRequired(lazy("Choose a file."))],
        description=lazy("A JSON file that the other organisation saved from its own scan."),
    )


class ScanSettingsForm(Form):
    """What a province chooses for all its scans."""

    reminder_days = IntegerField(
        lazy("Remind how many days before closing?"),
        [InputRequired(lazy("Fill in a number.")), NumberRange(0, 60)],
        default=7,
        description=lazy("Only who was invited and has not handed in. 0 is never."),
    )
    overall_index = BooleanField(
        lazy("Show one figure for all themes together"),
        default=False,
        description=lazy("The level in the middle of all themes. It hides where the work is."),
    )
