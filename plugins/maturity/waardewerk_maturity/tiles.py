"""What asks for somebody on the first page."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires import queries as inquiries
from waardewerk_maturity import progress, queries
from waardewerk_maturity.models import Action, Scan


def tiles(session: Session, viewer: Viewer, today: date) -> list[Tile]:
    """Return the scans one leads, one's own actions, and the way to all scans."""
    found: list[Tile] = []
    if viewer.person_id is not None:
        found += [
            _scan_tile(session, s, today) for s in queries.scans_led_by(session, viewer.person_id)
        ]
        found += [
            _action_tile(a, today) for a in queries.open_actions_of(session, viewer.person_id)
        ]
    if viewer.may(queries.READ):
        found.append(
            Tile(
                title=_("Maturity scan"),
                text=_("Where the organisation is with data ethics, and where it wants to be."),
                url=url_for("maturity.scans"),
                order=20,
            )
        )
    return found


def _scan_tile(session: Session, scan: Scan, today: date) -> Tile:
    turnout = inquiries.turnout(session, scan.inquiry)
    step = progress.next_step(session, scan, turnout)
    everybody_in = bool(turnout) and all(row.asked == row.handed_in for row in turnout)
    waits = scan.inquiry.phase != "alone" or everybody_in or scan.inquiry.closes_on < today
    not_begun = scan.inquiry.phase == "alone" and not turnout
    return Tile(
        title=scan.inquiry.title,
        text=step.text,
        url=url_for("maturity.scan", scan_id=scan.id),
        asks=waits or not_begun,
        order=10,
    )


def _action_tile(action: Action, today: date) -> Tile:
    late = action.due_on < today
    return Tile(
        title=action.title,
        text=_("This action of yours is late.") if late else _("This is an action of yours."),
        url=url_for("maturity.action", action_id=action.id),
        asks=late,
        due=action.due_on,
        order=10,
    )
