"""Reads for one participant: what is left to vote on, and what they said so far."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload

from waardewerk.refusal import NotFound
from waardewerk_participation.models import (
    BackgroundAnswer,
    PaperVote,
    Participant,
    Round,
    Statement,
    Translation,
    Vote,
)
from waardewerk_participation.progress import Progress
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.routing import Tally, are_flat, weights


@dataclass(frozen=True)
class Standing:
    """Where somebody is among the statements that are seen now."""

    #: By row number, not by the number that people see.
    unseen: tuple[int, ...]
    meta: frozenset[int]
    progress: Progress


@dataclass(frozen=True)
class Votable:
    """A statement on which somebody can vote."""

    #: Its row number, not the number that people see.
    id: int
    #: Whether what somebody thinks of it now was counted from a booklet.
    is_from_paper: bool


@dataclass(frozen=True)
class Said:
    """A statement with what somebody thinks of it; nothing when they did not vote on it."""

    statement: Statement
    value: int | None


# Making these costs as much as running them, and they are asked at every tap.
_TAKES_PART = select(Participant.pid).where(
    Participant.pid == bindparam("pid"), Participant.round_id == bindparam("round_id")
)
_TRANSLATED = and_(
    Translation.statement_id == Statement.id,
    Translation.language == bindparam("language"),
    Translation.is_approved,
)
_WORDS = (
    select(
        Statement.number,
        func.coalesce(Translation.text, Statement.text),
        func.coalesce(Translation.language, Statement.language),
    )
    .outerjoin(Translation, _TRANSLATED)
    .where(Statement.id == bindparam("statement_id"))
)


def takes_part(session: Session, found: Round, pid: bytes) -> bool:
    """Tell whether somebody joined this round."""
    return session.scalar(_TAKES_PART, {"pid": pid, "round_id": found.id}) is not None


def standing_of(session: Session, found: Round, pid: bytes) -> Standing:
    """Read what somebody has not voted on yet, and how far they are."""
    rows = session.scalars(_standing_in(found.id, found.moderation), {"pid": pid}).all()
    unseen = tuple(row >> 2 for row in rows if row & 1)
    return Standing(
        unseen=unseen,
        meta=frozenset(row >> 2 for row in rows if row & 2),
        progress=Progress(len(rows) - len(unseen), len(rows)),
    )


@functools.lru_cache(maxsize=64)
def _standing_in(round_id: int, moderation: str) -> Select[int]:
    """Return what asks for every statement that is seen in a round, and whether it was voted on.

    One number a statement: three columns of some hundreds of rows take twice as long.
    """
    facts = case((Statement.is_meta, 2), else_=0) + case((Vote.value.is_(None), 1), else_=0)
    return (
        select(Statement.id * 4 + facts)
        .outerjoin(Vote, and_(Vote.statement_id == Statement.id, Vote.pid == bindparam("pid")))
        .where(is_visible(Round(id=round_id, moderation=moderation)))
        .order_by(Statement.id)
    )


@functools.lru_cache(maxsize=64)
def _seen_numbered(round_id: int, moderation: str) -> Select[int, bytes | None]:
    seen = is_visible(Round(id=round_id, moderation=moderation))
    on_paper = and_(PaperVote.statement_id == Statement.id, PaperVote.pid == bindparam("pid"))
    return (
        select(Statement.id, PaperVote.pid)
        .outerjoin(PaperVote, on_paper)
        .where(seen, Statement.number == bindparam("number"))
    )


def statement_to_vote_on(session: Session, found: Round, pid: bytes, number: int) -> Votable:
    """Return a statement that is seen, by its number; or refuse."""
    asked = _seen_numbered(found.id, found.moderation)
    row = session.execute(asked, {"number": number, "pid": pid}).one_or_none()
    if row is None:
        raise NotFound("This statement is not there any more.")
    return Votable(row[0], is_from_paper=row[1] is not None)


def progress_of(session: Session, found: Round, pid: bytes) -> Progress:
    """Read how far somebody is."""
    return standing_of(session, found, pid).progress


def words_of(session: Session, statement_id: int, language: str) -> tuple[int, str, str]:
    """Read a statement for a reader: its number, its text, and the language of that text."""
    asked = {"statement_id": statement_id, "language": language}
    number, text, its_language = session.execute(_WORDS, asked).one()
    return number, text, its_language


def value_of(session: Session, found: Round, pid: bytes, number: int) -> int | None:
    """Read what somebody thinks of one statement; nothing when they did not vote on it."""
    of_it = select(Vote.value).join(Statement, Statement.id == Vote.statement_id)
    theirs = (Statement.round_id == found.id, Statement.number == number, Vote.pid == pid)
    return session.scalar(of_it.where(*theirs))


def said_about(session: Session, found: Round, pid: bytes, number: int) -> Said:
    """Read one statement that is seen, with what somebody thinks of it."""
    one = _with_votes(found, pid).where(Statement.number == number)
    row = session.execute(one).unique().one_or_none()
    if row is None:
        raise NotFound("This statement is not there any more.")
    statement, value = row
    return Said(statement, value)


def all_said(session: Session, found: Round, pid: bytes) -> list[Said]:
    """List what somebody voted on, by the number of the statement."""
    theirs = _with_votes(found, pid).where(Vote.value.is_not(None)).order_by(Statement.number)
    return [Said(statement, value) for statement, value in session.execute(theirs).unique()]


def statements_left(session: Session, found: Round, pid: bytes) -> int:
    """Return how many statements somebody may still add."""
    own = select(func.count(Statement.id)).where(
        Statement.round_id == found.id, Statement.author == pid
    )
    return found.quota - (session.scalar(own) or 0)


def background_of(session: Session, pid: bytes) -> dict[int, str]:
    """Read what somebody said about themselves: question to option."""
    told = select(BackgroundAnswer.question_id, BackgroundAnswer.option)
    return dict(session.execute(told.where(BackgroundAnswer.pid == pid)).all())


def seen_texts(session: Session, found: Round) -> list[tuple[int, str]]:
    """List what people can vote on now: number and text."""
    seen = select(Statement.number, Statement.text).where(is_visible(found))
    return [(number, text) for number, text in session.execute(seen.order_by(Statement.number))]


def lottery_is_flat(session: Session, found: Round) -> bool:
    """Tell whether all statements come up alike, though people voted: then the lottery is broken.

    Before there is a vote for every statement they are all new, and alike for a good reason.
    """
    ordinary = select(Statement.id).where(is_visible(found), Statement.is_meta.is_(False))
    statements = list(session.scalars(ordinary))
    tallies = tallies_of(session, found)
    votes = sum(tally.votes for tally in tallies.values())
    return votes >= len(statements) and are_flat(weights(statements, tallies))


def tallies_of(session: Session, found: Round) -> dict[int, Tally]:
    """Count the votes on every statement of a round, by row number."""
    agree = func.count().filter(Vote.value == 1)
    passes = func.count().filter(Vote.value == 0)
    counted = (
        select(Vote.statement_id, agree, passes, func.count())
        .join(Statement, Statement.id == Vote.statement_id)
        .where(Statement.round_id == found.id)
        .group_by(Vote.statement_id)
    )
    return {row[0]: Tally(*row[1:]) for row in session.execute(counted)}


def _with_votes(found: Round, pid: bytes) -> Select[Statement, int]:
    return (
        select(Statement, Vote.value)
        .outerjoin(Vote, and_(Vote.statement_id == Statement.id, Vote.pid == pid))
        .where(is_visible(found))
        .options(joinedload(Statement.translations))
    )
