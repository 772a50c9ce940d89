"""Leave flagged votes out of the result, with a reason that everybody reads, and take them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.db import hold
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk_participation.models import LeftOut, Participant, Round
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.queries import votes as kept_votes
from waardewerk_participation.small_cells import INTERNAL

LONGEST_REASON = 1000
_AT_A_TIME = 500


@dataclass(frozen=True)
class OddSet:
    """Whose votes look odd in one way, and what a count depended on when that was found."""

    pattern: str
    pids: tuple[bytes, ...]
    state: str


def find_set(session: Session, found: Round, pattern: str) -> OddSet:
    """Find whose votes look like this, among those that count: only reads, and takes its time."""
    from waardewerk_participation.flags import PATTERNS, flagged

    if pattern not in PATTERNS:
        raise NotFound("There is no such set of votes.")
    state = kept_votes.turnout(session, found).state
    statements = kept_votes.counted_statements(session, found)
    current = kept_votes.current_votes(session, found, statements)
    flags = flagged(current.votes, current.rows_of(kept_votes.hasty(session, found)))
    return OddSet(pattern, tuple(current.pids[row] for row in sorted(flags.of(pattern))), state)


def leave_out(
    session: Session,
    found: Round,
    odd: OddSet,
    reason: str,
    *,
    expected: int,
    actor_id: int | None,
    now: datetime,
) -> LeftOut:
    """Let those whose votes look like this count no more; their votes stay.

    ``expected`` is how many the moderator saw: when there are others by now, they look again.
    The set was found before this transaction, so that nobody waited for that; when somebody voted
    since, it is found again.
    """
    _check_stands_open(session, found)
    reason = reason.strip()
    if not reason:
        raise Refusal("Write down why these votes do not count: everybody can read it.")
    if len(reason) > LONGEST_REASON:
        raise Refusal("Use at most %(most)s characters.", most=LONGEST_REASON)
    pids = odd.pids
    if len(pids) != expected or kept_votes.turnout(session, found).state != odd.state:
        raise Conflict("The set has changed: look at it again.")
    if len(pids) < INTERNAL:
        raise Refusal(
            "A set of fewer than %(least)s people stays in: the difference would tell what they "
            "voted.",
            least=INTERNAL,
        )
    decision = LeftOut(
        round_id=found.id,
        pattern=odd.pattern,
        people=len(pids),
        reason=reason,
        decided_by=actor_id,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    for begin in range(0, len(pids), _AT_A_TIME):
        some = pids[begin : begin + _AT_A_TIME]
        session.execute(
            update(Participant).where(Participant.pid.in_(some)).values(left_out_id=decision.id)
        )
    _record(session, "participation.left-out", found, decision, actor_id=actor_id, now=now)
    return decision


def take_back(
    session: Session, found: Round, decision_id: int, *, actor_id: int | None, now: datetime
) -> LeftOut:
    """Let the votes of a set that was left out count again."""
    _check_stands_open(session, found)
    decision = session.get(LeftOut, decision_id)
    if decision is None or decision.round_id != found.id:
        raise NotFound("There is no such set of votes.")
    if decision.undone_at is not None:
        raise Conflict("These votes count again already.")
    session.execute(
        update(Participant).where(Participant.left_out_id == decision.id).values(left_out_id=None)
    )
    decision.undone_at = now
    _record(session, "participation.taken-back", found, decision, actor_id=actor_id, now=now)
    return decision


def _check_stands_open(session: Session, found: Round) -> None:
    hold(session, found)
    if found.phase not in (*VOTING, "analyse"):
        raise NotNow("The result of this round stands: nothing can be left out any more.")


def _record(
    session: Session,
    action: str,
    found: Round,
    decision: LeftOut,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        f"round:{found.id}",
        actor_id=actor_id,
        now=now,
        details={"set": decision.id, "pattern": decision.pattern, "people": decision.people},
    )
