"""The command line: one door, ``waardewerk``, also reached as ``python3 platform …``."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from waardewerk import __version__
from waardewerk.config import ConfigError
from waardewerk.refusal import Refusal

if TYPE_CHECKING:
    from flask import Flask

    from waardewerk.db import Database
    from waardewerk.plugins import Plugins
    from waardewerk.values.framework import Framework

EXPECTED = (ConfigError, Refusal)


class OneLine(click.Group):
    """Turns what can be expected to go wrong into one line that says what to do."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Find a command; those of plugins are loaded only when the core has none by that name."""
        return super().get_command(context, name) or _commands_of_plugins().get(name)

    def list_commands(self, context: click.Context) -> list[str]:
        """List the core's commands and those of plugins."""
        return sorted({*super().list_commands(context), *_commands_of_plugins()})

    def invoke(self, context: click.Context) -> Any:
        """Run the command; say an expected fault in one line."""
        try:
            return super().invoke(context)
        except Exception as fault:
            said = _expected(fault)
            if said is None:
                raise
            raise click.ClickException(said) from fault


def _expected(fault: Exception) -> str | None:
    """Say what went wrong, when it is a thing that can be expected to."""
    # Imported when something is wrong: most commands need no database to begin with.
    from sqlalchemy.exc import DBAPIError

    from waardewerk.migrate import NewerDatabase

    if isinstance(fault, DBAPIError):
        return f"the database refused: {_line(fault.orig)}"
    return _line(fault) if isinstance(fault, (*EXPECTED, NewerDatabase, OSError)) else None


def _line(fault: object) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__


@functools.cache
def _commands_of_plugins() -> Mapping[str, click.Command]:
    from waardewerk.plugins import find_plugins

    plugins = find_plugins()
    gathered = click.Group()
    for plugin in list(plugins):
        try:
            plugins.ask_one(plugin, "register_commands", cli=gathered)
        except Exception as fault:
            plugins.report(plugin.name, "register_commands", fault)
    for fault_ in plugins.faults:
        click.echo(f"left out: {fault_.plugin} ({fault_.doing}): {fault_.message}", err=True)
    return gathered.commands


@click.group(cls=OneLine)
@click.version_option(__version__, prog_name="waardewerk")
def cli() -> None:
    """Waardewerk: anchor digital ethics in a province's work."""


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo", is_flag=True, help="Load the demo province and print sign-in links.")
def run(host: str, port: int, demo: bool) -> None:
    """Migrate the database and start the web server with the job worker inside."""
    from waardewerk.serving import serve

    serve(host, port, demo=demo)


@cli.command()
def work() -> None:
    """Run the job worker by itself, beside a web server that has none."""
    from waardewerk.app import create_app
    from waardewerk.jobs import worker_of

    worker = worker_of(create_app())
    click.echo("Working. Ctrl-C ends it.")
    try:
        worker.run_forever()
    except KeyboardInterrupt:
        worker.stop()


@cli.group()
def db() -> None:
    """Upgrade and check the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables of the core and of every plugin up to date."""
    from waardewerk import migrate

    database, plugins = _database()
    changed = migrate.upgrade(database, plugins)
    click.echo(f"Upgraded: {', '.join(changed)}." if changed else "Nothing to upgrade.")


@db.command("check")
def db_check() -> None:
    """Say whether the tables are as the code expects them."""
    from waardewerk import migrate

    database, plugins = _database()
    problems = migrate.check(database, plugins)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo("The database is as it should be.")


@db.command("history")
def db_history() -> None:
    """List the revisions of every owner, the current one marked."""
    from waardewerk import migrate

    database, plugins = _database()
    for line in migrate.history(database, plugins):
        click.echo(line)


@db.command("revision", hidden=True)
@click.argument("owner")
@click.argument("message")
def db_revision(owner: str, message: str) -> None:
    """Write a migration for OWNER (core or a plugin) from the change in its models."""
    from waardewerk import migrate

    database, plugins = _database()
    click.echo(migrate.revise(database, plugins, owner, message))


@cli.group()
def plugins() -> None:
    """List plugins and switch them on and off."""


@plugins.command("list")
def plugins_list() -> None:
    """List every installed plugin, whether it is on, and what is wrong with it."""
    from waardewerk.installation import read_snapshot

    database, found = _database()
    with database.reading() as session:
        on = read_snapshot(session).enabled
    for plugin in found:
        state = "on " if plugin.name in on else "off"
        click.echo(f"{state} {plugin.name} {plugin.version} {plugin.title}")
    for fault in found.faults:
        click.echo(f"left out: {fault.plugin} ({fault.doing}): {fault.message}", err=True)


@plugins.command("enable")
@click.argument("name")
def plugins_enable(name: str) -> None:
    """Switch a plugin on."""
    _switch(name, on=True)


@plugins.command("disable")
@click.argument("name")
def plugins_disable(name: str) -> None:
    """Switch a plugin off; its data stays."""
    _switch(name, on=False)


def _switch(name: str, *, on: bool) -> None:
    from datetime import UTC, datetime

    from waardewerk import gate

    database, found = _database()
    with database.transaction() as session:
        gate.switch(session, name, on=on, known=found.names, actor_id=None, now=datetime.now(UTC))
    click.echo(f"{name} is {'on' if on else 'off'}.")


@cli.group()
def audit() -> None:
    """Look at the audit trail."""


@audit.command("verify")
def audit_verify() -> None:
    """Walk the whole chain and say whether it is unbroken."""
    from waardewerk import audit as trail

    database, _plugins = _database()
    with database.reading() as session:
        count, broken = trail.verify(session)
    if broken is not None:
        raise click.ClickException(
            f"entry {broken.entry_id} does not follow: {broken.reason} ({count} entries before it)"
        )
    click.echo(f"{count} entries, unbroken.")


@cli.group()
def values() -> None:
    """Check a value framework, bring one in, and save one as a file."""


@values.command("export")
@click.option("--version", "number", type=int, help="Which version; the one in force by default.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def values_export(number: int | None, output: Path | None) -> None:
    """Write a version of the framework as YAML, drafts included."""
    from waardewerk.values import commands

    with _closing_database() as database, database.reading() as session:
        content = commands.export(session, number)
    if output is None:
        click.echo(content, nl=False)
        return
    output.write_text(content, encoding="utf-8")
    click.echo(f"Wrote {output}.")


@values.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def values_check(file: Path) -> None:
    """Say whether FILE can be used as a framework, and what is wrong with it."""
    from waardewerk.values import commands

    click.echo(commands.summary(_framework_in(file)))


@values.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-list", is_flag=True, help="Keep it as a list of others, to look wider with.")
@click.option("--why", default="", help="Why there is a next version.")
def values_import(file: Path, as_list: bool, why: str) -> None:
    """Make FILE the draft of the next version, or keep it as a list of others."""
    from waardewerk.values import commands

    framework = _framework_in(file)
    with _closing_database() as database, database.transaction() as session:
        if as_list:
            done = commands.keep_list(session, framework)
        else:
            done = commands.start_draft(session, framework, why)
    click.echo(done)


def _framework_in(file: Path) -> Framework:
    from waardewerk.notation.problems import DefinitionError
    from waardewerk.values import commands

    try:
        return commands.read(file)
    except DefinitionError as fault:
        # One line for each thing that is wrong.
        raise click.ClickException(str(fault)) from fault


@cli.command("set-up-link")
def set_up_link() -> None:
    """Print a fresh single-use link for the first administrator."""
    from waardewerk.serving import set_up_lines

    for line in set_up_lines(_application()):
        click.echo(line)


def _application() -> Flask:
    from waardewerk.app import create_app

    return create_app()


def _parts(app: Flask) -> tuple[Database, Plugins]:
    from waardewerk import db as database_module
    from waardewerk import plugins as plugins_module

    return app.extensions[database_module.EXTENSION], plugins_module.of(app)


@contextmanager
def _closing_database() -> Iterator[Database]:
    database, _plugins = _database()
    try:
        yield database
    finally:
        database.dispose()


def _database() -> tuple[Database, Plugins]:
    return _parts(_application())


def main() -> None:
    """Run the command line."""
    cli(prog_name="waardewerk")
