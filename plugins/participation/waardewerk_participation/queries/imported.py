"""Reads of imported open data: who voted what is public there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, or_, select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotAllowed
from waardewerk_participation.csv_tables import ID_LIMIT
from waardewerk_participation.models import ImportedParticipant, ImportedVote, Round, Statement
from waardewerk_participation.queries.rounds import get_round

if TYPE_CHECKING:
    from waardewerk_participation.grouping.votes import Votes

_AT_A_TIME = 50_000


def get_imported_round(session: Session, slug: str) -> Round:
    """Return imported open data; who voted what in a round of one's own is for nobody."""
    found = get_round(session, slug)
    if not found.is_imported:
        raise NotAllowed("Only for imported open data it can be shown who is in which group.")
    return found


def published_groups(session: Session, found: Round) -> dict[int, int | None]:
    """Return every participant in imported data with the group that was published."""
    of_it = select(ImportedParticipant.number, ImportedParticipant.published_group).where(
        ImportedParticipant.round_id == found.id
    )
    of_it = of_it.order_by(ImportedParticipant.number)
    return {row.number: row.published_group for row in session.execute(of_it)}


def votes_in(session: Session, found: Round) -> Votes:
    """Read the votes of imported data."""
    import numpy as np

    from waardewerk_participation.grouping.votes import DISAGREE, votes_of

    # One number per row: objects with three fields take several times as long.
    person = cast(ImportedVote.participant, BigInteger)
    packed = (person * ID_LIMIT + ImportedVote.statement) * 4 + (ImportedVote.value - DISAGREE)
    rows = session.scalars(
        select(packed).where(ImportedVote.round_id == found.id),
        execution_options={"yield_per": _AT_A_TIME},
    )
    cells, values = np.divmod(np.fromiter(rows, dtype=np.int64), 4)
    people, statements = np.divmod(cells, ID_LIMIT)
    return votes_of(people, statements, values + DISAGREE, _left_out(session, found))


def _left_out(session: Session, found: Round) -> list[int]:
    """List the statements that people are not grouped by."""
    of_it = select(Statement.number).where(Statement.round_id == found.id)
    return list(session.scalars(of_it.where(or_(Statement.state != "accepted", Statement.is_meta))))
