"""What closing a round brings about, and the end of its key.

From closing on nothing is added. What was counted is written down so that everybody can check it,
answers stand and are told, and the files of the database are written anew. After a number of days
the key goes: from then on nobody, with whatever list, can tell who a participant was.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.refusal import Refusal
from waardewerk_participation import traces
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import (
    Code,
    CodeBatch,
    PaperBatch,
    PaperEntry,
    Round,
    Statement,
)
from waardewerk_participation.operations import answering, following
from waardewerk_participation.operations.trail import head_of
from waardewerk_participation.queries.votes import manifest_of


def conclude(session: Session, found: Round, *, now: datetime) -> None:
    """Do what belongs to closing, in the transaction in which a round is closed."""
    # Here and not in a job: it says what was closed at the moment at which it was, and the votes of
    # one round are read in seconds. Only who writes in this round waits for it.
    found.manifest = manifest_of(session, found) | {"trail": head_of(session, found)}
    answering.announce_all(session, found)
    following.tell_later(session, found, now=now)
    traces.leave_no_order_later(session, found, now=now)


def destroy_key(
    session: Session,
    found: Round,
    keys: Keys,
    *,
    typed: str | None = None,
    actor_id: int | None,
    now: datetime,
) -> bool:
    """Destroy the key of a closed round, and what only it could link; tell whether it was there.

    Somebody who does it by hand types the round's short name. Once destroyed it stays so.
    """
    db.hold(session, found)
    if found.phase != "closed":
        raise Refusal("Close the round first: until then people need the key to come back.")
    if typed is not None and typed.strip().lower() != found.slug:
        raise Refusal("That is not the short name of this round: %(slug)s.", slug=found.slug)
    if found.key_destroyed_at is not None:
        return False
    links = forget_links(session, found)
    # In this order: a key that is gone while the round says that it is not does no harm, and the
    # next run sets it right.
    keys.destroy(found.key_name)
    found.key_destroyed_at = now
    session.flush()
    traces.leave_no_order_later(session, found, now=now)
    audit.record(
        session,
        "participation.key_destroyed",
        f"round:{found.id}",
        actor_id=actor_id,
        now=now,
        details=links,
    )
    return True


def forget_links(session: Session, found: Round) -> dict[str, int]:
    """Forget what leads from a letter or a statement to a participant; return how much it was."""
    letters = select(CodeBatch.id).where(CodeBatch.round_id == found.id)
    piles = select(PaperBatch.id).where(PaperBatch.round_id == found.id)
    written = update(Statement).where(Statement.round_id == found.id, Statement.author.is_not(None))
    gone: dict[str, Update | Delete] = {
        "codes": delete(Code).where(Code.batch_id.in_(letters)),
        "booklets": delete(PaperEntry).where(PaperEntry.batch_id.in_(piles)),
        "authors": written.values(author=None, nonce=None),
    }
    return {what: db.changed(session, statement) for what, statement in gone.items()}
