"""Work outside the request: enqueued in the caller's transaction, done once, tried again.

A job's effect and the mark that it is done commit together. A worker that dies leaves its lease
to expire, and another takes the job up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Index, String, Text, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from waardewerk import contract, installation
from waardewerk.db import Base, Database, UtcDateTime, add_once

log = logging.getLogger(__name__)

EXTENSION = "waardewerk.jobs"
LEASE = timedelta(minutes=5)
#: After this many tries a job rests and is shown on the health page; almost three days, so that
#: mail survives a weekend without a server.
TRIES = 20
LONGEST_WAIT = timedelta(hours=6)
#: How long an idle worker sleeps, in seconds.
NAP = 1.0


class QueuedJob(Base):
    """One piece of work that waits, runs, or gave up. Done work leaves no row."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "gave_up", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    payload: Mapped[dict[str, Any]]
    #: Two jobs with the same key are one; schedules use their job's name.
    unique_key: Mapped[str | None] = mapped_column(String(128), unique=True)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    gave_up: Mapped[bool] = mapped_column(default=False)
    last_fault: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Work:
    """A job that may run, and the plugin (or ``core``) that brought it."""

    owner: str
    job: contract.Job


class Retry(Exception):
    """Raised by a job that could not finish now and wants another try."""


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    unique_key: str | None = None,
) -> None:
    """Put work in the queue; it exists only if the caller's transaction commits."""
    job = QueuedJob(name=name, payload=dict(payload), run_at=now, unique_key=unique_key)
    if unique_key is None:
        session.add(job)
        return
    same = select(QueuedJob).where(QueuedJob.unique_key == unique_key)
    if session.scalar(same) is None:
        add_once(session, job, same)


def waiting(session: Session, name: str | None = None) -> int:
    """Count the jobs that still have to run."""
    query = select(func.count(QueuedJob.id)).where(~QueuedJob.gave_up)
    if name is not None:
        query = query.where(QueuedJob.name == name)
    return session.scalar(query) or 0


def troubled(session: Session) -> list[QueuedJob]:
    """Return the jobs that failed at least once, for the health page."""
    query = select(QueuedJob).where(QueuedJob.last_fault.is_not(None))
    return list(session.scalars(query.order_by(QueuedJob.run_at).limit(100)))


class Worker:
    """Takes due jobs, one at a time."""

    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work],
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._database = database
        self._works = works
        self._context = context
        self._stop = threading.Event()

    def plan(self, now: datetime) -> None:
        """Put every scheduled job in the queue, once over all workers."""
        with self._database.transaction() as session:
            for name, work in self._works.items():
                if work.job.every is not None:
                    enqueue(session, name, {}, now=now, unique_key=name)

    def run_due(self, now: datetime) -> int:
        """Run everything that is due; return how many jobs were tried."""
        count = 0
        while not self._stop.is_set() and (job := self._take(now)) is not None:
            self._run(job, now)
            count += 1
        return count

    def run_forever(self) -> None:
        """Work until ``stop`` is called."""
        planned = False
        while not self._stop.is_set():
            try:
                if not planned:
                    self.plan(datetime.now(UTC))
                    planned = True
                self.run_due(datetime.now(UTC))
            except Exception:
                log.exception("the job worker met a fault and goes on")
            self._stop.wait(NAP)

    def stop(self) -> None:
        """End the loop after the job at hand."""
        self._stop.set()

    def _take(self, now: datetime) -> int | None:
        # Looking first keeps an idle worker from taking the write lock every second.
        with self._database.reading() as session:
            if session.scalar(self._due(session, now).limit(1)) is None:
                return None
        with self._database.transaction() as session:
            due = self._due(session, now).limit(1).with_for_update(skip_locked=True)
            job = session.get(QueuedJob, session.scalar(due) or 0)
            if job is None:
                return None
            job.leased_until = now + LEASE
            job.tries += 1
            return job.id

    def _due(self, session: Session, now: datetime) -> Any:
        enabled = installation.read_snapshot(session).enabled | {"core"}
        runnable = [name for name, work in self._works.items() if work.owner in enabled]
        free = or_(QueuedJob.leased_until.is_(None), QueuedJob.leased_until < now)
        return (
            select(QueuedJob.id)
            .where(~QueuedJob.gave_up, QueuedJob.run_at <= now, free, QueuedJob.name.in_(runnable))
            .order_by(QueuedJob.run_at, QueuedJob.id)
        )

    def _run(self, job_id: int, now: datetime) -> None:
        try:
            with self._database.reading() as session:
                row = session.get_one(QueuedJob, job_id)
            # A fresh context per job: what one job looked up is not the next one's.
            with self._context():
                self._run_and_finish(row, now)
        except Exception as fault:
            log.warning("job %s failed: %s", job_id, fault, exc_info=not isinstance(fault, Retry))
            self._postpone(job_id, now, fault)

    def _run_and_finish(self, row: QueuedJob, now: datetime) -> None:
        job = self._works[row.name].job
        if not job.holds_lock:
            self._run_without_lock(job, row.payload)
        with self._database.transaction() as session:
            if job.holds_lock:
                job.run(session, row.payload)
            self._finish(session, session.get_one(QueuedJob, row.id), job, now)

    def _run_without_lock(self, job: contract.Job, payload: Mapping[str, Any]) -> None:
        with self._database.reading() as session:
            job.run(session, payload)

    @staticmethod
    def _finish(session: Session, row: QueuedJob, job: contract.Job, now: datetime) -> None:
        if job.every is None:
            session.execute(delete(QueuedJob).where(QueuedJob.id == row.id))
            return
        row.run_at, row.leased_until = now + job.every, None
        row.tries, row.last_fault = 0, None

    def _postpone(self, job_id: int, now: datetime, fault: Exception) -> None:
        with self._database.transaction() as session:
            row = session.get(QueuedJob, job_id)
            if row is None:
                return
            scheduled = self._works[row.name].job.every is not None
            row.last_fault = f"{type(fault).__name__}: {fault}"[:500]
            row.run_at = now + min(timedelta(seconds=15 * 2**row.tries), LONGEST_WAIT)
            row.leased_until = None
            row.gave_up = row.tries >= TRIES and not scheduled


def worker_of(app: Flask) -> Worker:
    """Make a worker for an application."""
    from waardewerk import db

    database: Database = app.extensions[db.EXTENSION]
    return Worker(database, app.extensions[EXTENSION], app.app_context)
