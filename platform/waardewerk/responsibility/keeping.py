"""How long it is known who held what, what is handed over, and what goes when somebody is erased.

The register keeps numbers of accounts. Who is erased loses the name in the account, so every page,
file and history here says *somebody* from that moment, without being told. What is left to forget
is what was typed: names of people without an account.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from waardewerk.contract import RetentionRule
from waardewerk.i18n import day_of, lazy
from waardewerk.people.operations import accounts
from waardewerk.responsibility.models import (
    AdviceRequest,
    AdviceText,
    Contribution,
    Leaving,
    Member,
    Placement,
    Signature,
)

KEEP_HOLDERS = timedelta(days=10 * 365)
KEEP_ADVICE = timedelta(days=5 * 365)


def expire_holders(session: Session, keep: timedelta) -> int:
    """Forget who held or sat in what ended longer ago than ``keep``, and who told to leave."""
    now = datetime.now(UTC)
    day = day_of(now - keep)
    named = or_(
        Placement.person_id.is_not(None),
        Placement.deputy_id.is_not(None),
        _is_typed(Placement.function),
        _is_typed(Placement.deputy_function),
    )
    places = session.scalars(select(Placement).where(Placement.ended_on < day, named))
    known = or_(Member.person_id.is_not(None), _is_typed(Member.name))
    members = session.scalars(select(Member).where(Member.until < day, known))
    told = select(Leaving).where(Leaving.leaves_on < day, Leaving.person_id.is_not(None))
    return (
        _forget_places(places) + _forget_members(members) + _forget_notices(session.scalars(told))
    )


def _is_typed(column: Any) -> ColumnElement[bool]:
    typed: ColumnElement[bool] = column != ""
    return typed


def _forget_places(rows: Iterable[Placement]) -> int:
    count = 0
    for row in rows:
        row.person_id = row.deputy_id = None
        row.function = row.deputy_function = ""
        count += 1
    return count


def _forget_members(rows: Iterable[Member]) -> int:
    count = 0
    for member in rows:
        member.person_id, member.name = None, ""
        count += 1
    return count


def _forget_notices(rows: Iterable[Leaving]) -> int:
    count = 0
    for notice in rows:
        notice.person_id = notice.successor_id = None
        notice.words = ""
        count += 1
    return count


def export_holders(session: Session, email: str) -> list[dict[str, Any]]:
    """Return what one person holds, is deputy for, sits in, and told about leaving."""
    person = accounts.find_person(session, email)
    number = person.id if person else None
    return [
        *_placements(session, number, email),
        *_memberships(session, number, email),
        *_notices(session, number),
    ]


def _placements(session: Session, number: int | None, email: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Placement).where(_holds(number, email)).order_by(Placement.id))
    return [
        {
            "responsibility": row.title,
            "as": "holder" if _is_holder(row, number, email) else "deputy",
            "since": row.since.isoformat(),
            "until": _day(row.ended_on or row.until),
        }
        for row in rows
    ]


def _is_holder(row: Placement, number: int | None, email: str) -> bool:
    by_number = number is not None and row.person_id == number
    return by_number or row.function.lower() == email.strip().lower()


def _memberships(session: Session, number: int | None, email: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Member).where(_sits(number, email)).order_by(Member.id))
    return [
        {
            "body": member.body.texts[-1].name,
            "function": member.function,
            "chair": member.is_chair,
            "since": member.since.isoformat(),
            "until": _day(member.until),
        }
        for member in rows
    ]


def _notices(session: Session, number: int | None) -> list[dict[str, Any]]:
    if number is None:
        return []
    told = select(Leaving).where(Leaving.person_id == number).order_by(Leaving.id)
    return [
        {"leaves_on": one.leaves_on.isoformat(), "words": one.words}
        for one in session.scalars(told)
    ]


def _holds(number: int | None, email: str) -> ColumnElement[bool]:
    """By account, and by an address that was typed where a function belongs."""
    typed = or_(
        _is_address(Placement.function, email), _is_address(Placement.deputy_function, email)
    )
    if number is None:
        return typed
    return or_(typed, Placement.person_id == number, Placement.deputy_id == number)


def _sits(number: int | None, email: str) -> ColumnElement[bool]:
    typed = or_(_is_address(Member.name, email), _is_address(Member.function, email))
    return typed if number is None else or_(typed, Member.person_id == number)


def _is_address(column: Any, email: str) -> ColumnElement[bool]:
    same: ColumnElement[bool] = func.lower(column) == email.strip().lower()
    return same


def erase_holders(session: Session, email: str) -> int:
    """Forget an address that was typed as a holder, deputy or member.

    The name of an account goes with the account.
    """
    count = 0
    for row in session.scalars(select(Placement).where(_holds(None, email))):
        for field in ("function", "deputy_function"):
            if getattr(row, field).lower() == email.strip().lower():
                setattr(row, field, "")
        count += 1
    for member in session.scalars(select(Member).where(_sits(None, email))):
        member.name = member.function = ""
        count += 1
    return count


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


HOLDERS = RetentionRule(
    name="holders",
    title=lazy("Who held a responsibility or sat in a body, counted from the day it ended"),
    keep=KEEP_HOLDERS,
    expire=expire_holders,
    export=export_holders,
    erase=erase_holders,
)


def expire_advice(session: Session, keep: timedelta) -> int:
    """Forget who asked and who answered what was closed longer ago than ``keep``."""
    before = datetime.now(UTC) - keep
    old = select(AdviceRequest).where(
        AdviceRequest.closed_at < before,
        or_(AdviceRequest.asker_id.is_not(None), AdviceRequest.owner_id.is_not(None)),
    )
    count = 0
    for request in session.scalars(old):
        request.asker_id = request.owner_id = None
        for said in request.contributions:
            said.person_id = None
        for answer in request.answers:
            answer.written_by = None
            for signature in answer.signatures:
                signature.person_id = None
        for made in request.offers:
            made.offered_by = None
        count += 1
    return count


def export_advice(session: Session, email: str) -> list[dict[str, Any]]:
    """Return what one person asked the advisers, and said, wrote or signed as one of them."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    asked = (
        select(AdviceRequest).where(AdviceRequest.asker_id == person.id).order_by(AdviceRequest.id)
    )
    owned = select(AdviceRequest).where(AdviceRequest.owner_id == person.id)
    said = select(Contribution).where(Contribution.person_id == person.id)
    wrote = select(AdviceText).where(AdviceText.written_by == person.id).order_by(AdviceText.id)
    signed = select(Signature).where(Signature.person_id == person.id).order_by(Signature.id)
    return [
        *(_asked(one) for one in session.scalars(asked)),
        *(
            {"sees_to": one.id, "answer_by": _day(one.answer_by)}
            for one in session.scalars(owned.order_by(AdviceRequest.id))
        ),
        *(
            {"request": one.request_id, one.kind: one.text, "at": one.at.isoformat()}
            for one in session.scalars(said.order_by(Contribution.id))
        ),
        *(
            {"request": one.request_id, "answer": one.text, "at": one.written_at.isoformat()}
            for one in session.scalars(wrote)
        ),
        *(
            {"signed": one.answer_id, "at": one.signed_at.isoformat()}
            for one in session.scalars(signed)
        ),
    ]


def _asked(request: AdviceRequest) -> dict[str, Any]:
    return {
        "asked": request.title,
        "about": request.about,
        "question": request.question,
        "thoughts": request.thoughts,
        "at": request.asked_at.isoformat(),
        "state": request.state,
    }


def erase_advice(session: Session, email: str) -> int:  # noqa: ARG001
    """Erase nothing more: names go with the account, and the words are part of an advice."""
    return 0


ADVICE = RetentionRule(
    name="advice",
    title=lazy("Who asked the advisers and who answered, counted from the day it was closed"),
    keep=KEEP_ADVICE,
    expire=expire_advice,
    export=export_advice,
    erase=erase_advice,
)
