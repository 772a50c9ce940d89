"""Tell who follows up: each action and each wanted level is an outcome once a scan is agreed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import events, gate
from waardewerk.i18n import gettext as _
from waardewerk_maturity.models import Action, Ambition, Scan


def announce_action(session: Session, action: Action) -> None:
    """Announce an action, when the scan that it belongs to is agreed."""
    if action.scan.inquiry.phase != "agreed":
        return
    _send(session, action.scan, action.theme, action.title, action.owner, action)


def announce_ambition(session: Session, scan: Scan, ambition: Ambition) -> None:
    """Announce a wanted level, when its scan is agreed."""
    if scan.inquiry.phase != "agreed":
        return
    title = _(
        "%(scan)s, %(theme)s: level %(level)s",
        scan=scan.inquiry.title,
        theme=ambition.theme,
        level=ambition.level,
    )
    _send(session, scan, ambition.theme, title, ambition.owner, ambition)


def announce_all(session: Session, inquiry_id: int) -> None:
    """Announce what was decided during the conversation, at the moment a scan is agreed."""
    scan = session.scalar(select(Scan).where(Scan.inquiry_id == inquiry_id))
    if scan is None:
        return
    rows = session.scalars(
        select(Ambition).where(Ambition.scan_id == scan.id).order_by(Ambition.id)
    )
    for ambition in {row.theme: row for row in rows}.values():
        announce_ambition(session, scan, ambition)
    open_actions = select(Action).where(Action.scan_id == scan.id, Action.state == "open")
    for action in session.scalars(open_actions.order_by(Action.id)):
        announce_action(session, action)


def _send(
    session: Session, scan: Scan, theme: str, title: str, owner: str, what: Action | Ambition
) -> None:
    gate.send(
        events.OutcomeRecorded(
            session=session,
            source="maturity",
            title=title,
            url=f"/maturity/scans/{scan.id}/themes/{theme}",
            owner=owner,
            due=what.due_on if isinstance(what, Action) else what.by_date,
        )
    )
