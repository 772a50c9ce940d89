"""Agree on wanted levels, and plan what is built up and what is built down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.people import queries as people
from waardewerk.questionnaires import queries as inquiries
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.operations.agreeing import ladder_of
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.wording import tidy_texts
from waardewerk_maturity.models import DIRECTIONS, STATES, Action, Ambition, Scan
from waardewerk_maturity.operations import outcomes
from waardewerk_maturity.scoring import MEASURE

LONGEST_TEXT = 4000
LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class WantedLevel:
    """What people agree to want on one theme, and what it takes."""

    theme: str
    level: int
    reason: str
    by_date: date
    owner: str
    first_step: str
    intended_result: str
    present: str
    dissent: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedAction:
    """Something to do, with what it must lead to and how people see that it does."""

    theme: str
    direction: str
    title: str
    owner: str
    due_on: date
    intended_result: str
    indicator: str
    hindrance: str = ""
    request_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class ActionChange:
    """How an action goes on; ``revision`` is that of the action as it was read."""

    state: str
    owner: str
    due_on: date
    note: str
    revision: int


def record_ambition(
    session: Session, scan: Scan, wanted: WantedLevel, *, actor_id: int | None, now: datetime
) -> Ambition:
    """Add the level that people want; what they wanted before stays as its history."""
    _require_result(scan)
    wanted = tidy_texts(wanted, LONGEST_TEXT)
    _check_wanted(session, scan, wanted, day_of(now))
    newest = _newest_ambition(session, scan, wanted.theme)
    if newest is not None and _says_the_same(newest, wanted):
        return newest
    ambition = Ambition(
        scan_id=scan.id,
        theme=wanted.theme,
        level=wanted.level,
        reason=wanted.reason,
        by_date=wanted.by_date,
        owner=wanted.owner,
        owner_id=_account_called(session, wanted.owner),
        first_step=wanted.first_step,
        intended_result=wanted.intended_result,
        present=wanted.present,
        dissent=wanted.dissent,
        recorded_at=now,
        recorded_by=actor_id,
    )
    session.add(ambition)
    session.flush()
    _log(session, "scan.wanted", scan, actor_id, now, theme=wanted.theme, level=wanted.level)
    outcomes.announce_ambition(session, scan, ambition)
    return ambition


def _newest_ambition(session: Session, scan: Scan, theme: str) -> Ambition | None:
    query = select(Ambition).where(Ambition.scan_id == scan.id, Ambition.theme == theme)
    return session.scalar(query.order_by(Ambition.id.desc()).limit(1))


def _says_the_same(stored: Ambition, wanted: WantedLevel) -> bool:
    """A form that is sent twice says the same twice."""
    texts = ("reason", "owner", "first_step", "intended_result", "present", "dissent")
    return (stored.level, stored.by_date) == (wanted.level, wanted.by_date) and all(
        getattr(stored, name) == getattr(wanted, name) for name in texts
    )


def _check_wanted(session: Session, scan: Scan, wanted: WantedLevel, today: date) -> None:
    definition = registry.definition_of(scan.inquiry.version)
    lenses, steps = ladder_of(definition, wanted.theme)
    if wanted.theme not in {section.id for section in definition.sections}:
        raise NotFound("This theme is not in the scan.")
    if wanted.level not in steps:
        raise Refusal("Choose a level.")
    agreed = inquiries.agreements_of(session, scan.inquiry, scan.inquiry.subjects[0])
    found = agreed.get((wanted.theme, MEASURE if MEASURE in lenses else ""))
    now_level = found.value if found is not None else None
    if now_level is not None and wanted.level < now_level:
        raise Refusal(
            "You agreed that you are at level %(now)s. Want at least that.", now=now_level
        )
    _require_words(wanted.reason, Refusal("Write down why you want this level."))
    _require_words(wanted.first_step, Refusal("Write down the first step."))
    _require_words(wanted.intended_result, Refusal("Write down what people will notice of it."))
    _require_words(wanted.present, Refusal("Write down who was there."))
    _require_owner(wanted.owner)
    if wanted.by_date <= today:
        raise Refusal("The day must lie ahead.")


def plan_action(
    session: Session, scan: Scan, planned: PlannedAction, *, actor_id: int | None, now: datetime
) -> Action:
    """Plan an action; returns the first one when a form is sent twice."""
    same = select(Action).where(Action.request_key == planned.request_key)
    earlier = session.scalar(same) if planned.request_key else None
    if earlier is not None and earlier.scan_id == scan.id:
        return earlier
    _require_result(scan)
    planned = tidy_texts(planned, LONGEST_TEXT)
    _check_action(scan, planned, day_of(now))
    action = Action(
        scan=scan,
        theme=planned.theme,
        direction=planned.direction,
        title=planned.title,
        hindrance=planned.hindrance,
        owner=planned.owner,
        owner_id=_account_called(session, planned.owner),
        due_on=planned.due_on,
        intended_result=planned.intended_result,
        indicator=planned.indicator,
        state="open",
        note="",
        revision=1,
        request_key=None if earlier else planned.request_key or None,
        planned_at=now,
        planned_by=actor_id,
        changed_at=now,
    )
    kept = db.add_once(session, action, same)
    if kept is action:
        _log(session, "scan.action", scan, actor_id, now, action=action.id, theme=action.theme)
        outcomes.announce_action(session, action)
    return kept


def _check_action(scan: Scan, planned: PlannedAction, today: date) -> None:
    definition = registry.definition_of(scan.inquiry.version)
    if planned.theme not in {section.id for section in definition.sections}:
        raise NotFound("This theme is not in the scan.")
    if planned.direction not in DIRECTIONS:
        raise Refusal("Choose whether you build something up or down.")
    if planned.direction == "build_down":
        _require_words(planned.hindrance, Refusal("Write down what hinders."))
    if not planned.title or len(planned.title) > LONGEST_NAME:
        raise Refusal("Give the action a name of at most %(most)s characters.", most=LONGEST_NAME)
    _require_words(planned.intended_result, Refusal("Write down what it must lead to."))
    _require_words(planned.indicator, Refusal("Write down how you see that it works."))
    _require_owner(planned.owner)
    if planned.due_on < today:
        raise Refusal("The day must lie ahead.")


def change_action(
    session: Session, action: Action, change: ActionChange, *, actor_id: int | None, now: datetime
) -> Action:
    """Write down how an action goes; one that changed meanwhile is not overwritten."""
    change = tidy_texts(change, LONGEST_TEXT)
    asked = (change.state, change.owner, change.due_on, change.note)
    if (action.state, action.owner, action.due_on, action.note) == asked:
        return action
    if action.revision != change.revision:
        raise Conflict("Somebody else changed this action. Load the page again; yours is below.")
    if change.state not in STATES:
        raise Refusal("Choose how far it is.")
    if change.state != "open":
        _require_words(change.note, Refusal("Write down what came of it."))
    _require_owner(change.owner)
    if change.owner != action.owner:
        action.owner_id = _account_called(session, change.owner)
    action.state, action.owner, action.due_on, action.note = asked
    action.revision += 1
    action.changed_at = now
    session.flush()
    _log(
        session,
        "scan.action_changed",
        action.scan,
        actor_id,
        now,
        action=action.id,
        to=change.state,
    )
    return action


def get_action(session: Session, action_id: int) -> Action:
    """Find an action by number."""
    action = session.get(Action, action_id)
    if action is None:
        raise NotFound("This action does not exist.")
    return action


def _require_result(scan: Scan) -> None:
    if scan.inquiry.phase not in {"conversation", "agreed"}:
        raise NotNow("First people answer and see the spread. Then they talk about what they want.")


def _require_words(text: str, otherwise: Refusal) -> None:
    if not text:
        raise otherwise


def _require_owner(owner: str) -> None:
    if not owner or len(owner) > LONGEST_NAME:
        raise Refusal("Write down who sees to it: a name or a function.")


def _account_called(session: Session, owner: str) -> int | None:
    """Find the one account with this name or address, so that its dashboard shows the work."""
    wanted = owner.casefold()
    found = [
        account.id
        for account in people.accounts(session)
        if account.state != "left" and wanted in {account.name.casefold(), account.email}
    ]
    return found[0] if len(found) == 1 else None


def _log(
    session: Session,
    doing: str,
    scan: Scan,
    actor_id: int | None,
    now: datetime,
    **details: object,
) -> None:
    audit.record(session, doing, f"scan:{scan.id}", actor_id=actor_id, now=now, details=details)
