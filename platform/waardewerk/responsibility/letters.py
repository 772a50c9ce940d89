"""What people get by mail about requests for advice and about leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.mail import Letter


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes, from where, in which language."""

    organisation: str
    base_url: str
    language: str


@dataclass(frozen=True)
class Reader:
    """Who gets a letter."""

    name: str
    email: str


#: Writes about a request, known by its title and where it can be read.
Write = Callable[[str, str, Reader, Sender], Letter]


def new_request(title: str, path: str, to: Reader, sender: Sender) -> Letter:
    """Tell an adviser that somebody asks for advice. What it is about stays on the site."""
    with i18n.speaking(sender.language):
        return _letter(
            to,
            _("Somebody asks for advice: %(title)s", title=title),
            _("A colleague asks the advisers a question. Nobody has taken it up yet."),
            path,
            sender,
        )


def text_to_sign(title: str, path: str, to: Reader, sender: Sender) -> Letter:
    """Tell an adviser that a text waits for a second name."""
    with i18n.speaking(sender.language):
        return _letter(
            to,
            _("An answer waits for your name: %(title)s", title=title),
            _("A colleague wrote an answer. It counts once two advisers put their name to it."),
            path,
            sender,
        )


def answered(title: str, path: str, to: Reader, sender: Sender) -> Letter:
    """Tell who asked that the answer is there."""
    with i18n.speaking(sender.language):
        return _letter(
            to,
            _("Your question was answered: %(title)s", title=title),
            _("The advisers answered your question. You read it here:"),
            path,
            sender,
        )


def referred(title: str, path: str, to: Reader, sender: Sender) -> Letter:
    """Tell who asked that somebody else can answer better."""
    with i18n.speaking(sender.language):
        return _letter(
            to,
            _("Your question was referred: %(title)s", title=title),
            _("The advisers know somebody who can answer your question better. See who and why:"),
            path,
            sender,
        )


def _letter(to: Reader, subject: str, text: str, path: str, sender: Sender) -> Letter:
    paragraphs = (
        _("Hello %(name)s,", name=to.name),
        text,
        f"{sender.base_url}{path}",
        sender.organisation,
    )
    return Letter(to=to.email, subject=subject, body="\n\n".join(paragraphs) + "\n")
