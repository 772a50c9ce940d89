"""After the award: promises that are followed up, what was found, what people learned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base, UtcDateTime

#: A scored promise of the winner, a contract condition, an indicator, a subsidy duty, and what
#: was agreed after one of these was broken.
FOLLOW_UP_KINDS = ("promise", "condition", "kpi", "duty", "remedy")
COLOURS = ("green", "amber", "red")


class FollowUp(Base):
    """One promise or condition that somebody looks after until it is kept or broken."""

    __tablename__ = "procurement_follow_up"
    __table_args__ = (
        CheckConstraint(f"kind IN {FOLLOW_UP_KINDS!r}", name="kind_known"),
        CheckConstraint("(kind = 'remedy') = (follows_id IS NOT NULL)", name="remedy_follows"),
        # What was promised once is looked after once; it can be broken more often.
        Index(
            "uq_procurement_follow_up_promised",
            "bid_id",
            "criterion",
            unique=True,
            sqlite_where=text("follows_id IS NULL"),
            postgresql_where=text("follows_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    #: The bid that won.
    bid_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_bid.id", ondelete="CASCADE"), index=True
    )
    #: By its key in the snapshot.
    criterion: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(64), default="", index=True)
    #: What was broken, of a remedy.
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("procurement_follow_up.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    #: What was promised or is required, in words.
    promise: Mapped[str] = mapped_column(Text)
    #: When it counts as kept, and what shows it.
    norm: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    due: Mapped[date]
    #: It comes back after so many months; nothing: once.
    every_months: Mapped[int | None]
    #: ``kept`` or ``broken`` once somebody ended it; empty: still followed.
    ended: Mapped[str] = mapped_column(String(8), default="")
    revision: Mapped[int] = mapped_column(default=1)


class EarlierWording(Base):
    """What a follow-up said before its words were changed, and why they were. Only added."""

    __tablename__ = "procurement_earlier_wording"

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_follow_up.id", ondelete="CASCADE"), index=True
    )
    promise: Mapped[str] = mapped_column(Text)
    norm: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Finding(Base):
    """What somebody found about a follow-up on a day. Rows are only added."""

    __tablename__ = "procurement_finding"
    __table_args__ = (CheckConstraint(f"colour IN {COLOURS!r}", name="colour_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_follow_up.id", ondelete="CASCADE"), index=True
    )
    colour: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class SupplierForm(Base):
    """A one-page form for a supplier or recipient, behind a link with a token.

    Before the award it asks whether what must be met is met; afterwards how promises are kept.
    """

    __tablename__ = "procurement_supplier_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_bid.id", ondelete="CASCADE"), index=True
    )
    #: ``requirements`` before the award, ``promises`` afterwards.
    purpose: Mapped[str] = mapped_column(String(16))
    #: Keyed hash of the token: who has a copy of the database has no link.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: By criterion key: ``{"answer": "yes" | "no" | "partly", "text": "…"}``.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Raised at every save; a save that knows an older number is a conflict.
    revision: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id", ondelete="SET NULL"))
    #: Until when it can be filled in.
    open_until: Mapped[date]
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who filled it in, as the supplier typed it: a function rather than a name.
    filled_in_by: Mapped[str] = mapped_column(String(200), default="")


class Lesson(Base):
    """What people learned about one value when a dossier was closed. Rows are only added."""

    __tablename__ = "procurement_lesson"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    value: Mapped[str] = mapped_column(String(64), default="", index=True)
    text: Mapped[str] = mapped_column(Text)
    #: It was sent on to the keeper of the value framework as a signal.
    is_signalled: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
