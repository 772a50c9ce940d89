"""What is placed with whom, the bodies that carry it, and what the advisers are asked.

A person is kept by number alone. Who is erased loses the name in the account, and with it here.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from waardewerk.contract import LEVELS
from waardewerk.db import Base, UtcDateTime

#: What somebody can be responsible as; the first three are the advice's own.
ROLES = ("adviseur", "aanjager", "beheerder", "portfolio", "main", "other")
#: With whom something is placed: an account, a function in words, or a body.
HOLDERS = ("person", "function", "body")
BODY_KINDS = (
    "working_group",
    "think_tank",
    "ethics_committee",
    "portfolio_meeting",
    "other",
)
REQUEST_STATES = ("asked", "taken_up", "answered", "withdrawn", "referred")
CONTRIBUTIONS = ("thought", "dissent")


class Body(Base):
    """A group that carries something together. What it is for stands in its newest `BodyText`."""

    __tablename__ = "responsibility_body"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: A form that is sent twice founds one body.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    #: The last day of its work; empty as long as it goes on.
    ended_on: Mapped[date | None]
    #: Why it ended, and where its work went.
    ended_why: Mapped[str] = mapped_column(Text, default="")

    texts: Mapped[list[BodyText]] = relationship(order_by="BodyText.id", back_populates="body")
    members: Mapped[list[Member]] = relationship(order_by="Member.id", back_populates="body")


class BodyText(Base):
    """What a body is for. Rows are only added: the newest counts, older ones are history."""

    __tablename__ = "responsibility_body_text"
    __table_args__ = (CheckConstraint(f"kind IN {BODY_KINDS!r}", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(
        ForeignKey("responsibility_body.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text)
    #: What must come of it. May be empty; the register then says so.
    intended_result: Mapped[str] = mapped_column(Text, default="")
    #: How people see that the result is there.
    seen_by: Mapped[str] = mapped_column(Text, default="")
    #: Where it stands in the organisation, and to whom it reports.
    place: Mapped[str] = mapped_column(Text, default="")
    #: The decision by which it was founded.
    decision: Mapped[str] = mapped_column(String(400), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )

    body: Mapped[Body] = relationship(back_populates="texts")


class Member(Base):
    """Somebody in a body: an account, or a name from inside or outside the organisation."""

    __tablename__ = "responsibility_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(
        ForeignKey("responsibility_body.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    #: The name of who has no account; empty for who has one, and once it was forgotten.
    name: Mapped[str] = mapped_column(String(200), default="")
    #: As what somebody sits in it, such as *expert from the university*.
    function: Mapped[str] = mapped_column(String(200), default="")
    is_chair: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    #: The day from which somebody is no member any more.
    until: Mapped[date | None]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    body: Mapped[Body] = relationship(back_populates="members")


class Placement(Base):
    """One responsibility with one holder, from one day on.

    Rows are only added and ended. A change ends a row and adds the one that follows it, so the
    row itself is what counted at the time.
    """

    __tablename__ = "responsibility_placement"
    __table_args__ = (
        CheckConstraint(f"level IN {LEVELS!r}", name="level_known"),
        CheckConstraint(f"role IN {ROLES!r}", name="role_known"),
        CheckConstraint(f"holder_kind IN {HOLDERS!r}", name="holder_kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The question of the advice that this answers; empty for a responsibility of one's own.
    question: Mapped[str] = mapped_column(String(32), default="", index=True)
    title: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(16))
    holder_kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    #: A function, with or without a name, where nobody has an account.
    function: Mapped[str] = mapped_column(String(200), default="")
    body_id: Mapped[int | None] = mapped_column(
        ForeignKey("responsibility_body.id", ondelete="SET NULL"), index=True
    )
    #: Who steps in: an account, or a function in words.
    deputy_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    deputy_function: Mapped[str] = mapped_column(String(200), default="")
    #: What the holder may decide, and with how much time and money.
    mandate: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(String(400), default="")
    since: Mapped[date]
    #: The day on which it runs out by itself; empty when no end was agreed.
    until: Mapped[date | None]
    #: The row that this one takes the place of.
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("responsibility_placement.id", ondelete="SET NULL"), unique=True
    )
    #: Why it was placed, changed or handed over so, and what was agreed.
    agreed: Mapped[str] = mapped_column(Text, default="")
    #: A form that is sent twice places something once.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    placed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    #: The last day that this row counted; empty as long as it stands.
    ended_on: Mapped[date | None]
    ended_why: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Leaving(Base):
    """Somebody tells that they leave, and whom they propose to hand over to."""

    __tablename__ = "responsibility_leaving"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    leaves_on: Mapped[date]
    successor_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    #: What the next one needs to know, in the own words.
    words: Mapped[str] = mapped_column(Text, default="")
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was taken back, or replaced by a newer notice.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AdviceRequest(Base):
    """A question to the advisers about one case."""

    __tablename__ = "responsibility_request"
    __table_args__ = (CheckConstraint(f"state IN {REQUEST_STATES!r}", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    #: What the case is about.
    about: Mapped[str] = mapped_column(Text)
    #: The question itself: do we want to?
    question: Mapped[str] = mapped_column(Text)
    #: What was already thought and tried.
    thoughts: Mapped[str] = mapped_column(Text, default="")
    #: The day by which the asker needs an answer.
    wanted_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default="asked")
    asker_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A form that is sent twice asks once.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    #: The adviser who sees to an answer.
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    #: The day that the owner promised.
    answer_by: Mapped[date | None]
    #: When it was answered, withdrawn or referred.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why it was withdrawn, or to whom it was referred and why.
    closing_words: Mapped[str] = mapped_column(Text, default="")
    #: When the asker said to have read the answer.
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Everybody inside may read it once the asker and an adviser both said so.
    shared_by_asker_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shared_by_advisers_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The asker lets names travel to the interprovincial committee.
    names_may_travel: Mapped[bool] = mapped_column(default=False)

    #: The texts that were written for an answer; the newest counts.
    answers: Mapped[list[AdviceText]] = relationship(
        order_by="AdviceText.id", back_populates="request"
    )
    contributions: Mapped[list[Contribution]] = relationship(order_by="Contribution.id")
    offers: Mapped[list[Offer]] = relationship(order_by="Offer.id", back_populates="request")


class Contribution(Base):
    """What an adviser brings in, or a dissent that stays beside the answer. Never changed."""

    __tablename__ = "responsibility_contribution"
    __table_args__ = (CheckConstraint(f"kind IN {CONTRIBUTIONS!r}", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("responsibility_request.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AdviceText(Base):
    """A text that advisers can put their name to. Rows are only added: the newest counts."""

    __tablename__ = "responsibility_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("responsibility_request.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    #: Who does something with the answer: a name or a function.
    follow_up: Mapped[str] = mapped_column(String(200))
    follow_up_by: Mapped[date | None]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )

    request: Mapped[AdviceRequest] = relationship(back_populates="answers")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")


class Signature(Base):
    """An adviser's name under one text of an answer."""

    __tablename__ = "responsibility_signature"
    __table_args__ = (UniqueConstraint("answer_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(
        ForeignKey("responsibility_text.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Offer(Base):
    """A request that was offered to the interprovincial committee, and what came back."""

    __tablename__ = "responsibility_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("responsibility_request.id", ondelete="CASCADE"), index=True
    )
    offered_on: Mapped[date]
    offered_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    returned_on: Mapped[date | None]
    #: What the committee said, in short, or where it can be read.
    returned: Mapped[str] = mapped_column(Text, default="")

    request: Mapped[AdviceRequest] = relationship(back_populates="offers")
