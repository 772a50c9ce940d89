"""Stop a procedure before anything is decided: nobody applied, or it cannot go on like this."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import events, gate
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries.decisions import decisions_of
from waardewerk_procurement.queries.dossiers import name_of_officer

SOURCE = "procurement.stopped"
#: From the moment that others know of it.
STOPPABLE = ("fixed", "assessment", "decision")
LONGEST_REASON = 4000


def objection_to_stopping(session: Session, dossier: Dossier) -> Conflict | None:
    """Say why a procedure cannot be stopped; nothing when it can."""
    if dossier.state not in STOPPABLE:
        return NotNow("This cannot be done in the state that the dossier is in.")
    if dossier.rectification:
        return NotNow("A rectification is being written. Finish it, or stop it, first.")
    if decisions_of(session, dossier):
        return NotNow("Something is decided already. Withdraw that decision first.")
    return None


def stop_procedure(
    session: Session, dossier: Dossier, reason: str, *, actor_id: int | None, now: datetime
) -> None:
    """Close a dossier without a decision; what was fixed and scored stays to be read."""
    hold_in(session, dossier, *STOPPABLE)
    objection = objection_to_stopping(session, dossier)
    if objection is not None:
        raise objection
    reason = tidy_words(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("Write down why the procedure stops.")
    before = dossier.state
    dossier.state, dossier.closed_at, dossier.stopped_why = "closed", now, reason
    session.flush()
    record(session, "stopped", dossier, actor_id=actor_id, now=now, before=before)
    gate.send(
        events.OutcomeRecorded(
            session=session,
            source=SOURCE,
            title=dossier.title,
            url=f"/procurement/{dossier.id}/",
            owner=name_of_officer(session, dossier),
            due=None,
        )
    )
