"""What the pages of an assessment share: who sees what, the tabs above, the secret of seals."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for
from sqlalchemy.orm import Session

from waardewerk import access
from waardewerk.i18n import gettext as _
from waardewerk_procurement import seeing
from waardewerk_procurement.queries import assessment as queries
from waardewerk_procurement.queries import dossiers
from waardewerk_procurement.seeing import Sight


@dataclass(frozen=True)
class Tab:
    """A page of the assessment that this viewer can go to."""

    title: str
    url: str
    current: bool


def sight_on(session: Session, dossier_id: int) -> Sight:
    """Find out what this viewer may see of an assessment."""
    found = dossiers.get_dossier(session, dossier_id)
    return seeing.sight_of(queries.assessment_of(session, found), access.viewer())


def tabs(sight: Sight, here: str) -> list[Tab]:
    """List the pages of the assessment that this viewer can go to."""
    viewer, dossier = access.viewer(), sight.assessment.dossier
    works = viewer.may("procurement.prepare") and dossiers.works_on(dossier, viewer)
    reachable = (
        ("procurement.bids", _("Bids"), works),
        ("procurement.assessors", _("Assessors"), works),
        ("procurement.assess", _("Score alone"), sight.assessor is not None),
        ("procurement.talk", _("Conversation"), sight.talks),
        ("procurement.notes", _("Sealed notes"), viewer.may("procurement.open_notes")),
    )
    return [
        Tab(title, url_for(endpoint, dossier_id=dossier.id), endpoint == here)
        for endpoint, title, is_there in reachable
        if is_there
    ]


def secret() -> str:
    """Return what notes are sealed with; it is not in the database."""
    return str(current_app.secret_key)
