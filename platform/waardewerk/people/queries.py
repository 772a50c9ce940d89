"""What pages show about people, as small rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import access, installation
from waardewerk.people.models import Identity, Person, RoleAssignment, SignIn
from waardewerk.people.operations import break_glass, checks, passkeys, second_steps
from waardewerk.people.ways_in import WaysIn


@dataclass(frozen=True)
class Account:
    """Somebody with an account. ``state`` is ``active``, ``invited`` or ``left``."""

    id: int
    name: str
    email: str
    level: str | None
    roles: frozenset[str]
    state: str
    created_at: datetime
    is_demo: bool
    is_break_glass: bool
    has_password: bool
    #: Whether this person signs in with the organisation's account.
    is_linked: bool


def accounts(session: Session) -> list[Account]:
    """List everybody who was not erased, by name."""
    held: dict[int, set[str]] = {}
    for person_id, role in session.execute(select(RoleAssignment.person_id, RoleAssignment.role)):
        held.setdefault(person_id, set()).add(role)
    linked = frozenset(session.scalars(select(Identity.person_id)))
    came = frozenset(session.scalars(select(SignIn.person_id)))
    people = session.scalars(select(Person).where(Person.email.is_not(None)))
    found = [
        _account(
            person,
            frozenset(held.get(person.id, ())),
            is_linked=person.id in linked,
            came_in=person.id in came,
        )
        for person in people
    ]
    return sorted(found, key=lambda account: (account.state == "left", account.name.casefold()))


def account_of(session: Session, person_id: int) -> Account | None:
    """Return one person's account; nothing when there is none or it was erased."""
    person = session.get(Person, person_id)
    if person is None or person.email is None:
        return None
    roles = select(RoleAssignment.role).where(RoleAssignment.person_id == person_id)
    linked = select(Identity.id).where(Identity.person_id == person_id).limit(1)
    is_linked = session.scalar(linked) is not None
    came = select(SignIn.id).where(SignIn.person_id == person_id).limit(1)
    return _account(
        person,
        frozenset(session.scalars(roles)),
        is_linked=is_linked,
        came_in=session.scalar(came) is not None,
    )


def who_may(session: Session, permission: str) -> list[Account]:
    """List who did not leave and holds a permission, by what the province lets roles do."""
    return [one for one in accounts(session) if _holds(one, permission)]


def may(session: Session, person_id: int, permission: str) -> bool:
    """Tell whether somebody who is not looking now holds a permission; who looks is a `Viewer`."""
    account = account_of(session, person_id)
    return account is not None and _holds(account, permission)


def _holds(account: Account, permission: str) -> bool:
    grants = installation.snapshot().grants
    held = access.permissions_of(account.roles, access.permissions(), grants)
    return account.state != "left" and permission in held


def _account(person: Person, roles: frozenset[str], *, is_linked: bool, came_in: bool) -> Account:
    return Account(
        id=person.id,
        name=person.name,
        email=person.email or "",
        level=person.level,
        roles=roles,
        state=_state(person, is_known=is_linked or came_in),
        created_at=person.created_at,
        is_demo=person.is_demo,
        is_break_glass=person.is_break_glass,
        has_password=person.password_hash is not None,
        is_linked=is_linked,
    )


def _state(person: Person, *, is_known: bool) -> str:
    if not person.is_active:
        return "left"
    return "active" if person.password_hash or is_known else "invited"


@dataclass(frozen=True)
class OwnPasskey:
    """One of somebody's passkeys."""

    id: int
    name: str
    since: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class SecondSteps:
    """What somebody has beside the password. ``app_since`` is empty without an app."""

    has_password: bool
    app_since: datetime | None
    passkeys: tuple[OwnPasskey, ...]
    codes_left: int

    @property
    def has_any(self) -> bool:
        """Tell whether there is a second step at all."""
        return self.app_since is not None or bool(self.passkeys)


def second_steps_of(session: Session, person_id: int) -> SecondSteps:
    """Return what somebody has beside the password; never a secret."""
    person = session.get(Person, person_id)
    app = second_steps.app_of(session, person_id)
    return SecondSteps(
        has_password=person is not None and person.password_hash is not None,
        app_since=app.since if app is not None and app.secret else None,
        passkeys=tuple(
            OwnPasskey(one.id, one.name, one.since, one.used_at)
            for one in passkeys.passkeys_of(session, person_id)
        ),
        codes_left=second_steps.recovery_codes_left(session, person_id),
    )


@dataclass(frozen=True)
class SignOn:
    """How signing in with the organisation's account goes, as far as it was tried."""

    issuer: str
    answered_at: datetime | None = None
    failed_at: datetime | None = None
    fault: str | None = None
    has_break_glass: bool = False
    break_glass_used_at: datetime | None = None

    @property
    def is_failing(self) -> bool:
        """Tell whether it went wrong the last time that it was tried."""
        if self.failed_at is None:
            return False
        return self.answered_at is None or self.answered_at < self.failed_at


def sign_on(session: Session, ways: WaysIn) -> SignOn:
    """Return how the provider was when it was last asked; nobody is asked now."""
    if not ways.issuer:
        return SignOn(issuer="")
    state = checks.state_of(session, ways.issuer)
    return SignOn(
        issuer=ways.issuer,
        answered_at=state.answered_at if state else None,
        failed_at=state.failed_at if state else None,
        fault=state.fault if state else None,
        has_break_glass=break_glass.is_any_marked(session),
        break_glass_used_at=break_glass.last_used(session),
    )


def names_of(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names that belong to these numbers; who was erased is left out."""
    wanted = {number for number in person_ids if number is not None}
    if not wanted:
        return {}
    known = select(Person.id, Person.name).where(Person.id.in_(wanted), Person.email.is_not(None))
    return {row.id: row.name for row in session.execute(known)}
