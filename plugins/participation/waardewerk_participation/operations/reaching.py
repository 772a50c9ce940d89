"""Count who took part, by what people said about themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk_participation.models import BackgroundAnswer, Participant, Reach, Round
from waardewerk_participation.models.rounds import VOTING

#: Figures change when so many people more take part, and not within the hour: whoever looks
#: twice cannot read from the difference what one person said.
NEW_PEOPLE = 10
PAUSE = timedelta(hours=1)


def count_reach(session: Session, found: Round, *, now: datetime) -> bool:
    """Count again when the next step is reached; tell whether it was."""
    of_it = Participant.round_id == found.id
    people = session.scalar(select(func.count()).select_from(Participant).where(of_it)) or 0
    kept = session.get(Reach, found.id)
    if people - (kept.people if kept else 0) < NEW_PEOPLE:
        return False
    if kept is not None and now - kept.counted_at < PAUSE:
        return False
    counts = _counted(session, found)
    if kept is None:
        kept = Reach(round_id=found.id)
        session.add(kept)
    kept.people, kept.counted_at, kept.counts = people, now, counts
    session.flush()
    return True


def count_where_people_vote(session: Session, now: datetime) -> int:
    """Count for every round in which people can vote; return how many were counted."""
    voting = session.scalars(select(Round).where(Round.phase.in_(VOTING))).all()
    return sum(count_reach(session, found, now=now) for found in voting)


def _counted(session: Session, found: Round) -> dict[str, dict[str, int]]:
    said = (BackgroundAnswer.question_id, BackgroundAnswer.option)
    rows = session.execute(
        select(*said, func.count())
        .join(Participant, Participant.pid == BackgroundAnswer.pid)
        .where(Participant.round_id == found.id)
        .group_by(*said)
    )
    counts: dict[str, dict[str, int]] = {}
    for question_id, option, number in rows:
        counts.setdefault(str(question_id), {})[option] = number
    return counts
