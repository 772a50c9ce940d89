"""Place a responsibility, change it, end it, hand it over. Nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.contract import LEVELS
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, Refusal
from waardewerk.responsibility.models import HOLDERS, ROLES, Body, Placement
from waardewerk.responsibility.queries.register import get_placement
from waardewerk.responsibility.questions import BY_KEY
from waardewerk.wording import tidy_texts, tidy_words

LONGEST_TEXT = 4000
LONGEST_NAME = 200
LONGEST_REFERENCE = 400
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """With whom something is placed: an account, a function in words, or a body."""

    kind: str
    person_id: int | None = None
    function: str = ""
    body_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What is placed with whom, from when, and what that person may do."""

    title: str
    level: str
    role: str
    holder: Holder
    since: date
    question: str = ""
    until: date | None = None
    deputy_id: int | None = None
    deputy_function: str = ""
    mandate: str = ""
    decision: str = ""
    agreed: str = ""
    request_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class HandingOver:
    """Who takes over from whom, from when, and what they agreed."""

    leaving_id: int
    holder: Holder
    from_day: date
    agreed: str


def place(session: Session, placed: Placed, *, actor_id: int | None, now: datetime) -> Placement:
    """Place a responsibility; returns the first row when a form is sent twice."""
    same = select(Placement).where(Placement.request_key == placed.request_key)
    if placed.request_key:
        earlier = session.scalar(same)
        if earlier is not None:
            return earlier
    row = _row(_checked(session, placed), follows=None, actor_id=actor_id, now=now)
    kept = db.add_once(session, row, same)
    if kept is row:
        details = {"level": row.level, "role": row.role, "holder": row.holder_kind}
        _log(session, "responsibility.placed", row, actor_id, now, **details)
    return kept


def change(
    session: Session, placement_id: int, placed: Placed, *, actor_id: int | None, now: datetime
) -> Placement:
    """Write down how a responsibility is from now on; how it was stays in its history."""
    old = _to_change(session, placement_id)
    placed = _checked(session, replace(placed, question=old.question, request_key=None))
    last_day = max(day_of(now), placed.since - A_DAY)
    _end(old, last_day, placed.agreed, actor_id=actor_id, now=now)
    row = _add(session, placed, follows=old, actor_id=actor_id, now=now)
    _log(session, "responsibility.changed", row, actor_id, now, before=old.id)
    return row


def end(
    session: Session,
    placement_id: int,
    *,
    last_day: date,
    why: str,
    actor_id: int | None,
    now: datetime,
) -> Placement:
    """End a responsibility, with its last day and the reason."""
    row = _to_change(session, placement_id)
    why = _required(why, Refusal("Write down why it ends, and where it goes."))
    if last_day < row.since:
        raise Refusal("It cannot end before it began.")
    _end(row, last_day, why, actor_id=actor_id, now=now)
    _log(session, "responsibility.ended", row, actor_id, now)
    return row


def hand_over(
    session: Session,
    placement_ids: Iterable[int],
    handing: HandingOver,
    *,
    actor_id: int | None,
    now: datetime,
) -> list[Placement]:
    """Give what somebody carries to another holder, with what they agreed; all or nothing.

    Where the one who leaves is the deputy, the new holder becomes the deputy.
    """
    ids = sorted(set(placement_ids))
    if not ids:
        raise Refusal("Choose at least one responsibility to hand over.")
    agreed = _required(handing.agreed, Refusal("Write down what you agreed."))
    holder = _checked_holder(session, handing.holder)
    if holder.person_id == handing.leaving_id:
        raise Refusal("Choose somebody else than who leaves.")
    handing = replace(handing, holder=holder, agreed=agreed)
    rows = [_to_change(session, one) for one in ids]
    return [_hand_one_over(session, row, handing, actor_id=actor_id, now=now) for row in rows]


def _hand_one_over(
    session: Session, old: Placement, handing: HandingOver, *, actor_id: int | None, now: datetime
) -> Placement:
    if handing.leaving_id not in {old.person_id, old.deputy_id}:
        raise Conflict("Somebody else changed this responsibility. Load the page again.")
    if handing.from_day < old.since:
        raise Refusal("It cannot be handed over before it began.")
    told = replace(_as_placed(old), agreed=handing.agreed)
    if old.deputy_id == handing.leaving_id:
        told = _with_deputy(told, handing.holder)
        if old.person_id is not None and old.person_id == handing.holder.person_id:
            raise Refusal(
                "“%(title)s”: who holds it cannot be their own deputy. Hand over the rest without "
                "it, or choose somebody else.",
                title=old.title,
            )
    if old.person_id == handing.leaving_id:
        told = replace(told, holder=handing.holder, since=handing.from_day)
    if told.holder.person_id is not None and told.holder.person_id == told.deputy_id:
        # Who stepped in takes it over: another deputy is to be found.
        told = replace(told, deputy_id=None)
    _end(old, handing.from_day - A_DAY, handing.agreed, actor_id=actor_id, now=now)
    row = _add(session, told, follows=old, actor_id=actor_id, now=now)
    _log(session, "responsibility.handed_over", row, actor_id, now, before=old.id)
    return row


def _with_deputy(told: Placed, holder: Holder) -> Placed:
    if holder.kind == "body":
        raise Refusal("A deputy is a person or a function. Choose somebody.")
    return replace(told, deputy_id=holder.person_id, deputy_function=holder.function)


def _as_placed(row: Placement) -> Placed:
    holder = Holder(
        kind=row.holder_kind, person_id=row.person_id, function=row.function, body_id=row.body_id
    )
    return Placed(
        title=row.title,
        level=row.level,
        role=row.role,
        question=row.question,
        holder=holder,
        since=row.since,
        until=row.until,
        deputy_id=row.deputy_id,
        deputy_function=row.deputy_function,
        mandate=row.mandate,
        decision=row.decision,
    )


def _to_change(session: Session, placement_id: int) -> Placement:
    row = get_placement(session, placement_id, to_change=True)
    if row.ended_at is not None:
        raise Conflict(
            "Somebody else changed this responsibility. Load the page again; yours is below."
        )
    return row


def _checked(session: Session, placed: Placed) -> Placed:
    placed = tidy_texts(placed, LONGEST_TEXT)
    question = BY_KEY.get(placed.question)
    if placed.question and question is None:
        raise Refusal("Choose one of the questions.")
    if question is not None:
        placed = replace(
            placed,
            level=question.level,
            role=question.role,
            title=placed.title or str(question.title),
        )
    if not placed.title or len(placed.title) > LONGEST_NAME:
        raise Refusal("Give it a name of at most %(most)s characters.", most=LONGEST_NAME)
    if placed.level not in LEVELS:
        raise Refusal("Choose one of the levels.")
    if placed.role not in ROLES:
        raise Refusal("Choose one of the roles.")
    if placed.until is not None and placed.until < placed.since:
        raise Refusal("The last day comes before the first.")
    if len(placed.decision) > LONGEST_REFERENCE:
        raise Refusal("Name the decision in at most %(most)s characters.", most=LONGEST_REFERENCE)
    return replace(_checked_deputy(session, placed), holder=_checked_holder(session, placed.holder))


def _checked_holder(session: Session, holder: Holder) -> Holder:
    holder = tidy_texts(holder, LONGEST_NAME)
    if holder.kind not in HOLDERS:
        raise Refusal("Choose who holds it.")
    if holder.kind == "person":
        return Holder(kind="person", person_id=_somebody_here(session, holder.person_id))
    if holder.kind == "body":
        # Held, so that nobody ends it at the same moment.
        body = session.get(Body, holder.body_id or 0, with_for_update=True)
        if body is None or body.ended_on is not None:
            raise Refusal("Choose a body that is at work.")
        return Holder(kind="body", body_id=body.id)
    if not holder.function:
        raise Refusal("Choose somebody, or write down a function.")
    return Holder(kind="function", function=holder.function)


def _checked_deputy(session: Session, placed: Placed) -> Placed:
    if placed.deputy_id is None:
        if len(placed.deputy_function) > LONGEST_NAME:
            raise Refusal("Name the deputy in at most %(most)s characters.", most=LONGEST_NAME)
        return placed
    deputy_id = _somebody_here(session, placed.deputy_id)
    if placed.holder.kind == "person" and placed.holder.person_id == deputy_id:
        raise Refusal("Somebody cannot step in for themselves. Choose another deputy.")
    return replace(placed, deputy_id=deputy_id, deputy_function="")


def _somebody_here(session: Session, person_id: int | None) -> int:
    person = session.get(Person, person_id or 0)
    if person is None or not person.is_active:
        raise Refusal("Choose somebody who works here.")
    return person.id


def _required(words: str, otherwise: Refusal) -> str:
    words = tidy_words(words, LONGEST_TEXT)
    if not words:
        raise otherwise
    return words


def _add(
    session: Session,
    placed: Placed,
    *,
    follows: Placement | None,
    actor_id: int | None,
    now: datetime,
) -> Placement:
    row = _row(placed, follows=follows, actor_id=actor_id, now=now)
    session.add(row)
    session.flush()
    return row


def _row(
    placed: Placed, *, follows: Placement | None, actor_id: int | None, now: datetime
) -> Placement:
    return Placement(
        question=placed.question,
        title=placed.title,
        level=placed.level,
        role=placed.role,
        holder_kind=placed.holder.kind,
        person_id=placed.holder.person_id,
        function=placed.holder.function,
        body_id=placed.holder.body_id,
        deputy_id=placed.deputy_id,
        deputy_function=placed.deputy_function,
        mandate=placed.mandate,
        decision=placed.decision,
        since=placed.since,
        until=placed.until,
        follows_id=follows.id if follows else None,
        agreed=placed.agreed,
        request_key=placed.request_key or None,
        placed_at=now,
        placed_by=actor_id,
        ended_why="",
    )


def _end(row: Placement, last_day: date, why: str, *, actor_id: int | None, now: datetime) -> None:
    row.ended_on, row.ended_why = last_day, why
    row.ended_at, row.ended_by = now, actor_id


def _log(
    session: Session,
    doing: str,
    row: Placement,
    actor_id: int | None,
    now: datetime,
    **details: object,
) -> None:
    subject = f"responsibility:{row.id}"
    audit.record(session, doing, subject, actor_id=actor_id, now=now, details=details)
