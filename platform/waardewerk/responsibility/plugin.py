"""Responsibility: who answers for digital ethics, and who advises.

The slice's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import INSIDE, Exporter, NavItem, Permission, RetentionRule, Tile, Viewer
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The register, bodies, handing over, and advice."""
    from waardewerk.responsibility.views import advice, bodies, handing_over, register

    return [register.pages, bodies.pages, handing_over.pages, advice.pages]


@hookimpl
def register_permissions() -> list[Permission]:
    """What one may do with the register and with requests for advice."""
    return [
        Permission(
            key="responsibility.read",
            title=lazy("See who is responsible for what"),
            default_roles=INSIDE,
        ),
        Permission(
            key="responsibility.keep",
            title=lazy("Keep the register of responsibilities"),
            default_roles=("administrator", "aanjager", "beheerder"),
        ),
        Permission(key="advice.ask", title=lazy("Ask for advice"), default_roles=INSIDE),
        Permission(
            key="advice.answer",
            title=lazy("Answer requests for advice, with others"),
            default_roles=("adviseur",),
        ),
        Permission(
            key="advice.follow",
            title=lazy("See every request for advice, to watch what happens with it"),
            default_roles=("beheerder",),
        ),
    ]


@hookimpl
def register_exporters() -> list[Exporter]:
    """The register, and a request for advice."""
    from waardewerk.responsibility.exporters import exporters

    return exporters()


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Who held what is forgotten long after it ended; who asked and answered sooner."""
    from waardewerk.responsibility import keeping

    return [keeping.HOLDERS, keeping.ADVICE]


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The register and advice."""
    items = []
    if viewer.may("responsibility.read"):
        items.append(NavItem(title=lazy("Responsibility"), url="/responsibility/", order=30))
    if viewer.may("advice.ask"):
        items.append(NavItem(title=lazy("Advice"), url="/advice/", order=31))
    return items


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """What is not placed, who leaves, and which questions wait."""
    from waardewerk import db
    from waardewerk.responsibility.tiles import tiles
    from waardewerk.responsibility.views import today

    return tiles(db.session(), viewer, today())
