"""Administration: people, plugins, settings, roles, health and the audit trail.

The slice's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import NavItem, Permission, Tile, Viewer
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """One blueprint per part of the administration."""
    from waardewerk.admin.views import (
        health,
        overview,
        people,
        plugins,
        roles,
        settings,
        trail,
        ways_in,
    )

    parts = (overview, people, ways_in, plugins, settings, roles, health, trail)
    return [part.pages for part in parts]


@hookimpl
def register_permissions() -> list[Permission]:
    """What an administrator may do."""
    only = ("administrator",)
    return [
        Permission(key="admin.people", title=lazy("Look after people"), default_roles=only),
        Permission(key="admin.roles", title=lazy("Decide what roles may do"), default_roles=only),
        Permission(key="admin.plugins", title=lazy("Switch plugins"), default_roles=only),
        Permission(key="admin.settings", title=lazy("Fill in settings"), default_roles=only),
        Permission(key="admin.health", title=lazy("See how the system is"), default_roles=only),
        Permission(key="admin.audit", title=lazy("Read the audit trail"), default_roles=only),
    ]


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The administration, for who may do a part of it."""
    from waardewerk.admin.sections import sections_for

    if not sections_for(viewer):
        return []
    return [NavItem(title=lazy("Administration"), url="/admin/", order=800)]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """What waits for an administrator: a first name for the site, or a fault."""
    from waardewerk.admin.tiles import tiles_for

    return tiles_for(viewer)
