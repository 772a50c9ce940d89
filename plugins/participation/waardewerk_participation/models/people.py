"""Who takes part, without anything that says who that is.

A participant is sixteen bytes that only the round's key can make (`keys.py`): from a cookie, from
the code in a letter, from a booklet. There is no time, no address and no order in these tables.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base


class Participant(Base):
    """Somebody who said *Meedoen*."""

    __tablename__ = "participation_participant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: Made with the round's key, so the same person has another one in every round.
    pid: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    #: How they came in: ``link``, ``letter`` (on the site, with its code), ``named``, ``paper``.
    channel: Mapped[str] = mapped_column(String(8))
    #: The batch of booklets in which paper votes were typed over, so that it can be undone.
    paper_batch_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "participation_paper_batch.id",
            name="fk_participation_participant_paper_batch",
            ondelete="SET NULL",
        )
    )
    #: More votes in a minute than a person can read; seen in memory, no time is kept.
    was_hasty: Mapped[bool] = mapped_column(default=False)
    #: Which moderator's decision left this participant's votes out of the result; see `flags`.
    left_out_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "participation_left_out.id",
            name="fk_participation_participant_left_out",
            ondelete="SET NULL",
        )
    )


class Vote(Base):
    """What a participant thinks of a statement, and nothing else."""

    __tablename__ = "participation_vote"
    __table_args__ = (
        CheckConstraint("value IN (-1, 0, 1)", name="value_known"),
        Index("ix_participation_vote_pid", "pid"),
        # Without a row number SQLite keeps no order in which votes came in.
        {"sqlite_with_rowid": False},
    )

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("participation_statement.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    pid: Mapped[bytes] = mapped_column(
        LargeBinary(16),
        ForeignKey("participation_participant.pid", ondelete="CASCADE"),
        primary_key=True,
    )
    #: 1 agrees, 0 does not know, -1 disagrees.
    value: Mapped[int] = mapped_column(SmallInteger)


class BackgroundAnswer(Base):
    """What a participant said about themselves, in bands; every question may be left open."""

    __tablename__ = "participation_background_answer"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pid: Mapped[bytes] = mapped_column(
        LargeBinary(16),
        ForeignKey(
            "participation_participant.pid",
            name="fk_participation_background_answer_pid",
            ondelete="CASCADE",
        ),
        primary_key=True,
    )
    question_id: Mapped[int] = mapped_column(
        ForeignKey(
            "participation_background_question.id",
            name="fk_participation_background_answer_question",
            ondelete="CASCADE",
        ),
        primary_key=True,
        autoincrement=False,
    )
    option: Mapped[str] = mapped_column(String(32))


class CodeBatch(Base):
    """A number of letters made at once; to the day, and never fewer than fifty."""

    __tablename__ = "participation_code_batch"
    # A form sent twice makes one batch: the second file would go to nobody.
    __table_args__ = (Index("ix_participation_code_batch_nonce", "round_id", "nonce", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    made_on: Mapped[date]
    made_by: Mapped[int | None]
    nonce: Mapped[str | None] = mapped_column(String(32))
    #: From this day on letters that nobody had used no longer work.
    revoked_on: Mapped[date | None]


class Code(Base):
    """A code in a letter, known by a keyed hash alone."""

    __tablename__ = "participation_code"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("participation_code_batch.id", ondelete="CASCADE"), index=True
    )
    #: open, used, revoked.
    state: Mapped[str] = mapped_column(String(8), default="open")


class Follower(Base):
    """Somebody who wants to hear what was done, apart from everything that they said.

    It names no round by number and no participant: the two tables cannot be joined.
    """

    __tablename__ = "participation_follower"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: Hash of the token in the letters to this address.
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_slug: Mapped[str] = mapped_column(String(64), index=True)
    #: Sealed with the installation's secret.
    email: Mapped[str] = mapped_column(String(600))
    #: Keyed hash of the address, so that one address is written to once.
    fingerprint: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    #: To the day.
    asked_on: Mapped[date]
    told_on: Mapped[date | None]


class PaperBatch(Base):
    """A pile of booklets that came back, typed over twice."""

    __tablename__ = "participation_paper_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(100))
    #: Which statements are printed in its booklets, such as ``1-19, 21-31``.
    statements: Mapped[str] = mapped_column(String(400), default="")
    #: typing, counted, undone.
    state: Mapped[str] = mapped_column(String(8), default="typing")
    #: How many were counted; 0 while they are typed over.
    booklets: Mapped[int] = mapped_column(default=0)
    made_on: Mapped[date]
    made_by: Mapped[int | None]


class PaperEntry(Base):
    """One booklet as one of two people typed it over; gone once the two agree and are counted."""

    __tablename__ = "participation_paper_entry"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("participation_paper_batch.id", ondelete="CASCADE"), primary_key=True
    )
    #: The number that was written on the booklet when it came in.
    booklet: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: 1 or 2.
    turn: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    typed_by: Mapped[int | None]
    #: Which participant the code on the booklet makes; nothing when it holds no code.
    pid: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    #: Number of a statement → vote.
    votes: Mapped[dict[str, Any]]
    #: Number of a background question → option.
    background: Mapped[dict[str, Any]]
    #: The statement that was written in it, and in which language.
    statement: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")


class PaperVote(Base):
    """That a vote came from a booklet, so that undoing its batch takes away this and no more.

    Whoever votes on the site afterwards makes it a vote of the site, and this goes.
    """

    __tablename__ = "participation_paper_vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["statement_id", "pid"],
            ["participation_vote.statement_id", "participation_vote.pid"],
            name="fk_participation_paper_vote_vote",
            ondelete="CASCADE",
        ),
        {"sqlite_with_rowid": False},
    )

    statement_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pid: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("participation_paper_batch.id", ondelete="CASCADE"), index=True
    )
