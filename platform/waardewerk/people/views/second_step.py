"""One's own second step: an app with codes, passkeys, and codes on paper."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ParamSpec

from flask import flash, g, redirect, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, security, settings
from waardewerk.access import OWN_SECOND_STEP, requires
from waardewerk.i18n import gettext as _
from waardewerk.people import passkeys, pictures, queries, totp
from waardewerk.people.forms import CodeForm, ConfirmForm, PasskeyForm
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, links, second_steps, sign_ins
from waardewerk.people.operations import passkeys as own_passkeys
from waardewerk.people.views import entering, own_id, pages, remembering
from waardewerk.people.views.entering import enter, person_with_password, welcome
from waardewerk.refusal import NotFound, Refusal
from waardewerk.templating import form_page, page

P = ParamSpec("P")

#: How long after proving who one is things may change that keep others out.
CONFIRMED_FOR = timedelta(minutes=15)
#: In the signed cookie: codes on paper that the next page shows, once.
NEW_CODES = "recovery_codes"
#: In the signed cookie: what a device is asked to sign when it makes a passkey.
CHALLENGE = "new_passkey"


def confirmed(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let somebody through who lately proved who they are; ask the others first."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        if g.sign_in.confirmed_at > datetime.now(UTC) - CONFIRMED_FOR:
            return view(*args, **kwargs)
        back = request.path if request.method == "GET" else url_for("people.second_step")
        return redirect(url_for("people.confirm", next=back), 303)

    return guarded


@pages.route("/account/confirm", methods=["GET", "POST"])
@requires(OWN_SECOND_STEP)
def confirm() -> Response:
    """Ask for the password once more."""
    form = ConfirmForm(data={"next": request.args.get("next", "")})
    own = accounts.get_person(db.session(), own_id())
    if form.validate_on_submit():
        if person_with_password(own.email or "", form.password.data or "") is not None:
            with db.write() as session:
                sign_ins.confirm(session, g.sign_in_id, now=datetime.now(UTC))
            return security.back_to(form.next.data, url_for("people.second_step"))
        form.refuse(Refusal("This is not the password that you have now."), form.password)
    return form_page("people/confirm.html", form, email=own.email)


@pages.get("/account/second-step")
@requires(OWN_SECOND_STEP)
def second_step() -> Response:
    """Show somebody's second step, and what can be done about it."""
    return page(
        "people/second_step.html",
        steps=queries.second_steps_of(db.session(), own_id()),
        must_set_up=g.sign_in.is_limited,
        has_passkeys_here=entering.place() is not None,
    )


@pages.post("/account/second-step/app/start")
@requires(OWN_SECOND_STEP)
@confirmed
def start_app() -> Response:
    """Begin to set up an app."""
    with db.write() as session:
        own = accounts.get_person(session, own_id())
        second_steps.start_app(session, own, secret=entering.secret())
    return redirect(url_for("people.set_up_app"), 303)


@pages.route("/account/second-step/app", methods=["GET", "POST"])
@requires(OWN_SECOND_STEP)
@confirmed
def set_up_app() -> Response:
    """Show what the app has to know, and ask for its first code."""
    form = CodeForm()
    own = accounts.get_person(db.session(), own_id())
    shared = second_steps.new_app_secret(db.session(), own.id, secret=entering.secret())
    if form.validate_on_submit():
        try:
            return _confirm_app(form.code.data or "")
        except Refusal as refusal:
            form.refuse(refusal, form.code)
    address = totp.address_for_app(shared, account=own.email or "", site=settings.identity().name)
    picture = pictures.qr_code(address, title=_("QR code for your app"))
    return form_page("people/set_up_app.html", form, picture=picture, shared=totp.in_groups(shared))


def _confirm_app(code: str) -> Response:
    def confirm_it(session: Session, own: Person) -> list[str]:
        now = datetime.now(UTC)
        return second_steps.confirm_app(session, own, code, secret=entering.secret(), now=now)

    return _change(confirm_it, _("Your app is your second step from now on."))


@pages.post("/account/second-step/app/remove")
@requires(OWN_SECOND_STEP)
@confirmed
def remove_app() -> Response:
    """Stop asking for codes of the app."""

    def remove(session: Session, own: Person) -> list[str]:
        must = _must_keep_one()
        second_steps.remove_app(session, own, must_keep_one=must, now=datetime.now(UTC))
        return []

    return _change(remove, _("Your app is no longer asked for."))


@pages.route("/account/second-step/passkey", methods=["GET", "POST"])
@requires(OWN_SECOND_STEP)
@confirmed
def add_passkey() -> Response:
    """Let a device make a passkey."""
    place = entering.place()
    if place is None:
        raise NotFound("Browsers offer no passkeys at the address of this site.")
    form = PasskeyForm()
    if form.validate_on_submit():
        try:
            return _add_passkey(form, place)
        except Refusal as refusal:
            form.refuse(refusal)
    form.challenge.data = passkeys.new_challenge()
    form.answer.data = ""
    remembering.remember(CHALLENGE, form.challenge.data)
    return form_page("people/add_passkey.html", form, options=_options(place, form.challenge.data))


def _options(place: passkeys.Place, challenge: str) -> str:
    own = accounts.get_person(db.session(), own_id())
    return passkeys.options_for_new(
        place,
        challenge,
        site=settings.identity().name,
        handle=passkeys.handle_of(entering.secret(), own.id),
        email=own.email or "",
        name=own.name,
        known=[p.credential_id for p in own_passkeys.passkeys_of(db.session(), own.id)],
    )


def _add_passkey(form: PasskeyForm, place: passkeys.Place) -> Response:
    challenge = form.challenge.data or ""
    if remembering.recall(CHALLENGE, challenge) is None:
        raise passkeys.PasskeyRefused("Making a passkey did not work. Try again.")
    made = passkeys.read_new(place, challenge, form.answer.data or "")

    def add(session: Session, own: Person) -> list[str]:
        now = datetime.now(UTC)
        links.spend(session, challenge, lasts=remembering.LASTS, now=now)
        return own_passkeys.add_passkey(
            session,
            own,
            name=form.name.data or "",
            credential_id=made.credential_id,
            public_key=made.public_key,
            uses=made.uses,
            now=now,
        )

    return _change(add, _("You can sign in with this passkey from now on."))


@pages.post("/account/second-step/passkey/<int:passkey_id>/remove")
@requires(OWN_SECOND_STEP)
@confirmed
def remove_passkey(passkey_id: int) -> Response:
    """Let a passkey sign in no more."""

    def remove(session: Session, own: Person) -> list[str]:
        own_passkeys.remove_passkey(
            session, own, passkey_id, must_keep_one=_must_keep_one(), now=datetime.now(UTC)
        )
        return []

    return _change(remove, _("This passkey no longer signs in. Remove it from your device too."))


@pages.post("/account/second-step/recovery-codes")
@requires(OWN_SECOND_STEP)
@confirmed
def renew_recovery_codes() -> Response:
    """Make ten new codes on paper."""

    def renew(session: Session, own: Person) -> list[str]:
        return second_steps.renew_recovery_codes(session, own, now=datetime.now(UTC))

    return _change(renew, _("The codes that you had before no longer work."))


@pages.get("/account/second-step/recovery-codes")
@requires(OWN_SECOND_STEP)
def recovery_codes() -> Response:
    """Show new codes, once."""
    kept = cookie.pop(NEW_CODES, None) or {}
    codes = kept.get("codes") if kept.get("of") == own_id() else None
    if not codes:
        return redirect(url_for("people.second_step"), 303)
    return page("people/recovery_codes.html", codes=codes)


def _must_keep_one() -> bool:
    return entering.ways().needs_second_step(access.viewer().roles)


def _change(act: Callable[[Session, Person], list[str]], told: str) -> Response:
    """Change the own second step: every sign-in ends, and a fresh one begins in this browser."""
    with db.write() as session:
        own = accounts.get_person(session, own_id())
        entry = sign_ins.entry_again(session, g.sign_in_id)
        codes = act(session, own)
        token = enter(session, own, entry)
    flash(told + " " + _("You are signed in here and nowhere else."), "success")
    if codes:
        # On a shared browser somebody else may be the next to come in.
        cookie[NEW_CODES] = {"of": own_id(), "codes": codes}
        return welcome(token, url_for("people.recovery_codes"))
    return welcome(token, url_for("people.second_step"))
