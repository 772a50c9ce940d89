"""Reads: who may be the second pair of eyes, what was reviewed and what was fixed."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from waardewerk.audit import AuditEntry
from waardewerk.contract import Viewer
from waardewerk.people.queries import account_of
from waardewerk.refusal import NotAllowed, NotFound
from waardewerk.values.operations import looking
from waardewerk_procurement.models import Dossier, DossierCriterion, Review, Snapshot
from waardewerk_procurement.queries.dossiers import LENS

#: What a second pair of eyes does; all else that is done to a dossier before the freeze is writing.
_LOOKING = (
    "procurement.sent_back",
    "procurement.fixed",
    "procurement.rectified",
    # The same acts, as they open and close what people saw through values.
    "values.lens_opened",
    "values.lens_closed",
    "values.lens_reopened",
)


def objection_to(session: Session, dossier: Dossier, person_id: int | None) -> NotAllowed | None:
    """Say why somebody cannot be the second pair of eyes of a dossier; nothing when they can."""
    if person_id is None:
        return NotAllowed("Only a person can be the second pair of eyes.")
    if person_id in _writers(session, dossier):
        return NotAllowed(
            "You wrote at this dossier yourself. Somebody else has to be the second pair of eyes."
        )
    if not _roles(session, person_id) - _roles(session, dossier.officer_id):
        return NotAllowed(
            "You have the same role as whoever leads this dossier. Somebody with another role has "
            "to be the second pair of eyes."
        )
    return None


def may_approve(session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a dossier waits for a second pair of eyes, and this viewer can be it."""
    is_open = "review" in (dossier.state, dossier.rectification)
    if not is_open or not viewer.may("procurement.approve"):
        return False
    return objection_to(session, dossier, viewer.person_id) is None


def _writers(session: Session, dossier: Dossier) -> set[int | None]:
    """Collect who leads, made or changed a dossier, or looked at it through values.

    The audit trail also knows who removed a criterion, of which no row is left.
    """
    lens = looking.lens_of(session, LENS, dossier.id)
    subjects = [f"dossier:{dossier.id}", *([f"lens:{lens.id}"] if lens is not None else [])]
    written = or_(
        AuditEntry.action.startswith("procurement."), AuditEntry.action.startswith("values.")
    )
    trail = select(AuditEntry.actor_id).where(
        AuditEntry.subject.in_(subjects), written, AuditEntry.action.not_in(_LOOKING)
    )
    criteria = select(DossierCriterion.changed_by).where(DossierCriterion.dossier_id == dossier.id)
    return {
        dossier.officer_id,
        dossier.made_by,
        dossier.submitted_by,
        *session.scalars(criteria),
        *session.scalars(trail),
    }


def _roles(session: Session, person_id: int | None) -> frozenset[str]:
    account = account_of(session, person_id) if person_id is not None else None
    return account.roles if account is not None else frozenset()


def reviews_of(session: Session, dossier: Dossier) -> list[Review]:
    """List what second pairs of eyes said, the newest first."""
    own = select(Review).where(Review.dossier_id == dossier.id)
    return list(session.scalars(own.order_by(Review.id.desc())))


def reviews_since(session: Session, dossier: Dossier) -> list[Review]:
    """List what was said of a rectification so far: since the last version was fixed."""
    found = reviews_of(session, dossier)
    approved = (place for place, one in enumerate(found) if one.verdict == "approved")
    return found[: next(approved, len(found))]


def get_snapshot(session: Session, dossier: Dossier, number: int) -> Snapshot:
    """Find what was fixed under a number."""
    own = (Snapshot.dossier_id == dossier.id, Snapshot.number == number)
    found = session.scalar(select(Snapshot).where(*own))
    if found is None:
        raise NotFound("Nothing was fixed under this number.")
    return found
