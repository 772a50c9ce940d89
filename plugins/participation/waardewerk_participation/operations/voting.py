"""Vote, change one's mind, take a vote back.

The natural key of a vote is who and on what, so a vote that is sent twice, from two tabs or again
because the answer was lost, is one vote. Nothing that people share is written by a vote, no moment
is kept, and nothing is told to the audit trail: it would remember the order.
"""

from __future__ import annotations

import functools
from datetime import datetime

from sqlalchemy import Insert, delete, update
from sqlalchemy.orm import Session

from waardewerk.refusal import NotAllowed, Refusal
from waardewerk_participation.models import Participant, Round, Vote
from waardewerk_participation.operations import phases
from waardewerk_participation.operations.joining import insert_in
from waardewerk_participation.queries import taking_part

AGREE, PASS, DISAGREE = 1, 0, -1


class NotTakingPart(NotAllowed):
    """This browser has no participant in this round."""

    code = "not-taking-part"


def vote(
    session: Session,
    found: Round,
    pid: bytes,
    statement_number: int,
    value: int,
    *,
    now: datetime,
) -> None:
    """Keep what a participant thinks of a statement, in the place of what they thought before."""
    if value not in {AGREE, PASS, DISAGREE}:
        raise Refusal("Choose agree, disagree or I don’t know.")
    statement_id = _statement_to_vote_on(session, found, pid, statement_number, now)
    row = {"statement_id": statement_id, "pid": pid, "value": value}
    session.execute(_current_vote(session.get_bind().dialect.name), row)


def take_back(
    session: Session, found: Round, pid: bytes, statement_number: int, *, now: datetime
) -> None:
    """Forget what a participant thought of a statement."""
    statement_id = _statement_to_vote_on(session, found, pid, statement_number, now)
    session.execute(delete(Vote).where(Vote.statement_id == statement_id, Vote.pid == pid))


def note_haste(session: Session, pid: bytes) -> None:
    """Remember that this participant voted faster than anybody reads; once, and without a time."""
    slow = update(Participant).where(Participant.pid == pid, Participant.was_hasty.is_(False))
    session.execute(slow.values(was_hasty=True))


@functools.cache
def _current_vote(dialect: str) -> Insert:
    """Return what keeps a vote in the place of an earlier one; asked at every tap, so made once."""
    row = insert_in(dialect, Vote.__table__)
    made: Insert = row.on_conflict_do_update(  # type: ignore[attr-defined]
        index_elements=["statement_id", "pid"],
        set_={"value": row.excluded.value},  # type: ignore[attr-defined]
    )
    return made


def _statement_to_vote_on(
    session: Session, found: Round, pid: bytes, number: int, now: datetime
) -> int:
    """Return which statement it is, in a round that takes votes, for somebody who takes part."""
    phases.check_takes_votes(session, found, now)
    check_takes_part(session, found, pid)
    return taking_part.seen_statement(session, found, number)


def check_takes_part(session: Session, found: Round, pid: bytes) -> None:
    """Refuse who did not join this round."""
    if not taking_part.takes_part(session, found, pid):
        raise NotTakingPart(
            "You do not take part in this round in this browser. "
            "Open the first page of the round and choose “Take part”."
        )
