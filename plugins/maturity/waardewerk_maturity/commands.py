"""The scan on the command line: list, load a definition, write a report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from waardewerk.db import Database

FORMATS = ("pdf", "docx", "odt", "html", "xlsx", "csv", "json")


@click.group()
def maturity() -> None:
    """The data-ethics maturity scan."""


@maturity.command("list")
def list_scans() -> None:
    """List the scans, the newest first."""
    from waardewerk_maturity import queries

    with _reading() as session:
        for scan in queries.scans(session):
            click.echo(f"{scan.id} {scan.inquiry.phase} {scan.inquiry.title}")


@maturity.command("load-scan")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--publish", is_flag=True, help="Publish it at once, so that a scan can use it.")
def load_scan(file: Path | None, publish: bool) -> None:
    """Bring in a definition from FILE, or the one that comes with this plugin."""
    from waardewerk.questionnaires.operations import publishing
    from waardewerk_maturity.operations import shipping

    now = datetime.now(UTC)
    with _writing() as session:
        if file is None:
            version = shipping.publish_shipped_scan(session, actor_id=None, now=now)
        else:
            version = shipping.load_scan_definition(
                session, file.read_bytes(), actor_id=None, now=now
            )
            if publish:
                publishing.publish(session, version, actor_id=None, now=now)
        state = "published" if version.published_at else "a draft"
        click.echo(f"Version {version.number} of {version.questionnaire.urn} is {state}.")


@maturity.command("report")
@click.argument("scan", type=int)
@click.option("--format", "form", type=click.Choice(FORMATS), default="pdf", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--language", default=None, help="Language of the report; the province's by default.")
def report(scan: int, form: str, output: Path | None, language: str | None) -> None:
    """Write the report of SCAN to a file."""
    from waardewerk_maturity.exporters import exporters

    target = output or Path(f"scan-{scan}.{form}")
    exporter = next(one for one in exporters() if one.format == form)
    with _reading() as session:
        offered = current_app.extensions["waardewerk.config"].languages
        if language is not None and language not in offered:
            raise click.ClickException(f"choose one of the languages {', '.join(offered)}")
        content = exporter.write(session, scan, language or offered[0])
    target.write_bytes(content)
    click.echo(f"Wrote {target}.")


def _application() -> Flask:
    from waardewerk.app import create_app

    return create_app()


@contextmanager
def _database() -> Iterator[Database]:
    from waardewerk import db

    app = _application()
    try:
        with app.app_context():
            yield db.current()
    finally:
        # After the context: leaving it still gives back a connection.
        app.extensions[db.EXTENSION].dispose()


@contextmanager
def _reading() -> Iterator[Session]:
    with _database() as database, database.reading() as session:
        yield session


@contextmanager
def _writing() -> Iterator[Session]:
    with _database() as database, database.transaction() as session:
        yield session
