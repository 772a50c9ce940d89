"""Leaves nothing in the files of the database that tells in which order people came.

A table knows no moments, but its file does: rows lie where there was room when they came, carry
the number of the transaction that wrote them, and stay behind when they are replaced. Once a round
is closed its rows are written anew, in one transaction and in the order of their keys, which are
keyed hashes. What was there before goes with the old file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, Update, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from waardewerk import db, jobs
from waardewerk.contract import Job
from waardewerk_participation.models import Code, CodeBatch, Participant, Round

JOB = "participation.leave_no_order"
#: How long a table may be waited for, in milliseconds: others wait behind this.
PATIENCE = 5000


def leave_no_order_later(session: Session, *, now: datetime) -> None:
    """Let the files be written anew after this transaction."""
    jobs.enqueue(session, JOB, {}, now=now, unique_key=JOB)


def job() -> Job:
    """Return the job that writes the files anew."""
    return Job(name=JOB, run=_run, holds_lock=False)


def _run(session: Session, _payload: Mapping[str, Any]) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    # What this session read must not be what keeps the old rows from going.
    session.rollback()
    try:
        leave_no_order(engine)
    except (OperationalError, sqlite3.OperationalError) as fault:
        raise jobs.Retry("the tables of rounds are in use") from fault


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
        for name in (Code.__tablename__, *(one.name for one in _tables_of_participants())):
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
    return [
        *(
            update(table).where(table.c.pid.in_(people)).values(pid=table.c.pid)
            for table in _tables_of_participants()
        ),
        update(Code).where(Code.batch_id.in_(letters)).values(state=Code.state),
    ]


def _wait_no_longer(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = {PATIENCE}"))
