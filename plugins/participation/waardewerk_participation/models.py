"""Rounds and what was said in them.

A round is one of the province's own, or open data that was published elsewhere and brought in.
The votes of the two are kept apart: those that were imported are public, are linked to nobody who
is known here, and never change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base, UtcDateTime


class Round(Base):
    """One conversation in which people react to statements."""

    __tablename__ = "participation_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Its name in addresses and on the command line.
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    #: Open data from elsewhere: closed from the start, and not of this province.
    is_imported: Mapped[bool]
    #: The address at which imported data was published; empty when it did not say.
    source: Mapped[str] = mapped_column(String(400), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Statement(Base):
    """A sentence that people agree with, disagree with or pass on."""

    __tablename__ = "participation_statement"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("participation_round.id", ondelete="CASCADE"))
    #: Its number within the round.
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    #: A moderator left it out: it is not shown, and people are not grouped by it.
    is_rejected: Mapped[bool]
    #: About the conversation itself: people are not grouped by it.
    is_meta: Mapped[bool]


class ImportedParticipant(Base):
    """Somebody in imported data, known by a number and nothing else."""

    __tablename__ = "participation_imported_participant"

    round_id: Mapped[int] = mapped_column(
        # The name that it would get is longer than PostgreSQL allows.
        ForeignKey(
            "participation_round.id",
            name="fk_participation_imported_participant_round",
            ondelete="CASCADE",
        ),
        primary_key=True,
    )
    #: As in the files; it says nothing outside them.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The opinion group that was published with the data.
    published_group: Mapped[int | None]


class ImportedVote(Base):
    """The last vote of a participant on a statement, in imported data."""

    __tablename__ = "participation_imported_vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "participant"],
            [
                "participation_imported_participant.round_id",
                "participation_imported_participant.number",
            ],
            name="fk_participation_imported_vote_participant",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["round_id", "statement"],
            ["participation_statement.round_id", "participation_statement.number"],
            name="fk_participation_imported_vote_statement",
            ondelete="CASCADE",
        ),
        CheckConstraint("value IN (-1, 0, 1)", name="value_known"),
        # The key is the row: without this SQLite keeps every vote twice.
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    participant: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: 1 agrees, 0 passes, -1 disagrees.
    value: Mapped[int] = mapped_column(SmallInteger)


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
