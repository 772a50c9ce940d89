"""What asks for an administrator on the dashboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import current_app, url_for

from waardewerk import db, i18n, jobs, plugins, settings
from waardewerk.config import Config
from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.people import queries
from waardewerk.people.ways_in import WaysIn

#: How long the use of a break-glass account stays on the dashboard.
IS_NEWS = timedelta(days=7)


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
    if viewer.may("admin.people") and len(queries.accounts(db.session())) == 1:
        tiles.append(
            Tile(
                title=lazy("Invite who begins with you"),
                text=lazy("You are the only one here. Begin with an adviser and a driver."),
                url=url_for("admin_people.invite"),
                asks=True,
                order=2,
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
    if viewer.may("admin.people") and (used := _break_glass_used()):
        tiles.append(
            Tile(
                title=lazy("A break-glass account was used"),
                text=_(
                    "On %(moment)s. Do you know who that was, and why?",
                    moment=i18n.format_datetime(used),
                ),
                url=url_for("admin_trail.index"),
                asks=True,
                order=2,
            )
        )
    return tiles


def _break_glass_used() -> datetime | None:
    """Return when a break-glass account was used, as long as that is news."""
    used = queries.sign_on(db.session(), _ways()).break_glass_used_at
    return used if used and used > datetime.now(UTC) - IS_NEWS else None


def _ways() -> WaysIn:
    config: Config = current_app.extensions["waardewerk.config"]
    return WaysIn.of(config)


def _is_something_wrong() -> bool:
    return bool(
        plugins.of(current_app).faults
        or jobs.troubled(db.session())
        or queries.sign_on(db.session(), _ways()).is_failing
    )
