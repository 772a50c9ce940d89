"""Let somebody come after the reveal, for a bid of which too few scores count.

An interest that comes to light late takes scores away. When one person is left, nothing can be
agreed on: one alone agrees with nobody. Who comes is new to the dossier, sees nothing that others
gave before having scored alone, and comes for this bid only: more people than are missing would be
votes that somebody chose after seeing the scores.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotNow, Refusal, marked
from waardewerk_procurement.models import Bid, Dossier, FormerOfficer, StandIn
from waardewerk_procurement.operations.appointing import new_assessor, require_somebody_here
from waardewerk_procurement.operations.conferring import FEWEST_SCORES
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.operations.reasons import a_reason
from waardewerk_procurement.queries.assessment import Assessment, assessment_of


def missing_for(found: Assessment, bid: Bid) -> int:
    """Say how many people have to come for a bid; none before the reveal, or when all is final."""
    lot = found.lot_of(bid)
    is_talked_about = lot.revealed_at is not None and lot.quality_final_at is None
    if not is_talked_about or not found.needs_scores(bid):
        return 0
    return max(0, FEWEST_SCORES - len(found.scorers_of(bid)) - len(found.coming_for(bid)))


def who_know(session: Session, found: Assessment) -> set[int | None]:
    """Give who saw scores of a dossier, or could: who led or revealed, and who was appointed."""
    led = select(FormerOfficer.person_id).where(FormerOfficer.dossier_id == found.dossier.id)
    appointed = (
        one.person_id
        for one in found.assessors
        if one.ended_at is not None or not found.is_stand_in(one)
    )
    revealed = (lot.revealed_by for lot in found.lots)
    return {found.dossier.officer_id, *session.scalars(led), *revealed, *appointed}


def stand_in(
    session: Session,
    dossier: Dossier,
    bid: Bid,
    person_id: int,
    why: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> StandIn:
    """Appoint somebody for one bid whose scores were revealed, and say why for the report."""
    hold_in(session, dossier, "assessment")
    found = assessment_of(session, dossier)
    one = next((one for one in found.assessors if one.person_id == person_id), None)
    if one is not None and one in found.coming_for(bid):
        return found.stand_ins[one.id, bid.id]
    if not missing_for(found, bid):
        raise NotNow("Nobody can come for this bid: enough people assess it, or will.")
    require_somebody_here(session, person_id)
    if person_id in who_know(session, found):
        raise Refusal("This person knows scores of this dossier, or could. Appoint somebody else.")
    reason = a_reason(why, marked("Say in a sentence why somebody has to come for this bid."))
    assessor = one or new_assessor(session, dossier, person_id, now)
    session.flush()
    row = StandIn(assessor_id=assessor.id, bid_id=bid.id, why=reason, appointed_at=now)
    session.add(row)
    session.flush()
    details = {"number": assessor.number, "bid": bid.id}
    record(session, "stand_in_appointed", dossier, actor_id=actor_id, now=now, **details)
    return row
