"""Participation.

Rounds in which people react to statements: from invitation to what was done with it. This is the
plugin's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import Permission
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    import click
    from flask import Blueprint

CONTRACT_VERSION = 1

EVERYBODY_INSIDE = (
    "administrator",
    "adviseur",
    "aanjager",
    "beheerder",
    "executive_member",
    "civil_servant",
)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pages for holding a round, for taking part, and for hearing what came of it."""
    from waardewerk_participation.views import following, staff, taking_part

    return [staff, taking_part, following]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with rounds."""
    holders = ("administrator", "adviseur", "aanjager", "beheerder")
    return [
        Permission(
            key="participation.read",
            title=lazy("See rounds and how they go"),
            default_roles=EVERYBODY_INSIDE,
        ),
        Permission(
            key="participation.hold",
            title=lazy("Prepare and hold rounds, and make letters"),
            default_roles=holders,
        ),
        Permission(
            key="participation.moderate",
            title=lazy("Judge statements"),
            default_roles=("adviseur", "aanjager", "beheerder"),
        ),
        Permission(
            key="participation.type",
            title=lazy("Type booklets over that came back on paper"),
            default_roles=(*holders, "civil_servant"),
        ),
        Permission(
            key="participation.answer",
            title=lazy("Answer what people said, and close a round"),
            default_roles=("adviseur", "aanjager", "beheerder", "executive_member"),
        ),
    ]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Bring in open data, show its opinion groups, count again."""
    from waardewerk_participation.commands import participation

    cli.add_command(participation)
