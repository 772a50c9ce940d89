"""Ask the advisers, and answer together: two names under one text, and dissent beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, db, events, gate
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotAllowed, NotNow, Refusal
from waardewerk.responsibility.models import AdviceRequest, AdviceText, Contribution, Signature
from waardewerk.responsibility.operations.placing import LONGEST_NAME, LONGEST_TEXT
from waardewerk.responsibility.queries.advice import LEAST_NAMES, get_request
from waardewerk.responsibility.queries.people import may_answer
from waardewerk.wording import tidy_texts, tidy_words

OPEN = ("asked", "taken_up")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question about one case."""

    title: str
    about: str
    question: str
    thoughts: str = ""
    wanted_by: date | None = None
    names_may_travel: bool = False
    request_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A text that advisers may put their name to, and who does something with it."""

    text: str
    follow_up: str
    follow_up_by: date | None = None


#: Writes to who must know that something happened; called once for what happened once.
Tell = Callable[[AdviceRequest], None]


def tell_nobody(_request: AdviceRequest) -> None:
    """Write to nobody."""


def ask(
    session: Session, asked: Asked, *, actor_id: int, now: datetime, tell: Tell = tell_nobody
) -> AdviceRequest:
    """Ask the advisers; returns the first request when a form is sent twice."""
    same = select(AdviceRequest).where(AdviceRequest.request_key == asked.request_key)
    earlier = session.scalar(same) if asked.request_key else None
    if earlier is not None and earlier.asker_id == actor_id:
        return earlier
    asked = _checked(asked, day_of(now))
    request = AdviceRequest(
        title=asked.title,
        about=asked.about,
        question=asked.question,
        thoughts=asked.thoughts,
        wanted_by=asked.wanted_by,
        state="asked",
        asker_id=actor_id,
        asked_at=now,
        # A key that somebody else sent finds nothing of theirs, and is no key here.
        request_key=None if earlier else asked.request_key or None,
        names_may_travel=asked.names_may_travel,
        closing_words="",
    )
    kept = db.add_once(session, request, same)
    if kept is request:
        _log(session, "advice.asked", request, actor_id, now)
        tell(request)
    return kept


def _checked(asked: Asked, today: date) -> Asked:
    asked = tidy_texts(asked, LONGEST_TEXT)
    if not asked.title or len(asked.title) > LONGEST_NAME:
        raise Refusal("Give it a name of at most %(most)s characters.", most=LONGEST_NAME)
    if not asked.about:
        raise Refusal("Write down what it is about.")
    if not asked.question:
        raise Refusal("Write down your question.")
    if asked.wanted_by is not None and asked.wanted_by < today:
        raise Refusal("The day must lie ahead.")
    return asked


def take_up(
    session: Session,
    request_id: int,
    *,
    owner_id: int,
    answer_by: date,
    actor_id: int,
    now: datetime,
) -> AdviceRequest:
    """Give a request an adviser who sees to it, and a day; also to pass it to a colleague."""
    request = _open_request(session, request_id, actor_id)
    if owner_id == request.asker_id or not may_answer(session, owner_id):
        raise Refusal("Choose one of the advisers who did not ask it.")
    if answer_by < day_of(now):
        raise Refusal("The day must lie ahead.")
    request.state, request.owner_id, request.answer_by = "taken_up", owner_id, answer_by
    _log(session, "advice.taken_up", request, actor_id, now, owner=owner_id)
    return request


def contribute(
    session: Session, request_id: int, text: str, *, actor_id: int, now: datetime
) -> Contribution:
    """Bring something in that helps to answer."""
    request = _open_request(session, request_id, actor_id)
    return _say(session, request, "thought", text, actor_id, now)


def dissent(
    session: Session, request_id: int, text: str, *, actor_id: int, now: datetime
) -> Contribution:
    """See it otherwise: this stays beside the answer, also after it was given."""
    request = get_request(session, request_id, to_change=True)
    _require_adviser(session, request, actor_id)
    if not request.answers:
        raise NotNow("There is no text yet to see otherwise. Bring in what you think.")
    return _say(session, request, "dissent", text, actor_id, now)


def _say(
    session: Session, request: AdviceRequest, kind: str, text: str, actor_id: int, now: datetime
) -> Contribution:
    text = tidy_words(text, LONGEST_TEXT)
    if not text:
        raise Refusal("Write down what you want to say.")
    newest = request.contributions[-1] if request.contributions else None
    if newest is not None and (newest.kind, newest.person_id, newest.text) == (
        kind,
        actor_id,
        text,
    ):
        return newest
    said = Contribution(request_id=request.id, kind=kind, person_id=actor_id, text=text, at=now)
    request.contributions.append(said)
    session.flush()
    _log(session, f"advice.{kind}", request, actor_id, now)
    return said


def write_answer(
    session: Session,
    request_id: int,
    answered: Answered,
    *,
    builds_on: int,
    actor_id: int,
    now: datetime,
    tell: Tell = tell_nobody,
) -> AdviceText:
    """Write a text for the answer, with the writer's own name under it.

    Names under an earlier text do not count for this one. ``builds_on`` is the text that was
    read before, 0 for none.
    """
    request = _open_request(session, request_id, actor_id)
    if request.state != "taken_up":
        raise NotNow("First somebody takes this request up, with a day.")
    answered = _checked_answer(answered)
    newest = request.answers[-1] if request.answers else None
    if newest is not None and _same(newest, answered):
        return newest
    if (newest.id if newest else 0) != builds_on:
        raise Conflict("Somebody else changed this text. Load the page again; yours is below.")
    answer = AdviceText(
        text=answered.text,
        follow_up=answered.follow_up,
        follow_up_by=answered.follow_up_by,
        written_at=now,
        written_by=actor_id,
    )
    request.answers.append(answer)
    answer.signatures.append(Signature(person_id=actor_id, signed_at=now))
    session.flush()
    _log(session, "advice.written", request, actor_id, now, text=answer.id)
    tell(request)
    return answer


def _checked_answer(answered: Answered) -> Answered:
    answered = tidy_texts(answered, LONGEST_TEXT)
    if not answered.text:
        raise Refusal("Write down the answer.")
    if not answered.follow_up or len(answered.follow_up) > LONGEST_NAME:
        raise Refusal("Write down who does something with it: a name or a function.")
    return answered


def _same(answer: AdviceText, answered: Answered) -> bool:
    kept = (answer.text, answer.follow_up, answer.follow_up_by)
    return kept == (answered.text, answered.follow_up, answered.follow_up_by)


def sign(
    session: Session,
    request_id: int,
    answer_id: int,
    *,
    actor_id: int,
    now: datetime,
    tell: Tell = tell_nobody,
) -> AdviceRequest:
    """Put one's name to a text; with the second name it is the answer."""
    request = get_request(session, request_id, to_change=True)
    _require_adviser(session, request, actor_id)
    if request.state not in (*OPEN, "answered") or not request.answers:
        raise NotNow("There is no text to put your name to.")
    newest = request.answers[-1]
    if newest.id != answer_id:
        raise Conflict("The text was changed. Read it again before you put your name to it.")
    if actor_id in {one.person_id for one in newest.signatures}:
        return request
    newest.signatures.append(Signature(person_id=actor_id, signed_at=now))
    session.flush()
    _log(session, "advice.signed", request, actor_id, now, text=newest.id)
    if request.state in OPEN and len(newest.signatures) >= LEAST_NAMES:
        _give(session, request, newest, actor_id, now)
        tell(request)
    return request


def _give(
    session: Session, request: AdviceRequest, answer: AdviceText, actor_id: int, now: datetime
) -> None:
    request.state, request.closed_at = "answered", now
    _log(session, "advice.answered", request, actor_id, now)
    gate.send(
        events.OutcomeRecorded(
            session=session,
            source="responsibility",
            title=request.title,
            url=f"/advice/{request.id}",
            owner=answer.follow_up,
            due=answer.follow_up_by,
        )
    )


def withdraw(
    session: Session, request_id: int, why: str, *, actor_id: int, now: datetime
) -> AdviceRequest:
    """Take one's question back."""
    request = get_request(session, request_id, to_change=True)
    require_asker(request, actor_id)
    return _close(session, request, "withdrawn", why, actor_id, now)


def refer(
    session: Session,
    request_id: int,
    where: str,
    *,
    actor_id: int,
    now: datetime,
    tell: Tell = tell_nobody,
) -> AdviceRequest:
    """Say who can answer this better, and why."""
    request = _open_request(session, request_id, actor_id)
    referred = _close(session, request, "referred", where, actor_id, now)
    tell(referred)
    return referred


def _close(
    session: Session, request: AdviceRequest, state: str, words: str, actor_id: int, now: datetime
) -> AdviceRequest:
    if request.state not in OPEN:
        raise Conflict("This request was closed already.")
    words = tidy_words(words, LONGEST_TEXT)
    if not words:
        raise Refusal("Write down why.")
    request.state, request.closed_at, request.closing_words = state, now, words
    _log(session, f"advice.{state}", request, actor_id, now)
    return request


def mark_read(session: Session, request_id: int, *, actor_id: int, now: datetime) -> AdviceRequest:
    """Say that one has read the answer."""
    request = get_request(session, request_id, to_change=True)
    require_asker(request, actor_id)
    if request.state not in {"answered", "referred"}:
        raise NotNow("There is no answer yet.")
    if request.read_at is None:
        request.read_at = now
        _log(session, "advice.read", request, actor_id, now)
    return request


def share(
    session: Session, request_id: int, *, shared: bool, actor_id: int, now: datetime
) -> AdviceRequest:
    """Let everybody inside learn from an answer, as far as it is up to this person.

    It takes the asker and an adviser; either can take it back.
    """
    request = get_request(session, request_id, to_change=True)
    is_asker = actor_id == request.asker_id
    if not is_asker:
        _require_adviser(session, request, actor_id)
    if request.state != "answered":
        raise NotNow("There is no answer yet.")
    if is_asker:
        request.shared_by_asker_at = now if shared else None
    else:
        request.shared_by_advisers_at = now if shared else None
    doing = "advice.shared" if shared else "advice.not_shared"
    _log(session, doing, request, actor_id, now)
    return request


def let_names_travel(
    session: Session, request_id: int, *, may_travel: bool, actor_id: int, now: datetime
) -> AdviceRequest:
    """Choose whether names go along when a request leaves the organisation."""
    request = get_request(session, request_id, to_change=True)
    require_asker(request, actor_id)
    request.names_may_travel = may_travel
    _log(session, "advice.names", request, actor_id, now, may_travel=may_travel)
    return request


def _open_request(session: Session, request_id: int, actor_id: int) -> AdviceRequest:
    request = get_request(session, request_id, to_change=True)
    _require_adviser(session, request, actor_id)
    if request.state not in OPEN:
        raise Conflict("This request was closed already.")
    return request


def _require_adviser(session: Session, request: AdviceRequest, actor_id: int) -> None:
    if not may_answer(session, actor_id):
        raise NotAllowed("Only advisers answer requests.")
    if request.asker_id == actor_id:
        raise NotAllowed("You asked this yourself: others answer it.")


def require_asker(request: AdviceRequest, actor_id: int) -> None:
    """Refuse whoever did not ask this."""
    if request.asker_id != actor_id:
        raise NotAllowed("Only who asked can do this.")


def _log(
    session: Session,
    doing: str,
    request: AdviceRequest,
    actor_id: int | None,
    now: datetime,
    **details: object,
) -> None:
    subject = f"advice:{request.id}"
    audit.record(session, doing, subject, actor_id=actor_id, now=now, details=details)
