"""Persons, what they are responsible for, and the ways in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.contract import LEVELS
from waardewerk.db import Base, UtcDateTime


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "people_person"
    __table_args__ = (CheckConstraint(f"level IS NULL OR level IN {LEVELS!r}", name="level_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: Lower case; the name to sign in with. Empty after erasure.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    #: Where in the organisation: political, executive or civil servant.
    level: Mapped[str | None] = mapped_column(String(16))
    #: Argon2; empty until the person has chosen a password.
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(default=True)
    #: May come in with a password when the organisation's own sign-in does not work.
    is_break_glass: Mapped[bool] = mapped_column(default=False)
    #: Made by ``run --demo``, and marked so on every page.
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoleAssignment(Base):
    """A role that a person holds."""

    __tablename__ = "people_role"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One browser in which a person is signed in; listed to them and revocable."""

    __tablename__ = "people_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Such as *Firefox, Linux*: enough to recognise, no more.
    device: Mapped[str] = mapped_column(String(64))
    #: ``password``, ``passkey``, ``link`` or ``organisation``.
    way: Mapped[str] = mapped_column(String(16), default="password")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When this person last proved here who they are; asked again before a second step changes.
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A second step has to be set up first, and nothing else is within reach before.
    is_limited: Mapped[bool] = mapped_column(default=False)
    #: When the organisation's provider last vouched for this sign-in; empty for every other way.
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: With this the provider is asked again. Sealed; empty when the provider gave none.
    refresh_token: Mapped[str | None] = mapped_column(Text)


class Link(Base):
    """A single-use link: set up the installation, accept an invitation, sign in, reset."""

    __tablename__ = "people_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: ``set_up``, ``invitation``, ``password`` or ``sign_in``; ``spent`` was never a link.
    purpose: Mapped[str] = mapped_column(String(16))
    #: Empty for ``set_up``: the person comes into being when the link is used.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Identity(Base):
    """Who somebody is at the organisation's provider."""

    __tablename__ = "people_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("person_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    #: What the provider calls this person, for ever; never an address.
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderState(Base):
    """How the organisation's provider was when it was last asked; the health page shows it."""

    __tablename__ = "people_provider_state"

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What was wrong then, as in the log.
    fault: Mapped[str | None] = mapped_column(String(64))


class CodeApp(Base):
    """An app that shows a new code every half minute (TOTP), as a person's second step."""

    __tablename__ = "people_code_app"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), primary_key=True
    )
    #: What the app and this site share. Sealed; empty until the first code was right.
    secret: Mapped[str | None] = mapped_column(Text)
    #: The same of an app that is being set up, so that the one before works until then.
    new_secret: Mapped[str | None] = mapped_column(Text)
    #: The half minute of the last code that was used: no code works twice.
    last_step: Mapped[int | None]
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code on paper that stands in for the second step, once."""

    __tablename__ = "people_recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), index=True
    )
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A key on somebody's device with which they sign in without a password."""

    __tablename__ = "people_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), index=True
    )
    #: How the owner calls it.
    name: Mapped[str] = mapped_column(String(64))
    #: What the device calls it, in base64url.
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: How often the device says it was used; going back means that the key was copied.
    uses: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
