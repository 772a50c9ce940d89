"""Reads: what stands beside the votes when a round is counted, and what earlier counts found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from waardewerk_participation.models import (
    BackgroundAnswer,
    Judgement,
    LeftOut,
    Participant,
    Result,
    Round,
    Statement,
    StatementValue,
)
from waardewerk_participation.queries.rounds import background_questions
from waardewerk_participation.queries.visible import is_visible

if TYPE_CHECKING:
    from waardewerk_participation.showing import Moderation

#: The engine whose groups are shown.
SHOWN_ENGINE = "stable"
#: In these phases the round is counted; after that its figures stand.
COUNTED_IN = ("vote", "second_vote", "analyse", "answer")


def rounds_to_count(session: Session) -> list[Round]:
    """List the rounds of one's own in which something may have to be counted."""
    wanted = select(Round).where(Round.is_imported.is_(False), Round.phase.in_(COUNTED_IN))
    return list(session.scalars(wanted.order_by(Round.id)))


def values_of(session: Session, found: Round) -> dict[str, list[int]]:
    """Return per value the numbers of the statements that touch it, as moderators confirmed."""
    rows = session.execute(
        select(StatementValue.value, Statement.number)
        .join(Statement, Statement.id == StatementValue.statement_id)
        .where(is_visible(found), StatementValue.is_confirmed.is_(True))
        .order_by(StatementValue.value, Statement.number)
    )
    values: dict[str, list[int]] = defaultdict(list)
    for key, number in rows:
        values[key].append(number)
    return dict(values)


def channels_of(session: Session, found: Round) -> dict[bytes, str]:
    """Return how each participant came in."""
    rows = session.execute(
        select(Participant.pid, Participant.channel).where(Participant.round_id == found.id)
    )
    return {row.pid: row.channel for row in rows}


def answers_of(
    session: Session, found: Round, pids: Sequence[bytes]
) -> dict[int, tuple[list[str], list[str]]]:
    """Return per question its options, and what each of these participants chose; empty if none."""
    questions = background_questions(session, found)
    chosen: dict[int, dict[bytes, str]] = {question.id: {} for question in questions}
    if chosen:
        rows = session.execute(
            select(
                BackgroundAnswer.question_id, BackgroundAnswer.pid, BackgroundAnswer.option
            ).where(BackgroundAnswer.question_id.in_(chosen))
        )
        for question_id, pid, option in rows:
            chosen[question_id][pid] = option
    answers = {}
    for question in questions:
        options = [str(option["key"]) for option in question.options]
        known = {pid: option for pid, option in chosen[question.id].items() if option in options}
        answers[question.id] = (options, [known.get(pid, "") for pid in pids])
    return answers


def moderation_of(session: Session, found: Round) -> Moderation:
    """Count what became of the statements, and for which reasons some were rejected."""
    from waardewerk_participation.showing import Moderation

    def counted(column: InstrumentedAttribute[str]) -> Mapping[str, int]:
        of_it = select(column, func.count()).where(Statement.round_id == found.id)
        return {row[0]: row[1] for row in session.execute(of_it.group_by(column).order_by(column))}

    reasons = (
        select(Judgement.reason, func.count(Judgement.statement_id.distinct()))
        .join(Statement, Statement.id == Judgement.statement_id)
        .where(
            Judgement.round_id == found.id,
            Judgement.act == "reject",
            Statement.state == "rejected",
        )
        .group_by(Judgement.reason)
        .order_by(Judgement.reason)
    )
    return Moderation(
        by_state=counted(Statement.state),
        by_origin=counted(Statement.origin),
        by_reason={row[0]: row[1] for row in session.execute(reasons)},
    )


def newest_count(session: Session, found: Round) -> Result | None:
    """Return what the last count found."""
    return session.scalar(_shown(found).order_by(Result.id.desc()).limit(1))


def published(session: Session, found: Round) -> Result | None:
    """Return the count that was published last."""
    out = _shown(found).where(Result.is_published.is_(True))
    return session.scalar(out.order_by(Result.id.desc()).limit(1))


def _shown(found: Round) -> Select[Result]:
    return select(Result).where(
        Result.round_id == found.id,
        Result.engine == SHOWN_ENGINE,
        Result.selection == "counted",
    )


def left_out_sets(session: Session, found: Round) -> list[LeftOut]:
    """List the sets of participants that moderators left out, the newest first."""
    sets = select(LeftOut).where(LeftOut.round_id == found.id)
    return list(session.scalars(sets.order_by(LeftOut.id.desc())))
