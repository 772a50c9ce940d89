"""What every way in ends with: a second step where there is one, and a fresh sign-in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, security
from waardewerk.access import hash_of, new_token
from waardewerk.config import Config
from waardewerk.people import guessing, passkeys
from waardewerk.people.devices import device_of
from waardewerk.people.models import Person
from waardewerk.people.operations import (
    accounts,
    break_glass,
    passwords,
    rights,
    second_steps,
    sign_ins,
)
from waardewerk.people.operations.sign_ins import Entry
from waardewerk.people.views import remembering
from waardewerk.people.ways_in import ORGANISATION, PASSKEY, WaysIn
from waardewerk.refusal import Refusal

#: In the signed cookie: who gave the right password and still owes the second step.
WAITING = "second_step"


def config() -> Config:
    """Return the operator's settings."""
    found: Config = current_app.extensions["waardewerk.config"]
    return found


def ways() -> WaysIn:
    """Return which ways in there are."""
    return WaysIn.of(config())


def secret() -> str:
    """Return the installation's secret."""
    return str(current_app.secret_key)


def place() -> passkeys.Place | None:
    """Return where passkeys count, or nothing when browsers offer none here."""
    return passkeys.place_of(config().base_url)


def person_with_password(email: str, password: str) -> Person | None:
    """Return who knows this password, and count a wrong one.

    It is checked outside the write transaction: that is slow on purpose.
    """
    guesser = guesser_of(email)
    guessing.refuse_too_many(db.session(), guesser)
    person = passwords.check_password(db.session(), email, password)
    if person is None:
        with db.write() as session:
            guessing.count_wrong_password(session, guesser)
    return person


def guesser_of(account: str) -> guessing.Guesser:
    """Name who tries to come in here, and as whom."""
    return guessing.Guesser.at(secret(), email=account, address=request.remote_addr or "")


@dataclass(frozen=True)
class Admitted:
    """Somebody who may come in; without a token a second step is asked first."""

    person_id: int
    token: str | None
    mark: str
    is_limited: bool


def admit(session: Session, person: Person, way: str) -> Admitted:
    """Sign somebody in who proved who they are, or keep them waiting for the second step."""
    if not break_glass.may_sign_in_here(session, person, ways()):
        raise Refusal("Sign in with the account of your organisation.")
    has_second_step = second_steps.has_any(session, person.id)
    if has_second_step and way != PASSKEY:
        return Admitted(person.id, None, _mark_of(person), is_limited=False)
    roles = rights.roles_of(session, person.id)
    is_limited = ways().needs_second_step(roles) and not has_second_step
    token = enter(session, person, Entry(way=way, is_limited=is_limited))
    return Admitted(person.id, token, "", is_limited=is_limited)


def go_on(admitted: Admitted, target: str | None = None) -> Response:
    """Go where somebody who was admitted wants to go, by way of what is still to be done."""
    target = target or ""
    if admitted.token is None:
        remembering.forget(WAITING)
        key = new_token()[0]
        person = str(admitted.person_id)
        remembering.remember(WAITING, key, person=person, mark=admitted.mark, target=target)
        return security.back_to(url_for("people.enter_code"))
    if admitted.is_limited:
        target = url_for("people.second_step")
    return welcome(admitted.token, target)


def who_waits(session: Session) -> tuple[Person, dict[str, Any]] | None:
    """Return who gave the right password in this browser, unless it changed since."""
    waiting = remembering.newest(WAITING)
    if waiting is None:
        return None
    person = accounts.get_person(session, int(waiting["person"]))
    return (person, waiting) if _mark_of(person) == waiting["mark"] else None


def _mark_of(person: Person) -> str:
    # Another password, or no account any more, ends the waiting.
    return hash_of(f"{person.password_hash} {person.is_active}")[:16]


def enter(session: Session, person: Person, entry: Entry) -> str:
    """Sign somebody in, in this browser; return the token for the cookie."""
    is_local = entry.way != ORGANISATION
    breaks_glass = person.is_break_glass and is_local and bool(ways().issuer)
    return sign_ins.sign_in(
        session,
        person,
        device=device_of(request.user_agent.string),
        lasts=timedelta(hours=config().session_hours),
        now=datetime.now(UTC),
        replaces=request.cookies.get(access.cookie_name()),
        entry=replace(entry, breaks_glass=breaks_glass),
    )


def welcome(token: str, target: str | None = None) -> Response:
    """Go on as who just came in; forms opened before no longer count."""
    cookie.pop("csrf_token", None)
    remembering.forget(WAITING)
    response = security.back_to(target)
    response.set_cookie(
        access.cookie_name(), token, max_age=config().session_hours * 3600, **cookie_rules()
    )
    return response


def cookie_rules() -> dict[str, Any]:
    """Return how the sign-in cookie is set and deleted."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": secure}
