"""The register: who holds what, what it lacks, and how it came so."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db, exports
from waardewerk.access import requires
from waardewerk.contract import LEVELS
from waardewerk.i18n import gettext as _
from waardewerk.people.words import LEVEL_TITLES
from waardewerk.refusal import Conflict, Refusal
from waardewerk.responsibility import words
from waardewerk.responsibility.exporters import REGISTER
from waardewerk.responsibility.forms import EndForm, PlaceForm, as_filled_in
from waardewerk.responsibility.history import Happened, happenings
from waardewerk.responsibility.operations import placing
from waardewerk.responsibility.queries import leaving, people, register
from waardewerk.responsibility.queries.bodies import gatherings, past_gatherings
from waardewerk.responsibility.questions import BY_KEY, QUESTIONS
from waardewerk.responsibility.views import actor_id, now, today
from waardewerk.templating import form_page, page

pages = Blueprint("responsibility", __name__, url_prefix="/responsibility")


@pages.get("/", endpoint="register")
@requires("responsibility.read")
def show() -> Response:
    """Show what lacks, who holds what at each level, and the bodies."""
    keeps = access.viewer().may("responsibility.keep")
    return page(
        "responsibility/register.html",
        register=register.register(db.session(), today()),
        questions=QUESTIONS,
        levels=LEVELS,
        level_titles=LEVEL_TITLES,
        past_bodies=past_gatherings(db.session(), today()),
        departures=leaving.departures(db.session(), today()) if keeps else [],
        exporters=exports.exporters_for(REGISTER),
        words=words,
    )


@pages.get("/history")
@requires("responsibility.read")
def history() -> Response:
    """Show everything that was ever placed, changed, handed over and ended."""
    rows = register.newest_rows(db.session())
    return page("responsibility/history.html", events=_told(rows))


@pages.get("/register.<form>")
@requires("responsibility.read")
def download(form: str) -> Response:
    """Send the register as a file."""
    return exports.send_file(REGISTER, 0, form, "register")


@pages.route("/place", methods=["GET", "POST"])
@requires("responsibility.keep")
def place() -> Response:
    """Place a responsibility: the answer to a question, or one of one's own."""
    question = BY_KEY.get(request.args.get("question", ""))
    form = _form({"since": today(), **({"title": str(question.title)} if question else {})})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                placed = form.placed(question.key if question else "")
                row = placing.place(session, placed, actor_id=actor_id(), now=now())
            flash(_("It is placed."), "success")
            return redirect(url_for("responsibility.held", placement_id=row.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/place.html", form, question=question, place=None)


def _form(data: dict[str, object]) -> PlaceForm:
    form = PlaceForm(data=data)
    form.offer(people.people_here(db.session()), gatherings(db.session(), today()))
    return form


@pages.get("/held/<int:placement_id>")
@requires("responsibility.read")
def held(placement_id: int) -> Response:
    """Show one responsibility, and how it came to its holder."""
    place = register.place(db.session(), placement_id)
    rows = register.history_of(db.session(), placement_id)
    return page(
        "responsibility/held.html",
        place=place,
        question=BY_KEY.get(place.question),
        stands=place.stands_on(today()),
        newest=rows[0],
        events=_told(rows),
        level_titles=LEVEL_TITLES,
        words=words,
    )


def _told(rows: list[register.Place]) -> list[Happened]:
    return happenings(rows, lambda number: url_for("responsibility.held", placement_id=number))


@pages.route("/held/<int:placement_id>/change", methods=["GET", "POST"])
@requires("responsibility.keep")
def change(placement_id: int) -> Response:
    """Write down how a responsibility is from now on."""
    place = register.place(db.session(), placement_id)
    form = _form(as_filled_in(place))
    if form.validate_on_submit():
        try:
            with db.write() as session:
                placed = form.placed(place.question)
                row = placing.change(session, place.id, placed, actor_id=actor_id(), now=now())
            flash(_("Changed. How it was stays in the history."), "success")
            return redirect(url_for("responsibility.held", placement_id=row.id), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    question = BY_KEY.get(place.question)
    return form_page("responsibility/place.html", form, question=question, place=place)


@pages.route("/held/<int:placement_id>/end", methods=["GET", "POST"])
@requires("responsibility.keep")
def end(placement_id: int) -> Response:
    """End a responsibility."""
    place = register.place(db.session(), placement_id)
    form = EndForm(data={"last_day": today()})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                placing.end(
                    session,
                    placement_id,
                    last_day=form.chosen_day,
                    why=form.why.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("It ends on that day. It stays in the history."), "success")
            return redirect(url_for("responsibility.register"), 303)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("responsibility/end.html", form, place=place)
