"""The way of one signal: from practice, past people, back into the framework."""

from __future__ import annotations

from dataclasses import dataclass

from waardewerk.i18n import format_date
from waardewerk.i18n import gettext as _
from waardewerk.values.models import Proposal, Signal


@dataclass(frozen=True)
class Step:
    """One station on the way."""

    title: str
    state: str
    note: str | None = None
    url: str | None = None


def steps_of(signal: Signal) -> list[Step]:
    """Return where a signal was, where it is and where it can still go."""
    sent = Step(_("Sent"), "done", format_date(signal.sent_on))
    if signal.state == "new":
        return [sent, Step(_("Somebody looks at it"), "current"), Step(_("Answered"), "upcoming")]
    looked = Step(_("Taken up"), "done")
    if signal.proposal is not None:
        return [sent, looked, *_past(signal.proposal)]
    if signal.answered_on is None:
        return [sent, Step(_("Taken up"), "current"), Step(_("Answered"), "upcoming")]
    return [sent, looked, Step(_("Answered"), "done", format_date(signal.answered_on))]


def _past(proposal: Proposal) -> list[Step]:
    asked = Step(_("Proposal"), "done", proposal.title)
    if proposal.state == "open":
        return [
            Step(_("Proposal"), "current", proposal.title),
            Step(_("Decision"), "upcoming"),
            Step(_("Written in"), "upcoming"),
        ]
    decided = Step(_("Decision"), "done", format_date(proposal.decided_on or proposal.made_at))
    if proposal.state == "declined":
        return [asked, decided]
    return [asked, decided, _landed(proposal)]


def _landed(proposal: Proposal) -> Step:
    title, version = _("Written in"), proposal.version
    if version is None:
        return Step(title, "current", _("to be written in"))
    numbered = _("version %(number)s", number=version.number)
    return Step(title, "done" if version.is_fixed else "current", numbered)
