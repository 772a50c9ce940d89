"""Who somebody is at the organisation's provider, and what follows from what it says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, mail
from waardewerk.people.models import Identity, Person, SignIn
from waardewerk.people.oidc.claims import Asserted, Rules
from waardewerk.people.oidc.faults import (
    AccountIsLocal,
    AccountTaken,
    AddressMissing,
    AttemptLost,
    NoRole,
    PersonLeft,
)
from waardewerk.people.operations import accounts, rights
from waardewerk.people.ways_in import ORGANISATION
from waardewerk.refusal import NotFound, Refusal

NAME_LENGTH = 200


def come_in(
    session: Session, said: Asserted, rules: Rules, *, issuer: str, now: datetime
) -> Person:
    """Return who this is here, with the rights that the provider gives; make or link an account."""
    person = find_linked(session, issuer, said.subject)
    if person is None:
        person = _first_time(session, said, issuer=issuer, now=now)
    if not person.is_active:
        raise PersonLeft("let-go")
    if person.is_break_glass:
        raise AccountIsLocal("break-glass")
    follow(session, person, said, rules, now=now)
    return person


def find_linked(session: Session, issuer: str, subject: str) -> Person | None:
    """Find who is known at the provider under this name."""
    linked = select(Person).join(Identity, Identity.person_id == Person.id)
    return session.scalar(linked.where(Identity.issuer == issuer, Identity.subject == subject))


def _first_time(session: Session, said: Asserted, *, issuer: str, now: datetime) -> Person:
    # An address is what data is handed over by: without the provider's word it is worth nothing.
    if not mail.is_address(said.email):
        raise AddressMissing("no-verified-address")
    known = accounts.find_person(session, said.email)
    if known is None and not said.roles:
        raise NoRole("no-mapped-role")
    if known is not None and known.is_break_glass:
        raise AccountIsLocal("break-glass")
    if known is not None and identity_of(session, known.id, issuer) is not None:
        raise AccountTaken("linked-to-another")
    person = known or _add(session, said, now)
    _link(session, person, said.subject, issuer=issuer, now=now)
    action = "person.linked" if known else "person.came"
    audit.record(session, action, f"person:{person.id}", actor_id=person.id, now=now)
    return person


def _add(session: Session, said: Asserted, now: datetime) -> Person:
    name = said.name[:NAME_LENGTH]
    try:
        return accounts.add_person(session, name=name, email=said.email, level=None, now=now)
    except Refusal:
        raise AttemptLost("twice-at-once") from None


def _link(session: Session, person: Person, subject: str, *, issuer: str, now: datetime) -> None:
    session.add(Identity(person_id=person.id, issuer=issuer, subject=subject, linked_at=now))
    try:
        session.flush()
    except IntegrityError:
        # Two first sign-ins at once; the other one was a moment earlier.
        raise AttemptLost("twice-at-once") from None


def follow(
    session: Session, person: Person, said: Asserted, rules: Rules, *, now: datetime
) -> None:
    """Give the roles and level that the provider decides about; leave the others as they are."""
    held = rights.roles_of(session, person.id)
    wanted = (held - rules.known_roles) | said.roles
    if "administrator" in held - wanted and rights.is_last_administrator(session, person):
        wanted |= {"administrator"}
    if wanted != held:
        rights.assign_roles(
            session, person, set(wanted), actor_id=None, now=now, source=ORGANISATION
        )
    if said.level is not None and said.level != person.level:
        accounts.describe(
            session, person, person.name, said.level, actor_id=None, now=now, source=ORGANISATION
        )


def identity_of(session: Session, person_id: int, issuer: str) -> Identity | None:
    """Return who somebody is at one provider."""
    known = select(Identity).where(Identity.person_id == person_id, Identity.issuer == issuer)
    return session.scalar(known)


def unlink(session: Session, person: Person, *, actor_id: int, now: datetime) -> None:
    """Forget who somebody is at the provider, and end the sign-ins that came from there."""
    linked = session.scalars(select(Identity).where(Identity.person_id == person.id)).all()
    if not linked:
        raise NotFound("This account is not linked to an account of the organisation.")
    for identity in linked:
        session.delete(identity)
    from_there = (SignIn.person_id == person.id, SignIn.way == ORGANISATION)
    session.execute(delete(SignIn).where(*from_there))
    audit.record(session, "person.unlinked", f"person:{person.id}", actor_id=actor_id, now=now)
