"""Look through values at one project, scan, round or dossier; weigh what they say there.

The core values of the version that a lens is pinned to come in by themselves. Whoever looks also
looks wider: at values outside the core, or says why there are none.

Whoever owns the record of a lens closes it when that record is laid down. Then nothing is written
in it any more, on any route: every operation that writes begins by holding the lens, and asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waardewerk import audit, db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal, marked
from waardewerk.values import lenses, queries
from waardewerk.values.cards import Card
from waardewerk.values.models import (
    DIRECTIONS,
    EFFECTS,
    Consideration,
    ProjectLens,
    Tension,
    WiderValue,
)
from waardewerk.wording import a_sentence, tidy_words

#: A lens that belongs to no record elsewhere.
PROJECT = "project"
#: Values outside the core that one project touches in each direction; more is no choice.
MOST_EACH_WAY = 6
LONGEST_TITLE = 200
LONGEST_TEXT = 4000

Row = TypeVar("Row", Consideration, Tension)


def open_lens(
    session: Session,
    *,
    kind: str = PROJECT,
    subject_id: int | None = None,
    title: str,
    url: str = "",
    version_number: int | None = None,
    request_key: str | None = None,
    actor_id: int | None,
    now: datetime,
) -> ProjectLens:
    """Open the lens of a record, or find it when there is one already.

    It is pinned to ``version_number``, or else to the version that holds today.
    """
    found = _opened(session, kind, subject_id, request_key)
    if found is not None:
        return found
    title = tidy_words(title, LONGEST_TITLE)
    if not title:
        raise Refusal("Give the project a name.")
    version = (
        queries.get_version(session, version_number)
        if version_number is not None
        else queries.version_in_force(session, day_of(now))
    )
    lens = ProjectLens(
        kind=kind,
        subject_id=subject_id,
        title=title,
        url=url,
        version=version,
        request_key=request_key,
        opened_at=now,
        opened_by=actor_id,
    )
    try:
        with session.begin_nested():
            session.add(lens)
    except IntegrityError:
        # Somebody else opened it at the same moment.
        found = _opened(session, kind, subject_id, request_key)
        assert found is not None
        return found
    _record(session, "values.lens_opened", lens, actor_id=actor_id, now=now)
    return lens


def _opened(
    session: Session, kind: str, subject_id: int | None, request_key: str | None
) -> ProjectLens | None:
    if subject_id is not None:
        return lens_of(session, kind, subject_id)
    if request_key is None:
        return None
    return session.scalar(select(ProjectLens).where(ProjectLens.request_key == request_key))


def lens_of(session: Session, kind: str, subject_id: int) -> ProjectLens | None:
    """Find the lens of a record; nothing when nobody opened one."""
    own = (ProjectLens.kind == kind, ProjectLens.subject_id == subject_id)
    return session.scalar(select(ProjectLens).where(*own))


def hold_lens_of(session: Session, kind: str, subject_id: int) -> ProjectLens | None:
    """Find the lens of a record, and let whoever writes in it wait.

    For its owner, who looks whether it is wide enough before closing it.
    """
    lens = lens_of(session, kind, subject_id)
    if lens is not None:
        _hold(session, lens)
    return lens


def close_lens(session: Session, lens: ProjectLens, *, actor_id: int | None, now: datetime) -> None:
    """Let a lens stand still, because the record to which it belongs does."""
    _hold(session, lens)
    if not lens.is_open:
        return
    lens.closed_at = now
    _record(session, "values.lens_closed", lens, actor_id=actor_id, now=now)


def reopen_lens(
    session: Session, lens: ProjectLens, *, actor_id: int | None, now: datetime
) -> None:
    """Let people write in a lens again, because its record is being written again."""
    _hold(session, lens)
    if lens.is_open:
        return
    lens.closed_at = None
    _record(session, "values.lens_reopened", lens, actor_id=actor_id, now=now)


def demand_open(lens: ProjectLens) -> None:
    """Refuse when a lens stands still; without holding it, for a page that asks for words."""
    if not lens.is_open:
        raise NotNow(
            "Nothing is written here any more: what this belongs to is being looked over, or was "
            "fixed."
        )


def is_wide_enough(lens: ProjectLens) -> bool:
    """Tell whether somebody looked beyond the core, and found something or said why not."""
    return bool(lens.wider) or bool(lens.nothing_else)


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A card that a project touches: in which direction, and why."""

    urn: str
    direction: str
    reason: str


def choose_card(
    session: Session, lens: ProjectLens, touched: Touched, *, actor_id: int | None, now: datetime
) -> WiderValue:
    """Say that a project touches a value outside the core."""
    _hold_to_write(session, lens)
    known = next((one for one in lens.wider if one.urn == touched.urn), None)
    if known is not None:
        if known.direction == touched.direction:
            return known
        raise Conflict("This value was chosen already. Take it away first.")
    card = _card(session, lens, touched.urn)
    if touched.direction not in DIRECTIONS:
        raise Refusal("Say whether the project touches this value for better or for worse.")
    objection = marked("Say in a sentence how the project touches this value.")
    reason = a_sentence(touched.reason, LONGEST_TEXT, objection)
    if sum(one.direction == touched.direction for one in lens.wider) >= MOST_EACH_WAY:
        raise Refusal(
            "There are %(most)s already. Take one away first: which matter most?",
            most=MOST_EACH_WAY,
        )
    chosen = WiderValue(
        urn=card.urn,
        name=next(iter(card.name.values())),
        list_urn=card.list_urn,
        direction=touched.direction,
        reason=reason,
        chosen_at=now,
        chosen_by=actor_id,
    )
    lens.wider.append(chosen)
    lens.nothing_else = ""
    session.flush()
    details = {"urn": card.urn, "direction": touched.direction}
    _record(session, "values.looked_wider", lens, actor_id=actor_id, now=now, details=details)
    return chosen


def _card(session: Session, lens: ProjectLens, urn: str) -> Card:
    for card in lenses.cards_for(session, lens):
        if card.urn == urn:
            return card
    raise NotFound("There is no card with this value.")


def take_card_away(
    session: Session, lens: ProjectLens, urn: str, *, actor_id: int | None, now: datetime
) -> None:
    """Take a chosen card away; not one on which something rests."""
    _hold_to_write(session, lens)
    chosen = next((one for one in lens.wider if one.urn == urn), None)
    if chosen is None:
        raise NotFound("There is no card with this value.")
    if urn in lenses.weighed_in(lens):
        raise NotNow("Something was weighed with this value, so it stays.")
    lens.wider.remove(chosen)
    session.delete(chosen)
    session.flush()
    details = {"urn": urn}
    _record(session, "values.card_away", lens, actor_id=actor_id, now=now, details=details)


def say_nothing_else(
    session: Session, lens: ProjectLens, reason: str, *, actor_id: int | None, now: datetime
) -> None:
    """Write down why there is nothing to see outside the core."""
    _hold_to_write(session, lens)
    if lens.wider:
        raise Conflict("There are values outside the core already.")
    objection = marked("Say in a sentence why there is nothing else.")
    lens.nothing_else = a_sentence(reason, LONGEST_TEXT, objection)
    _record(session, "values.nothing_else", lens, actor_id=actor_id, now=now)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What a project does to a value, for whom, and why."""

    urn: str
    effect: str
    for_whom: str
    reason: str


def consider(
    session: Session, lens: ProjectLens, weighed: Weighed, *, actor_id: int | None, now: datetime
) -> Consideration:
    """Add a consideration; what others wrote about the same value stays beside it."""
    _hold_to_write(session, lens)
    _demand_in_view(session, lens, weighed.urn)
    for_whom = tidy_words(weighed.for_whom, LONGEST_TITLE)
    if weighed.effect not in EFFECTS:
        raise Refusal("Say what the project does to this value.")
    if not for_whom and weighed.effect != "none":
        raise Refusal("Say for whom.")
    objection = marked("Say in a sentence why you think so.")
    reason = a_sentence(weighed.reason, LONGEST_TEXT, objection)
    row = Consideration(
        lens_id=lens.id,
        urn=weighed.urn,
        effect=weighed.effect,
        for_whom=for_whom,
        reason=reason,
        written_at=now,
        written_by=actor_id,
    )
    said = ("urn", "effect", "for_whom", "reason", "written_by")
    known = _the_same(lens.considerations, row, said)
    if known is not None:
        return known
    lens.considerations.append(row)
    session.flush()
    details = {"urn": row.urn, "effect": row.effect}
    _record(session, "values.considered", lens, actor_id=actor_id, now=now, details=details)
    return row


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What people chose between two values that pull apart."""

    urn: str
    against: str
    choice: str
    gives_up: str
    decided_by: str
    decided_on: date


def settle_tension(
    session: Session, lens: ProjectLens, chosen: Chosen, *, actor_id: int | None, now: datetime
) -> Tension:
    """Write down which value weighed heavier, and what is given up."""
    _hold_to_write(session, lens)
    for urn in (chosen.urn, chosen.against):
        _demand_in_view(session, lens, urn)
    row = Tension(
        lens_id=lens.id,
        urn=chosen.urn,
        against=chosen.against,
        choice=tidy_words(chosen.choice, LONGEST_TEXT),
        gives_up=tidy_words(chosen.gives_up, LONGEST_TEXT),
        decided_by=tidy_words(chosen.decided_by, LONGEST_TITLE),
        decided_on=chosen.decided_on,
        written_at=now,
        written_by=actor_id,
    )
    _check_tension(row, day_of(now))
    said = ("urn", "against", "choice", "gives_up", "decided_by", "decided_on")
    known = _the_same(lens.tensions, row, said)
    if known is not None:
        return known
    lens.tensions.append(row)
    session.flush()
    details = {"urn": row.urn, "against": row.against}
    _record(session, "values.tension_settled", lens, actor_id=actor_id, now=now, details=details)
    return row


def _check_tension(row: Tension, today: date) -> None:
    if row.urn == row.against:
        raise Refusal("Choose two values: a value does not pull apart from itself.")
    if not row.choice:
        raise Refusal("Write down what you choose.")
    if not row.gives_up:
        raise Refusal("Write down what is given up.")
    if not row.decided_by:
        raise Refusal("Write down who decided.")
    if row.decided_on > today:
        raise Refusal("A decision of the future cannot be written down yet.")


def _hold_to_write(session: Session, lens: ProjectLens) -> None:
    _hold(session, lens)
    demand_open(lens)


def _hold(session: Session, lens: ProjectLens) -> None:
    # Two who choose the sixth card at once: the second waits here, and then counts six.
    db.hold(session, lens)
    session.expire(lens, ["wider", "considerations", "tensions"])


def _demand_in_view(session: Session, lens: ProjectLens, urn: str) -> None:
    if urn not in {one.urn for one in lenses.values_in_view(session, lens)}:
        raise NotFound("This value is not in view: choose its card first.")


def _the_same(rows: list[Row], new: Row, fields: tuple[str, ...]) -> Row | None:
    newest = rows[-1] if rows else None
    if newest is not None and all(getattr(newest, f) == getattr(new, f) for f in fields):
        return newest
    return None


def _record(
    session: Session,
    action: str,
    lens: ProjectLens,
    *,
    actor_id: int | None,
    now: datetime,
    details: dict[str, str] | None = None,
) -> None:
    subject = f"lens:{lens.id}"
    audit.record(session, action, subject, actor_id=actor_id, now=now, details=details)
