"""The job that counts rounds while people vote, when something changed.

It reads and calculates without a lock, and takes one only to keep what it found. There is one such
job over all workers, so a round is never counted twice at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.contract import Job
from waardewerk_participation.models import Round
from waardewerk_participation.operations import counting
from waardewerk_participation.queries.counting import rounds_to_count
from waardewerk_participation.queries.votes import turnout

log = logging.getLogger(__name__)

JOB = "participation.count"
#: With the seconds that counting takes, what is kept is at most a minute old up to 100,000 votes.
EVERY = timedelta(seconds=45)


def run(session: Session, _payload: Mapping[str, Any]) -> None:
    """Count every round in which something changed, and publish what has come to its step."""
    faults = []
    for slug, found in [(found.slug, found) for found in rounds_to_count(session)]:
        try:
            count_if_changed(session, found)
        except Exception as fault:  # one round that cannot be counted keeps no other waiting
            log.exception("round %s was not counted", slug)
            session.rollback()
            faults.append(fault)
    if faults:
        raise ExceptionGroup("not every round was counted", faults)


def count_if_changed(session: Session, found: Round) -> None:
    """Count one round when there is something new, with a reading session."""
    if counting.stands(session, found):
        return
    known = turnout(session, found)
    if not counting.is_new(session, found, known):
        _publish_if_due(session, found)
        return
    count = counting.count_own(session, found, known)
    with db.current().transaction() as writing:
        kept = counting.keep_count(writing, found, count, now=datetime.now(UTC))
    if kept is None:
        log.info("round %s was counted or moved on meanwhile", found.slug)


def _publish_if_due(session: Session, found: Round) -> None:
    """Look first: nobody waits for the database while there is nothing to write."""
    if not counting.is_step_due(session, found, now=datetime.now(UTC)):
        return
    with db.current().transaction() as writing:
        counting.publish_if_due(writing, found, now=datetime.now(UTC))


def job() -> Job:
    """Return the job."""
    return Job(name=JOB, run=run, every=EVERY, holds_lock=False)
