"""Reads: the ranking of a lot as it is now or as it was decided, and what each bid was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.refusal import NotAllowed, NotFound, Refusal
from waardewerk_procurement.award.award_reading import LotToAward, read_award_file
from waardewerk_procurement.award.award_result import Awarded, compute
from waardewerk_procurement.award.awarding import Award, Note, SetAside, Standing
from waardewerk_procurement.award.awarding_file import AssessedBid, write_award_file
from waardewerk_procurement.award.decisive import WithoutValue, without_each_value
from waardewerk_procurement.award.granting import Grant, Granting
from waardewerk_procurement.fixed import snapshot as snapshots
from waardewerk_procurement.fixed.snapshot import read_snapshot, sha256_of
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    Decision,
    Dossier,
    KnockOutAnswer,
    Lot,
    Snapshot,
    WithdrawnDecision,
)
from waardewerk_procurement.models.dossiers import AFTER
from waardewerk_procurement.queries.assessment import stands
from waardewerk_procurement.queries.dossiers import fixed_row, get_dossier, works_on

DECIDE = "procurement.decide"


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """One lot with its bids, and what the published rules make of them."""

    dossier: Dossier
    lot: Lot
    #: What was fixed, as a row and as it reads.
    fixed_as: Snapshot
    fixed: snapshots.Snapshot
    bids: Sequence[Bid]
    decision: Decision | None
    #: The award file, canonical; nothing as long as a price is missing.
    file: str | None
    #: What was computed from it, and what the rules in it are recognised by.
    awarded: Awarded | None
    rules_sha256: str = ""
    #: Why nothing can be computed, although every price is there.
    refusal: Refusal | None = None

    @property
    def award(self) -> Award | None:
        """The award, when it could be computed."""
        return self.awarded.award if self.awarded else None

    @property
    def without_price(self) -> list[Bid]:
        """The bids whose price is not known yet."""
        return [bid for bid in self.bids if bid.price is None and not bid.dropped_out_at]

    @property
    def sha256(self) -> str:
        """What the award file is recognised by; empty when there is none."""
        return sha256_of(self.file) if self.file else ""

    @cached_property
    def bid_by_key(self) -> Mapping[str, Bid]:
        """The bids by the keys that the award file has."""
        return {bid.key: bid for bid in self.bids}

    @cached_property
    def standing_by_key(self) -> Mapping[str, Standing]:
        """Where each ranked bid ended."""
        return {one.bid: one for one in self.award.standings} if self.award else {}

    @property
    def granting(self) -> Granting | None:
        """How the ceiling is divided, where there is one."""
        return self.award.granting if self.award else None

    @cached_property
    def grant_by_key(self) -> Mapping[str, Grant]:
        """What each ranked application is granted, as far as it can be said."""
        return {one.bid: one for one in self.granting.grants} if self.granting else {}

    @property
    def notes(self) -> Sequence[Note]:
        """What a reader of the ranking must know."""
        return self.awarded.notes if self.awarded else ()

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """The bids that are not ranked, and why."""
        return self.award.set_aside if self.award else ()

    @property
    def tied(self) -> list[Bid]:
        """The bids between which people must draw lots."""
        if self.award is None or self.lot_to_award.rules.tie_rule[-1].by != "lots":
            return []
        alike = {
            key
            for tie in self.award.ties_to_draw
            for parting in tie.partings
            if parting.step is None
            for key in (parting.before, parting.after)
        }
        return [bid for bid in self.bids if bid.key in alike]

    @cached_property
    def lot_to_award(self) -> LotToAward:
        """The rules and bids that the award is computed from, also when nothing comes of it."""
        if self.file is None:
            raise NotFound("There is no ranking yet.")
        return self.awarded.lot if self.awarded else read_award_file(self.file.encode()).lots[0]

    def without_each_value(self) -> list[WithoutValue]:
        """Say for each value who would have won without it."""
        if self.award is None or not self.award.goes_to:
            return []
        lot = self.lot_to_award
        knock_outs = {one.key: one.value.key for one in self.fixed.knock_outs_in(lot.key)}
        return without_each_value(lot.rules, lot.bids, self.award, knock_outs, lot.drawn)


def sees_ranking(dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer may see prices and places: who leads it, and who decides."""
    return works_on(dossier, viewer) or viewer.may(DECIDE)


def sees_who_won(dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer may see who won; before bidders know it, few may."""
    return sees_ranking(dossier, viewer) or dossier.state in AFTER


def dossier_to_rank(session: Session, dossier_id: int, viewer: Viewer) -> Dossier:
    """Find a dossier of which this viewer may see prices and places."""
    found = get_dossier(session, dossier_id)
    if not sees_ranking(found, viewer):
        raise NotAllowed("Only the officer of this dossier and who decides can see this.")
    return found


def ranking_of(session: Session, dossier: Dossier, lot: Lot) -> Ranking:
    """Rank the bids of a lot; a lot that was decided on is ranked from what was kept then."""
    fixed_as = fixed_row(session, dossier)
    bids = bids_of(session, lot)
    decision = session.get(Decision, lot.id)
    file = decision.award_file if decision else _file_now(session, fixed_as, lot, bids)
    awarded, rules_sha256, refusal = None, "", None
    if file is not None:
        try:
            awarded, rules_sha256 = _computed(file)
        except Refusal as found:
            refusal = found
    return Ranking(
        dossier=dossier,
        lot=lot,
        fixed_as=fixed_as,
        fixed=read_snapshot(fixed_as.content),
        bids=bids,
        decision=decision,
        file=file,
        awarded=awarded,
        rules_sha256=rules_sha256,
        refusal=refusal,
    )


@lru_cache(maxsize=8)
def _computed(file: str) -> tuple[Awarded, str]:
    """Compute the one lot of an award file; the same text always gives the same award."""
    read = read_award_file(file.encode())
    return compute(read)[0], read.rules_sha256


def without_bid(session: Session, ranking: Ranking, gone: Bid) -> Awarded | None:
    """Compute what the ranking becomes when a bid drops out now; nothing without a ranking."""
    if ranking.awarded is None:
        return None
    rows = _assessed(session, ranking.lot, ranking.bids, also_dropped=gone.id)
    return _computed(_written(ranking.fixed_as, ranking.lot, rows))[0]


def _file_now(session: Session, fixed_as: Snapshot, lot: Lot, bids: Sequence[Bid]) -> str | None:
    if lot.quality_final_at is None or not is_priced(bids):
        return None
    return _written(fixed_as, lot, _assessed(session, lot, bids), lot.drawn)


def _written(
    fixed_as: Snapshot, lot: Lot, bids: Sequence[AssessedBid], drawn: Sequence[str] = ()
) -> str:
    return write_award_file(read_snapshot(fixed_as.content), fixed_as.sha256, lot.key, bids, drawn)


def is_priced(bids: Sequence[Bid]) -> bool:
    """Tell whether there is a price of every bid that counts, and so a ranking, be it of none."""
    return all(bid.price is not None or bid.dropped_out_at for bid in bids)


def _assessed(
    session: Session, lot: Lot, bids: Sequence[Bid], also_dropped: int = 0
) -> list[AssessedBid]:
    """Give the bids as the award file has them; who left before the ranking is not in it."""
    scores, met = _agreed_scores(session, lot), _knock_outs(session, lot)
    return [
        AssessedBid(
            key=bid.key,
            price=bid.price,
            scores=scores.get(bid.id, {}),
            met=met.get(bid.id, {}),
            dropped_out=bid.dropped_out_at is not None or bid.id == also_dropped,
        )
        for bid in bids
        if bid.price is not None
    ]


def bids_of(session: Session, lot: Lot) -> list[Bid]:
    """List the bids of a lot, by their keys."""
    found = session.scalars(select(Bid).where(Bid.lot_id == lot.id))
    return sorted(found, key=lambda bid: (len(bid.key), bid.key))


def get_bid(session: Session, dossier: Dossier, bid_id: int) -> tuple[Lot, Bid]:
    """Find a bid of a dossier, and its lot."""
    own = select(Lot, Bid).join(Bid, Bid.lot_id == Lot.id)
    found = session.execute(own.where(Bid.id == bid_id, Lot.dossier_id == dossier.id)).first()
    if found is None:
        raise NotFound("There is no such bid.")
    return found[0], found[1]


def _agreed_scores(session: Session, lot: Lot) -> dict[int, dict[str, str]]:
    agreed = AgreedScore
    rows = select(agreed.bid_id, agreed.criterion, agreed.score).join(Bid, Bid.id == agreed.bid_id)
    found: dict[int, dict[str, str]] = {}
    # Rows are only added: of several the last one overwrites those before it.
    in_lot = rows.where(Bid.lot_id == lot.id, stands()).order_by(agreed.number)
    for bid_id, criterion, score in session.execute(in_lot):
        found.setdefault(bid_id, {})[criterion] = score
    return found


def _knock_outs(session: Session, lot: Lot) -> dict[int, dict[str, bool]]:
    answer = KnockOutAnswer
    rows = select(answer.bid_id, answer.criterion, answer.is_met)
    in_lot = rows.join(Bid, Bid.id == answer.bid_id).where(Bid.lot_id == lot.id)
    found: dict[int, dict[str, bool]] = {}
    for bid_id, criterion, is_met in session.execute(in_lot.order_by(answer.id)):
        found.setdefault(bid_id, {})[criterion] = is_met
    return found


def agreed_reasons(session: Session, *bids: Bid) -> dict[int, dict[str, str]]:
    """Give the reasons of the agreed scores of some bids, by bid and criterion."""
    agreed = AgreedScore
    rows = select(agreed.bid_id, agreed.criterion, agreed.reason).where(
        agreed.bid_id.in_([bid.id for bid in bids]), stands()
    )
    found: dict[int, dict[str, str]] = {bid.id: {} for bid in bids}
    for bid_id, criterion, reason in session.execute(rows.order_by(agreed.number)):
        found[bid_id][criterion] = reason
    return found


def knock_out_reasons(session: Session, *bids: Bid) -> dict[int, dict[str, str]]:
    """Give what was written about what some bids must meet, by bid and criterion."""
    answer = KnockOutAnswer
    rows = select(answer.bid_id, answer.criterion, answer.reason).where(
        answer.bid_id.in_([bid.id for bid in bids])
    )
    found: dict[int, dict[str, str]] = {bid.id: {} for bid in bids}
    for bid_id, criterion, reason in session.execute(rows.order_by(answer.id)):
        found[bid_id][criterion] = reason
    return found


def is_assessor(session: Session, dossier: Dossier, person_id: int | None) -> bool:
    """Tell whether somebody is or was an assessor of a dossier."""
    own = select(Assessor.id).where(
        Assessor.dossier_id == dossier.id, Assessor.person_id == person_id
    )
    return session.scalar(own.limit(1)) is not None


def withdrawn_of(session: Session, dossier: Dossier) -> dict[int, list[WithdrawnDecision]]:
    """Give by lot which decisions no longer count, the first first."""
    own = select(WithdrawnDecision).join(Lot, Lot.id == WithdrawnDecision.lot_id)
    found: dict[int, list[WithdrawnDecision]] = {}
    for one in session.scalars(
        own.where(Lot.dossier_id == dossier.id).order_by(WithdrawnDecision.id)
    ):
        found.setdefault(one.lot_id, []).append(one)
    return found


def may_decide(session: Session, dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer may decide about a dossier: by right, and not after assessing it."""
    return viewer.may(DECIDE) and not is_assessor(session, dossier, viewer.person_id)


def decisions_of(session: Session, dossier: Dossier) -> dict[int, Decision]:
    """Give what was decided, by lot."""
    own = select(Decision).join(Lot, Lot.id == Decision.lot_id)
    rows = session.scalars(own.where(Lot.dossier_id == dossier.id))
    return {row.lot_id: row for row in rows}


def is_decided(session: Session, dossier: Dossier) -> bool:
    """Tell whether somebody decided about every lot."""
    return {lot.id for lot in dossier.lots} <= decisions_of(session, dossier).keys()
