"""Reads about the framework: which version is in force, and which is being written."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotFound
from waardewerk.values.models import FrameworkVersion

_FIXED = FrameworkVersion.state.in_(("adopted", "superseded"))


def version_in_force(session: Session, today: date) -> FrameworkVersion | None:
    """Return the version that holds on a day; nothing before the first was adopted."""
    holds = (
        _FIXED,
        FrameworkVersion.valid_from <= today,
        or_(FrameworkVersion.valid_until.is_(None), FrameworkVersion.valid_until >= today),
    )
    newest = select(FrameworkVersion).where(*holds).order_by(FrameworkVersion.number.desc())
    return session.scalar(newest.limit(1))


def versions(session: Session) -> list[FrameworkVersion]:
    """List all versions, the newest first."""
    return list(session.scalars(select(FrameworkVersion).order_by(FrameworkVersion.number.desc())))


def adopted_versions(session: Session) -> list[FrameworkVersion]:
    """List the versions that were ever adopted, the newest first: these are for everybody."""
    found = select(FrameworkVersion).where(_FIXED).order_by(FrameworkVersion.number.desc())
    return list(session.scalars(found))


def version_in_the_making(session: Session) -> FrameworkVersion | None:
    """Return the draft or proposed version; there is one at most."""
    making = FrameworkVersion.state.in_(("draft", "proposed"))
    return session.scalar(select(FrameworkVersion).where(making).limit(1))


def get_version(session: Session, number: int) -> FrameworkVersion:
    """Find a version by its number."""
    found = session.scalar(select(FrameworkVersion).where(FrameworkVersion.number == number))
    if found is None:
        raise NotFound("This version does not exist.")
    return found
