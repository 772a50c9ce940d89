"""Four eyes and the freeze; what was fixed, and its rectifications."""

from __future__ import annotations

import base64
from functools import partial

from flask import flash, redirect, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.addresses import number_asked
from waardewerk.forms import Form
from waardewerk.i18n import gettext as _
from waardewerk.i18n import speaking
from waardewerk.people.queries import names_of
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk_procurement import check_words
from waardewerk_procurement.checking.rules import Severity
from waardewerk_procurement.fixed import comparing
from waardewerk_procurement.fixed.fixed_words import document_of, shown_changes
from waardewerk_procurement.fixed.fixing_content import LANGUAGE
from waardewerk_procurement.fixed.in_sight import InSight, advice_for, in_sight, notice_for
from waardewerk_procurement.fixed.snapshot import read_snapshot
from waardewerk_procurement.forms.fixing import (
    ApproveForm,
    ExtendForm,
    NoticeForm,
    RectifyForm,
    SendBackForm,
)
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import fixing
from waardewerk_procurement.operations.holding import has_passed, is_past_closing
from waardewerk_procurement.queries.dossiers import (
    sees_estimates,
    snapshots_of,
    takes_drafts,
    works_on,
)
from waardewerk_procurement.queries.fixing import (
    get_snapshot,
    objection_to,
    reviews_of,
    reviews_since,
)
from waardewerk_procurement.views.blueprint import (
    actor_id,
    now,
    own_dossier,
    pages,
    read_dossier,
)
from waardewerk_procurement.views.crumbs import crumbs
from waardewerk_procurement.views.hours import tell_the_hour

REVIEW = "procurement.review"
RECTIFY = "procurement.rectify"


# Four eyes -------------------------------------------------------------------------------------


@pages.get("/<int:dossier_id>/review")
@requires("procurement.read")
def review(dossier_id: int) -> Response:
    """Show what will be fixed, what stops it, and what the second pair of eyes can do."""
    return _review_page(read_dossier(dossier_id), SendBackForm())


def _review_page(dossier: Dossier, form: Form) -> Response:
    session = db.session()
    reviews = reviews_of(session, dossier)
    is_open = "review" in (dossier.state, dossier.rectification)
    # Afterwards there is nothing to read here: what was fixed has a page of its own.
    seen = in_sight(session, dossier, now()) if is_open or dossier.state == "concept" else None
    objection = objection_to(session, dossier, actor_id()) if is_open else None
    return form_page(
        "procurement/review.html",
        form,
        crumbs=crumbs,
        dossier=dossier,
        seen=seen,
        stops=_found(seen, "stops") if seen else [],
        looks=_found(seen, "warns") if seen else [],
        takes_drafts=takes_drafts(dossier, access.viewer()),
        may_try=sees_estimates(dossier, access.viewer()),
        document=partial(document_of, seen.written) if seen and seen.written else None,
        advice=advice_for(seen, now()) if seen else "",
        approving=ApproveForm(
            data={"revision": dossier.revision, "sha256": seen.sha256 if seen else ""}
        ),
        is_open=is_open,
        objection=_(objection.message) if objection else "",
        may_decide=is_open and not objection and access.viewer().may("procurement.approve"),
        works_on=works_on(dossier, access.viewer()),
        reviews=reviews,
        names=names_of(session, [dossier.submitted_by, *(one.reviewed_by for one in reviews)]),
    )


def _found(seen: InSight, severity: Severity) -> list[check_words.Place]:
    """List what the checks found that is so heavy, by its place."""
    return check_words.by_severity(seen.draft, seen.findings)[severity]


@pages.post("/<int:dossier_id>/review/submit")
@requires("procurement.prepare")
def submit(dossier_id: int) -> Response:
    """Lay a concept before the second pair of eyes."""
    with db.write() as session:
        fixing.submit(session, own_dossier(dossier_id), actor_id=actor_id(), now=now())
    flash(_("A second person can look now. The texts stand still meanwhile."), "success")
    return _to(REVIEW, dossier_id)


@pages.post("/<int:dossier_id>/review/take-back")
@requires("procurement.prepare")
def take_back(dossier_id: int) -> Response:
    """Write on before anybody approved it."""
    with db.write() as session:
        fixing.take_back(session, own_dossier(dossier_id), actor_id=actor_id(), now=now())
    flash(_("You can change the texts again."), "success")
    return _to(REVIEW, dossier_id)


@pages.post("/<int:dossier_id>/review/send-back")
@requires("procurement.approve")
def send_back(dossier_id: int) -> Response:
    """Send it back with a reason."""
    dossier, form = read_dossier(dossier_id), SendBackForm()
    if not form.validate_on_submit():
        return _review_page(dossier, form)
    with db.write() as session:
        reason = form.reason.data or ""
        fixing.send_back(session, read_dossier(dossier_id), reason, actor_id=actor_id(), now=now())
    flash(_("It is sent back with your reason."), "success")
    return _to(REVIEW, dossier_id)


@pages.post("/<int:dossier_id>/review/approve")
@requires("procurement.approve")
def approve(dossier_id: int) -> Response:
    """Approve what was read, and fix it."""
    form = ApproveForm()
    if not form.validate_on_submit():
        return _review_page(read_dossier(dossier_id), form)
    advice = _advice_to_keep(read_dossier(dossier_id))
    with db.write() as session:
        dossier = read_dossier(dossier_id)
        if dossier.rectification:
            fixing.approve_rectification(
                session, dossier, form.read(), advice, actor_id=actor_id(), now=now()
            )
        else:
            fixing.approve(session, dossier, form.read(), actor_id=actor_id(), now=now())
    flash(_("It is fixed. What stands here never changes again."), "success")
    return _to("procurement.fixed", dossier_id)


def _advice_to_keep(dossier: Dossier) -> str:
    if not dossier.rectification:
        return ""
    seen = in_sight(db.session(), dossier, now())
    with speaking(LANGUAGE):
        return advice_for(seen, now())


# What was fixed --------------------------------------------------------------------------------


@pages.get("/<int:dossier_id>/fixed")
@requires("procurement.read")
def fixed(dossier_id: int) -> Response:
    """List what was fixed, the newest first, with who looked and why."""
    dossier = read_dossier(dossier_id)
    session = db.session()
    found = snapshots_of(session, dossier)[::-1]
    people = [who for one in found for who in (one.made_by, one.approved_by)]
    return page(
        "procurement/fixed.html",
        crumbs=crumbs,
        dossier=dossier,
        snapshots=found,
        names=names_of(session, people),
        works_on=works_on(dossier, access.viewer()),
        is_past_closing=is_past_closing(dossier, now()),
    )


@pages.get("/<int:dossier_id>/fixed/<int:number>")
@requires("procurement.read")
def fixed_version(dossier_id: int, number: int) -> Response:
    """Show what was fixed, for people to read."""
    dossier = read_dossier(dossier_id)
    found = get_snapshot(db.session(), dossier, number)
    return page(
        "procurement/fixed_version.html",
        crumbs=crumbs,
        dossier=dossier,
        snapshot=found,
        # Drawn once: it never changes.
        document=partial(document_of, read_snapshot(found.content)),
    )


@pages.get("/<int:dossier_id>/fixed/<int:number>.json")
@requires("procurement.read")
def fixed_json(dossier_id: int, number: int) -> Response:
    """Give what was fixed byte for byte: its hash is that of the file."""
    found = get_snapshot(db.session(), read_dossier(dossier_id), number)
    response = Response(found.content.encode(), mimetype="application/json")
    name = f"dossier-{dossier_id}-versie-{number}-{found.sha256}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return response


@pages.get("/<int:dossier_id>/fixed/changes")
@requires("procurement.read")
def fixed_changes(dossier_id: int) -> Response:
    """Lay two of them beside each other; without a choice the last two."""
    dossier = read_dossier(dossier_id)
    last = snapshots_of(db.session(), dossier)
    newest = last[-1].number if last else 1
    after = get_snapshot(db.session(), dossier, number_asked("after") or newest)
    before = get_snapshot(db.session(), dossier, number_asked("before") or max(1, after.number - 1))
    was, becomes = read_snapshot(before.content), read_snapshot(after.content)
    return page(
        "procurement/fixed_changes.html",
        crumbs=crumbs,
        dossier=dossier,
        snapshots=last,
        chosen=(before.number, after.number),
        changes=shown_changes(comparing.compare(was, becomes), was, becomes),
    )


# Rectification ---------------------------------------------------------------------------------


@pages.route("/<int:dossier_id>/rectify", methods=["GET", "POST"])
@requires("procurement.prepare")
def rectify(dossier_id: int) -> Response:
    """Begin a rectification, or show how far the one that is being written is."""
    dossier = own_dossier(dossier_id)
    if dossier.state != "fixed":
        raise NotNow("Only what was fixed can be rectified, and only before the assessment.")
    form = RectifyForm()
    if form.validate_on_submit():
        with db.write() as session:
            own, reason = own_dossier(dossier_id), form.reason.data or ""
            fixing.begin_rectification(session, own, reason, actor_id=actor_id(), now=now())
        flash(_("You can change the texts and rules now. What was fixed still holds."), "success")
        return _to(RECTIFY, dossier_id)
    if dossier.rectification:
        return _rectifying_page(dossier)
    is_past = is_past_closing(dossier, now())
    return form_page(
        "procurement/rectify.html", form, crumbs=crumbs, dossier=dossier, is_past_closing=is_past
    )


def _rectifying_page(
    dossier: Dossier, extending: ExtendForm | None = None, notice: NoticeForm | None = None
) -> Response:
    if not dossier.rectification:
        raise NotNow("No rectification is being written.")
    session = db.session()
    seen = in_sight(session, dossier, now())
    fresh = notice_for(seen, dossier.rectification_reason)
    return form_page(
        "procurement/rectifying.html",
        extending if extending is not None and extending.errors else notice or NoticeForm(),
        crumbs=crumbs,
        dossier=dossier,
        seen=seen,
        stops=_found(seen, "stops"),
        works_on=True,
        advice=advice_for(seen, now()),
        extending=extending or ExtendForm(data={"closes_at": dossier.closes_at}),
        telling=notice
        or NoticeForm(formdata=None, data={"notice": dossier.rectification_notice or fresh}),
        fresh_notice=fresh,
        reviews=reviews_since(session, dossier),
        is_past_closing=seen.fixed is not None and has_passed(seen.fixed.closes_at, now()),
    )


@pages.post("/<int:dossier_id>/rectify/closing")
@requires("procurement.prepare")
def extend(dossier_id: int) -> Response:
    """Choose a later closing date."""
    dossier, form = own_dossier(dossier_id), ExtendForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                own, moment = own_dossier(dossier_id), form.closes_at.at
                assert moment is not None
                fixing.extend(session, own, moment, actor_id=actor_id(), now=now())
            flash(_("The new closing date is written down. It does not hold yet."), "success")
            tell_the_hour(form.closes_at)
            return _to(RECTIFY, dossier_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal, form.closes_at)
    return _rectifying_page(dossier, extending=form)


@pages.post("/<int:dossier_id>/rectify/submit")
@requires("procurement.prepare")
def submit_rectification(dossier_id: int) -> Response:
    """Lay a rectification before the second pair of eyes."""
    dossier, form = own_dossier(dossier_id), NoticeForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                own, notice = own_dossier(dossier_id), form.notice.data or ""
                fixing.submit_rectification(session, own, notice, actor_id=actor_id(), now=now())
            flash(_("A second person can look now. The texts stand still meanwhile."), "success")
            return _to(REVIEW, dossier_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _rectifying_page(dossier, notice=form)


@pages.get("/<int:dossier_id>/rectify/drop")
@requires("procurement.prepare")
def confirm_drop_rectification(dossier_id: int) -> Response:
    """Name what is lost before a rectification is dropped."""
    dossier = own_dossier(dossier_id)
    if not dossier.rectification:
        raise NotNow("No rectification is being written.")
    seen = in_sight(db.session(), dossier, now())
    return page("procurement/drop_rectification.html", crumbs=crumbs, dossier=dossier, seen=seen)


@pages.post("/<int:dossier_id>/rectify/drop")
@requires("procurement.prepare")
def drop_rectification(dossier_id: int) -> Response:
    """Put everything back as it was fixed."""
    with db.write() as session:
        fixing.drop_rectification(session, own_dossier(dossier_id), actor_id=actor_id(), now=now())
    flash(_("The rectification is dropped. All is as it was fixed."), "success")
    return _to("procurement.fixed", dossier_id)


def _to(endpoint: str, dossier_id: int) -> Response:
    return redirect(url_for(endpoint, dossier_id=dossier_id), 303)
