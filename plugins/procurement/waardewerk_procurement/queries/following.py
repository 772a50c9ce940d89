"""Reads: what is followed up, what was found, what suppliers say, what people learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.people import queries as people
from waardewerk.refusal import NotFound
from waardewerk_procurement.models import (
    AgreedScore,
    Bid,
    Dossier,
    EarlierWording,
    Finding,
    FollowUp,
    Lesson,
    Letter,
    Lot,
    SupplierForm,
)
from waardewerk_procurement.promised import Offered
from waardewerk_procurement.queries.assessment import stands
from waardewerk_procurement.queries.decisions import decisions_of
from waardewerk_procurement.queries.dossiers import works_on

#: From so many days before its day a follow-up asks for its owner.
SOON = 14


@dataclass(frozen=True)
class Followed:
    """One follow-up as a list shows it."""

    row: FollowUp
    bidder: str
    lot: Lot
    owner: str
    #: The newest finding; nothing: nobody looked yet.
    finding: Finding | None
    #: What the supplier said last, as ``{"answer", "text"}``; nothing: not asked or not said.
    said: Mapping[str, Any] | None

    @property
    def standing(self) -> str:
        """How it stands: ended, running with a colour, or nobody looked."""
        return self.row.ended or (self.finding.colour if self.finding else "")

    def is_late(self, today: date) -> bool:
        """Tell whether its day has passed and nobody ended it."""
        return not self.row.ended and self.row.due < today


@dataclass(frozen=True)
class Found:
    """One finding, and who wrote it."""

    row: Finding
    by: str


@dataclass(frozen=True)
class Learned:
    """One lesson, and who wrote it."""

    row: Lesson
    by: str


def bids_of(session: Session, dossier: Dossier) -> list[Bid]:
    """List the bids of a dossier, by lot."""
    rows = select(Bid).join(Lot, Bid.lot_id == Lot.id).where(Lot.dossier_id == dossier.id)
    # Z, and then AA.
    return list(session.scalars(rows.order_by(Lot.position, func.length(Bid.key), Bid.key)))


def winners_of(session: Session, dossier: Dossier) -> list[Bid]:
    """List the bids that won or were granted, by lot."""
    decided = decisions_of(session, dossier)
    return [
        bid
        for bid in bids_of(session, dossier)
        if bid.lot_id in decided and bid.key in decided[bid.lot_id].goes_to
    ]


def count_letters_that_wait(session: Session, dossier: Dossier) -> int:
    """Count the bids of which no letter is ready; who left before the ranking gets none."""
    ready = select(Letter.bid_id).where(Letter.ready_at.is_not(None))
    was_ranked = Bid.price.is_not(None) | Bid.dropped_out_at.is_(None)
    waiting = select(func.count(Bid.id)).join(Lot, Bid.lot_id == Lot.id)
    waiting = waiting.where(Lot.dossier_id == dossier.id, was_ranked, Bid.id.not_in(ready))
    return session.scalar(waiting) or 0


def offered_by(session: Session, bids: Iterable[Bid]) -> dict[int, dict[str, Offered]]:
    """Give what people agreed that bids offer: by bid, then by criterion key."""
    rows = select(AgreedScore).where(AgreedScore.bid_id.in_([bid.id for bid in bids]), stands())
    found: dict[int, dict[str, Offered]] = {}
    for one in session.scalars(rows.order_by(AgreedScore.number)):
        found.setdefault(one.bid_id, {})[one.criterion] = Offered(one.score, one.reason)
    return found


def follow_ups_of(session: Session, dossier: Dossier) -> list[Followed]:
    """List what is followed up in a dossier: what is still open first, by day."""
    own = select(FollowUp).where(FollowUp.dossier_id == dossier.id)
    rows = list(session.scalars(own.order_by(FollowUp.due, FollowUp.id)))
    rows.sort(key=lambda row: row.ended != "")
    return _followed(session, dossier, rows)


def get_follow_up(session: Session, dossier: Dossier, follow_up_id: int) -> Followed:
    """Find one follow-up of a dossier."""
    row = session.get(FollowUp, follow_up_id)
    if row is None or row.dossier_id != dossier.id:
        raise NotFound("There is no such follow-up.")
    return _followed(session, dossier, [row])[0]


def looks_after(dossier: Dossier, row: FollowUp, viewer: Viewer) -> bool:
    """Tell whether a viewer may plan a follow-up: its owner, or who answers for the dossier."""
    owns = viewer.is_signed_in and viewer.person_id == row.owner_id
    return viewer.may("procurement.follow") and (owns or answers_for(dossier, viewer))


def answers_for(dossier: Dossier, viewer: Viewer) -> bool:
    """Tell whether a viewer answers for what was promised: officer, keeper, or of all dossiers."""
    keeps = viewer.is_signed_in and viewer.person_id == dossier.keeper_id
    return works_on(dossier, viewer) or (keeps and viewer.may("procurement.follow"))


def earlier_wordings_of(session: Session, row: FollowUp) -> list[EarlierWording]:
    """List what a follow-up said before, the newest first."""
    own = select(EarlierWording).where(EarlierWording.follow_up_id == row.id)
    return list(session.scalars(own.order_by(EarlierWording.id.desc())))


def _followed(session: Session, dossier: Dossier, rows: list[FollowUp]) -> list[Followed]:
    bids = {bid.id: bid for bid in bids_of(session, dossier)}
    lots = {lot.id: lot for lot in dossier.lots}
    names = people.names_of(session, [row.owner_id for row in rows])
    newest = _newest_findings(session, dossier)
    said = _last_said(session, bids)
    return [
        Followed(
            row=row,
            bidder=bids[row.bid_id].bidder,
            lot=lots[bids[row.bid_id].lot_id],
            owner=names.get(row.owner_id or 0, ""),
            finding=newest.get(row.id),
            said=None if row.follows_id else said.get(row.bid_id, {}).get(row.criterion),
        )
        for row in rows
    ]


def _newest_findings(session: Session, dossier: Dossier) -> dict[int, Finding]:
    newest = (
        select(func.max(Finding.id))
        .join(FollowUp, Finding.follow_up_id == FollowUp.id)
        .where(FollowUp.dossier_id == dossier.id)
        .group_by(Finding.follow_up_id)
    )
    found = session.scalars(select(Finding).where(Finding.id.in_(newest)))
    return {one.follow_up_id: one for one in found}


def _last_said(session: Session, bids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Give what suppliers handed in about their promises, by bid: the newest form counts."""
    forms = select(SupplierForm).where(
        SupplierForm.bid_id.in_(list(bids)),
        SupplierForm.purpose == "promises",
        SupplierForm.handed_in_at.is_not(None),
    )
    found: dict[int, dict[str, Any]] = {}
    for one in session.scalars(forms.order_by(SupplierForm.id)):
        found.setdefault(one.bid_id, {}).update(one.answers)
    return found


def findings_of(session: Session, follow_up: FollowUp) -> list[Found]:
    """List what was found about a follow-up, the newest first."""
    own = select(Finding).where(Finding.follow_up_id == follow_up.id)
    rows = list(session.scalars(own.order_by(Finding.id.desc())))
    names = people.names_of(session, [row.found_by for row in rows])
    return [Found(row, names.get(row.found_by or 0, "")) for row in rows]


def remedies_of(session: Session, dossier: Dossier, row: FollowUp) -> list[Followed]:
    """List what was agreed each time that a follow-up was broken, by day."""
    own = select(FollowUp).where(FollowUp.follows_id == row.id)
    rows = list(session.scalars(own.order_by(FollowUp.due, FollowUp.id)))
    return _followed(session, dossier, rows)


def broken_before(session: Session, row: FollowUp) -> FollowUp | None:
    """Return what was broken, of a remedy."""
    return session.get(FollowUp, row.follows_id) if row.follows_id else None


def count_open(session: Session, dossier: Dossier) -> int:
    """Count the follow-ups that nobody ended."""
    still = select(func.count(FollowUp.id))
    return session.scalar(still.where(FollowUp.dossier_id == dossier.id, FollowUp.ended == "")) or 0


def open_of(session: Session, person_id: int, until: date) -> list[tuple[FollowUp, Dossier]]:
    """List somebody's own follow-ups that are due by a day or late, by day.

    What was agreed after a broken promise has to be done, not looked at: it is there from the
    start.
    """
    own = (
        select(FollowUp, Dossier)
        .join(Dossier, FollowUp.dossier_id == Dossier.id)
        .where(
            FollowUp.owner_id == person_id,
            FollowUp.ended == "",
            (FollowUp.due <= until) | (FollowUp.kind == "remedy"),
            Dossier.state == "execution",
        )
        .order_by(FollowUp.due, FollowUp.id)
    )
    return [(row, dossier) for row, dossier in session.execute(own)]


def lessons_of(session: Session, dossier: Dossier) -> list[Learned]:
    """List what people learned, in the order in which they wrote it."""
    own = select(Lesson).where(Lesson.dossier_id == dossier.id).order_by(Lesson.id)
    rows = list(session.scalars(own))
    names = people.names_of(session, [row.written_by for row in rows])
    return [Learned(row, names.get(row.written_by or 0, "")) for row in rows]


def count_lessons(session: Session, dossier: Dossier) -> int:
    """Count what people learned."""
    own = select(func.count(Lesson.id)).where(Lesson.dossier_id == dossier.id)
    return session.scalar(own) or 0


def forms_of(session: Session, dossier: Dossier) -> list[tuple[SupplierForm, Bid]]:
    """List the forms that suppliers got, each with its bid, the newest first."""
    rows = (
        select(SupplierForm, Bid)
        .join(Bid, SupplierForm.bid_id == Bid.id)
        .join(Lot, Bid.lot_id == Lot.id)
        .where(Lot.dossier_id == dossier.id)
    )
    return [(form, bid) for form, bid in session.execute(rows.order_by(SupplierForm.id.desc()))]


def get_form(session: Session, dossier: Dossier, form_id: int) -> SupplierForm:
    """Find a form of a dossier."""
    found = session.get(SupplierForm, form_id)
    if found is None or found.bid_id not in {bid.id for bid in bids_of(session, dossier)}:
        raise NotFound("There is no such form.")
    return found


def handed_in_since(
    session: Session, officer_id: int, since: datetime
) -> list[tuple[SupplierForm, Bid, Dossier]]:
    """List the forms that suppliers handed in lately, of the dossiers that somebody leads."""
    rows = (
        select(SupplierForm, Bid, Dossier)
        .join(Bid, SupplierForm.bid_id == Bid.id)
        .join(Lot, Bid.lot_id == Lot.id)
        .join(Dossier, Lot.dossier_id == Dossier.id)
        .where(
            Dossier.officer_id == officer_id,
            Dossier.state != "closed",
            SupplierForm.handed_in_at >= since,
        )
        .order_by(SupplierForm.handed_in_at.desc())
    )
    return [(form, bid, dossier) for form, bid, dossier in session.execute(rows)]


def waiting_for_approval(session: Session, but_of: int | None) -> list[Dossier]:
    """List the dossiers that wait for a second pair of eyes, except somebody's own."""
    waiting = select(Dossier).where(
        (Dossier.state == "review") | (Dossier.rectification == "review"),
        Dossier.officer_id.is_distinct_from(but_of),
    )
    return list(session.scalars(waiting.order_by(Dossier.id)))
