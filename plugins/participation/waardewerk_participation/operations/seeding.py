"""Put statements in a round with which it begins: typed one by one, or from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.refusal import Refusal
from waardewerk_participation import hints
from waardewerk_participation.csv_tables import shown
from waardewerk_participation.models import Round, Statement, StatementValue
from waardewerk_participation.operations.tagging import check_values, values_to_choose
from waardewerk_participation.queries.rounds import next_number
from waardewerk_participation.statement_files import (
    Expected,
    RowProblem,
    SeedStatement,
    read_statements,
)

#: Later on nobody could answer them any more.
PHASES = ("prepare", "vote")
MOST_STATEMENTS = 2_000


@dataclass(frozen=True)
class Report:
    """What came of a file: which statements were added and which rows were not read."""

    encoding: str
    added: int
    problems: tuple[RowProblem, ...]


def add_statement(
    session: Session,
    found: Round,
    said: SeedStatement,
    *,
    today: date,
    actor_id: int | None,
    now: datetime,
) -> Statement:
    """Add one statement of the province itself; people can answer it at once."""
    _check_open(session, found)
    if said.language not in found.languages:
        raise Refusal("Choose a language of this round.")
    check_values(session, said.values, today)
    known = known_texts(session, found)
    made = _keep(session, found, said, known, today)
    _record(session, found, 1, actor_id=actor_id, now=now)
    return made


def add_from_file(
    session: Session,
    found: Round,
    content: bytes,
    *,
    today: date,
    actor_id: int | None,
    now: datetime,
) -> Report:
    """Add the statements of a CSV file; a row that is wrong costs only that row."""
    _check_open(session, found)
    values = values_to_choose(session, today, found.languages[0])
    file = read_statements(content, Expected(found.languages, values))
    known = known_texts(session, found)
    problems = list(file.problems)
    for row, said in file.good:
        try:
            check_values(session, said.values, today)
            _keep(session, found, said, known, today)
        except Refusal as refusal:
            problems.append(RowProblem(row, shown(said.text), refusal.message, refusal.details))
    added = len(file.good) + len(file.problems) - len(problems)
    if added:
        _record(session, found, added, actor_id=actor_id, now=now)
    return Report(file.encoding, added, tuple(sorted(problems, key=lambda one: one.row)))


def known_texts(session: Session, found: Round) -> dict[str, int]:
    """Return what is said in a round already, by what makes two texts the same: its number.

    What was rejected does not count: nobody can answer it.
    """
    rows = session.execute(
        select(Statement.text, Statement.number).where(
            Statement.round_id == found.id, Statement.state != "rejected"
        )
    )
    return {hints.sameness(text): number for text, number in rows}


def _check_open(session: Session, found: Round) -> None:
    # Numbers follow each other: who adds at the same moment waits.
    db.hold(session, found)
    if found.phase not in PHASES:
        raise Refusal("Statements are added before voting ends.")


def _keep(
    session: Session, found: Round, said: SeedStatement, known: dict[str, int], today: date
) -> Statement:
    text = hints.tidied(said.text)
    same = known.get(hints.sameness(text))
    if same is not None:
        raise Refusal("Statement %(number)s says the same.", number=same)
    number = next_number(session, found)
    if number > MOST_STATEMENTS:
        raise Refusal("A round holds at most %(most)s statements.", most=MOST_STATEMENTS)
    made = Statement(
        round_id=found.id,
        number=number,
        text=text,
        language=said.language,
        origin="seed",
        state="accepted",
        received_on=today,
        values=[StatementValue(value=key, is_confirmed=True) for key in sorted({*said.values})],
    )
    session.add(made)
    session.flush()
    known[hints.sameness(text)] = made.number
    return made


def _record(
    session: Session, found: Round, added: int, *, actor_id: int | None, now: datetime
) -> None:
    audit.record(
        session,
        "participation.statements_added",
        f"round:{found.id}",
        actor_id=actor_id,
        now=now,
        details={"statements": added},
    )
