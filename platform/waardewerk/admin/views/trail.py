"""Reading the audit trail, and checking that nobody changed it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, audit, db, plugins, retention
from waardewerk.access import requires
from waardewerk.addresses import number_in
from waardewerk.admin.queries import trail
from waardewerk.admin.words import Titles
from waardewerk.forms import is_storable
from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk.templating import page

pages = Blueprint("admin_trail", __name__, url_prefix="/admin/audit")


@pages.get("/")
@requires("admin.audit")
def index() -> Response:
    """Show who did what, newest first."""
    subject = request.args.get("subject", "").strip()
    before = number_in(request.args.get("before", ""))
    shown = trail(
        db.session(),
        plugins.of(current_app),
        _titles(),
        subject=subject if is_storable(subject) else "?",
        before=before,
    )
    return page("admin/trail.html", trail=shown, subject=subject)


def _titles() -> Titles:
    return Titles(
        rights={one.key: one.title for one in access.permissions()},
        rules={f"{owner}.{one.name}": one.title for owner, one in retention.rules_of(current_app)},
        plugins={plugin.name: plugin.title for plugin in plugins.of(current_app)},
    )


@pages.post("/verify")
@requires("admin.audit")
def verify() -> Response:
    """Walk the whole chain and say whether it is unbroken."""
    count, broken = audit.verify(db.session())
    if broken is None:
        text = ngettext(
            "The audit trail is unbroken: %(count)s entry.",
            "The audit trail is unbroken: %(count)s entries.",
            count,
        )
        flash(text, "success")
    else:
        flash(
            _("The audit trail was changed at entry %(number)s.", number=broken.entry_id), "error"
        )
    return redirect(url_for("admin_trail.index"), 303)
