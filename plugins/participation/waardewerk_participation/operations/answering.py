"""Answer what people said: what the province does with it, what it does not do, and why.

Each thing that the last result shows (what all groups share, what divides them, what a group
objects to) is a point that needs an answer, and a round with an unanswered point cannot be closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db, events, gate
from waardewerk.i18n import day_of
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_participation.models import Point, Round, Statement
from waardewerk_participation.operations import counting
from waardewerk_participation.queries import answers
from waardewerk_participation.queries.rounds import has_begun
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.showing import FoundPoint, points_of

#: A statement that no figure asks to answer, and that deserves it.
ADDED = "added"
LONGEST = 4000
LONGEST_WHO = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the province says about one point."""

    we_do: str = ""
    we_do_not: str = ""
    why: str = ""
    #: A role or a body, never only a name.
    who: str = ""
    due: date | None = None


def find_points(session: Session, found: Round, *, actor_id: int | None, now: datetime) -> int:
    """Make a point of each thing in the last result that needs an answer; return how many came."""
    staff = answers.shown_of(session, found, "staff")
    public = answers.shown_of(session, found, "public")
    if has_begun(session, found) and (public is None or not public.is_final):
        raise NotNow(counting.NOT_THERE_YET)
    needed = points_of(staff, public) if staff is not None and public is not None else ()
    return keep_points(session, found, needed, actor_id=actor_id, now=now)


def keep_points(
    session: Session,
    found: Round,
    needed: Iterable[FoundPoint],
    *,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Keep what needs an answer, once; return how many points came."""
    of_it = select(Statement.number, Statement.id).where(is_visible(found))
    numbers = dict(session.execute(of_it).all())
    kept = select(Point.kind, Point.statement_id, Point.group).where(Point.round_id == found.id)
    known = {tuple(row) for row in session.execute(kept)}
    fresh = [
        Point(
            round_id=found.id,
            kind=one.kind,
            statement_id=numbers[one.statement_number],
            group=one.group,
            figures=dict(one.figures),
        )
        for one in needed
        if one.statement_number in numbers
        and (one.kind, numbers[one.statement_number], one.group) not in known
    ]
    session.add_all(fresh)
    session.flush()
    if fresh:
        _record(session, "points_found", found, actor_id, now, points=len(fresh))
    return len(fresh)


def add_point(
    session: Session, found: Round, number: int, *, actor_id: int | None, now: datetime
) -> Point:
    """Make a point of a statement that deserves an answer although no figure asks for it."""
    _hold_open(session, found)
    chosen = select(Statement).where(is_visible(found), Statement.number == number)
    statement = session.scalar(chosen)
    if statement is None:
        raise Refusal("Choose a statement of this round that everybody can see.")
    same = select(Point).where(Point.round_id == found.id, Point.statement_id == statement.id)
    known = session.scalar(same.limit(1))
    if known is not None:
        return known
    point = Point(round_id=found.id, kind=ADDED, statement_id=statement.id, group="", figures={})
    kept = db.add_once(session, point, same)
    if kept is point:
        _record(session, "point_added", found, actor_id, now, point=kept.id)
    return kept


def drop_point(
    session: Session, found: Round, point: Point, *, actor_id: int | None, now: datetime
) -> None:
    """Take back a point that was added by hand. What people said by their votes stays."""
    _hold_open(session, found)
    db.hold(session, point)
    if point.kind != ADDED:
        raise Refusal("This point follows from the votes: it needs an answer.")
    session.delete(point)
    _record(session, "point_dropped", found, actor_id, now, point=point.id)


def answer_point(
    session: Session,
    found: Round,
    point: Point,
    answer: Answer,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Answer a point, for somebody who saw it as it was at ``revision``."""
    _hold_open(session, found)
    db.hold(session, point)
    tidy = _checked(answer, day_of(now))
    if asdict(tidy) == _as_kept(point):
        return
    if point.revision != revision:
        raise Conflict("Somebody else answered this point meanwhile. Look at that answer first.")
    for name, value in asdict(tidy).items():
        setattr(point, name, value)
    point.revision += 1
    point.answered_by, point.answered_at = actor_id, now
    session.flush()
    _record(session, "point_answered", found, actor_id, now, point=point.id)


def not_answered(session: Session, found: Round) -> NotNow | None:
    """Say that somebody still waits for an answer, so that the round cannot be closed."""
    waiting = answers.waiting_points(session, found)
    if not waiting:
        return None
    if waiting == 1:
        return NotNow("One point has no answer yet. Answer it first, then close the round.")
    return NotNow(
        "%(count)s points have no answer yet. Answer them first, then close the round.",
        count=waiting,
    )


def promises_passed(session: Session, found: Round, today: date) -> NotNow | None:
    """Say that an answer promises a day that has passed: closing would publish a broken promise.

    The day lay ahead when the answer was written; writing the other answers took longer.
    """
    passed = answers.passed_promises(session, found, today)
    if not passed:
        return None
    if passed == 1:
        return NotNow(
            "One answer promises a day that has passed. Choose a new day, then close the round."
        )
    return NotNow(
        "%(count)s answers promise a day that has passed. Choose new days, then close the round.",
        count=passed,
    )


def announce_all(session: Session, found: Round) -> int:
    """Tell who follows up about every answer, once the round is closed and answers stand."""
    rows = [one for one in answers.points(session, found) if one.we_do]
    for one in rows:
        gate.send(
            events.OutcomeRecorded(
                session=session,
                source="participation",
                title=_("%(round)s: %(we_do)s", round=found.title, we_do=one.we_do),
                url=f"/r/{found.slug}/answers#point-{one.id}",
                owner=one.who,
                due=one.due,
            )
        )
    return len(rows)


def _hold_open(session: Session, found: Round) -> None:
    # Who closes the round waits for this, and this waits for who closes it.
    session.refresh(found, with_for_update={"of": Round, "read": True})
    if found.phase == "closed":
        raise Conflict("This round is closed: its answers stand.")
    if found.phase != "answer":
        raise Refusal("Points are answered once the round is in the phase of answering.")


def _checked(answer: Answer, today: date) -> Answer:
    tidy = Answer(
        we_do=tidy_words(answer.we_do, LONGEST),
        we_do_not=tidy_words(answer.we_do_not, LONGEST),
        why=tidy_words(answer.why, LONGEST),
        who=tidy_words(answer.who, LONGEST_WHO),
        due=answer.due,
    )
    if not (tidy.we_do or tidy.we_do_not):
        raise Refusal("Say what you do with it, or what you do not do.")
    if not tidy.why:
        raise Refusal("Say why. Without a reason it is no answer.")
    if tidy.we_do and not (tidy.who and tidy.due):
        raise Refusal("Say who does it, and by when.")
    if tidy.due and tidy.due < today:
        raise Refusal("Choose a day that lies ahead: people read it as a promise.")
    return tidy


def _as_kept(point: Point) -> dict[str, object]:
    return {name: getattr(point, name) for name in Answer.__dataclass_fields__}


def _record(
    session: Session,
    action: str,
    found: Round,
    actor_id: int | None,
    now: datetime,
    **details: int,
) -> None:
    audit.record(
        session,
        f"participation.{action}",
        f"round:{found.id}",
        actor_id=actor_id,
        now=now,
        details=details,
    )
