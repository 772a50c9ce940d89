"""Who left or is about to, and what they still carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from waardewerk.people.models import Person
from waardewerk.responsibility.models import (
    AdviceRequest,
    Body,
    BodyText,
    Leaving,
    Member,
    Placement,
)
from waardewerk.responsibility.queries.people import names_of


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Somebody whose responsibilities need another holder."""

    person_id: int
    name: str
    has_left: bool
    #: The day that somebody who is still here named.
    leaves_on: date | None
    #: How many responsibilities, deputyships and memberships are still to be handed over.
    count: int


@dataclass(frozen=True)
class Membership:
    """A body in which somebody sits."""

    body_id: int
    name: str


def notice_of(session: Session, person_id: int) -> Leaving | None:
    """Return what somebody told about leaving, when that still counts."""
    counting = (Leaving.person_id == person_id, Leaving.withdrawn_at.is_(None))
    return session.scalar(select(Leaving).where(*counting).order_by(Leaving.id.desc()).limit(1))


def leaving_days(session: Session) -> dict[int, date]:
    """Return on which day each person leaves who told so."""
    told = select(Leaving).where(Leaving.withdrawn_at.is_(None)).order_by(Leaving.id)
    return {one.person_id: one.leaves_on for one in session.scalars(told) if one.person_id}


def departures(session: Session, today: date) -> list[Departure]:
    """List who left or leaves and still carries something; who left longest comes first."""
    told = leaving_days(session)
    carried = _carried(session, today)
    gone = select(Person.id).where(Person.id.in_(carried), ~Person.is_active)
    leaving = {*session.scalars(gone), *(told.keys() & carried.keys())}
    names = names_of(session, leaving)
    found = [
        Departure(
            person_id=number,
            name=names(number).name,
            has_left=names(number).has_left,
            leaves_on=told.get(number),
            count=carried[number],
        )
        for number in leaving
    ]
    return sorted(found, key=lambda one: (not one.has_left, one.leaves_on or today, one.person_id))


def _carried(session: Session, today: date) -> dict[int, int]:
    """Count what each person holds, is deputy for, or is a member of."""
    followed = select(Placement.follows_id).where(Placement.follows_id.is_not(None))
    standing = (
        or_(Placement.ended_on.is_(None), Placement.ended_on >= today),
        Placement.id.not_in(followed),
    )
    numbers = [
        *session.scalars(select(Placement.person_id).where(*standing)),
        *session.scalars(select(Placement.deputy_id).where(*standing)),
        *session.scalars(select(Member.person_id).join(Body).where(*_sits(today))),
    ]
    count: dict[int, int] = {}
    for number in numbers:
        if number is not None:
            count[number] = count.get(number, 0) + 1
    return count


def memberships_of(session: Session, person_id: int, today: date) -> list[Membership]:
    """List the bodies in which somebody sits."""
    bodies = select(Member.body_id).join(Body).where(Member.person_id == person_id, *_sits(today))
    texts = select(BodyText).where(BodyText.body_id.in_(bodies)).order_by(BodyText.id)
    names = {text.body_id: text.name for text in session.scalars(texts)}
    return [Membership(body_id, name) for body_id, name in names.items()]


def _sits(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(Member.until.is_(None), Member.until > today),
        or_(Body.ended_on.is_(None), Body.ended_on >= today),
    )


def open_requests_of(session: Session, person_id: int) -> list[AdviceRequest]:
    """List the requests for advice that somebody took up and that wait for an answer."""
    owned = select(AdviceRequest).where(
        AdviceRequest.owner_id == person_id, AdviceRequest.state == "taken_up"
    )
    return list(session.scalars(owned.order_by(AdviceRequest.id)))
