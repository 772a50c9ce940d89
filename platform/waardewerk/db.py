"""The database: one engine per application, one unit of work per request, one writer at a time.

A request reads in a short deferred transaction. The moment it writes it asks for ``write()``:
what it read before is thrown away and read again under the lock, so no decision rests on a
stale row. There is one ``write()`` per request; a second would be a second transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_request_context
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Delete,
    Dialect,
    Engine,
    MetaData,
    Select,
    Table,
    TypeDecorator,
    Update,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from sqlalchemy.types import TypeEngine

from waardewerk.refusal import Conflict, marked

#: How long a writer waits for another, in seconds.
BUSY_TIMEOUT = 15
EXTENSION = "waardewerk.database"
REMOVED = marked("Somebody else removed this meanwhile.")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and always aware; SQLite would otherwise drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone: use datetime.now(UTC)")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _json() -> TypeEngine[Any]:
    """Return the type of a JSON column; ``None`` is nothing there, not the JSON word null."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """The declarative base of the core and of every plugin."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime,
        dict[str, Any]: _json(),
        list[dict[str, Any]]: _json(),
        list[str]: _json(),
    }


Row = TypeVar("Row", bound=Base)


class Database:
    """An engine and the sessions made from it."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._line = Lock()

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def session(self) -> Session:
        """The request's unit of work; made when first asked for, closed when the request ends."""
        session: Session | None = g.get("db_session")
        if session is None:
            session = g.db_session = self._sessions()
        return session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open the request's one write transaction; it commits at the end of the block."""
        if g.get("db_written"):
            raise RuntimeError("one write transaction per request: move both writes into one")
        g.db_written = True
        session = self.session
        session.rollback()
        yield from self._transaction(session)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a write transaction outside a request: command line, job, test."""
        if has_request_context():
            raise RuntimeError("inside a request use write()")
        with self._sessions() as session:
            yield from self._transaction(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads, outside a request."""
        with self._sessions() as session:
            yield session

    def _transaction(self, session: Session) -> Iterator[Session]:
        with self._turn_to_write():
            session.connection(execution_options={"begin_mode": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except (ObjectDeletedError, StaleDataError) as fault:
                # It was read, and was gone once the lock was there.
                session.rollback()
                raise Conflict(REMOVED) from fault
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Let the threads of this process wait in line; SQLite lets them sleep and try again."""
        # Who waited too long goes on to SQLite, which refuses in its own words.
        has_turn = self.is_sqlite and self._line.acquire(timeout=BUSY_TIMEOUT)
        try:
            yield
        finally:
            if has_turn:
                self._line.release()

    def dispose(self) -> None:
        """Close all connections, before a fork or at the end."""
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=16, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        _make_file(Path(parsed.database))
    engine = create_engine(
        parsed,
        pool_size=16,
        max_overflow=48,
        # What people typed is in no fault that is logged.
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(path: Path) -> None:
    # It holds personal data: nobody else on this machine needs to read it.
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as fault:
        raise OSError(
            f"cannot write in {path.parent} ({fault.strerror}): "
            "choose another folder with WAARDEWERK_VAR"
        ) from fault


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # pysqlite would open transactions late and commit DDL by itself; we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a save that was acknowledged survives a power cut, not only a crash of the process.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is erased is written over; else it stays in the file until something takes its place.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another one wrote.
    mode = connection.get_execution_options().get("begin_mode", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def hold(session: Session, row: Base) -> None:
    """Read a row again, and let who wants to change it too wait until this transaction ends.

    Who waited finds what the other one wrote, or a `Conflict` when the row was removed.
    """
    # Reading again forgets what was set and not written yet, such as a password just chosen.
    session.flush()
    try:
        session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    except InvalidRequestError as fault:
        raise Conflict(REMOVED) from fault


def add_once(session: Session, row: Row, same: Select[Row]) -> Row:
    """Add a row, or return the ``same`` one: a form can be sent twice at one moment."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        earlier = session.scalar(same)
        if earlier is None:
            raise
        return earlier
    return row


def changed(session: Session, statement: Update | Delete) -> int:
    """Run an update or a delete, and return how many rows it touched."""
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def tables_of(owner: str, others: frozenset[str]) -> list[Table]:
    """Return the mapped tables that belong to ``owner`` (``core`` or a plugin's name)."""
    return [t for t in Base.metadata.sorted_tables if owner_of(t.name, others) == owner]


def owner_of(table: str, plugins: frozenset[str]) -> str:
    """Tell who owns a table: the plugin whose name it starts with, otherwise the core."""
    return next((p for p in plugins if table.startswith(f"{p}_")), "core")


def current() -> Database:
    """Return the running application's database."""
    database: Database = current_app.extensions[EXTENSION]
    return database


def session() -> Session:
    """Return the request's unit of work, for reading."""
    return current().session


def write() -> AbstractContextManager[Session]:
    """Open the request's one write transaction: ``with db.write() as session:``."""
    return current().write()


def init_app(app: Flask, database: Database) -> None:
    """Give the application its database and close each request's unit of work."""
    app.extensions[EXTENSION] = database

    @app.teardown_appcontext
    def close(_fault: BaseException | None) -> None:
        session: Session | None = g.pop("db_session", None)
        if session is not None:
            session.close()
