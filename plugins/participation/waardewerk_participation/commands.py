"""Open data on the command line: bring it in, show its opinion groups, count again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from waardewerk.db import Database
    from waardewerk_participation.grouping.result import Grouping
    from waardewerk_participation.grouping.votes import Votes
    from waardewerk_participation.models import Result, Round

# Written out, so that --help needs no numpy; a test holds them to the engines.
ENGINES = ("stable", "polis")
FORMATS = ("csv", "json")
MOST_GROUPS = 10


@click.group()
def participation() -> None:
    """Opinion groups in what people think of statements."""


@participation.command("list")
def list_rounds() -> None:
    """List the rounds."""
    from waardewerk_participation.queries import rounds

    with _reading() as session:
        for one in rounds.rounds(session):
            kind = "imported open data" if one.is_imported else "own round"
            click.echo(f"{one.slug} ({kind}): {one.title}")


@participation.command("import-polis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--slug", required=True, help="Short name to find it by.")
def import_polis(folder: Path, slug: str) -> None:
    """Bring in the Polis export in FOLDER as closed, imported open data."""
    from waardewerk_participation.grouping.votes import votes_of
    from waardewerk_participation.operations import counting, importing
    from waardewerk_participation.polis_export import read_export

    with _database() as database:
        with database.reading() as session:
            importing.check_slug(session, slug)
        # Reading and counting take their time: nobody waits for the database meanwhile.
        export = read_export(folder)
        votes = votes_of(
            export.votes.participants,
            export.votes.statements,
            export.votes.values,
            export.left_out,
        )
        groupings = [_count(votes, engine) for engine in ENGINES]
        now = datetime.now(UTC)
        with database.transaction() as session:
            made = importing.import_round(session, export, slug, actor_id=None, now=now)
            for grouping in groupings:
                counting.keep_result(session, made, grouping, now=now)
    rejected = sum(one.is_rejected for one in export.statements)
    click.echo(
        f"{slug}: {len(export.participants)} participants, {len(export.statements)} statements "
        f"({rejected} rejected), {len(export.votes)} votes out of {export.given} given."
    )
    if export.differing:
        click.echo(f"The files differ on {export.differing} votes; votes.csv counts.", err=True)


@participation.command("groups")
@click.argument("name")
@click.option("--engine", type=click.Choice(ENGINES), default="stable", show_default=True)
@click.option("--k", type=click.IntRange(1, MOST_GROUPS), help="Force the number of groups.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
def groups(name: str, engine: str, k: int | None, form: str) -> None:
    """Print who is in which opinion group, for imported open data."""
    from waardewerk_participation import listing
    from waardewerk_participation.queries import imported, rounds

    with _reading() as session:
        found = imported.get_imported_round(session, name)
        people = imported.published_groups(session, found)
        statements = rounds.statements_of(session, found)
        votes = imported.votes_in(session, found)
    grouping = _count(votes, engine, k)
    if form == "csv":
        click.echo(listing.as_csv(people, grouping), nl=False)
    else:
        click.echo(listing.as_json(found, statements, people, votes, grouping))


@participation.command("recount")
@click.argument("name")
def recount(name: str) -> None:
    """Count the votes of NAME again, and say whether each kept result comes out the same.

    For a round of one's own nobody's vote or group is printed, and its key is not needed. Of a
    closed round the votes are laid beside what was written down of them when it was closed.
    """
    from waardewerk_participation.operations import counting
    from waardewerk_participation.queries import imported, rounds

    is_same = True
    with _reading() as session:
        found = rounds.get_round(session, name)
        if found.votes_removed_at is not None:
            raise click.ClickException("the votes of this round were removed, as was promised")
        is_same &= _tell_whether_votes_are_same(session, found)
        kept = rounds.last_results(session, found)
        votes = imported.votes_in(session, found) if found.is_imported else None
        for result in kept:
            if votes is None:
                grouping = counting.count_again(session, found, result)
            else:
                grouping = _count(votes, result.engine, seed=result.seed)
            is_same &= _tell_whether_same(result, grouping)
    if not kept:
        click.echo("Nothing was counted yet.")
    if not is_same:
        sys.exit(1)


def _tell_whether_votes_are_same(session: Session, found: Round) -> bool:
    from waardewerk_participation.queries.votes import manifest_of

    if found.manifest is None:
        return True
    now = manifest_of(session, found)
    # Another version of this program finds the same votes.
    differs = [key for key in now if key != "version" and found.manifest.get(key) != now[key]]
    if differs:
        click.echo(f"votes: NOT those at closing; they differ in {', '.join(differs)}.", err=True)
        return False
    click.echo(f"votes: the same as at closing ({now['root']}).")
    return True


def _tell_whether_same(result: Result, grouping: Grouping) -> bool:
    name = result.engine
    if result.selection != "counted":
        name = f"{result.engine}, {result.selection}"
    if grouping.fingerprint == result.fingerprint:
        click.echo(f"{name}: the same, bit for bit ({result.fingerprint}).")
        return True
    told = result.provenance
    differs = [key for key, value in grouping.provenance().items() if told.get(key) != value]
    where = f"in {', '.join(differs)}" if differs else "in who is in which group or place"
    click.echo(f"{name}: NOT the same; it differs {where}.", err=True)
    return False


@participation.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove the imported open data NAME."""
    from waardewerk_participation.operations import importing
    from waardewerk_participation.queries import rounds

    with _database() as database, database.transaction() as session:
        found = rounds.get_round(session, name)
        importing.remove_imported_round(session, found, actor_id=None, now=datetime.now(UTC))
    click.echo(f"{name} is removed.")


@participation.command("purge")
@click.option("--dry-run", is_flag=True, help="Say what would go, and let it be.")
def purge(dry_run: bool) -> None:
    """Destroy keys, and remove votes and addresses, whose time is over.

    It happens by itself every night; this is for whoever wants to see it or not wait for it.
    """
    from waardewerk.i18n import day_of
    from waardewerk_participation import keeping
    from waardewerk_participation.operations import following, forgetting

    today = day_of(datetime.now(UTC))
    with _database() as database:
        with database.reading() as session:
            over = forgetting.due(session, today)
            addresses = following.count_old(session, today, days=keeping.follower_days())
        for one in over:
            click.echo(
                f"{one.round.slug}: the {one.what} of {one.people} participants, "
                f"whose time was over on {one.since.isoformat()}"
            )
        if addresses:
            click.echo(f"{addresses} addresses of people who followed a round")
        if not (over or addresses):
            click.echo("Nothing is over its time.")
        elif not dry_run:
            with database.transaction() as session:
                for rule in (keeping.KEYS, keeping.VOTES, keeping.FOLLOWERS):
                    rule.expire(session, rule.keep)
            click.echo("All of it is gone.")


def _count(votes: Votes, engine: str, k: int | None = None, seed: int = 0) -> Grouping:
    from waardewerk_participation.grouping.dividing import CannotDivide, group_people
    from waardewerk_participation.grouping.engines import ENGINES as RULES

    try:
        return group_people(votes, RULES[engine], k=k, seed=seed)
    except CannotDivide as fault:
        raise click.ClickException(str(fault)) from fault


@contextmanager
def _database() -> Iterator[Database]:
    from sqlalchemy import inspect

    from waardewerk import db
    from waardewerk.app import create_app

    app = create_app()
    try:
        with app.app_context():
            if not inspect(db.current().engine).has_table("participation_round"):
                raise click.ClickException(
                    "the tables are not there yet: run `python3 platform db upgrade` first"
                )
            yield db.current()
    finally:
        # After the context: leaving it still gives back a connection.
        app.extensions[db.EXTENSION].dispose()


@contextmanager
def _reading() -> Iterator[Session]:
    with _database() as database, database.reading() as session:
        yield session
