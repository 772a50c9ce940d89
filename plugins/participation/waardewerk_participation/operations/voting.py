"""Vote, change one's mind, take a vote back.

The natural key of a vote is who and on what, so a vote that is sent twice, from two tabs or again
because the answer was lost, is one vote. Nothing that people share is written by a vote, no moment
is kept, and nothing is told to the audit trail: it would remember the order.
"""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from waardewerk.refusal import NotAllowed, Refusal
from waardewerk_participation.models import PaperVote, Participant, Round, Vote
from waardewerk_participation.operations import phases
from waardewerk_participation.queries import taking_part
from waardewerk_participation.queries.taking_part import Votable

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
    votable = _statement_to_vote_on(session, found, pid, statement_number, now)
    row = {"statement_id": votable.id, "pid": pid, "value": value}
    session.execute(_current_vote(session.get_bind().dialect.name), row)
    if votable.is_from_paper:
        _say_it_on_the_site(session, votable.id, pid)


def take_back(
    session: Session, found: Round, pid: bytes, statement_number: int, *, now: datetime
) -> None:
    """Forget what a participant thought of a statement."""
    votable = _statement_to_vote_on(session, found, pid, statement_number, now)
    session.execute(delete(Vote).where(Vote.statement_id == votable.id, Vote.pid == pid))


def _say_it_on_the_site(session: Session, statement_id: int, pid: bytes) -> None:
    """Let a vote that came from paper be one of the site, also when it says the same.

    When its booklet is taken out again, what its owner said on the site stays.
    """
    from_paper = PaperVote.statement_id == statement_id, PaperVote.pid == pid
    session.execute(delete(PaperVote).where(*from_paper))


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
) -> Votable:
    """Return which statement it is, in a round that takes votes, for somebody who takes part."""
    phases.check_takes_votes(session, found, now)
    check_takes_part(session, found, pid)
    return taking_part.statement_to_vote_on(session, found, pid, number)


def check_takes_part(session: Session, found: Round, pid: bytes) -> None:
    """Refuse who did not join this round."""
    if not taking_part.takes_part(session, found, pid):
        raise _not_taking_part()


def hold_participant(session: Session, found: Round, pid: bytes) -> None:
    """Let what one participant sends at one moment come one after the other; refuse who is none.

    For what is counted first, or taken out and put in again. A vote has its own key and needs
    nothing of the kind.
    """
    theirs = select(Participant.pid).where(Participant.pid == pid, Participant.round_id == found.id)
    if session.scalar(theirs.with_for_update(key_share=True)) is None:
        raise _not_taking_part()


def _not_taking_part() -> NotTakingPart:
    return NotTakingPart(
        "You do not take part in this round in this browser. "
        "Open the first page of the round and choose “Take part”."
    )


def insert_in(dialect: str, table: Any) -> Insert:
    """Return an insert that can say what happens when the row is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
