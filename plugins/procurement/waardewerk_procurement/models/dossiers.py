"""Dossiers, their lots and criteria as they are being written; criteria of the province's own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from waardewerk.db import Base, UtcDateTime

#: A European tender, a national one below the threshold, a request to several suppliers, a scheme.
DOSSIER_KINDS = ("european", "national", "request", "subsidy")
#: In this order: concept, controle, vastgesteld, beoordeling, besluit, uitvoering, afgesloten.
STATES = ("concept", "review", "fixed", "assessment", "decision", "execution", "closed")
#: The procedure is over: bidders have their letters, and everybody here may know who won.
AFTER = STATES[STATES.index("execution") :]
#: A rectification of what was fixed: none, being written, being looked over.
RECTIFICATIONS = ("", "writing", "review")
#: Does what is bought contain AI, or may it later on?
AI_ANSWERS = ("no", "later", "unknown", "yes")
#: How one score comes from several: people agree, or the documents say that it is a mean or median.
AGGREGATIONS = ("agreed", "mean", "median")
#: Subsidy duties: the standard list of the law, for the goal, or not for the goal.
DUTY_BASES = ("4:37", "4:38", "4:39")


class Dossier(Base):
    """One tender, request or subsidy scheme, from concept to what was learned."""

    __tablename__ = "procurement_dossier"
    __table_args__ = (
        CheckConstraint(f"kind IN {DOSSIER_KINDS!r}", name="kind_known"),
        CheckConstraint(f"state IN {STATES!r}", name="state_known"),
        CheckConstraint(f"rectification IN {RECTIFICATIONS!r}", name="rectification_known"),
        CheckConstraint(f"ai IN {AI_ANSWERS!r}", name="ai_known"),
        CheckConstraint(f"aggregation IN {AGGREGATIONS!r}", name="aggregation_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="concept", index=True)
    #: Only while it is fixed: what is written can change again, for the next snapshot.
    rectification: Mapped[str] = mapped_column(String(8), default="")
    rectification_reason: Mapped[str] = mapped_column(Text, default="")
    #: The text for the nota van inlichtingen, as it will be sent when it is approved.
    rectification_notice: Mapped[str] = mapped_column(Text, default="")
    #: Who laid it before the second pair of eyes, and so is not that second pair.
    submitted_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    title: Mapped[str] = mapped_column(String(200))
    #: What is bought or subsidised, and what for.
    subject: Mapped[str] = mapped_column(Text, default="")
    #: Kinds of technology, by the keys of ``criteria.TECHNOLOGIES``.
    technologies: Mapped[list[str]] = mapped_column(default=list)
    ai: Mapped[str] = mapped_column(String(8), default="no")
    #: For a subsidy scheme: the regulation on which it rests.
    legal_basis: Mapped[str] = mapped_column(String(400), default="")
    #: The number of the version of the value framework with which it looks.
    values_version: Mapped[int | None]
    #: The scores that can be given, in the shape of ``award_file.Scale``.
    scale: Mapped[dict[str, Any]]
    aggregation: Mapped[str] = mapped_column(String(8), default="agreed")
    #: How many assessors score each bid; said beforehand.
    assessors: Mapped[int] = mapped_column(default=3)
    #: When it is to be published, and until when bids or applications can be sent in.
    publish_on: Mapped[date | None]
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who leads the dossier, and who looks after what was promised afterwards.
    officer_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    keeper_id: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL"), index=True
    )
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why the procedure was stopped before anything was decided; empty: it was not.
    stopped_why: Mapped[str] = mapped_column(Text, default="")
    #: Raised by every change of what will be fixed: who changes an older one is told, and who
    #: looks it over approves exactly what was read.
    revision: Mapped[int] = mapped_column(default=1)
    #: A form that is sent twice makes one dossier.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    lots: Mapped[list[Lot]] = relationship(
        order_by="Lot.position", cascade="all, delete-orphan", passive_deletes=True
    )
    criteria: Mapped[list[DossierCriterion]] = relationship(
        order_by="DossierCriterion.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_subsidy(self) -> bool:
        """Tell whether it is a scheme under title 4.2 of the Awb, and no tender."""
        return self.kind == "subsidy"

    @property
    def can_be_written(self) -> bool:
        """Tell whether texts and rules can change: as a concept, or while it is rectified."""
        return self.state == "concept" or (self.state == "fixed" and self.is_being_rectified)

    @property
    def is_being_prepared(self) -> bool:
        """Tell whether nothing of it was fixed yet."""
        return self.state in {"concept", "review"}

    @property
    def is_being_rectified(self) -> bool:
        """Tell whether a rectification is being written."""
        return self.rectification == "writing"


class Lot(Base):
    """A part that is awarded by itself; a dossier that is not divided has one."""

    __tablename__ = "procurement_lot"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    #: ``lot-1``, ``lot-2`` …: never given out twice within a dossier.
    key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    #: In the shape of ``award_file.Formula``; nothing as long as nobody chose.
    formula: Mapped[dict[str, Any] | None]
    formula_reason: Mapped[str] = mapped_column(Text, default="")
    #: In the shape of a list of ``award_file.TieStep``.
    tie_rule: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    #: ``rank-again`` or ``keep-totals``; empty as long as nobody chose.
    drop_out: Mapped[str] = mapped_column(String(16), default="")
    #: Of a subsidy scheme: how much there is for all applications together, in cents, and what
    #: becomes of the one that does not fit any more (``granting.Beyond``); empty: not chosen.
    ceiling: Mapped[int | None] = mapped_column(BigInteger)
    beyond: Mapped[str] = mapped_column(String(16), default="")
    #: Between which prices bids are expected, in cents: for trying formulas, never published.
    expected_lowest: Mapped[int | None] = mapped_column(BigInteger)
    expected_highest: Mapped[int | None] = mapped_column(BigInteger)
    #: The one act that shows assessors each other's scores.
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revealed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
    #: Why fewer people assessed than was published, when somebody left; it is in the report.
    fewer_why: Mapped[str] = mapped_column(Text, default="")
    #: From here no score changes, and prices may be filled in.
    quality_final_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The order in which people drew lots, by bid key, the first to go first.
    drawn: Mapped[list[str]] = mapped_column(default=list)
    #: In whose presence they were drawn: functions, no names; of each draw once.
    drawn_before: Mapped[str] = mapped_column(Text, default="")


class DossierCriterion(Base):
    """What a value asks in this dossier, as it is being written."""

    __tablename__ = "procurement_criterion"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    #: Only for this lot; nothing: for all lots.
    lot_id: Mapped[int | None] = mapped_column(
        ForeignKey("procurement_lot.id", ondelete="CASCADE"), index=True
    )
    #: The criterion of which it is a part.
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("procurement_criterion.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    #: A key of ``criteria.KINDS``.
    type: Mapped[str] = mapped_column(String(32))
    #: The value and, where there is one, the norm that it serves, by key.
    value: Mapped[str] = mapped_column(String(64), default="", index=True)
    norm: Mapped[str] = mapped_column(String(64), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    #: What is asked, where an answer is scored.
    question: Mapped[str] = mapped_column(Text, default="")
    #: Why it is asked here, and what it means in this dossier.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Proportionality: which risk it meets, what it costs small firms, how it hangs together with
    #: the subject.
    risk: Mapped[str] = mapped_column(Text, default="")
    small_firms: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[str]] = mapped_column(default=list)
    #: By score (``"8"``), or ``met``/``failed``, or ``full``/``partial``/``none``: when it applies.
    anchors: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Its part of the parent or of the lot, in hundredths of a percent.
    weight: Mapped[int | None]
    #: Where a lot is awarded on value: what full marks take off the price, in cents.
    worth: Mapped[int | None] = mapped_column(BigInteger)
    #: The lowest score that is good enough.
    minimum: Mapped[str] = mapped_column(String(40), default="")
    #: Of an exclusion ground: its place in the closed list.
    ground: Mapped[str] = mapped_column(String(16), default="")
    #: Of a subsidy duty: 4:37, 4:38 or 4:39, and why, or which article of the regulation.
    duty_basis: Mapped[str] = mapped_column(String(8), default="")
    duty_reason: Mapped[str] = mapped_column(Text, default="")
    #: Which article of the terms of the province covers it already; empty: none.
    in_terms: Mapped[str] = mapped_column(String(400), default="")
    #: Of a KPI: bidders are told beforehand that it will be measured.
    announced: Mapped[bool] = mapped_column(default=True)
    legal_sources: Mapped[list[str]] = mapped_column(default=list)
    #: The criterion of a library that it was taken from, by URN; empty: written here.
    source: Mapped[str] = mapped_column(String(200), default="")
    #: Raised at every save; a save that knows an older number is a conflict.
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class HandOver(Base):
    """A promise of one criterion that another one keeps alive after the award."""

    __tablename__ = "procurement_hand_over"

    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_criterion.id", ondelete="CASCADE"), primary_key=True
    )
    keeper_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_criterion.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class OwnCriterion(Base):
    """A criterion that this province added to the library."""

    __tablename__ = "procurement_own_criterion"

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[str] = mapped_column(String(200), unique=True)
    #: A list with this one criterion, in the one form of ``criteria.write_criteria``.
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    #: Not offered any longer; what was taken from it stays.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )
