"""Finds out who is looking: by a sign-in, or by a personal link that this browser opened."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, g, request
from flask import session as cookie
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from waardewerk import db, installation
from waardewerk.access import (
    ANSWER,
    EVERYBODY,
    RESPONDENT_KEY,
    VIEWER,
    cookie_name,
    hash_of,
    permissions,
    permissions_of,
)
from waardewerk.contract import Viewer
from waardewerk.people.models import Person, RoleAssignment, SignIn
from waardewerk.questionnaires.models import Respondent

#: Asked at every click of a respondent; making this statement costs as much as running it.
_OPENED = select(Respondent).where(Respondent.id.in_(bindparam("ids", expanding=True)))


def find_viewer() -> Viewer:
    """Read who is looking from the cookies of this request."""
    if not request:
        return Viewer()
    opened = _opened_links(db.session())
    token = request.cookies.get(cookie_name())
    signed_in = _signed_in(db.session(), token, opened) if token else None
    if signed_in is not None:
        return signed_in
    if opened:
        return Viewer(
            roles=frozenset({"respondent"}), permissions=frozenset({ANSWER}), respondent_ids=opened
        )
    return Viewer()


def _opened_links(session: Session) -> frozenset[int]:
    """Return the invitations this browser opened whose code was not renewed since."""
    kept = cookie.get(RESPONDENT_KEY)
    if not isinstance(kept, dict) or not kept:
        return frozenset()
    ids = [int(key) for key in kept if key.isdecimal()]
    rows = session.scalars(_OPENED, {"ids": ids}).all()
    # Held for the request: a page that asks for its respondent finds it without the database.
    g.opened_links = rows
    return frozenset(r.id for r in rows if kept.get(str(r.id)) == r.code_hash[:16])


def remember_link(respondent: Respondent) -> None:
    """Let this browser answer for a respondent; the cookie ends when the code is renewed."""
    kept = cookie.get(RESPONDENT_KEY, {})
    cookie[RESPONDENT_KEY] = {**kept, str(respondent.id): respondent.code_hash[:16]}


def _signed_in(session: Session, token: str, opened: frozenset[int]) -> Viewer | None:
    rows = session.execute(
        select(SignIn, Person, RoleAssignment.role)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(SignIn.token_hash == hash_of(token))
    ).all()
    now = datetime.now(UTC)
    if not rows or rows[0].SignIn.expires_at <= now or not rows[0].Person.is_active:
        return None
    person, roles = rows[0].Person, frozenset(r.role for r in rows if r.role)
    g.sign_in_id = rows[0].SignIn.id
    return Viewer(
        person_id=person.id,
        name=person.name,
        level=person.level,
        roles=roles,
        permissions=permissions_of(roles, permissions(), installation.snapshot().grants)
        | EVERYBODY,
        respondent_ids=opened,
    )


def init_app(app: Flask) -> None:
    """Let the application know who finds out who is looking."""
    app.extensions[VIEWER] = find_viewer
