"""Open data that was published elsewhere and brought in: who voted what is public there.

Kept apart from the votes of one's own rounds, which are for nobody to see.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base


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
