"""Reads: dossiers, what was fixed of them, and who may work on them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.people import queries as people
from waardewerk.refusal import NotAllowed, NotFound
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import Dossier, Lot, Snapshot

#: What the lens of a dossier, and a signal from one, is called.
LENS = "procurement.dossier"


def all_dossiers(session: Session) -> list[Dossier]:
    """List the dossiers, the newest first."""
    return list(session.scalars(select(Dossier).order_by(Dossier.id.desc())))


def get_dossier(session: Session, dossier_id: int) -> Dossier:
    """Find a dossier by number."""
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise NotFound("There is no such dossier.")
    return found


def works_on(dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer leads this dossier, or may work on all of them."""
    leads = viewer.is_signed_in and viewer.person_id == dossier.officer_id
    return viewer.may("procurement.manage") or (leads and viewer.may("procurement.prepare"))


def sees_estimates(dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer may see which prices are expected: who leads it, and who approves."""
    return _prepares(dossier, viewer)


def takes_drafts(dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer may take documents along before they are fixed: the same people."""
    return dossier.is_being_prepared and _prepares(dossier, viewer)


def _prepares(dossier: Dossier, viewer: Viewer) -> bool:
    return works_on(dossier, viewer) or viewer.may("procurement.approve")


def dossier_to_work_on(session: Session, dossier_id: int, viewer: Viewer) -> Dossier:
    """Find a dossier that this viewer may change: its officer, or who may work on all of them."""
    found = get_dossier(session, dossier_id)
    if not works_on(found, viewer):
        raise NotAllowed("Only the officer of this dossier can do this.")
    return found


def name_of_officer(session: Session, dossier: Dossier) -> str:
    """Give the name of who leads a dossier; empty when nobody does."""
    return people.names_of(session, [dossier.officer_id]).get(dossier.officer_id or 0, "")


def get_lot(session: Session, dossier: Dossier, key: str) -> Lot:
    """Find a lot of a dossier by its key."""
    found = session.scalar(select(Lot).where(Lot.dossier_id == dossier.id, Lot.key == key))
    if found is None:
        raise NotFound("There is no such lot.")
    return found


def snapshots_of(session: Session, dossier: Dossier) -> list[Snapshot]:
    """List what was fixed, the first first."""
    own = select(Snapshot).where(Snapshot.dossier_id == dossier.id)
    return list(session.scalars(own.order_by(Snapshot.number)))


def last_snapshot(session: Session, dossier: Dossier) -> Snapshot | None:
    """Find what holds now; nothing before the freeze."""
    own = select(Snapshot).where(Snapshot.dossier_id == dossier.id)
    return session.scalar(own.order_by(Snapshot.number.desc()).limit(1))


def fixed(session: Session, dossier: Dossier) -> snapshot.Snapshot:
    """Read what holds now, or refuse when nothing was fixed yet."""
    return snapshot.read_snapshot(fixed_row(session, dossier).content)


def fixed_row(session: Session, dossier: Dossier) -> Snapshot:
    """Find what holds now as it was kept, or refuse when nothing was fixed yet."""
    found = last_snapshot(session, dossier)
    if found is None:
        raise NotFound("Nothing of this dossier was fixed yet.")
    return found
