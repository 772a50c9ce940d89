"""Proposals: what signals ask to change, what was decided, and in which version it landed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.values import letters, queries
from waardewerk.values.models import FrameworkVersion, Proposal, Signal
from waardewerk.values.operations import signalling
from waardewerk.wording import tidy_words

LONGEST_TITLE = 200
LONGEST_TEXT = 4000


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A change that somebody proposes; an empty value asks for a new one."""

    title: str
    value: str
    text: str


def make_proposal(
    session: Session,
    proposed: Proposed,
    signal: Signal | None = None,
    *,
    actor_id: int | None,
    now: datetime,
) -> Proposal:
    """Propose a change to the framework, and join the signal that asked for it."""
    title = tidy_words(proposed.title, LONGEST_TITLE)
    text = tidy_words(proposed.text, LONGEST_TEXT)
    if not title:
        raise Refusal("Give the proposal a title.")
    if not text:
        raise Refusal("Write down what should change.")
    _check_value(session, proposed.value, now)
    if signal is not None:
        signalling.hold_unjoined(session, signal)
    proposal = Proposal(title=title, value=proposed.value, text=text, made_at=now, made_by=actor_id)
    session.add(proposal)
    session.flush()
    _record(session, "values.proposal_made", proposal, actor_id=actor_id, now=now)
    if signal is not None:
        signalling.join_proposal(session, signal, proposal, actor_id=actor_id, now=now)
    return proposal


def _check_value(session: Session, value: str, now: datetime) -> None:
    framework = queries.framework_in_force(session, day_of(now))
    if value and (framework is None or framework.value(value) is None):
        raise Refusal("Choose which value it is about.")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided about a proposal; the answer goes to everybody who sent a signal."""

    accepted: bool
    answer: str
    decided_by: str
    decided_on: date


def decide(
    session: Session,
    proposal: Proposal,
    decision: Decision,
    *,
    sender: letters.Sender,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write down what was decided, and answer every signal that asked for it."""
    db.hold(session, proposal)
    if proposal.state != "open":
        raise Conflict("This proposal was decided already. Look at it first.")
    answer = tidy_words(decision.answer, LONGEST_TEXT)
    decided_by = tidy_words(decision.decided_by, LONGEST_TITLE)
    if not answer:
        raise Refusal("Write down what was decided and why: senders read it.")
    if not decided_by:
        raise Refusal("Write down who decided.")
    if decision.decided_on > day_of(now):
        raise Refusal("A decision of the future cannot be written down yet.")
    proposal.state = "accepted" if decision.accepted else "declined"
    proposal.answer, proposal.decided_by = answer, decided_by
    proposal.decided_on = decision.decided_on
    details = {"state": proposal.state}
    _record(
        session, "values.proposal_decided", proposal, actor_id=actor_id, now=now, details=details
    )
    for signal in proposal.signals:
        if signal.state != "answered":
            signalling.close_with(
                session, signal, answer, sender=sender, actor_id=actor_id, now=now
            )


def write_in(
    session: Session,
    proposal: Proposal,
    version: FrameworkVersion,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say that an accepted proposal stands in a version: the next, or one adopted since."""
    db.hold(session, proposal)
    db.hold(session, version)
    if proposal.state != "accepted":
        raise NotNow("Only an accepted proposal is written in.")
    if not can_stand_in(proposal, version):
        raise NotNow("This version was adopted before the proposal was accepted.")
    if proposal.version_id == version.id:
        return
    if proposal.version_id is not None:
        raise Conflict("This proposal was written in already.")
    proposal.version_id = version.id
    session.flush()
    details = {"version": version.number}
    _record(
        session, "values.proposal_written", proposal, actor_id=actor_id, now=now, details=details
    )


def can_stand_in(proposal: Proposal, version: FrameworkVersion) -> bool:
    """Tell whether a version can be the one that took an accepted proposal up."""
    if not version.is_fixed:
        return True
    adopted_on, decided_on = version.adopted_on, proposal.decided_on
    return version.state == "adopted" and bool(
        adopted_on and decided_on and adopted_on >= decided_on
    )


def _record(
    session: Session,
    action: str,
    proposal: Proposal,
    *,
    actor_id: int | None,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    subject = f"proposal:{proposal.id}"
    audit.record(session, action, subject, actor_id=actor_id, now=now, details=details)
