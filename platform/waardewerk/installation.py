"""What this installation has chosen: plugins on or off, settings, rights of roles.

All of it changes rarely and is needed on every request, so each process keeps a frozen snapshot.
One counter in the database says whether the snapshot is still true; a change raises it in the
same transaction and every worker sees it at its next request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import Flask, current_app, g, has_app_context
from sqlalchemy import JSON, ForeignKey, String, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from waardewerk import db
from waardewerk.db import Base

EXTENSION = "waardewerk.installation"


class Installation(Base):
    """One row that says how often anything below has changed."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)


REVISION = select(Installation.__table__.c.revision)


class PluginState(Base):
    """Whether a plugin is on. A plugin without a row was installed later and is off."""

    __tablename__ = "plugin_state"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    enabled: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(
        ForeignKey("people_person.id", ondelete="SET NULL")
    )


class Setting(Base):
    """One choice of the province; ``owner`` is ``core`` or a plugin's name."""

    __tablename__ = "setting"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON().with_variant(JSONB(), "postgresql"))


class Grant(Base):
    """A province's own choice about a role and a permission; it wins over the default."""

    __tablename__ = "access_grant"

    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    permission: Mapped[str] = mapped_column(String(128), primary_key=True)
    granted: Mapped[bool]


@dataclass(frozen=True)
class Snapshot:
    """What was chosen, as of one revision."""

    revision: int
    enabled: frozenset[str]
    settings: Mapping[tuple[str, str], Any]
    grants: Mapping[tuple[str, str], bool]


def read_snapshot(session: Session) -> Snapshot:
    """Read everything that was chosen."""
    revision = session.scalar(select(Installation.revision)) or 0
    states = session.execute(select(PluginState.name).where(PluginState.enabled)).scalars()
    settings = {(s.owner, s.key): s.value for s in session.scalars(select(Setting))}
    grants = {(g_.role, g_.permission): g_.granted for g_ in session.scalars(select(Grant))}
    return Snapshot(
        revision, frozenset(states), MappingProxyType(settings), MappingProxyType(grants)
    )


def snapshot() -> Snapshot:
    """Return what this request works with; one small query, more only after a change."""
    if "snapshot" not in g:
        session = db.session()
        known: Snapshot | None = current_app.extensions.get(EXTENSION)
        # Every request asks this, so it goes past the mapper.
        revision = session.connection().scalar(REVISION) or 0
        if known is None or known.revision != revision:
            known = current_app.extensions[EXTENSION] = read_snapshot(session)
        g.snapshot = known
    found: Snapshot = g.snapshot
    return found


def changed(session: Session) -> None:
    """Tell every worker, at commit, that its snapshot is old."""
    raised = update(Installation).values(revision=Installation.revision + 1)
    if db.changed(session, raised) == 0:
        session.add(Installation(id=1, revision=1))
        session.flush()
    if has_app_context():
        g.pop("snapshot", None)


def choose(session: Session, owner: str, choices: Mapping[str, Any]) -> None:
    """Store choices of one owner; the caller logs who made them."""
    for key, value in choices.items():
        session.merge(Setting(owner=owner, key=key, value=value))
    changed(session)


def init_app(app: Flask) -> None:
    """Start without a snapshot; the first request reads it."""
    app.extensions[EXTENSION] = None
