"""The province adds to the library: a criterion of its own, or a file of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.notation.problems import DefinitionError, Problem
from waardewerk.refusal import Conflict, Refusal
from waardewerk.values.framework import key_in
from waardewerk_procurement.criteria import Criterion, unkept
from waardewerk_procurement.library import intake
from waardewerk_procurement.library.intake import MOST_OWN, Judged, Offer
from waardewerk_procurement.models import OwnCriterion
from waardewerk_procurement.queries import library


def add_criterion(
    session: Session, criterion: Criterion, *, actor_id: int | None, now: datetime
) -> OwnCriterion:
    """Add a criterion of the province; one that says exactly the same is not added twice."""
    items = library.whole_library(session)
    for item in items:
        if item.own and item.is_offered and _says_the_same(item.criterion, criterion):
            return item.own
    _refuse_when_full(items)
    named = _with_free_key(criterion, library.by_key(items))
    _refuse_unkept(named, items)
    return _store(session, named, actor_id=actor_id, now=now)


def _says_the_same(one: Criterion, other: Criterion) -> bool:
    return one.model_copy(update={"id": other.id}) == other


def _refuse_when_full(items: Iterable[library.Item]) -> None:
    if sum(1 for one in items if one.own and one.is_offered) >= MOST_OWN:
        raise Refusal(
            "The library holds %(most)s criteria of your own at most. Retire one first.",
            most=MOST_OWN,
        )


def _with_free_key(criterion: Criterion, known: dict[str, Criterion]) -> Criterion:
    """Number a key that is taken, so that every key names one criterion."""
    urn, number = criterion.id, 1
    while key_in(urn) in known:
        number += 1
        urn = f"{criterion.id}-{number}"
    return criterion.model_copy(update={"id": urn})


def _refuse_unkept(criterion: Criterion, items: Iterable[library.Item]) -> None:
    known = library.by_key(items)
    problems = [
        Problem(None, None, message, {"field": "kept_by", **arguments})
        for _place, message, arguments in unkept(criterion, known)
    ]
    if problems:
        raise DefinitionError(problems)


def _store(
    session: Session, criterion: Criterion, *, actor_id: int | None, now: datetime
) -> OwnCriterion:
    own = OwnCriterion(urn=criterion.id, revision=1)
    _write(own, criterion, actor_id=actor_id, now=now)
    same = select(OwnCriterion).where(OwnCriterion.urn == criterion.id)
    stored = db.add_once(session, own, same)
    if stored is not own:
        raise Conflict("Somebody else added a criterion with this name meanwhile.")
    _record(session, "criterion_added", own, actor_id=actor_id, now=now)
    return own


def _write(own: OwnCriterion, criterion: Criterion, *, actor_id: int | None, now: datetime) -> None:
    own.content = intake.write_one(criterion)
    own.sha256 = hashlib.sha256(own.content.encode()).hexdigest()
    own.changed_at, own.changed_by = now, actor_id


def _record(
    session: Session, action: str, own: OwnCriterion, *, actor_id: int | None, now: datetime
) -> None:
    audit.record(
        session,
        f"procurement.{action}",
        f"own_criterion:{own.id}",
        actor_id=actor_id,
        now=now,
        details={"revision": own.revision},
    )


def change_criterion(
    session: Session,
    own: OwnCriterion,
    criterion: Criterion,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change a criterion of the province; name and type stay, for others lean on them.

    ``revision`` is the one that the writer saw. What was taken into a dossier is a copy and stays.
    """
    _hold(session, own, revision)
    before = library.criterion_of(own)
    if (criterion.id, criterion.type) != (before.id, before.type):
        raise Refusal("The fixed name and the type of a criterion stay. Make a new one instead.")
    if criterion == before:
        return
    _refuse_unkept(criterion, library.whole_library(session))
    own.revision += 1
    _write(own, criterion, actor_id=actor_id, now=now)
    _record(session, "criterion_changed", own, actor_id=actor_id, now=now)


def _hold(session: Session, own: OwnCriterion, revision: int) -> None:
    db.hold(session, own)
    if own.revision != revision:
        raise Conflict("Somebody else changed this criterion meanwhile. Read it again.")


def retire_criterion(
    session: Session, own: OwnCriterion, *, revision: int, actor_id: int | None, now: datetime
) -> None:
    """Offer a criterion no longer; what was taken from it stays."""
    _hold(session, own, revision)
    if own.retired_at is not None:
        return
    own.retired_at = now
    own.revision += 1
    own.changed_at, own.changed_by = now, actor_id
    _record(session, "criterion_retired", own, actor_id=actor_id, now=now)


def offer_again(
    session: Session, own: OwnCriterion, *, revision: int, actor_id: int | None, now: datetime
) -> None:
    """Offer a criterion that was retired again."""
    _hold(session, own, revision)
    if own.retired_at is None:
        return
    _refuse_when_full(library.whole_library(session))
    own.retired_at = None
    own.revision += 1
    own.changed_at, own.changed_by = now, actor_id
    _record(session, "criterion_offered_again", own, actor_id=actor_id, now=now)


def judge_offers(session: Session, offers: Iterable[Offer], *, owner: str) -> tuple[Judged, ...]:
    """Say of each thing in a file what becomes of it in the library as it is now."""
    items = library.whole_library(session)
    room = MOST_OWN - sum(1 for one in items if one.own and one.is_offered)
    return intake.judge(offers, library.by_key(items), owner=owner, room=room)


def take_in(
    session: Session,
    offers: Iterable[Offer],
    *,
    owner: str,
    actor_id: int | None,
    now: datetime,
) -> tuple[Judged, ...]:
    """Add what is new in a file and can be used; nothing that is there is overwritten."""
    judged = judge_offers(session, offers, owner=owner)
    taken = intake.taken_from(judged)
    for criterion in taken:
        _store(session, criterion, actor_id=actor_id, now=now)
    if taken:
        audit.record(
            session,
            "procurement.criteria_taken_in",
            "library:own",
            actor_id=actor_id,
            now=now,
            details={"taken": len(taken)},
        )
    return judged
