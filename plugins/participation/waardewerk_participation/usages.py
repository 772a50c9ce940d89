"""Where rounds use a value, what was answered with it, and what the province does.

Used: a statement that everybody sees carries the value, and a moderator confirmed that. Decided:
the province answered a point about such a statement. Result: what it does, once the round is
closed and the answer stands.

A page about practice asks for each value in turn, so all values are gathered at the first
question and kept for the request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.contract import Value, ValueUsage
from waardewerk_participation.models import Point, Round, Statement, StatementValue
from waardewerk_participation.queries.visible import is_visible_anywhere


def usages_of(session: Session, value: Value) -> list[ValueUsage]:
    """Return the rounds in which people reacted to a statement about this value."""
    if "participation_usages" not in g:
        g.participation_usages = _gather(session)
    found: list[ValueUsage] = g.participation_usages.get(value.key, [])
    return found


def _gather(session: Session) -> Mapping[str, list[ValueUsage]]:
    touched = (
        select(StatementValue.value, Round, Point)
        .join(Statement, Statement.id == StatementValue.statement_id)
        .join(Round, Round.id == Statement.round_id)
        .outerjoin(Point, Point.statement_id == Statement.id)
        .where(
            StatementValue.is_confirmed,
            ~Round.is_imported,
            Round.phase != "prepare",
            is_visible_anywhere(),
        )
        .order_by(StatementValue.value, Round.slug, Point.id)
    )
    points: dict[tuple[str, int], list[Point]] = defaultdict(list)
    rounds: dict[int, Round] = {}
    for value, found, point in session.execute(touched):
        rounds[found.id] = found
        points[value, found.id] += [point] if point is not None else []
    usages = defaultdict(list)
    for (value, round_id), about in points.items():
        usages[value].append(_usage(rounds[round_id], about))
    return usages


def _usage(found: Round, about: list[Point]) -> ValueUsage:
    answered = [one for one in about if one.why]
    does = [one.we_do for one in answered if found.phase == "closed" and one.we_do]
    return ValueUsage(
        title=found.title,
        url=url_for("participation_round.answers", slug=found.slug),
        decided=bool(answered),
        result="; ".join(does),
    )
