"""What every way in ends with: a fresh sign-in, its cookie, and the page that was asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, request
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug import Response

from waardewerk import access, db, security
from waardewerk.config import Config
from waardewerk.people import guessing
from waardewerk.people.devices import device_of
from waardewerk.people.models import Person
from waardewerk.people.operations import passwords, sign_ins


def person_with_password(email: str, password: str) -> Person | None:
    """Return who knows this password, and count a wrong one.

    It is checked outside the write transaction: that is slow on purpose.
    """
    secret = str(current_app.secret_key)
    guesser = guessing.Guesser.at(secret, email=email, address=request.remote_addr or "")
    guessing.refuse_too_many(db.session(), guesser)
    person = passwords.check_password(db.session(), email, password)
    if person is None:
        with db.write() as session:
            guessing.count_wrong_password(session, guesser)
    return person


def enter(session: Session, person: Person) -> str:
    """Sign somebody in, in this browser; return the token for the cookie."""
    config: Config = current_app.extensions["waardewerk.config"]
    return sign_ins.sign_in(
        session,
        person,
        device=device_of(request.user_agent.string),
        lasts=timedelta(hours=config.session_hours),
        now=datetime.now(UTC),
        replaces=request.cookies.get(access.cookie_name()),
    )


def welcome(token: str, target: str | None = None) -> Response:
    """Go on as who just came in; forms opened before no longer count."""
    cookie.pop("csrf_token", None)
    response = security.back_to(target)
    config: Config = current_app.extensions["waardewerk.config"]
    response.set_cookie(
        access.cookie_name(), token, max_age=config.session_hours * 3600, **cookie_rules()
    )
    return response


def cookie_rules() -> dict[str, Any]:
    """Return how the sign-in cookie is set and deleted."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": secure}
