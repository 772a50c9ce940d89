"""The respondent's pages: come in by a letter or mail, answer alone, hand in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug import Response

from waardewerk import access, db, i18n, throttle, viewing
from waardewerk.access import public, requires
from waardewerk.addresses import number_asked
from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.questionnaires import codes, filling, queries, registry
from waardewerk.questionnaires.definition import Definition, Section
from waardewerk.questionnaires.models import Inquiry, Respondent
from waardewerk.questionnaires.operations import answering, inquiring
from waardewerk.questionnaires.operations.answering import Filled, Slot
from waardewerk.questionnaires.question_types import InvalidAnswer
from waardewerk.refusal import NotFound
from waardewerk.templating import htmx, page

pages = Blueprint("answering", __name__)

#: Somebody's own pages; a larger number than a database knows is no page.
OWN = "/answers/<int:respondent_id>"

LENS_TITLES = {
    "policy": (lazy("On paper"), lazy("What did we agree or write down?")),
    "practice": (lazy("In practice"), lazy("What do people really do?")),
    "result": (lazy("Result"), lazy("What does it visibly change?")),
}


@pages.get("/a/")
@public
def enter_code() -> Response:
    """Ask for the code in the letter."""
    return _code_page()


def _code_page(typed: str = "", message: str | None = None, status: int = 200) -> Response:
    return page(
        "questionnaires/enter_code.html",
        status=status,
        typed=typed[:60],
        message=message,
        form={"errors": message},
    )


@pages.errorhandler(inquiring.UnknownCode)
def unknown_code(refusal: inquiring.UnknownCode) -> Response:
    """Let somebody look at the code again, as it was typed."""
    typed = request.form.get("code") or (request.view_args or {}).get("code", "")
    return _code_page(typed, _(refusal.message), refusal.status)


@pages.post("/a/")
@public
def find_code() -> Response:
    """Go on with a typed code, however badly it was typed."""
    typed = request.form.get("code", "")
    _respondent_by_code(typed)
    return redirect(url_for("answering.landing", code=codes.as_typed(typed)), 303)


@pages.get("/a/<code>")
@public
def landing(code: str) -> Response:
    """Say who asks what, who will see it, and how long it takes. Stores nothing."""
    return _landing(_respondent_by_code(code), code)


def _landing(
    respondent: Respondent, code: str, message: str | None = None, status: int = 200
) -> Response:
    inquiry = queries.inquiry_of(db.session(), respondent)
    return page(
        "questionnaires/landing.html",
        status=status,
        respondent=respondent,
        inquiry=inquiry,
        definition=registry.definition_of(inquiry.version),
        stage=_stage(respondent, inquiry),
        code=code,
        message=message,
        form={"errors": message},
    )


@pages.post("/a/<code>")
@public
def start(code: str) -> Response:
    """Begin, or go on where one was, on this device."""
    respondent = _respondent_by_code(code)
    if _stage(respondent, queries.inquiry_of(db.session(), respondent)) == "consent":
        if not request.form.get("consent"):
            return _landing(respondent, code, _no_consent(), 422)
        _store_consent(respondent)
    viewing.remember_link(respondent)
    return _to_overview(respondent.id)


def _no_consent() -> str:
    return _("Tick that you agree, or ask the chair for another way to take part.")


def _store_consent(respondent: Respondent) -> None:
    with db.write() as session:
        answering.give_consent(session, respondent, now=datetime.now(UTC))


def _respondent_by_code(typed: str) -> Respondent:
    """Find a respondent; guessing is slowed down per address."""
    secret = str(current_app.secret_key)
    key = throttle.key_of(secret, "code", request.remote_addr or "")
    throttle.check(db.session(), throttle.LINKS_PER_ADDRESS, key)
    try:
        return inquiring.find_by_code(db.session(), typed, secret=secret)
    except inquiring.UnknownCode:
        with db.write() as session:
            throttle.hit(session, throttle.LINKS_PER_ADDRESS, key)
        raise


@pages.get(OWN)
@requires(access.ANSWER)
def overview(respondent_id: int) -> Response:
    """Show the sections and how far one is; after handing in, what comes next."""
    return _overview(own_respondent(respondent_id))


def _overview(respondent: Respondent, message: str | None = None, status: int = 200) -> Response:
    session = db.session()
    inquiry = queries.inquiry_of(session, respondent)
    definition = registry.definition_of(inquiry.version)
    own = queries.all_own_answers(session, respondent)
    return page(
        "questionnaires/overview.html",
        status=status,
        respondent=respondent,
        inquiry=inquiry,
        definition=definition,
        stage=_stage(respondent, inquiry),
        is_past_last_day=_today() > inquiry.closes_on,
        parts=[
            (subject, filling.progress_of(definition, respondent.level, own.get(subject.id, {})))
            for subject in inquiry.subjects
        ],
        may_see=queries.may_see_results(session, inquiry, access.viewer()),
        message=message,
        form={"errors": message},
    )


def _stage(respondent: Respondent, inquiry: Inquiry) -> str:
    return filling.stage_of(respondent, inquiry, _today())


def _today() -> date:
    return i18n.day_of(datetime.now(UTC))


@pages.post(f"{OWN}/consent")
@requires(access.ANSWER)
def consent(respondent_id: int) -> Response:
    """Agree that the group sees one's name, for who came in with an account."""
    respondent = own_respondent(respondent_id)
    if not request.form.get("consent"):
        return _overview(respondent, _no_consent(), 422)
    _store_consent(respondent)
    return _to_overview(respondent_id)


def _to_overview(respondent_id: int) -> Response:
    return redirect(url_for("answering.overview", respondent_id=respondent_id), 303)


@pages.get(f"{OWN}/<section_id>")
@requires(access.ANSWER)
def section(respondent_id: int, section_id: str) -> Response:
    """Show one section with one's own answers."""
    respondent = own_respondent(respondent_id)
    inquiry = queries.inquiry_of(db.session(), respondent)
    if _stage(respondent, inquiry) in {"consent", "early"}:
        return _to_overview(respondent_id)
    return _section_page(respondent, inquiry, section_id)


def _section_page(
    respondent: Respondent,
    inquiry: Inquiry,
    section_id: str,
    *,
    status: int = 200,
    stale: frozenset[Slot] = frozenset(),
    problems: Mapping[Slot, str] | None = None,
) -> Response:
    definition = registry.definition_of(inquiry.version)
    asked = definition.sections_for(respondent.level)
    current = _section_of(definition, respondent, section_id)
    place = asked.index(current)
    subject = queries.subject_of(inquiry, _about())
    own = queries.own_answers(db.session(), respondent, subject)
    items = filling.items_of(current, own, registry.question_types(), (i18n.language(),))
    clashes: list[filling.Clash] = []
    if status != 200:
        posted = request.form.to_dict(flat=False)
        clashes = filling.clashes_of(items, filling.filled_in(current, posted), stale)
        items = filling.as_posted(items, posted, stale=stale, problems=problems)
    return page(
        "questionnaires/section.html",
        status=status,
        respondent=respondent,
        inquiry=inquiry,
        subject=subject,
        about=_about(),
        section=current,
        items=items,
        place=place + 1,
        total=len(asked),
        following=asked[place + 1] if place + 1 < len(asked) else None,
        lens_titles=LENS_TITLES,
        clashes=clashes,
        problems=problems or {},
        form={"errors": clashes or problems},
        is_locked=_stage(respondent, inquiry) != "open",
    )


def _about() -> int | None:
    """Read which subject a page is about; an inquiry about one thing does not say it."""
    return number_asked("about")


@pages.post(f"{OWN}/<section_id>")
@requires(access.ANSWER)
def save_section(respondent_id: int, section_id: str) -> Response:
    """Save a whole page at once: the way without JavaScript, and the button at the end."""
    respondent = own_respondent(respondent_id)
    inquiry = queries.inquiry_of(db.session(), respondent)
    definition = registry.definition_of(inquiry.version)
    current = _section_of(definition, respondent, section_id)
    filled = filling.filled_in(current, request.form.to_dict(flat=False))
    try:
        with db.write() as session:
            answering.save_answers(session, respondent, _about(), filled, now=datetime.now(UTC))
    except answering.InvalidAnswers as refusal:
        problems = {slot: _in_words(one) for slot, one in refusal.problems.items()}
        return _section_page(respondent, inquiry, section_id, status=422, problems=problems)
    except answering.StaleAnswers as stale:
        return _section_page(respondent, inquiry, section_id, status=409, stale=stale.slots)
    return _go_on(respondent, definition, current)


def _in_words(refusal: InvalidAnswer) -> str:
    return _(refusal.message, **refusal.details)


def _go_on(respondent: Respondent, definition: Definition, current: Section) -> Response:
    """Go where the button that was pressed says: on, back, the same page in another language."""
    kept = next((name for name in request.form if name.endswith(":keep")), None)
    if kept is not None:
        return _to_section(respondent, current, anchor=filling.id_of(kept.partition(":")[0]))
    language = request.form.get("language")
    if language is not None:
        response = _to_section(respondent, current)
        if language in dict(i18n.languages()):
            i18n.remember(response, language)
        return response
    asked = definition.sections_for(respondent.level)
    place = asked.index(current) + 1
    if request.form.get("go") == "on" and place < len(asked):
        return _to_section(respondent, asked[place])
    return _to_overview(respondent.id)


def _to_section(respondent: Respondent, to: Section, anchor: str | None = None) -> Response:
    address = url_for(
        "answering.section",
        respondent_id=respondent.id,
        section_id=to.id,
        about=_about(),
        _anchor=anchor,
    )
    return redirect(address, 303)


@pages.post(f"{OWN}/save/<question>/")
@pages.post(f"{OWN}/save/<question>/<lens>")
@requires(access.ANSWER)
def save(respondent_id: int, question: str, lens: str = "") -> Response:
    """Save one answer as people go, and say when."""
    respondent = own_respondent(respondent_id)
    filled = _filled_in(question, lens)
    prefix = filling.prefix_of(question, lens)
    try:
        with db.write() as session:
            answer = answering.save_answer(
                session, respondent, _about(), filled, now=datetime.now(UTC)
            )
    except answering.StaleAnswers as stale:
        return _conflict(respondent, filled, stale.slots)
    except InvalidAnswer as refusal:
        return page(
            "questionnaires/_refused.html",
            status=422,
            prefix=prefix,
            revision=filled.revision,
            message=_in_words(refusal),
        )
    if not htmx:
        return _to_overview(respondent_id)
    return page("questionnaires/_saved.html", answer=filling.shown(answer), prefix=prefix)


def _filled_in(question: str, lens: str) -> Filled:
    posted = request.form.to_dict(flat=False)
    # Without its number nothing tells what an answer builds on, so it builds on nothing.
    posted.setdefault(f"{filling.prefix_of(question, lens)}revision", ["0"])
    filled = filling.one_filled_in(question, lens, posted)
    assert filled is not None
    return filled


def _conflict(respondent: Respondent, filled: Filled, stale: frozenset[Slot]) -> Response:
    session = db.session()
    inquiry = queries.inquiry_of(session, respondent)
    current = registry.definition_of(inquiry.version).section_of(filled.question)
    own = queries.own_answers(session, respondent, queries.subject_of(inquiry, _about()))
    items = filling.items_of(current, own, registry.question_types(), (i18n.language(),))
    return page(
        "questionnaires/_conflict.html",
        status=409,
        clash=filling.clashes_of(items, [filled], stale)[0],
        reload_url=url_for(
            "answering.section",
            respondent_id=respondent.id,
            section_id=current.id,
            about=_about(),
            _anchor=filling.id_of(filled.question),
        ),
    )


@pages.get(f"{OWN}/hand-in")
@requires(access.ANSWER)
def check(respondent_id: int) -> Response:
    """Show what is still open before handing in."""
    respondent = own_respondent(respondent_id)
    inquiry = queries.inquiry_of(db.session(), respondent)
    if _stage(respondent, inquiry) != "open":
        return _to_overview(respondent_id)
    return page(
        "questionnaires/hand_in.html",
        respondent=respondent,
        inquiry=inquiry,
        definition=registry.definition_of(inquiry.version),
        still_open=answering.what_is_open(db.session(), respondent),
        id_of=filling.id_of,
    )


@pages.post(f"{OWN}/hand-in")
@requires(access.ANSWER)
def hand_in(respondent_id: int) -> Response:
    """Hand in: from here the answers count and are locked."""
    respondent = own_respondent(respondent_id)
    if respondent.handed_in_at is None:
        with db.write() as session:
            answering.hand_in(session, respondent, now=datetime.now(UTC))
        flash(_("Your answers are in. Thank you."), "success")
    return _to_overview(respondent_id)


@pages.post(f"{OWN}/listen")
@requires(access.ANSWER)
def listen(respondent_id: int) -> Response:
    """Take part in the conversation without handing in answers."""
    respondent = own_respondent(respondent_id)
    with db.write() as session:
        answering.withdraw(session, respondent, now=datetime.now(UTC))
    return _to_overview(respondent_id)


def own_respondent(respondent_id: int) -> Respondent:
    """Find the viewer's own invitation; somebody else's does not exist for them."""
    return queries.own_respondent(db.session(), respondent_id, access.viewer())


def _section_of(definition: Definition, respondent: Respondent, section_id: str) -> Section:
    for one in definition.sections_for(respondent.level):
        if one.id == section_id:
            return one
    raise NotFound("This question is not in the list.")


def tiles(viewer: Viewer) -> list[Tile]:
    """Return what this viewer is asked to answer now."""
    if viewer.person_id is None:
        return []
    return [
        Tile(
            title=respondent.inquiry.title,
            text=lazy("You are asked to answer. Nobody sees your answers before they are in."),
            url=url_for("answering.overview", respondent_id=respondent.id),
            asks=True,
            due=respondent.inquiry.closes_on,
        )
        for respondent in queries.waiting_for(db.session(), viewer, _today())
    ]
