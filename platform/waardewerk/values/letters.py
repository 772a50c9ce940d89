"""What people get by mail about their signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import i18n, mail
from waardewerk.i18n import gettext as _
from waardewerk.mail import Letter
from waardewerk.people.queries import Account
from waardewerk.values.models import Signal


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: the province, where its site is, and in which language it writes."""

    organisation: str
    base_url: str
    language: str


def post_answer(
    session: Session, signal: Signal, to: Account | None, sender: Sender, *, now: datetime
) -> None:
    """Put the answer in the outbox, for who gave a name and still works here."""
    # Nobody reads mail at the addresses of the demo.
    if to is None or to.state == "left" or to.is_demo:
        return
    with i18n.speaking(sender.language):
        letter = _answer(signal, to, sender)
    mail.post(session, letter, now=now)


def _answer(signal: Signal, to: Account, sender: Sender) -> Letter:
    paragraphs = (
        _("Hello %(name)s,", name=to.name),
        _("There is an answer to the signal about our values that you sent:"),
        signal.answer,
        _("What you wrote, and what came of it, you find here:"),
        f"{sender.base_url}/values/signals/{signal.id}",
    )
    return Letter(
        to=to.email,
        subject=_("Answer to your signal, from %(organisation)s", organisation=sender.organisation),
        body="\n\n".join(paragraphs) + "\n",
    )
