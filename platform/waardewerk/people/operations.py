"""The verbs about people: invite, sign in and out, give roles, let go, erase."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate, mail
from waardewerk.access import hash_of, new_token
from waardewerk.contract import LEVELS, ROLES
from waardewerk.people.models import Link, Person, RoleAssignment, SignIn
from waardewerk.refusal import NotFound, Refusal

#: 19 MiB, two passes: what OWASP names as its floor, light enough for eight threads at once.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

SET_UP_LASTS = timedelta(hours=24)
INVITATION_LASTS = timedelta(days=14)
SIGN_IN_LINK_LASTS = timedelta(hours=24)
PASSWORD_LINK_LASTS = timedelta(hours=24)

#: Verified against when the account does not exist, so that both take the same time.
_NOBODY = hasher.hash("nobody has this password")


class LinkUsed(Refusal):
    """A single-use link was used, has expired, or never existed; which one is not told."""

    status = 410
    code = "link-used"


def has_administrator(session: Session) -> bool:
    """Tell whether somebody who is no demo person can administer this installation."""
    query = (
        select(Person.id)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(RoleAssignment.role == "administrator", Person.is_active, ~Person.is_demo)
    )
    return session.scalar(query.limit(1)) is not None


def make_link(
    session: Session,
    purpose: str,
    *,
    person_id: int | None,
    lasts: timedelta,
    now: datetime,
) -> str:
    """Make a single-use link and return its token; earlier ones for the same purpose end."""
    same = (Link.purpose == purpose, Link.person_id.is_not_distinct_from(person_id))
    session.execute(delete(Link).where(*same, Link.used_at.is_(None)))
    token, digest = new_token()
    session.add(
        Link(token_hash=digest, purpose=purpose, person_id=person_id, expires_at=now + lasts)
    )
    session.flush()
    return token


def make_set_up_link(session: Session, now: datetime) -> str:
    """Make the link with which the first administrator comes in."""
    return make_link(session, "set_up", person_id=None, lasts=SET_UP_LASTS, now=now)


def look_at_link(session: Session, token: str, now: datetime) -> Link:
    """Find a link that can still be used; looking does not use it."""
    link = session.scalar(select(Link).where(Link.token_hash == hash_of(token)))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkUsed("This link was used before or is too old. Ask for a new one.")
    return link


def _use_link(session: Session, token: str, purposes: Iterable[str], now: datetime) -> Link:
    # Two who press the button at once: the second waits here and then finds the link used.
    session.execute(select(Link.id).where(Link.token_hash == hash_of(token)).with_for_update())
    link = look_at_link(session, token, now)
    if link.purpose not in purposes:
        raise LinkUsed("This link was used before or is too old. Ask for a new one.")
    link.used_at = now
    return link


def set_up(
    session: Session, token: str, *, name: str, email: str, password: str, now: datetime
) -> Person:
    """Use the set-up link: the first administrator comes into being."""
    _use_link(session, token, {"set_up"}, now)
    if has_administrator(session):
        raise Refusal("There is an administrator already. Ask that person for an invitation.")
    person = add_person(session, name=name, email=email, level=None, now=now)
    person.password_hash = hash_password(password, person)
    assign_roles(session, person, {"administrator"}, actor_id=person.id, now=now)
    return person


def add_person(
    session: Session,
    *,
    name: str,
    email: str,
    level: str | None,
    now: datetime,
    is_demo: bool = False,
) -> Person:
    """Add somebody, who cannot sign in until an invitation was accepted."""
    email = email.strip().lower()
    if not name.strip():
        raise Refusal("Fill in a name.")
    if not mail.is_address(email):
        raise Refusal("%(email)s is not an e-mail address.", email=email)
    if level is not None and level not in LEVELS:
        raise Refusal("Choose one of the levels.")
    taken = Refusal("There is an account with the address %(email)s already.", email=email)
    if find_person(session, email) is not None:
        raise taken
    person = Person(name=name.strip(), email=email, level=level, created_at=now, is_demo=is_demo)
    session.add(person)
    try:
        session.flush()
    except IntegrityError:
        raise taken from None
    return person


def find_person(session: Session, email: str) -> Person | None:
    """Find somebody by the address they sign in with."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def get_person(session: Session, person_id: int) -> Person:
    """Find somebody by number."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("This person does not exist.")
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
    person = add_person(session, name=name, email=email, level=level, now=now)
    assign_roles(session, person, set(roles), actor_id=actor_id, now=now)
    return person, invite_again(session, person, actor_id=actor_id, now=now)


def invite_again(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> str:
    """Make a fresh invitation; the one before it ends."""
    _refuse_who_left(person)
    audit.record(session, "person.invited", f"person:{person.id}", actor_id=actor_id, now=now)
    return make_link(session, "invitation", person_id=person.id, lasts=INVITATION_LASTS, now=now)


def make_password_link(session: Session, person: Person, *, actor_id: int, now: datetime) -> str:
    """Make the link with which somebody who forgot the password chooses another."""
    _refuse_who_left(person)
    audit.record(session, "person.password_link", f"person:{person.id}", actor_id=actor_id, now=now)
    return make_link(session, "password", person_id=person.id, lasts=PASSWORD_LINK_LASTS, now=now)


def _refuse_who_left(person: Person) -> None:
    if not person.is_active:
        raise Refusal("This person was let go. Let them back in first.")


def accept_invitation(
    session: Session, token: str, *, name: str, password: str, now: datetime
) -> Person:
    """Use an invitation: the person chooses a password, and other sign-ins end."""
    link = _use_link(session, token, {"invitation", "password"}, now)
    person = get_person(session, link.person_id or 0)
    person.name = name.strip() or person.name
    person.password_hash = hash_password(password, person)
    end_sign_ins(session, person.id)
    audit.record(session, "person.password_set", f"person:{person.id}", actor_id=person.id, now=now)
    return person


def use_sign_in_link(session: Session, token: str, now: datetime) -> Person:
    """Use a single-use link that signs somebody in."""
    link = _use_link(session, token, {"sign_in"}, now)
    person = get_person(session, link.person_id or 0)
    if not person.is_active:
        raise LinkUsed("This link was used before or is too old. Ask for a new one.")
    return person


def change_password(session: Session, person: Person, password: str, *, now: datetime) -> None:
    """Give somebody another password; every sign-in ends, also in this browser."""
    person.password_hash = hash_password(password, person)
    end_sign_ins(session, person.id)
    audit.record(session, "person.password_set", f"person:{person.id}", actor_id=person.id, now=now)


def hash_password(password: str, person: Person) -> str:
    """Check that a password is hard to guess, and hash it."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("Choose a password of at least %(n)s characters.", n=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refusal("Choose a password of at most %(n)s characters.", n=LONGEST_PASSWORD)
    own_words = {person.name.lower(), (person.email or "").lower()}
    if password.lower() in own_words or len(set(password)) < 5:
        raise Refusal("This password is easy to guess. Choose another one.")
    return hasher.hash(password)


def check_password(session: Session, email: str, password: str) -> Person | None:
    """Return the person with this address and password; slow on purpose, either way."""
    person = find_person(session, email)
    known = person.password_hash if person is not None else None
    try:
        hasher.verify(known or _NOBODY, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return person if known and person is not None and person.is_active else None


def sign_in(
    session: Session,
    person: Person,
    *,
    device: str,
    lasts: timedelta,
    now: datetime,
    replaces: str | None = None,
) -> str:
    """Start a sign-in and return its token for the cookie; the one it replaces ends."""
    _refuse_who_left(person)
    if replaces:
        session.execute(delete(SignIn).where(SignIn.token_hash == hash_of(replaces)))
    token, digest = new_token()
    session.add(
        SignIn(
            person_id=person.id,
            token_hash=digest,
            device=device[:64],
            started_at=now,
            expires_at=now + lasts,
        )
    )
    audit.record(session, "person.signed_in", f"person:{person.id}", actor_id=person.id, now=now)
    return token


def sign_ins_of(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """List where a person is signed in, newest first."""
    query = select(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at > now)
    return list(session.scalars(query.order_by(SignIn.started_at.desc())))


def end_sign_in(session: Session, sign_in_id: int, *, person_id: int, now: datetime) -> None:
    """End one of a person's own sign-ins."""
    row = session.get(SignIn, sign_in_id)
    if row is None or row.person_id != person_id:
        raise NotFound("This sign-in has ended already.")
    session.delete(row)
    audit.record(session, "person.signed_out", f"person:{person_id}", actor_id=person_id, now=now)


def end_other_sign_ins(
    session: Session, kept_sign_in_id: int, *, person_id: int, now: datetime
) -> None:
    """End a person's sign-ins everywhere but in this browser."""
    others = (SignIn.person_id == person_id, SignIn.id != kept_sign_in_id)
    session.execute(delete(SignIn).where(*others))
    audit.record(session, "person.signed_out", f"person:{person_id}", actor_id=person_id, now=now)


def end_sign_ins(session: Session, person_id: int) -> None:
    """End all sign-ins of a person."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def roles_of(session: Session, person_id: int) -> frozenset[str]:
    """Return the roles somebody holds."""
    query = select(RoleAssignment.role).where(RoleAssignment.person_id == person_id)
    return frozenset(session.scalars(query))


def assign_roles(
    session: Session, person: Person, roles: set[str], *, actor_id: int | None, now: datetime
) -> None:
    """Make ``roles`` the roles of a person; the last administrator stays one."""
    if roles - set(ROLES):
        raise Refusal("Choose from the roles that exist.")
    before = roles_of(session, person.id)
    if "administrator" in before - roles:
        _keep_an_administrator(session, person)
    session.execute(delete(RoleAssignment).where(RoleAssignment.person_id == person.id))
    session.add_all(RoleAssignment(person_id=person.id, role=r, since=now) for r in sorted(roles))
    session.flush()
    audit.record(
        session,
        "person.roles",
        f"person:{person.id}",
        actor_id=actor_id,
        now=now,
        details={"before": sorted(before), "after": sorted(roles)},
    )


def change_person(
    session: Session,
    person: Person,
    *,
    name: str,
    level: str | None,
    roles: set[str],
    actor_id: int,
    now: datetime,
) -> None:
    """Change what an administrator may change about somebody."""
    if not name.strip():
        raise Refusal("Fill in a name.")
    if level is not None and level not in LEVELS:
        raise Refusal("Choose one of the levels.")
    if (name.strip(), level) != (person.name, person.level):
        _describe(session, person, name.strip(), level, actor_id=actor_id, now=now)
    if roles != roles_of(session, person.id):
        assign_roles(session, person, roles, actor_id=actor_id, now=now)


def _describe(
    session: Session,
    person: Person,
    name: str,
    level: str | None,
    *,
    actor_id: int,
    now: datetime,
) -> None:
    details = {"before": person.level, "after": level} if level != person.level else {}
    person.name, person.level = name, level
    subject = f"person:{person.id}"
    audit.record(session, "person.changed", subject, actor_id=actor_id, now=now, details=details)


def deactivate(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> None:
    """Let somebody go: no more signing in; what they did stays."""
    if not person.is_active:
        return
    _keep_an_administrator(session, person)
    person.is_active = False
    end_sign_ins(session, person.id)
    session.execute(
        update(Link).where(Link.person_id == person.id, Link.used_at.is_(None)).values(used_at=now)
    )
    audit.record(session, "person.left", f"person:{person.id}", actor_id=actor_id, now=now)


def reactivate(session: Session, person: Person, *, actor_id: int, now: datetime) -> None:
    """Let somebody back in."""
    if person.email is None:
        raise NotFound("This person does not exist.")
    person.is_active = True
    audit.record(session, "person.returned", f"person:{person.id}", actor_id=actor_id, now=now)


def erase_person(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> None:
    """Erase who somebody was; the number stays, so that the audit trail stays whole."""
    deactivate(session, person, actor_id=actor_id, now=now)
    email = person.email or ""
    person.name, person.email, person.password_hash, person.level = "–", None, None, None
    session.execute(delete(RoleAssignment).where(RoleAssignment.person_id == person.id))
    session.execute(delete(Link).where(Link.person_id == person.id))
    audit.record(session, "person.erased", f"person:{person.id}", actor_id=actor_id, now=now)
    gate.send(events.PersonErased(session=session, person_id=person.id, email=email))


def _keep_an_administrator(session: Session, leaving: Person) -> None:
    if "administrator" not in roles_of(session, leaving.id):
        return
    # Two administrators who remove each other at once: the second waits, and then is the last.
    held = select(RoleAssignment.person_id).where(RoleAssignment.role == "administrator")
    session.execute(held.with_for_update())
    others = (
        select(Person.id)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(
            RoleAssignment.role == "administrator",
            Person.is_active,
            Person.id != leaving.id,
            or_(~Person.is_demo, Person.is_demo.is_(leaving.is_demo)),
        )
    )
    if session.scalar(others.limit(1)) is None:
        raise Refusal("This is the only administrator. Name another one first.")


def forget_old_ways_in(session: Session, now: datetime) -> int:
    """Erase sign-ins and links that can no longer be used."""
    ended = session.execute(delete(SignIn).where(SignIn.expires_at <= now)).rowcount  # type: ignore[attr-defined]
    used = session.execute(  # type: ignore[attr-defined]
        delete(Link).where((Link.expires_at <= now) | Link.used_at.is_not(None))
    ).rowcount
    return int(ended + used)
