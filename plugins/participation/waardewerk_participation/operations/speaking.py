"""Say something oneself: a statement that others react to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import NotNow, Refusal
from waardewerk_participation import hints, pseudonyms
from waardewerk_participation.models import Round, Statement, StatementValue
from waardewerk_participation.operations import phases
from waardewerk_participation.operations.tagging import check_values
from waardewerk_participation.operations.voting import hold_participant
from waardewerk_participation.queries import taking_part
from waardewerk_participation.queries.rounds import next_number

NONCE = 32
#: Two people can take the same number at one moment; more than so many cannot, time after time.
TRIES = 20


def say(
    session: Session,
    found: Round,
    pid: bytes,
    text: str,
    language: str,
    values: Collection[str],
    nonce: str,
    *,
    secret: str,
    now: datetime,
    receipt_code: str = "",
) -> Statement:
    """Add a statement of a participant; a form that is sent twice makes one.

    It waits for a moderator. With ``receipt_code`` its author can find out what became of it.
    """
    phases.check_takes_votes(session, found, now)
    # What they send at one moment is counted one by one: else the quota would not hold.
    hold_participant(session, found, pid)
    earlier = _with_nonce(session, found, nonce)
    if earlier is not None:
        return _of_the_same_author(earlier, pid)
    check_may_say(session, found, pid)
    chosen = check_values(session, values, day_of(now))
    made = Statement(
        round_id=found.id,
        text=hints.tidied(text),
        language=_offered(found, language),
        origin="participant",
        state="waiting",
        author=pid,
        receipt=pseudonyms.receipt_hash(secret, receipt_code) if receipt_code else None,
        nonce=nonce,
        received_on=day_of(now),
    )
    made.values = [StatementValue(value=key) for key in sorted(chosen)]
    return _numbered(session, found, made)


def check_may_say(session: Session, found: Round, pid: bytes) -> None:
    """Refuse who may not add a statement now, and say why."""
    if found.phase != "vote":
        raise NotNow("In the second vote no statements are added.")
    if taking_part.statements_left(session, found, pid) <= 0:
        raise NotNow("You added as many statements as you can in this round. Thank you.")
    if not taking_part.progress_of(session, found, pid).is_worth_a_say:
        raise NotNow("First vote on ten statements. Perhaps somebody said it already.")


def _offered(found: Round, language: str) -> str:
    if language not in found.languages:
        raise Refusal("Choose one of the languages of this round.")
    return language


def _with_nonce(session: Session, found: Round, nonce: str) -> Statement | None:
    if len(nonce) != NONCE or set(nonce) - set("0123456789abcdef"):
        raise Refusal("This form is not whole. Open the page again and write it once more.")
    same = select(Statement).where(Statement.round_id == found.id, Statement.nonce == nonce)
    return session.scalar(same)


def _of_the_same_author(earlier: Statement, pid: bytes) -> Statement:
    if earlier.author != pid:
        raise NotNow("This form was used already. Open the page again and write it once more.")
    return earlier


def _numbered(session: Session, found: Round, made: Statement) -> Statement:
    """Give a statement the next number, also when others take one at the same moment."""
    for _again in range(TRIES):
        made.number = next_number(session, found)
        try:
            with session.begin_nested():
                session.add(made)
        except IntegrityError:
            earlier = _with_nonce(session, found, made.nonce or "")
            if earlier is not None:
                return _of_the_same_author(earlier, made.author or b"")
            continue
        return made
    raise NotNow("Many people say something right now. Send it again.")
