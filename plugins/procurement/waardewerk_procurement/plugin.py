"""Award calculation.

From published rules and scored bids to a ranking that anybody can compute again. This is the
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
    """Compute an award."""
    from waardewerk_procurement.commands import procurement

    cli.add_command(procurement)
