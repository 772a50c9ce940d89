"""Who leaves, what they carry, and who takes it over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import OWN_ACCOUNT, requires
from waardewerk.i18n import gettext as _
from waardewerk.people.operations import accounts
from waardewerk.refusal import Conflict, Refusal
from waardewerk.responsibility.forms import HandOverForm, LeavingForm
from waardewerk.responsibility.models import Leaving
from waardewerk.responsibility.operations import leaving, placing
from waardewerk.responsibility.queries import leaving as departures
from waardewerk.responsibility.queries import people
from waardewerk.responsibility.queries.bodies import gatherings
from waardewerk.responsibility.queries.register import Place, places_of
from waardewerk.responsibility.views import actor_id, now, today
from waardewerk.templating import form_page, page

pages = Blueprint("handing_over", __name__, url_prefix="/responsibility/leaving")


@pages.get("/")
@requires("responsibility.keep")
def index() -> Response:
    """List who left or leaves and still carries something."""
    found = departures.departures(db.session(), today())
    return page("responsibility/departures.html", departures=found)


@pages.route("/<int:person_id>", methods=["GET", "POST"])
@requires("responsibility.keep")
def person(person_id: int) -> Response:
    """Show what somebody carries, and hand it over: all of it or a part."""
    accounts.get_person(db.session(), person_id)
    places = places_of(db.session(), person_id, today())
    notice = departures.notice_of(db.session(), person_id)
    form = _form(places, notice)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                handed = placing.hand_over(
                    session,
                    form.which.data or (),
                    form.handing(person_id),
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("Handed over: %(count)s.", count=len(handed)), "success")
            return redirect(url_for("handing_over.person", person_id=person_id), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/hand_over.html", form, **_carried(person_id, places, notice))


def _form(places: list[Place], notice: Leaving | None) -> HandOverForm:
    successor = f"person:{notice.successor_id}" if notice and notice.successor_id else ""
    form = HandOverForm(
        data={
            "which": [one.id for one in places],
            "holder": successor,
            "from_day": notice.leaves_on if notice else today(),
            "agreed": notice.words if notice else "",
        }
    )
    form.offer(people.people_here(db.session()), gatherings(db.session(), today()))
    form.list_places(places)
    return form


def _carried(person_id: int, places: list[Place], notice: Leaving | None) -> dict[str, Any]:
    session = db.session()
    memberships = departures.memberships_of(session, person_id, today())
    requests = departures.open_requests_of(session, person_id)
    return {
        "person_id": person_id,
        "someone": people.names_of(session, [person_id])(person_id),
        "places": places,
        "memberships": memberships,
        "requests": requests if access.viewer().may("advice.answer") else [],
        "count_of_requests": len(requests),
        "notice": notice,
    }


@pages.route("/mine", methods=["GET", "POST"])
@requires(OWN_ACCOUNT)
def mine() -> Response:
    """Show somebody what they carry, and let them tell that they leave."""
    places = places_of(db.session(), actor_id(), today())
    notice = departures.notice_of(db.session(), actor_id())
    form = _leaving_form(notice)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                leaving.tell(session, actor_id(), form.notice(), now=now())
            flash(_("Told. Who keeps the register looks for somebody to take over."), "success")
            return redirect(url_for("handing_over.mine"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/mine.html", form, **_carried(actor_id(), places, notice))


def _leaving_form(notice: Leaving | None) -> LeavingForm:
    data = {}
    if notice is not None:
        successor = f"person:{notice.successor_id}" if notice.successor_id else ""
        data = {"leaves_on": notice.leaves_on, "successor": successor, "words": notice.words}
    form = LeavingForm(data=data)
    form.offer(one for one in people.people_here(db.session()) if one.id != actor_id())
    return form


@pages.post("/mine/stay")
@requires(OWN_ACCOUNT)
def stay() -> Response:
    """Take back that one leaves."""
    with db.write() as session:
        leaving.take_back(session, actor_id(), now=now())
    flash(_("Good that you stay."), "success")
    return redirect(url_for("handing_over.mine"), 303)
