"""Signing in and out, single-use links, and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, security
from waardewerk.access import OWN_ACCOUNT, public, requires
from waardewerk.config import Config
from waardewerk.forms import Form
from waardewerk.i18n import gettext as _
from waardewerk.people import guessing, operations, queries
from waardewerk.people.devices import device_of
from waardewerk.people.forms import (
    ChangePasswordForm,
    InvitationForm,
    NewPasswordForm,
    SetUpForm,
    SignInForm,
    SignInLinkForm,
)
from waardewerk.people.models import Person
from waardewerk.people.words import level_title, role_titles
from waardewerk.refusal import Refusal
from waardewerk.templating import form_page, page

pages = Blueprint("people", __name__)

WRONG_PASSWORD = Refusal("This e-mail address and this password do not belong together.")


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Let somebody in with e-mail address and password."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    if form.validate_on_submit():
        person = _person_with_password(form.email.data or "", form.password.data or "")
        if person is not None:
            with db.write() as session:
                token = _enter(session, operations.get_person(session, person.id))
            return _welcome(token, form.next.data)
        form.refuse(WRONG_PASSWORD)
    return form_page("people/sign_in.html", form)


def _person_with_password(email: str, password: str) -> Person | None:
    """Check a password outside the write transaction: it is slow on purpose."""
    secret = str(current_app.secret_key)
    guesser = guessing.Guesser.at(secret, email=email, address=request.remote_addr or "")
    guessing.refuse_too_many(db.session(), guesser)
    person = operations.check_password(db.session(), email, password)
    if person is None:
        with db.write() as session:
            guessing.count_wrong_password(session, guesser)
    return person


def _enter(session: Session, person: Person) -> str:
    config: Config = current_app.extensions["waardewerk.config"]
    return operations.sign_in(
        session,
        person,
        device=device_of(request.user_agent.string),
        lasts=timedelta(hours=config.session_hours),
        now=datetime.now(UTC),
        replaces=request.cookies.get(access.cookie_name()),
    )


def _welcome(token: str, target: str | None = None) -> Response:
    """Go on as who just came in; forms opened before no longer count."""
    cookie.pop("csrf_token", None)
    response = security.back_to(target)
    config: Config = current_app.extensions["waardewerk.config"]
    response.set_cookie(
        access.cookie_name(), token, max_age=config.session_hours * 3600, **_cookie_rules()
    )
    return response


def _cookie_rules() -> dict[str, Any]:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": secure}


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """End this sign-in, and forget every personal link that this browser opened."""
    who = access.viewer()
    if who.person_id is not None:
        with db.write() as session:
            operations.end_sign_in(
                session, g.sign_in_id, person_id=who.person_id, now=datetime.now(UTC)
            )
    cookie.clear()
    response = redirect(url_for("home.index"), 303)
    response.delete_cookie(access.cookie_name(), **_cookie_rules())
    return response


@pages.route("/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> Response:
    """Show what a single-use link is for; only its button uses it."""
    found = operations.look_at_link(db.session(), token, datetime.now(UTC))
    make_form, use = LINKS[found.purpose]
    person = operations.get_person(db.session(), found.person_id) if found.person_id else None
    form = make_form(data={"name": person.name if person else ""})
    if form.validate_on_submit():
        try:
            with db.write() as session:
                token = _enter(session, use(session, token, form))
            return _welcome(token)
        except operations.LinkUsed:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    response = form_page("people/link.html", form, purpose=found.purpose, person=person)
    # The address of this page is a secret until the link was used.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _set_up(session: Session, token: str, form: SetUpForm) -> Person:
    return operations.set_up(
        session,
        token,
        name=form.name.data or "",
        email=form.email.data or "",
        password=form.password.data or "",
        now=datetime.now(UTC),
    )


def _accept(session: Session, token: str, form: InvitationForm) -> Person:
    return operations.accept_invitation(
        session,
        token,
        name=form.name.data or "",
        password=form.password.data or "",
        now=datetime.now(UTC),
    )


def _choose_password(session: Session, token: str, form: NewPasswordForm) -> Person:
    return operations.accept_invitation(
        session, token, name="", password=form.password.data or "", now=datetime.now(UTC)
    )


def _come_in(session: Session, token: str, _form: SignInLinkForm) -> Person:
    return operations.use_sign_in_link(session, token, datetime.now(UTC))


#: What each kind of link asks, and what its button does.
LINKS: dict[str, tuple[type[Form], Callable[[Session, str, Any], Person]]] = {
    "set_up": (SetUpForm, _set_up),
    "invitation": (InvitationForm, _accept),
    "password": (NewPasswordForm, _choose_password),
    "sign_in": (SignInLinkForm, _come_in),
}


@pages.get("/account")
@requires(OWN_ACCOUNT)
def account() -> Response:
    """Show somebody who they are here and where they are signed in."""
    own = queries.account_of(db.session(), _own_id())
    return page(
        "people/account.html",
        account=own,
        level=level_title(own.level) if own else "",
        roles=role_titles(own.roles) if own else [],
        sign_ins=operations.sign_ins_of(db.session(), _own_id(), datetime.now(UTC)),
        here=g.sign_in_id,
    )


@pages.post("/account/sign-ins/<int:sign_in_id>/end")
@requires(OWN_ACCOUNT)
def end_sign_in(sign_in_id: int) -> Response:
    """End one of one's own sign-ins."""
    with db.write() as session:
        operations.end_sign_in(session, sign_in_id, person_id=_own_id(), now=datetime.now(UTC))
    flash(_("That sign-in has ended."), "success")
    return redirect(url_for("people.account"), 303)


@pages.post("/account/sign-ins/end-others")
@requires(OWN_ACCOUNT)
def end_other_sign_ins() -> Response:
    """End one's own sign-ins everywhere else."""
    with db.write() as session:
        operations.end_other_sign_ins(
            session, g.sign_in_id, person_id=_own_id(), now=datetime.now(UTC)
        )
    flash(_("You are signed in nowhere else."), "success")
    return redirect(url_for("people.account"), 303)


@pages.route("/account/password", methods=["GET", "POST"])
@requires(OWN_ACCOUNT)
def change_password() -> Response:
    """Let somebody choose another password, who knows the one of now."""
    form = ChangePasswordForm()
    own = operations.get_person(db.session(), _own_id())
    if form.validate_on_submit() and _knows_password(own, form):
        try:
            return _change_password(own.id, form)
        except Refusal as refusal:
            form.refuse(refusal, form.password)
    return form_page("people/change_password.html", form, email=own.email)


def _knows_password(own: Person, form: ChangePasswordForm) -> bool:
    if _person_with_password(own.email or "", form.current_password.data or "") is not None:
        return True
    form.refuse(Refusal("This is not the password that you have now."), form.current_password)
    return False


def _change_password(person_id: int, form: ChangePasswordForm) -> Response:
    with db.write() as session:
        person = operations.get_person(session, person_id)
        operations.change_password(session, person, form.password.data or "", now=datetime.now(UTC))
        token = _enter(session, person)
    flash(_("Your password has changed. You are signed in here and nowhere else."), "success")
    return _welcome(token, url_for("people.account"))


def _own_id() -> int:
    person_id = access.viewer().person_id
    assert person_id is not None, "only views for signed-in people ask this"
    return person_id
