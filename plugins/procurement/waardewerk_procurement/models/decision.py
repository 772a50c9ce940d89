"""What was decided about each lot, and what bidders are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base, UtcDateTime


class _Outcome:
    """What a decision about a lot comes down to."""

    #: The bid that won, by key; nothing when no bid is valid, nothing is awarded, or a ceiling
    #: is divided.
    winner: Mapped[str | None] = mapped_column(String(64))
    #: Under a ceiling: the amount in cents of each application that is granted, by its key.
    granted: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def goes_to(self) -> tuple[str, ...]:
        """The keys of the bids that it goes to; none when nothing is awarded."""
        if self.winner:
            return (self.winner,)
        return tuple(sorted(self.granted, key=lambda key: (len(key), key)))


class Decision(_Outcome, Base):
    """The ranking of one lot as it was computed, and who decided what on it."""

    __tablename__ = "procurement_decision"

    lot_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_lot.id", ondelete="CASCADE"), primary_key=True
    )
    #: The whole award file (``waardewerk/award@1``), canonical: anybody can compute it again.
    award_file: Mapped[str] = mapped_column(Text)
    award_sha256: Mapped[str] = mapped_column(String(64))
    #: The snapshot that the rules came from.
    snapshot_number: Mapped[int]
    #: Why: what stands in the decision beside the ranking.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: The last day on which bidders can go to court or object before it is carried out.
    standstill_until: Mapped[date | None]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class WithdrawnDecision(_Outcome, Base):
    """A decision that no longer counts, as it was, and why. Rows are only added."""

    __tablename__ = "procurement_withdrawn_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_lot.id", ondelete="CASCADE"), index=True
    )
    award_file: Mapped[str] = mapped_column(Text)
    award_sha256: Mapped[str] = mapped_column(String(64))
    snapshot_number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    standstill_until: Mapped[date | None]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    withdrawn_why: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Letter(Base):
    """What one bidder is told, beside the scores and the agreed reasons, which come from there."""

    __tablename__ = "procurement_letter"

    bid_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_bid.id", ondelete="CASCADE"), primary_key=True
    )
    #: By criterion key: what the winner did better here; empty where this bid was as good.
    advantages: Mapped[dict[str, Any]] = mapped_column(default=dict)
    closing: Mapped[str] = mapped_column(Text, default="")
    #: Somebody said that this letter is whole; then it can be made.
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
