"""From draft to what is in force: propose, take back, adopt; or drop the draft."""

from __future__ import annotations

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk.values import queries, signals
from waardewerk.values.changes import compare
from waardewerk.values.forms.writing import AdoptionForm
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.operations import adopting, drafting
from waardewerk.values.registry import framework_of
from waardewerk.values.showing import ShownChange, shown_changes
from waardewerk.values.views.blueprint import actor_id, now, pages, today

DRAFT = "values.draft"


@pages.post("/draft/propose")
@requires("values.write")
def propose() -> Response:
    """Lay the draft before those who decide."""
    with db.write() as session:
        adopting.propose(session, queries.get_draft(session), actor_id=actor_id(), now=now())
    flash(_("The version is proposed. Its text stands still until it is adopted."), "success")
    return redirect(url_for(DRAFT), 303)


@pages.post("/draft/take-back")
@requires("values.write")
def take_back() -> Response:
    """Make the proposed version a draft again."""
    with db.write() as session:
        adopting.take_back(session, queries.get_draft(session), actor_id=actor_id(), now=now())
    flash(_("The version is a draft again. You can change it."), "success")
    return redirect(url_for(DRAFT), 303)


@pages.route("/draft/adopt", methods=["GET", "POST"])
@requires("values.adopt")
def adopt() -> Response:
    """Write down that the proposed version was adopted, with what it changes in sight."""
    version = queries.get_draft(db.session())
    if version.state != "proposed":
        raise NotNow("This version is not proposed yet.")
    form = AdoptionForm(data={"decided_on": today(), "valid_from": today()})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found = queries.get_draft(session)
                adopting.adopt(session, found, form.adoption(), actor_id=actor_id(), now=now())
            flash(_("The version is adopted. It never changes again."), "success")
            return redirect(url_for("values.version", number=found.number), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    newest = _newest(db.session())
    return form_page(
        "values/adopt.html",
        form,
        current_section=DRAFT,
        framework_version=version,
        newest=newest,
        changes=_changes(newest, version),
        waiting=signals.to_write_in(db.session()),
    )


def _newest(session: Session) -> FrameworkVersion | None:
    return next(iter(queries.adopted_versions(session)), None)


def _changes(newest: FrameworkVersion | None, version: FrameworkVersion) -> list[ShownChange]:
    if newest is None:
        return []
    return shown_changes(compare(framework_of(newest), framework_of(version)))


@pages.get("/draft/drop")
@requires("values.write")
def confirm_drop() -> Response:
    """Name what is lost before the draft is thrown away."""
    version = queries.get_draft(db.session())
    newest = _newest(db.session())
    return page(
        "values/drop.html",
        current_section=DRAFT,
        framework_version=version,
        framework=framework_of(version),
        newest=newest,
        changes=_changes(newest, version),
    )


@pages.post("/draft/drop")
@requires("values.write")
def drop() -> Response:
    """Throw the draft away."""
    with db.write() as session:
        drafting.drop_draft(session, queries.get_draft(session), actor_id=actor_id(), now=now())
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for(DRAFT), 303)
