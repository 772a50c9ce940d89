"""How far a dossier is, as steps, and what happens now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from waardewerk.i18n import format_date, format_datetime
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Refusal
from waardewerk_procurement import words
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.models.dossiers import STATES
from waardewerk_procurement.operations import following
from waardewerk_procurement.queries.decisions import is_decided


@dataclass(frozen=True)
class StateStep:
    """One state as a step of a process."""

    title: str
    state: str
    note: str | None = None
    url: str | None = None


def steps_of(dossier: Dossier) -> list[StateStep]:
    """Return the states of a dossier, with the dates that are known of them."""
    current = STATES.index(dossier.state)
    notes = {
        "fixed": _("until %(moment)s", moment=format_datetime(dossier.closes_at))
        if dossier.closes_at
        else None,
        "closed": format_date(dossier.closed_at) if dossier.closed_at else None,
    }
    return [
        StateStep(str(words.STATE_TITLES[state]), _state(place, current), notes.get(state))
        for place, state in enumerate(STATES)
    ]


def what_now(session: Session, dossier: Dossier) -> str:
    """Say in a few sentences what happens now, and what after that."""
    if dossier.stopped_why:
        return str(words.STOPPED)
    if dossier.rectification:
        return str(words.RECTIFYING)
    if dossier.state == "decision" and is_decided(session, dossier):
        return str(words.DECIDED)
    return _(words.STATE_SENTENCES[dossier.state])


def in_the_way(session: Session, dossier: Dossier, today: date) -> list[Refusal] | None:
    """Say what keeps a decision from being carried out; nothing when there is none to carry out."""
    if dossier.state != "decision":
        return None
    return following.obstacles(session, dossier, today)


def _state(place: int, current: int) -> str:
    is_last = current == len(STATES) - 1
    if place < current or (place == current and is_last):
        return "done"
    return "current" if place == current else "upcoming"
