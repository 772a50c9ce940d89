"""The register: who holds what now, what it lacks, and how it came so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from waardewerk.refusal import NotFound
from waardewerk.responsibility.findings import Finding, Held, findings
from waardewerk.responsibility.models import BodyText, Placement
from waardewerk.responsibility.queries.bodies import Gathering, gatherings
from waardewerk.responsibility.queries.leaving import leaving_days
from waardewerk.responsibility.queries.people import Names, names_of

READ = "responsibility.read"
#: Rows of the history on one page.
MOST_EVENTS = 200


@dataclass(frozen=True, kw_only=True)
class Place:
    """One responsibility and who holds it, as pages show it."""

    id: int
    question: str
    title: str
    level: str
    role: str
    holder: str
    holder_kind: str
    person_id: int | None
    body_id: int | None
    has_left: bool
    deputy: str
    deputy_id: int | None
    deputy_left: bool
    mandate: str
    decision: str
    since: date
    until: date | None
    agreed: str
    follows_id: int | None
    #: The day from which another row takes its place.
    followed_from: date | None
    placed_at: datetime
    placed_by: str
    ended_on: date | None
    ended_why: str
    ended_at: datetime | None
    ended_by: str

    def stands_on(self, today: date) -> bool:
        """Tell whether this row is the one that counts, or will."""
        if self.followed_from is not None and self.followed_from <= today:
            return False
        return self.ended_on is None or self.ended_on >= today

    @property
    def last_day(self) -> date | None:
        """The last day that it counts, by itself or because it was ended."""
        days = [day for day in (self.until, self.ended_on) if day is not None]
        return min(days, default=None)


@dataclass(frozen=True, kw_only=True)
class Register:
    """What stands in the register on one day."""

    today: date
    places: tuple[Place, ...]
    bodies: tuple[Gathering, ...]
    findings: tuple[Finding, ...]

    def answers_to(self, question: str) -> list[Place]:
        """Return who answers one question."""
        return [one for one in self.places if one.question == question]

    def own_at(self, level: str) -> list[Place]:
        """Return what the province placed at a level beside the questions."""
        return [one for one in self.places if not one.question and one.level == level]


def register(session: Session, today: date) -> Register:
    """Read the register as it is on this day."""
    standing = or_(Placement.ended_on.is_(None), Placement.ended_on >= today)
    rows = session.scalars(select(Placement).where(standing).order_by(Placement.id)).all()
    bodies = gatherings(session, today)
    known = {one.id: one.name for one in bodies}
    places = [one for one in _places(session, rows, known) if one.stands_on(today)]
    leaves = leaving_days(session)
    by_body = {one.id: one.group() for one in bodies}
    held = [
        Held(
            id=one.id,
            title=one.title,
            question=one.question,
            role=one.role,
            holder=one.holder,
            since=one.since,
            until=one.last_day,
            person=one.person_id,
            has_left=one.has_left,
            leaves_on=leaves.get(one.person_id or 0),
            body=by_body.get(one.body_id or 0),
            deputy_who_left=one.deputy if one.deputy_left else "",
            follows=one.follows_id,
            is_followed=one.followed_from is not None,
        )
        for one in places
    ]
    return Register(
        today=today,
        places=tuple(places),
        bodies=tuple(bodies),
        findings=findings(held, by_body.values(), today),
    )


def _places(
    session: Session, rows: Sequence[Placement], bodies: Mapping[int, str] | None = None
) -> list[Place]:
    names = names_of(
        session,
        (
            number
            for row in rows
            for number in (row.person_id, row.deputy_id, row.placed_by, row.ended_by)
        ),
    )
    known = bodies or {}
    lacking = {row.body_id for row in rows if row.body_id} - known.keys()
    titles = {**known, **_body_names(session, lacking)}
    followed = _followed(session, [row.id for row in rows])
    return [_place(row, names, titles, followed.get(row.id)) for row in rows]


def _body_names(session: Session, body_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = list(body_ids)
    if not wanted:
        return {}
    texts = select(BodyText).where(BodyText.body_id.in_(wanted)).order_by(BodyText.id)
    return {text.body_id: text.name for text in session.scalars(texts)}


def _followed(session: Session, ids: Sequence[int]) -> dict[int, date]:
    """Return from which day each of these rows has another in its place."""
    if not ids:
        return {}
    found = select(Placement.follows_id, Placement.since).where(Placement.follows_id.in_(ids))
    return {earlier: since for earlier, since in session.execute(found) if earlier is not None}


def _place(
    row: Placement, names: Names, bodies: Mapping[int, str], followed_from: date | None
) -> Place:
    deputy = names(row.deputy_id) if row.deputy_id is not None else None
    return Place(
        id=row.id,
        question=row.question,
        title=row.title,
        level=row.level,
        role=row.role,
        holder=_holder(row, names, bodies),
        holder_kind=row.holder_kind,
        person_id=row.person_id,
        body_id=row.body_id,
        has_left=row.holder_kind == "person" and names(row.person_id).has_left,
        deputy=deputy.name if deputy else row.deputy_function,
        deputy_id=row.deputy_id,
        deputy_left=bool(deputy and deputy.has_left),
        mandate=row.mandate,
        decision=row.decision,
        since=row.since,
        until=row.until,
        agreed=row.agreed,
        follows_id=row.follows_id,
        followed_from=followed_from,
        placed_at=row.placed_at,
        placed_by=names(row.placed_by).name if row.placed_by else "",
        ended_on=row.ended_on,
        ended_why=row.ended_why,
        ended_at=row.ended_at,
        ended_by=names(row.ended_by).name if row.ended_by else "",
    )


def _holder(row: Placement, names: Names, bodies: Mapping[int, str]) -> str:
    if row.holder_kind == "body":
        return bodies.get(row.body_id or 0, "")
    if row.holder_kind == "person":
        return names(row.person_id).name
    return row.function or names(None).name


def get_placement(session: Session, placement_id: int, *, to_change: bool = False) -> Placement:
    """Find a row of the register by number."""
    row = session.get(Placement, placement_id, with_for_update=to_change or None)
    if row is None:
        raise NotFound("This responsibility does not exist.")
    return row


def place(session: Session, placement_id: int) -> Place:
    """Read one row of the register."""
    return _places(session, [get_placement(session, placement_id)])[0]


def history_of(session: Session, placement_id: int) -> list[Place]:
    """Return a responsibility through all its holders and changes, the newest first."""
    follows: dict[int, int | None] = {}
    for number, earlier in session.execute(select(Placement.id, Placement.follows_id)):
        follows[number] = earlier
    chain = _chain(placement_id, follows)
    rows = session.scalars(select(Placement).where(Placement.id.in_(chain)))
    return _places(session, sorted(rows, key=lambda row: row.id, reverse=True))


def _chain(start: int, follows: Mapping[int, int | None]) -> set[int]:
    followers = {earlier: number for number, earlier in follows.items() if earlier is not None}
    chain = {start}
    for step in (follows, followers):
        current = step.get(start)
        while current is not None:
            chain.add(current)
            current = step.get(current)
    return chain


def newest_rows(session: Session) -> list[Place]:
    """Return what was placed last, ended rows too."""
    newest = select(Placement).order_by(Placement.id.desc()).limit(MOST_EVENTS)
    return _places(session, session.scalars(newest).all())


def places_of(session: Session, person_id: int, today: date) -> list[Place]:
    """Return what somebody holds or is deputy for, and has not handed over."""
    rows = select(Placement).where(
        or_(Placement.person_id == person_id, Placement.deputy_id == person_id),
        or_(Placement.ended_on.is_(None), Placement.ended_on >= today),
    )
    found = _places(session, session.scalars(rows.order_by(Placement.id)).all())
    return [one for one in found if one.followed_from is None]
