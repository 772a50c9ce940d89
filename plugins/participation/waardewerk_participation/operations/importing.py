"""Bring in open data that was published elsewhere, and remove it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.refusal import NotAllowed, NotNow, Refusal
from waardewerk_participation.models import (
    ImportedParticipant,
    ImportedVote,
    Result,
    Round,
    Statement,
)

if TYPE_CHECKING:
    from waardewerk_participation.polis_export import Export, ExportedVotes

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_AT_A_TIME = 20_000


def check_slug(session: Session, slug: str) -> None:
    """Refuse a short name that cannot be one, or that another round has."""
    if not _SLUG.fullmatch(slug):
        raise Refusal(
            "A short name has small letters, digits, dots, dashes and underscores, 64 at most, "
            "and begins with a letter or digit."
        )
    if session.scalar(select(Round.id).where(Round.slug == slug)) is not None:
        raise NotNow("There is a round “%(slug)s” already: choose another name.", slug=slug)


def import_round(
    session: Session, export: Export, slug: str, *, actor_id: int | None, now: datetime
) -> Round:
    """Keep a conversation that was read as a closed round of imported open data."""
    check_slug(session, slug)
    made = Round(
        slug=slug,
        title=export.title or slug,
        is_imported=True,
        phase="closed",
        languages=[],
        source=export.source,
        made_at=now,
    )
    session.add(made)
    session.flush()
    _keep_statements_and_people(session, made, export)
    for rows in _votes_of(made, export.votes):
        session.execute(insert(ImportedVote), rows)
    counts = {
        "participants": len(export.participants),
        "statements": len(export.statements),
        "votes": len(export.votes),
    }
    audit.record(
        session,
        "participation.imported",
        _subject(made),
        actor_id=actor_id,
        now=now,
        details=counts,
    )
    return made


def remove_imported_round(
    session: Session, found: Round, *, actor_id: int | None, now: datetime
) -> None:
    """Remove imported open data with everything that was counted from it."""
    if not found.is_imported:
        raise NotAllowed("Only imported open data can be removed like this.")
    # The votes first and by themselves: going down from each statement would be slow.
    for table in (ImportedVote, ImportedParticipant, Statement, Result):
        session.execute(delete(table).where(table.round_id == found.id))
    session.delete(found)
    audit.record(session, "participation.removed", _subject(found), actor_id=actor_id, now=now)


def _keep_statements_and_people(session: Session, made: Round, export: Export) -> None:
    statements = [
        {
            "round_id": made.id,
            "number": one.number,
            "text": one.text,
            "state": "rejected" if one.is_rejected else "accepted",
            "origin": "imported",
            "is_meta": one.is_meta,
        }
        for one in export.statements
    ]
    people = [
        {"round_id": made.id, "number": number, "published_group": group}
        for number, group in export.participants.items()
    ]
    for table, rows in ((Statement, statements), (ImportedParticipant, people)):
        if rows:
            session.execute(insert(table), rows)


def _votes_of(made: Round, votes: ExportedVotes) -> Iterator[list[dict[str, int]]]:
    """Give the rows of votes, some at a time: all at once would not fit in memory."""
    for begin in range(0, len(votes), _AT_A_TIME):
        part = slice(begin, begin + _AT_A_TIME)
        cells = zip(
            votes.participants[part].tolist(),
            votes.statements[part].tolist(),
            votes.values[part].tolist(),
            strict=True,
        )
        yield [
            {"round_id": made.id, "participant": person, "statement": statement, "value": value}
            for person, statement, value in cells
        ]


def _subject(one: Round) -> str:
    return f"round:{one.id}"
