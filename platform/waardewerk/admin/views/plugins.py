"""Switching plugins on and off."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, url_for
from werkzeug import Response

from waardewerk import db, gate, settings
from waardewerk import plugins as installed
from waardewerk.access import requires
from waardewerk.admin import operations
from waardewerk.admin.queries import installed_plugins
from waardewerk.admin.views import actor_id
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotFound
from waardewerk.templating import page

pages = Blueprint("admin_plugins", __name__, url_prefix="/admin/plugins")


@pages.get("/")
@requires("admin.plugins")
def index() -> Response:
    """List the plugins, and the ones that were left out with the reason."""
    found = installed.of(current_app)
    left_out = [fault for fault in found.faults if fault.plugin not in found.names]
    return page(
        "admin/plugins.html",
        plugins=installed_plugins(found, gate.enabled()),
        left_out=left_out,
        with_settings=settings.forms().keys(),
    )


@pages.post("/<name>/on")
@requires("admin.plugins")
def switch_on(name: str) -> Response:
    """Switch a plugin on."""
    _switch(name, on=True)
    flash(_("%(name)s is on.", name=_title(name)), "success")
    return redirect(url_for("admin_plugins.index"), 303)


@pages.get("/<name>/off")
@requires("admin.plugins")
def confirm_off(name: str) -> Response:
    """Name what stops before a plugin is switched off."""
    if name not in gate.enabled() & installed.of(current_app).names:
        raise NotFound("There is no plugin called %(name)s.", name=name)
    return page("admin/switch_off.html", name=name, title=_title(name))


@pages.post("/<name>/off")
@requires("admin.plugins")
def switch_off(name: str) -> Response:
    """Switch a plugin off."""
    _switch(name, on=False)
    flash(_("%(name)s is off. What it holds is kept.", name=_title(name)), "success")
    return redirect(url_for("admin_plugins.index"), 303)


def _title(name: str) -> str:
    return installed.of(current_app).found[name].title


def _switch(name: str, *, on: bool) -> None:
    with db.write() as session:
        operations.switch_plugin(
            session,
            name,
            on=on,
            known=installed.of(current_app).names,
            actor_id=actor_id(),
            now=datetime.now(UTC),
        )
