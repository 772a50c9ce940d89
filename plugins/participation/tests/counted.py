"""Rounds that were counted, for tests of what is shown of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import event

from waardewerk import db
from waardewerk_participation import counting_job
from waardewerk_participation.models import Result
from waardewerk_participation.operations import counting
from waardewerk_participation.queries.counting import newest_count, published
from waardewerk_participation.showing import Shown, for_audience
from waardewerk_participation.steps import WAIT

from .conftest import OwnRounds, camps

Cells = dict[tuple[int, int], int]


def of_statements(cells: Mapping[tuple[int, int], int], first_person: int = 0) -> Cells:
    """Number the statements from one, as rounds do."""
    return {(first_person + person, one + 1): value for (person, one), value in cells.items()}


TWO_CAMPS = of_statements(camps((60, 40), 12))


def count(rounds: OwnRounds, slug: str = "cameras") -> None:
    """Let the job do its work once."""
    with rounds.app.app_context(), db.current().reading() as session:
        counting_job.count_if_changed(session, rounds.get(session, slug))


def close(rounds: OwnRounds, slug: str = "cameras") -> None:
    """Take no more votes."""
    with rounds.work() as session:
        rounds.get(session, slug).phase = "analyse"


def conclude(rounds: OwnRounds, slug: str = "cameras") -> None:
    """Take no more votes, count for the last time and begin to answer."""
    close(rounds, slug)
    count(rounds, slug)
    with rounds.work() as session:
        found = rounds.get(session, slug)
        counting.publish_final(session, found, now=datetime.now(UTC))
        found.phase = "answer"


def an_hour_later(rounds: OwnRounds) -> None:
    """Let what is published be an hour old."""
    with rounds.work() as session:
        for result in session.query(Result):
            if result.published_at is not None:
                result.published_at -= WAIT


def newest(rounds: OwnRounds, slug: str = "cameras") -> Result:
    """Read what the last count found."""
    with rounds.work() as session:
        found = newest_count(session, rounds.get(session, slug))
        assert found is not None
        return found


def shown(rounds: OwnRounds, audience: str = "staff", slug: str = "cameras") -> Shown:
    """Read what is published."""
    with rounds.work() as session:
        result = published(session, rounds.get(session, slug))
        assert result is not None
        found = for_audience(result.shown, audience)
    assert found is not None
    return found


def numbers_in(shown: Shown) -> Iterator[int]:
    """Give every number of people that is shown."""
    yield from (n for n in (shown.people, shown.left_out) if n is not None)
    for one in shown.statements:
        for figures in (one.everyone, *one.groups.values()):
            counts = (figures.reactions, figures.agrees, figures.disagrees, figures.passes)
            yield from (n for n in counts if n is not None)
    parts = [*shown.channels, *(part for asked in shown.background for part in asked.parts)]
    yield from (part.people for part in parts if part.people is not None)
    yield from (group.people for group in shown.groups if group.people is not None)
    yield from (spot.people for spot in shown.map.spots) if shown.map else ()


@contextmanager
def queries_of(rounds: OwnRounds) -> Iterator[list[str]]:
    """Give the queries that were sent meanwhile."""
    engine = rounds.app.extensions[db.EXTENSION].engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
