"""Awards and the library on the command line; an award needs no application and no database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from waardewerk.db import Database
    from waardewerk_procurement.library.intake import Judged
    from waardewerk_procurement.library.sheet import FileRead


@click.group()
def procurement() -> None:
    """Procurement and subsidies."""


@procurement.command("award")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True
)
def award(file: BinaryIO, form: str) -> None:
    """Compute totals, ranking and ties from the rules and bids in FILE (- reads the input)."""
    from waardewerk_procurement.award import award_reading, award_result, strict_json

    try:
        read = award_reading.read_award_file(file.read(strict_json.MOST_BYTES + 1))
        awarded = award_result.compute(read)
    except award_reading.WrongAwardFile as wrong:
        # One line for each problem: the command line itself would make one of all.
        raise click.ClickException(f"{wrong.message}\n{wrong}") from None
    write = award_result.as_json if form == "json" else award_result.as_table
    click.echo(write(read, awarded))


@procurement.group("library")
def library() -> None:
    """The library of criteria."""


@library.command("export")
@click.option(
    "--from",
    "origin",
    type=click.Choice(("all", "own", "shipped")),
    default="own",
    show_default=True,
)
@click.option("--output", type=click.File("wb"), default="-", help="Where to; - is the screen.")
@click.option("--format", "form", type=click.Choice(("yaml", "xlsx")), default="yaml")
def export(origin: str, output: BinaryIO, form: str) -> None:
    """Write criteria as a file, with what keeps their promises."""
    from waardewerk import settings
    from waardewerk.documents.sheets import to_xlsx
    from waardewerk.i18n import gettext, speaking
    from waardewerk.values.ordering import Ordering
    from waardewerk_procurement.library import intake
    from waardewerk_procurement.library import sheet as library_sheet
    from waardewerk_procurement.queries import library as queries

    wanted = queries.Filters(origin="" if origin == "all" else origin)
    with _reading() as session, speaking("nl"):
        found = queries.search(queries.offered(session), wanted, Ordering())
        if not found:
            raise click.ClickException("There are no such criteria in the library.")
        known = queries.by_key(queries.whole_library(session))
        chosen = intake.standing_alone([one.criterion for one in found], known)
        if form == "xlsx":
            output.write(to_xlsx(library_sheet.workbook(chosen, gettext)))
        else:
            output.write(intake.written(chosen, owner=settings.identity().name).encode())


@library.command("check")
@click.argument("file", type=click.File("rb"))
def check(file: BinaryIO) -> None:
    """Say of every row of FILE what would become of it; nothing is changed."""
    from waardewerk import settings
    from waardewerk_procurement.library.sheet import read_file
    from waardewerk_procurement.operations import stocking

    found = read_file(file.name, file)
    with _reading() as session:
        owner = settings.identity().name
        judged = stocking.judge_offers(session, found.offers, owner=owner)
    _report(found, judged)


@library.command("import")
@click.argument("file", type=click.File("rb"))
def import_file(file: BinaryIO) -> None:
    """Add what is new in FILE, and say of every row what became of it."""
    from datetime import UTC, datetime

    from waardewerk import settings
    from waardewerk_procurement.library.sheet import read_file
    from waardewerk_procurement.operations import stocking

    found = read_file(file.name, file)
    now = datetime.now(UTC)
    with _writing() as session:
        owner = settings.identity().name
        judged = stocking.take_in(session, found.offers, owner=owner, actor_id=None, now=now)
    _report(found, judged)


@contextmanager
def _database() -> Iterator[Database]:
    """Open the province's database, and close it when the command ends."""
    from waardewerk import db
    from waardewerk.app import create_app

    app = create_app()
    try:
        with app.app_context():
            yield db.current()
    finally:
        app.extensions[db.EXTENSION].dispose()


@contextmanager
def _reading() -> Iterator[Session]:
    with _database() as database, database.reading() as session:
        yield session


@contextmanager
def _writing() -> Iterator[Session]:
    with _database() as database, database.transaction() as session:
        yield session


def _report(found: FileRead, judged: Sequence[Judged]) -> None:
    """Print a line for every row; one that cannot be used makes the command fail."""
    for one in judged:
        word, number = found.place(one)
        click.echo(f"{word % {'number': number}}: {one.verdict}: {one.name}")
        for problem in one.problems:
            click.echo(f"  {problem.text()}")
    if found.goes_on_after is not None:
        click.echo(f"The sheet goes on after row {found.goes_on_after}; the rest was not read.")
    if any(one.verdict == "refused" for one in judged) or found.goes_on_after is not None:
        raise click.exceptions.Exit(1)
