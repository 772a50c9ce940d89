"""Bringing people in: the first administrator, invitations, another password."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, links, passwords, rights, sign_ins
from waardewerk.refusal import Refusal


def set_up(
    session: Session, token: str, *, name: str, email: str, password: str, now: datetime
) -> Person:
    """Use the set-up link: the first administrator comes into being."""
    links.use_link(session, token, {"set_up"}, now)
    if rights.has_administrator(session):
        raise Refusal("There is an administrator already. Ask that person for an invitation.")
    person = accounts.add_person(session, name=name, email=email, level=None, now=now)
    person.password_hash = passwords.hash_password(password, person)
    rights.assign_roles(session, person, {"administrator"}, actor_id=person.id, now=now)
    return person


def invite_person(
    session: Session,
    *,
    name: str,
    email: str,
    level: str | None,
    roles: Iterable[str],
    actor_id: int | None,
    now: datetime,
) -> tuple[Person, str]:
    """Add somebody with roles, and return the token of the invitation to send."""
    person = accounts.add_person(session, name=name, email=email, level=level, now=now)
    rights.assign_roles(session, person, set(roles), actor_id=actor_id, now=now)
    return person, invite_again(session, person, actor_id=actor_id, now=now)


def invite_again(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> str:
    """Make a fresh invitation; the one before it ends."""
    accounts.refuse_who_left(person)
    audit.record(session, "person.invited", f"person:{person.id}", actor_id=actor_id, now=now)
    return links.make_link(
        session, "invitation", person_id=person.id, lasts=links.INVITATION_LASTS, now=now
    )


def make_password_link(session: Session, person: Person, *, actor_id: int, now: datetime) -> str:
    """Make the link with which somebody who forgot the password chooses another."""
    accounts.refuse_who_left(person)
    audit.record(session, "person.password_link", f"person:{person.id}", actor_id=actor_id, now=now)
    return links.make_link(
        session, "password", person_id=person.id, lasts=links.PASSWORD_LINK_LASTS, now=now
    )


def accept_invitation(
    session: Session, token: str, *, name: str, password: str, now: datetime
) -> Person:
    """Use an invitation: the person chooses a password, and other sign-ins end."""
    link = links.use_link(session, token, {"invitation", "password"}, now)
    person = accounts.get_person(session, link.person_id or 0)
    person.name = name.strip() or person.name
    person.password_hash = passwords.hash_password(password, person)
    sign_ins.end_sign_ins(session, person.id)
    audit.record(session, "person.password_set", f"person:{person.id}", actor_id=person.id, now=now)
    return person


def use_sign_in_link(session: Session, token: str, now: datetime) -> Person:
    """Use a single-use link that signs somebody in."""
    link = links.use_link(session, token, {"sign_in"}, now)
    person = accounts.get_person(session, link.person_id or 0)
    if not person.is_active:
        raise links.LinkUsed("This link was used before or is too old. Ask for a new one.")
    return person
