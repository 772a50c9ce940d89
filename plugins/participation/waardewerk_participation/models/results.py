"""What counts found, what was left out of them, and what is done with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base, UtcDateTime


class Result(Base):
    """What a count found, and all that is needed to find it again.

    It holds no one's group: that follows from the votes.
    """

    __tablename__ = "participation_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    engine: Mapped[str] = mapped_column(String(16))
    engine_version: Mapped[int]
    seed: Mapped[int]
    #: Parameters, input hash, library, sizes, silhouettes, noise and stability.
    provenance: Mapped[dict[str, Any]]
    #: SHA-256 of all that was found, with everybody's group and place.
    fingerprint: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: How many people had voted, by which the next step of publishing is told.
    people: Mapped[int] = mapped_column(default=0)
    #: What pages, reports and files show: aggregates that passed `small_cells`, nothing else.
    shown: Mapped[dict[str, Any] | None]
    #: Whose votes: ``counted`` without those whom a moderator left out, ``everybody`` with them,
    #: ``unflagged`` without all whose votes were flagged.
    selection: Mapped[str] = mapped_column(String(12), default="counted")
    is_published: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LeftOut(Base):
    """A set of participants whose votes a moderator left out of the result, with the reason."""

    __tablename__ = "participation_left_out"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    #: straight_line, cloned, hasty.
    pattern: Mapped[str] = mapped_column(String(16))
    people: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Point(Base):
    """Something people said that the province has to answer before the round can be closed."""

    __tablename__ = "participation_point"
    __table_args__ = (UniqueConstraint("round_id", "kind", "statement_id", "group"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("participation_round.id", ondelete="CASCADE"))
    #: consensus, split, objection.
    kind: Mapped[str] = mapped_column(String(12))
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("participation_statement.id", ondelete="CASCADE"), index=True
    )
    #: The letter of the group that objects; empty otherwise.
    group: Mapped[str] = mapped_column(String(2), default="")
    #: The figures as they were shown when the round was analysed.
    figures: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    #: The answer. Empty ``why`` means that there is none yet.
    we_do: Mapped[str] = mapped_column(Text, default="")
    we_do_not: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    #: Who sees to it: a role or a body, never only a name.
    who: Mapped[str] = mapped_column(String(200), default="")
    due: Mapped[date | None]
    answered_by: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
