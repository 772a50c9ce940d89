"""Who leads a dossier, and stopping a procedure before anything is decided."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotAllowed, NotNow, Refusal
from waardewerk.templating import form_page
from waardewerk_procurement.forms.reasons import ReasonForm, hand_over_form
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import leading, stopping
from waardewerk_procurement.queries.dossiers import dossier_to_work_on
from waardewerk_procurement.queries.officers import officers, people_here
from waardewerk_procurement.views.blueprint import actor_id, now, own_dossier, pages
from waardewerk_procurement.views.crumbs import crumbs


@pages.route("/<int:dossier_id>/who-leads", methods=["GET", "POST"])
@requires("procurement.prepare")
def who_leads(dossier_id: int) -> Response:
    """Give a dossier to another officer, and its promises to a keeper."""
    found = own_dossier(dossier_id)
    if found.state not in leading.OPEN:
        raise NotNow("This dossier is closed: nobody leads it any more.")
    form = hand_over_form(found, officers(db.session()), people_here(db.session()))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = dossier_to_work_on(session, dossier_id, access.viewer())
                leading.hand_over(
                    session,
                    dossier,
                    form.officer_id,
                    form.keeper_id,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("Saved."), "success")
            return _to_dossier(dossier_id)
        except (Conflict, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    here = crumbs(found, (_("Who leads it"), ""))
    return form_page("procurement/who_leads.html", form, found=found, crumbs=here)


@pages.route("/<int:dossier_id>/stop", methods=["GET", "POST"])
@requires("procurement.prepare")
def stop(dossier_id: int) -> Response:
    """Stop a procedure before anything is decided, and say why."""
    found = own_dossier(dossier_id)
    objection = stopping.objection_to_stopping(db.session(), found)
    if objection is not None:
        raise objection
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = dossier_to_work_on(session, dossier_id, access.viewer())
                stopping.stop_procedure(
                    session, dossier, form.reason.data or "", actor_id=actor_id(), now=now()
                )
            flash(_("The procedure is stopped."), "success")
            return _to_dossier(dossier_id)
        except (Conflict, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _ask_to_stop(found, form)


def _ask_to_stop(found: Dossier, form: ReasonForm) -> Response:
    return form_page(
        "procurement/reason.html",
        form,
        title=_("Stop the procedure"),
        above=found.title,
        follows=[
            _("Nobody scores or decides any more. You cannot undo this."),
            _("What was fixed and what was scored stays, and can be read."),
            _("Your reason stands on the page of the dossier, for everybody who may read it."),
        ],
        label=_("Stop the procedure"),
        action=url_for("procurement.stop", dossier_id=found.id),
        back=url_for("procurement.dossier", dossier_id=found.id),
        crumbs=crumbs(found, (_("Stop the procedure"), "")),
    )


def _to_dossier(dossier_id: int) -> Response:
    return redirect(url_for("procurement.dossier", dossier_id=dossier_id), 303)
