"""What asks for an administrator on the dashboard."""

from __future__ import annotations

from flask import current_app, url_for

from waardewerk import db, jobs, plugins, settings
from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import lazy


def tiles_for(viewer: Viewer) -> list[Tile]:
    """Return the tiles for this viewer; none for most."""
    tiles = []
    if viewer.may("admin.settings") and "name" not in settings.of("core"):
        tiles.append(
            Tile(
                title=lazy("Give this site your name"),
                text=lazy("People then see whose it is. You can add a logo and colours too."),
                url=url_for("admin_settings.identity"),
                asks=True,
                order=1,
            )
        )
    if viewer.may("admin.health") and _is_something_wrong():
        tiles.append(
            Tile(
                title=lazy("Something does not work"),
                text=lazy("Look at the health page: it names what is wrong."),
                url=url_for("admin_health.index"),
                asks=True,
                order=0,
            )
        )
    return tiles


def _is_something_wrong() -> bool:
    return bool(plugins.of(current_app).faults or jobs.troubled(db.session()))
