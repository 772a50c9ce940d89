"""Found a body, say what it is for, who sits in it, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.responsibility.models import BODY_KINDS, Body, BodyText, Member, Placement
from waardewerk.responsibility.operations.placing import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TEXT,
)
from waardewerk.responsibility.queries.bodies import get_body, get_member
from waardewerk.wording import tidy_texts, tidy_words


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a body is for. Without an intended result it may begin; the register then says so."""

    kind: str
    name: str
    purpose: str
    intended_result: str = ""
    seen_by: str = ""
    place: str = ""
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class Seated:
    """Who takes part in a body: an account, or a name from inside or outside."""

    since: date
    person_id: int | None = None
    name: str = ""
    function: str = ""
    is_chair: bool = False


def found(
    session: Session,
    described: Described,
    *,
    request_key: str | None = None,
    actor_id: int | None,
    now: datetime,
) -> Body:
    """Add a body; returns the first one when a form is sent twice."""
    same = select(Body).where(Body.request_key == request_key)
    if request_key:
        earlier = session.scalar(same)
        if earlier is not None:
            return earlier
    described = _checked(described)
    body = Body(request_key=request_key or None, added_at=now, added_by=actor_id, ended_why="")
    kept = db.add_once(session, body, same)
    if kept is body:
        _tell(session, body, described, actor_id, now)
        _log(session, "body.founded", body, actor_id, now, kind=described.kind)
    return kept


def describe(
    session: Session,
    body_id: int,
    described: Described,
    *,
    builds_on: int,
    actor_id: int | None,
    now: datetime,
) -> Body:
    """Say anew what a body is for; ``builds_on`` is the text that was read before."""
    body = _to_change(session, body_id)
    described = _checked(described)
    newest = body.texts[-1]
    if _same(newest, described):
        return body
    if newest.id != builds_on:
        raise Conflict("Somebody else changed this body. Load the page again; yours is below.")
    _tell(session, body, described, actor_id, now)
    _log(session, "body.changed", body, actor_id, now)
    return body


def end_body(
    session: Session,
    body_id: int,
    *,
    last_day: date,
    why: str,
    actor_id: int | None,
    now: datetime,
) -> Body:
    """End a body that carries nothing any more; who sat in it stays in its history."""
    body = _to_change(session, body_id)
    why = tidy_words(why, LONGEST_TEXT)
    if not why:
        raise Refusal("Write down why it ends, and where its work goes.")
    held = select(Placement.title).where(Placement.body_id == body.id, Placement.ended_at.is_(None))
    title = session.scalar(held.limit(1))
    if title is not None:
        raise Refusal(
            "This body still carries something: %(title)s. Hand that over first.", title=title
        )
    body.ended_on, body.ended_why = last_day, why
    _log(session, "body.ended", body, actor_id, now)
    return body


def add_member(
    session: Session, body_id: int, seated: Seated, *, actor_id: int | None, now: datetime
) -> Member:
    """Let somebody take part; who takes part already is not added again."""
    body = _to_change(session, body_id)
    seated = _checked_seat(session, seated)
    same = _already_there(body, seated)
    if same is not None:
        return same
    if seated.is_chair:
        _nobody_chairs(session, body, seated.since, now)
    member = _seat(session, body, seated, actor_id, now)
    _log(session, "body.member_added", body, actor_id, now, member=member.id)
    return member


def end_member(
    session: Session, member_id: int, *, on: date, actor_id: int | None, now: datetime
) -> Member:
    """Let somebody leave a body."""
    member = _current_member(session, member_id)
    member.until, member.ended_at = on, now
    _log(session, "body.member_left", member.body, actor_id, now, member=member.id)
    return member


def name_chair(session: Session, member_id: int, *, actor_id: int | None, now: datetime) -> Member:
    """Make a member the chair from today on; the one before becomes a member again."""
    member = _current_member(session, member_id)
    if member.is_chair:
        return member
    today = day_of(now)
    # Two who name a chair at once: the second waits here, and then sees the first one's.
    _to_change(session, member.body_id)
    session.expire(member.body, ["members"])
    _nobody_chairs(session, member.body, today, now)
    chair = _seat_otherwise(session, member, is_chair=True, today=today, now=now)
    _log(session, "body.chair_named", member.body, actor_id, now, member=chair.id)
    return chair


def forget_member(
    session: Session, member_id: int, *, actor_id: int | None, now: datetime
) -> Member:
    """Forget the name of somebody without an account; that somebody sat here stays."""
    member = get_member(session, member_id, to_change=True)
    member.name = ""
    _log(session, "body.member_forgotten", member.body, actor_id, now, member=member.id)
    return member


def _nobody_chairs(session: Session, body: Body, today: date, now: datetime) -> None:
    for member in [one for one in body.members if one.is_chair and one.ended_at is None]:
        _seat_otherwise(session, member, is_chair=False, today=today, now=now)


def _seat_otherwise(
    session: Session, member: Member, *, is_chair: bool, today: date, now: datetime
) -> Member:
    member.until, member.ended_at = today, now
    seated = Seated(
        person_id=member.person_id,
        name=member.name,
        function=member.function,
        is_chair=is_chair,
        since=today,
    )
    return _seat(session, member.body, seated, member.added_by, now)


def _seat(
    session: Session, body: Body, seated: Seated, actor_id: int | None, now: datetime
) -> Member:
    member = Member(
        body=body,
        person_id=seated.person_id,
        name=seated.name,
        function=seated.function,
        is_chair=seated.is_chair,
        since=seated.since,
        added_at=now,
        added_by=actor_id,
    )
    session.add(member)
    session.flush()
    return member


def _current_member(session: Session, member_id: int) -> Member:
    member = get_member(session, member_id, to_change=True)
    if member.ended_at is not None:
        raise NotFound("This person is no member of a body.")
    return member


def _already_there(body: Body, seated: Seated) -> Member | None:
    who = (seated.person_id, seated.name.casefold())
    current = (one for one in body.members if one.ended_at is None)
    return next((one for one in current if (one.person_id, one.name.casefold()) == who), None)


def _checked_seat(session: Session, seated: Seated) -> Seated:
    seated = tidy_texts(seated, LONGEST_NAME)
    if seated.person_id is not None:
        person = session.get(Person, seated.person_id)
        if person is None or not person.is_active:
            raise Refusal("Choose somebody who works here.")
        return Seated(
            since=seated.since,
            person_id=person.id,
            function=seated.function,
            is_chair=seated.is_chair,
        )
    if not seated.name:
        raise Refusal("Choose somebody, or write down a name.")
    return seated


def _to_change(session: Session, body_id: int) -> Body:
    body = get_body(session, body_id, to_change=True)
    if body.ended_on is not None:
        raise NotNow("This body has ended. Nothing can be changed in it.")
    return body


def _checked(described: Described) -> Described:
    described = tidy_texts(described, LONGEST_TEXT)
    if described.kind not in BODY_KINDS:
        raise Refusal("Choose what kind of body it is.")
    if not described.name or len(described.name) > LONGEST_NAME:
        raise Refusal("Give it a name of at most %(most)s characters.", most=LONGEST_NAME)
    if not described.purpose:
        raise Refusal("Write down what it is for.")
    if len(described.decision) > LONGEST_REFERENCE:
        raise Refusal("Name the decision in at most %(most)s characters.", most=LONGEST_REFERENCE)
    return described


def _same(text: BodyText, described: Described) -> bool:
    return Described(
        kind=text.kind,
        name=text.name,
        purpose=text.purpose,
        intended_result=text.intended_result,
        seen_by=text.seen_by,
        place=text.place,
        decision=text.decision,
    ) == (described)


def _tell(
    session: Session, body: Body, described: Described, actor_id: int | None, now: datetime
) -> None:
    body.texts.append(
        BodyText(
            kind=described.kind,
            name=described.name,
            purpose=described.purpose,
            intended_result=described.intended_result,
            seen_by=described.seen_by,
            place=described.place,
            decision=described.decision,
            recorded_at=now,
            recorded_by=actor_id,
        )
    )
    session.flush()


def _log(
    session: Session,
    doing: str,
    body: Body,
    actor_id: int | None,
    now: datetime,
    **details: object,
) -> None:
    audit.record(session, doing, f"body:{body.id}", actor_id=actor_id, now=now, details=details)
