"""Passwords: hard to guess, kept as hashes, changed by who knows the one of now."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, sign_ins
from waardewerk.refusal import Refusal

#: 19 MiB, two passes: what OWASP names as its floor, light enough for eight threads at once.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

SHORTEST_PASSWORD = 12

LONGEST_PASSWORD = 200

#: Verified against when the account does not exist, so that both take the same time.
_NOBODY = hasher.hash("nobody has this password")


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
    person = accounts.find_person(session, email)
    known = person.password_hash if person is not None else None
    try:
        hasher.verify(known or _NOBODY, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return person if known and person is not None and person.is_active else None


def change_password(session: Session, person: Person, password: str, *, now: datetime) -> None:
    """Give somebody another password; every sign-in ends, also in this browser."""
    person.password_hash = hash_password(password, person)
    sign_ins.end_sign_ins(session, person.id)
    audit.record(session, "person.password_set", f"person:{person.id}", actor_id=person.id, now=now)
