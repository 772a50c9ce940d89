"""Signing in with a password or a passkey, the second step, and signing out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import g, redirect, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, throttle
from waardewerk.access import public
from waardewerk.forms import Form
from waardewerk.people import guessing, organisation, passkeys
from waardewerk.people.forms import CodeForm, PasskeySignInForm, RecoveryCodeForm, SignInForm
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, links, second_steps, sign_ins
from waardewerk.people.operations import passkeys as own_passkeys
from waardewerk.people.operations.sign_ins import Entry
from waardewerk.people.views import entering, pages, remembering
from waardewerk.people.views.entering import admit, cookie_rules, enter, go_on, welcome
from waardewerk.people.ways_in import ORGANISATION, PASSKEY, PASSWORD
from waardewerk.refusal import Refusal, TooMany
from waardewerk.templating import form_page, page

WRONG_PASSWORD = Refusal("This e-mail address and this password do not belong together.")
WRONG_CODE = Refusal("This code is not right, or was used before. Try the next one.")
WRONG_RECOVERY_CODE = Refusal("This recovery code is not right, or was used before.")
#: In the signed cookie: what a device is asked to sign.
CHALLENGE = "passkey"


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Let somebody in with e-mail address and password, or show the other ways."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    if form.validate_on_submit():
        try:
            admitted = _with_password(form)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go_on(admitted, form.next.data)
    return _sign_in_page(form)


def _with_password(form: SignInForm) -> entering.Admitted:
    person = entering.person_with_password(form.email.data or "", form.password.data or "")
    if person is None:
        raise WRONG_PASSWORD
    with db.write() as session:
        return admit(session, accounts.get_person(session, person.id), PASSWORD)


def _sign_in_page(form: Form) -> Response:
    ways = entering.ways()
    return form_page(
        "people/sign_in.html",
        form,
        next=form.next.data or "",
        provider=organisation.name() if organisation.is_set() else "",
        only_break_glass=ways.only_break_glass,
        passkey=_passkey_question(form.next.data or ""),
    )


def _passkey_question(target: str) -> dict[str, object] | None:
    """Return the form with which a passkey signs in; nothing where browsers offer none."""
    place = entering.place()
    if place is None:
        return None
    challenge = passkeys.new_challenge()
    remembering.remember(CHALLENGE, challenge)
    form = PasskeySignInForm(formdata=None, data={"next": target, "challenge": challenge})
    return {"form": form, "options": passkeys.options_for_sign_in(place, challenge)}


@pages.post("/sign-in/passkey")
@public
def sign_in_with_passkey() -> Response:
    """Let somebody in who has a passkey: with the device and its owner, that is two steps."""
    form = PasskeySignInForm()
    guesser = entering.guesser_of("passkeys")
    throttle.check(db.session(), throttle.SIGN_IN_PER_ADDRESS, guesser.address)
    admitted = _with_passkey(form, guesser) if form.validate_on_submit() else None
    if admitted is not None:
        return go_on(admitted, form.next.data)
    shown = SignInForm(formdata=None, data={"next": form.next.data})
    shown.refuse(passkeys.unknown_passkey())
    return _sign_in_page(shown)


def _with_passkey(form: PasskeySignInForm, guesser: guessing.Guesser) -> entering.Admitted | None:
    """Return who owns a passkey, when its answer is right and counts for the first time."""
    answer, challenge = form.answer.data or "", form.challenge.data or ""
    place = entering.place()
    if place is None or remembering.recall(CHALLENGE, challenge) is None:
        return None
    try:
        passkey = own_passkeys.find_passkey(db.session(), passkeys.credential_in(answer))
        uses = passkeys.uses_proved(place, challenge, answer, passkey.public_key)
    except passkeys.PasskeyRefused:
        with db.write() as session:
            throttle.hit(session, throttle.SIGN_IN_PER_ADDRESS, guesser.address)
        return None
    now = datetime.now(UTC)
    with db.write() as session:
        if not own_passkeys.count_use(session, passkey.id, uses, now=now):
            return None
        links.spend(session, challenge, lasts=remembering.LASTS, now=now)
        person = accounts.get_person(session, passkey.person_id)
        return admit(session, person, PASSKEY) if person.is_active else None


@pages.route("/sign-in/code", methods=["GET", "POST"])
@public
def enter_code() -> Response:
    """Ask for the second step, after the right password."""
    return _second_step("people/enter_code.html", CodeForm(), WRONG_CODE, _is_right_code)


@pages.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public
def enter_recovery_code() -> Response:
    """Ask for a code on paper instead, from who lost the phone."""
    form = RecoveryCodeForm()
    return _second_step(
        "people/enter_recovery_code.html", form, WRONG_RECOVERY_CODE, _is_right_recovery_code
    )


def _is_right_code(session: Session, person: Person, code: str) -> bool:
    now = datetime.now(UTC)
    return second_steps.check_code(session, person, code, secret=entering.secret(), now=now)


def _is_right_recovery_code(session: Session, person: Person, code: str) -> bool:
    return second_steps.use_recovery_code(session, person, code, now=datetime.now(UTC))


def _second_step(
    template: str,
    form: CodeForm | RecoveryCodeForm,
    wrong: Refusal,
    is_right: Callable[[Session, Person, str], bool],
) -> Response:
    waiting = entering.who_waits(db.session())
    if waiting is None:
        return redirect(url_for("people.sign_in"), 303)
    person, kept = waiting
    if form.validate_on_submit():
        token = _with_code(person, kept["key"], form.code.data or "", is_right)
        if token is not None:
            return welcome(token, kept["target"])
        form.refuse(wrong, form.code)
    has_app = second_steps.has_app(db.session(), person.id)
    passkey = _passkey_question(kept["target"])
    return form_page(template, form, has_app=has_app, passkey=passkey)


def _with_code(
    person: Person, key: str, code: str, is_right: Callable[[Session, Person, str], bool]
) -> str | None:
    """Sign somebody in whose code is right; count a wrong one."""
    guesser = entering.guesser_of(f"second step of {person.id}")
    guessing.refuse_too_many(db.session(), guesser)
    with db.write() as session:
        known = accounts.get_person(session, person.id)
        if not is_right(session, known, code):
            guessing.count_wrong_password(session, guesser)
            return None
        links.spend(session, key, lasts=remembering.LASTS, now=datetime.now(UTC))
        return enter(session, known, Entry(way=PASSWORD))


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """End this sign-in, and forget every personal link that this browser opened."""
    who = access.viewer()
    target = "home.index"
    if who.person_id is not None:
        target = "people.signed_out" if g.sign_in.way == ORGANISATION else target
        with db.write() as session:
            sign_ins.end_sign_in(
                session, g.sign_in_id, person_id=who.person_id, now=datetime.now(UTC)
            )
    cookie.clear()
    response = redirect(url_for(target), 303)
    response.delete_cookie(access.cookie_name(), **cookie_rules())
    return response


@pages.get("/signed-out")
@public
def signed_out() -> Response:
    """Say that one is signed out here, and offer to sign out at the organisation too."""
    return page(
        "people/signed_out.html", provider=organisation.name() if organisation.is_set() else ""
    )
