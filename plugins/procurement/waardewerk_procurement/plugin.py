"""Procurement.

From value to requirement to promise kept, in tenders and subsidy schemes. This is the plugin's
table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import INSIDE, NavItem, Permission, Viewer
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    import click
    from flask import Blueprint

CONTRACT_VERSION = 1


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pages for officers and assessors, and the form for suppliers."""
    from waardewerk_procurement.views import pages, supplying

    return [pages, supplying]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with dossiers."""
    keepers = ("administrator", "adviseur", "aanjager", "beheerder")
    return [
        Permission(
            key="procurement.read",
            title=lazy("See dossiers and the library of criteria"),
            default_roles=INSIDE,
        ),
        Permission(
            key="procurement.prepare",
            title=lazy("Make dossiers and lead one’s own"),
            default_roles=(*keepers, "civil_servant"),
        ),
        Permission(
            key="procurement.manage",
            title=lazy("Work on the dossiers of others"),
            default_roles=("administrator", "beheerder"),
        ),
        Permission(
            key="procurement.approve",
            title=lazy("Be the second pair of eyes of a dossier"),
            default_roles=("administrator", "adviseur", "beheerder", "executive_member"),
        ),
        Permission(
            key="procurement.assess",
            title=lazy("Score bids when appointed"),
            default_roles=INSIDE,
        ),
        Permission(
            key="procurement.decide",
            title=lazy("Decide who is awarded a contract or a subsidy"),
            default_roles=("administrator", "beheerder", "executive_member"),
        ),
        Permission(
            key="procurement.open_notes",
            title=lazy("Open the sealed notes of assessors who disagreed"),
            default_roles=("adviseur",),
        ),
        Permission(
            key="procurement.follow",
            title=lazy("Follow what was promised"),
            default_roles=(*keepers, "civil_servant"),
        ),
        Permission(
            key="procurement.stock",
            title=lazy("Add criteria to the library of the province"),
            default_roles=keepers,
        ),
    ]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Compute an award."""
    from waardewerk_procurement.commands import procurement

    cli.add_command(procurement)


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The dossiers."""
    if not viewer.may("procurement.read"):
        return []
    return [NavItem(title=lazy("Procurement"), url="/procurement/", order=30)]
