"""Rounds: what is asked of whom, in which phase, and what people can read before they vote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from waardewerk.db import Base, UtcDateTime

#: A round goes through these in this order; the second vote is left out where nobody planned one.
PHASES = ("prepare", "vote", "second_vote", "analyse", "answer", "closed")
#: In these people can vote.
VOTING = ("vote", "second_vote")
#: Who may join: who has the link, who has a code from a letter, who is signed in here.
JOINING = ("open", "code", "named")
#: Statements of participants are read by a moderator before others see them, or afterwards.
MODERATION = ("before", "after")


class Round(Base):
    """One conversation in which people react to statements.

    A round is one of the province's own, or imported open data, closed from the start.
    """

    __tablename__ = "participation_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Its name in addresses and on the command line.
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    #: In its first language; what people read is in ``texts``.
    title: Mapped[str] = mapped_column(String(200))
    #: Open data from elsewhere: closed from the start, and not of this province.
    is_imported: Mapped[bool]
    #: The address at which imported data was published; empty when it did not say.
    source: Mapped[str] = mapped_column(String(400), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A person's number; nothing when it was brought in on the command line or the person left.
    made_by: Mapped[int | None]
    #: Raised by every change of how the round is set up: who changes an older one is told.
    revision: Mapped[int] = mapped_column(default=1)

    phase: Mapped[str] = mapped_column(String(16), default="prepare")
    #: When voting begins and ends; after ``closes_at`` no vote is taken, whatever the phase says.
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the second vote ends; nothing when there is none.
    second_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The day on which people hear by when they have an answer.
    answer_by: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    #: These rules stand still from the first vote on.
    joining: Mapped[str] = mapped_column(String(8), default="open")
    moderation: Mapped[str] = mapped_column(String(8), default="before")
    #: How many statements one participant may add.
    quota: Mapped[int] = mapped_column(default=3)
    #: Languages in which people can take part; the first is the round's own.
    languages: Mapped[list[str]] = mapped_column(default=list)
    #: What moderators go by, in the round's own words; the reasons themselves are the product's.
    policy: Mapped[str] = mapped_column(Text, default="")

    #: File name of the key that makes participants unlinkable; it is never in the database.
    key_name: Mapped[str] = mapped_column(String(32), default="")
    key_destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: So many days after closing the key is destroyed, and so many months after it the votes.
    key_days: Mapped[int] = mapped_column(default=30)
    keep_months: Mapped[int] = mapped_column(default=12)
    votes_removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What was closed, so that everybody can check it: root, counts, version.
    manifest: Mapped[dict[str, Any] | None]

    texts: Mapped[list[RoundText]] = relationship(
        order_by="RoundText.language", cascade="all, delete-orphan", passive_deletes=True
    )


class RoundText(Base):
    """What people read about a round in one language: its question and its dossier."""

    __tablename__ = "participation_round_text"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(300), default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    #: The dossier: one plain page to read before voting.
    which_data: Mapped[str] = mapped_column(Text, default="")
    which_technology: Mapped[str] = mapped_column(Text, default="")
    about_whom: Mapped[str] = mapped_column(Text, default="")
    what_may_go_wrong: Mapped[str] = mapped_column(Text, default="")
    can_we: Mapped[str] = mapped_column(Text, default="")
    may_we: Mapped[str] = mapped_column(Text, default="")
    do_we_want_to: Mapped[str] = mapped_column(Text, default="")


class Attachment(Base):
    """A file or a link in the dossier."""

    __tablename__ = "participation_attachment"
    __table_args__ = (
        CheckConstraint("(url = '') <> (content IS NULL)", name="is_a_link_or_a_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    url: Mapped[str] = mapped_column(String(400), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class BackgroundQuestion(Base):
    """A coarse question about who takes part, which may be left open; three at most in a round."""

    __tablename__ = "participation_background_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    #: Text by language.
    label: Mapped[dict[str, Any]]
    #: In order: ``{"key": …, "label": {language: text}}``.
    options: Mapped[list[dict[str, Any]]]


class StakeholderGroup(Base):
    """People whom the subject touches, how they are reached, and who sees to that."""

    __tablename__ = "participation_stakeholder_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    #: How hard it touches them: 1 a little, 2 clearly, 3 hard.
    touched: Mapped[int]
    how_reached: Mapped[str] = mapped_column(Text, default="")
    is_vulnerable: Mapped[bool] = mapped_column(default=False)
    #: The share of participants that would be fair, in whole percents.
    expected_share: Mapped[int | None]
    owner_id: Mapped[int | None]
    #: The answer to a background question by which this group shows itself.
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "participation_background_question.id",
            name="fk_participation_stakeholder_group_question",
            ondelete="SET NULL",
        )
    )
    option: Mapped[str] = mapped_column(String(32), default="")


class Reach(Base):
    """Who took part, as far as people said: in steps, so that nobody shows in a difference."""

    __tablename__ = "participation_reach"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("participation_round.id", ondelete="CASCADE"), primary_key=True
    )
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    people: Mapped[int]
    #: Number of a background question → option → how many.
    counts: Mapped[dict[str, Any]]


class Outreach(Base):
    """What somebody does to reach a group that stays silent."""

    __tablename__ = "participation_outreach"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey(
            "participation_stakeholder_group.id",
            name="fk_participation_outreach_group",
            ondelete="CASCADE",
        ),
        index=True,
    )
    what: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None]
    due: Mapped[date | None]
    done_on: Mapped[date | None]
