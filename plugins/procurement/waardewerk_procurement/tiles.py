"""What asks for somebody on the first page: from the first draft to the last promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import day_of, ngettext
from waardewerk.i18n import gettext as _
from waardewerk_procurement import seeing
from waardewerk_procurement.kind_words import worded_for
from waardewerk_procurement.models import Dossier, FollowUp, Lot
from waardewerk_procurement.operations import assessing, conferring
from waardewerk_procurement.queries import assessment as queries
from waardewerk_procurement.queries import awaiting, following
from waardewerk_procurement.queries.assessment import Assessment
from waardewerk_procurement.seeing import Sight

#: For so many days a form that came in is news.
NEWS = timedelta(days=14)


def tiles_for(session: Session, viewer: Viewer, now: datetime) -> list[Tile]:
    """Return everything that waits for this viewer, and the way in."""
    return [
        *assessing_tiles(session, viewer),
        *writing_tiles(session, viewer),
        *talking_tiles(session, viewer),
        *deciding_tiles(session, viewer),
        *following_tiles(session, viewer, now),
    ]


# Writing -----------------------------------------------------------------------------------------


def writing_tiles(session: Session, viewer: Viewer) -> list[Tile]:
    """Return what a second pair of eyes sent back to this viewer."""
    if viewer.person_id is None or not viewer.may("procurement.prepare"):
        return []
    text = _("This was sent back. Read what has to be better.")
    return [
        _asking(dossier, text, "rectify" if dossier.is_being_rectified else "dossier")
        for dossier in awaiting.to_better(session, viewer.person_id)
    ]


# Assessing and deciding --------------------------------------------------------------------------


def assessing_tiles(session: Session, viewer: Viewer) -> list[Tile]:
    """Return the dossiers in which declarations or scores of this viewer are awaited."""
    sights = seeing.assessed_by(session, viewer)
    scored = queries.counted(session, [one.assessor for one in sights if one.assessor])
    return [_tile(one, text) for one in sights if (text := _awaited(one, scored)) is not None]


def _tile(sight: Sight, text: str) -> Tile:
    dossier = sight.assessment.dossier
    url = url_for("procurement.assess", dossier_id=dossier.id)
    return Tile(title=dossier.title, text=text, url=url, asks=True, order=10)


def _awaited(sight: Sight, scored: Mapping[tuple[int, int], int]) -> str | None:
    """Say what is awaited; nothing when everything is there."""
    found, assessor = sight.assessment, sight.assessor
    assert assessor is not None
    bids = [
        bid for bid in found.bids if found.needs_scores(bid) and found.scores_alone(assessor, bid)
    ]
    if any((assessor.id, bid.id) not in found.declared for bid in bids):
        return _("You assess this. First declare your interests.")
    asked = {lot.id: len(found.scored_in(lot)) for lot in found.lots}
    to_do = [
        bid
        for bid in bids
        if found.is_cleared(assessor, bid)
        and scored.get((assessor.id, bid.id), 0) < asked[bid.lot_id]
    ]
    return _("Your scores are awaited.") if to_do else None


def talking_tiles(session: Session, viewer: Viewer) -> list[Tile]:
    """Return the dossiers in which this viewer talks about bids, until everything is agreed."""
    left = seeing.still_to_agree(session, seeing.talked_in(session, viewer))
    return [_to_talk_about(sight.assessment.dossier, len(bids)) for sight, bids in left if bids]


def _to_talk_about(dossier: Dossier, count: int) -> Tile:
    with worded_for(is_subsidy=dossier.is_subsidy):
        text = ngettext(
            "Talk about %(count)s bid: not everything is agreed yet.",
            "Talk about %(count)s bids: not everything is agreed yet.",
            count,
        )
    return _asking(dossier, text, "talk")


def deciding_tiles(session: Session, viewer: Viewer) -> list[Tile]:
    """Return the dossiers in which this viewer can reveal, end, price, decide or write."""
    if viewer.person_id is None:
        return []
    found: list[Tile] = []
    if viewer.may("procurement.decide"):
        found += _to_decide(session, viewer.person_id)
    if viewer.may("procurement.prepare"):
        found += _to_lead(session, viewer.person_id)
    return found


def _to_decide(session: Session, person_id: int) -> Iterator[Tile]:
    for dossier in awaiting.to_decide(session, person_id):
        with worded_for(is_subsidy=dossier.is_subsidy):
            text = _("Everything is priced and ranked. You can decide.")
        yield _asking(dossier, text, "decision")


def _to_lead(session: Session, person_id: int) -> Iterator[Tile]:
    for dossier in awaiting.to_assess(session, person_id):
        for lot, text in _next_steps(session, dossier):
            yield _asking(dossier, text, "bids", lot)
    for dossier in awaiting.to_price(session, person_id):
        with worded_for(is_subsidy=dossier.is_subsidy):
            text = _("The quality is final. Fill in the prices.")
        yield _asking(dossier, text, "decision")
    for dossier, count in awaiting.to_write(session, person_id):
        text = ngettext("%(count)s letter to write.", "%(count)s letters to write.", count)
        yield _asking(dossier, text, "letters")


def _next_steps(session: Session, dossier: Dossier) -> Iterator[tuple[Lot, str]]:
    """Say of each lot what the officer can do; nothing of one that waits for assessors."""
    found = queries.assessment_of(session, dossier)
    for lot in found.lots:
        if lot.quality_final_at is None and (text := _next_step(session, found, lot)):
            yield lot, text


def _next_step(session: Session, found: Assessment, lot: Lot) -> str | None:
    if lot.revealed_at is None and not conferring.waiting_for(session, found, lot):
        return _("All scores are in. You can reveal them.")
    if assessing.objection_to_finishing(session, found, lot) is None:
        return _("Everything is agreed. You can make the quality final.")
    if found.without_answer(lot):
        with worded_for(is_subsidy=found.dossier.is_subsidy):
            return _("Say of each bid whether it meets the requirements.")
    return None


def _asking(dossier: Dossier, text: str, page: str, lot: Lot | None = None) -> Tile:
    """Ask something of a dossier, or of one of its lots when it has more."""
    title = dossier.title
    if lot is not None and len(dossier.lots) > 1:
        title = f"{title}, {lot.title}"
    url = url_for(f"procurement.{page}", dossier_id=dossier.id)
    return Tile(title=title, text=text, url=url, asks=True, order=20)


# Approving and following -------------------------------------------------------------------------


def following_tiles(session: Session, viewer: Viewer, now: datetime) -> list[Tile]:
    """Return what waits for this viewer."""
    if viewer.person_id is None or not viewer.may("procurement.read"):
        return []
    return [
        *_promises(session, viewer.person_id, day_of(now)),
        *_approvals(session, viewer),
        *_forms(session, viewer.person_id, now),
        _way_in(),
    ]


def _way_in() -> Tile:
    return Tile(
        title=_("Procurement and subsidies"),
        text=_("Values in tenders and subsidies, until they are kept."),
        url=url_for("procurement.dossiers"),
        order=25,
    )


def _promises(session: Session, person_id: int, today: date) -> Iterator[Tile]:
    until = today + timedelta(days=following.SOON)
    for row, dossier in following.open_of(session, person_id, until):
        yield _promise(row, dossier, is_late=row.due < today)


def _promise(row: FollowUp, dossier: Dossier, *, is_late: bool) -> Tile:
    late = _("Its day has passed. Say whether it was kept or broken, or choose a new day.")
    soon = _("You look after this promise. See how it stands.")
    remedy = _("You look after what was agreed after a broken promise. See how it stands.")
    text = remedy if row.kind == "remedy" else soon
    return Tile(
        title=f"{row.title} ({dossier.title})",
        text=late if is_late else text,
        url=url_for("procurement.promise", dossier_id=dossier.id, follow_up_id=row.id),
        asks=True,
        due=row.due,
        order=30,
    )


def _approvals(session: Session, viewer: Viewer) -> Iterator[Tile]:
    if not viewer.may("procurement.approve"):
        return
    for dossier in following.waiting_for_approval(session, viewer.person_id):
        yield Tile(
            title=dossier.title,
            text=_("This dossier waits for a second pair of eyes. Read and approve it."),
            url=url_for("procurement.review", dossier_id=dossier.id),
            asks=True,
            order=30,
        )


def _forms(session: Session, person_id: int, now: datetime) -> Iterator[Tile]:
    for form, bid, dossier in following.handed_in_since(session, person_id, now - NEWS):
        yield Tile(
            title=dossier.title,
            text=_("%(bidder)s handed in its form.", bidder=bid.bidder),
            url=url_for("procurement.form", dossier_id=dossier.id, form_id=form.id),
            order=30,
        )
