"""What goes by itself: the keys of closed rounds, and later their votes.

What shows groups is kept: results, points, answers. What goes is what lies under it. Doing it
twice does nothing, and whatever went stands in the audit trail with how much it was.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk_participation import traces
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import BackgroundAnswer, Participant, Round, Vote
from waardewerk_participation.operations import closing, counting
from waardewerk_participation.terms import key_goes_on, votes_go_on

#: Participants in one statement.
AT_ONCE = 5000


@dataclass(frozen=True)
class Due:
    """Something of a round whose time is over: its key or its votes."""

    round: Round
    what: str
    since: date
    #: Participants whose votes it is about.
    people: int


def due(session: Session, today: date) -> list[Due]:
    """List what should go by now, without touching it."""
    closed = select(Round).where(Round.phase == "closed", ~Round.is_imported)
    found = []
    for one in session.scalars(closed.order_by(Round.slug)):
        people = _people_in(session, one)
        found += [Due(one, what, since, people) for what, since in _over(one, today)]
    return found


def _over(found: Round, today: date) -> list[tuple[str, date]]:
    terms = (
        ("key", key_goes_on(found), found.key_destroyed_at),
        ("votes", votes_go_on(found), found.votes_removed_at),
    )
    return [
        (what, day) for what, day, went in terms if day is not None and day <= today and not went
    ]


def purge_keys(session: Session, keys: Keys, *, now: datetime) -> int:
    """Destroy the keys whose time is over; return how many went."""
    return sum(
        closing.destroy_key(session, one.round, keys, actor_id=None, now=now)
        for one in due(session, day_of(now))
        if one.what == "key"
    )


def purge_votes(session: Session, keys: Keys, *, now: datetime) -> int:
    """Remove the votes whose time is over; return of how many participants they were."""
    return sum(
        remove_votes(session, one.round, keys, actor_id=None, now=now)
        for one in due(session, day_of(now))
        if one.what == "votes"
    )


def remove_votes(
    session: Session, found: Round, keys: Keys, *, actor_id: int | None, now: datetime
) -> int:
    """Remove what each participant said, and its key if that is still there; results stay."""
    closing.destroy_key(session, found, keys, actor_id=actor_id, now=now)
    db.hold(session, found)
    if found.votes_removed_at is not None:
        return 0
    counts = _remove_people(session, found)
    counting.forget_details(session, found)
    found.votes_removed_at = now
    session.flush()
    traces.leave_no_order_later(session, found, now=now)
    audit.record(
        session,
        "participation.votes_removed",
        f"round:{found.id}",
        actor_id=actor_id,
        now=now,
        details=counts,
    )
    return counts["people"]


def _remove_people(session: Session, found: Round) -> Counter[str]:
    """Remove participants with what they said, some thousands in one statement: none is slow."""
    some = (
        select(Participant.pid)
        .where(Participant.round_id == found.id)
        .order_by(Participant.pid)
        .limit(AT_ONCE)
    )
    counts: Counter[str] = Counter(votes=0, background=0, people=0)
    while pids := session.scalars(some).all():
        # The votes first and by themselves: going down from each participant would be slow.
        for what, table in (("votes", Vote), ("background", BackgroundAnswer)):
            counts[what] += db.changed(session, delete(table).where(table.pid.in_(pids)))
        gone = delete(Participant).where(Participant.pid.in_(pids))
        counts["people"] += db.changed(session, gone)
    return counts


def _people_in(session: Session, found: Round) -> int:
    counted = select(func.count()).select_from(Participant).where(Participant.round_id == found.id)
    return session.scalar(counted) or 0
