"""How far a scan is, and what its chair does next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.i18n import format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires.operations.inquiring import sections_to_agree
from waardewerk.questionnaires.queries import Turnout
from waardewerk_maturity import queries
from waardewerk_maturity.models import Scan
from waardewerk_maturity.operations import inviting
from waardewerk_maturity.words import PHASE_TITLES


@dataclass(frozen=True)
class Step:
    """One phase as a step of a process."""

    title: str
    state: str
    note: str | None
    url: str | None = None


@dataclass(frozen=True)
class NextStep:
    """What the chair does now, and where."""

    text: str
    label: str
    url: str


def steps_of(scan: Scan, turnout: Sequence[Turnout]) -> list[Step]:
    """Return the phases of a scan, with what is known about each."""
    order = list(PHASE_TITLES)
    current = order.index(scan.inquiry.phase)
    notes = {"alone": _answered(scan, turnout)}
    if scan.inquiry.agreed_at is not None:
        notes["agreed"] = format_date(scan.inquiry.agreed_at)
    return [
        Step(str(PHASE_TITLES[phase]), _state(place, current, len(order)), notes.get(phase))
        for place, phase in enumerate(order)
    ]


def _state(place: int, current: int, count: int) -> str:
    if place < current or current == count - 1:
        return "done"
    return "current" if place == current else "upcoming"


def _answered(scan: Scan, turnout: Sequence[Turnout]) -> str:
    asked = sum(row.asked for row in turnout)
    if scan.inquiry.phase == "alone" and not asked:
        return _("until %(day)s", day=format_date(scan.inquiry.closes_on))
    handed_in = sum(row.handed_in for row in turnout)
    return _("%(done)s of %(all)s handed in", done=handed_in, all=asked)


def next_step(session: Session, scan: Scan, turnout: Sequence[Turnout]) -> NextStep:
    """Say what the chair does now."""
    return {
        "alone": _while_answering,
        "spread": _while_looking,
        "conversation": _while_talking,
        "agreed": _after,
    }[scan.inquiry.phase](session, scan, turnout)


def _while_answering(session: Session, scan: Scan, turnout: Sequence[Turnout]) -> NextStep:
    people = url_for("maturity.people", scan_id=scan.id)
    asked = sum(row.asked for row in turnout)
    if not asked:
        return NextStep(_("Nobody is asked yet."), _("Say who you ask"), people)
    not_invited = inviting.not_invited(session, scan)
    if not_invited:
        text = ngettext(
            "%(count)s person has no invitation yet.",
            "%(count)s people have no invitation yet.",
            len(not_invited),
        )
        return NextStep(text, _("Send the invitations"), people)
    chair = url_for("chairing.overview", inquiry_id=scan.inquiry_id)
    waiting = asked - sum(row.handed_in for row in turnout)
    if waiting:
        text = ngettext(
            "%(count)s person has not handed in yet. When everybody is in, open the spread.",
            "%(count)s people have not handed in yet. When everybody is in, open the spread.",
            waiting,
        )
    else:
        text = _("Everybody has handed in. You can open the spread.")
    return NextStep(text, _("To the page of the chair"), chair)


def _while_looking(_session: Session, scan: Scan, _turnout: Sequence[Turnout]) -> NextStep:
    return NextStep(
        _("The spread is open. Begin the conversation when the group is together."),
        _("To the page of the chair"),
        url_for("chairing.overview", inquiry_id=scan.inquiry_id),
    )


def _while_talking(session: Session, scan: Scan, _turnout: Sequence[Turnout]) -> NextStep:
    left = len(sections_to_agree(session, scan.inquiry))
    if left:
        text = ngettext(
            "%(count)s theme is not agreed yet.", "%(count)s themes are not agreed yet.", left
        )
        agenda = url_for("chairing.spread", inquiry_id=scan.inquiry_id)
        return NextStep(text, _("Go on with the conversation"), agenda)
    chair = url_for("chairing.overview", inquiry_id=scan.inquiry_id)
    return NextStep(
        _("Every theme is agreed. Close the conversation when nobody wants a change."),
        _("To the page of the chair"),
        chair,
    )


def _after(session: Session, scan: Scan, _turnout: Sequence[Turnout]) -> NextStep:
    figures = queries.figures_of(session, scan)
    results = url_for("maturity.results", scan_id=scan.id)
    open_themes = [one for one in figures.themes if one.ambition is None]
    if open_themes:
        text = ngettext(
            "For %(count)s theme nobody agreed which level you want.",
            "For %(count)s themes nobody agreed which level you want.",
            len(open_themes),
        )
        wanted = url_for("maturity.wanted", scan_id=scan.id, theme=open_themes[0].section.id)
        return NextStep(text, _("Agree on what you want"), wanted)
    if not any(one.actions for one in figures.themes):
        action = url_for("maturity.plan_action", scan_id=scan.id)
        return NextStep(_("There is no action yet."), _("Plan the first action"), action)
    return NextStep(
        _("Levels, wishes and actions stand. Follow what comes of them."),
        _("See the result"),
        results,
    )
