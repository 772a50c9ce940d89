"""Count who took part, by what people said about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk_participation.models import BackgroundAnswer, Participant, Reach, Round
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.steps import Step, is_due

#: Paper comes in after the vote too, until the round is answered.
COUNTED_IN = (*VOTING, "analyse")


@dataclass(frozen=True)
class Reached:
    """Who took part, before it is kept."""

    people: int
    counts: Mapping[str, Mapping[str, int]]
    #: When was counted before: when that is another moment by now, somebody else counted.
    after: datetime | None


def rounds_to_count(session: Session) -> list[Round]:
    """List the rounds in which people come in."""
    wanted = select(Round).where(Round.phase.in_(COUNTED_IN))
    return list(session.scalars(wanted.order_by(Round.id)))


def count_reach(session: Session, found: Round, *, now: datetime) -> Reached | None:
    """Count when the next step is reached; only reads, and returns nothing before that."""
    of_it = Participant.round_id == found.id
    people = session.scalar(select(func.count()).select_from(Participant).where(of_it)) or 0
    kept = session.get(Reach, found.id)
    last = Step(kept.people, kept.counted_at) if kept else None
    # In steps: whoever looks twice cannot read from the difference what one person said.
    if not is_due(last, people, now, is_final=False):
        return None
    return Reached(people, _counted(session, found), kept.counted_at if kept else None)


def keep_reach(session: Session, found: Round, reached: Reached, *, now: datetime) -> bool:
    """Keep what was counted; tell whether it was, for somebody else may have counted meanwhile."""
    row = session.get_one(Round, found.id)
    db.hold(session, row)
    kept = session.get(Reach, row.id)
    if row.phase not in COUNTED_IN or (kept.counted_at if kept else None) != reached.after:
        return False
    if kept is None:
        kept = Reach(round_id=row.id)
        session.add(kept)
    kept.people, kept.counted_at, kept.counts = reached.people, now, dict(reached.counts)
    session.flush()
    return True


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
