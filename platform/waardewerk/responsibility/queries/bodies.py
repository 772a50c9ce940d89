"""Bodies with what they are for now, and who sits in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound
from waardewerk.responsibility.findings import Group
from waardewerk.responsibility.models import Body, BodyText, Member
from waardewerk.responsibility.queries.people import Names, names_of
from waardewerk.responsibility.words import somebody


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member as pages show it."""

    id: int
    name: str
    function: str
    is_chair: bool
    since: date
    until: date | None
    #: The account was closed; somebody without an account never leaves by itself.
    has_left: bool
    #: Who this is, so that nobody counts twice.
    identity: str
    #: A name without an account, which can be forgotten here.
    has_own_name: bool


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """A body as pages show it: what it is for now, and who is in it."""

    id: int
    text: BodyText
    added_on: date
    ended_on: date | None
    ended_why: str
    seats: tuple[Seat, ...]
    past: tuple[Seat, ...]

    @property
    def name(self) -> str:
        """What it is called now."""
        return self.text.name

    def group(self) -> Group:
        """Return what findings need to know."""
        return Group(
            id=self.id,
            name=self.name,
            intended_result=self.text.intended_result,
            members=frozenset(one.identity for one in self.seats if not one.has_left),
            who_left=tuple(one.name for one in self.seats if one.has_left),
        )


def get_body(session: Session, body_id: int, *, to_change: bool = False) -> Body:
    """Find a body by number."""
    body = session.get(Body, body_id, with_for_update=to_change or None)
    if body is None:
        raise NotFound("This body does not exist.")
    return body


def get_member(session: Session, member_id: int, *, to_change: bool = False) -> Member:
    """Find a member of a body by number."""
    member = session.get(Member, member_id, with_for_update=to_change or None)
    if member is None:
        raise NotFound("This person is no member of a body.")
    return member


def gathering(session: Session, body_id: int, today: date) -> Gathering:
    """Read one body."""
    found = _gatherings(session, [get_body(session, body_id)], today)
    return found[0]


def gatherings(session: Session, today: date) -> list[Gathering]:
    """List the bodies that work, by name."""
    working = select(Body).where(or_(Body.ended_on.is_(None), Body.ended_on >= today))
    whole = working.options(selectinload(Body.texts), selectinload(Body.members))
    found = _gatherings(session, session.scalars(whole).all(), today)
    return sorted(found, key=lambda one: one.name.casefold())


def past_gatherings(session: Session, today: date) -> list[Gathering]:
    """List the bodies that ended, the last one first."""
    ended = select(Body).where(Body.ended_on < today)
    whole = ended.options(selectinload(Body.texts), selectinload(Body.members))
    found = _gatherings(session, session.scalars(whole).all(), today)
    return sorted(found, key=lambda one: one.ended_on or today, reverse=True)


def _gatherings(session: Session, bodies: Iterable[Body], today: date) -> list[Gathering]:
    rows = list(bodies)
    names = names_of(session, (member.person_id for body in rows for member in body.members))
    return [_gathering(body, names, today) for body in rows]


def _gathering(body: Body, names: Names, today: date) -> Gathering:
    seats = [_seat(member, names) for member in body.members]
    return Gathering(
        id=body.id,
        text=body.texts[-1],
        added_on=day_of(body.added_at),
        ended_on=body.ended_on,
        ended_why=body.ended_why,
        seats=tuple(
            sorted((one for one in seats if _sits(one, today)), key=lambda one: not one.is_chair)
        ),
        past=tuple(one for one in seats if not _sits(one, today)),
    )


def _sits(seat: Seat, today: date) -> bool:
    return seat.until is None or seat.until > today


def _seat(member: Member, names: Names) -> Seat:
    named = names(member.person_id) if member.person_id is not None else None
    return Seat(
        id=member.id,
        name=named.name if named else member.name or somebody(),
        function=member.function,
        is_chair=member.is_chair,
        since=member.since,
        until=member.until,
        has_left=bool(named and named.has_left),
        identity=f"person:{member.person_id}" if named else f"member:{member.id}",
        has_own_name=bool(member.name),
    )
