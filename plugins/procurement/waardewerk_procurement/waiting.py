"""What asks for somebody on the first page: promises, dossiers to look over, forms that came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import day_of
from waardewerk.i18n import gettext as _
from waardewerk_procurement.models import Dossier, FollowUp
from waardewerk_procurement.queries import following

#: For so many days a form that came in is news.
NEWS = timedelta(days=14)


def following_tiles(session: Session, viewer: Viewer, now: datetime) -> list[Tile]:
    """Return what waits for this viewer."""
    if viewer.person_id is None or not viewer.may("procurement.read"):
        return []
    return [
        *_promises(session, viewer.person_id, day_of(now)),
        *_approvals(session, viewer),
        *_forms(session, viewer.person_id, now),
        _way_in(),
    ]


def _way_in() -> Tile:
    return Tile(
        title=_("Procurement and subsidies"),
        text=_("Values in tenders and subsidies, until they are kept."),
        url=url_for("procurement.dossiers"),
        order=25,
    )


def _promises(session: Session, person_id: int, today: date) -> Iterator[Tile]:
    until = today + timedelta(days=following.SOON)
    for row, dossier in following.open_of(session, person_id, until):
        yield _promise(row, dossier, is_late=row.due < today)


def _promise(row: FollowUp, dossier: Dossier, *, is_late: bool) -> Tile:
    late = _("You look after this promise, and its day has passed. See how it stands.")
    soon = _("You look after this promise. See how it stands.")
    return Tile(
        title=f"{row.title} ({dossier.title})",
        text=late if is_late else soon,
        url=url_for("procurement.promise", dossier_id=dossier.id, follow_up_id=row.id),
        asks=True,
        due=row.due,
        order=30,
    )


def _approvals(session: Session, viewer: Viewer) -> Iterator[Tile]:
    if not viewer.may("procurement.approve"):
        return
    for dossier in following.waiting_for_approval(session, viewer.person_id):
        yield Tile(
            title=dossier.title,
            text=_("This dossier waits for a second pair of eyes. Read and approve it."),
            url=url_for("procurement.review", dossier_id=dossier.id),
            asks=True,
            order=30,
        )


def _forms(session: Session, person_id: int, now: datetime) -> Iterator[Tile]:
    for form, bid, dossier in following.handed_in_since(session, person_id, now - NEWS):
        yield Tile(
            title=dossier.title,
            text=_("%(bidder)s handed in its form.", bidder=bid.bidder),
            url=url_for("procurement.form", dossier_id=dossier.id, form_id=form.id),
            order=30,
        )
