"""Who sent in a bid, what bids must meet, and who assesses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import requires
from waardewerk.forms import Form
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as people
from waardewerk.refusal import Conflict, NotAllowed, NotFound, Refusal
from waardewerk.templating import form_page
from waardewerk_procurement import seeing
from waardewerk_procurement.forms.assessment import (
    AppointForm,
    BidForm,
    DropOutForm,
    ManyForm,
    RevealForm,
    StandInForm,
    knock_outs_form,
    met_in,
)
from waardewerk_procurement.models import Bid, Decision, Dossier
from waardewerk_procurement.operations import (
    appointing,
    assessing,
    conferring,
    dropping_out,
    standing_in,
)
from waardewerk_procurement.operations.holding import is_past_closing
from waardewerk_procurement.queries import assessment as queries
from waardewerk_procurement.queries.assessment import Assessment
from waardewerk_procurement.queries.decisions import decisions_of
from waardewerk_procurement.queries.dossiers import dossier_to_work_on, get_lot
from waardewerk_procurement.views.assessment import tabs
from waardewerk_procurement.views.blueprint import actor_id, now, own_dossier, pages
from waardewerk_procurement.views.crumbs import crumbs

if TYPE_CHECKING:
    from waardewerk.people.queries import Account


def _to(endpoint: str, dossier_id: int, **more: Any) -> Response:
    return redirect(url_for(f"procurement.{endpoint}", dossier_id=dossier_id, **more), 303)


def _work_on(session: Session, dossier_id: int) -> Dossier:
    return dossier_to_work_on(session, dossier_id, access.viewer())


@pages.get("/<int:dossier_id>/bids", endpoint="bids")
@requires("procurement.prepare")
def bids_page(dossier_id: int) -> Response:
    """List who sent in a bid, and what the assessment waits for."""
    own_dossier(dossier_id)
    return _bids_page(dossier_id, BidForm())


def _bids_page(
    dossier_id: int, form: BidForm | RevealForm, at: str = "", *, revealing: str = ""
) -> Response:
    session = db.session()
    found = queries.assessment_of(session, own_dossier(dossier_id))
    return form_page(
        "procurement/assessment/bids.html",
        form,
        found=found,
        at=at,
        title=_("Bids"),
        crumbs=crumbs(found.dossier, (_("Bids"), "")),
        tabs=tabs(seeing.sight_of(found, access.viewer()), "procurement.bids"),
        can_list=found.dossier.state in {"fixed", "assessment"}
        and is_past_closing(found.dossier, now()),
        beginning=_beginning(found),
        waiting=_waiting(session, found),
        reasons={
            lot.key: form if lot.key == revealing else RevealForm(formdata=None, prefix=lot.key)
            for lot in found.lots
            if conferring.is_short_handed(found)
        },
        finishing=_finishing(session, found),
        names=queries.names_of(session, found.assessors),
    )


def _beginning(found: Assessment) -> Conflict | None:
    if found.dossier.state != "fixed":
        return None
    return assessing.objection_to_beginning(found, now())


def _waiting(session: Session, found: Assessment) -> Mapping[str, conferring.Waiting]:
    if found.dossier.state != "assessment":
        return {}
    return {
        lot.key: conferring.waiting_for(session, found, lot)
        for lot in found.lots
        if lot.revealed_at is None
    }


def _finishing(session: Session, found: Assessment) -> Mapping[str, assessing.Unfinished]:
    return {
        lot.key: assessing.unfinished_in(session, found, lot)
        for lot in found.lots
        if lot.revealed_at is not None and lot.quality_final_at is None
    }


@pages.post("/<int:dossier_id>/lots/<lot_key>/bids", endpoint="add_bid")
@requires("procurement.prepare")
def add_bid(dossier_id: int, lot_key: str) -> Response:
    """Put a bidder on the list of a lot."""
    own_dossier(dossier_id)
    form = BidForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = _work_on(session, dossier_id)
                bid = appointing.add_bid(
                    session,
                    dossier,
                    get_lot(session, dossier, lot_key),
                    form.bidder.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            text = _("%(bidder)s is on the list as %(key)s.", bidder=bid.bidder, key=bid.key)
            flash(text, "success")
            return _to("bids", dossier_id)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal, form.bidder)
    return _bids_page(dossier_id, form, at=lot_key)


@pages.post("/<int:dossier_id>/begin", endpoint="begin_assessment")
@requires("procurement.prepare")
def begin(dossier_id: int) -> Response:
    """Begin the assessment."""
    with db.write() as session:
        dossier = _work_on(session, dossier_id)
        assessing.begin(session, dossier, actor_id=actor_id(), now=now())
    flash(_("The assessment has begun. Assessors first declare their interests."), "success")
    return _to("bids", dossier_id)


@pages.post("/<int:dossier_id>/lots/<lot_key>/reveal", endpoint="reveal_scores")
@requires("procurement.prepare")
def reveal(dossier_id: int, lot_key: str) -> Response:
    """Show those who talk each other's scores."""
    own_dossier(dossier_id)
    form = RevealForm(prefix=lot_key)
    try:
        with db.write() as session:
            dossier = _work_on(session, dossier_id)
            one, why = get_lot(session, dossier, lot_key), form.why.data or ""
            conferring.reveal(session, dossier, one, why_fewer=why, actor_id=actor_id(), now=now())
    except (Conflict, NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        form.refuse(refusal, form.why)
        return _bids_page(dossier_id, form, revealing=lot_key)
    flash(_("The scores are revealed. Now you can talk about them."), "success")
    return _to("bids", dossier_id)


@pages.post("/<int:dossier_id>/lots/<lot_key>/quality", endpoint="finish_quality")
@requires("procurement.prepare")
def finish_quality(dossier_id: int, lot_key: str) -> Response:
    """End the assessment of a lot's quality."""
    with db.write() as session:
        dossier = _work_on(session, dossier_id)
        one = get_lot(session, dossier, lot_key)
        assessing.finish_quality(session, dossier, one, actor_id=actor_id(), now=now())
    flash(_("The quality is final. No score changes any more."), "success")
    return _to("bids", dossier_id)


# One bid -----------------------------------------------------------------------------------------


def _own_bid(session: Session, dossier_id: int, bid_id: int) -> tuple[Assessment, Bid]:
    found = queries.assessment_of(session, _work_on(session, dossier_id))
    return found, found.bid(bid_id)


def _knock_outs_form(found: Assessment, bid: Bid) -> ManyForm:
    asked = found.knock_outs_in(found.lot_of(bid))
    answered = {key: one for (of, key), one in found.knock_outs.items() if of == bid.id}
    return knock_outs_form(asked, answered)


@pages.route("/<int:dossier_id>/bids/<int:bid_id>", methods=["GET", "POST"], endpoint="bid")
@requires("procurement.prepare")
def bid_page(dossier_id: int, bid_id: int) -> Response:
    """Say whether a bid meets what it must meet, and show what else can be done about it."""
    found, bid = _own_bid(db.session(), dossier_id, bid_id)
    form = _knock_outs_form(found, bid)
    if form.validate_on_submit():
        with db.write() as session:
            found, bid = _own_bid(session, dossier_id, bid_id)
            answers = met_in(form, found.knock_outs_in(found.lot_of(bid)))
            saved = assessing.answer_knock_outs(
                session, found.dossier, bid, answers, actor_id=actor_id(), now=now()
            )
        if not saved.problems:
            flash(_("Saved."), "success")
            return _to("bid", dossier_id, bid_id=bid_id)
        form.tell(saved.problems, "reason")
    return _bid_page(dossier_id, bid_id, form)


def _bid_page(
    dossier_id: int,
    bid_id: int,
    form: Form,
    *,
    renaming: BidForm | None = None,
    dropping: DropOutForm | None = None,
    coming: StandInForm | None = None,
) -> Response:
    found, bid = _own_bid(db.session(), dossier_id, bid_id)
    missing = standing_in.missing_for(found, bid)
    title = _("Bid %(key)s", key=bid.key)
    above = (_("Bids"), url_for("procurement.bids", dossier_id=dossier_id))
    return form_page(
        "procurement/assessment/bid.html",
        form,
        found=found,
        bid=bid,
        lot=found.lot_of(bid),
        can_rename=_can_rename(db.session(), found, bid),
        asked=found.knock_outs_in(found.lot_of(bid)),
        knock_outs=form if isinstance(form, ManyForm) else _knock_outs_form(found, bid),
        renaming=renaming or BidForm(formdata=None, obj=bid),
        dropping=dropping or DropOutForm(formdata=None),
        missing=missing,
        standing_in=(coming or _stand_in_form(found)) if missing else None,
        is_decided=found.lot_of(bid).id in decisions_of(db.session(), found.dossier),
        is_spoken_of=queries.is_spoken_of(db.session(), bid),
        title=title,
        crumbs=crumbs(found.dossier, above, (title, "")),
    )


def _can_rename(session: Session, found: Assessment, bid: Bid) -> bool:
    is_decided = session.get(Decision, bid.lot_id) is not None
    return found.dossier.state in {"fixed", "assessment", "decision"} and not is_decided


@pages.post("/<int:dossier_id>/bids/<int:bid_id>/name", endpoint="rename_bid")
@requires("procurement.prepare")
def rename_bid(dossier_id: int, bid_id: int) -> Response:
    """Write the name of a bidder better."""
    _own_bid(db.session(), dossier_id, bid_id)
    form = BidForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found, bid = _own_bid(session, dossier_id, bid_id)
                name, who = form.bidder.data or "", actor_id()
                appointing.rename_bid(session, found.dossier, bid, name, actor_id=who, now=now())
            return _to("bid", dossier_id, bid_id=bid_id)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal, form.bidder)
    return _bid_page(dossier_id, bid_id, form, renaming=form)


@pages.post("/<int:dossier_id>/bids/<int:bid_id>/remove", endpoint="remove_bid")
@requires("procurement.prepare")
def remove_bid(dossier_id: int, bid_id: int) -> Response:
    """Take off the list what was put there by mistake."""
    with db.write() as session:
        found, bid = _own_bid(session, dossier_id, bid_id)
        appointing.remove_bid(session, found.dossier, bid, actor_id=actor_id(), now=now())
    flash(_("It is off the list."), "success")
    return _to("bids", dossier_id)


@pages.post("/<int:dossier_id>/bids/<int:bid_id>/drop-out", endpoint="drop_out_bid")
@requires("procurement.prepare")
def drop_out(dossier_id: int, bid_id: int) -> Response:
    """Write down that a bid drops out, and why."""
    _own_bid(db.session(), dossier_id, bid_id)
    form = DropOutForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found, bid = _own_bid(session, dossier_id, bid_id)
                why, who = form.why.data or "", actor_id()
                dropping_out.drop_out(session, found.dossier, bid, why, actor_id=who, now=now())
            return _to("bid", dossier_id, bid_id=bid_id)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal, form.why)
    return _bid_page(dossier_id, bid_id, form, dropping=form)


def _stand_in_form(found: Assessment, *, is_sent: bool = False) -> StandInForm:
    # The page has another form that asks why.
    prefix = "stand-in"
    form = StandInForm(prefix=prefix) if is_sent else StandInForm(formdata=None, prefix=prefix)
    known = _people_to_appoint(db.session())
    know = standing_in.who_know(db.session(), found)
    return form.offer(one for one in known if one.id not in know)


@pages.post("/<int:dossier_id>/bids/<int:bid_id>/stand-in", endpoint="stand_in")
@requires("procurement.prepare")
def stand_in(dossier_id: int, bid_id: int) -> Response:
    """Appoint somebody for a bid of which too few people are left after the reveal."""
    found, _bid = _own_bid(db.session(), dossier_id, bid_id)
    form = _stand_in_form(found, is_sent=True)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                found, bid = _own_bid(session, dossier_id, bid_id)
                standing_in.stand_in(
                    session,
                    found.dossier,
                    bid,
                    form.person_id,
                    form.why.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(
                _("Appointed. They first declare their interests, and then score alone."), "success"
            )
            return _to("bid", dossier_id, bid_id=bid_id)
        except (Conflict, NotFound):
            raise
        except Refusal as refusal:
            form.refuse(refusal, form.why)
    return _bid_page(dossier_id, bid_id, form, coming=form)


# Assessors ---------------------------------------------------------------------------------------


@pages.route("/<int:dossier_id>/assessors", methods=["GET", "POST"], endpoint="assessors")
@requires("procurement.prepare")
def assessors_page(dossier_id: int) -> Response:
    """Appoint assessors, and show what they declared and how far they are."""
    own_dossier(dossier_id)
    form = AppointForm().offer(_people_to_appoint(db.session()))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                dossier = _work_on(session, dossier_id)
                appointing.appoint(session, dossier, form.person_id, actor_id=actor_id(), now=now())
            return _to("assessors", dossier_id)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal, form.person)
    return _assessors_page(dossier_id, form)


def _people_to_appoint(session: Session) -> list[Account]:
    return people.who_may(session, appointing.ASSESS)


def _assessors_page(dossier_id: int, form: AppointForm) -> Response:
    session = db.session()
    found = queries.assessment_of(session, own_dossier(dossier_id))
    scored = queries.counted(session, found.assessors)
    asked = {bid.id: len(found.scored_in(found.lot_of(bid))) for bid in found.bids}
    return form_page(
        "procurement/assessment/assessors.html",
        form,
        found=found,
        crumbs=crumbs(found.dossier, (_("Assessors"), "")),
        tabs=tabs(seeing.sight_of(found, access.viewer()), "procurement.assessors"),
        names=queries.names_of(session, found.assessors),
        declared=Counter(assessor for assessor, _bid in found.declared),
        done={
            one.id: sum(
                found.is_cleared(one, bid) and scored.get((one.id, bid.id), 0) >= asked[bid.id]
                for bid in found.bids
            )
            for one in found.assessors
        },
        to_do={
            one.id: sum(found.is_cleared(one, bid) for bid in found.bids) for one in found.assessors
        },
        is_open=found.dossier.state in {"fixed", "assessment"}
        and any(lot.revealed_at is None for lot in found.lots),
        may_leave={
            one.id
            for one in found.assessors
            if found.dossier.state in {"fixed", "assessment"}
            and one.ended_at is None
            and appointing.may_leave(found, one)
        },
    )


@pages.post("/<int:dossier_id>/assessors/<int:number>/end", endpoint="end_appointment")
@requires("procurement.prepare")
def end_appointment(dossier_id: int, number: int) -> Response:
    """Let somebody leave the assessment."""
    with db.write() as session:
        dossier = _work_on(session, dossier_id)
        one = queries.assessment_of(session, dossier).assessor(number)
        appointing.end_appointment(session, dossier, one, actor_id=actor_id(), now=now())
    return _to("assessors", dossier_id)
