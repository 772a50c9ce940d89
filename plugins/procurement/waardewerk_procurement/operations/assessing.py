"""Begin the assessment, say what bids must meet, and end the assessment of quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, NotNow, marked
from waardewerk.wording import tidy_words
from waardewerk_procurement.fixed.snapshot import Criterion
from waardewerk_procurement.models import Bid, Dossier, KnockOutAnswer, Lot
from waardewerk_procurement.operations import conferring
from waardewerk_procurement.operations.holding import hold_in, is_past_closing, record
from waardewerk_procurement.operations.reasons import LONGEST_REASON, a_reason
from waardewerk_procurement.operations.saved import Saved, save_each
from waardewerk_procurement.queries.assessment import (
    Assessment,
    agreed_in,
    assessment_of,
    knock_out_at,
    places_agreed,
)


def begin(session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime) -> None:
    """Begin the assessment: bids are listed and assessors appointed; rules change no more."""
    hold_in(session, dossier, "fixed")
    objection = objection_to_beginning(assessment_of(session, dossier), now)
    if objection is not None:
        raise objection
    dossier.state = "assessment"
    record(session, "assessment_begun", dossier, actor_id=actor_id, now=now)
    _pass_over_empty_lots(session, dossier, actor_id=actor_id, now=now)


def _pass_over_empty_lots(
    session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime
) -> None:
    """Have nobody assess a lot for which nobody sent anything in: it waits for its decision."""
    found = assessment_of(session, dossier)
    for lot in found.lots:
        if not found.bids_in(lot):
            lot.revealed_at = lot.quality_final_at = now
            lot.revealed_by = actor_id
            record(session, "lot_without_bids", dossier, actor_id=actor_id, now=now, lot=lot.key)


def objection_to_beginning(found: Assessment, now: datetime) -> Conflict | None:
    """Say what is missing before the assessment can begin; nothing when it can."""
    if found.dossier.rectification:
        return NotNow("A rectification is being written. Finish it, or stop it, first.")
    if not is_past_closing(found.dossier, now):
        return NotNow("The closing date has not passed yet.")
    if not any(found.bids_in(lot) for lot in found.lots):
        return NotNow("Nobody sent in a bid. Stop the procedure instead.")
    if len(found.active) != found.fixed.assessors:
        return NotNow(
            "The documents say that %(asked)s people assess; %(count)s are appointed.",
            asked=found.fixed.assessors,
            count=len(found.active),
        )
    return None


@dataclass(frozen=True)
class Met:
    """Whether a bid meets something, and why."""

    is_met: bool
    reason: str = ""


def answer_knock_outs(
    session: Session,
    dossier: Dossier,
    bid: Bid,
    answers: Mapping[str, Met],
    *,
    actor_id: int | None,
    now: datetime,
) -> Saved[str]:
    """Add whether a bid meets what it must meet; what was said before stays."""
    hold_in(session, dossier, "assessment")
    found = assessment_of(session, dossier)
    lot = found.lot_of(bid)
    if lot.quality_final_at is not None:
        raise NotNow("The quality of this lot is final: nothing changes any more.")
    known = {one.key for one in found.knock_outs_in(lot)}

    def save(key: str) -> bool:
        row = KnockOutAnswer(bid_id=bid.id, criterion=key, written_at=now, written_by=actor_id)
        return _save(session, found, bid, row, answers[key])

    saved = save_each(answers.keys() & known, save)
    session.flush()
    return saved


def _save(session: Session, found: Assessment, bid: Bid, row: KnockOutAnswer, answer: Met) -> bool:
    """Add an answer when it says something new; tell whether it did."""
    row.is_met, row.reason = answer.is_met, _why(answer)
    before = found.knock_outs.get((bid.id, row.criterion))
    if before is not None and (before.is_met, before.reason) == (row.is_met, row.reason):
        return False
    if row.is_met:
        _require_revealed_with(session, found, bid, row.criterion)
    session.add(row)
    record(
        session,
        "knock_out_answered",
        found.dossier,
        actor_id=row.written_by,
        now=row.written_at,
        bid=bid.id,
        criterion=row.criterion,
        is_met=row.is_met,
    )
    return True


def _why(answer: Met) -> str:
    """Return why a bid meets something or not; who says no owes the bidder a reason."""
    if answer.is_met:
        return tidy_words(answer.reason, LONGEST_REASON)
    return a_reason(answer.reason, marked("Say in a sentence why the bid does not meet this."))


def _require_revealed_with(session: Session, found: Assessment, bid: Bid, criterion: str) -> None:
    """Keep out of the comparison a bid that was out of it when the scores were revealed.

    It may have no scores, and a score that is given after those of others are known is not blind.
    Who was mistaken after the reveal can take that back.
    """
    revealed_at = found.lot_of(bid).revealed_at
    if revealed_at is None:
        return
    then = knock_out_at(session, bid, criterion, revealed_at)
    if then is not None and not then.is_met:
        raise NotNow("The scores were revealed without this bid: it cannot come back.")


def finish_quality(
    session: Session, dossier: Dossier, lot: Lot, *, actor_id: int | None, now: datetime
) -> None:
    """End the assessment of a lot's quality; with the last lot the dossier is up for decision."""
    hold_in(session, dossier, "assessment")
    db.hold(session, lot)
    if lot.quality_final_at is not None:
        return
    found = assessment_of(session, dossier)
    objection = objection_to_finishing(session, found, lot)
    if objection is not None:
        raise objection
    lot.quality_final_at = now
    record(session, "quality_final", dossier, actor_id=actor_id, now=now, lot=lot.key)
    if all(one.quality_final_at is not None for one in found.lots):
        dossier.state = "decision"
        record(session, "up_for_decision", dossier, actor_id=actor_id, now=now)


@dataclass(frozen=True)
class Unfinished:
    """What is missing before the quality of a lot can be final."""

    #: Bids of which nobody said whether they meet what they must meet.
    unanswered: tuple[Bid, ...]
    #: Bids with the criteria on which nothing is agreed.
    unagreed: tuple[tuple[Bid, tuple[Criterion, ...]], ...]
    #: Bids of which too few scores count, because an interest came to light.
    too_few: tuple[Bid, ...]

    def __bool__(self) -> bool:
        return bool(self.unanswered or self.unagreed or self.too_few)


def unfinished_in(session: Session, found: Assessment, lot: Lot) -> Unfinished:
    """Say all that is missing before a lot's quality can be final."""
    bids = found.scored_bids(lot)
    agreed, asked = places_agreed(session, bids), found.scored_in(lot)
    left = ((bid, tuple(one for one in asked if (bid.id, one.key) not in agreed)) for bid in bids)
    return Unfinished(
        unanswered=tuple(found.without_answer(lot)),
        unagreed=tuple((bid, criteria) for bid, criteria in left if criteria),
        too_few=tuple(bid for bid in bids if conferring.lacks_scorers(found, bid)),
    )


def objection_to_finishing(session: Session, found: Assessment, lot: Lot) -> Conflict | None:
    """Say why a lot's quality cannot be final yet; nothing when it can."""
    if lot.revealed_at is None:
        return NotNow("The scores were not revealed yet.")
    left = unfinished_in(session, found, lot)
    if left.unanswered:
        keys = ", ".join(bid.key for bid in left.unanswered)
        return NotNow("Say of bid %(bid)s whether it meets what it must meet.", bid=keys)
    return _objection_to_scores(session, found, lot)


def _objection_to_scores(session: Session, found: Assessment, lot: Lot) -> Conflict | None:
    """Say which agreed score is missing, or rests no longer on those who may score.

    An interest that came to light after the reveal takes scores away that counted until then.
    """
    bids = found.scored_bids(lot)
    for bid in bids:
        if conferring.lacks_scorers(found, bid):
            return conferring.too_few_scorers(bid)
    agreed = agreed_in(session, bids)
    allowed = conferring.allowed_of_each(session, found, lot)
    for bid in bids:
        for one in found.scored_in(lot):
            place = (bid.id, one.key)
            if place not in agreed:
                return NotNow(
                    "There is no agreed score yet for bid %(bid)s on “%(criterion)s”.",
                    bid=bid.key,
                    criterion=one.title,
                )
            if agreed[place].score not in allowed.get(place, (agreed[place].score,)):
                return NotNow(
                    "Agree again about bid %(bid)s on “%(criterion)s”: fewer scores count than"
                    " before.",
                    bid=bid.key,
                    criterion=one.title,
                )
    return None
