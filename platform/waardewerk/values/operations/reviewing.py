"""Look again, at a moment that was planned, whether a version still says what people stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, Refusal
from waardewerk.values import queries
from waardewerk.values.models import FrameworkVersion, Review, ReviewedSignal
from waardewerk.wording import tidy_words

LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class Held:
    """What came of a review: when it was, who was there, what was on the table, the outcome."""

    held_on: date
    present: str
    outcome: str
    signal_ids: frozenset[int] = frozenset()


def plan_review(
    session: Session,
    version: FrameworkVersion,
    planned_on: date,
    *,
    actor_id: int | None,
    now: datetime,
) -> Review:
    """Plan the day on which people look at a version again; the same day twice is one plan."""
    if not version.is_fixed:
        raise Refusal("Only a version that was adopted is looked at again.")
    if planned_on < day_of(now):
        raise Refusal("Choose today or a later day.")
    # Two who plan at once wait for each other here.
    db.hold(session, version)
    known = queries.planned_review(session, version, planned_on)
    if known is not None:
        return known
    review = Review(
        version_id=version.id, planned_on=planned_on, written_at=now, written_by=actor_id
    )
    session.add(review)
    session.flush()
    _record(session, "values.review_planned", review, actor_id=actor_id, now=now)
    return review


def hold_review(
    session: Session, review: Review, held: Held, *, actor_id: int | None, now: datetime
) -> None:
    """Write down what came of a review; after that it stands."""
    _still_open(session, review)
    if held.held_on > day_of(now):
        raise Refusal("A review of the future cannot be written down yet.")
    present = tidy_words(held.present, LONGEST_TEXT)
    outcome = tidy_words(held.outcome, LONGEST_TEXT)
    if not present:
        raise Refusal("Say who was there.")
    if not outcome:
        raise Refusal("Say what people concluded.")
    if queries.known_signals(session, held.signal_ids) != held.signal_ids:
        raise Refusal("One of these signals does not exist.")
    review.held_on, review.present, review.outcome = held.held_on, present, outcome
    review.written_at, review.written_by = now, actor_id
    session.add_all(
        ReviewedSignal(review_id=review.id, signal_id=number) for number in sorted(held.signal_ids)
    )
    session.flush()
    _record(session, "values.review_held", review, actor_id=actor_id, now=now)


def drop_review(session: Session, review: Review, *, actor_id: int | None, now: datetime) -> None:
    """Let a planned review go; one that was held stays."""
    _still_open(session, review)
    _record(session, "values.review_dropped", review, actor_id=actor_id, now=now)
    session.delete(review)
    session.flush()


def _still_open(session: Session, review: Review) -> None:
    db.hold(session, review)
    if review.held_on is not None:
        raise Conflict("This review was written down already.")


def _record(
    session: Session, action: str, review: Review, *, actor_id: int | None, now: datetime
) -> None:
    audit.record(session, action, f"values_review:{review.id}", actor_id=actor_id, now=now)
