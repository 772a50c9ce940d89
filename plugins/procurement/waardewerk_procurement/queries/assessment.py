"""Reads: who assesses which bids, what they declared, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import NotFound
from waardewerk_procurement.award import awarding, published
from waardewerk_procurement.award.scales import Scale
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    KnockOutAnswer,
    Lot,
    MinorityNote,
    Score,
    Snapshot,
    StandIn,
    SupplierForm,
)


@dataclass(frozen=True)
class Assessment:
    """What was fixed, who sent in a bid, who assesses, and what they declared."""

    dossier: Dossier
    #: What holds, and the text that it was read from.
    fixed: snapshot.Snapshot
    content: str
    lots: tuple[Lot, ...]
    bids: tuple[Bid, ...]
    assessors: tuple[Assessor, ...]
    #: The newest declaration, by assessor and bid.
    declared: Mapping[tuple[int, int], ConflictDeclaration]
    #: The newest answer, by bid and criterion.
    knock_outs: Mapping[tuple[int, str], KnockOutAnswer]
    #: Who came after the reveal for a bid, by assessor and bid.
    stand_ins: Mapping[tuple[int, int], StandIn]

    @property
    def scale(self) -> Scale:
        """The published scale."""
        return self.fixed.scale.build()

    @property
    def active(self) -> tuple[Assessor, ...]:
        """The assessors who did not leave the assessment; who stands in for a bid is not one."""
        return tuple(
            one for one in self.assessors if one.ended_at is None and not self.is_stand_in(one)
        )

    def rules_of(self, lot: Lot) -> awarding.Rules:
        """Give the rules by which a lot is ranked."""
        return published.rules_of(self.content, lot.key)

    @cached_property
    def _scored(self) -> dict[str, tuple[snapshot.Criterion, ...]]:
        return {lot.key: self.fixed.scored_in(lot.key) for lot in self.lots}

    @cached_property
    def _asked(self) -> dict[str, tuple[snapshot.Criterion, ...]]:
        return {lot.key: self.fixed.knock_outs_in(lot.key) for lot in self.lots}

    def scored_in(self, lot: Lot) -> tuple[snapshot.Criterion, ...]:
        """Give the criteria that are scored in a lot."""
        return self._scored[lot.key]

    def knock_outs_in(self, lot: Lot) -> tuple[snapshot.Criterion, ...]:
        """Give what bids for a lot must meet."""
        return self._asked[lot.key]

    def lot_of(self, bid: Bid) -> Lot:
        """Give the lot that a bid is for."""
        return next(one for one in self.lots if one.id == bid.lot_id)

    def bid(self, bid_id: int) -> Bid:
        """Find a bid of this dossier by its number."""
        found = next((one for one in self.bids if one.id == bid_id), None)
        if found is None:
            raise NotFound("There is no such bid.")
        return found

    def lot(self, key: str) -> Lot:
        """Find a lot by its key."""
        found = next((one for one in self.lots if one.key == key), None)
        if found is None:
            raise NotFound("There is no such lot.")
        return found

    def assessor(self, number: int) -> Assessor:
        """Find an assessor by number."""
        found = next((one for one in self.assessors if one.number == number), None)
        if found is None:
            raise NotFound("There is no such assessor.")
        return found

    def criterion(self, bid: Bid, key: str) -> snapshot.Criterion:
        """Find a criterion on which a bid is scored."""
        scored = self.scored_in(self.lot_of(bid))
        found = next((one for one in scored if one.key == key), None)
        if found is None:
            raise NotFound("There is no such criterion.")
        return found

    def bids_in(self, lot: Lot) -> list[Bid]:
        """List the bids for a lot, in the order of their keys."""
        return [one for one in self.bids if one.lot_id == lot.id]

    def scored_bids(self, lot: Lot) -> list[Bid]:
        """List the bids for a lot that need scores: they stayed, and meet what they must meet."""
        return [one for one in self.bids_in(lot) if self.needs_scores(one)]

    def needs_scores(self, bid: Bid) -> bool:
        """Tell whether a bid is still to be compared with others."""
        return bid.dropped_out_at is None and not self.is_knocked_out(bid)

    def is_knocked_out(self, bid: Bid) -> bool:
        """Tell whether a bid does not meet something that it must meet."""
        asked = self.knock_outs_in(self.lot_of(bid))
        answers = (self.knock_outs.get((bid.id, one.key)) for one in asked)
        return any(answer is not None and not answer.is_met for answer in answers)

    def unanswered(self, bid: Bid) -> list[snapshot.Criterion]:
        """List the knock-outs of which nobody said yet whether a bid meets them."""
        asked = self.knock_outs_in(self.lot_of(bid))
        return [one for one in asked if (bid.id, one.key) not in self.knock_outs]

    def without_answer(self, lot: Lot) -> dict[Bid, list[snapshot.Criterion]]:
        """Give what nobody said yet of the bids for a lot, of those that did not drop out."""
        stayed = [one for one in self.bids_in(lot) if one.dropped_out_at is None]
        return {bid: asked for bid in stayed if (asked := self.unanswered(bid))}

    def is_cleared(self, assessor: Assessor, bid: Bid) -> bool:
        """Tell whether an assessor declared to have no interest in a bid."""
        declared = self.declared.get((assessor.id, bid.id))
        return declared is not None and not declared.has_interest

    def has_interest(self, assessor: Assessor, bid: Bid) -> bool:
        """Tell whether an assessor declared an interest in a bid."""
        declared = self.declared.get((assessor.id, bid.id))
        return declared is not None and declared.has_interest

    def is_stand_in(self, assessor: Assessor) -> bool:
        """Tell whether an assessor came after a reveal, and assesses no other bids."""
        return any(by == assessor.id for by, _bid in self.stand_ins)

    def bids_for(self, assessor: Assessor) -> list[Bid]:
        """List the bids that an assessor is to score: all of them, or those stood in for."""
        if not self.is_stand_in(assessor):
            return list(self.bids)
        return [one for one in self.bids if (assessor.id, one.id) in self.stand_ins]

    def scores_alone(self, assessor: Assessor, bid: Bid) -> bool:
        """Tell whether an assessor has yet to see what others gave a bid, and can score it."""
        if not self.is_stand_in(assessor):
            return self.lot_of(bid).revealed_at is None
        own = self.stand_ins.get((assessor.id, bid.id))
        return own is not None and own.handed_in_at is None

    def takes_part(self, assessor: Assessor, bid: Bid) -> bool:
        """Tell whether an assessor may see what others gave a bid, and talk about it."""
        return self.is_cleared(assessor, bid) and not self.scores_alone(assessor, bid)

    def scorers_of(self, bid: Bid) -> list[Assessor]:
        """List the assessors whose scores of a bid count.

        Who left before the reveal does not count, nor who has an interest, known late or not, nor
        who stands in and did not score everything yet.
        """
        return [one for one in self.assessors if self.is_cleared(one, bid) and self._in(one, bid)]

    def _in(self, assessor: Assessor, bid: Bid) -> bool:
        """Tell whether an assessor was there at the reveal, or handed in as a stand-in."""
        if self.is_stand_in(assessor):
            return self.takes_part(assessor, bid)
        revealed_at, ended_at = self.lot_of(bid).revealed_at, assessor.ended_at
        return ended_at is None or (revealed_at is not None and ended_at > revealed_at)

    def coming_for(self, bid: Bid) -> list[Assessor]:
        """List who stands in for a bid and has yet to score it."""
        return [
            one
            for one in self.assessors
            if (one.id, bid.id) in self.stand_ins
            and one.ended_at is None
            and self.scores_alone(one, bid)
            and not self.has_interest(one, bid)
        ]


def assessment_of(session: Session, dossier: Dossier) -> Assessment:
    """Read the assessment of a dossier of which something was fixed."""
    found = assessments_of(session, [dossier])
    if not found:
        raise NotFound("Nothing of this dossier was fixed yet.")
    return found[0]


def assessments_of(session: Session, dossiers: Sequence[Dossier]) -> list[Assessment]:
    """Read the assessments of what was fixed of dossiers, in as few queries as of one."""
    ids = [one.id for one in dossiers]
    fixed = {one.dossier_id: one for one in session.scalars(_newest_snapshots(ids))}
    read = Rows(
        lots=session.scalars(
            select(Lot).where(Lot.dossier_id.in_(ids)).order_by(Lot.position)
        ).all(),
        bids=session.scalars(
            select(Bid)
            .join(Lot)
            .where(Lot.dossier_id.in_(ids))
            .order_by(Lot.position, func.length(Bid.key), Bid.key)
        ).all(),
        assessors=session.scalars(
            select(Assessor).where(Assessor.dossier_id.in_(ids)).order_by(Assessor.number)
        ).all(),
        declared=_newest_declarations(session, ids),
        knock_outs=_newest_knock_outs(session, ids),
        stand_ins=session.scalars(
            select(StandIn).where(StandIn.bid_id.in_(_bids_of(*ids))).order_by(StandIn.id)
        ).all(),
    )
    return [
        _read_from(read, dossier, fixed[dossier.id]) for dossier in dossiers if dossier.id in fixed
    ]


@dataclass(frozen=True)
class Rows:
    """What was read of several dossiers at once."""

    lots: Sequence[Lot]
    bids: Sequence[Bid]
    assessors: Sequence[Assessor]
    declared: Mapping[tuple[int, int], ConflictDeclaration]
    knock_outs: Mapping[tuple[int, str], KnockOutAnswer]
    stand_ins: Sequence[StandIn]


def _read_from(read: Rows, dossier: Dossier, fixed: Snapshot) -> Assessment:
    """Take what belongs to one dossier out of what was read of several."""
    content = snapshot.read_snapshot(fixed.content)
    known = {one.key for one in content.lots}
    lots = [one for one in read.lots if one.dossier_id == dossier.id]
    places = {one.id for one in lots}
    bids = tuple(one for one in read.bids if one.lot_id in places)
    own = {one.id for one in bids}
    return Assessment(
        dossier=dossier,
        fixed=content,
        content=fixed.content,
        lots=tuple(one for one in lots if one.key in known),
        bids=bids,
        assessors=tuple(one for one in read.assessors if one.dossier_id == dossier.id),
        declared={place: one for place, one in read.declared.items() if one.bid_id in own},
        knock_outs={place: one for place, one in read.knock_outs.items() if one.bid_id in own},
        stand_ins={
            (one.assessor_id, one.bid_id): one for one in read.stand_ins if one.bid_id in own
        },
    )


def _newest_snapshots(dossier_ids: Sequence[int]) -> Select[Snapshot]:
    newest = select(Snapshot.dossier_id, func.max(Snapshot.number))
    of_each = newest.where(Snapshot.dossier_id.in_(dossier_ids)).group_by(Snapshot.dossier_id)
    return select(Snapshot).where(tuple_(Snapshot.dossier_id, Snapshot.number).in_(of_each))


def _bids_of(*dossier_ids: int) -> Select[int]:
    return select(Bid.id).join(Lot).where(Lot.dossier_id.in_(dossier_ids))


def _newest_declarations(
    session: Session, dossier_ids: Sequence[int]
) -> dict[tuple[int, int], ConflictDeclaration]:
    rows = select(ConflictDeclaration).where(ConflictDeclaration.bid_id.in_(_bids_of(*dossier_ids)))
    found = session.scalars(rows.order_by(ConflictDeclaration.id))
    return {(one.assessor_id, one.bid_id): one for one in found}


def _newest_knock_outs(
    session: Session, dossier_ids: Sequence[int]
) -> dict[tuple[int, str], KnockOutAnswer]:
    rows = select(KnockOutAnswer).where(KnockOutAnswer.bid_id.in_(_bids_of(*dossier_ids)))
    found = session.scalars(rows.order_by(KnockOutAnswer.id))
    return {(one.bid_id, one.criterion): one for one in found}


def knock_out_at(
    session: Session, bid: Bid, criterion: str, moment: datetime
) -> KnockOutAnswer | None:
    """Give what was said at a moment of whether a bid meets something; nothing: not said yet."""
    rows = select(KnockOutAnswer).where(
        KnockOutAnswer.bid_id == bid.id,
        KnockOutAnswer.criterion == criterion,
        KnockOutAnswer.written_at <= moment,
    )
    return session.scalar(rows.order_by(KnockOutAnswer.id.desc()).limit(1))


def counted(session: Session, assessors: Iterable[Assessor]) -> dict[tuple[int, int], int]:
    """Count on how many criteria each assessor scored each bid: how far they are, and no more."""
    places = (Score.assessor_id, Score.bid_id)
    count = select(*places, func.count(Score.criterion.distinct()))
    rows = count.where(Score.assessor_id.in_([one.id for one in assessors])).group_by(*places)
    return {(by, bid): number for by, bid, number in session.execute(rows)}


def is_spoken_of(session: Session, bid: Bid) -> bool:
    """Tell whether anybody scored a bid, declared or answered something of it, or its supplier."""
    said = (
        select(kind.bid_id).where(kind.bid_id == bid.id)
        for kind in (Score, ConflictDeclaration, KnockOutAnswer, SupplierForm)
    )
    return session.scalar(union_all(*said).limit(1)) is not None


def stands() -> ColumnElement[bool]:
    """Select what was agreed since the last one joined: without a stand-in nothing is agreed."""
    joined = StandIn.handed_in_at >= AgreedScore.agreed_at
    return ~exists().where(StandIn.bid_id == AgreedScore.bid_id, joined)


def agreed_in(session: Session, bids: Iterable[Bid]) -> dict[tuple[int, str], AgreedScore]:
    """Give the newest agreed score, by bid and criterion. Who may see it: ask ``seeing``."""
    rows = select(AgreedScore).where(AgreedScore.bid_id.in_([one.id for one in bids]), stands())
    found = session.scalars(rows.order_by(AgreedScore.number))
    return {(one.bid_id, one.criterion): one for one in found}


def places_agreed(session: Session, bids: Iterable[Bid]) -> set[tuple[int, str]]:
    """Tell on which bids and criteria something was agreed, and not what."""
    rows = select(AgreedScore.bid_id, AgreedScore.criterion).distinct()
    wanted = rows.where(AgreedScore.bid_id.in_([one.id for one in bids]), stands())
    return {(bid, criterion) for bid, criterion in session.execute(wanted)}


def counted_agreed(session: Session, bids: Iterable[Bid]) -> dict[int, int]:
    """Count on how many criteria something was agreed, by bid."""
    count = select(AgreedScore.bid_id, func.count(AgreedScore.criterion.distinct()))
    wanted = count.where(AgreedScore.bid_id.in_([one.id for one in bids]), stands())
    rows = session.execute(wanted.group_by(AgreedScore.bid_id))
    return {row[0]: row[1] for row in rows}


def agreed_before(session: Session, bid: Bid, criterion: str) -> list[AgreedScore]:
    """List what was agreed on one place, the newest first."""
    rows = select(AgreedScore).where(
        AgreedScore.bid_id == bid.id, AgreedScore.criterion == criterion
    )
    return list(session.scalars(rows.order_by(AgreedScore.number.desc())))


def notes_of(session: Session, dossier: Dossier) -> list[MinorityNote]:
    """List the sealed notes of a dossier, the oldest first."""
    rows = select(MinorityNote).where(MinorityNote.bid_id.in_(_bids_of(dossier.id)))
    return list(session.scalars(rows.order_by(MinorityNote.id)))


def get_note(session: Session, dossier: Dossier, note_id: int) -> MinorityNote:
    """Find a sealed note of a dossier."""
    found = session.scalar(
        select(MinorityNote).where(
            MinorityNote.id == note_id, MinorityNote.bid_id.in_(_bids_of(dossier.id))
        )
    )
    if found is None:
        raise NotFound("There is no such note.")
    return found


def names_of(session: Session, assessors: Iterable[Assessor]) -> dict[int, str]:
    """Name assessors by their row; who was erased or is unknown has a number."""
    named = list(assessors)
    known = people.names_of(session, [one.person_id for one in named])
    return {one.id: known.get(one.person_id or 0) or number_of(one) for one in named}


def number_of(assessor: Assessor) -> str:
    """Name an assessor without a name, as files do."""
    return _("Assessor %(number)s", number=assessor.number)
