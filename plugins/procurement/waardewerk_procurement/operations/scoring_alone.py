"""Score a bid alone: a step of the published scale with a reason. Rows are only added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotAllowed, NotNow, Refusal, marked
from waardewerk_procurement.award.scales import Scale
from waardewerk_procurement.models import Assessor, Bid, Dossier, Score
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.operations.reasons import a_reason
from waardewerk_procurement.operations.saved import Saved, save_each
from waardewerk_procurement.queries.assessment import Assessment, assessment_of


@dataclass(frozen=True)
class Filled:
    """What somebody filled in on one criterion, and the number of the row that they saw."""

    score: str
    reason: str
    seen: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was filled in."""
        return not self.score and not self.reason.strip()


def save_scores(
    session: Session,
    dossier: Dossier,
    assessor: Assessor,
    bid: Bid,
    filled: Mapping[str, Filled],
    *,
    now: datetime,
) -> Saved[str]:
    """Keep what is right; say of the rest what is wrong. What stands there already is kept once."""
    hold_in(session, dossier, "assessment")
    found = assessment_of(session, dossier)
    _require_access(found, assessor, bid)
    known = {one.key for one in found.scored_in(found.lot_of(bid))}
    newest = _newest(session, assessor, bid)

    def save(key: str) -> bool:
        row = Score(assessor_id=assessor.id, bid_id=bid.id, criterion=key, given_at=now)
        return _save(session, found.scale, newest.get(key), row, filled[key])

    saved = save_each(filled.keys() & known, save)
    session.flush()
    if saved.kept:
        _record(session, dossier, assessor, bid, saved.kept, now)
        _hand_in(session, found, assessor, bid, now)
    return saved


def _hand_in(
    session: Session, found: Assessment, assessor: Assessor, bid: Bid, now: datetime
) -> None:
    """Let who stands in join the conversation once everything is scored: nothing changes then."""
    own = found.stand_ins.get((assessor.id, bid.id))
    asked = {one.key for one in found.scored_in(found.lot_of(bid))}
    if own is None or asked - _newest(session, assessor, bid).keys():
        return
    own.handed_in_at = now
    details = {"assessor": assessor.number, "bid": bid.id}
    record(
        session, "stand_in_joined", found.dossier, actor_id=assessor.person_id, now=now, **details
    )


def _require_access(found: Assessment, assessor: Assessor, bid: Bid) -> None:
    if assessor.ended_at is not None or not found.is_cleared(assessor, bid):
        raise NotAllowed("First say whether you have an interest in this bidder.")
    if not found.scores_alone(assessor, bid):
        raise NotNow("The scores were revealed: they change no more.")
    if not found.needs_scores(bid):
        raise NotNow("This bid is not compared any more: it needs no scores.")


def _newest(session: Session, assessor: Assessor, bid: Bid) -> dict[str, Score]:
    rows = select(Score).where(Score.assessor_id == assessor.id, Score.bid_id == bid.id)
    return {one.criterion: one for one in session.scalars(rows.order_by(Score.number))}


def _save(session: Session, scale: Scale, before: Score | None, row: Score, given: Filled) -> bool:
    """Add a row when it says something new; tell whether it did."""
    if given.is_empty and before is None:
        return False
    reason = _checked(scale, given)
    if before is not None and (before.score, before.reason) == (given.score, reason):
        return False
    number = before.number if before is not None else 0
    if given.seen != number:
        raise NotNow(
            "In another window you gave %(score)s meanwhile. Save again to keep what stands here.",
            score=before.score if before is not None else "",
        )
    row.number, row.score, row.reason = number + 1, given.score, reason
    session.add(row)
    return True


def _checked(scale: Scale, given: Filled) -> str:
    """Return the reason, or say what is missing."""
    if not given.score:
        raise Refusal("Choose a score.")
    scale.share_of(given.score)
    why = marked("Write in a sentence why you give a %(score)s.")
    return a_reason(given.reason, why, score=given.score)


def _record(
    session: Session,
    dossier: Dossier,
    assessor: Assessor,
    bid: Bid,
    kept: tuple[str, ...],
    now: datetime,
) -> None:
    record(
        session,
        "scored",
        dossier,
        actor_id=assessor.person_id,
        now=now,
        assessor=assessor.number,
        bid=bid.id,
        criteria=list(kept),
    )
