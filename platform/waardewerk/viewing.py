"""Finds out who is looking: by a sign-in, or by a personal link that this browser opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, current_app, g, request
from flask import session as cookie
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from waardewerk import db, installation
from waardewerk.access import (
    ANSWER,
    EVERYBODY,
    LIMITED,
    RESPONDENT_KEY,
    VIEWER,
    cookie_name,
    hash_of,
    permissions,
    permissions_of,
)
from waardewerk.config import Config
from waardewerk.contract import Viewer
from waardewerk.people.models import Person, RoleAssignment, SignIn
from waardewerk.people.ways_in import WaysIn
from waardewerk.questionnaires.models import Respondent

#: Asked at every click of a respondent; making this statement costs as much as running it.
_OPENED = select(Respondent).where(Respondent.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Here:
    """The sign-in of this browser, for pages about one's own ways in: ``g.sign_in``."""

    id: int
    way: str
    confirmed_at: datetime
    is_limited: bool


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
    if not rows or not _is_believed(rows[0].SignIn, datetime.now(UTC)):
        return None
    here, person = rows[0].SignIn, rows[0].Person
    if not person.is_active:
        return None
    # A copy: the row itself may end in this request.
    g.sign_in = Here(here.id, here.way, here.confirmed_at, here.is_limited)
    g.sign_in_id = here.id
    roles = frozenset(r.role for r in rows if r.role)
    return Viewer(
        person_id=person.id,
        name=person.name,
        level=person.level,
        roles=frozenset() if here.is_limited else roles,
        permissions=LIMITED if here.is_limited else _granted(roles),
        respondent_ids=opened,
    )


def _granted(roles: frozenset[str]) -> frozenset[str]:
    return permissions_of(roles, permissions(), installation.snapshot().grants) | EVERYBODY


def _is_believed(here: SignIn, now: datetime) -> bool:
    """Tell whether a sign-in still holds: not too old, and vouched for when it must be."""
    if here.expires_at <= now:
        return False
    config: Config = current_app.extensions["waardewerk.config"]
    recheck_within = WaysIn.of(config).recheck_within
    if here.checked_at is not None and here.checked_at + recheck_within <= now:
        g.check_is_overdue = True
        return False
    return True


def init_app(app: Flask) -> None:
    """Let the application know who finds out who is looking."""
    app.extensions[VIEWER] = find_viewer
