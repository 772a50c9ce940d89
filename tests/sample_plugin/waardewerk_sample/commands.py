"""What this plugin adds to the command line."""

from __future__ import annotations

import click


@click.command()
def sample() -> None:
    """Say what the sample plugin is for."""
    click.echo("Practice notes show a value at work.")
