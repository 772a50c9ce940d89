"""Jobs: done once, tried again, never lost, never doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db, jobs
from waardewerk.audit import AuditEntry
from waardewerk.contract import Job
from waardewerk.jobs import LEASE, LONGEST_WAIT, TRIES, QueuedJob, Retry, Work, Worker
from waardewerk.testing import UnitOfWork

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MakeWorker = Callable[..., Worker]


def note(session: Session, payload: Mapping[str, Any]) -> None:
    """Leave a trace that can be counted."""
    audit.record(session, "job.ran", f"n:{payload.get('n', 0)}", actor_id=None, now=NOW)


@pytest.fixture
def worker_with(app: Flask) -> MakeWorker:
    """Give what makes a worker for one kind of job."""

    def make(run: Callable[[Session, Mapping[str, Any]], None] = note, **options: Any) -> Worker:
        owner = options.pop("owner", "core")
        work = Work(owner, Job(name="test.job", run=run, **options))
        return Worker(app.extensions[db.EXTENSION], {"test.job": work}, app.app_context)

    return make


def enqueue(unit_of_work: UnitOfWork, n: int = 0, unique_key: str | None = None) -> None:
    with unit_of_work() as session:
        jobs.enqueue(session, "test.job", {"n": n}, now=NOW, unique_key=unique_key)


def queue(unit_of_work: UnitOfWork) -> list[QueuedJob]:
    with unit_of_work() as session:
        return list(session.scalars(select(QueuedJob).order_by(QueuedJob.id)))


def ran(unit_of_work: UnitOfWork) -> list[str]:
    with unit_of_work() as session:
        return list(session.scalars(select(AuditEntry.subject).order_by(AuditEntry.id)))


def test_a_job_runs_once_and_leaves_no_row(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    enqueue(unit_of_work)
    worker = worker_with()
    assert worker.run_due(NOW) == 1
    assert worker.run_due(NOW) == 0
    assert ran(unit_of_work) == ["n:0"]
    assert queue(unit_of_work) == []


def test_jobs_run_in_the_order_in_which_they_came(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    for n in range(3):
        enqueue(unit_of_work, n)
    assert worker_with().run_due(NOW) == 3
    assert ran(unit_of_work) == ["n:0", "n:1", "n:2"]


def test_a_job_of_a_transaction_that_failed_never_was(abandon, unit_of_work: UnitOfWork) -> None:
    abandon(lambda session: jobs.enqueue(session, "test.job", {}, now=NOW))
    assert queue(unit_of_work) == []


def test_two_with_the_same_key_are_one(unit_of_work: UnitOfWork) -> None:
    for _ in range(3):
        enqueue(unit_of_work, unique_key="once")
    assert len(queue(unit_of_work)) == 1


def test_two_who_bring_the_same_key_at_one_moment_are_one_and_neither_fails(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work() as session:
            jobs.enqueue(session, "test.job", {}, now=NOW, unique_key="once")
            session.flush()
            other = pool.submit(enqueue, unit_of_work, unique_key="once")
            # As long as this transaction is open, the other one waits for it.
            assert not wait([other], timeout=0.3).done
        other.result(timeout=10)
    assert len(queue(unit_of_work)) == 1


def test_a_job_that_fails_takes_back_what_it_did_and_waits(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    def fail(session: Session, payload: Mapping[str, Any]) -> None:
        note(session, payload)
        raise ValueError("half way")

    enqueue(unit_of_work)
    assert worker_with(fail).run_due(NOW) == 1
    (job,) = queue(unit_of_work)
    assert ran(unit_of_work) == []
    assert job.last_fault == "ValueError: half way"
    assert job.leased_until is None
    assert job.run_at == NOW + timedelta(seconds=30)
    assert worker_with().run_due(NOW + timedelta(seconds=31)) == 1
    assert ran(unit_of_work) == ["n:0"]


def test_it_waits_longer_each_time_and_then_rests(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    def fail(_session: Session, _payload: Mapping[str, Any]) -> None:
        raise Retry("not now")

    enqueue(unit_of_work)
    worker, moment, waits = worker_with(fail), NOW, []
    while not queue(unit_of_work)[0].gave_up:
        assert worker.run_due(moment) == 1
        run_at = queue(unit_of_work)[0].run_at
        waits.append(run_at - moment)
        moment = run_at
    assert len(waits) == TRIES
    assert waits == sorted(waits)
    assert max(waits) == LONGEST_WAIT
    assert worker.run_due(moment + timedelta(days=30)) == 0


def test_one_that_fails_does_not_hold_up_the_next(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    def fail_the_first(session: Session, payload: Mapping[str, Any]) -> None:
        if payload["n"] == 0:
            raise ValueError
        note(session, payload)

    enqueue(unit_of_work, 0)
    enqueue(unit_of_work, 1)
    assert worker_with(fail_the_first).run_due(NOW) == 2
    assert ran(unit_of_work) == ["n:1"]


def test_a_worker_that_died_leaves_its_job_to_another(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    enqueue(unit_of_work)
    worker_with()._take(NOW)  # and then the process dies
    other = worker_with()
    assert other.run_due(NOW + LEASE - timedelta(seconds=1)) == 0
    assert other.run_due(NOW + LEASE + timedelta(seconds=1)) == 1
    assert ran(unit_of_work) == ["n:0"]


def test_many_workers_at_once_do_each_job_once(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    for n in range(12):
        enqueue(unit_of_work, n)
    workers = [worker_with() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda worker: worker.run_due(NOW), workers))
    assert sorted(ran(unit_of_work)) == sorted(f"n:{n}" for n in range(12))
    assert queue(unit_of_work) == []


def test_a_schedule_is_in_the_queue_once_and_comes_back(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    worker = worker_with(every=timedelta(days=1))
    worker.plan(NOW)
    worker_with(every=timedelta(days=1)).plan(NOW)
    assert worker.run_due(NOW) == 1
    assert worker.run_due(NOW + timedelta(hours=23)) == 0
    assert worker.run_due(NOW + timedelta(hours=25)) == 1
    assert len(queue(unit_of_work)) == 1


def test_a_schedule_that_fails_never_gives_up(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    def fail(_session: Session, _payload: Mapping[str, Any]) -> None:
        raise ValueError

    worker = worker_with(fail, every=timedelta(days=1))
    worker.plan(NOW)
    moment = NOW
    for _ in range(TRIES + 3):
        assert worker.run_due(moment) == 1
        moment += LONGEST_WAIT
    assert not queue(unit_of_work)[0].gave_up


def test_the_job_of_a_plugin_that_is_off_waits(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    enqueue(unit_of_work)
    assert worker_with(owner="sample").run_due(NOW) == 0
    assert len(queue(unit_of_work)) == 1


def test_a_job_of_a_plugin_that_was_removed_waits_too(app: Flask, unit_of_work: UnitOfWork) -> None:
    enqueue(unit_of_work)
    assert Worker(app.extensions[db.EXTENSION], {}).run_due(NOW) == 0
    assert len(queue(unit_of_work)) == 1


def test_a_job_knows_the_application(worker_with: MakeWorker, unit_of_work: UnitOfWork) -> None:
    seen = []
    enqueue(unit_of_work)
    worker_with(lambda _session, _payload: seen.append(current_app.name)).run_due(NOW)
    assert seen == ["waardewerk"]


def test_work_that_waits_for_another_machine_holds_nobody_up(
    worker_with: MakeWorker, unit_of_work: UnitOfWork
) -> None:
    def wait(_session: Session, _payload: Mapping[str, Any]) -> None:
        with unit_of_work() as other:  # on SQLite this would wait for our own lock
            note(other, {"n": 7})

    enqueue(unit_of_work)
    assert worker_with(wait, holds_lock=False).run_due(NOW) == 1
    assert ran(unit_of_work) == ["n:7"]
    assert queue(unit_of_work) == []


def test_the_loop_works_until_it_is_stopped_and_survives_a_fault(
    worker_with: MakeWorker, unit_of_work: UnitOfWork, caplog: pytest.LogCaptureFixture
) -> None:
    done = threading.Event()

    def run(session: Session, payload: Mapping[str, Any]) -> None:
        if payload["n"] == 0:
            raise ValueError("the first one fails")
        done.set()

    enqueue(unit_of_work, 0)
    enqueue(unit_of_work, 1)
    worker = worker_with(run)
    thread = threading.Thread(target=worker.run_forever)
    thread.start()
    assert done.wait(10)
    worker.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert "the first one fails" in caplog.text


def test_retention_runs_by_itself_and_erases_who_left_long_ago(
    app: Flask, a_person, unit_of_work: UnitOfWork
) -> None:
    from waardewerk.people.operations import accounts, leaving

    someone = a_person(name="Sam")
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with unit_of_work() as session:
        person = accounts.get_person(session, someone.id)
        leaving.deactivate(session, person, actor_id=None, now=long_ago)
    worker = jobs.worker_of(app)
    worker.plan(datetime.now(UTC))
    worker.run_due(datetime.now(UTC))
    with unit_of_work() as session:
        assert accounts.find_person(session, "sam@example.nl") is None
        erased = select(AuditEntry).where(AuditEntry.action == "retention.erased")
        assert session.scalars(erased).one().details == {"records": 1}
