"""Tell that one leaves, and take that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.refusal import NotFound, Refusal
from waardewerk.responsibility.models import Leaving
from waardewerk.responsibility.operations.placing import LONGEST_TEXT
from waardewerk.responsibility.queries.leaving import notice_of
from waardewerk.wording import tidy_texts


@dataclass(frozen=True, kw_only=True)
class Notice:
    """When somebody leaves, whom they propose, and what that person needs to know."""

    leaves_on: date
    successor_id: int | None = None
    words: str = ""


def tell(session: Session, person_id: int, notice: Notice, *, now: datetime) -> Leaving:
    """Tell who keeps the register that one leaves; a newer notice takes the place of an older."""
    # One form that is sent twice: the second waits here, and takes the place of the first.
    db.hold(session, session.get_one(Person, person_id))
    notice = tidy_texts(notice, LONGEST_TEXT)
    if notice.leaves_on < day_of(now):
        raise Refusal("The day must lie ahead.")
    if notice.successor_id is not None:
        successor = session.get(Person, notice.successor_id)
        if successor is None or not successor.is_active or successor.id == person_id:
            raise Refusal("Choose a colleague who works here.")
    _withdraw(session, person_id, now)
    leaving = Leaving(
        person_id=person_id,
        leaves_on=notice.leaves_on,
        successor_id=notice.successor_id,
        words=notice.words,
        told_at=now,
    )
    session.add(leaving)
    session.flush()
    _log(session, "person.leaves", person_id, now)
    return leaving


def take_back(session: Session, person_id: int, *, now: datetime) -> None:
    """Stay after all."""
    if not _withdraw(session, person_id, now):
        raise NotFound("You did not tell that you leave.")
    _log(session, "person.stays", person_id, now)


def _withdraw(session: Session, person_id: int, now: datetime) -> bool:
    earlier = notice_of(session, person_id)
    if earlier is None:
        return False
    earlier.withdrawn_at = now
    return True


def _log(session: Session, doing: str, person_id: int, now: datetime) -> None:
    audit.record(session, doing, f"person:{person_id}", actor_id=person_id, now=now)
