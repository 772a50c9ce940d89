"""How somebody comes in, as far as an administrator can change it; never a secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, url_for
from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.admin.views import actor_id
from waardewerk.i18n import gettext as _
from waardewerk.people.operations import accounts, break_glass, identities, second_steps

pages = Blueprint("admin_ways_in", __name__, url_prefix="/admin/people")


@pages.post("/<int:person_id>/break-glass")
@requires("admin.people")
def mark(person_id: int) -> Response:
    """Keep somebody's account apart from the provider."""
    return _change(person_id, break_glass.mark, _("This is a break-glass account now."))


@pages.post("/<int:person_id>/break-glass/end")
@requires("admin.people")
def unmark(person_id: int) -> Response:
    """Make a break-glass account an ordinary one."""
    return _change(person_id, break_glass.unmark, _("This is an ordinary account now."))


@pages.post("/<int:person_id>/unlink")
@requires("admin.people")
def unlink(person_id: int) -> Response:
    """Forget who somebody is at the organisation's provider."""
    return _change(person_id, identities.unlink, _("The link is gone."))


@pages.post("/<int:person_id>/second-step/reset")
@requires("admin.people")
def reset_second_step(person_id: int) -> Response:
    """Take away the second step of who lost it."""
    return _change(person_id, second_steps.reset, _("The second step is gone."))


def _change(person_id: int, act: Callable[..., None], told: str) -> Response:
    with db.write() as session:
        act(
            session,
            accounts.get_person(session, person_id),
            actor_id=actor_id(),
            now=datetime.now(UTC),
        )
    flash(told, "success")
    return redirect(url_for("admin_people.person", person_id=person_id), 303)
