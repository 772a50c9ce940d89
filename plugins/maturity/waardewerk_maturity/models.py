"""Scans, the levels people want, the actions towards them, and results of other organisations."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from waardewerk.db import Base, UtcDateTime

if TYPE_CHECKING:
    from waardewerk.questionnaires.models import Inquiry

SCOPES = ("organisation", "department")
DIRECTIONS = ("build_up", "build_down")
STATES = ("open", "done", "dropped")


class Scan(Base):
    """One measurement: an inquiry over a scan, and what it is about."""

    __tablename__ = "maturity_scan"
    __table_args__ = (CheckConstraint(f"scope IN {SCOPES!r}", name="scope_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_inquiry.id", ondelete="CASCADE"), unique=True
    )
    scope: Mapped[str] = mapped_column(String(16))
    #: Which department, when the scope is one; otherwise empty.
    department: Mapped[str] = mapped_column(String(200), default="")
    #: The scan that this one is compared with.
    previous_scan_id: Mapped[int | None] = mapped_column(
        ForeignKey("maturity_scan.id", ondelete="SET NULL"), index=True
    )
    #: Number of the version of the value framework with which it looks; empty when none held.
    values_version: Mapped[int | None]
    opened_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    inquiry: Mapped[Inquiry] = relationship("Inquiry", lazy="joined", innerjoin=True)
    previous: Mapped[Scan | None] = relationship(remote_side="Scan.id")


class Ambition(Base):
    """The level that people want on one theme.

    Rows are only added: the newest one counts and the older ones are its history.
    """

    __tablename__ = "maturity_ambition"

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[int] = mapped_column(
        ForeignKey("maturity_scan.id", ondelete="CASCADE"), index=True
    )
    #: A section's id.
    theme: Mapped[str] = mapped_column(String(64))
    level: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    by_date: Mapped[date]
    #: A name or a function, in people's own words.
    owner: Mapped[str] = mapped_column(String(200))
    #: The owner's account, when the name is that of exactly one person.
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    first_step: Mapped[str] = mapped_column(Text)
    intended_result: Mapped[str] = mapped_column(Text)
    #: Who was there when it was agreed.
    present: Mapped[str] = mapped_column(Text)
    dissent: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Action(Base):
    """Something to build up, or something that hinders and is built down."""

    __tablename__ = "maturity_action"
    __table_args__ = (
        CheckConstraint(f"direction IN {DIRECTIONS!r}", name="direction_known"),
        CheckConstraint(f"state IN {STATES!r}", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[int] = mapped_column(
        ForeignKey("maturity_scan.id", ondelete="CASCADE"), index=True
    )
    theme: Mapped[str] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    #: What is missing, or what hinders.
    hindrance: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    due_on: Mapped[date]
    intended_result: Mapped[str] = mapped_column(Text)
    #: How people see that the result is there.
    indicator: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="open")
    #: What came of it, or why it was dropped.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Raised at every change; a change that knows an older number is a conflict.
    revision: Mapped[int] = mapped_column(default=1)
    #: A form that is sent twice plans one action.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    scan: Mapped[Scan] = relationship()


class Comparison(Base):
    """The result of another organisation, read from its file; one per measurement."""

    __tablename__ = "maturity_comparison"
    __table_args__ = (UniqueConstraint("organisation", "measured_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(String(200))
    measured_on: Mapped[date]
    #: The file as it was checked, ``waardewerk/scan-result@1``.
    payload: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
