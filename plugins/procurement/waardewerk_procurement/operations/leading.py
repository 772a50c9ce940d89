"""Who leads a dossier and who looks after its promises: people come and go, dossiers stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import Refusal
from waardewerk_procurement.models import Dossier, FormerOfficer
from waardewerk_procurement.models.dossiers import STATES
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries.officers import may_lead, works_here

#: As long as there is something to do.
OPEN = tuple(state for state in STATES if state != "closed")


def hand_over(
    session: Session,
    dossier: Dossier,
    officer_id: int | None,
    keeper_id: int | None,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Give a dossier to another officer, and its promises to a keeper; nobody: the officer."""
    hold_in(session, dossier, *OPEN)
    if officer_id is None or not may_lead(session, officer_id):
        raise Refusal("Choose an officer who may lead a dossier.")
    if keeper_id is not None and not works_here(session, keeper_id):
        raise Refusal("Choose somebody who works here.")
    if (dossier.officer_id, dossier.keeper_id) == (officer_id, keeper_id):
        return
    if dossier.officer_id != officer_id:
        _remember_who_saw_scores(session, dossier)
    dossier.officer_id, dossier.keeper_id = officer_id, keeper_id
    session.flush()
    record(
        session, "led_by", dossier, actor_id=actor_id, now=now, officer=officer_id, keeper=keeper_id
    )


def _remember_who_saw_scores(session: Session, dossier: Dossier) -> None:
    """Remember who leads until now, once scores were revealed: who knows them stands in nowhere."""
    led = FormerOfficer(dossier_id=dossier.id, person_id=dossier.officer_id)
    if led.person_id is None or not any(lot.revealed_at for lot in dossier.lots):
        return
    same = select(FormerOfficer).filter_by(dossier_id=led.dossier_id, person_id=led.person_id)
    if session.scalar(same) is None:
        session.add(led)
