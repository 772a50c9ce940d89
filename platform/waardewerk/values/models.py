"""The framework and its versions; accents; lenses of projects; signals and what came of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,
    mapped_column,
    object_session,
    relationship,
)

from waardewerk.db import Base, UtcDateTime

STATES = ("draft", "proposed", "adopted", "superseded")
#: Who can adopt a framework: Provinciale Staten, Gedeputeerde Staten, the directors.
BODIES = ("staten", "gedeputeerden", "directie")
#: From what is looked at first to what is looked at last; *gewoon* is the middle.
BANDS = ("extra", "ordinary", "background")
DIRECTIONS = ("positive", "negative")
#: ``none``: somebody thought about it and found that the value is not touched.
EFFECTS = (*DIRECTIONS, "none")
SIGNAL_KINDS = ("missing", "read_otherwise", "never_used", "clash", "unwanted_result")
#: For an unwanted result: was the principle wrong, or right and wrongly read?
CAUSES = ("wrong_principle", "wrongly_interpreted")
SIGNAL_STATES = ("new", "taken_up", "answered")
PROPOSAL_STATES = ("open", "accepted", "declined")
#: The only row of an installation: one organisation has one framework.
OWN = 1


class ValueFramework(Base):
    """What this organisation stands for, through all its versions."""

    __tablename__ = "values_framework"
    __table_args__ = (CheckConstraint(f"id = {OWN}", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=OWN)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    versions: Mapped[list[FrameworkVersion]] = relationship(
        back_populates="framework", order_by="FrameworkVersion.number"
    )


class FrameworkVersion(Base):
    """One version of the framework. Adopted means: never changed again."""

    __tablename__ = "values_version"
    __table_args__ = (
        UniqueConstraint("framework_id", "number"),
        CheckConstraint(f"state IN {STATES!r}", name="state_known"),
        CheckConstraint(f"adopted_by IS NULL OR adopted_by IN {BODIES!r}", name="body_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("values_framework.id"), default=OWN)
    #: 1, 2, 3 …
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="draft")
    #: The framework in canonical YAML, ``waardewerk/value-framework@1``.
    content: Mapped[str] = mapped_column(Text, deferred=True)
    #: Of the content; what leaves carries it.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Raised at every change of the draft; a change that knows an older number is a conflict.
    revision: Mapped[int] = mapped_column(default=1)
    #: Why there is a version after the one before it.
    why: Mapped[str] = mapped_column(Text, default="")
    #: Which body adopted it, and where that can be read back.
    adopted_by: Mapped[str | None] = mapped_column(String(16))
    adopted_on: Mapped[date | None]
    decision_reference: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date | None]
    #: Set when the next version takes over.
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    framework: Mapped[ValueFramework] = relationship(back_populates="versions")

    @property
    def is_fixed(self) -> bool:
        """Tell whether its content can never change again."""
        return self.state in ("adopted", "superseded")


class Accent(Base):
    """How much a value comes to the front here, for a while, and why.

    Rows are only added: of those that hold on a day, the newest counts.
    """

    __tablename__ = "values_accent"
    __table_args__ = (CheckConstraint(f"band IN {BANDS!r}", name="band_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(String(64), index=True)
    #: The version that was in force when it was set.
    version_id: Mapped[int] = mapped_column(ForeignKey("values_version.id"))
    band: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    from_date: Mapped[date]
    #: The last day on which it holds; empty means until somebody sets another.
    until_date: Mapped[date | None]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id", ondelete="SET NULL"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReferenceList(Base):
    """A framework of others, brought in to look wider with. It never changes."""

    __tablename__ = "values_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class ProjectLens(Base):
    """How one project, scan, round or dossier looks at the values it touches."""

    __tablename__ = "values_lens"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What it is the lens of: ``project``, or what a plugin calls its record (``maturity.scan``).
    kind: Mapped[str] = mapped_column(String(64))
    #: The record's number; empty for a project, which has no record elsewhere.
    subject_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    #: The page of the record; empty for a project.
    url: Mapped[str] = mapped_column(String(200), default="")
    #: The version whose values come in by themselves; empty when none was in force.
    version_id: Mapped[int | None] = mapped_column(ForeignKey("values_version.id"), index=True)
    #: Why there is nothing to see outside the core, when people found that.
    nothing_else: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    #: Since when it stands still, as the record to which it belongs wants; empty: it is open.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: A form that is sent twice opens one lens.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    version: Mapped[FrameworkVersion | None] = relationship()
    wider: Mapped[list[WiderValue]] = relationship(order_by="WiderValue.id")
    considerations: Mapped[list[Consideration]] = relationship(order_by="Consideration.id")
    tensions: Mapped[list[Tension]] = relationship(order_by="Tension.id")

    @property
    def is_open(self) -> bool:
        """Tell whether people can still write in it."""
        return self.closed_at is None


class WiderValue(Base):
    """A value outside the core that a project found to be touched."""

    __tablename__ = "values_wider"
    __table_args__ = (
        UniqueConstraint("lens_id", "urn"),
        CheckConstraint(f"direction IN {DIRECTIONS!r}", name="direction_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lens_id: Mapped[int] = mapped_column(
        ForeignKey("values_lens.id", ondelete="CASCADE"), index=True
    )
    urn: Mapped[str] = mapped_column(String(200))
    #: Its name when it was chosen: the list may change, this does not.
    name: Mapped[str] = mapped_column(String(200))
    #: The list that it was drawn from.
    list_urn: Mapped[str] = mapped_column(String(200))
    direction: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Consideration(Base):
    """What a project does to a value, for whom, and why somebody thinks so. Rows are only added."""

    __tablename__ = "values_consideration"
    __table_args__ = (CheckConstraint(f"effect IN {EFFECTS!r}", name="effect_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lens_id: Mapped[int] = mapped_column(
        ForeignKey("values_lens.id", ondelete="CASCADE"), index=True
    )
    #: A core value or one of the wider look, by its URN.
    urn: Mapped[str] = mapped_column(String(200))
    effect: Mapped[str] = mapped_column(String(16))
    for_whom: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Tension(Base):
    """Two values that pull apart in a project, and what people chose. Rows are only added."""

    __tablename__ = "values_tension"

    id: Mapped[int] = mapped_column(primary_key=True)
    lens_id: Mapped[int] = mapped_column(
        ForeignKey("values_lens.id", ondelete="CASCADE"), index=True
    )
    #: The value that weighed heavier, and the one that gave way, by URN.
    urn: Mapped[str] = mapped_column(String(200))
    against: Mapped[str] = mapped_column(String(200))
    choice: Mapped[str] = mapped_column(Text)
    gives_up: Mapped[str] = mapped_column(Text)
    #: Who decided, in their own words: names or functions.
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_on: Mapped[date]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Proposal(Base):
    """A change to the framework that signals ask for, and what was decided about it."""

    __tablename__ = "values_proposal"
    __table_args__ = (CheckConstraint(f"state IN {PROPOSAL_STATES!r}", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    #: The value that it is about; empty when it asks for a new one.
    value: Mapped[str] = mapped_column(String(64), default="", index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="open")
    #: What was decided and why: also the answer to who sent the signals.
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_on: Mapped[date | None]
    #: The version in which an accepted proposal was written; empty when that is still to be done.
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("values_version.id", ondelete="SET NULL"), index=True
    )
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id", ondelete="SET NULL"))

    version: Mapped[FrameworkVersion | None] = relationship()
    signals: Mapped[list[Signal]] = relationship(back_populates="proposal", order_by="Signal.id")


class Signal(Base):
    """Something that practice says about a value."""

    __tablename__ = "values_signal"
    __table_args__ = (
        CheckConstraint(f"kind IN {SIGNAL_KINDS!r}", name="kind_known"),
        CheckConstraint(f"state IN {SIGNAL_STATES!r}", name="state_known"),
        CheckConstraint(f"cause IS NULL OR cause IN {CAUSES!r}", name="cause_known"),
    )

    #: Drawn by chance: a number that counts on would tell between which others it was sent.
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    #: Only of an unwanted result.
    cause: Mapped[str | None] = mapped_column(String(24))
    #: The value that it is about; empty when one is missing.
    value: Mapped[str] = mapped_column(String(64), default="", index=True)
    #: With which value it clashes.
    against: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(Text)
    #: Where it comes from: what a plugin calls its record, its number, title and page.
    source_kind: Mapped[str] = mapped_column(String(64), default="")
    source_id: Mapped[int | None]
    source_title: Mapped[str] = mapped_column(String(200), default="")
    source_url: Mapped[str] = mapped_column(String(200), default="")
    #: Empty when it was sent without a name.
    sender_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    #: Hash of the code with which somebody without a name reads the answer.
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    sent_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16), default="new")
    #: What the keeper made of it, for colleagues.
    note: Mapped[str] = mapped_column(Text, default="")
    #: What the sender reads.
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None]
    handled_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    proposal_id: Mapped[int | None] = mapped_column(
        ForeignKey("values_proposal.id", ondelete="SET NULL"), index=True
    )
    #: A form that is sent twice sends one signal.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    proposal: Mapped[Proposal | None] = relationship(back_populates="signals")


class Review(Base):
    """A moment at which people look whether a version still says what they stand for."""

    __tablename__ = "values_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("values_version.id"), index=True)
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    present: Mapped[str] = mapped_column(Text, default="")
    #: What people concluded, and what changes.
    outcome: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class ReviewedSignal(Base):
    """A signal that was on the table at a review."""

    __tablename__ = "values_reviewed"

    review_id: Mapped[int] = mapped_column(
        ForeignKey("values_review.id", ondelete="CASCADE"), primary_key=True
    )
    signal_id: Mapped[int] = mapped_column(
        ForeignKey("values_signal.id", ondelete="CASCADE"), primary_key=True
    )


class AdoptedVersionChanged(Exception):
    """Somebody tried to change what was adopted; what rests on it would lose its ground."""


#: What the next version's adoption writes down on the one before it.
_CHANGES_WHEN_SUPERSEDED = {"state", "valid_until"}


@event.listens_for(FrameworkVersion, "before_update")
def _keep_what_was_adopted(
    _mapper: Mapper[FrameworkVersion], _connection: object, row: FrameworkVersion
) -> None:
    session = object_session(row)
    if session is None or not session.is_modified(row):
        return
    state = inspect(row).attrs.state.load_history()
    before = (*state.deleted, *state.unchanged)
    if not set(before) & {"adopted", "superseded"}:
        return
    changed = {attr.key for attr in inspect(row).attrs if attr.history.has_changes()}
    becomes = "adopted" in before and row.state == "superseded"
    if not becomes or changed - _CHANGES_WHEN_SUPERSEDED:
        raise AdoptedVersionChanged(f"version {row.number} was adopted")


@event.listens_for(FrameworkVersion, "before_delete")
def _keep_adopted(
    _mapper: Mapper[FrameworkVersion], _connection: object, row: FrameworkVersion
) -> None:
    if row.is_fixed:
        raise AdoptedVersionChanged(f"version {row.number} was adopted")


@event.listens_for(Session, "do_orm_execute")
def _change_versions_one_by_one(state: ORMExecuteState) -> None:
    changes = state.is_update or state.is_delete
    if changes and state.bind_mapper is not None and state.bind_mapper.class_ is FrameworkVersion:
        raise AdoptedVersionChanged("versions are changed one by one, never in bulk")
