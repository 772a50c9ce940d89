"""Persons, what they are responsible for, and the ways in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
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
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Link(Base):
    """A single-use link: set up the installation, accept an invitation, sign in, reset."""

    __tablename__ = "people_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: ``set_up``, ``invitation``, ``password`` or ``sign_in``.
    purpose: Mapped[str] = mapped_column(String(16))
    #: Empty for ``set_up``: the person comes into being when the link is used.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
