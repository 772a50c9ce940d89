"""What is one's own: answers so far, a statement to add, and what one tells about oneself."""

from __future__ import annotations

import secrets

from flask import current_app, request, url_for
from werkzeug import Response
from werkzeug.utils import redirect

from waardewerk import db
from waardewerk.access import public
from waardewerk.addresses import number_asked
from waardewerk.forms import cookieless
from waardewerk.i18n import gettext, language, own_name
from waardewerk.notation import codes
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation import hints
from waardewerk_participation.forms.taking_part import (
    StatementForm,
    about_you_form,
    field_of,
    statement_form,
)
from waardewerk_participation.letters import round_address
from waardewerk_participation.models import Round
from waardewerk_participation.operations import joining, phases, speaking
from waardewerk_participation.operations.tagging import values_to_choose
from waardewerk_participation.queries import taking_part as queries
from waardewerk_participation.queries.rounds import background_questions
from waardewerk_participation.texts import statement_in
from waardewerk_participation.views.blueprint import config, now, taking_part, today
from waardewerk_participation.views.participants import Me, me_in, sender_of_form, to_landing
from waardewerk_participation.views.public import public_round
from waardewerk_participation.views.voting import SAVED, TITLES, last_taken_back


@taking_part.get("/<slug>/mine")
@public
def mine(slug: str) -> Response:
    """List what somebody voted, to change or take back while voting is open."""
    found = public_round(slug)
    me = me_in(found)
    if me is None:
        return to_landing(found)
    said = queries.all_said(db.session(), found, me.pid)
    return page(
        "participation/round/mine.html",
        found=found,
        me=me,
        last=last_taken_back(found, me, number_asked("taken_back")),
        progress=queries.progress_of(db.session(), found, me.pid),
        answers=[
            (one.statement.number, *statement_in(one.statement, language()), TITLES[one.value])
            for one in said
            if one.value is not None
        ],
        takes_votes=phases.takes_votes(found, now()),
    )


@taking_part.route("/<slug>/say", methods=["GET", "POST"])
@public
@cookieless
def say(slug: str) -> Response:
    """Add a statement; what could be about a person or is hard to read is pointed out first."""
    found = public_round(slug)
    me = sender_of_form(found) if request.method == "POST" else me_in(found)
    if me is None or not phases.takes_votes(found, now()):
        return to_landing(found)
    form = _statement_form(found, me)
    if request.method == "GET" or not form.validate():
        return _say_page(found, me, form)
    try:
        pointed_out = _pointed_out(found, form)
        if pointed_out:
            return _say_page(found, me, form, pointed_out)
        _send(found, me, form)
    except Refusal as refusal:
        form.refuse(refusal, form.text if refusal.status == 422 else None)
        return _say_page(found, me, form)
    return redirect(url_for(".said", slug=slug), 303)


@taking_part.get("/<slug>/said")
@public
def said(slug: str) -> Response:
    """Show the code with which the author of a statement finds out what becomes of it."""
    found = public_round(slug)
    me = me_in(found)
    if me is None:
        return to_landing(found)
    left = queries.statements_left(db.session(), found, me.pid)
    if left == found.quota:
        return redirect(url_for(".say", slug=slug), 303)
    return page(
        "participation/round/said.html",
        found=found,
        code=codes.printed(me.receipt_code),
        address=f"{round_address(config().base_url, slug)}/receipt".removeprefix("https://"),
        left=max(left, 0),
        takes_votes=phases.takes_votes(found, now()),
    )


@taking_part.route("/<slug>/about-you", methods=["GET", "POST"])
@public
@cookieless
def about_you(slug: str) -> Response:
    """Tell something about oneself, in bands; every question may be left open."""
    found = public_round(slug)
    me = sender_of_form(found) if request.method == "POST" else me_in(found)
    questions = background_questions(db.session(), found)
    if me is None or not questions or not phases.takes_votes(found, now()):
        return to_landing(found)
    told = queries.background_of(db.session(), me.pid)
    form = about_you_form(questions, language(), told)
    names = {question.id: field_of(question) for question in questions}
    if form.validate_on_submit():
        answers = {key: str(form[name].data) for key, name in names.items() if form[name].data}
        with db.write() as session:
            joining.tell_about_oneself(session, found, me.pid, answers, now=now())
        return redirect(url_for(".done", slug=slug, state=SAVED), 303)
    form.form_token.data = me.form_token
    for question in questions:
        field = form[field_of(question)]
        if question.id not in told and not field.raw_data:
            # What is left open is not the same as not wanting to say.
            field.data = None
    return form_page(
        "participation/round/about_you.html", form, found=found, names=list(names.values())
    )


def _statement_form(found: Round, me: Me) -> StatementForm:
    reads = language() if language() in found.languages else found.languages[0]
    return statement_form(
        [(code, own_name(code)) for code in found.languages],
        list(values_to_choose(db.session(), today(), language()).items()),
        {"form_token": me.form_token, "nonce": secrets.token_hex(16), "language": reads},
    )


def _pointed_out(found: Round, form: StatementForm) -> list[str]:
    """Return what the author may want to change, unless they read that and send it as it is."""
    text = hints.tidied(form.text.data or "")
    if "as_it_is" in request.form:
        return []
    pointed_out = [hint.said() for hint in hints.look_at(text, form.language.data)]
    same = hints.already_there(text, queries.seen_texts(db.session(), found))
    if same is not None:
        pointed_out.append(gettext("Statement %(number)s says the same already.", number=same))
    return pointed_out


def _send(found: Round, me: Me, form: StatementForm) -> None:
    with db.write() as session:
        speaking.say(
            session,
            found,
            me.pid,
            form.text.data or "",
            form.language.data,
            form.values.data or [],
            form.nonce.data or "",
            secret=str(current_app.config["SECRET_KEY"]),
            now=now(),
            receipt_code=me.receipt_code,
        )


def _say_page(
    found: Round, me: Me, form: StatementForm, pointed_out: list[str] | None = None
) -> Response:
    return form_page(
        "participation/round/say.html",
        form,
        found=found,
        pointed_out=pointed_out or [],
        why_not=_why_not(found, me),
        left=queries.statements_left(db.session(), found, me.pid),
    )


def _why_not(found: Round, me: Me) -> str:
    """Return why somebody cannot add a statement now; empty when they can."""
    try:
        speaking.check_may_say(db.session(), found, me.pid)
    except Refusal as refusal:
        return gettext(refusal.message, **refusal.details)
    return ""
