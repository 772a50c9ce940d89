"""Who writes to those that follow a round, and the job that mails them the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from waardewerk import jobs, settings
from waardewerk.config import Config
from waardewerk.contract import Job
from waardewerk_participation import keeping
from waardewerk_participation.models import Round
from waardewerk_participation.notices import Sender
from waardewerk_participation.operations import following


def sender() -> Sender:
    """Return who writes: the province, at its own address."""
    config: Config = current_app.extensions["waardewerk.config"]
    return Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        secret=str(current_app.secret_key),
        days=keeping.follower_days(),
    )


def job() -> Job:
    """Return the job; a round puts it in the queue when it is closed."""
    return Job(name=following.JOB, run=_run)


def _run(session: Session, payload: Mapping[str, Any]) -> None:
    found = session.get(Round, payload["round"])
    if found is None:
        return
    now = datetime.now(UTC)
    if following.tell(session, found, sender(), now=now) == following.AT_ONCE:
        # Others get a turn before the next ones are written to.
        jobs.enqueue(session, following.JOB, payload, now=now)
