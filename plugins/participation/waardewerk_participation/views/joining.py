"""The first page of a round, and the ways to take part. Nothing is stored before *Take part*."""

from __future__ import annotations

from flask import request, url_for
from werkzeug import Response
from werkzeug.utils import redirect

from waardewerk import access, db
from waardewerk.access import public
from waardewerk.forms import cookieless
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page
from waardewerk_participation.forms.taking_part import CodeForm
from waardewerk_participation.models import Round
from waardewerk_participation.operations import joining, phases
from waardewerk_participation.views import cookie
from waardewerk_participation.views.blueprint import keys, now, taking_part, today
from waardewerk_participation.views.memory import memory, moment
from waardewerk_participation.views.participants import me_in, sender_of_form, to_landing
from waardewerk_participation.views.public import public_round


@taking_part.get("/<slug>/")
@public
def landing(slug: str) -> Response:
    """What is asked, who can see what, how long it takes, and the button to take part."""
    return _landing(public_round(slug))


@taking_part.post("/<slug>/join")
@public
@cookieless
def join(slug: str) -> Response:
    """Take part by the open link, or as who is signed in."""
    found = public_round(slug)
    if found.joining == "code":
        return redirect(url_for(".code", slug=slug), 303)
    if me_in(found) is not None:
        return _to_first_vote(found)
    secret, channel = _who_joins(found)
    with db.write() as session:
        joining.join(session, found, keys().read(found.key_name), secret, channel, now=now())
    response = _to_first_vote(found)
    if channel == "link":
        cookie.remember(response, found, secret, now())
    return response


@taking_part.get("/<slug>/c/<typed>")
@public
def letter(slug: str, typed: str) -> Response:
    """Where the code on a letter leads: the same first page, with this code behind its button."""
    found = public_round(slug)
    if found.joining != "code":
        return to_landing(found)
    return _landing(found, typed)


@taking_part.post("/<slug>/c/<typed>")
@public
@cookieless
def use_letter(slug: str, typed: str) -> Response:
    """Take part with the code in the address, and go on at an address without it."""
    return _with_code(public_round(slug), CodeForm(data={"typed": typed}), typed)


@taking_part.route("/<slug>/code", methods=["GET", "POST"])
@public
@cookieless
def code(slug: str) -> Response:
    """Type the code over that is in somebody's letter."""
    found = public_round(slug)
    form = CodeForm()
    if request.method == "POST":
        return _with_code(found, form, form.typed.data or "")
    if found.joining != "code" or not phases.takes_votes(found, now()):
        return to_landing(found)
    return _code_page(found, form)


@taking_part.post("/<slug>/leave")
@public
@cookieless
def leave(slug: str) -> Response:
    """Let this browser forget who took part: somebody else wants to, or it is not one's own."""
    found = public_round(slug)
    sender_of_form(found)
    response = to_landing(found)
    cookie.forget(response, found)
    return response


def _landing(found: Round, typed: str | None = None) -> Response:
    me = me_in(found)
    return page(
        "participation/round/landing.html",
        found=found,
        me=me,
        takes_votes=phases.takes_votes(found, now()),
        ends=phases.ends_at(found),
        is_signed_in=access.viewer().person_id is not None,
        cookie_is_wrong=me is None and cookie.is_there(found),
        typed=typed,
        today=today(),
    )


def _who_joins(found: Round) -> tuple[str, str]:
    """Return what this participant is made of, and how the votes come in."""
    if found.joining == "open":
        return cookie.new_secret(), "link"
    person_id = access.viewer().person_id
    if person_id is None:
        raise access.SignInNeeded("Sign in to take part in this round.")
    return str(person_id), "named"


def _with_code(found: Round, form: CodeForm, typed: str) -> Response:
    if found.joining != "code":
        raise NotFound("In this round you take part without a code.")
    guesses, address = memory().guesses, request.remote_addr or ""
    guesses.check(address, today(), moment())
    try:
        with db.write() as session:
            joined = joining.join_with_code(
                session, found, keys().read(found.key_name), typed, now=now()
            )
    except joining.UnknownCode as refusal:
        guesses.missed(address, today(), moment())
        return _refused(found, form, refusal)
    except joining.CodeRevoked as refusal:
        return _refused(found, form, refusal)
    if joined.is_first:
        guesses.used_first(address, today(), moment())
    response = _to_first_vote(found)
    cookie.remember(response, found, joined.code, now())
    return response


def _refused(found: Round, form: CodeForm, refusal: Refusal) -> Response:
    form.refuse(refusal, form.typed)
    return _code_page(found, form)


def _code_page(found: Round, form: CodeForm) -> Response:
    return form_page("participation/round/code.html", form, found=found)


def _to_first_vote(found: Round) -> Response:
    return redirect(url_for(".vote", slug=found.slug), 303)
