"""Put a statement in the other languages of its round; approved, it counts as one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, Refusal
from waardewerk_participation import hints
from waardewerk_participation.models import Round, Statement, Translation
from waardewerk_participation.operations.trail import check_not_closed, log


@dataclass(frozen=True)
class Translated:
    """A statement in another language, as somebody typed it."""

    language: str
    text: str
    #: Whether a moderator found that it says the same.
    is_approved: bool
    #: What stood there when the form was opened.
    before: str


def translate(
    session: Session,
    found: Round,
    statement: Statement,
    said: Translated,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write a translation, approve it or withdraw that; without text it goes away."""
    db.hold(session, found)
    check_not_closed(found)
    db.hold(session, statement)
    if said.language not in found.languages or said.language == statement.language:
        raise Refusal("Choose another language of this round.")
    session.refresh(statement, ["translations"])
    kept = {one.language: one for one in statement.translations}.get(said.language)
    if (kept.text if kept else "") != said.before:
        raise Conflict("Somebody else changed this translation meanwhile. Look at it again.")
    _keep(statement, kept, said, actor_id)
    details = {
        "statement": statement.number,
        "language": said.language,
        "approved": said.is_approved,
    }
    log(session, "round.statement_translated", found, actor_id, now, details)


def _keep(
    statement: Statement,
    kept: Translation | None,
    said: Translated,
    actor_id: int | None,
) -> None:
    if not said.text.strip():
        if kept is not None:
            statement.translations.remove(kept)
        return
    if kept is None:
        kept = Translation(statement_id=statement.id, language=said.language)
        statement.translations.append(kept)
    kept.text = hints.tidied(said.text)
    kept.is_approved = said.is_approved
    kept.approved_by = actor_id if said.is_approved else None
