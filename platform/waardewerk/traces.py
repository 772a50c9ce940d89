"""Columns that know somebody who works here: counted for who asks, emptied when their time is over.

What was done stays, as the record of a procedure. Who did it is a number of an account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session


@dataclass(frozen=True)
class Trace:
    """A column that knows somebody, and of which record its rows are."""

    #: What somebody did, for who asks what is known of them: *approved translations*.
    what: str
    column: InstrumentedAttribute[int | None]
    #: The number of the record, as a column or a subquery; nothing for what belongs to none.
    record: Any


def done_by(
    session: Session, traces: Iterable[Trace], person_id: int
) -> Iterator[tuple[Trace, int | None, int]]:
    """Tell what somebody did in which record, by its number, and how often."""
    for one in traces:
        if one.record is None:
            times = session.scalar(select(func.count()).where(one.column == person_id))
            if times:
                yield one, None, times
            continue
        rows = select(one.record.label("number")).where(one.column == person_id).subquery()
        number = rows.c.number
        for found, times in session.execute(
            select(number, func.count()).group_by(number).order_by(number)
        ):
            yield one, found, times


def forget_person(session: Session, traces: Iterable[Trace], person_id: int) -> int:
    """Forget that somebody did these things; return in how many rows."""
    return sum(empty(session, one, one.column == person_id) for one in traces)


def forget_in(session: Session, traces: Iterable[Trace], records: Select[Any]) -> int:
    """Forget who did things in these records; return in how many rows."""
    return sum(
        empty(session, one, one.column.is_not(None), one.record.in_(records))
        for one in traces
        if one.record is not None
    )


def empty(session: Session, trace: Trace, *where: ColumnElement[bool]) -> int:
    """Empty the column in these rows; return in how many.

    On the connection, past whatever guards what was fixed: who did it is no part of that.
    """
    session.flush()
    emptied = update(trace.column.class_).where(*where).values({trace.column: None})
    return int(session.connection().execute(emptied).rowcount)
