"""The daily job that reminds who has not handed in, some days before a scan closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from waardewerk import settings
from waardewerk.config import Config
from waardewerk.contract import Job
from waardewerk_maturity import choices, queries
from waardewerk_maturity.letters import Sender
from waardewerk_maturity.operations import inviting

JOB = "maturity.remind"


def run(session: Session, _payload: Mapping[str, Any]) -> None:
    """Remind people of every scan that closes soon."""
    days = choices.reminder_days()
    if not days:
        return
    config: Config = current_app.extensions["waardewerk.config"]
    sender = Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        secret=str(current_app.secret_key),
        language=config.languages[0],
    )
    now = datetime.now(UTC)
    for scan in queries.scans(session):
        inviting.remind_before_closing(session, scan, days=days, sender=sender, now=now)


def job() -> Job:
    """Return the job, once a day."""
    return Job(name=JOB, run=run, every=timedelta(days=1))
