"""The respondent's pages: come in by a letter or mail, answer alone, hand in."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug import Response

from waardewerk import access, db, i18n, throttle, viewing
from waardewerk.access import public, requires
from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.questionnaires import codes, filling, queries, registry
from waardewerk.questionnaires.definition import Definition, Section
from waardewerk.questionnaires.models import Inquiry, Respondent, Subject
from waardewerk.questionnaires.operations import answering, inquiring
from waardewerk.questionnaires.question_types import InvalidAnswer
from waardewerk.refusal import NotFound
from waardewerk.templating import htmx, page

pages = Blueprint("answering", __name__)

LENS_TITLES = {
    "policy": (lazy("On paper"), lazy("What did we agree or write down?")),
    "practice": (lazy("In practice"), lazy("What do people really do?")),
    "result": (lazy("Result"), lazy("What does it visibly change?")),
}


@pages.get("/a/")
@public
def enter_code() -> str:
    """Ask for the code in the letter."""
    return render_template("questionnaires/enter_code.html", typed="", message=None)


@pages.post("/a/")
@public
def find_code() -> Response:
    """Go on with a typed code, however badly it was typed."""
    typed = request.form.get("code", "")
    try:
        _respondent_by_code(typed)
    except NotFound as refusal:
        message = _(refusal.message)
        return page("questionnaires/enter_code.html", status=422, typed=typed[:60], message=message)
    return redirect(url_for("answering.landing", code=codes.as_typed(typed)), 303)


@pages.get("/a/<code>")
@public
def landing(code: str) -> str:
    """Say who asks what, who will see it, and how long it takes. Stores nothing."""
    respondent = _respondent_by_code(code)
    return _landing(respondent, code)


def _landing(respondent: Respondent, code: str, message: str | None = None) -> str:
    inquiry = respondent.inquiry
    return render_template(
        "questionnaires/landing.html",
        respondent=respondent,
        inquiry=inquiry,
        definition=registry.definition_of(inquiry.version),
        code=code,
        message=message,
        turnout=queries.turnout(db.session(), inquiry),
    )


@pages.post("/a/<code>")
@public
def start(code: str) -> Response | tuple[str, int]:
    """Begin, or go on where one was, on this device."""
    respondent = _respondent_by_code(code)
    if respondent.inquiry.privacy == "confidential" and not respondent.consented_at:
        if not request.form.get("consent"):
            message = _("Tick that you agree, or ask the chair for another way to take part.")
            return _landing(respondent, code, message), 422
        with db.write() as session:
            again = inquiring.get_respondent(session, respondent.id)
            answering.give_consent(session, again, now=datetime.now(UTC))
    viewing.remember_link(respondent)
    return redirect(url_for("answering.overview", respondent_id=respondent.id), 303)


def _respondent_by_code(typed: str) -> Respondent:
    """Find a respondent; guessing is slowed down per address."""
    secret = str(current_app.secret_key)
    key = throttle.key_of(secret, "code", request.remote_addr or "")
    throttle.check(db.session(), throttle.LINKS_PER_ADDRESS, key)
    try:
        return inquiring.find_by_code(db.session(), typed)
    except NotFound:
        with db.write() as session:
            throttle.hit(session, throttle.LINKS_PER_ADDRESS, key)
        raise


@pages.get("/answers/<int:respondent_id>")
@requires(access.ANSWER)
def overview(respondent_id: int) -> str:
    """Show the sections and how far one is; after handing in, what comes next."""
    respondent = own_respondent(respondent_id)
    definition = registry.definition_of(respondent.inquiry.version)
    session = db.session()
    own = queries.own_answers(session, respondent, respondent.inquiry.subjects[0])
    return render_template(
        "questionnaires/overview.html",
        respondent=respondent,
        inquiry=respondent.inquiry,
        definition=definition,
        progress=filling.progress_of(definition, respondent.level, own),
        still_open=answering.what_is_open(session, respondent),
        may_see=queries.may_see_results(session, respondent.inquiry, access.viewer()),
    )


@pages.get("/answers/<int:respondent_id>/<section_id>")
@requires(access.ANSWER)
def section(respondent_id: int, section_id: str) -> Response:
    """Show one section with one's own answers."""
    respondent = own_respondent(respondent_id)
    return _section_page(respondent, section_id)


def _section_page(
    respondent: Respondent,
    section_id: str,
    *,
    status: int = 200,
    message: str | None = None,
    stale: answering.StaleAnswer | None = None,
) -> Response:
    definition = registry.definition_of(respondent.inquiry.version)
    asked = definition.sections_for(respondent.level)
    current = _section_of(definition, respondent, section_id)
    place = asked.index(current)
    own = queries.own_answers(db.session(), respondent, _subject(respondent))
    items = filling.items_of(current, own, registry.question_types(), (i18n.language(),))
    if status != 200:
        items = filling.as_posted(items, request.form.to_dict(flat=False))
    return page(
        "questionnaires/section.html",
        status=status,
        respondent=respondent,
        inquiry=respondent.inquiry,
        section=current,
        items=items,
        place=place + 1,
        total=len(asked),
        previous=asked[place - 1] if place else None,
        following=asked[place + 1] if place + 1 < len(asked) else None,
        lens_titles=LENS_TITLES,
        message=message,
        stale=stale,
        is_locked=respondent.handed_in_at is not None or respondent.inquiry.phase != "alone",
    )


@pages.post("/answers/<int:respondent_id>/<section_id>")
@requires(access.ANSWER)
def save_section(respondent_id: int, section_id: str) -> Response:
    """Save a whole page at once: the way without JavaScript, and the button at the end."""
    respondent = own_respondent(respondent_id)
    definition = registry.definition_of(respondent.inquiry.version)
    current = _section_of(definition, respondent, section_id)
    filled = filling.filled_in(current, request.form.to_dict(flat=False))
    try:
        with db.write() as session:
            again = inquiring.get_respondent(session, respondent_id)
            answering.save_answers(
                session, again, _subject(again).id, filled, now=datetime.now(UTC)
            )
    except InvalidAnswer as refusal:
        return _section_page(
            respondent, section_id, status=422, message=_(refusal.message, **refusal.details)
        )
    except answering.StaleAnswer as stale:
        return _section_page(
            respondent, section_id, status=409, message=_(stale.message), stale=stale
        )
    return _go_on(respondent_id, definition, respondent, current)


def _go_on(
    respondent_id: int, definition: Definition, respondent: Respondent, current: Section
) -> Response:
    language = request.form.get("language")
    if language:
        here = url_for("answering.section", respondent_id=respondent_id, section_id=current.id)
        response = redirect(here, 303)
        if language in dict(i18n.languages()):
            i18n.remember(response, language)
        return response
    asked = definition.sections_for(respondent.level)
    place = asked.index(current) + 1
    if request.form.get("go") == "on" and place < len(asked):
        return redirect(
            url_for("answering.section", respondent_id=respondent_id, section_id=asked[place].id),
            303,
        )
    return redirect(url_for("answering.overview", respondent_id=respondent_id), 303)


@pages.post("/answers/<int:respondent_id>/save/<question>/")
@pages.post("/answers/<int:respondent_id>/save/<question>/<lens>")
@requires(access.ANSWER)
def save(respondent_id: int, question: str, lens: str = "") -> Response:
    """Save one answer as people go, and say when."""
    respondent = own_respondent(respondent_id)
    filled = filling.one_filled_in(question, lens, request.form.to_dict(flat=False))
    if filled is None:
        raise NotFound("This question is not in the list.")
    prefix = filling.prefix_of(question, lens)
    try:
        with db.write() as session:
            again = inquiring.get_respondent(session, respondent.id)
            answer = answering.save_answer(
                session, again, _subject(again).id, filled, now=datetime.now(UTC)
            )
    except answering.StaleAnswer as stale:
        return _conflict(respondent, filled, stale)
    except InvalidAnswer as refusal:
        return page(
            "questionnaires/_refused.html",
            status=422,
            prefix=prefix,
            revision=filled.revision,
            message=_(refusal.message, **refusal.details),
        )
    if not htmx:
        return redirect(url_for("answering.overview", respondent_id=respondent_id), 303)
    return page("questionnaires/_saved.html", answer=answer, prefix=prefix)


def _conflict(
    respondent: Respondent, filled: answering.Filled, stale: answering.StaleAnswer
) -> Response:
    definition = registry.definition_of(respondent.inquiry.version)
    section_id = definition.section_of(filled.question).id
    return page(
        "questionnaires/_conflict.html",
        status=409,
        prefix=filling.prefix_of(filled.question, filled.lens),
        filled=filled,
        stored=stale.stored,
        reload_url=url_for("answering.section", respondent_id=respondent.id, section_id=section_id),
    )


@pages.get("/answers/<int:respondent_id>/hand-in")
@requires(access.ANSWER)
def check(respondent_id: int) -> str:
    """Show what is still open before handing in."""
    respondent = own_respondent(respondent_id)
    return render_template(
        "questionnaires/hand_in.html",
        respondent=respondent,
        inquiry=respondent.inquiry,
        definition=registry.definition_of(respondent.inquiry.version),
        still_open=answering.what_is_open(db.session(), respondent),
    )


@pages.post("/answers/<int:respondent_id>/hand-in")
@requires(access.ANSWER)
def hand_in(respondent_id: int) -> Response:
    """Hand in: from here the answers count and are locked."""
    own_respondent(respondent_id)
    with db.write() as session:
        respondent = inquiring.get_respondent(session, respondent_id)
        answering.hand_in(session, respondent, now=datetime.now(UTC))
    flash(_("Your answers are in. Thank you."), "success")
    return redirect(url_for("answering.overview", respondent_id=respondent_id), 303)


@pages.post("/answers/<int:respondent_id>/listen")
@requires(access.ANSWER)
def listen(respondent_id: int) -> Response:
    """Take part in the conversation without handing in answers."""
    own_respondent(respondent_id)
    with db.write() as session:
        respondent = inquiring.get_respondent(session, respondent_id)
        answering.withdraw(session, respondent, now=datetime.now(UTC))
    return redirect(url_for("answering.overview", respondent_id=respondent_id), 303)


def own_respondent(respondent_id: int) -> Respondent:
    """Find the viewer's own invitation; somebody else's does not exist for them."""
    respondent = db.session().get(
        Respondent,
        respondent_id,
        options=[joinedload(Respondent.inquiry).joinedload(Inquiry.version)],
    )
    viewer = access.viewer()
    if respondent is not None and _is_own(respondent, viewer):
        return respondent
    raise NotFound("This invitation does not exist any more.")


def _is_own(respondent: Respondent, viewer: Viewer) -> bool:
    by_account = viewer.person_id is not None and respondent.person_id == viewer.person_id
    return respondent.id in viewer.respondent_ids or by_account


def _section_of(definition: Definition, respondent: Respondent, section_id: str) -> Section:
    for one in definition.sections_for(respondent.level):
        if one.id == section_id:
            return one
    raise NotFound("This question is not in the list.")


def _subject(respondent: Respondent) -> Subject:
    return respondent.inquiry.subjects[0]


def tiles(viewer: Viewer) -> list[Tile]:
    """Return what this viewer is asked to answer now."""
    if viewer.person_id is None:
        return []
    waiting = db.session().scalars(
        select(Respondent)
        .join(Inquiry)
        .where(
            Respondent.person_id == viewer.person_id,
            Respondent.handed_in_at.is_(None),
            Respondent.withdrawn_at.is_(None),
            Inquiry.phase == "alone",
        )
        .options(joinedload(Respondent.inquiry))
    )
    return [
        Tile(
            title=respondent.inquiry.title,
            text=lazy("You are asked to answer. Nobody sees your answers before they are in."),
            url=url_for("answering.overview", respondent_id=respondent.id),
            asks=True,
            due=respondent.inquiry.closes_on,
        )
        for respondent in waiting
    ]
