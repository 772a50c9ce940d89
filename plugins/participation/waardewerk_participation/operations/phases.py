"""Move a round from phase to phase, and tell whether it takes votes.

Closing is one transaction that holds the round; every vote reads the round again in its own
transaction. So once a closing is acknowledged, no vote is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Exists, exists, func, select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, NotNow
from waardewerk_participation.models import (
    CodeBatch,
    PaperBatch,
    PaperEntry,
    Round,
    RoundText,
    Statement,
)
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.operations import answering, closing, counting
from waardewerk_participation.queries import votes as kept_votes
from waardewerk_participation.queries.rounds import has_begun

Move = Callable[..., None]


def open_voting(session: Session, found: Round, *, actor_id: int | None, now: datetime) -> None:
    """Let people take part from now on."""
    _hold_in(session, found, "prepare")
    _check_ready(session, found, now)
    found.opens_at = now
    _go(session, found, "vote", actor_id, now)


def open_second_vote(
    session: Session, found: Round, *, actor_id: int | None, now: datetime
) -> None:
    """End the first vote and let people vote on all that was said in it."""
    _hold_in(session, found, "vote")
    if found.second_closes_at is None or found.second_closes_at <= now:
        raise NotNow("No second vote is planned. Say in the set-up when it ends.")
    found.closes_at = min(found.closes_at or now, now)
    _go(session, found, "second_vote", actor_id, now)


def close_voting(session: Session, found: Round, *, actor_id: int | None, now: datetime) -> None:
    """End the vote: once this is done no vote is added any more."""
    _hold_in(session, found, *VOTING)
    if found.phase == "vote":
        found.closes_at, found.second_closes_at = min(found.closes_at or now, now), None
    else:
        found.second_closes_at = min(found.second_closes_at or now, now)
    _go(session, found, "analyse", actor_id, now)


def open_answering(session: Session, found: Round, *, actor_id: int | None, now: datetime) -> None:
    """Begin to answer what people said."""
    _hold_in(session, found, "analyse")
    _check_ready(session, found, now)
    if has_begun(session, found):
        # What is answered is what everybody said: nothing was counted or judged after it.
        counting.publish_final(session, found, now=now)
    _go(session, found, "answer", actor_id, now)
    answering.find_points(session, found, actor_id=actor_id, now=now)


def close_round(session: Session, found: Round, *, actor_id: int | None, now: datetime) -> None:
    """Close a round in which everything that people said has its answer."""
    _hold_in(session, found, "answer")
    _check_ready(session, found, now)
    found.closed_at = now
    _go(session, found, "closed", actor_id, now)
    closing.conclude(session, found, now=now)


@dataclass(frozen=True)
class Step:
    """One step from phase to phase, and which right it takes."""

    to: str
    permission: str
    move: Move


OPEN = Step("vote", "participation.hold", open_voting)
AGAIN = Step("second_vote", "participation.hold", open_second_vote)
ANALYSE = Step("analyse", "participation.hold", close_voting)
ANSWER = Step("answer", "participation.hold", open_answering)
CLOSE = Step("closed", "participation.answer", close_round)
STEPS = (OPEN, AGAIN, ANALYSE, ANSWER, CLOSE)


def next_step(found: Round) -> Step | None:
    """Return the one step that a round can take, or nothing when it is closed."""
    if found.phase == "vote" and found.second_closes_at is not None:
        return AGAIN
    after = {"prepare": OPEN, "vote": ANALYSE, "second_vote": ANALYSE}
    after |= {"analyse": ANSWER, "answer": CLOSE}
    return after.get(found.phase)


def move_on(
    session: Session, found: Round, to: str, *, actor_id: int | None, now: datetime
) -> None:
    """Take the next step when it is the one that was asked for; a form sent twice moves once."""
    db.hold(session, found)
    if found.phase == to:
        return
    step = next_step(found)
    if step is None or step.to != to:
        raise Conflict("Somebody else moved this round meanwhile. Look where it is now.")
    step.move(session, found, actor_id=actor_id, now=now)


def ends_at(found: Round) -> datetime | None:
    """Return when the vote that goes on ends; nothing when none does."""
    if found.phase == "vote":
        return found.closes_at
    return found.second_closes_at if found.phase == "second_vote" else None


def takes_votes(found: Round, now: datetime) -> bool:
    """Tell whether people can vote at this moment, as far as this row says."""
    ends = ends_at(found)
    return found.phase in VOTING and (ends is None or now < ends)


def check_takes_votes(session: Session, found: Round, now: datetime) -> None:
    """Refuse a vote when voting is not open; who closes the round waits until this one is in.

    Only ``FOR SHARE`` makes PostgreSQL's closing wait for votes that began before it; SQLite has
    one writer. Votes do not wait for each other.
    """
    session.refresh(found, with_for_update={"read": True})
    if found.phase == "prepare":
        raise NotFound("This round has not begun yet.")
    if not takes_votes(found, now):
        raise Conflict("Voting has ended. What you said before counts.")


def close_what_is_over(session: Session, now: datetime) -> int:
    """Move every round on whose time to vote is over; return how many."""
    moved = 0
    for found in session.scalars(select(Round).where(Round.phase.in_(VOTING))).all():
        # Looking first: who votes never waits for a round whose time is not over.
        if takes_votes(found, now):
            continue
        db.hold(session, found)
        if found.phase in VOTING and not takes_votes(found, now):
            _after_its_time(found, now).move(session, found, actor_id=None, now=now)
            moved += 1
    return moved


def _after_its_time(found: Round, now: datetime) -> Step:
    second = found.second_closes_at
    return AGAIN if found.phase == "vote" and second is not None and second > now else ANALYSE


@dataclass(frozen=True)
class Missing:
    """What must be there before the next step."""

    #: In which part of the round it is made good: the name of that page.
    part: str
    refusal: NotNow


def what_is_missing(session: Session, found: Round, now: datetime) -> list[Missing]:
    """List what must be there before people take part, are answered, or the round is closed."""
    match found.phase:
        case "prepare":
            return list(_missing_to_open(session, found, now))
        case "analyse":
            return list(_missing_to_answer(session, found))
        case "answer":
            return list(_missing_to_close(session, found, day_of(now)))
    return []


def _check_ready(session: Session, found: Round, now: datetime) -> None:
    if missing := what_is_missing(session, found, now):
        raise missing[0].refusal


def _missing_to_open(session: Session, found: Round, now: datetime) -> Iterator[Missing]:
    if not _is_worded(session, found):
        yield Missing("dossier", NotNow("Write the title and the question in every language."))
    if not session.scalar(select(_has_statements(found))):
        yield Missing("statements", NotNow("Write at least one statement to begin with."))
    if found.closes_at is None or found.closes_at <= now:
        yield Missing("setup", NotNow("Choose an end of voting that lies ahead."))
    if found.joining == "code" and not session.scalar(select(_has_letters(found))):
        yield Missing("letters", NotNow("Make letters: without a code nobody can take part."))


def _missing_to_answer(session: Session, found: Round) -> Iterator[Missing]:
    typed = exists().where(PaperEntry.batch_id == PaperBatch.id)
    waiting = select(func.count(PaperBatch.id)).where(
        PaperBatch.round_id == found.id, PaperBatch.state == "typing", typed
    )
    piles = session.scalar(waiting) or 0
    if piles:
        yield Missing(
            "paper",
            NotNow("One pile of booklets was typed over and not counted. Count it first.")
            if piles == 1
            else NotNow(
                "%(count)s piles of booklets were typed over and not counted. Count them first.",
                count=piles,
            ),
        )
    if has_begun(session, found) and not counting.is_ready(
        session, found, kept_votes.turnout(session, found)
    ):
        yield Missing("results", NotNow(counting.NOT_THERE_YET))


def _missing_to_close(session: Session, found: Round, today: date) -> Iterator[Missing]:
    if refusal := _not_judged(session, found):
        yield Missing("moderation", refusal)
    if refusal := answering.not_answered(session, found):
        yield Missing("answers", refusal)
    if refusal := answering.promises_passed(session, found, today):
        yield Missing("answers", refusal)


def _not_judged(session: Session, found: Round) -> NotNow | None:
    """Say that a statement is hidden or shown by nobody's final word."""
    open_ones = select(func.count(Statement.id)).where(
        Statement.round_id == found.id, Statement.state.in_(("waiting", "doubted"))
    )
    waiting = session.scalar(open_ones) or 0
    if not waiting:
        return None
    if waiting == 1:
        return NotNow("One statement still waits for a moderator. Judge it, then close the round.")
    return NotNow(
        "%(count)s statements still wait for a moderator. Judge them, then close the round.",
        count=waiting,
    )


def _is_worded(session: Session, found: Round) -> bool:
    texts = select(RoundText).where(RoundText.round_id == found.id)
    worded = {text.language for text in session.scalars(texts) if text.title and text.question}
    return set(found.languages) <= worded


def _has_statements(found: Round) -> Exists:
    of_it = (Statement.round_id == found.id, Statement.state == "accepted")
    return exists().where(*of_it)


def _has_letters(found: Round) -> Exists:
    return exists().where(CodeBatch.round_id == found.id, CodeBatch.revoked_on.is_(None))


def _hold_in(session: Session, found: Round, *phases: str) -> None:
    db.hold(session, found)
    if found.phase not in phases:
        raise Conflict("Somebody else moved this round meanwhile. Look where it is now.")


def _go(session: Session, found: Round, to: str, actor_id: int | None, now: datetime) -> None:
    before, found.phase = found.phase, to
    found.revision += 1
    session.flush()
    audit.record(
        session,
        "round.moved",
        f"round:{found.id}",
        actor_id=actor_id,
        now=now,
        details={"before": before, "after": to},
    )
