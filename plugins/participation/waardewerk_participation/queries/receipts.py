"""Reads: what became of the statements of somebody who has a receipt code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from waardewerk_participation.models import Judgement, Point, Round, Statement
from waardewerk_participation.queries.answers import shown_of
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.showing import Figures, Shown

#: People read all answers at once, when the round is closed.
ANSWERED = "closed"


@dataclass(frozen=True)
class Receipt:
    """What became of one statement."""

    statement: Statement
    #: Why it was rejected; nothing in any other state.
    rejection: Judgement | None
    #: The statement that says the same, when that is why, and everybody may see it.
    same: Statement | None
    #: What people made of it in the last published result; nothing before that.
    figures: Figures | None
    #: What is done with it.
    answers: tuple[Point, ...]


def receipts(session: Session, found: Round, receipt: bytes) -> list[Receipt]:
    """Return what became of every statement with this receipt, the oldest first."""
    theirs = select(Statement).where(Statement.round_id == found.id, Statement.receipt == receipt)
    statements = list(
        session.scalars(theirs.options(selectinload(Statement.values)).order_by(Statement.number))
    )
    if not statements:
        return []
    ids = [one.id for one in statements]
    rejections = _rejections(session, ids)
    same = _seen(session, found, {one.same_as for one in rejections.values()})
    shown = shown_of(session, found, "public")
    answers = _answers(session, found, ids)
    return [
        Receipt(
            statement=one,
            rejection=rejection,
            same=same.get(rejection.same_as or 0) if rejection else None,
            figures=_figures(shown, one),
            answers=tuple(answers.get(one.id, ())),
        )
        for one in statements
        for rejection in [rejections.get(one.id) if one.is_rejected else None]
    ]


def _rejections(session: Session, ids: list[int]) -> dict[int, Judgement]:
    of_them = select(Judgement).where(Judgement.statement_id.in_(ids), Judgement.act == "reject")
    return {one.statement_id: one for one in session.scalars(of_them.order_by(Judgement.id))}


def _seen(session: Session, found: Round, numbers: set[int | None]) -> dict[int, Statement]:
    """Return the statements with these numbers that everybody may see."""
    visible = select(Statement).where(is_visible(found), Statement.number.in_(numbers - {None}))
    rows = session.scalars(visible.options(selectinload(Statement.translations)))
    return {one.number: one for one in rows}


def _figures(shown: Shown | None, statement: Statement) -> Figures | None:
    """Return what people made of a statement; not while fewer answered than may be shown."""
    of_it = shown.of(statement.number) if shown and statement.state == "accepted" else None
    return of_it.everyone if of_it and not of_it.everyone.is_hidden else None


def _answers(session: Session, found: Round, ids: list[int]) -> dict[int, list[Point]]:
    if found.phase != ANSWERED:
        return {}
    answered = select(Point).where(Point.statement_id.in_(ids), Point.why != "")
    answers: dict[int, list[Point]] = {}
    for point in session.scalars(answered.order_by(Point.id)):
        answers.setdefault(point.statement_id, []).append(point)
    return answers
