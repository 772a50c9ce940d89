"""Deciding what each role may do."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, flash, redirect, url_for
from werkzeug import Response

from waardewerk import access, db, installation, plugins
from waardewerk.access import requires
from waardewerk.admin import operations
from waardewerk.admin.forms import RoleForm
from waardewerk.admin.queries import rights_by_part
from waardewerk.admin.views import actor_id
from waardewerk.contract import ROLES, Permission
from waardewerk.forms import options_of
from waardewerk.i18n import gettext as _
from waardewerk.people.words import ROLE_TASKS, ROLE_TITLES
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page

pages = Blueprint("admin_roles", __name__, url_prefix="/admin/roles")


@pages.get("/")
@requires("admin.roles")
def index() -> Response:
    """List the roles with what each is for."""
    may = {role: len(_held(role)) for role in ROLES}
    return page("admin/roles.html", titles=ROLE_TITLES, tasks=ROLE_TASKS, may=may)


@pages.route("/<role>", methods=["GET", "POST"])
@requires("admin.roles")
def change(role: str) -> Response:
    """Let an administrator decide what one role may do."""
    if role not in ROLES:
        abort(404)
    form = RoleForm(data={"permissions": sorted(_held(role))})
    form.permissions.choices = options_of((p.key, p.title) for p in _offered())
    if form.validate_on_submit():
        try:
            return _grant(role, set(form.permissions.data or ()))
        except Refusal as refusal:
            form.refuse(refusal, form.permissions)
    return form_page(
        "admin/role.html",
        form,
        role=role,
        title=ROLE_TITLES[role],
        task=ROLE_TASKS[role],
        parts=rights_by_part(_offered(), plugins.of(current_app)),
    )


def _grant(role: str, permissions: set[str]) -> Response:
    with db.write() as session:
        operations.grant(
            session,
            role,
            permissions,
            declared=_offered(),
            actor_id=actor_id(),
            now=datetime.now(UTC),
        )
    flash(_("Saved. It holds from now on."), "success")
    return redirect(url_for("admin_roles.index"), 303)


def _offered() -> list[Permission]:
    """Return what can be decided; what everybody may do is not one of those."""
    return [p for p in access.permissions() if p.key not in access.EVERYBODY]


def _held(role: str) -> frozenset[str]:
    return access.permissions_of([role], _offered(), installation.snapshot().grants)
