"""Notes about values in practice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from waardewerk.db import Base, UtcDateTime


class Note(Base):
    """What somebody saw of a value."""

    __tablename__ = "sample_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    #: Who wrote it; empty when an event did, and after erasure.
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
