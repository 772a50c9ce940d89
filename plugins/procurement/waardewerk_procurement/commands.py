"""Awards on the command line: no application, no database."""

from __future__ import annotations

from typing import BinaryIO

import click


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
    from waardewerk_procurement import award_reading, award_result, strict_json

    try:
        read = award_reading.read_award_file(file.read(strict_json.MOST_BYTES + 1))
        awarded = award_result.compute(read)
    except award_reading.WrongAwardFile as wrong:
        # One line for each problem: the command line itself would make one of all.
        raise click.ClickException(f"{wrong.message}\n{wrong}") from None
    write = award_result.as_json if form == "json" else award_result.as_table
    click.echo(write(read, awarded))
