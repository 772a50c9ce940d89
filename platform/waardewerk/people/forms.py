"""One form per screen about people's ways in."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk.people.operations.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD

NAME_LENGTH = Length(max=200)
EMAIL_LENGTH = Length(max=254)
#: Not `DataRequired`: a password may be anything, spaces too.
PASSWORD_RULES = (
    InputRequired(),
    Length(
        min=SHORTEST_PASSWORD,
        message=lazy("Choose a password of at least %(min)d characters."),
    ),
    Length(max=LONGEST_PASSWORD),
)
PASSWORD_HELP = lazy("At least 12 characters. A sentence of a few words is easy to remember.")


class SignInForm(Form):
    """E-mail address and password."""

    next = HiddenField()
    email = EmailField(lazy("E-mail address"), [InputRequired(), EMAIL_LENGTH], filters=[tidy])
    password = PasswordField(lazy("Password"), [InputRequired()])


class SetUpForm(Form):
    """Who the first administrator is."""

    name = StringField(lazy("Your name"), [InputRequired(), NAME_LENGTH], filters=[tidy])
    email = EmailField(
        lazy("Your e-mail address"),
        [InputRequired(), EMAIL_LENGTH],
        filters=[tidy],
        description=lazy("You sign in with this address."),
    )
    password = PasswordField(
        lazy("Choose a password"), [*PASSWORD_RULES], description=PASSWORD_HELP
    )
    repeated_password = PasswordField(
        lazy("The same password again"),
        [InputRequired(), EqualTo("password", lazy("The two passwords are not the same."))],
    )


class InvitationForm(Form):
    """The name as the person writes it, and a password."""

    name = StringField(lazy("Your name"), [InputRequired(), NAME_LENGTH], filters=[tidy])
    password = PasswordField(
        lazy("Choose a password"), [*PASSWORD_RULES], description=PASSWORD_HELP
    )


class NewPasswordForm(Form):
    """Another password, for who forgot the old one."""

    password = PasswordField(
        lazy("Choose a new password"), [*PASSWORD_RULES], description=PASSWORD_HELP
    )


class SignInLinkForm(Form):
    """Only a button: a link that signs somebody in asks nothing."""


class ChangePasswordForm(Form):
    """Another password, for who knows the old one."""

    current_password = PasswordField(lazy("Your password now"), [InputRequired()])
    password = PasswordField(
        lazy("Choose a new password"), [*PASSWORD_RULES], description=PASSWORD_HELP
    )


class ConfirmForm(Form):
    """The password once more, before something changes that keeps others out."""

    next = HiddenField()
    password = PasswordField(lazy("Your password"), [InputRequired()])


class CodeForm(Form):
    """The six digits that an app shows."""

    code = StringField(
        lazy("Code"),
        [InputRequired(), Length(max=20)],
        filters=[tidy],
        description=lazy("Six digits. Your app shows new ones every half minute."),
    )


class RecoveryCodeForm(Form):
    """A code from the list on paper."""

    code = StringField(
        lazy("Recovery code"),
        [InputRequired(), Length(max=40)],
        filters=[tidy],
        description=lazy("Sixteen letters and digits. Capitals and dashes do not matter."),
    )


class PasskeyForm(Form):
    """A passkey that a device made, and how its owner calls it."""

    challenge = HiddenField()
    answer = HiddenField()
    name = StringField(
        lazy("Name of this passkey"),
        [InputRequired(), Length(max=64)],
        filters=[tidy],
        description=lazy("Such as: my work laptop."),
    )


class PasskeySignInForm(Form):
    """What a device signed to prove who is there."""

    next = HiddenField()
    challenge = HiddenField()
    answer = HiddenField()
