"""The current votes of a round of one's own: every count, page, report and file starts here.

A participant is known to a count by their place in the order of participants' numbers, which says
nothing outside it. Statements that are not seen by everybody do not count, and neither do people
whose votes a moderator left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Participant,
    Round,
    Statement,
    StatementValue,
    Vote,
)
from waardewerk_participation.queries.visible import is_visible

if TYPE_CHECKING:
    from waardewerk_participation.grouping.votes import Ints, Votes

MANIFEST = "waardewerk/participation-manifest@1"
_PEOPLE_AT_A_TIME = 2_000
_KINDS = 4


@dataclass(frozen=True, eq=False)
class CurrentVotes:
    """Votes, and of whom each row is: the latter never leaves the calculation."""

    votes: Votes
    #: By row of ``votes``.
    pids: tuple[bytes, ...]

    def rows_of(self, pids: Collection[bytes]) -> list[int]:
        """Return the rows of these participants, as far as they voted."""
        return [row for row, pid in enumerate(self.pids) if pid in pids]

    def without(self, pids: Collection[bytes]) -> CurrentVotes:
        """Return the votes of all others."""
        if not pids:
            return self
        import numpy as np

        from waardewerk_participation.grouping.votes import votes_of

        kept = np.array([pid not in pids for pid in self.pids], dtype=np.bool_)
        place = np.cumsum(kept) - 1
        taken = kept[self.votes.rows]
        numbers = self.votes.statements
        votes = votes_of(
            place[self.votes.rows[taken]],
            numbers[self.votes.columns[taken]],
            self.votes.values[taken],
            numbers[self.votes.rejected].tolist(),
        )
        return CurrentVotes(votes, tuple(pid for pid in self.pids if pid not in pids))


@dataclass(frozen=True)
class CountedStatements:
    """Which statements a count is about, by number."""

    numbers: Sequence[int]
    #: Those about the conversation itself: people are not grouped by them.
    not_grouped_by: Sequence[int]


def counted_statements(session: Session, found: Round) -> CountedStatements:
    """Return the statements that everybody sees now."""
    seen = select(Statement.number, Statement.is_meta).where(is_visible(found))
    rows = session.execute(seen.order_by(Statement.number)).all()
    return CountedStatements(
        [row.number for row in rows], [row.number for row in rows if row.is_meta]
    )


def current_votes(
    session: Session, found: Round, statements: CountedStatements, *, with_left_out: bool = False
) -> CurrentVotes:
    """Read the votes that count, in the order of participants' and statements' numbers."""
    import numpy as np

    from waardewerk_participation.grouping.votes import votes_of

    numbers = _numbers(session, found)
    is_counted = np.isin(numbers, np.array(statements.numbers, dtype=np.int64))
    taken: list[bytes] = []
    rows, columns, values = ([np.zeros(0, dtype=np.int64)] for _each in range(3))
    for pids, ballots in _ballots(session, found, with_left_out=with_left_out):
        is_seen = is_counted[ballots.statements]
        # Who reacted only to what is not seen does not count, so everybody has a place in a row.
        people, places = np.unique(ballots.people[is_seen], return_inverse=True)
        rows.append(places + len(taken))
        columns.append(numbers[ballots.statements[is_seen]])
        values.append(ballots.values[is_seen])
        taken += [pids[person] for person in people.tolist()]
    votes = votes_of(
        np.concatenate(rows),
        np.concatenate(columns),
        np.concatenate(values),
        statements.not_grouped_by,
    )
    return CurrentVotes(votes, tuple(taken))


@dataclass(frozen=True, eq=False)
class _Ballots:
    """Some votes: of whom, by place in a list; on which statement, by id; and what."""

    people: Ints
    statements: Ints
    values: Ints


def _ballots(
    session: Session, found: Round, *, with_left_out: bool
) -> Iterator[tuple[list[bytes], _Ballots]]:
    """Read votes, some people at a time, in the order of participants' numbers.

    The database writes each person's votes in one text of whole numbers: a row per vote takes
    several times as long.
    """
    import numpy as np

    from waardewerk_participation.grouping.votes import DISAGREE

    packed = Vote.statement_id * _KINDS + (Vote.value - DISAGREE)
    query = (
        select(Participant.pid, func.aggregate_strings(cast(packed, String), ","))
        .join(Vote, Vote.pid == Participant.pid)
        .where(Participant.round_id == found.id)
        .group_by(Participant.pid)
        .order_by(Participant.pid)
    )
    if not with_left_out:
        query = query.where(Participant.left_out_id.is_(None))
    rows = session.execute(query, execution_options={"yield_per": _PEOPLE_AT_A_TIME})
    for part in rows.partitions():
        pids, texts = [row[0] for row in part], [row[1] for row in part]
        given = [text.count(",") + 1 for text in texts]
        cells = np.fromstring(",".join(texts), sep=",", dtype=np.int64)
        statements, values = np.divmod(cells, _KINDS)
        yield pids, _Ballots(np.repeat(np.arange(len(pids)), given), statements, values + DISAGREE)


def _numbers(session: Session, found: Round) -> Ints:
    """Return the number of each statement at the place of its id, and -1 at all others."""
    import numpy as np

    query = select(Statement.id, Statement.number).where(Statement.round_id == found.id)
    known = [tuple(row) for row in session.execute(query)]
    last = max((place for place, _number in known), default=0)
    numbers = np.full(last + 1, -1, dtype=np.int64)
    for place, number in known:
        numbers[place] = number
    return numbers


def left_out(session: Session, found: Round) -> frozenset[bytes]:
    """Return the participants whose votes a moderator left out."""
    query = select(Participant.pid).where(
        Participant.round_id == found.id, Participant.left_out_id.is_not(None)
    )
    return frozenset(session.scalars(query))


def hasty(session: Session, found: Round) -> frozenset[bytes]:
    """Return the participants who voted faster than anybody reads."""
    query = select(Participant.pid).where(
        Participant.round_id == found.id, Participant.was_hasty.is_(True)
    )
    return frozenset(session.scalars(query))


@dataclass(frozen=True)
class Turnout:
    """How many took part and how much they said, with everybody in it."""

    #: Who reacted to at least one statement that is seen.
    people: int
    votes: int
    #: SHA-256 of all that a count depends on; equal when there is nothing new to count.
    state: str


def turnout(session: Session, found: Round) -> Turnout:
    """Count people and votes, and tell whether there is something new, without reading a vote."""
    seen = (
        select(Vote.statement_id, Vote.value, func.count())
        .join(Statement, Statement.id == Vote.statement_id)
        .where(is_visible(found))
        .group_by(Vote.statement_id, Vote.value)
        .order_by(Vote.statement_id, Vote.value)
    )
    of_it = Participant.round_id == found.id
    has_voted = (
        select(Vote.pid)
        .join(Statement, Statement.id == Vote.statement_id)
        .where(is_visible(found), Vote.pid == Participant.pid)
        .exists()
    )
    people = session.scalar(select(func.count(Participant.pid)).where(of_it, has_voted)) or 0
    apart = (
        select(Participant.channel, Participant.left_out_id, Participant.was_hasty, func.count())
        .where(of_it)
        .group_by(Participant.channel, Participant.left_out_id, Participant.was_hasty)
    )
    counts = [tuple(row) for row in session.execute(seen)]
    told = {
        "votes": counts,
        "people": people,
        "apart": sorted(
            (str(row[0]), row[1] or 0, row[2], row[3]) for row in session.execute(apart)
        ),
        "statements": _statements(session, found),
        "background": _background(session, found),
    }
    state = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return Turnout(people, sum(row[2] for row in counts), state)


def _statements(session: Session, found: Round) -> list[Any]:
    """List what of statements a count depends on: their state, and the values they touch."""
    rows = session.execute(
        select(Statement.number, Statement.state, Statement.is_meta, Statement.origin)
        .where(Statement.round_id == found.id)
        .order_by(Statement.number)
    )
    values = session.execute(
        select(StatementValue.statement_id, StatementValue.value)
        .join(Statement, Statement.id == StatementValue.statement_id)
        .where(Statement.round_id == found.id, StatementValue.is_confirmed.is_(True))
        .order_by(StatementValue.statement_id, StatementValue.value)
    )
    return [[tuple(row) for row in rows], [tuple(row) for row in values]]


def _background(session: Session, found: Round) -> list[Any]:
    answers = session.execute(
        select(BackgroundAnswer.question_id, BackgroundAnswer.option, func.count())
        .join(BackgroundQuestion, BackgroundQuestion.id == BackgroundAnswer.question_id)
        .where(BackgroundQuestion.round_id == found.id)
        .group_by(BackgroundAnswer.question_id, BackgroundAnswer.option)
        .order_by(BackgroundAnswer.question_id, BackgroundAnswer.option)
    )
    return [tuple(row) for row in answers]


def manifest_of(session: Session, found: Round) -> dict[str, Any]:
    """Return what a round closes with: a root over every vote that is kept, and how many there are.

    The root is the SHA-256 of all votes in the order of participant and statement: sixteen bytes
    that stand for somebody, the number of the statement in four bytes, and the vote in one. Who
    has the votes can make it again; who has the root finds no vote.
    """
    import numpy as np

    numbers = _numbers(session, found)
    digest, votes, people = hashlib.sha256(), 0, 0
    for pids, ballots in _ballots(session, found, with_left_out=True):
        order = np.lexsort((numbers[ballots.statements], ballots.people))
        rows = np.zeros(len(order), dtype=[("pid", "V16"), ("number", ">u4"), ("vote", "u1")])
        rows["pid"] = np.array([np.void(pid) for pid in pids])[ballots.people[order]]
        rows["number"] = numbers[ballots.statements[order]]
        rows["vote"] = ballots.values[order] + 1
        digest.update(rows.tobytes())
        people, votes = people + len(pids), votes + len(order)
    statements = select(func.count(Statement.id)).where(Statement.round_id == found.id)
    return {
        "format": MANIFEST,
        "root": digest.hexdigest(),
        "people": people,
        "votes": votes,
        "statements": session.scalar(statements) or 0,
        "version": version("waardewerk-participation"),
    }
