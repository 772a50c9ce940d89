"""Offer a request to the interprovincial committee, and write down what came back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import audit
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotAllowed, NotFound, NotNow, Refusal
from waardewerk.responsibility.models import AdviceRequest, Offer
from waardewerk.responsibility.operations.placing import LONGEST_TEXT
from waardewerk.responsibility.queries.advice import get_request
from waardewerk.responsibility.queries.people import may_answer
from waardewerk.wording import tidy_words


def offer(
    session: Session, request_id: int, *, offered_on: date, actor_id: int, now: datetime
) -> Offer:
    """Write down that a request was offered; one that waits for an answer is not offered twice."""
    request = get_request(session, request_id, to_change=True)
    _require_adviser(session, actor_id)
    if request.state not in {"taken_up", "answered"}:
        raise NotNow("First somebody takes this request up.")
    if offered_on > day_of(now):
        raise Refusal("The day must be today or before.")
    waiting = next((one for one in request.offers if one.returned_on is None), None)
    if waiting is not None:
        return waiting
    made = Offer(offered_on=offered_on, offered_by=actor_id, returned="")
    request.offers.append(made)
    session.flush()
    _log(session, "advice.offered", request, actor_id, now)
    return made


def record_return(
    session: Session,
    offer_id: int,
    *,
    returned_on: date,
    words: str,
    actor_id: int,
    now: datetime,
) -> Offer:
    """Write down what the committee said."""
    made = session.get(Offer, offer_id, with_for_update=True)
    if made is None:
        raise NotFound("This request was not offered.")
    _require_adviser(session, actor_id)
    words = tidy_words(words, LONGEST_TEXT)
    if not words:
        raise Refusal("Write down what came back.")
    if returned_on < made.offered_on or returned_on > day_of(now):
        raise Refusal("The day must lie between the offer and today.")
    if made.returned_on is not None:
        if (made.returned_on, made.returned) == (returned_on, words):
            return made
        raise Conflict("Somebody else wrote down what came back. Yours is below.")
    made.returned_on, made.returned = returned_on, words
    _log(session, "advice.returned", made.request, actor_id, now)
    return made


def _require_adviser(session: Session, actor_id: int) -> None:
    if not may_answer(session, actor_id):
        raise NotAllowed("Only advisers answer requests.")


def _log(
    session: Session, doing: str, request: AdviceRequest, actor_id: int | None, now: datetime
) -> None:
    audit.record(session, doing, f"advice:{request.id}", actor_id=actor_id, now=now)
