"""People: who works here, at which level, in which role, and how they come in.

The slice's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import NavItem, Permission, RetentionRule, Tile, Viewer
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """Signing in, single-use links and one's own account."""
    from waardewerk.people.views import (  # noqa: F401
        account,
        links,
        organisation,
        pages,
        second_step,
        signing_in,
    )

    return [pages]


@hookimpl
def register_permissions() -> list[Permission]:
    """What everybody who is signed in may do with the own account."""
    from waardewerk.access import OWN_ACCOUNT, OWN_SECOND_STEP

    return [
        Permission(key=OWN_ACCOUNT, title=lazy("See and change the own account")),
        Permission(key=OWN_SECOND_STEP, title=lazy("Set up the own second step")),
    ]


@hookimpl
def register_retention() -> list[RetentionRule]:
    """Accounts are erased some time after somebody left, mail that could not be sent sooner."""
    from waardewerk.people import keeping

    return [keeping.ACCOUNTS, keeping.LETTERS]


@hookimpl
def dashboard_tiles(viewer: Viewer) -> list[Tile]:
    """The second step, for who has to set one up before anything else."""
    from waardewerk.access import LIMITED

    if viewer.permissions != LIMITED:
        return []
    return [
        Tile(
            title=lazy("Set up a second step first"),
            text=lazy("Your organisation asks it of you. After that you can go on."),
            url="/account/second-step",
            asks=True,
            order=0,
        )
    ]


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:
    """The own account."""
    if not viewer.is_signed_in:
        return []
    return [NavItem(title=lazy("My account"), url="/account", order=900)]
