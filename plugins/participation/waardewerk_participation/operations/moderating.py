"""Judge statements: accept, doubt, reject as a second reader, put back, mend a typing error.

One moderator lets a statement in. To leave one out takes two: the first doubts, with a reason
that everybody can read beforehand, and somebody else rejects. Every act says which judgement it
builds on; when somebody else judged meanwhile nothing is overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.wording import tidy_words
from waardewerk_participation import hints
from waardewerk_participation.models import Judgement, Round, Statement, Vote
from waardewerk_participation.moderation import ACTS, REASON_OF
from waardewerk_participation.operations.trail import log

LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Grounds:
    """Why a statement is doubted or rejected, as its author will read it."""

    reason: str
    note: str = ""
    #: The number of the statement that says the same; only with that reason.
    same_as: int | None = None


def accept(
    session: Session,
    found: Round,
    statement: Statement,
    *,
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let others see a statement and answer it."""
    _begin(session, found, statement, "accept", seen)
    _judge(session, found, statement, "accept", actor_id=actor_id, now=now)


def doubt(
    session: Session,
    found: Round,
    statement: Statement,
    grounds: Grounds,
    *,
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Ask a second reader to reject a statement; until then nobody else sees it."""
    _begin(session, found, statement, "doubt", seen)
    checked = _checked(session, statement, grounds)
    _judge(session, found, statement, "doubt", checked, actor_id=actor_id, now=now)


def reject(
    session: Session,
    found: Round,
    statement: Statement,
    grounds: Grounds,
    *,
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Leave a statement out, as somebody else than who doubted it."""
    _begin(session, found, statement, "reject", seen)
    if actor_id is None or actor_id == _who_doubted(session, statement):
        raise NotAllowed("Somebody else decides about this: you asked for a second reader.")
    checked = _checked(session, statement, grounds)
    _judge(session, found, statement, "reject", checked, actor_id=actor_id, now=now)


def restore(
    session: Session,
    found: Round,
    statement: Statement,
    *,
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let a statement in that was rejected: it was wrong, or its author had a point."""
    _begin(session, found, statement, "restore", seen)
    _judge(session, found, statement, "restore", actor_id=actor_id, now=now)


def edit(
    session: Session,
    found: Round,
    statement: Statement,
    text: str,
    *,
    seen: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Mend a typing error, as long as nobody voted; its author sees both texts.

    Translations of the old text wait for approval again.
    """
    _check_current(session, found, statement, seen)
    mended = hints.tidied(text)
    if mended == statement.text:
        raise Refusal("Nothing has changed in the text.")
    if has_votes(session, statement):
        raise Refusal(
            "People voted on this text already, so it can no longer change: "
            "they would stand behind words that they did not read."
        )
    statement.original = statement.original or statement.text
    statement.text = mended
    for translation in statement.translations:
        translation.is_approved, translation.approved_by = False, None
    _record(session, found, statement, "edit", Grounds(""), actor_id=actor_id, now=now)


def has_votes(session: Session, statement: Statement) -> bool:
    """Tell whether somebody voted on a statement."""
    anybody = select(Vote.value).where(Vote.statement_id == statement.id).limit(1)
    return session.scalar(anybody) is not None


def _begin(session: Session, found: Round, statement: Statement, act: str, seen: int) -> None:
    """Check that this act is possible now, on the statement as the moderator saw it."""
    _check_current(session, found, statement, seen)
    if statement.state not in ACTS[act][0]:
        raise Refusal("This cannot be done with a statement in this state.")


def _check_current(session: Session, found: Round, statement: Statement, seen: int) -> None:
    """Hold the round and then the statement; refuse what comes too late.

    Who closes a round holds it, and who votes reads it: neither happens halfway a judgement, and
    nobody can vote on the old text while it changes.
    """
    db.hold(session, found)
    db.hold(session, statement)
    if found.phase == "closed":
        raise Refusal("This round is closed: nothing is judged any more.")
    last = select(func.max(Judgement.id)).where(Judgement.statement_id == statement.id)
    if (session.scalar(last) or 0) != seen:
        raise Conflict("Somebody else judged this statement meanwhile. Look at it again.")


def _who_doubted(session: Session, statement: Statement) -> int | None:
    doubts = select(Judgement.moderator_id).where(
        Judgement.statement_id == statement.id, Judgement.act == "doubt"
    )
    return session.scalar(doubts.order_by(Judgement.id.desc()).limit(1))


def _checked(session: Session, statement: Statement, grounds: Grounds) -> Grounds:
    if grounds.reason not in REASON_OF:
        raise Refusal("Choose one of the published reasons.")
    note = tidy_words(grounds.note, LONGEST_NOTE)
    if grounds.reason != "already_there":
        return Grounds(grounds.reason, note)
    same = select(Statement.number).where(
        Statement.round_id == statement.round_id,
        Statement.number == (grounds.same_as or 0),
        Statement.id != statement.id,
        Statement.state == "accepted",
    )
    if session.scalar(same) is None:
        raise Refusal("Give the number of an accepted statement that says the same.")
    return Grounds(grounds.reason, note, grounds.same_as)


def _judge(
    session: Session,
    found: Round,
    statement: Statement,
    act: str,
    grounds: Grounds | None = None,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    statement.state = ACTS[act][1]
    _record(session, found, statement, act, grounds or Grounds(""), actor_id=actor_id, now=now)


def _record(
    session: Session,
    found: Round,
    statement: Statement,
    act: str,
    grounds: Grounds,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    session.add(
        Judgement(
            round_id=statement.round_id,
            statement_id=statement.id,
            act=act,
            reason=grounds.reason,
            note=grounds.note,
            same_as=grounds.same_as,
            moderator_id=actor_id,
            made_at=now,
        )
    )
    details = {"statement": statement.number, "reason": grounds.reason}
    log(session, f"round.statement_{act}", found, actor_id, now, details)
