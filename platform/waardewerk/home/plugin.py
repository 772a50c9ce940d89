"""Home: the first page, the dashboard, and the pages every public site owes its readers.

The slice's table of contents: the hooks it answers, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waardewerk import hookimpl
from waardewerk.contract import NavItem, Viewer
from waardewerk.i18n import lazy

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The first page, the texts for readers, and what machines ask for."""
    from waardewerk.home.views import pages

    return [pages]


@hookimpl
def nav_items(viewer: Viewer) -> list[NavItem]:  # noqa: ARG001
    """The way back to the first page."""
    return [NavItem(title=lazy("Start"), url="/", order=0)]
