"""Reads: what people said that needs an answer, and how far answering is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session, selectinload

from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound
from waardewerk_participation.models import Point, Round, Statement
from waardewerk_participation.queries.counting import published
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.showing import Shown, for_audience

#: What all share first, then what divides, then what a group fears, then what was added.
KINDS = ("consensus", "split", "objection", "added")


@dataclass(frozen=True)
class Progress:
    """How many points there are, and how many have an answer."""

    answered: int
    all: int

    @property
    def waiting(self) -> int:
        """Return how many points wait for an answer."""
        return self.all - self.answered


def points(session: Session, found: Round) -> list[Point]:
    """List the points of a round in the order in which people read them.

    One about a statement that is hidden now is left out: nobody could read what it answers.
    """
    return _in_order(session, is_visible(found))


def all_points(session: Session, found: Round) -> list[Point]:
    """List every point for those who answer: hiding a statement takes no answer off their list."""
    return _in_order(session, Point.round_id == found.id)


def _in_order(session: Session, which: ColumnElement[bool]) -> list[Point]:
    of_it = select(Point).join(Statement, Statement.id == Point.statement_id)
    order = case({kind: place for place, kind in enumerate(KINDS)}, value=Point.kind)
    return list(session.scalars(of_it.where(which).order_by(order, Statement.number, Point.group)))


def waiting_points(session: Session, found: Round) -> int:
    """Count the points that have no answer yet, also those about statements that are hidden now.

    Otherwise one moderator could take away what the province has to answer.
    """
    return progress_of(all_points(session, found)).waiting


def passed_promises(session: Session, found: Round, today: date) -> int:
    """Count the answers that promise a day that has passed."""
    return sum(has_passed(one, today) for one in all_points(session, found))


def has_passed(point: Point, today: date) -> bool:
    """Tell whether an answer promises to have something done by a day that has passed."""
    return bool(point.we_do) and point.due is not None and point.due < today


def statements_of_points(session: Session, found: Round) -> dict[int, Statement]:
    """Return the statements that points are about, by their row's number."""
    about = select(Point.statement_id).where(Point.round_id == found.id)
    rows = select(Statement).where(Statement.id.in_(about))
    read = rows.options(selectinload(Statement.translations))
    return {one.id: one for one in session.scalars(read)}


def get_point(session: Session, found: Round, point_id: int) -> Point:
    """Return a point of this round, or refuse."""
    point = session.get(Point, point_id)
    if point is None or point.round_id != found.id:
        raise NotFound("There is no such point in this round.")
    return point


def statements_to_add(session: Session, found: Round) -> list[Statement]:
    """List the statements that everybody sees and that no point is about."""
    about = select(Point.statement_id).where(Point.round_id == found.id)
    free = select(Statement).where(is_visible(found), Statement.id.not_in(about))
    return list(session.scalars(free.order_by(Statement.number)))


def progress_of(rows: list[Point]) -> Progress:
    """Count what was answered."""
    return Progress(sum(bool(one.why) for one in rows), len(rows))


def days_taken(found: Round) -> int | None:
    """Return how many days people waited for an answer after their last chance to vote."""
    ended: datetime | None = found.second_closes_at or found.closes_at
    if found.closed_at is None or ended is None:
        return None
    return max(0, (day_of(found.closed_at) - day_of(ended)).days)


def shown_of(session: Session, found: Round, audience: str) -> Shown | None:
    """Return the last result that was published, as these see it; nothing before the first."""
    result = published(session, found)
    return for_audience(result.shown, audience) if result else None
