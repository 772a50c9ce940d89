"""Four eyes, and what was fixed: a snapshot that never changes, and its rectifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column

from waardewerk.db import Base, UtcDateTime

VERDICTS = ("approved", "sent_back")


class Review(Base):
    """What the second pair of eyes said of one revision of a dossier. Rows are only added."""

    __tablename__ = "procurement_review"
    __table_args__ = (CheckConstraint(f"verdict IN {VERDICTS!r}", name="verdict_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    #: The revision of the dossier that was looked over.
    revision: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Snapshot(Base):
    """What was fixed: number 1 at the freeze, one more at every rectification. Never changed."""

    __tablename__ = "procurement_snapshot"
    __table_args__ = (UniqueConstraint("dossier_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("procurement_dossier.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    #: Canonical JSON in the format ``waardewerk/dossier@1``: see ``snapshot.py``.
    content: Mapped[str] = mapped_column(Text)
    #: Of the content; every file that leaves carries it.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Between which prices bids are expected, in cents, by lot. Not in the content: that leaves.
    estimates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Why there is one after the one before it; empty for the first.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: The text for the nota van inlichtingen, and what is advised about the closing date.
    notice: Mapped[str] = mapped_column(Text, default="")
    deadline_advice: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who asked for it, and the second person who approved it.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id", ondelete="SET NULL"))
    approved_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class SnapshotChanged(Exception):
    """Somebody tried to change what was fixed; bids and scores rest on it."""


@event.listens_for(Snapshot, "before_update")
def _keep_what_was_fixed(_mapper: Mapper[Snapshot], _connection: object, row: Snapshot) -> None:
    raise SnapshotChanged(f"snapshot {row.number} of dossier {row.dossier_id} was fixed")


@event.listens_for(Session, "do_orm_execute")
def _never_in_bulk(state: ORMExecuteState) -> None:
    if state.is_update and state.bind_mapper is not None and state.bind_mapper.class_ is Snapshot:
        raise SnapshotChanged("snapshots are never changed")
