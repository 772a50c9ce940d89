"""Say which values a statement touches: its author suggests, a moderator confirms."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, Refusal
from waardewerk.values.queries import framework_in_force
from waardewerk_participation.models import Round, Statement, StatementValue
from waardewerk_participation.operations.trail import check_not_closed, log

MOST_VALUES = 3


def values_to_choose(session: Session, today: date, language: str) -> dict[str, str]:
    """Return the values that the province stands for on a day: key and name."""
    framework = framework_in_force(session, today)
    if framework is None:
        return {}
    return {value.key: value.name.for_language(language) for value in framework.values}


def check_values(session: Session, keys: Collection[str], today: date) -> frozenset[str]:
    """Return values that can be tagged with; refuse what the province does not stand for."""
    chosen = frozenset(keys)
    if chosen - values_to_choose(session, today, "nl").keys():
        raise Refusal("Choose values from the value framework.")
    if len(chosen) > MOST_VALUES:
        raise Refusal("Choose at most %(most)s values.", most=MOST_VALUES)
    return chosen


def confirm_values(
    session: Session,
    found: Round,
    statement: Statement,
    keys: Collection[str],
    *,
    seen: Collection[str],
    today: date,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Confirm the values that a statement touches; suggestions that are not among them go.

    ``seen`` are the confirmed values as the moderator saw them. A value that has left the
    framework may stay, and cannot be chosen anew.
    """
    db.hold(session, found)
    check_not_closed(found)
    db.hold(session, statement)
    session.refresh(statement, ["values"])
    confirmed = frozenset(one.value for one in statement.values if one.is_confirmed)
    if confirmed != frozenset(seen):
        raise Conflict("Somebody else changed the values meanwhile. Look at them again.")
    chosen = check_values(session, frozenset(keys) - confirmed, today) | (
        frozenset(keys) & confirmed
    )
    if len(chosen) > MOST_VALUES:
        raise Refusal("Choose at most %(most)s values.", most=MOST_VALUES)
    statement.values = [
        StatementValue(statement_id=statement.id, value=key, is_confirmed=True)
        for key in sorted(chosen)
    ]
    details = {"statement": statement.number, "values": sorted(chosen)}
    log(session, "round.statement_values", found, actor_id, now, details)
