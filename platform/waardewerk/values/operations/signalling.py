"""Signals from practice: send one, take it up, answer it.

A signal without a name leaves nothing that points to its sender: no number, no entry in the audit
trail, no count of tries, no moment finer than its day, and a number that says nothing about when.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.notation.codes import as_typed
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal, TooMany, marked
from waardewerk.values import letters, queries, receipts, signals
from waardewerk.values.models import CAUSES, SIGNAL_KINDS, Proposal, Signal
from waardewerk.wording import tidy_words

LONGEST_TEXT = 4000
#: One person on one day; whoever has more to say can talk with the keeper.
MOST_A_DAY = 20
#: Nobody can be counted without a trace, so these are counted together.
MOST_NAMELESS_A_DAY = 100
_LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody signals, and from where."""

    kind: str
    value: str = ""
    against: str = ""
    cause: str | None = None
    text: str
    source_kind: str = ""
    source_id: int | None = None
    source_title: str = ""
    source_url: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the sender gets back; a code only when there is no name to answer to."""

    signal: Signal
    code: str | None


def send_signal(
    session: Session,
    said: Said,
    *,
    sender_id: int | None,
    secret: str,
    request_key: str | None,
    now: datetime,
) -> Receipt:
    """Keep a signal; without ``sender_id`` nothing of who sent it is kept."""
    key = request_key or secrets.token_hex(16)
    code = receipts.receipt_for(secret, key) if sender_id is None else None
    same = select(Signal).where(Signal.request_key == key)
    known = session.scalar(same)
    if known is not None:
        return _receipt(known, code)
    _check_how_many(session, sender_id, now)
    signal = Signal(
        id=_free_number(session),
        **_checked(session, said, now),
        sender_id=sender_id,
        code_hash=receipts.hash_of_receipt(secret, code) if code else None,
        sent_on=day_of(now),
        request_key=key,
    )
    kept = db.add_once(session, signal, same)
    if kept is signal and sender_id is not None:
        # The trail knows moments, so what has no name is not in it.
        _record(session, "values.signal_sent", signal, actor_id=sender_id, now=now)
    return _receipt(kept, code)


def _receipt(signal: Signal, code: str | None) -> Receipt:
    return Receipt(signal, code if signal.sender_id is None else None)


def _check_how_many(session: Session, sender_id: int | None, now: datetime) -> None:
    of_sender: ColumnElement[bool] = (
        Signal.sender_id.is_(None) if sender_id is None else Signal.sender_id == sender_id
    )
    counted = select(func.count(Signal.id)).where(of_sender, Signal.sent_on == day_of(now))
    most = MOST_NAMELESS_A_DAY if sender_id is None else MOST_A_DAY
    if (session.scalar(counted) or 0) < most:
        return
    tomorrow = 24 * 60 * 60
    if sender_id is None:
        raise TooMany(
            "Too many signals without a name came in today. Send it tomorrow.",
            retry_after=tomorrow,
        )
    raise TooMany("You sent many signals today. Go on tomorrow.", retry_after=tomorrow)


def _free_number(session: Session) -> int:
    while True:
        number = secrets.randbelow(_LARGEST_NUMBER) + 1
        if session.get(Signal, number) is None:
            return number


def _checked(session: Session, said: Said, now: datetime) -> dict[str, object]:
    text = tidy_words(said.text, LONGEST_TEXT)
    if said.kind not in SIGNAL_KINDS:
        raise Refusal("Choose what you want to tell.")
    if not text:
        raise Refusal("Write down what you saw.")
    return {
        "kind": said.kind,
        "text": text,
        **_about(session, said, now),
        "source_kind": said.source_kind,
        "source_id": said.source_id,
        "source_title": said.source_title,
        "source_url": said.source_url,
    }


def _about(session: Session, said: Said, now: datetime) -> dict[str, object]:
    framework = queries.framework_in_force(session, day_of(now))
    known = {value.key for value in framework.values} if framework else set()
    value = "" if said.kind == "missing" else said.value
    against = said.against if said.kind == "clash" else ""
    if said.kind not in ("missing", "unwanted_result") and value not in known:
        raise Refusal("Choose which value it is about.")
    if value and value not in known:
        raise Refusal("Choose which value it is about.")
    if said.kind == "clash" and (against not in known or against == value):
        raise Refusal("Choose the other value with which it clashes.")
    if said.kind == "unwanted_result" and said.cause not in CAUSES:
        raise Refusal("Say whether the principle is wrong, or was read wrongly.")
    cause = said.cause if said.kind == "unwanted_result" else None
    return {"value": value, "against": against, "cause": cause}


def find_by_receipt(session: Session, typed: str, *, secret: str) -> Signal:
    """Find a signal by the code that its sender got."""
    code = as_typed(typed)
    if code is not None:
        own = Signal.code_hash == receipts.hash_of_receipt(secret, code)
        found = session.scalar(select(Signal).where(own))
        if found is not None:
            return found
    raise UnknownReceipt


class UnknownReceipt(NotFound):
    """There is no signal with this code."""

    code = "unknown-receipt"

    def __init__(self) -> None:
        super().__init__(
            marked("This code is not known. Look at it again, and type it as it was shown.")
        )


def take_up(
    session: Session,
    signal: Signal,
    note: str,
    *,
    knows: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say that somebody looks into a signal, for a keeper who knows the note ``knows``."""
    _hold_open(session, signal)
    note = tidy_words(note, LONGEST_TEXT)
    if signal.note not in (tidy_words(knows, LONGEST_TEXT), note):
        raise Conflict("Somebody else wrote a note meanwhile. Look at it first.")
    if not note:
        raise Refusal("Write down what you do with it.")
    if signal.state == "taken_up" and signal.note == note:
        return
    signal.state, signal.note, signal.handled_by = "taken_up", note, actor_id
    _record(session, "values.signal_taken_up", signal, actor_id=actor_id, now=now)


def answer_signal(
    session: Session,
    signal: Signal,
    answer: str,
    *,
    sender: letters.Sender,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Answer a signal by itself, without a proposal."""
    _hold_open(session, signal)
    if signal.proposal_id is not None:
        raise NotNow("This signal belongs to a proposal: its decision is the answer.")
    answer = tidy_words(answer, LONGEST_TEXT)
    if not answer:
        raise Refusal("Write the answer.")
    close_with(session, signal, answer, sender=sender, actor_id=actor_id, now=now)


def join_proposal(
    session: Session, signal: Signal, proposal: Proposal, *, actor_id: int | None, now: datetime
) -> None:
    """Let a signal be answered by the decision about a proposal."""
    _hold_open(session, signal)
    db.hold(session, proposal)
    if proposal.state != "open":
        raise Conflict("This proposal was decided already.")
    if signal.proposal_id == proposal.id:
        return
    signal.state, signal.proposal_id, signal.handled_by = "taken_up", proposal.id, actor_id
    session.flush()
    details = {"proposal": proposal.id}
    _record(session, "values.signal_joined", signal, actor_id=actor_id, now=now, details=details)


def hold_unjoined(session: Session, signal: Signal) -> None:
    """See that a signal still waits and belongs to no proposal, and keep it so meanwhile."""
    _hold_open(session, signal)
    if signal.proposal_id is not None:
        raise Conflict("This signal belongs to a proposal already.")


def close_with(
    session: Session,
    signal: Signal,
    answer: str,
    *,
    sender: letters.Sender,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write the answer on a signal, and send it to who gave a name."""
    signal.state, signal.answer = "answered", answer
    signal.answered_on, signal.handled_by = day_of(now), actor_id
    session.flush()
    _record(session, "values.signal_answered", signal, actor_id=actor_id, now=now)
    letters.post_answer(session, signal, signals.sender_of(session, signal), sender, now=now)


def _hold_open(session: Session, signal: Signal) -> None:
    # Two keepers at once: the second waits here and then finds it answered.
    db.hold(session, signal)
    if signal.state == "answered":
        raise Conflict("This signal was answered already. Look at it first.")


def _record(
    session: Session,
    action: str,
    signal: Signal,
    *,
    actor_id: int | None,
    now: datetime,
    details: dict[str, int] | None = None,
) -> None:
    subject = f"signal:{signal.id}"
    audit.record(session, action, subject, actor_id=actor_id, now=now, details=details)
