"""What suppliers say of themselves: links for them, the page behind a link, their answers."""

from __future__ import annotations

from collections.abc import Collection

from flask import current_app, flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import db
from waardewerk.access import public, requires
from waardewerk.forms import cookieless
from waardewerk.i18n import day_of
from waardewerk.i18n import gettext as _
from waardewerk.people import guessing
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, htmx, page
from waardewerk_procurement import words_after
from waardewerk_procurement.asked import Question
from waardewerk_procurement.forms.supplier import (
    OpenFormForm,
    filled_in,
    one_filled_in,
    prefix_of,
)
from waardewerk_procurement.models import Bid, Dossier
from waardewerk_procurement.operations import asking
from waardewerk_procurement.operations.asking import Asked
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.decisions import get_bid
from waardewerk_procurement.views.blueprint import (
    actor_id,
    now,
    own_dossier,
    pages,
    speak_of,
    supplying,
    today,
)
from waardewerk_procurement.views.crumbs import crumbs

LINK = "/<token>"


def _secret() -> str:
    return str(current_app.secret_key)


@pages.route("/<int:dossier_id>/forms", methods=["GET", "POST"], endpoint="forms")
@requires("procurement.prepare")
def forms_page(dossier_id: int) -> Response:
    """List the forms that bidders got, and make a link for one of them."""
    dossier, form = own_dossier(dossier_id), OpenFormForm()
    bids = _who_can_be_asked(dossier)
    form.bid.choices = [(str(bid.id), bid.bidder) for bid in bids]
    if form.validate_on_submit():
        made = _open(dossier_id, form)
        if made is not None:
            address = url_for("procurement.form", dossier_id=dossier_id, form_id=made)
            return redirect(address, 303)
    return form_page(
        "procurement/supplier_forms.html",
        form,
        dossier=dossier,
        forms_given=queries.forms_of(db.session(), dossier),
        is_open=asking.is_open,
        can_ask=bool(bids),
        today=today(),
        crumbs=crumbs(dossier, (_("Forms for suppliers"), "")),
    )


def _who_can_be_asked(dossier: Dossier) -> list[Bid]:
    """Give the bidders before the award, the winners afterwards."""
    purpose = asking.PURPOSES.get(dossier.state)
    if purpose is None:
        return []
    find = queries.bids_of if purpose == "requirements" else queries.winners_of
    return [bid for bid in find(db.session(), dossier) if bid.dropped_out_at is None]


def _open(dossier_id: int, form: OpenFormForm) -> int | None:
    try:
        with db.write() as session:
            dossier = own_dossier(dossier_id)
            _lot, bid = get_bid(session, dossier, int(form.bid.data))
            made = asking.open_form(
                session,
                dossier,
                bid,
                form.open_until.day,
                secret=_secret(),
                actor_id=actor_id(),
                now=now(),
            )
            return made.id
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal, form.open_until)
        return None


@pages.get("/<int:dossier_id>/forms/<int:form_id>", endpoint="form")
@requires("procurement.prepare")
def form_page_of(dossier_id: int, form_id: int) -> Response:
    """Show the link of a form as long as it is open, and the answers once they were handed in."""
    dossier = own_dossier(dossier_id)
    found = queries.get_form(db.session(), dossier, form_id)
    whole = asking.whole_form(db.session(), found)
    token = asking.link_token(found, _secret())
    return page(
        "procurement/supplier_form.html",
        dossier=dossier,
        whole=whole,
        link=url_for("procurement_supplier.form", token=token, _external=True),
        is_open=whole.is_open(today()),
        words=words_after,
        crumbs=crumbs(
            dossier,
            (_("Forms for suppliers"), url_for("procurement.forms", dossier_id=dossier_id)),
            (whole.bid.bidder, ""),
        ),
    )


@pages.post("/<int:dossier_id>/forms/<int:form_id>/end", endpoint="end_form")
@requires("procurement.prepare")
def end_form(dossier_id: int, form_id: int) -> Response:
    """Let a link open nothing any more."""
    with db.write() as session:
        dossier = own_dossier(dossier_id)
        found = queries.get_form(session, dossier, form_id)
        asking.end_form(session, dossier, found, actor_id=actor_id(), now=now())
    flash(_("The link opens nothing any more."), "success")
    return redirect(url_for("procurement.form", dossier_id=dossier_id, form_id=form_id), 303)


@supplying.errorhandler(asking.UnknownForm)
def unknown_form(refusal: asking.UnknownForm) -> Response:
    """Say what somebody can do whose link opens nothing."""
    return page("procurement/supplier/unknown.html", status=refusal.status)


@supplying.get(LINK, endpoint="form")
@public
def form(token: str) -> Response:
    """Show the form: to fill in, to read once it was handed in, or that it is closed."""
    return _form(_by_token(token), token)


def _by_token(token: str) -> Asked:
    """Find a form; guessing is slowed down per address."""
    address = request.remote_addr or ""
    seeker = guessing.Seeker.at(_secret(), kind="supplier-form", address=address)
    guessing.refuse_many_links(db.session(), seeker)
    try:
        found = asking.find_by_token(db.session(), token, secret=_secret())
    except asking.UnknownForm:
        with db.write() as session:
            guessing.count_unknown_link(session, seeker)
        raise
    speak_of(found.dossier)
    return found


def _form(
    whole: Asked,
    token: str,
    status: int = 200,
    *,
    stale: Collection[str] = (),
    still_open: Collection[Question] = (),
    message: str = "",
) -> Response:
    posted = {one.key: one for one in filled_in(whole.questions, request.form)}
    return page(
        "procurement/supplier/form.html",
        status=status,
        whole=whole,
        token=token,
        posted=posted if status != 200 and not still_open else {},
        stale=stale,
        still_open=still_open,
        message=message,
        is_open=whole.is_open(today()),
        today=today(),
        day_of=day_of,
        prefix_of=prefix_of,
        words=words_after,
        form={"errors": bool(stale or still_open or message)},
    )


@supplying.post(LINK, endpoint="save_all")
@public
@cookieless
def save_all(token: str) -> Response:
    """Save the whole page, and hand it in when that button was pressed."""
    whole = _by_token(token)
    try:
        with db.write() as session:
            whole = asking.find_by_token(session, token, secret=_secret())
            filled = filled_in(whole.questions, request.form)
            by = request.form.get("filled_in_by", "")
            asking.save(session, whole, filled, filled_in_by=by, now=now())
            hands_in = request.form.get("go") == "hand-in"
            still_open = asking.hand_in(session, whole, now=now()) if hands_in else []
    except asking.StaleSaid as stale:
        return _form(whole, token, stale.status, stale=stale.keys)
    except Refusal as refusal:
        return _form(whole, token, refusal.status, message=_(refusal.message, **refusal.details))
    if still_open:
        return _form(whole, token, 422, still_open=still_open)
    return redirect(url_for("procurement_supplier.form", token=token), 303)


@supplying.post(f"{LINK}/save/<criterion_key>", endpoint="save")
@public
@cookieless
def save(token: str, criterion_key: str) -> Response:
    """Save one answer as somebody goes, and say when."""
    whole = _by_token(token)
    prefix = prefix_of(criterion_key)
    try:
        with db.write() as session:
            whole = asking.find_by_token(session, token, secret=_secret())
            filled = one_filled_in(criterion_key, request.form)
            said = asking.save(session, whole, [filled], now=now())[criterion_key]
    except asking.StaleSaid as stale:
        return page(
            "procurement/supplier/_conflict.html",
            status=stale.status,
            mine=one_filled_in(criterion_key, request.form),
            theirs=whole.said(criterion_key),
            question=whole.question(criterion_key),
            prefix=prefix,
            token=token,
            words=words_after,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return page(
            "procurement/supplier/_refused.html",
            status=refusal.status,
            prefix=prefix,
            revision=whole.said(criterion_key).revision,
            message=_(refusal.message, **refusal.details),
        )
    if not htmx:
        return redirect(
            url_for(
                "procurement_supplier.form",
                token=token,
                _anchor=whole.question(criterion_key).anchor,
            ),
            303,
        )
    return page("procurement/supplier/_saved.html", said=said, prefix=prefix)
