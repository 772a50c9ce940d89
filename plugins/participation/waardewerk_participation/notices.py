"""What people get by mail who want to hear what was done with a round."""

from __future__ import annotations

from dataclasses import dataclass

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.mail import Letter
from waardewerk_participation.models import Round
from waardewerk_participation.texts import text_in


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: the province, where its site is, and the secret that seals addresses."""

    organisation: str
    base_url: str
    secret: str
    #: So many days after the mail with the answers an address is removed.
    days: int


def please_confirm(
    found: Round, email: str, token: str, sender: Sender, *, language: str
) -> Letter:
    """Ask whether this address is of who asked, before anything is sent to it."""
    with i18n.speaking(language):
        title = text_in(found, language).title
        paragraphs = [
            _("Hello,"),
            _(
                "Somebody asked us to send the answers of “%(round)s” to this address."
                " Was it you? Then open this page and press the button:",
                round=title,
            ),
            _link(found, token, sender),
            _(
                "Was it not you? Then you need not do anything."
                " We remove your address by itself after seven days."
            ),
        ]
        subject = _("Confirm your address: %(round)s", round=title)
        return _letter(email, subject, paragraphs, sender)


def answers_are_there(
    found: Round, email: str, token: str, sender: Sender, *, language: str
) -> Letter:
    """Tell that the answers are published, and when the address goes."""
    with i18n.speaking(language):
        title = text_in(found, language).title
        paragraphs = [
            _("Hello,"),
            _(
                "You wanted to hear what we do with “%(round)s”. Our answers are there:",
                round=title,
            ),
            f"{sender.base_url}/r/{found.slug}/answers",
            _(
                "This was the only mail. We remove your address %(days)s days from now."
                " Do you want it gone at once? Then open this page:",
                days=sender.days,
            ),
            _link(found, token, sender),
        ]
        return _letter(email, _("You said, we do: %(round)s", round=title), paragraphs, sender)


def _link(found: Round, token: str, sender: Sender) -> str:
    return f"{sender.base_url}/volg/{found.slug}/{token}"


def _letter(email: str, subject: str, paragraphs: list[str], sender: Sender) -> Letter:
    return Letter(
        to=email,
        subject=f"{subject} – {sender.organisation}",
        body="\n\n".join([*paragraphs, sender.organisation]) + "\n",
    )
