"""Letters: what one bidder is told. A bare matrix of scores is no motivation and is refused.

A letter that somebody called ready may have been sent, so it stands still until somebody says that
it is not ready after all; once the decision is carried out all letters stand still.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, NotNow, Refusal, marked
from waardewerk.wording import is_a_sentence
from waardewerk_procurement.models import Dossier, Letter
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries.letters import LetterFacts


class BareMatrix(Refusal):
    """A letter without all its reasons; ``criteria`` says where something is missing."""

    code = "bare-matrix"

    def __init__(self, message: str, criteria: Mapping[str, str]) -> None:
        super().__init__(message)
        #: What is missing, by the key of the criterion; source texts.
        self.criteria = criteria


def write_letter(
    session: Session,
    dossier: Dossier,
    facts: LetterFacts,
    *,
    advantages: Mapping[str, str],
    closing: str,
    revision: int,
    is_ready: bool,
    actor_id: int | None,
    now: datetime,
) -> Letter:
    """Keep what the officer wrote.

    ``revision`` is the one that the writer saw; 0 when there was none yet.
    """
    hold_in(session, dossier, "decision")
    letter = _held(session, facts.bid.id, revision, now)
    if letter.ready_at is not None:
        raise NotNow("This letter is ready. Say first that it is not ready after all.")
    known = {one.criterion.key for one in facts.behind}
    letter.advantages = {
        key: text.strip() for key, text in advantages.items() if key in known and text.strip()
    }
    letter.closing = closing.strip()
    letter.ready_at = now if is_ready else None
    letter.revision += 1
    letter.changed_at, letter.changed_by = now, actor_id
    if is_ready:
        check_whole(facts, letter)
    action = "letter_ready" if is_ready else "letter_written"
    record(session, action, dossier, actor_id=actor_id, now=now, bid=facts.bid.id)
    return letter


def take_back(
    session: Session,
    dossier: Dossier,
    facts: LetterFacts,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say that a letter is not ready after all, so that it can be changed."""
    hold_in(session, dossier, "decision")
    letter = _held(session, facts.bid.id, revision, now)
    if letter.ready_at is None:
        raise NotNow("This letter is not ready.")
    letter.ready_at = None
    letter.revision += 1
    letter.changed_at, letter.changed_by = now, actor_id
    record(session, "letter_taken_back", dossier, actor_id=actor_id, now=now, bid=facts.bid.id)


def _held(session: Session, bid_id: int, revision: int, now: datetime) -> Letter:
    letter = session.get(Letter, bid_id)
    if letter is None and revision == 0:
        letter = Letter(bid_id=bid_id, revision=0, changed_at=now, advantages={})
        session.add(letter)
        return letter
    if letter is not None:
        db.hold(session, letter)
    if letter is None or letter.revision != revision:
        raise Conflict("Somebody else changed this letter meanwhile. Read it again.")
    return letter


def check_whole(facts: LetterFacts, letter: Letter) -> None:
    """Refuse a letter in which a score has no reason, or the winner's advantage has no words."""
    missing = {
        one.criterion.key: marked("The agreed reason is missing.")
        for one in facts.criteria
        if not one.reason.strip()
    }
    missing |= {
        one.criterion.key: marked("Say in a sentence what the winner did better here.")
        for one in facts.behind
        if not is_a_sentence(letter.advantages.get(one.criterion.key, ""))
    }
    if missing:
        raise BareMatrix(
            marked("Scores alone are no motivation. Fill in what is missing below."), missing
        )
