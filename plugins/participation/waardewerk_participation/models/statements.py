"""Statements: what people react to, in which languages, for which values, and how it was judged."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from waardewerk.db import Base, UtcDateTime

#: ``doubted``: one moderator would reject it, and a second reader decides.
STATES = ("waiting", "doubted", "accepted", "rejected")


class Statement(Base):
    """A sentence that people agree with, disagree with or pass on."""

    __tablename__ = "participation_statement"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        # A form sent twice makes one statement.
        UniqueConstraint("round_id", "nonce"),
        Index("ix_participation_statement_receipt", "receipt"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("participation_round.id", ondelete="CASCADE"))
    #: Its number within the round.
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    #: The language that it was written in; empty when imported data did not say.
    language: Mapped[str] = mapped_column(String(8), default="")
    #: Who brought it: ``seed`` the province, ``participant`` and ``paper`` a participant on the
    #: site and on paper, ``imported`` data of others.
    origin: Mapped[str] = mapped_column(String(12), default="seed")
    state: Mapped[str] = mapped_column(String(12), default="accepted")
    #: About the conversation itself: people are not grouped by it.
    is_meta: Mapped[bool] = mapped_column(default=False)
    #: Which participant wrote it; forgotten when the round's key is destroyed.
    author: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    #: Keyed hash of the receipt code with which its author finds out what became of it.
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    nonce: Mapped[str | None] = mapped_column(String(32))
    #: To the day: a finer time could give its author away.
    received_on: Mapped[date | None]
    #: What its author wrote, when a moderator mended a typing error.
    original: Mapped[str] = mapped_column(Text, default="")

    translations: Mapped[list[Translation]] = relationship(
        order_by="Translation.language", cascade="all, delete-orphan", passive_deletes=True
    )
    values: Mapped[list[StatementValue]] = relationship(
        order_by="StatementValue.value", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_rejected(self) -> bool:
        """Tell whether a moderator left it out: nobody sees it, nobody is grouped by it."""
        return self.state == "rejected"


class Translation(Base):
    """A statement in another language; it counts as the same statement once it is approved."""

    __tablename__ = "participation_translation"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("participation_statement.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    is_approved: Mapped[bool] = mapped_column(default=False)
    approved_by: Mapped[int | None]


class StatementValue(Base):
    """A value that a statement touches: its author suggests, a moderator confirms."""

    __tablename__ = "participation_statement_value"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("participation_statement.id", ondelete="CASCADE"), primary_key=True
    )
    #: The value's stable key in the framework.
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    is_confirmed: Mapped[bool] = mapped_column(default=False)


class Judgement(Base):
    """What a moderator decided about a statement: only added to, never changed."""

    __tablename__ = "participation_judgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("participation_round.id", ondelete="CASCADE"))
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("participation_statement.id", ondelete="CASCADE"), index=True
    )
    #: accept, doubt, reject, restore, edit.
    act: Mapped[str] = mapped_column(String(12))
    #: One of the published reasons; empty for accepting.
    reason: Mapped[str] = mapped_column(String(32), default="")
    #: What the author reads beside the reason.
    note: Mapped[str] = mapped_column(Text, default="")
    #: The number of the statement that says the same, when that is the reason.
    same_as: Mapped[int | None]
    #: A person's number; forgotten when that person is erased.
    moderator_id: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
