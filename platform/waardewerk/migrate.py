"""Migrations: the core first, then each plugin, every owner with a version table of its own.

A plugin that is uninstalled leaves its tables and breaks nobody's upgrade. Only Alembic's public
interface is used, and no ini file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, Table, inspect, text

from waardewerk.db import Base, Database, UtcDateTime, owner_of
from waardewerk.plugins import CORE, Plugins

HERE = Path(__file__).parent
#: Any number will do, as long as every process uses the same one.
LOCK = 7_046_022
VERSION_TABLE = "alembic_version"
#: Alembic keeps its context in a module global: two threads must not migrate at once.
_one_at_a_time = threading.Lock()


class NewerDatabase(Exception):
    """The database was made by newer code than this."""


@dataclass(frozen=True)
class Owner:
    """The core or a plugin, as far as migrations go."""

    name: str
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that says which revision this owner's tables have."""
        return f"{VERSION_TABLE}_{self.name}"


def owners(plugins: Plugins) -> list[Owner]:
    """Return the core and then every loaded plugin that has migrations."""
    found = [Owner(CORE, HERE / "migrations" / "versions")]
    for plugin in plugins:
        folder = plugin.folder / "migrations"
        if any(folder.glob("*.py")):
            found.append(Owner(plugin.name, folder))
    return found


def upgrade(database: Database, plugins: Plugins) -> list[str]:
    """Bring every owner's tables up to date; return the owners that changed.

    One transaction each: an upgrade that fails leaves that owner as it was.
    """
    changed = []
    for owner in owners(plugins):
        with _migrating(database) as connection:
            if _upgrade_one(connection, owner, plugins):
                changed.append(owner.name)
    return changed


def _upgrade_one(connection: Connection, owner: Owner, plugins: Plugins) -> bool:
    config = _config(owner, connection, plugins)
    script = ScriptDirectory.from_config(config)
    now, wanted = _revision(connection, owner), script.get_current_head()
    if now == wanted:
        return False
    if now is not None and now not in {r.revision for r in script.walk_revisions()}:
        raise NewerDatabase(
            f"the tables of {owner.name} are at revision {now}, which this version does not know: "
            "install the newer version again, or restore a backup"
        )
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        _check_foreign_keys(connection)
    return True


def pending(database: Database, plugins: Plugins) -> list[str]:
    """Name the owners whose tables are not up to date."""
    with database.engine.connect() as connection:
        return [
            owner.name
            for owner in owners(plugins)
            if _revision(connection, owner)
            != ScriptDirectory.from_config(_config(owner, connection, plugins)).get_current_head()
        ]


def check(database: Database, plugins: Plugins) -> list[str]:
    """Say in one line each what in the database differs from the models."""
    problems = [f"{name}: not upgraded" for name in pending(database, plugins)]
    if problems:
        return problems
    with database.engine.connect() as connection:
        for owner in owners(plugins):
            options = _options(owner, connection, plugins)
            context = MigrationContext.configure(connection, opts=options)
            for difference in compare_metadata(context, Base.metadata):
                problems.append(f"{owner.name}: {difference}")
        if connection.dialect.name == "sqlite":
            for row in connection.execute(text("PRAGMA integrity_check")):
                if row[0] != "ok":
                    problems.append(f"database: {row[0]}")
            for row in connection.execute(text("PRAGMA foreign_key_check")):
                problems.append(f"database: {row[0]} row {row[1]} points to nothing in {row[2]}")
    return problems


def history(database: Database, plugins: Plugins) -> list[str]:
    """List each owner's revisions, the one that is in use marked."""
    lines = []
    with database.engine.connect() as connection:
        for owner in owners(plugins):
            now = _revision(connection, owner)
            script = ScriptDirectory.from_config(_config(owner, connection, plugins))
            for revision in reversed(list(script.walk_revisions())):
                mark = "*" if revision.revision == now else " "
                lines.append(f"{mark} {owner.name} {revision.revision} {revision.doc}")
    return lines


def revise(database: Database, plugins: Plugins, name: str, message: str) -> Path:
    """Write a new migration for one owner from the difference with its models."""
    owner = next(
        (o for o in owners(plugins) if o.name == name),
        None,
    ) or Owner(name, plugins.found[name].folder / "migrations")
    owner.folder.mkdir(exist_ok=True)
    with _migrating(database) as connection:
        config = _config(owner, connection, plugins)
        number = len(list(owner.folder.glob("*.py"))) + 1
        made = command.revision(config, message, autogenerate=True, rev_id=f"{name}_{number:04d}")
    script = made[0] if isinstance(made, list) else made
    if script is None:
        raise RuntimeError("Alembic made no revision")
    return Path(script.path)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    with _one_at_a_time, database.engine.connect() as connection:
        if database.is_sqlite:
            # Batch mode drops and rebuilds tables; with foreign keys on, child rows would go too.
            # The pragma works only outside a transaction, so before the first statement.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            connection = connection.execution_options(begin_mode="IMMEDIATE")
        try:
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                yield connection
        finally:
            if database.is_sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration would leave rows that point to nothing: {broken[:3]}")


def _revision(connection: Connection, owner: Owner) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": owner.version_table})
    return context.get_current_revision()


def _options(owner: Owner, connection: Connection, plugins: Plugins) -> dict[str, object]:
    """The options that Alembic gets for one owner, here and in ``env.py``."""
    names = plugins.names | _once_installed(connection)
    strangers = _mapped_by_others(plugins)

    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        if kind != "table":
            return True
        is_own = name is not None and is_table_of(owner.name, name, names)
        return is_own and name not in strangers

    return {
        "version_table": owner.version_table,
        "include_name": include_name,
        "include_object": lambda _o, name, kind, _r, _c: include_name(name, kind, None),
        "render_as_batch": True,
        "target_metadata": Base.metadata,
        "compare_type": True,
        "render_item": _render_item,
    }


def _once_installed(connection: Connection) -> frozenset[str]:
    """Name the plugins that have or had tables here; what a removed one left is not the core's."""
    prefix = f"{VERSION_TABLE}_"
    tables = inspect(connection).get_table_names()
    return frozenset(t.removeprefix(prefix) for t in tables if t.startswith(prefix)) - {CORE}


def _mapped_by_others(plugins: Plugins) -> frozenset[str]:
    """Name the tables of plugins that another application in this process has loaded."""
    ours = {"waardewerk", *(plugin.module.__name__.partition(".")[0] for plugin in plugins)}
    return frozenset(
        mapper.persist_selectable.name
        for mapper in Base.registry.mappers
        if isinstance(mapper.persist_selectable, Table)
        and mapper.class_.__module__.partition(".")[0] not in ours
    )


def _render_item(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    # A migration must not change when our own types do.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def is_table_of(owner: str, table: str, plugins: frozenset[str]) -> bool:
    """Tell whether a table is one of this owner's, and not Alembic's own."""
    return not table.startswith(VERSION_TABLE) and owner_of(table, plugins) == owner


def _config(owner: Owner, connection: Connection, plugins: Plugins) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(owner.folder).replace("%", "%%"))
    config.attributes.update(connection=connection, options=_options(owner, connection, plugins))
    return config
