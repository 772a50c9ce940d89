"""Letters to bidders, and the report of the procedure."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db, exports, i18n
from waardewerk.access import requires
from waardewerk.addresses import number_in
from waardewerk.documents import body_html
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotFound
from waardewerk.templating import form_page, page
from waardewerk_procurement import award_exporters, course, saying
from waardewerk_procurement.forms.decision import LetterForm
from waardewerk_procurement.operations import motivating
from waardewerk_procurement.operations.motivating import BareMatrix
from waardewerk_procurement.queries.dossiers import dossier_to_work_on
from waardewerk_procurement.queries.letters import LetterFacts, letter_facts, letters_of
from waardewerk_procurement.views.blueprint import actor_id, now, own_dossier, pages, today
from waardewerk_procurement.views.crumbs import crumbs
from waardewerk_procurement.views.deciding import ranked_dossier


@pages.get("/<int:dossier_id>/letters")
@requires("procurement.prepare")
def letters(dossier_id: int) -> Response:
    """List who gets a letter, and how far each is."""
    dossier = own_dossier(dossier_id)
    listed = letters_of(db.session(), dossier)
    ready = [one for one in listed if one.is_ready]
    return page(
        "procurement/letters.html",
        crumbs=crumbs,
        dossier=dossier,
        obstacles=course.in_the_way(db.session(), dossier, today()),
        letters=listed,
        ready=ready,
        seconds=award_exporters.seconds_for(db.session(), dossier, ready) if ready else 0,
        formats=exports.exporters_for(award_exporters.LETTER),
    )


@pages.route("/<int:dossier_id>/letters/<int:bid_id>", methods=["GET", "POST"])
@requires("procurement.prepare")
def letter(dossier_id: int, bid_id: int) -> Response:
    """Write what only a person can: what the winner did better, in words."""
    facts = letter_facts(db.session(), own_dossier(dossier_id), bid_id)
    form = LetterForm.for_facts(facts)
    if form.validate_on_submit():
        try:
            _keep(form, dossier_id, bid_id, is_ready="ready" in request.form)
            return _after(dossier_id, bid_id)
        except BareMatrix as refusal:
            form.refuse_bare(refusal, refusal.criteria)
            facts = letter_facts(db.session(), own_dossier(dossier_id), bid_id)
    return form_page(
        "procurement/letter.html",
        form,
        crumbs=crumbs,
        facts=facts,
        saying=saying,
        lacks_contact=not (award_exporters.sender().contact or form.closing.data),
        formats=exports.exporters_for(award_exporters.LETTER),
    )


def _keep(form: LetterForm, dossier_id: int, bid_id: int, *, is_ready: bool) -> None:
    with db.write() as session:
        dossier = dossier_to_work_on(session, dossier_id, access.viewer())
        motivating.write_letter(
            session,
            dossier,
            letter_facts(session, dossier, bid_id),
            advantages=form.advantages(),
            closing=form.closing.data or "",
            revision=form.revision.number,
            is_ready=is_ready,
            actor_id=actor_id(),
            now=now(),
        )


def _after(dossier_id: int, bid_id: int) -> Response:
    if "ready" in request.form:
        flash(_("The letter is ready."), "success")
        return redirect(url_for("procurement.letters", dossier_id=dossier_id), 303)
    flash(_("Your text is kept. The letter is not ready yet."), "success")
    return redirect(url_for("procurement.letter", dossier_id=dossier_id, bid_id=bid_id), 303)


@pages.post("/<int:dossier_id>/letters/<int:bid_id>/not-ready")
@requires("procurement.prepare")
def take_back_letter(dossier_id: int, bid_id: int) -> Response:
    """Say that a letter is not ready after all."""
    with db.write() as session:
        dossier = dossier_to_work_on(session, dossier_id, access.viewer())
        facts = letter_facts(session, dossier, bid_id)
        revision = number_in(request.form.get("revision", "")) or 0
        motivating.take_back(
            session, dossier, facts, revision=revision, actor_id=actor_id(), now=now()
        )
    flash(_("The letter is not ready any more. You can change it."), "success")
    return redirect(url_for("procurement.letter", dossier_id=dossier_id, bid_id=bid_id), 303)


@pages.get("/<int:dossier_id>/letters/<int:bid_id>.<form>")
@requires("procurement.prepare")
def letter_file(dossier_id: int, bid_id: int, form: str) -> Response:
    """Send the letter to one bidder as a file."""
    facts: LetterFacts = letter_facts(db.session(), own_dossier(dossier_id), bid_id)
    name = f"brief-dossier-{dossier_id}-{facts.ranking.lot.key}-{facts.bid.key}"
    return exports.send_file(award_exporters.LETTER, bid_id, form, name)


@pages.get("/<int:dossier_id>/letters/<int:bid_id>/concept.pdf")
@requires("procurement.prepare")
def letter_concept(dossier_id: int, bid_id: int) -> Response:
    """Show the letter to one bidder as it was kept last, before anybody calls it whole."""
    dossier = own_dossier(dossier_id)
    content = award_exporters.concept_of(db.session(), dossier, bid_id, i18n.language(), today())
    return _download(content, "application/pdf", f"concept-brief-dossier-{dossier_id}-{bid_id}.pdf")


def _download(content: bytes | Iterator[bytes], media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/<int:dossier_id>/letters/all.<form>")
@requires("procurement.prepare")
def letters_file(dossier_id: int, form: str) -> Response:
    """Send all letters that are ready: as one PDF, or as a ZIP that leaves letter by letter."""
    dossier = own_dossier(dossier_id)
    inside = form.removesuffix(".zip")
    content: bytes | Iterator[bytes]
    if form == "pdf":
        content = award_exporters.one_pdf(db.session(), dossier, i18n.language())
    elif form.endswith(".zip") and inside in award_exporters.WRITERS:
        content = award_exporters.in_a_zip(db.session(), dossier, i18n.language(), inside)
    else:
        raise NotFound("This cannot be saved as %(format)s.", format=form)
    media_type = "application/pdf" if form == "pdf" else "application/zip"
    return _download(content, media_type, f"brieven-dossier-{dossier_id}.{form}")


@pages.get("/<int:dossier_id>/report")
@requires("procurement.read")
def procedure_report(dossier_id: int) -> Response:
    """Show the report of the procedure, with the formats that it can be saved in."""
    dossier = ranked_dossier(dossier_id)
    document = award_exporters.report_of(db.session(), dossier_id, i18n.language())
    return page(
        "procurement/procedure_report.html",
        crumbs=crumbs,
        dossier=dossier,
        document=body_html(document),
        formats=exports.exporters_for(award_exporters.REPORT),
    )


@pages.get("/<int:dossier_id>/report.<form>")
@requires("procurement.read")
def procedure_report_file(dossier_id: int, form: str) -> Response:
    """Send the report of the procedure as a file."""
    ranked_dossier(dossier_id)
    return exports.send_file(
        award_exporters.REPORT, dossier_id, form, f"verslag-dossier-{dossier_id}"
    )
