"""The database: one writer at a time, nothing stale, moments with a zone, migrations that fit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from waardewerk import db, migrate
from waardewerk.app import create_app
from waardewerk.config import Config
from waardewerk.db import Database
from waardewerk.installation import Installation, Setting, changed, choose, snapshot
from waardewerk.people.models import Person, RoleAssignment
from waardewerk.plugins import Plugins
from waardewerk.serving import prepare
from waardewerk.testing import PostgresServer, UnitOfWork, make_swift_folder

NOW = datetime(2026, 11, 24, 12, 30, 45, 123456, tzinfo=UTC)


def a_person(name: str = "Sam", created_at: datetime = NOW) -> Person:
    return Person(name=name, email=f"{name}@example.nl".lower(), created_at=created_at)


@pytest.fixture
def plugins(sample: Plugins) -> Plugins:
    """With a plugin, so that its tables are there too."""
    return sample


def test_a_moment_comes_back_as_it_was_in_utc(unit_of_work: UnitOfWork) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-7)))
    with unit_of_work() as session:
        session.add(a_person(created_at=there))
    with unit_of_work() as session:
        stored = session.scalars(select(Person.created_at)).one()
    assert stored == NOW
    assert stored.tzinfo == UTC


def test_a_moment_without_a_zone_is_refused(unit_of_work: UnitOfWork) -> None:
    with pytest.raises(StatementError, match="time zone"), unit_of_work() as session:
        session.add(a_person(created_at=NOW.replace(tzinfo=None)))


def test_a_transaction_that_fails_leaves_nothing(abandon, unit_of_work: UnitOfWork) -> None:
    abandon(lambda session: session.add(a_person()))
    with unit_of_work() as session:
        assert session.scalars(select(Person)).all() == []


def test_foreign_keys_hold(unit_of_work: UnitOfWork) -> None:
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(RoleAssignment(person_id=99, role="adviseur", since=NOW))
    with unit_of_work() as session:
        person = a_person()
        session.add(person)
        session.flush()
        session.add(RoleAssignment(person_id=person.id, role="adviseur", since=NOW))
    with unit_of_work() as session:
        session.execute(text("DELETE FROM people_person"))
        assert session.scalars(select(RoleAssignment)).all() == []


def test_checks_of_the_tables_hold(unit_of_work: UnitOfWork) -> None:
    person = a_person()
    person.level = "king"
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(person)


def test_one_write_transaction_per_request(app: Flask) -> None:
    with app.test_request_context():
        with db.write() as session:
            session.add(a_person())
        with pytest.raises(RuntimeError, match="one write transaction per request"):
            db.write().__enter__()


def test_what_was_read_before_writing_is_read_again(app: Flask, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        session.add(a_person())
    with app.test_request_context():
        before = db.session().scalars(select(Person)).one()
        assert before.name == "Sam"
        rename_elsewhere(app)
        with db.write() as session:
            assert session.scalars(select(Person)).one().name == "Renamed"
            assert before.name == "Renamed"


def rename_elsewhere(app: Flask) -> None:
    def rename() -> None:
        database: Database = app.extensions[db.EXTENSION]
        with database.transaction() as session:
            session.scalars(select(Person)).one().name = "Renamed"

    thread = threading.Thread(target=rename)
    thread.start()
    thread.join()


def test_the_way_in_for_jobs_is_closed_inside_a_request(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(RuntimeError, match="inside a request"):
        db.current().transaction().__enter__()


def test_writers_wait_for_each_other(app: Flask, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        before = session.scalars(select(Installation.revision)).one()

    def raise_it() -> None:
        for _ in range(5):
            with unit_of_work() as session:
                changed(session)
                time.sleep(0.005)

    threads = [threading.Thread(target=raise_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work() as session:
        assert session.scalars(select(Installation.revision)).one() == before + 20


def test_readers_do_not_wait_for_a_writer(app: Flask, unit_of_work: UnitOfWork) -> None:
    database: Database = app.extensions[db.EXTENSION]
    with unit_of_work() as writing:
        writing.add(a_person())
        writing.flush()
        started = time.monotonic()
        with database.reading() as session:
            assert session.scalars(select(Person)).all() == []
        assert time.monotonic() - started < 5


def test_a_choice_is_seen_at_the_next_request_and_costs_one_small_query(
    app: Flask, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        choose(session, "core", {"name": "Before"})
    with app.test_request_context():
        first = snapshot()
    with app.test_request_context():
        assert snapshot() is first
    with unit_of_work() as session:
        choose(session, "core", {"name": "After"})
    with app.test_request_context():
        assert snapshot().settings["core", "name"] == "After"


def test_a_choice_that_was_not_committed_is_not_seen(abandon, app: Flask) -> None:
    abandon(lambda session: choose(session, "core", {"name": "Never"}))
    with app.test_request_context():
        assert ("core", "name") not in snapshot().settings


def test_a_table_belongs_to_the_plugin_whose_name_it_starts_with() -> None:
    names = frozenset({"sample"})
    assert db.owner_of("sample_note", names) == "sample"
    assert db.owner_of("samples_note", names) == "core"
    assert db.owner_of("people_person", names) == "core"
    assert [table.name for table in db.tables_of("sample", names)] == ["sample_note"]


def test_the_migrations_give_exactly_the_tables_of_the_models(app: Flask, plugins: Plugins) -> None:
    database: Database = app.extensions[db.EXTENSION]
    assert migrate.pending(database, plugins) == []
    assert migrate.check(database, plugins) == []


def test_a_second_upgrade_has_nothing_to_do(app: Flask, plugins: Plugins) -> None:
    assert migrate.upgrade(app.extensions[db.EXTENSION], plugins) == []


def test_a_difference_is_told_in_one_line(app: Flask, plugins: Plugins) -> None:
    database: Database = app.extensions[db.EXTENSION]
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE sample_note ADD COLUMN extra INTEGER"))
        connection.execute(text("DROP TABLE setting"))
    problems = migrate.check(database, plugins)
    assert len(problems) == 2
    assert "setting" in problems[0]
    assert problems[1].startswith("sample: ")
    assert "extra" in problems[1]


def test_every_owner_has_a_version_table_of_its_own(app: Flask) -> None:
    tables = inspect(app.extensions[db.EXTENSION].engine).get_table_names()
    assert {"alembic_version_core", "alembic_version_sample"} <= set(tables)


def test_a_plugin_that_is_removed_leaves_its_tables_and_breaks_nothing(
    app: Flask, unit_of_work: UnitOfWork, sample_module
) -> None:
    from waardewerk_sample import operations

    database: Database = app.extensions[db.EXTENSION]
    with unit_of_work() as session:
        operations.write_note(session, "kept", email=None, actor_id=None, now=NOW)
    without = Plugins()
    assert migrate.upgrade(database, without) == []
    assert migrate.pending(database, without) == []
    assert migrate.check(database, without) == []
    again = Plugins()
    again.add("sample", sample_module)
    assert migrate.upgrade(database, again) == []
    with unit_of_work() as session:
        assert operations.count_notes(session) == 1


def test_a_plugin_of_another_application_in_this_process_is_not_ours(
    app: Flask, config: Config, sqlite
) -> None:
    without = Plugins()
    with sqlite.copy(without) as url:
        other = create_app(config.model_copy(update={"database_url": url}), without)
        assert migrate.check(other.extensions[db.EXTENSION], without) == []
        other.extensions[db.EXTENSION].dispose()


def test_the_history_marks_what_is_in_use(app: Flask, plugins: Plugins) -> None:
    lines = migrate.history(app.extensions[db.EXTENSION], plugins)
    assert any(line.startswith("* sample sample_0001") for line in lines)
    assert sum(line.startswith("*") for line in lines) == 2


def test_a_database_of_newer_code_is_named_and_left_alone(app: Flask, plugins: Plugins) -> None:
    database: Database = app.extensions[db.EXTENSION]
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version_core SET version_num = 'core_9999'"))
    with pytest.raises(migrate.NewerDatabase, match=r"core_9999.*install the newer version"):
        migrate.upgrade(database, plugins)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgresql")
    with server.empty() as url:
        yield url


@pytest.fixture
def empty_app(empty_database: str, tmp_path: Path, sample: Plugins) -> Iterator[Flask]:
    """An application that was never started before."""
    app = create_app(Config(var=tmp_path / "var", database_url=empty_database), sample)
    yield app
    app.extensions[db.EXTENSION].dispose()


def test_the_first_start_makes_everything_and_switches_plugins_on(
    empty_app: Flask, sample: Plugins
) -> None:
    database: Database = empty_app.extensions[db.EXTENSION]
    assert migrate.pending(database, sample) == ["core", "sample"]
    assert migrate.check(database, sample) == ["core: not upgraded", "sample: not upgraded"]
    prepare(empty_app)
    assert migrate.check(database, sample) == []
    with empty_app.test_request_context():
        assert snapshot().enabled == {"sample"}


def test_two_starts_at_the_same_time_migrate_once(empty_app: Flask) -> None:
    faults = []

    def start() -> None:
        try:
            prepare(empty_app)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_migration_that_fails_leaves_its_owner_as_it_was(
    empty_app: Flask, sample: Plugins, tmp_path: Path
) -> None:
    database: Database = empty_app.extensions[db.EXTENSION]
    migrate.upgrade(database, sample)
    folder = tmp_path / "migrations"
    folder.mkdir()
    source = sample.found["sample"].folder / "migrations" / "sample_0001_create_notes.py"
    (folder / source.name).write_text(source.read_text())
    (folder / "sample_0002.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        "revision, down_revision = 'sample_0002', 'sample_0001'\n"
        "def upgrade():\n"
        "    op.add_column('sample_note', sa.Column('half', sa.Integer()))\n"
        "    raise ValueError('half way')\n"
    )
    object.__setattr__(sample.found["sample"], "folder", tmp_path)
    with pytest.raises(ValueError, match="half way"):
        migrate.upgrade(database, sample)
    columns = [c["name"] for c in inspect(database.engine).get_columns("sample_note")]
    assert "half" not in columns
    assert migrate.pending(database, sample) == ["sample"]


def test_on_sqlite_a_commit_survives_a_power_cut(sqlite, plugins: Plugins) -> None:
    with sqlite.copy(plugins) as url:
        database = Database(url)
        with database.engine.connect() as connection:
            settings = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        database.dispose()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }


def test_what_was_chosen_is_kept_as_it_was(unit_of_work: UnitOfWork) -> None:
    value = {"é": [1, 2.5, None, True, "x\n\"'"], "nested": {"a": []}}
    with unit_of_work() as session:
        choose(session, "core", {"value": value})
    with unit_of_work() as session:
        assert session.get_one(Setting, ("core", "value")).value == value


def test_holding_a_row_keeps_what_was_set_on_it(unit_of_work: UnitOfWork, a_person) -> None:
    known = a_person("adviseur", name="Sam")
    with unit_of_work() as session:
        person = session.get_one(Person, known.id)
        person.password_hash = "just chosen"
        db.hold(session, person)
        assert person.password_hash == "just chosen"


@pytest.mark.parametrize(("needed", "is_in_memory"), [(0, True), (10**18, False)])
def test_databases_of_tests_are_in_memory_where_there_is_room(
    tmp_path: Path, needed: int, is_in_memory: bool
) -> None:
    folder = make_swift_folder(tmp_path, needed)
    assert (folder.parent == tmp_path) is is_in_memory
    folder.rmdir()


def test_databases_of_tests_need_no_memory(tmp_path: Path) -> None:
    folder = make_swift_folder(tmp_path / "not on this system", 0)
    assert folder.is_dir()
    folder.rmdir()
