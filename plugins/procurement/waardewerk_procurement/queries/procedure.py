"""Reads: everything that the report of a procedure tells, without anybody's own scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk_procurement.models import (
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    Lot,
    MinorityNote,
    Snapshot,
    StandIn,
    WithdrawnDecision,
)
from waardewerk_procurement.queries.decisions import Ranking, ranking_of, withdrawn_of
from waardewerk_procurement.queries.dossiers import snapshots_of
from waardewerk_procurement.queries.letters import standstills_of


@dataclass(frozen=True, slots=True)
class Declared:
    """How many declarations about interests count, and how many of them told of one."""

    given: int
    with_interest: int


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """A dossier from what was fixed to what was decided."""

    dossier: Dossier
    snapshots: Sequence[Snapshot]
    assessors: Sequence[Assessor]
    declared: Declared
    #: How many sealed notes there are of assessors who disagreed; what is in them stays sealed.
    minority_notes: int
    #: Who came after the reveal and scored, by bid.
    stand_ins: Mapping[int, Sequence[tuple[Assessor, StandIn]]]
    rankings: Sequence[Ranking]
    #: By lot: decisions that no longer count, and until when the one that does stands still.
    withdrawn: Mapping[int, Sequence[WithdrawnDecision]]
    standstills: Mapping[int, date]


def procedure_of(session: Session, dossier: Dossier) -> Procedure:
    """Gather what the report of a procedure tells."""
    assessors = select(Assessor).where(Assessor.dossier_id == dossier.id).order_by(Assessor.number)
    return Procedure(
        dossier=dossier,
        snapshots=snapshots_of(session, dossier),
        assessors=list(session.scalars(assessors)),
        declared=_declared(session, dossier),
        minority_notes=_minority_notes(session, dossier),
        stand_ins=_stand_ins(session, dossier),
        rankings=[ranking_of(session, dossier, lot) for lot in dossier.lots],
        withdrawn=withdrawn_of(session, dossier),
        standstills=standstills_of(session, dossier),
    )


def _declared(session: Session, dossier: Dossier) -> Declared:
    made = ConflictDeclaration
    own = (
        select(made.assessor_id, made.bid_id, made.has_interest)
        .join(Assessor, Assessor.id == made.assessor_id)
        .where(Assessor.dossier_id == dossier.id)
        .order_by(made.id)
    )
    # Rows are only added: the newest of an assessor about a bid counts.
    newest = {(who, bid): interest for who, bid, interest in session.execute(own)}
    return Declared(len(newest), sum(newest.values()))


def _stand_ins(session: Session, dossier: Dossier) -> dict[int, list[tuple[Assessor, StandIn]]]:
    own = (
        select(Assessor, StandIn)
        .join(StandIn, StandIn.assessor_id == Assessor.id)
        .where(Assessor.dossier_id == dossier.id, StandIn.handed_in_at.is_not(None))
        .order_by(Assessor.number)
    )
    found: dict[int, list[tuple[Assessor, StandIn]]] = {}
    for assessor, row in session.execute(own):
        found.setdefault(row.bid_id, []).append((assessor, row))
    return found


def _minority_notes(session: Session, dossier: Dossier) -> int:
    own = (
        select(func.count(MinorityNote.id))
        .join(Bid, Bid.id == MinorityNote.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(Lot.dossier_id == dossier.id)
    )
    return session.scalar(own) or 0
