"""Leaves nothing in the files of the database that tells in which order people came.

A table knows no moments, but its file does: rows lie where there was room when they came, carry
the number of the transaction that wrote them, and stay behind when they are replaced. Once a round
is closed its rows are written anew, in one transaction and in the order of their keys, which are
keyed hashes. What was there before goes with the old file. That stops everybody who writes for a
while, so when people vote in another round it waits for the night.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, Update, exists, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from waardewerk import db, jobs
from waardewerk.contract import Job
from waardewerk.i18n import ZONE
from waardewerk_participation.models import Code, CodeBatch, Follower, Participant, Round
from waardewerk_participation.models.rounds import VOTING

JOB = "participation.leave_no_order"
#: How long a table may be waited for, in milliseconds: others wait behind this.
PATIENCE = 5000
#: Hours here in which hardly anybody votes.
NIGHT = range(2, 5)


def leave_no_order_later(session: Session, found: Round, *, now: datetime) -> None:
    """Let the files be written anew after this transaction.

    Each round asks for itself: a job that runs at this moment may not see its rows yet.
    """
    jobs.enqueue(session, JOB, {"round": found.id}, now=now, unique_key=f"{JOB}:{found.id}")


def job() -> Job:
    """Return the job that writes the files anew."""
    return Job(name=JOB, run=_run, holds_lock=False)


def _run(session: Session, payload: Mapping[str, Any]) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    if waits_for_night(session, now := datetime.now(UTC)):
        put_off(payload["round"], now)
        return
    # What this session read must not be what keeps the old rows from going.
    session.rollback()
    try:
        leave_no_order(engine)
    except (OperationalError, sqlite3.OperationalError) as fault:
        raise jobs.Retry("the tables of rounds are in use") from fault


def waits_for_night(session: Session, now: datetime) -> bool:
    """Tell whether people vote who would have to wait."""
    if now.astimezone(ZONE).hour in NIGHT:
        return False
    return bool(session.scalar(select(exists().where(Round.phase.in_(VOTING)))))


def put_off(round_id: int, now: datetime) -> None:
    """Let the files be written anew when the next night begins.

    It is no fault, and trying again and again would miss the night and then give up.
    """
    night = next_night(now)
    with db.current().transaction() as session:
        key = f"{JOB}:{round_id}:{night.date()}"
        jobs.enqueue(session, JOB, {"round": round_id}, now=night, unique_key=key)


def next_night(now: datetime) -> datetime:
    """Return when the next night begins."""
    here = now.astimezone(ZONE)
    day = here.date() + timedelta(days=here.hour >= NIGHT.start)
    return datetime.combine(day, time(NIGHT.start), ZONE).astimezone(UTC)


def leave_no_order(engine: Engine) -> None:
    """Write the files anew in which somebody's coming could be seen."""
    if engine.dialect.name == "sqlite":
        _rewrite_sqlite(engine)
    else:
        _rewrite_postgresql(engine)


def _rewrite_sqlite(engine: Engine) -> None:
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        # The whole file without its free pages; then the log, where old pages still stand.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()


def _rewrite_postgresql(engine: Engine) -> None:
    with engine.begin() as connection:
        _wait_no_longer(connection)
        for again in _again():
            connection.execute(again)
    # A row that is written again leaves its old self behind: that goes with the old file.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_no_longer(connection)
        known = (Code.__tablename__, Follower.__tablename__)
        for name in (*known, *(one.name for one in _tables_of_participants())):
            connection.execute(text(f"CLUSTER {name} USING pk_{name}"))
        connection.execute(text("RESET lock_timeout"))


def _tables_of_participants() -> list[Table]:
    """Return every table of this plugin in which a participant stands."""
    own = db.tables_of("participation", frozenset({"participation"}))
    return [table for table in own if "pid" in table.columns]


def _again() -> list[Update]:
    """Write every row of closed rounds again, as it is: one transaction wrote them all."""
    ended = select(Round.id).where(Round.phase == "closed")
    people = select(Participant.pid).where(Participant.round_id.in_(ended))
    letters = select(CodeBatch.id).where(CodeBatch.round_id.in_(ended))
    slugs = select(Round.slug).where(Round.phase == "closed")
    return [
        *(
            update(table).where(table.c.pid.in_(people)).values(pid=table.c.pid)
            for table in _tables_of_participants()
        ),
        update(Code).where(Code.batch_id.in_(letters)).values(state=Code.state),
        update(Follower).where(Follower.round_slug.in_(slugs)).values(language=Follower.language),
    ]


def _wait_no_longer(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = {PATIENCE}"))
