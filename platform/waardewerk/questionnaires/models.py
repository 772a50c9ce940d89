"""Definitions and their versions, inquiries, answers and agreements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,
    mapped_column,
    object_session,
    relationship,
)

from waardewerk.contract import LEVELS
from waardewerk.db import Base, UtcDateTime

PHASES = ("alone", "spread", "conversation", "agreed")
PRIVACY = ("grouped", "confidential")
STATES = ("empty", "not_applicable", "value")


class Questionnaire(Base):
    """A questionnaire through all its versions."""

    __tablename__ = "questionnaires_questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The definition's own id, which never changes.
    urn: Mapped[str] = mapped_column(String(200), unique=True)
    #: Whose it is: a kind that a plugin registered.
    kind: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    versions: Mapped[list[Version]] = relationship(
        back_populates="questionnaire", order_by="Version.number"
    )


class Version(Base):
    """One version of a questionnaire. Published means: never changed again."""

    __tablename__ = "questionnaires_version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires_questionnaire.id"))
    #: 1, 2, 3 …, given at publication's start; the label inside the text is the author's.
    number: Mapped[int]
    #: The definition in canonical YAML.
    content: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)
    published_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )

    questionnaire: Mapped[Questionnaire] = relationship(back_populates="versions")


class Inquiry(Base):
    """One version put to people about one or more subjects."""

    __tablename__ = "questionnaires_inquiry"
    __table_args__ = (
        CheckConstraint(f"phase IN {PHASES!r}", name="phase_known"),
        CheckConstraint(f"privacy IN {PRIVACY!r}", name="privacy_known"),
        CheckConstraint("smallest_group >= 3", name="smallest_group_safe"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaires_version.id"))
    phase: Mapped[str] = mapped_column(String(16), default="alone")
    #: ``grouped``: small groups hidden. ``confidential``: names shown, by consent.
    privacy: Mapped[str] = mapped_column(String(16))
    #: k: a group with fewer answers is not shown and cannot be worked out.
    smallest_group: Mapped[int] = mapped_column(default=5)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    #: Who moves the phases and leads the conversation.
    chair_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A form that is sent twice opens one inquiry.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    version: Mapped[Version] = relationship()
    subjects: Mapped[list[Subject]] = relationship(back_populates="inquiry", order_by="Subject.id")


class Subject(Base):
    """What an inquiry is about: the organisation, a bid, a project."""

    __tablename__ = "questionnaires_subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_inquiry.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))

    inquiry: Mapped[Inquiry] = relationship(back_populates="subjects")


class Respondent(Base):
    """Somebody who is asked. Name and address are erased when retention says so."""

    __tablename__ = "questionnaires_respondent"
    __table_args__ = (
        CheckConstraint(f"level IN {LEVELS!r}", name="level_known"),
        UniqueConstraint("inquiry_id", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_inquiry.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    level: Mapped[str] = mapped_column(String(16))
    #: Hash of the personal code in the letter or the mail.
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Raised to end the code that was sent and make another.
    code_number: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: In confidential mode: when this person agreed that colleagues see the name.
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The own answer is in; from here the spread may be seen once it is open.
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Chose to listen only; the answers, if any, do not count.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    inquiry: Mapped[Inquiry] = relationship()


class Answer(Base):
    """One answer of one respondent to one question, through one lens.

    The row with an empty lens of a question with lenses holds the reason and the example, which
    belong to the question as a whole.
    """

    __tablename__ = "questionnaires_answer"
    __table_args__ = (
        UniqueConstraint("respondent_id", "subject_id", "question", "lens"),
        CheckConstraint(f"state IN {STATES!r}", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    respondent_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_respondent.id", ondelete="CASCADE")
    )
    subject_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_subject.id", ondelete="CASCADE"), index=True
    )
    #: The question's id in the version that the inquiry uses.
    question: Mapped[str] = mapped_column(String(64))
    lens: Mapped[str] = mapped_column(String(16), default="")
    state: Mapped[str] = mapped_column(String(16), default="empty")
    value: Mapped[Any | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[str] = mapped_column(Text, default="")
    #: Raised at every save; a save that knows an older number is a conflict.
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Note(Base):
    """What was said in the conversation about one question or section."""

    __tablename__ = "questionnaires_note"
    __table_args__ = (UniqueConstraint("inquiry_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_inquiry.id", ondelete="CASCADE")
    )
    target: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Agreement(Base):
    """What people agreed about one question or section, through one lens.

    Rows are only added: the newest one counts and the older ones are its history.
    """

    __tablename__ = "questionnaires_agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_inquiry.id", ondelete="CASCADE"), index=True
    )
    subject_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires_subject.id", ondelete="CASCADE")
    )
    #: A question's or a section's id.
    target: Mapped[str] = mapped_column(String(64))
    lens: Mapped[str] = mapped_column(String(16), default="")
    #: Empty when people agreed that it does not apply here.
    value: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    #: Who was there, in their own words: names or functions.
    present: Mapped[str] = mapped_column(Text)
    dissent: Mapped[str] = mapped_column(Text, default="")
    review_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class PublishedVersionChanged(Exception):
    """Somebody tried to change what was published; answers would lose their meaning."""


@event.listens_for(Version, "before_update")
def _keep_what_was_published(_mapper: Mapper[Version], _connection: object, row: Version) -> None:
    session = object_session(row)
    if session is None or not session.is_modified(row):
        return
    history = inspect(row).attrs.published_at.load_history()
    if any(before is not None for before in (*history.deleted, *history.unchanged)):
        raise PublishedVersionChanged(f"version {row.id} is published")


@event.listens_for(Version, "before_delete")
def _keep_published(_mapper: Mapper[Version], _connection: object, row: Version) -> None:
    if row.published_at is not None:
        raise PublishedVersionChanged(f"version {row.id} is published")


@event.listens_for(Session, "do_orm_execute")
def _change_versions_one_by_one(state: ORMExecuteState) -> None:
    changes = state.is_update or state.is_delete
    if changes and state.bind_mapper is not None and state.bind_mapper.class_ is Version:
        raise PublishedVersionChanged("versions are changed one by one, never in bulk")
