"""Participation.

What many people share and where they differ, found in how they react to statements. This is the
plugin's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl

if TYPE_CHECKING:
    import click

CONTRACT_VERSION = 1


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Bring in open data, show its opinion groups, count again."""
    from waardewerk_participation.commands import participation

    cli.add_command(participation)
