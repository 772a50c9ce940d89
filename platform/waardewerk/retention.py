"""Keeps personal data no longer than needed, hands it over when asked, and erases it.

Rules of plugins that are off count too: data that exists must still expire.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from waardewerk import audit, throttle
from waardewerk.contract import Job, RetentionRule
from waardewerk.people.operations import sign_ins

log = logging.getLogger(__name__)

EXTENSION = "waardewerk.retention"
JOB = "core.retention"


def rules_of(app: Flask) -> list[tuple[str, RetentionRule]]:
    """Return every rule with the plugin that brought it."""
    rules: list[tuple[str, RetentionRule]] = app.extensions[EXTENSION]
    return rules


def expire(session: Session, rules: Iterable[tuple[str, RetentionRule]], now: datetime) -> int:
    """Erase everything that is past its time; return how many records."""
    count = sign_ins.forget_old_ways_in(session, now) + throttle.forget_old(session, now)
    for owner, rule in rules:
        erased = _expire_one(session, owner, rule)
        if erased:
            audit.record(
                session,
                "retention.erased",
                f"retention:{owner}.{rule.name}",
                actor_id=None,
                now=now,
                details={"records": erased},
            )
        count += erased
    return count


def _expire_one(session: Session, owner: str, rule: RetentionRule) -> int:
    try:
        with session.begin_nested():
            return rule.expire(session, rule.keep)
    except Exception:
        # One broken rule must not keep the data of all the others.
        log.exception("the retention rule %s.%s failed", owner, rule.name)
        return 0


def hand_over(
    session: Session, rules: Iterable[tuple[str, RetentionRule]], email: str
) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept about one person, by rule."""
    return {f"{owner}.{rule.name}": rule.export(session, email) for owner, rule in rules}


def erase(session: Session, rules: Iterable[tuple[str, RetentionRule]], email: str) -> int:
    """Erase all that is kept about one person; return how many records."""
    return sum(rule.erase(session, email) for _owner, rule in rules)


def job(rules: list[tuple[str, RetentionRule]]) -> Job:
    """Make the daily job that lets data expire."""

    def run(session: Session, _payload: Mapping[str, Any]) -> None:
        expire(session, rules, datetime.now(UTC))

    return Job(name=JOB, run=run, every=timedelta(days=1))


def init_app(app: Flask, rules: Iterable[tuple[str, RetentionRule]]) -> None:
    """Remember the rules of the core and of every installed plugin."""
    app.extensions[EXTENSION] = list(rules)
