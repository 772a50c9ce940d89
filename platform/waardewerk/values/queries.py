"""Reads about the framework: its versions, its reviews, accents, and the lists of others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotFound
from waardewerk.values.framework import Framework
from waardewerk.values.models import (
    Accent,
    FrameworkVersion,
    ReferenceList,
    Review,
    ReviewedSignal,
    Signal,
)
from waardewerk.values.registry import framework_of

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


def accents_on(session: Session, day: date, known_at: datetime | None = None) -> dict[str, Accent]:
    """Return the accents that hold on a day, by value; with ``known_at`` as they stood then."""
    holds = [
        Accent.from_date <= day,
        or_(Accent.until_date.is_(None), Accent.until_date >= day),
    ]
    if known_at is not None:
        holds.append(Accent.set_at <= known_at)
    rows = session.scalars(select(Accent).where(*holds).order_by(Accent.id))
    return {accent.value: accent for accent in rows}


def bands_on(session: Session, day: date, known_at: datetime | None = None) -> dict[str, str]:
    """Return the bands that hold on a day, by value; a value that is not in it is ordinary."""
    return {key: accent.band for key, accent in accents_on(session, day, known_at).items()}


def accent_history(session: Session, value: str) -> list[Accent]:
    """Return every accent that a value ever had, the newest first."""
    found = select(Accent).where(Accent.value == value).order_by(Accent.id.desc())
    return list(session.scalars(found))


def framework_in_force(session: Session, today: date) -> Framework | None:
    """Return what the province stands for on a day."""
    version = version_in_force(session, today)
    return framework_of(version) if version else None


def framework_numbered(session: Session, number: int | None) -> Framework | None:
    """Return what a version says; nothing without a number."""
    return framework_of(get_version(session, number)) if number is not None else None


def get_adopted(session: Session, number: int) -> FrameworkVersion:
    """Find a version that was ever adopted: everybody may see it, and nobody a draft."""
    found = get_version(session, number)
    if not found.is_fixed:
        raise NotFound("This version does not exist.")
    return found


def get_draft(session: Session) -> FrameworkVersion:
    """Find the version in the making."""
    found = version_in_the_making(session)
    if found is None:
        raise NotFound("No version is being written now.")
    return found


def versions_with(session: Session, sha256: str) -> list[FrameworkVersion]:
    """List the versions that hold exactly this text."""
    same = select(FrameworkVersion).where(FrameworkVersion.sha256 == sha256)
    return list(session.scalars(same.order_by(FrameworkVersion.number)))


def lists(session: Session) -> list[ReferenceList]:
    """List the frameworks of others, the newest first."""
    return list(session.scalars(select(ReferenceList).order_by(ReferenceList.id.desc())))


def count_lists(session: Session) -> int:
    """Count the frameworks of others."""
    return session.scalar(select(func.count()).select_from(ReferenceList)) or 0


def get_list(session: Session, number: int) -> ReferenceList:
    """Find a framework of others by its number."""
    found = session.get(ReferenceList, number)
    if found is None:
        raise NotFound("This list does not exist.")
    return found


def list_with(session: Session, sha256: str) -> ReferenceList | None:
    """Find the list that holds exactly this text."""
    return session.scalar(select(ReferenceList).where(ReferenceList.sha256 == sha256))


def reviews(session: Session) -> list[Review]:
    """List all reviews, the latest first."""
    return list(session.scalars(select(Review).order_by(Review.planned_on.desc(), Review.id)))


def get_review(session: Session, number: int) -> Review:
    """Find a review by its number."""
    found = session.get(Review, number)
    if found is None:
        raise NotFound("This review does not exist.")
    return found


def version_of(session: Session, review: Review) -> FrameworkVersion:
    """Return the version that a review is about."""
    return session.get_one(FrameworkVersion, review.version_id)


def planned_review(session: Session, version: FrameworkVersion, planned_on: date) -> Review | None:
    """Find a review of a version that is planned on a day and not held yet."""
    planned = select(Review).where(
        Review.version_id == version.id,
        Review.planned_on == planned_on,
        Review.held_on.is_(None),
    )
    return session.scalar(planned.limit(1))


def next_review(session: Session) -> Review | None:
    """Return the first review that was planned and not held."""
    planned = select(Review).where(Review.held_on.is_(None))
    return session.scalar(planned.order_by(Review.planned_on, Review.id).limit(1))


#: More signals than this do not fit on one table.
MOST_SIGNALS = 200


def signals_to_choose(session: Session) -> list[Signal]:
    """List the signals that can be on the table at a review, the newest first."""
    newest = select(Signal).order_by(Signal.sent_on.desc(), Signal.id.desc())
    return list(session.scalars(newest.limit(MOST_SIGNALS)))


def signals_of(session: Session, review: Review) -> list[Signal]:
    """List the signals that were on the table at a review."""
    there = select(Signal).join(ReviewedSignal, ReviewedSignal.signal_id == Signal.id)
    found = there.where(ReviewedSignal.review_id == review.id)
    return list(session.scalars(found.order_by(Signal.sent_on, Signal.id)))


def known_signals(session: Session, numbers: Collection[int]) -> frozenset[int]:
    """Return which of these numbers are those of signals."""
    return frozenset(session.scalars(select(Signal.id).where(Signal.id.in_(numbers))))


def signals_per_review(session: Session) -> dict[int, int]:
    """Count per review how many signals were on the table."""
    counted = select(ReviewedSignal.review_id, func.count()).group_by(ReviewedSignal.review_id)
    return {row[0]: row[1] for row in session.execute(counted)}
