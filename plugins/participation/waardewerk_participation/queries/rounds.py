"""Reads: rounds, their statements and what counts found."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from waardewerk.refusal import NotFound
from waardewerk_participation.models import (
    BackgroundQuestion,
    Participant,
    Result,
    Round,
    Statement,
    Translation,
)


def rounds(session: Session) -> list[Round]:
    """List the rounds by their short name."""
    return list(session.scalars(select(Round).order_by(Round.slug)))


def own_rounds(session: Session) -> list[Round]:
    """List the rounds that this province holds itself, the newest first."""
    own = select(Round).where(Round.is_imported.is_(False))
    return list(session.scalars(own.order_by(Round.made_at.desc(), Round.id.desc())))


def rounds_for_everybody(session: Session) -> list[Round]:
    """List the rounds that everybody with the link can join, as people see them, newest first."""
    wanted = select(Round).where(
        Round.is_imported.is_(False), Round.joining == "open", Round.phase != "prepare"
    )
    newest_first = wanted.order_by(Round.made_at.desc(), Round.id.desc())
    return list(session.scalars(newest_first.options(selectinload(Round.texts))))


def get_round(session: Session, slug: str) -> Round:
    """Return the round of that name, or refuse."""
    found = session.scalar(select(Round).where(Round.slug == slug))
    if found is None:
        raise NotFound("There is no round “%(slug)s”.", slug=slug)
    return found


def get_own_round(session: Session, slug: str) -> Round:
    """Return a round that this province holds itself, or refuse."""
    found = get_round(session, slug)
    if found.is_imported:
        raise NotFound("There is no round “%(slug)s”.", slug=slug)
    return found


def has_begun(session: Session, found: Round) -> bool:
    """Tell whether somebody takes part: from then on the rules of the round stand still."""
    anybody = select(Participant.pid).where(Participant.round_id == found.id).limit(1)
    return session.scalar(anybody) is not None


def statements_of(session: Session, found: Round) -> list[Statement]:
    """List the statements of a round by number."""
    of_it = select(Statement).where(Statement.round_id == found.id)
    return list(session.scalars(of_it.order_by(Statement.number)))


def last_results(session: Session, found: Round) -> list[Result]:
    """Return the newest kept result of each engine and selection, by their names."""
    newest = (
        select(func.max(Result.id))
        .where(Result.round_id == found.id)
        .group_by(Result.engine, Result.selection)
    )
    kept = select(Result).where(Result.id.in_(newest))
    return list(session.scalars(kept.order_by(Result.engine, Result.selection)))


def statements_lacking(session: Session, found: Round) -> dict[str, int]:
    """Count by language the accepted statements that people cannot read in it yet."""
    lacking = {}
    for language in found.languages:
        approved = select(Translation.statement_id).where(
            Translation.language == language, Translation.is_approved
        )
        without = (
            select(func.count())
            .select_from(Statement)
            .where(
                Statement.round_id == found.id,
                Statement.state == "accepted",
                Statement.language != language,
                Statement.id.not_in(approved),
            )
        )
        if count := session.scalar(without):
            lacking[language] = count
    return lacking


def count_accepted(session: Session, found: Round) -> int:
    """Count the statements that people react to."""
    of_it = (Statement.round_id == found.id, Statement.state == "accepted")
    return session.scalar(select(func.count(Statement.id)).where(*of_it)) or 0


def background_questions(session: Session, found: Round) -> list[BackgroundQuestion]:
    """List in order what participants are asked about themselves."""
    asked = select(BackgroundQuestion).where(BackgroundQuestion.round_id == found.id)
    return list(session.scalars(asked.order_by(BackgroundQuestion.position)))


def next_number(session: Session, found: Round) -> int:
    """Return the number that the next statement of a round gets."""
    last = select(func.max(Statement.number)).where(Statement.round_id == found.id)
    return (session.scalar(last) or 0) + 1
