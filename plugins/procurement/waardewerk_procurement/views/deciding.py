"""From prices to a decision: lot by lot, for who leads the dossier and who decides."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotAllowed, NotFound, NotNow, Refusal
from waardewerk.templating import form_page, page
from waardewerk_procurement import course, saying, words
from waardewerk_procurement.award import standstill
from waardewerk_procurement.forms.decision import DecideForm, DrawnForm, DropOutForm, PricesForm
from waardewerk_procurement.forms.reasons import ReasonForm
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import deciding, dropping_out, pricing, withdrawing
from waardewerk_procurement.operations.deciding import WrongTerm
from waardewerk_procurement.queries import decisions
from waardewerk_procurement.queries.decisions import Ranking, ranking_of
from waardewerk_procurement.queries.dossiers import dossier_to_work_on, get_lot, works_on
from waardewerk_procurement.queries.letters import standstills_of
from waardewerk_procurement.views.blueprint import actor_id, now, own_dossier, pages, today
from waardewerk_procurement.views.crumbs import crumbs


def ranked_dossier(dossier_id: int) -> Dossier:
    """Return a dossier of which this viewer may see prices and places, or refuse."""
    return decisions.dossier_to_rank(db.session(), dossier_id, access.viewer())


def _ranking(dossier_id: int, lot_key: str) -> Ranking:
    dossier = ranked_dossier(dossier_id)
    return ranking_of(db.session(), dossier, get_lot(db.session(), dossier, lot_key))


@pages.get("/<int:dossier_id>/decision")
@requires("procurement.read")
def decision(dossier_id: int) -> Response:
    """List the lots and how far each is; a dossier of one lot goes on to that lot."""
    dossier = ranked_dossier(dossier_id)
    if len(dossier.lots) == 1:
        lot = dossier.lots[0].key
        return redirect(url_for("procurement.lot_decision", dossier_id=dossier_id, lot_key=lot))
    return page(
        "procurement/decision.html",
        crumbs=crumbs,
        dossier=dossier,
        decided=decisions.decisions_of(db.session(), dossier),
        obstacles=course.in_the_way(db.session(), dossier, today()),
        is_assessed=dossier.state in pricing.PRICED_STATES,
    )


@pages.get("/<int:dossier_id>/lots/<lot_key>/decision")
@requires("procurement.read")
def lot_decision(dossier_id: int, lot_key: str) -> Response:
    """Show the ranking of a lot, why it is so, and what is decided on it."""
    ranking = _ranking(dossier_id, lot_key)
    pricing.refuse_before_quality(ranking.dossier, ranking.lot)
    return _lot_page(ranking, DrawnForm.for_bids(ranking.tied))


def _lot_page(ranking: Ranking, form: DrawnForm) -> Response:
    viewer = access.viewer()
    return form_page(
        "procurement/lot_decision.html",
        form,
        crumbs=crumbs,
        ranking=ranking,
        saying=saying,
        words=words,
        figure=saying.whole_figure if request.args.get("whole") else saying.figure,
        is_whole=bool(request.args.get("whole")),
        obstacles=course.in_the_way(db.session(), ranking.dossier, today())
        if ranking.decision
        else None,
        is_own=works_on(ranking.dossier, viewer),
        may_decide=decisions.may_decide(db.session(), ranking.dossier, viewer),
        stands_still_until=standstills_of(db.session(), ranking.dossier).get(ranking.lot.id),
        withdrawn=decisions.withdrawn_of(db.session(), ranking.dossier).get(ranking.lot.id, []),
    )


@pages.route("/<int:dossier_id>/lots/<lot_key>/prices", methods=["GET", "POST"])
@requires("procurement.prepare")
def prices(dossier_id: int, lot_key: str) -> Response:
    """Fill in the prices of all bids of a lot."""
    dossier = own_dossier(dossier_id)
    lot = get_lot(db.session(), dossier, lot_key)
    pricing.refuse_before_quality(dossier, lot)
    pricing.refuse_after_decision(db.session(), lot)
    form = PricesForm.for_bids(pricing.priceable(decisions.bids_of(db.session(), lot)))
    if form.validate_on_submit() and (given := form.prices()) is not None:
        with db.write() as session:
            dossier = dossier_to_work_on(session, dossier_id, access.viewer())
            lot = get_lot(session, dossier, lot_key)
            pricing.record_prices(
                session,
                dossier,
                lot,
                given,
                seen=form.seen.data or "",
                actor_id=actor_id(),
                now=now(),
            )
        flash(_("The prices are kept."), "success")
        return _to_lot(dossier_id, lot_key)
    return form_page("procurement/prices.html", form, crumbs=crumbs, dossier=dossier, lot=lot)


@pages.post("/<int:dossier_id>/lots/<lot_key>/drawn")
@requires("procurement.prepare")
def draw_lots(dossier_id: int, lot_key: str) -> Response:
    """Write down in which order people drew lots."""
    own_dossier(dossier_id)
    ranking = _ranking(dossier_id, lot_key)
    form = DrawnForm.for_bids(ranking.tied)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = dossier_to_work_on(session, dossier_id, access.viewer())
                lot = get_lot(session, dossier, lot_key)
                deciding.draw_lots(
                    session, dossier, lot, form.drawn(), actor_id=actor_id(), now=now()
                )
            flash(_("The order is kept, and the ranking is complete."), "success")
            return _to_lot(dossier_id, lot_key)
        except (Conflict, NotFound, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _lot_page(_ranking(dossier_id, lot_key), form)


@pages.route("/<int:dossier_id>/bids/<int:bid_id>/leave-ranking", methods=["GET", "POST"])
@requires("procurement.prepare")
def leave_ranking(dossier_id: int, bid_id: int) -> Response:
    """Write down that a bid drops out, and show beforehand what the fixed rule makes of it."""
    dossier = own_dossier(dossier_id)
    lot, bid = decisions.get_bid(db.session(), dossier, bid_id)
    pricing.refuse_before_quality(dossier, lot)
    pricing.refuse_after_decision(db.session(), lot)
    form = DropOutForm()
    if form.validate_on_submit():
        with db.write() as session:
            dossier = dossier_to_work_on(session, dossier_id, access.viewer())
            lot, bid = decisions.get_bid(session, dossier, bid_id)
            why, who = form.reason.data or "", actor_id()
            dropping_out.drop_out(session, dossier, bid, why, actor_id=who, now=now())
        flash(_("Written down that this bid dropped out."), "success")
        return _to_lot(dossier_id, lot.key)
    ranking = ranking_of(db.session(), dossier, lot)
    return form_page(
        "procurement/drop_out.html",
        form,
        crumbs=crumbs,
        ranking=ranking,
        bid=bid,
        then=decisions.without_bid(db.session(), ranking, bid),
        saying=saying,
    )


@pages.get("/<int:dossier_id>/lots/<lot_key>/ranking/<bid_key>")
@requires("procurement.read")
def ranked_bid(dossier_id: int, lot_key: str, bid_key: str) -> Response:
    """Show what each criterion brought one bid, and why."""
    ranking = _ranking(dossier_id, lot_key)
    pricing.refuse_before_quality(ranking.dossier, ranking.lot)
    bid = ranking.bid_by_key.get(bid_key)
    if bid is None or bid_key not in {one.key for one in ranking.lot_to_award.bids}:
        raise NotFound("There is no such bid.")
    given = next(one for one in ranking.lot_to_award.bids if one.key == bid_key)
    return page(
        "procurement/ranked_bid.html",
        crumbs=crumbs,
        ranking=ranking,
        bid=bid,
        given=given,
        reasons=decisions.agreed_reasons(db.session(), bid)[bid.id],
        figure=saying.whole_figure if request.args.get("whole") else saying.figure,
        is_whole=bool(request.args.get("whole")),
        is_own=works_on(ranking.dossier, access.viewer()),
        saying=saying,
    )


@pages.get("/<int:dossier_id>/lots/<lot_key>/award.json")
@requires("procurement.read")
def award_file(dossier_id: int, lot_key: str) -> Response:
    """Send the award file: the one that was decided on, or what it would be now."""
    ranking = _ranking(dossier_id, lot_key)
    pricing.refuse_before_quality(ranking.dossier, ranking.lot)
    if ranking.file is None:
        raise NotNow("There is no award file yet: a price is missing.")
    return _json(ranking.file, f"gunning-dossier-{dossier_id}-{ranking.lot.key}.json")


@pages.route("/<int:dossier_id>/lots/<lot_key>/decide", methods=["GET", "POST"])
@requires("procurement.decide")
def decide(dossier_id: int, lot_key: str) -> Response:
    """Decide about a lot, once."""
    ranking = _ranking(dossier_id, lot_key)
    pricing.refuse_before_quality(ranking.dossier, ranking.lot)
    if ranking.decision is not None:
        raise NotNow("Somebody decided about this lot already.")
    if decisions.is_assessor(db.session(), ranking.dossier, actor_id()):
        raise NotAllowed("Who assessed the bids cannot decide about them as well.")
    advised = standstill.last_day(ranking.dossier.kind, today())
    form = DecideForm(data={"seen": ranking.sha256, "standstill_until": advised})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = decisions.dossier_to_rank(session, dossier_id, access.viewer())
                lot = get_lot(session, dossier, lot_key)
                deciding.decide(
                    session,
                    dossier,
                    lot,
                    form.chosen(),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("It is decided."), "success")
            return _to_lot(dossier_id, lot_key)
        except WrongTerm as refusal:
            form.refuse(refusal, form.standstill_until)
        except (Conflict, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "procurement/decide.html",
        form,
        crumbs=crumbs,
        deciding=deciding,
        ranking=ranking,
        saying=saying,
        term=standstill.term_for(ranking.dossier.kind, today()),
        advised=advised,
    )


@pages.route("/<int:dossier_id>/lots/<lot_key>/withdraw", methods=["GET", "POST"])
@requires("procurement.decide")
def withdraw(dossier_id: int, lot_key: str) -> Response:
    """Take back the decision about a lot, and say why."""
    ranking = _ranking(dossier_id, lot_key)
    if ranking.decision is None or ranking.dossier.state != "decision":
        raise NotNow("There is no decision here that can be withdrawn.")
    form = ReasonForm(data={"seen": ranking.decision.award_sha256})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = decisions.dossier_to_rank(session, dossier_id, access.viewer())
                withdrawing.withdraw_decision(
                    session,
                    dossier,
                    get_lot(session, dossier, lot_key),
                    form.reason.data or "",
                    seen=form.seen.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("The decision is withdrawn. This lot can be decided on again."), "success")
            return _to_lot(dossier_id, lot_key)
        except (Conflict, NotAllowed):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _ask_to_withdraw(ranking, form)


def _ask_to_withdraw(ranking: Ranking, form: ReasonForm) -> Response:
    here: dict[str, Any] = {"dossier_id": ranking.dossier.id, "lot_key": ranking.lot.key}
    title, back = _("Withdraw the decision"), url_for("procurement.lot_decision", **here)
    return form_page(
        "procurement/reason.html",
        form,
        title=title,
        above=ranking.lot.title,
        follows=[
            _("This decision no longer counts. It is kept as it was, with your reason."),
            _("The letters of this lot are not ready any more: everybody must be told again."),
            _("Prices and who takes part can change again, and somebody decides again."),
        ],
        label=title,
        action=url_for("procurement.withdraw", **here),
        back=back,
        crumbs=crumbs(ranking.dossier, (_("Decision"), back), (title, "")),
    )


@pages.get("/<int:dossier_id>/lots/<lot_key>/withdrawn/<int:number>.json")
@requires("procurement.read")
def withdrawn_file(dossier_id: int, lot_key: str, number: int) -> Response:
    """Send the award file of a decision that was withdrawn; the first is number 1."""
    dossier = ranked_dossier(dossier_id)
    lot = get_lot(db.session(), dossier, lot_key)
    kept = decisions.withdrawn_of(db.session(), dossier).get(lot.id, [])
    if not 1 <= number <= len(kept):
        raise NotFound("There is no such decision.")
    name = f"award-{dossier_id}-{lot_key}-withdrawn-{number}.json"
    return _json(kept[number - 1].award_file, name)


def _json(content: str, name: str) -> Response:
    response = Response(content.encode(), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to_lot(dossier_id: int, lot_key: str) -> Response:
    url = url_for("procurement.lot_decision", dossier_id=dossier_id, lot_key=lot_key)
    return redirect(url, 303)
