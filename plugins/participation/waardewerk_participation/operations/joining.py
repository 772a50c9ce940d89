"""Take part: by the open link, with the code in a letter, or as somebody who is signed in.

None of it leaves an entry in the audit trail: that would keep who joined after whom, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.notation import codes
from waardewerk.refusal import NotFound, Refusal
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Code,
    CodeBatch,
    Participant,
    Round,
)
from waardewerk_participation.operations import phases
from waardewerk_participation.operations.voting import hold_participant, insert_in


class UnknownCode(NotFound):
    """No letter of this round has this code."""

    code = "unknown-code"


class CodeRevoked(Refusal):
    """The code was in a letter of this round and does not count any more."""

    status = 410
    code = "code-revoked"


@dataclass(frozen=True)
class Joined:
    """Which participant a code belongs to, and whether it was used for the first time."""

    pid: bytes
    code: str
    is_first: bool


def join(
    session: Session, found: Round, key: bytes, secret: str, channel: str, *, now: datetime
) -> bytes:
    """Let somebody take part; whoever takes part already is the same participant again."""
    phases.check_takes_votes(session, found, now)
    pid = pseudonyms.participant(key, secret)
    row = insert_in(session.get_bind().dialect.name, Participant)
    row = row.values(pid=pid, round_id=found.id, channel=channel)
    session.execute(row.on_conflict_do_nothing())  # type: ignore[attr-defined]
    return pid


def join_with_code(
    session: Session, found: Round, key: bytes, typed: str, *, now: datetime
) -> Joined:
    """Let somebody take part with the code in a letter; a second device is the same person."""
    code = codes.as_typed(typed)
    letter = _letter_with(session, found, key, code) if code else None
    if code is None or letter is None:
        raise UnknownCode(
            "This code is not known in this round. Look at your letter and type it again."
        )
    if letter.state == "revoked":
        raise CodeRevoked("This code does not count any more. Ask the province for a new letter.")
    pid = join(session, found, key, code, "letter", now=now)
    used = update(Code).where(Code.hash == letter.hash, Code.state == "open").values(state="used")
    is_first = db.changed(session, used) == 1
    return Joined(pid, code, is_first)


def tell_about_oneself(
    session: Session, found: Round, pid: bytes, told: dict[int, str], *, now: datetime
) -> None:
    """Keep what a participant says about themselves: question to option, and what is left open."""
    phases.check_takes_votes(session, found, now)
    hold_participant(session, found, pid)
    asked = select(BackgroundQuestion).where(BackgroundQuestion.round_id == found.id)
    questions = {question.id: question for question in session.scalars(asked)}
    for question_id, option in told.items():
        options = questions[question_id].options if question_id in questions else ()
        if option not in {one["key"] for one in options}:
            raise Refusal("Choose one of the answers.")
    session.execute(delete(BackgroundAnswer).where(BackgroundAnswer.pid == pid))
    rows = [{"pid": pid, "question_id": one, "option": option} for one, option in told.items()]
    if rows:
        session.execute(insert(BackgroundAnswer), rows)


def _letter_with(session: Session, found: Round, key: bytes, code: str) -> Code | None:
    hashed = pseudonyms.invitation(key, code)
    of_it = select(Code).join(CodeBatch, CodeBatch.id == Code.batch_id)
    return session.scalar(of_it.where(Code.hash == hashed, CodeBatch.round_id == found.id))
