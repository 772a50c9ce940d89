"""Reads: the queue of moderators, what they decided, and whom that touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound
from waardewerk_participation import hints
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Judgement,
    Participant,
    Round,
    Statement,
)
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.small_cells import ShownTable, hide_small

#: What moderators have to look at.
OPEN = ("waiting", "doubted")
#: Who wrote these is a participant, and hears what became of it.
OF_PARTICIPANTS = ("participant", "paper")


@dataclass(frozen=True)
class Looked:
    """A statement as a moderator sees it."""

    statement: Statement
    #: What was decided about it, the newest first.
    judgements: tuple[Judgement, ...]

    @property
    def seen(self) -> int:
        """What the next judgement builds on."""
        return self.judgements[0].id if self.judgements else 0

    @property
    def doubt(self) -> Judgement | None:
        """What a second reader is asked to decide, while that is asked."""
        if self.statement.state != "doubted":
            return None
        return next((one for one in self.judgements if one.act == "doubt"), None)


@dataclass(frozen=True)
class Queued(Looked):
    """A statement in the queue, with what may be wrong with it."""

    hints: tuple[hints.Hint, ...]
    #: The number of a statement that says the same.
    same: int | None


@dataclass(frozen=True)
class LogLine:
    """What was done on a day, for how many statements."""

    day: date
    act: str
    reason: str
    count: int


@dataclass(frozen=True)
class Touched:
    """How moderation turned out for people of one kind: let in whole, or left out in part."""

    #: A channel; or the number of a background question.
    about: str | BackgroundQuestion
    #: Channels, or keys of the options.
    kinds: tuple[str, ...]
    #: A row per kind: people all of whose statements were let in, and the others.
    people: ShownTable


@dataclass(frozen=True)
class Effect:
    """What moderation did to what participants wrote."""

    accepted: int
    rejected: int
    waiting: int
    #: Rejected statements by reason.
    reasons: dict[str, int]
    touched: tuple[Touched, ...]


def get_statement(session: Session, found: Round, number: int) -> Statement:
    """Return the statement with that number in a round, or refuse."""
    statement = session.scalar(_whole().where(*_numbered(found, number)))
    if statement is None:
        raise NotFound("There is no statement %(number)s in this round.", number=number)
    return statement


def look_at(session: Session, statement: Statement) -> Looked:
    """Return a statement as a moderator sees it."""
    return Looked(statement, _judgements_of(session, [statement]).get(statement.id, ()))


def listed(
    session: Session, found: Round, *, state: str = "", only_visible: bool, start: int, most: int
) -> list[Statement]:
    """List statements of a round by number, of one state or of all."""
    query = _whole().where(*_listed(found, state, only_visible)).order_by(Statement.number)
    return list(session.scalars(query.offset(start).limit(most)))


def count_by_state(session: Session, found: Round, *, only_visible: bool) -> dict[str, int]:
    """Count the statements of a round in each state."""
    counted = select(Statement.state, func.count()).where(*_listed(found, "", only_visible))
    return dict(session.execute(counted.group_by(Statement.state)).all())


def waiting_in(session: Session, found: Round) -> int:
    """Count the statements of a round that wait for a moderator."""
    of_it = select(func.count()).select_from(Statement).where(Statement.round_id == found.id)
    return session.scalar(of_it.where(Statement.state.in_(OPEN))) or 0


def queue(session: Session, found: Round) -> list[Queued]:
    """List what moderators have to look at, what came in first on top."""
    of_it = _whole().where(Statement.round_id == found.id, Statement.state.in_(OPEN))
    waiting = list(session.scalars(of_it.order_by(Statement.received_on, Statement.number)))
    judged = _judgements_of(session, waiting)
    known = _numbers_by_sameness(session, found)
    return [
        Queued(
            one,
            judged.get(one.id, ()),
            tuple(hints.look_at(one.text, one.language)),
            _other_than(one, known),
        )
        for one in waiting
    ]


@dataclass(frozen=True)
class Waiting:
    """How many statements of a round wait for a moderator, and since when the oldest does."""

    found: Round
    #: ``waiting``, or ``doubted`` when a second reader has to decide.
    state: str
    count: int
    since: date | None


def waiting_for(session: Session, moderator_id: int | None) -> list[Waiting]:
    """Return what waits for this moderator, by round and state; nothing that they doubted.

    Somebody else decides about that.
    """
    who_doubted = (
        select(Judgement.moderator_id)
        .where(Judgement.statement_id == Statement.id, Judgement.act == "doubt")
        .order_by(Judgement.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    first = func.min(Statement.received_on)
    counted = (
        select(
            Statement.round_id, Statement.state, func.count().label("number"), first.label("first")
        )
        .where(
            Statement.state.in_(OPEN),
            or_(Statement.state == "waiting", who_doubted.is_distinct_from(moderator_id)),
        )
        .group_by(Statement.round_id, Statement.state)
        .subquery()
    )
    rows = (
        select(Round, counted.c.state, counted.c.number, counted.c.first)
        .join(counted, counted.c.round_id == Round.id)
        .where(Round.is_imported.is_(False), Round.phase != "closed")
        .order_by(Round.slug, counted.c.state.desc())
    )
    return [Waiting(*row) for row in session.execute(rows)]


def log_of(session: Session, found: Round) -> list[LogLine]:
    """Return what was done per day, the newest first: no text, and nobody's name."""
    of_it = select(Judgement.made_at, Judgement.act, Judgement.reason).where(
        Judgement.round_id == found.id
    )
    counted = Counter((day_of(made), act, reason) for made, act, reason in session.execute(of_it))
    lines = [LogLine(*what, count) for what, count in counted.items()]
    return sorted(sorted(lines, key=lambda one: (one.act, one.reason)), key=_newest)


def _newest(line: LogLine) -> int:
    return -line.day.toordinal()


def effect_of(session: Session, found: Round, k: int) -> Effect:
    """Return what moderation did to statements of participants, and to which people.

    No number of people under ``k`` can be read from it, nor found by subtraction. People are only
    counted by kind when nothing is judged any more: who looks before and after one decision would
    otherwise read of which kind its author is.
    """
    of_it = select(Statement.id, Statement.state, Statement.author).where(
        Statement.round_id == found.id, Statement.origin.in_(OF_PARTICIPANTS)
    )
    rows = session.execute(of_it).all()
    states = Counter(state for _id, state, _author in rows)
    return Effect(
        accepted=states["accepted"],
        rejected=states["rejected"],
        waiting=states["waiting"] + states["doubted"],
        reasons=_reasons(session, found),
        touched=(
            _touched(session, found, _authors((state, who) for _id, state, who in rows), k)
            if found.phase == "closed"
            else ()
        ),
    )


def _reasons(session: Session, found: Round) -> dict[str, int]:
    """Count the statements of participants that are rejected now, by the last reason given."""
    counted = (
        select(Judgement.reason, func.count())
        .join(Statement, Statement.id == Judgement.statement_id)
        .where(
            Judgement.id.in_(_newest_ids(Judgement.round_id == found.id, Judgement.act != "edit")),
            Statement.state == "rejected",
            Statement.origin.in_(OF_PARTICIPANTS),
        )
    )
    return dict(session.execute(counted.group_by(Judgement.reason)).all())


def _authors(rows: Iterable[tuple[str, bytes | None]]) -> dict[bytes, bool]:
    """Return every author of whom something was judged, and whether all of it was let in."""
    whole: dict[bytes, bool] = {}
    for state, author in rows:
        if author is not None and state in {"accepted", "rejected"}:
            whole[author] = whole.get(author, True) and state == "accepted"
    return whole


def _touched(
    session: Session, found: Round, authors: dict[bytes, bool], k: int
) -> tuple[Touched, ...]:
    if not authors:
        return ()
    channels = select(Participant.pid, Participant.channel).where(
        Participant.round_id == found.id, Participant.pid.in_(_pids_of_authors(found))
    )
    tables = [_table("channel", dict(session.execute(channels).all()), authors, k)]
    answers = select(
        BackgroundAnswer.question_id, BackgroundAnswer.pid, BackgroundAnswer.option
    ).where(BackgroundAnswer.pid.in_(_pids_of_authors(found)))
    given: dict[int, dict[bytes, str]] = {}
    for question_id, pid, option in session.execute(answers):
        given.setdefault(question_id, {})[pid] = option
    questions = select(BackgroundQuestion).where(BackgroundQuestion.round_id == found.id)
    tables += [
        _table(question, given.get(question.id, {}), authors, k)
        for question in session.scalars(questions.order_by(BackgroundQuestion.position))
    ]
    return tuple(tables)


def _pids_of_authors(found: Round) -> Select[bytes | None]:
    return select(Statement.author).where(
        Statement.round_id == found.id, Statement.author.is_not(None)
    )


def _table(
    about: str | BackgroundQuestion, kind_of: dict[bytes, str], authors: dict[bytes, bool], k: int
) -> Touched:
    """Count people by kind; who said nothing about themselves is a kind too, with an empty name."""
    counted = Counter((kind_of.get(pid, ""), whole) for pid, whole in authors.items())
    kinds = tuple(sorted({kind for kind, _whole in counted}))
    cells = [[counted[kind, True], counted[kind, False]] for kind in kinds]
    return Touched(about, kinds, hide_small(cells, k))


def _whole() -> Select[Statement]:
    return select(Statement).options(
        selectinload(Statement.translations), selectinload(Statement.values)
    )


def _numbered(found: Round, number: int) -> tuple[ColumnElement[bool], ...]:
    return Statement.round_id == found.id, Statement.number == number


def _listed(found: Round, state: str, only_visible: bool) -> tuple[ColumnElement[bool], ...]:
    chosen = [is_visible(found) if only_visible else Statement.round_id == found.id]
    if state:
        chosen.append(Statement.state == state)
    return tuple(chosen)


def _newest_ids(*which: ColumnElement[bool]) -> Select[int]:
    return select(func.max(Judgement.id)).where(*which).group_by(Judgement.statement_id)


def _judgements_of(
    session: Session, statements: Iterable[Statement]
) -> dict[int, tuple[Judgement, ...]]:
    """Return what was decided about each statement, the newest first."""
    ids = [one.id for one in statements]
    of_them = select(Judgement).where(Judgement.statement_id.in_(ids))
    found: dict[int, tuple[Judgement, ...]] = {}
    for one in session.scalars(of_them.order_by(Judgement.id)):
        found[one.statement_id] = (one, *found.get(one.statement_id, ()))
    return found


def _numbers_by_sameness(session: Session, found: Round) -> dict[str, list[int]]:
    """Return which statements say the same; what was rejected says nothing."""
    rows = select(Statement.number, Statement.text).where(
        Statement.round_id == found.id, Statement.state != "rejected"
    )
    known: dict[str, list[int]] = {}
    for number, text in session.execute(rows.order_by(Statement.number)):
        known.setdefault(hints.sameness(text), []).append(number)
    return known


def _other_than(statement: Statement, known: dict[str, list[int]]) -> int | None:
    same = known.get(hints.sameness(statement.text), [])
    return next((number for number in same if number != statement.number), None)
