"""Bids and who assesses them: declarations, scores given alone, what people agreed on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base, UtcDateTime


class Bid(Base):
    """An offer or application for one lot. What was sent in stays where it was sent."""

    __tablename__ = "procurement_bid"
    __table_args__ = (UniqueConstraint("lot_id", "key"), UniqueConstraint("lot_id", "bidder"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_lot.id", ondelete="CASCADE"), index=True
    )
    #: ``A``, ``B`` …: what it is called in an award file.
    key: Mapped[str] = mapped_column(String(64))
    bidder: Mapped[str] = mapped_column(String(200))
    #: In cents; cannot be filled in before the quality is final. Nothing: not known yet.
    price: Mapped[int | None] = mapped_column(BigInteger)
    #: It withdrew or was set aside, and why; after the ranking the drop-out rule says what follows.
    dropped_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_out_why: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Assessor(Base):
    """Somebody who was appointed to score the bids of a dossier."""

    __tablename__ = "procurement_assessor"
    __table_args__ = (UniqueConstraint("dossier_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    #: Nothing once the person was erased: the number of the assessor stays.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    #: 1, 2, 3 …: how files name the assessor.
    number: Mapped[int]
    appointed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Left the assessment before the reveal; scores given until then do not count.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FormerOfficer(Base):
    """That somebody led a dossier when scores had been revealed, and so may know them."""

    __tablename__ = "procurement_former_officer"
    __table_args__ = (UniqueConstraint("dossier_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    #: Nothing once the person was erased.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )


class StandIn(Base):
    """That an assessor came after the reveal, for one bid of which too few people were left."""

    __tablename__ = "procurement_stand_in"
    __table_args__ = (UniqueConstraint("assessor_id", "bid_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessor_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_assessor.id", ondelete="CASCADE")
    )
    bid_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_bid.id", ondelete="CASCADE"), index=True
    )
    #: Why somebody had to come, for the report; it names nobody.
    why: Mapped[str] = mapped_column(Text)
    appointed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Scored every criterion alone: from here the scores count, and those of others are seen.
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConflictDeclaration(Base):
    """What an assessor declared about one bidder. Rows are only added; the newest counts."""

    __tablename__ = "procurement_declaration"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessor_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_assessor.id", ondelete="CASCADE"), index=True
    )
    bid_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_bid.id", ondelete="CASCADE"), index=True
    )
    #: There is, or might be seen, an interest: no access to this bid.
    has_interest: Mapped[bool]
    explanation: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KnockOutAnswer(Base):
    """Whether a bid meets what it must meet. Rows are only added; the newest counts."""

    __tablename__ = "procurement_knock_out"
    __table_args__ = (Index("ix_procurement_knock_out_bid_criterion", "bid_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("procurement_bid.id", ondelete="CASCADE"))
    #: By its key in the snapshot.
    criterion: Mapped[str] = mapped_column(String(64))
    is_met: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Score(Base):
    """What one assessor gave one bid on one criterion. Rows are only added; the newest counts."""

    __tablename__ = "procurement_score"
    __table_args__ = (
        Index("ix_procurement_score_place", "assessor_id", "bid_id", "criterion"),
        Index("ix_procurement_score_bid", "bid_id"),
        # A form that is sent twice adds one row.
        UniqueConstraint("assessor_id", "bid_id", "criterion", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessor_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_assessor.id", ondelete="CASCADE")
    )
    bid_id: Mapped[int] = mapped_column(ForeignKey("procurement_bid.id", ondelete="CASCADE"))
    #: By its key in the snapshot.
    criterion: Mapped[str] = mapped_column(String(64))
    #: 1, 2, 3 …: which of the assessor's own rows here; a correction has the next number.
    number: Mapped[int]
    #: A step of the published scale.
    score: Mapped[str] = mapped_column(String(40))
    #: Why, tied to the criterion's text and scale.
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreedScore(Base):
    """The score that the assessors chose together. Rows are only added; the newest counts."""

    __tablename__ = "procurement_agreed"
    __table_args__ = (UniqueConstraint("bid_id", "criterion", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("procurement_bid.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    score: Mapped[str] = mapped_column(String(40))
    #: Written to be published: it goes into the letter.
    reason: Mapped[str] = mapped_column(Text)
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class MinorityNote(Base):
    """What an assessor thinks who does not agree: sealed, and opened by one logged act."""

    __tablename__ = "procurement_minority"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessor_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_assessor.id", ondelete="CASCADE"), index=True
    )
    bid_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_bid.id", ondelete="CASCADE"), index=True
    )
    criterion: Mapped[str] = mapped_column(String(64))
    #: Sealed with the installation's secret: a copy of the database does not give it away.
    sealed: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    opened_why: Mapped[str] = mapped_column(Text, default="")
