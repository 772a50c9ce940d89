"""Letters: codes in batches, of which only a keyed hash stays here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.notation import codes
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_participation import pseudonyms
from waardewerk_participation.address_list import MOST_ROWS
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Code, CodeBatch, Round
from waardewerk_participation.operations.trail import log

#: In a smaller batch a used code says too much about whose it is.
FEWEST = 50
MOST = MOST_ROWS
LONGEST_LABEL = 100


def check_size(size: int) -> None:
    """Refuse a batch that is too small to hide who took part, or too large to make."""
    if size < FEWEST:
        raise Refusal(
            "Make at least %(fewest)s letters at once. In a smaller batch it shows too easily who "
            "took part.",
            fewest=FEWEST,
        )
    if size > MOST:
        raise Refusal("Make at most %(most)s letters at once.", most=MOST)


def new_codes(size: int) -> list[str]:
    """Make codes by chance: 60 bits each, so that nobody finds one by trying."""
    check_size(size)
    return [codes.spelled(secrets.token_bytes(8)) for _place in range(size)]


def check_takes_letters(found: Round) -> None:
    """Refuse letters for a round that nobody can join with a code, or not any more."""
    if found.joining != "code":
        raise NotNow("People do not join this round with a code from a letter.")
    if found.phase not in ("prepare", "vote", "second_vote"):
        raise NotNow("Voting is over: a letter would come too late.")
    if found.closes_at is None:
        raise NotNow("First say until when people can take part: that is in the letter.")


def keep_codes(
    session: Session,
    found: Round,
    made: Sequence[str],
    *,
    label: str,
    nonce: str,
    keys: Keys,
    actor_id: int | None,
    now: datetime,
) -> CodeBatch:
    """Store the codes of a batch of letters, before the letters leave."""
    db.hold(session, found)
    check_takes_letters(found)
    batch = CodeBatch(
        round_id=found.id,
        label=tidy_words(label, LONGEST_LABEL),
        size=len(made),
        made_on=day_of(now),
        made_by=actor_id,
        nonce=nonce,
    )
    _add(session, batch)
    key = keys.read(found.key_name)
    # In the order of the hashes: the order of the letters would say whose they are.
    hashes = sorted(pseudonyms.invitation(key, code) for code in made)
    session.execute(
        insert(Code), [{"hash": one, "batch_id": batch.id, "state": "open"} for one in hashes]
    )
    _log(session, "round.letters_made", found, batch, actor_id=actor_id, now=now)
    return batch


def _add(session: Session, batch: CodeBatch) -> None:
    try:
        with session.begin_nested():
            session.add(batch)
    except IntegrityError as fault:
        raise Conflict(
            "These letters were made already, and their file was given then. If you do not have "
            "it, revoke that batch and make another."
        ) from fault


def batch_of(session: Session, found: Round, batch_id: int) -> CodeBatch:
    """Return a batch of letters of this round, or refuse."""
    batch = session.get(CodeBatch, batch_id)
    if batch is None or batch.round_id != found.id:
        raise NotFound("This batch of letters does not exist.")
    return batch


def revoke(
    session: Session, found: Round, batch: CodeBatch, *, actor_id: int | None, now: datetime
) -> None:
    """End the codes of a batch that nobody used; who took part with one keeps it."""
    db.hold(session, batch)
    if batch.revoked_on is not None:
        return
    batch.revoked_on = day_of(now)
    of_it = update(Code).where(Code.batch_id == batch.id, Code.state == "open")
    session.execute(of_it.values(state="revoked"))
    # How many were revoked is not said: with the size it tells how many people took part.
    _log(session, "round.letters_revoked", found, batch, actor_id=actor_id, now=now)


def use_on_paper(session: Session, found: Round, typed: str, keys: Keys) -> bytes:
    """Read the code on a booklet; return which participant it makes."""
    code = codes.as_typed(typed)
    if code is None:
        raise Refusal("This is not a code from a letter. A code has 12 letters and digits.")
    key = keys.read(found.key_name)
    of_it = (
        select(Code)
        .join(CodeBatch, CodeBatch.id == Code.batch_id)
        .where(CodeBatch.round_id == found.id, Code.hash == pseudonyms.invitation(key, code))
    )
    known = session.scalar(of_it)
    if known is None:
        raise Refusal("This code is not from a letter about this round. Look at it once more.")
    if known.state == "revoked":
        raise Refusal("The letter with this code was revoked. Type the booklet without it.")
    known.state = "used"
    return pseudonyms.participant(key, code)


def _log(
    session: Session,
    action: str,
    found: Round,
    batch: CodeBatch,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    details = {"batch": batch.id, "letters": batch.size}
    log(session, action, found, actor_id, now, details)
