"""What did we learn? And the end of a dossier."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page
from waardewerk_procurement.forms.following import LessonForm
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.models.dossiers import AFTER
from waardewerk_procurement.operations import learning
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.dossiers import works_on
from waardewerk_procurement.views.blueprint import actor_id, now, own_dossier, pages, read_dossier
from waardewerk_procurement.views.crumbs import crumbs


@pages.route("/<int:dossier_id>/learned", methods=["GET", "POST"], endpoint="learned")
@requires("procurement.read")
def learned_page(dossier_id: int) -> Response:
    """Show what people learned, per value; write down more."""
    dossier, session = read_dossier(dossier_id), db.session()
    form = LessonForm()
    values = [("", _("In general")), *_values(session, dossier)]
    form.value.choices = values
    if form.is_submitted():
        access.demand("procurement.follow")
    if form.validate_on_submit() and _is_written(dossier_id, form):
        flash(_("Written down."), "success")
        return redirect(url_for("procurement.learned", dossier_id=dossier_id), 303)
    runs = dossier.state == "execution"
    return form_page(
        "procurement/learned.html",
        form,
        dossier=dossier,
        lessons=queries.lessons_of(session, dossier),
        values=dict(values),
        can_write=runs and access.viewer().may("procurement.follow"),
        obstacles=learning.obstacles(session, dossier) if runs else [],
        may_close=runs and works_on(dossier, access.viewer()),
        crumbs=crumbs(dossier, (_("What we learned"), "")),
    )


def _values(session: Session, dossier: Dossier) -> list[tuple[str, str]]:
    """Give the values that were used; before anything was fixed there are none."""
    if dossier.state not in AFTER:
        return []
    return [(one.key, one.name) for one in learning.values_used(session, dossier)]


def _is_written(dossier_id: int, form: LessonForm) -> bool:
    try:
        with db.write() as session:
            learning.write_lesson(
                session,
                read_dossier(dossier_id),
                form.learned(),
                secret=str(current_app.secret_key),
                actor_id=actor_id(),
                now=now(),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@pages.post("/<int:dossier_id>/close", endpoint="close")
@requires("procurement.prepare")
def close(dossier_id: int) -> Response:
    """Close a dossier: from here it can only be read."""
    with db.write() as session:
        learning.close(session, own_dossier(dossier_id), actor_id=actor_id(), now=now())
    flash(_("The dossier is closed. Everything in it can still be read."), "success")
    return redirect(url_for("procurement.learned", dossier_id=dossier_id), 303)
