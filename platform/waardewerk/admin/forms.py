"""One form per screen of the administration."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    ColorField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, Regexp

from waardewerk.contract import LEVELS, ROLES
from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk.people.words import LEVEL_TITLES, ROLE_TASKS, ROLE_TITLES
from waardewerk.theming import FONTS, HEX_COLOUR

NO_LEVEL = "none"
LEVEL_CHOICES = [*((level, LEVEL_TITLES[level]) for level in LEVELS), (NO_LEVEL, lazy("No level"))]
ROLE_CHOICES: list[Any] = [(role, ROLE_TITLES[role]) for role in ROLES]


class CheckboxesField(SelectMultipleField):
    """Several choices, each with a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class PersonForm(Form):
    """What an administrator says about somebody."""

    name = StringField(lazy("Name"), [InputRequired(), Length(max=200)], filters=[tidy])
    level = RadioField(
        lazy("Level in the organisation"),
        [InputRequired()],
        choices=LEVEL_CHOICES,
        description=lazy("Political: the elected council. Executive: the board and directors."),
    )
    roles = CheckboxesField(
        lazy("Roles"),
        choices=ROLE_CHOICES,
        description=lazy("Without a role somebody sees only the first page and the own account."),
    )

    @property
    def chosen_level(self) -> str | None:
        """The level, or nothing when this person has none."""
        return None if self.level.data == NO_LEVEL else self.level.data

    @property
    def chosen_roles(self) -> set[str]:
        """The roles that were ticked."""
        return set(self.roles.data or ())

    @property
    def role_tasks(self) -> dict[str, Any]:
        """What each role is for, to show beside its checkbox."""
        return dict(ROLE_TASKS)


class InviteForm(PersonForm):
    """Somebody who may come in."""

    email = EmailField(
        lazy("E-mail address"),
        [InputRequired(), Length(max=254)],
        filters=[tidy],
        description=lazy("The invitation goes to this address, and this person signs in with it."),
    )


class RoleForm(Form):
    """What one role may do."""

    permissions = CheckboxesField(lazy("People with this role may"))


class IdentityForm(Form):
    """Whose site this is, and the texts that readers are owed."""

    name = StringField(
        lazy("Name of your organisation"),
        [InputRequired(), Length(max=80)],
        filters=[tidy],
        description=lazy("It stands on top of every page."),
    )
    contact = TextAreaField(
        lazy("Contact"),
        [Length(max=5000)],
        filters=[tidy],
        description=lazy("Whom can people ask a question, and how?"),
    )
    privacy = TextAreaField(
        lazy("Privacy"),
        [Length(max=20_000)],
        filters=[tidy],
        description=lazy(
            "Why you keep personal data and who your data protection officer is. "
            "What is kept and how long is already on the page."
        ),
    )
    accessibility = TextAreaField(
        lazy("Accessibility"),
        [Length(max=20_000)],
        filters=[tidy],
        description=lazy("Your own accessibility statement, or the address where it stands."),
    )


class LogoForm(Form):
    """A picture."""

    logo = FileField(
        lazy("Logo"),
        [FileRequired(lazy("Choose a file first."))],
        description=lazy("A PNG or WebP picture of at most 200 kB."),
    )


A_COLOUR = Regexp(rf"\A{HEX_COLOUR.pattern}\Z", message=lazy("Write a colour as #0a5a78."))
FONT_TITLES = {
    "noto-sans": lazy("Noto Sans"),
    "system": lazy("The font of the reader's own device"),
    "verdana": lazy("Verdana"),
    "georgia": lazy("Georgia"),
}
FONT_CHOICES = [(font, FONT_TITLES[font]) for font in FONTS]


class ThemeForm(Form):
    """Ten colours and two fonts; the names are those of ``theming.Theme``."""

    brand = ColorField(lazy("The bar on top of the page"), [A_COLOUR])
    on_brand = ColorField(lazy("Text on that bar"), [A_COLOUR])
    action = ColorField(lazy("Links and buttons"), [A_COLOUR])
    action_hover = ColorField(lazy("Links and buttons under the pointer"), [A_COLOUR])
    selected = ColorField(lazy("Behind a chosen option"), [A_COLOUR])
    text = ColorField(lazy("Text"), [A_COLOUR])
    text_subtle = ColorField(lazy("Quiet text"), [A_COLOUR])
    page = ColorField(lazy("The page"), [A_COLOUR])
    surface = ColorField(lazy("Behind quiet blocks"), [A_COLOUR])
    border = ColorField(lazy("Lines around fields"), [A_COLOUR])
    font = SelectField(lazy("Font"), choices=FONT_CHOICES)
    heading_font = SelectField(lazy("Font of headings"), choices=FONT_CHOICES)
