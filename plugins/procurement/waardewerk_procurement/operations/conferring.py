"""Lay scores side by side, talk, agree on one, and keep what somebody thinks who disagrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, NotAllowed, NotNow, Refusal, marked
from waardewerk.sealing import seal
from waardewerk.wording import tidy_words
from waardewerk_procurement import seeing
from waardewerk_procurement.award import consensus
from waardewerk_procurement.award.scales import Scale
from waardewerk_procurement.models import AgreedScore, Assessor, Bid, Dossier, Lot, MinorityNote
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.operations.reasons import LONGEST_REASON, a_reason
from waardewerk_procurement.queries.assessment import (
    Assessment,
    agreed_before,
    agreed_in,
    assessment_of,
    counted,
)
from waardewerk_procurement.seeing import Given

#: One person alone agrees with nobody.
FEWEST_SCORES = 2


@dataclass(frozen=True)
class Waiting:
    """What the reveal of a lot still waits for."""

    #: Assessor, bid, and how many criteria are not scored.
    unscored: tuple[tuple[Assessor, Bid, int], ...]
    undeclared: tuple[tuple[Assessor, Bid], ...]
    #: Bids that too few people may score.
    too_few: tuple[Bid, ...]

    def __bool__(self) -> bool:
        return bool(self.unscored or self.undeclared or self.too_few)


def waiting_for(session: Session, found: Assessment, lot: Lot) -> Waiting:
    """Say what is missing before the scores of a lot can be revealed."""
    asked = len(found.scored_in(lot))
    scored = counted(session, found.assessors)
    bids = found.scored_bids(lot)
    return Waiting(
        unscored=tuple(
            (one, bid, asked - scored.get((one.id, bid.id), 0))
            for bid in bids
            for one in found.scorers_of(bid)
            if scored.get((one.id, bid.id), 0) < asked
        ),
        undeclared=tuple(
            (one, bid)
            for bid in bids
            for one in found.active
            if (one.id, bid.id) not in found.declared
        ),
        too_few=tuple(bid for bid in bids if _too_few(found, bid)),
    )


def _too_few(found: Assessment, bid: Bid) -> bool:
    """Tell whether so many people have an interest that nobody is left to agree with."""
    with_interest = sum(found.has_interest(one, bid) for one in found.active)
    return len(found.active) - with_interest < FEWEST_SCORES


def lacks_scorers(found: Assessment, bid: Bid) -> bool:
    """Tell whether so few scores of a bid count that nothing can be agreed on."""
    return len(found.scorers_of(bid)) < FEWEST_SCORES


def too_few_scorers(bid: Bid) -> Conflict:
    """Say what to do about a bid of which too few scores count."""
    return NotNow(
        "Bid %(bid)s has fewer than two assessors without an interest. Appoint a stand-in.",
        bid=bid.key,
    )


def is_short_handed(found: Assessment) -> bool:
    """Tell whether fewer people assess than the documents say, because somebody left."""
    return len(found.active) < found.fixed.assessors


def reveal(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    *,
    why_fewer: str = "",
    actor_id: int | None,
    now: datetime,
) -> None:
    """Show those who talk each other's scores of a lot: one act, after which no score changes.

    With fewer people than was published it asks why, for the report.
    """
    hold_in(session, dossier, "assessment")
    db.hold(session, lot)
    if lot.revealed_at is not None:
        return
    found = assessment_of(session, dossier)
    waiting = waiting_for(session, found, lot)
    if waiting.undeclared:
        raise NotNow("Not every assessor has declared an interest or none in every bidder.")
    if waiting.too_few:
        raise NotNow(
            "Bid %(bids)s has fewer than two assessors without an interest. Appoint another one.",
            bids=", ".join(bid.key for bid in waiting.too_few),
        )
    if waiting.unscored:
        raise NotNow("Not every assessor has scored everything yet.")
    if is_short_handed(found):
        objection = marked("Say in a sentence why fewer people assess than the documents say.")
        lot.fewer_why = a_reason(why_fewer, objection)
    lot.revealed_at, lot.revealed_by = now, actor_id
    record(
        session,
        "scores_revealed",
        dossier,
        actor_id=actor_id,
        now=now,
        lot=lot.key,
        assessors=len(found.active),
    )


def agree(
    session: Session,
    dossier: Dossier,
    bid: Bid,
    criterion: str,
    *,
    score: str,
    reason: str,
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> AgreedScore:
    """Add the score that people chose together, with one reason that can be published."""
    hold_in(session, dossier, "assessment")
    found = assessment_of(session, dossier)
    _require_conversation(found, bid)
    found.criterion(bid, criterion)
    if lacks_scorers(found, bid):
        raise too_few_scorers(bid)
    if not score:
        raise Refusal("Choose a score.")
    why = a_reason(reason, marked("Say in a sentence why you agreed on this score."))
    chosen = consensus.agree(found.scale, score, why)
    _require_allowed(session, found, bid, criterion, score)
    before = agreed_before(session, bid, criterion)
    newest = before[0] if before else None
    standing = agreed_in(session, [bid]).get((bid.id, criterion))
    if standing is not None and (standing.score, standing.reason) == (chosen.score, chosen.reason):
        return standing
    number = newest.number if newest is not None else 0
    if seen != number:
        raise Conflict("Somebody else wrote down a score meanwhile. Read it again.")
    agreed = AgreedScore(
        bid_id=bid.id,
        criterion=criterion,
        number=number + 1,
        score=chosen.score,
        reason=chosen.reason,
        agreed_at=now,
        agreed_by=actor_id,
    )
    session.add(agreed)
    session.flush()
    record(
        session,
        "score_agreed",
        dossier,
        actor_id=actor_id,
        now=now,
        bid=bid.id,
        criterion=criterion,
        number=agreed.number,
    )
    return agreed


def allowed_scores(
    session: Session, found: Assessment, bid: Bid, criterion: str
) -> tuple[str, ...] | None:
    """Give the scores that the documents leave to choose; nothing: every step of the scale.

    Where the documents say that the score is the mean or the median, that is the score if it is a
    step of the scale. Otherwise it is one of the two steps beside it, and people say why which.
    """
    if found.fixed.aggregation == "agreed":
        return None
    given = seeing.counting_scores(session, found, [bid], criterion)
    return _computed(found, given.get((bid.id, criterion), []))


def allowed_of_each(
    session: Session, found: Assessment, lot: Lot
) -> dict[tuple[int, str], tuple[str, ...]]:
    """Give what is left to choose for every bid and criterion; nothing: every step of the scale."""
    if found.fixed.aggregation == "agreed":
        return {}
    given = seeing.counting_scores(session, found, found.scored_bids(lot))
    return {place: _computed(found, several) for place, several in given.items()}


def _computed(found: Assessment, given: Sequence[Given]) -> tuple[str, ...]:
    spread = consensus.spread_of(found.scale, {str(one.assessor.id): one.score for one in given})
    figure = spread.mean if found.fixed.aggregation == "mean" else spread.median
    return steps_beside(found.scale, figure)


def steps_beside(scale: Scale, figure: Fraction) -> tuple[str, ...]:
    """Give the step that a figure is, or the two steps that it lies between."""
    numbers = [(scale.number_of(step.score), step.score) for step in scale.steps]
    exact = [score for number, score in numbers if number == figure]
    if exact:
        return tuple(exact)
    below = max(pair for pair in numbers if pair[0] < figure)
    above = min(pair for pair in numbers if pair[0] > figure)
    return below[1], above[1]


def _require_allowed(
    session: Session, found: Assessment, bid: Bid, criterion: str, score: str
) -> None:
    allowed = allowed_scores(session, found, bid, criterion)
    if allowed is not None and score not in allowed:
        raise Refusal(
            "By the documents the score is computed: it can be %(scores)s.",
            scores=", ".join(allowed),
        )


def write_note(
    session: Session,
    dossier: Dossier,
    assessor: Assessor,
    bid: Bid,
    criterion: str,
    text: str,
    *,
    secret: str,
    now: datetime,
) -> MinorityNote:
    """Seal what an assessor thinks who does not agree. A correction adds a note."""
    hold_in(session, dossier, "assessment")
    found = assessment_of(session, dossier)
    _require_conversation(found, bid)
    found.criterion(bid, criterion)
    if assessor.ended_at is not None or not found.takes_part(assessor, bid):
        raise NotAllowed("You do not take part in this conversation.")
    said = tidy_words(text, LONGEST_REASON)
    if not said:
        raise Refusal("Write down what you think, and why.")
    before = seeing.newest_note(session, assessor, bid, criterion)
    if before is not None and seeing.read_note(before, secret=secret) == said:
        return before
    note = MinorityNote(assessor_id=assessor.id, bid_id=bid.id, criterion=criterion, written_at=now)
    note.sealed = seal(secret, said, about=seeing.seal_of(note))
    session.add(note)
    session.flush()
    # Who disagreed, and about what, is under the seal: the trail tells that somebody did.
    record(session, "note_sealed", dossier, actor_id=None, now=now)
    return note


def open_note(
    session: Session,
    dossier: Dossier,
    note: MinorityNote,
    why: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Take the seal off a note, by one logged act with a reason, once the quality is final."""
    hold_in(session, dossier, "decision", "execution", "closed")
    db.hold(session, note)
    if note.opened_at is not None:
        return
    reason = tidy_words(why, LONGEST_REASON)
    if not reason:
        raise Refusal("Write down why this note is opened.")
    note.opened_at, note.opened_by, note.opened_why = now, actor_id, reason
    record(session, "note_opened", dossier, actor_id=actor_id, now=now, note=note.id)


def _require_conversation(found: Assessment, bid: Bid) -> None:
    lot = found.lot_of(bid)
    if lot.revealed_at is None:
        raise NotNow("The scores were not revealed yet.")
    if lot.quality_final_at is not None:
        raise NotNow("The quality of this lot is final: nothing changes any more.")
    if not found.needs_scores(bid):
        raise NotNow("This bid is not compared any more: it needs no scores.")
