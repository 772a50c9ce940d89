"""Requests for advice: who may see which, and what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, selectinload

from waardewerk.contract import Viewer
from waardewerk.refusal import NotFound
from waardewerk.responsibility.models import AdviceRequest, AdviceText, Contribution
from waardewerk.responsibility.queries.people import ANSWER, Names, names_of

ASK = "advice.ask"
#: To watch what happens with answers: every request, without a say in it.
FOLLOW = "advice.follow"
#: So many advisers put their name to the same text before it is an answer.
LEAST_NAMES = 2
MOST_SHOWN = 200


@dataclass(frozen=True)
class Signed:
    """An adviser's name under an answer."""

    person_id: int | None
    name: str


@dataclass(frozen=True)
class Said:
    """What an adviser brought in."""

    name: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Counsel:
    """A request with everything that its readers may see."""

    request: AdviceRequest
    asker: str
    owner: str
    #: The newest text of the answer, whether or not it has names enough.
    answer: AdviceText | None
    written_by: str
    signed: tuple[Signed, ...]
    #: Earlier texts that advisers wrote.
    earlier: tuple[AdviceText, ...]
    thoughts: tuple[Said, ...]
    dissent: tuple[Said, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether an answer can still come."""
        return self.request.state in {"asked", "taken_up"}

    def is_signed_by(self, person_id: int | None) -> bool:
        """Tell whether somebody's name is under the newest text."""
        return any(one.person_id == person_id for one in self.signed)


def sees_everything(request: AdviceRequest, viewer: Viewer) -> bool:
    """Tell whether somebody sees a request with all that was said about it."""
    if viewer.person_id is None:
        return False
    is_own = viewer.person_id in {request.asker_id, request.owner_id}
    return is_own or viewer.may(ANSWER) or viewer.may(FOLLOW)


def is_shared(request: AdviceRequest) -> bool:
    """Tell whether everybody inside may learn from it: the asker and an adviser both said so."""
    both = request.shared_by_asker_at and request.shared_by_advisers_at
    return request.state == "answered" and bool(both)


def get_request(session: Session, request_id: int, *, to_change: bool = False) -> AdviceRequest:
    """Find a request by number; who may see it is for `request_for`."""
    request = session.get(AdviceRequest, request_id, with_for_update=to_change or None)
    if request is None:
        raise NotFound("This request does not exist.")
    return request


def request_for(session: Session, request_id: int, viewer: Viewer) -> AdviceRequest:
    """Find a request that this viewer may read, in full or as it was shared."""
    request = get_request(session, request_id)
    if sees_everything(request, viewer) or (is_shared(request) and viewer.may(ASK)):
        return request
    raise NotFound("This request does not exist.")


def whole_request_for(session: Session, request_id: int, viewer: Viewer) -> AdviceRequest:
    """Find a request that this viewer sees with everything in it."""
    request = get_request(session, request_id)
    if not sees_everything(request, viewer):
        raise NotFound("This request does not exist.")
    return request


def counsel(session: Session, request: AdviceRequest) -> Counsel:
    """Read what was said about a request."""
    newest = request.answers[-1] if request.answers else None
    numbers = [request.asker_id, request.owner_id, newest.written_by if newest else None]
    signatures = newest.signatures if newest else []
    names = names_of(
        session,
        [
            *numbers,
            *(one.person_id for one in signatures),
            *(one.person_id for one in request.contributions),
        ],
    )
    return Counsel(
        request=request,
        asker=names(request.asker_id).name,
        owner=names(request.owner_id).name if request.owner_id else "",
        answer=newest,
        written_by=names(newest.written_by).name if newest else "",
        signed=tuple(Signed(one.person_id, names(one.person_id).name) for one in signatures),
        earlier=tuple(request.answers[:-1]),
        thoughts=_said(request.contributions, "thought", names),
        dissent=_said(request.contributions, "dissent", names),
    )


def _said(contributions: Sequence[Contribution], kind: str, names: Names) -> tuple[Said, ...]:
    return tuple(
        Said(names(one.person_id).name, one.at, one.text)
        for one in contributions
        if one.kind == kind
    )


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The requests that somebody may see, each in one list."""

    #: Open requests that this adviser or follower looks after.
    open: tuple[AdviceRequest, ...]
    own: tuple[AdviceRequest, ...]
    #: Answered ones that everybody inside may learn from.
    shared: tuple[AdviceRequest, ...]
    #: Closed ones that were not shared, for who sees everything.
    closed: tuple[AdviceRequest, ...]


def desk(session: Session, viewer: Viewer) -> Desk:
    """Sort the requests that this viewer may see; what waits and one's own are never left out."""
    is_open = AdviceRequest.state.in_(("asked", "taken_up"))
    first = case((or_(is_open, AdviceRequest.asker_id == viewer.person_id), 0), else_=1)
    shown = select(AdviceRequest.id).order_by(first, AdviceRequest.id.desc()).limit(MOST_SHOWN)
    newest = select(AdviceRequest).where(AdviceRequest.id.in_(shown))
    rows = session.scalars(newest.order_by(AdviceRequest.id.desc())).all()
    seen = [one for one in rows if sees_everything(one, viewer)]
    own = [one for one in rows if viewer.person_id == one.asker_id]
    others = [one for one in seen if one not in own]
    return Desk(
        own=tuple(own),
        open=tuple(one for one in others if one.state in {"asked", "taken_up"}),
        shared=tuple(one for one in rows if is_shared(one)),
        closed=tuple(
            one for one in others if one.state not in {"asked", "taken_up"} and not is_shared(one)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for one person: as an adviser, and as who asked."""

    to_take_up: tuple[AdviceRequest, ...] = ()
    to_answer: tuple[AdviceRequest, ...] = ()
    to_sign: tuple[AdviceRequest, ...] = ()
    to_read: tuple[AdviceRequest, ...] = ()


def waiting_for(session: Session, viewer: Viewer) -> Waiting:
    """Find what waits for this viewer."""
    if viewer.person_id is None:
        return Waiting()
    answered = select(AdviceRequest).where(
        AdviceRequest.asker_id == viewer.person_id,
        AdviceRequest.state.in_(("answered", "referred")),
        AdviceRequest.read_at.is_(None),
    )
    to_read = tuple(session.scalars(answered.order_by(AdviceRequest.id)))
    if not viewer.may(ANSWER):
        return Waiting(to_read=to_read)
    texts = selectinload(AdviceRequest.answers).selectinload(AdviceText.signatures)
    running = (
        select(AdviceRequest).where(AdviceRequest.state.in_(("asked", "taken_up"))).options(texts)
    )
    # Who asked has no part in the answer.
    rows = [
        one
        for one in session.scalars(running.options(texts).order_by(AdviceRequest.id))
        if one.asker_id != viewer.person_id
    ]
    return Waiting(
        to_take_up=tuple(one for one in rows if one.state == "asked"),
        to_answer=tuple(one for one in rows if one.owner_id == viewer.person_id),
        to_sign=tuple(
            one
            for one in rows
            if one.owner_id != viewer.person_id and _lacks_name_of(one, viewer.person_id)
        ),
        to_read=to_read,
    )


def _lacks_name_of(request: AdviceRequest, person_id: int) -> bool:
    if not request.answers:
        return False
    return person_id not in {one.person_id for one in request.answers[-1].signatures}


def is_late(request: AdviceRequest, today: date) -> bool:
    """Tell whether the day that was promised, or else asked for, has passed."""
    day = request.answer_by or request.wanted_by
    return request.state in {"asked", "taken_up"} and day is not None and day < today
