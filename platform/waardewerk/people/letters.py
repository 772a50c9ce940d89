"""What people get by mail about their account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.mail import Letter
from waardewerk.people.operations.links import INVITATION_LASTS, PASSWORD_LINK_LASTS

GREETING = lazy("Hello %(name)s,")
IGNORE = lazy("Did you not expect this mail? Then you can ignore it.")


def invitation(*, name: str, to: str, link: str, organisation: str) -> Letter:
    """Write to somebody who may come in."""
    return Letter(
        to=to,
        subject=_("Your invitation for %(organisation)s", organisation=organisation),
        body=_body(
            GREETING % {"name": name},
            _("You are invited to %(organisation)s.", organisation=organisation),
            _(
                "Open this link and choose a password. The link works once, for %(n)s days:",
                n=INVITATION_LASTS.days,
            ),
            link,
            str(IGNORE),
        ),
    )


def new_password(*, name: str, to: str, link: str, organisation: str) -> Letter:
    """Write to somebody who forgot the password."""
    return Letter(
        to=to,
        subject=_("A new password for %(organisation)s", organisation=organisation),
        body=_body(
            GREETING % {"name": name},
            _(
                "Open this link and choose a new password. The link works once, for %(n)s hours:",
                n=PASSWORD_LINK_LASTS // timedelta(hours=1),
            ),
            link,
            str(IGNORE),
        ),
    )


def expected(*, name: str, to: str, link: str, organisation: str) -> Letter:
    """Write to somebody who may come in with the account of their organisation."""
    return Letter(
        to=to,
        subject=_("You can sign in to %(organisation)s", organisation=organisation),
        body=_body(
            GREETING % {"name": name},
            _("You are invited to %(organisation)s.", organisation=organisation),
            _("Sign in here with the account of your organisation:"),
            link,
            str(IGNORE),
        ),
    )


#: The letter that goes with each kind of link.
LETTERS: Mapping[str, Callable[..., Letter]] = MappingProxyType(
    {"invitation": invitation, "password": new_password, "expected": expected}
)


def _body(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
