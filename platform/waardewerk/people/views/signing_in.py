"""Signing in with a password, and signing out."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import g, redirect, request, url_for
from flask import session as cookie
from werkzeug import Response

from waardewerk import access, db
from waardewerk.access import public
from waardewerk.people.forms import SignInForm
from waardewerk.people.operations import accounts, sign_ins
from waardewerk.people.views import pages
from waardewerk.people.views.entering import cookie_rules, enter, person_with_password, welcome
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page

WRONG_PASSWORD = Refusal("This e-mail address and this password do not belong together.")


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Let somebody in with e-mail address and password."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    if form.validate_on_submit():
        person = person_with_password(form.email.data or "", form.password.data or "")
        if person is not None:
            with db.write() as session:
                token = enter(session, accounts.get_person(session, person.id))
            return welcome(token, form.next.data)
        form.refuse(WRONG_PASSWORD)
    return form_page("people/sign_in.html", form)


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """End this sign-in, and forget every personal link that this browser opened."""
    who = access.viewer()
    if who.person_id is not None:
        with db.write() as session:
            sign_ins.end_sign_in(
                session, g.sign_in_id, person_id=who.person_id, now=datetime.now(UTC)
            )
    cookie.clear()
    response = redirect(url_for("home.index"), 303)
    response.delete_cookie(access.cookie_name(), **cookie_rules())
    return response
