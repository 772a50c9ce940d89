"""Ask the advisers, answer together, and learn from what was answered."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, current_app, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, exports, mail, settings
from waardewerk.access import requires
from waardewerk.config import Config
from waardewerk.i18n import gettext as _
from waardewerk.people import queries as accounts
from waardewerk.people.queries import Account
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.responsibility import letters, words
from waardewerk.responsibility.exporters import REQUEST
from waardewerk.responsibility.forms import (
    AnswerForm,
    AskForm,
    OfferForm,
    ReturnForm,
    TakeUpForm,
    WordsForm,
)
from waardewerk.responsibility.letters import Reader, Sender
from waardewerk.responsibility.models import AdviceRequest
from waardewerk.responsibility.operations import advising, offering
from waardewerk.responsibility.queries import advice, people
from waardewerk.responsibility.views import actor_id, now, today
from waardewerk.templating import form_page, page

pages = Blueprint("advice", __name__, url_prefix="/advice")


@pages.get("/")
@requires(advice.ASK)
def index() -> Response:
    """List the requests that this viewer may see."""
    return page(
        "advice/index.html",
        desk=advice.desk(db.session(), access.viewer()),
        least=advice.LEAST_NAMES,
        advisers=len(people.advisers(db.session())),
        is_late=lambda one: advice.is_late(one, today()),
        words=words,
    )


@pages.route("/ask", methods=["GET", "POST"])
@requires(advice.ASK)
def ask() -> Response:
    """Ask the advisers a question about a case."""
    form = AskForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                asked = advising.ask(
                    session,
                    form.asked(),
                    actor_id=actor_id(),
                    now=now(),
                    tell=partial(_tell_advisers, session, letters.new_request),
                )
            flash(_("Asked. The advisers see it from now on."), "success")
            return _to(asked.id)
        except Refusal as refusal:
            form.refuse(refusal)
    advisers = [one.name for one in people.advisers(db.session()) if one.id != actor_id()]
    return form_page("advice/ask.html", form, advisers=advisers)


@pages.get("/<int:request_id>")
@requires(advice.ASK)
def request_page(request_id: int) -> Response:
    """Show a request: in full, or as it was shared with everybody inside."""
    return _shown(request_id, WordsForm())


def _shown(request_id: int, form: WordsForm) -> Response:
    session, viewer = db.session(), access.viewer()
    found = advice.request_for(session, request_id, viewer)
    is_asker = viewer.person_id == found.asker_id
    return form_page(
        "advice/request.html",
        form,
        counsel=advice.counsel(session, found),
        sees_all=advice.sees_everything(found, viewer),
        is_asker=is_asker,
        advises=viewer.may(people.ANSWER) and not is_asker,
        is_late=advice.is_late(found, today()),
        least=advice.LEAST_NAMES,
        words=words,
    )


@pages.route("/<int:request_id>/take-up", methods=["GET", "POST"])
@requires(people.ANSWER)
def take_up(request_id: int) -> Response:
    """Give a request an adviser who sees to it, and a day."""
    found = _whole(request_id)
    form = TakeUpForm(data={"owner": actor_id(), "answer_by": found.answer_by or found.wanted_by})
    form.offer(people.advisers(db.session()), found.asker_id)
    if form.validate_on_submit():
        try:
            with db.write() as session:
                advising.take_up(
                    session,
                    request_id,
                    owner_id=form.owner.data,
                    answer_by=form.chosen_day,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("It has somebody who sees to it, and a day."), "success")
            return _to(request_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("advice/take_up.html", form, asked=found)


@pages.post("/<int:request_id>/contribute")
@requires(people.ANSWER)
def contribute(request_id: int) -> Response:
    """Bring something in, or see the answer otherwise."""
    _whole(request_id)
    form = WordsForm()
    say = advising.dissent if request.form.get("as") == "dissent" else advising.contribute
    if form.validate_on_submit():
        try:
            with db.write() as session:
                say(session, request_id, form.words.data or "", actor_id=actor_id(), now=now())
            flash(_("It stands with the request."), "success")
            return _to(request_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return _shown(request_id, form)


@pages.route("/<int:request_id>/answer", methods=["GET", "POST"])
@requires(people.ANSWER)
def write_answer(request_id: int) -> Response:
    """Write a text that advisers can put their name to."""
    found = _whole(request_id)
    newest = found.answers[-1] if found.answers else None
    form = AnswerForm(obj=newest, data={"builds_on": newest.id if newest else 0})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                advising.write_answer(
                    session,
                    request_id,
                    form.answered(),
                    builds_on=form.text_read,
                    actor_id=actor_id(),
                    now=now(),
                    tell=partial(_tell_advisers, session, letters.text_to_sign),
                )
            flash(_("Your name is under it. It counts with a second name."), "success")
            return _to(request_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("advice/answer.html", form, counsel=advice.counsel(db.session(), found))


@pages.post("/<int:request_id>/sign")
@requires(people.ANSWER)
def sign(request_id: int) -> Response:
    """Put one's name to a text."""
    _whole(request_id)
    answer_id = request.form.get("answer", 0, type=int)
    with db.write() as session:
        advising.sign(
            session,
            request_id,
            answer_id,
            actor_id=actor_id(),
            now=now(),
            tell=partial(_tell_asker, session, letters.answered),
        )
    flash(_("Your name is under the answer."), "success")
    return _to(request_id)


@pages.route("/<int:request_id>/refer", methods=["GET", "POST"])
@requires(people.ANSWER)
def refer(request_id: int) -> Response:
    """Say who can answer this better."""
    found = _whole(request_id)
    form = WordsForm()
    if form.validate_on_submit():
        try:
            with db.write() as session:
                advising.refer(
                    session,
                    request_id,
                    form.words.data or "",
                    actor_id=actor_id(),
                    now=now(),
                    tell=partial(_tell_asker, session, letters.referred),
                )
            flash(_("Referred."), "success")
            return _to(request_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("advice/close.html", form, asked=found, refers=True)


@pages.route("/<int:request_id>/withdraw", methods=["GET", "POST"])
@requires(advice.ASK)
def withdraw(request_id: int) -> Response:
    """Take one's question back."""
    found = _whole(request_id)
    advising.require_asker(found, actor_id())
    form = WordsForm()
    if form.validate_on_submit():
        with db.write() as session:
            advising.withdraw(
                session, request_id, form.words.data or "", actor_id=actor_id(), now=now()
            )
        flash(_("You took your question back."), "success")
        return _to(request_id)
    return form_page("advice/close.html", form, asked=found, refers=False)


@pages.post("/<int:request_id>/read")
@requires(advice.ASK)
def mark_read(request_id: int) -> Response:
    """Say that one has read the answer."""
    _whole(request_id)
    with db.write() as session:
        advising.mark_read(session, request_id, actor_id=actor_id(), now=now())
    return _to(request_id)


@pages.post("/<int:request_id>/share")
@requires(advice.ASK)
def share(request_id: int) -> Response:
    """Let everybody inside learn from it, or take that back."""
    _whole(request_id)
    shared = request.form.get("shared") == "yes"
    with db.write() as session:
        advising.share(session, request_id, shared=shared, actor_id=actor_id(), now=now())
    flash(_("Noted."), "success")
    return _to(request_id)


@pages.post("/<int:request_id>/names")
@requires(advice.ASK)
def choose_names(request_id: int) -> Response:
    """Choose whether names go along when the request leaves the organisation."""
    _whole(request_id)
    may_travel = request.form.get("names") == "yes"
    with db.write() as session:
        advising.let_names_travel(
            session, request_id, may_travel=may_travel, actor_id=actor_id(), now=now()
        )
    flash(_("Noted."), "success")
    return _to(request_id)


@pages.route("/<int:request_id>/offer", methods=["GET", "POST"])
@requires(people.ANSWER)
def offer(request_id: int) -> Response:
    """Take the request along for the interprovincial committee, and note that it was offered."""
    found = _whole(request_id)
    form = OfferForm(data={"offered_on": today()})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                offering.offer(
                    session,
                    request_id,
                    offered_on=form.chosen_day,
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("Noted: it was offered to the interprovincial committee."), "success")
            return _to(request_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page(
        "advice/offer.html", form, asked=found, exporters=exports.exporters_for(REQUEST)
    )


@pages.route(
    "/<int:request_id>/offers/<int:offer_id>",
    methods=["GET", "POST"],
)
@requires(people.ANSWER)
def record_return(request_id: int, offer_id: int) -> Response:
    """Write down what the committee said."""
    found = _whole(request_id)
    if offer_id not in {one.id for one in found.offers}:
        raise NotFound("This request was not offered.")
    form = ReturnForm(data={"returned_on": today()})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                offering.record_return(
                    session,
                    offer_id,
                    returned_on=form.chosen_day,
                    words=form.words.data or "",
                    actor_id=actor_id(),
                    now=now(),
                )
            flash(_("It stands with the request."), "success")
            return _to(request_id)
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return form_page("advice/returned.html", form, asked=found)


@pages.get("/<int:request_id>/request.<form>")
@requires(advice.ASK)
def download(request_id: int, form: str) -> Response:
    """Send a request as a file, as it may leave the organisation."""
    _whole(request_id)
    return exports.send_file(REQUEST, request_id, form, f"advice-{request_id}")


def _whole(request_id: int) -> AdviceRequest:
    """Find a request that this viewer sees with everything in it; to others it does not exist."""
    return advice.whole_request_for(db.session(), request_id, access.viewer())


def _to(request_id: int) -> Response:
    return redirect(url_for("advice.request_page", request_id=request_id), 303)


def _tell_advisers(session: Session, write: letters.Write, asked: AdviceRequest) -> None:
    """Write to the advisers, but not to who asked or to who does this."""
    for one in people.advisers(session):
        if one.id not in {asked.asker_id, actor_id()}:
            _post(session, one, asked, write)


def _tell_asker(session: Session, write: letters.Write, asked: AdviceRequest) -> None:
    asker = accounts.account_of(session, asked.asker_id) if asked.asker_id else None
    if asker is not None and asker.state != "left":
        _post(session, asker, asked, write)


def _post(session: Session, to: Account, asked: AdviceRequest, write: letters.Write) -> None:
    """Put a letter in the outbox, in the language this installation speaks first."""
    config: Config = current_app.extensions["waardewerk.config"]
    if not config.smtp_host:
        return
    sender = Sender(
        organisation=settings.identity().name,
        base_url=config.base_url,
        language=config.languages[0],
    )
    path = url_for("advice.request_page", request_id=asked.id)
    letter = write(asked.title, path, Reader(to.name, to.email), sender)
    mail.post(session, letter, now=now())
