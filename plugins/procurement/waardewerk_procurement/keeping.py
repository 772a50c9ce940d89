"""How long it is known who did what in a dossier, and what is handed over or erased on request.

What was fixed, scored and decided stays: it is the record of a procedure. Who did it is a number
of an account, which goes when the account is erased and, for all, some years after a dossier was
closed. An assessor stays *assessor 2*. A dossier that is never closed keeps its numbers.

The rules hold also while the plugin is off.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, Update, or_, select, update
from sqlalchemy.orm import Session

from waardewerk import db, traces
from waardewerk.contract import RetentionRule
from waardewerk.i18n import day_of, lazy
from waardewerk.people.operations import accounts
from waardewerk.traces import Trace
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Decision,
    Dossier,
    DossierCriterion,
    EarlierWording,
    Finding,
    FollowUp,
    FormerOfficer,
    KnockOutAnswer,
    Lesson,
    Letter,
    Lot,
    MinorityNote,
    OwnCriterion,
    Review,
    Score,
    Snapshot,
    SupplierForm,
    WithdrawnDecision,
)

#: A claim about a contract or a subsidy can be made for five years; the file is closed by then.
KEEP_STAFF = timedelta(days=7 * 365)
#: As long as the report of a procedure has to be kept at least under the law of the Union.
KEEP_DECLARATIONS = timedelta(days=3 * 365)
KEEP_SUPPLIERS = timedelta(days=3 * 365)


def _of_lot(column: Any) -> Any:
    return select(Lot.dossier_id).where(Lot.id == column).scalar_subquery()


def _of_bid(column: Any) -> Any:
    lot = select(Lot.dossier_id).join(Bid, Bid.lot_id == Lot.id)
    return lot.where(Bid.id == column).scalar_subquery()


def _of_follow_up(column: Any) -> Any:
    return select(FollowUp.dossier_id).where(FollowUp.id == column).scalar_subquery()


IN_THE_LIBRARY = Trace("wrote a criterion of the library", OwnCriterion.changed_by, None)
#: Every column that knows somebody who works here.
PEOPLE = (
    Trace("led a dossier", Dossier.officer_id, Dossier.id),
    Trace(
        "led a dossier after scores were revealed",
        FormerOfficer.person_id,
        FormerOfficer.dossier_id,
    ),
    Trace("looks after promises", Dossier.keeper_id, Dossier.id),
    Trace("made a dossier", Dossier.made_by, Dossier.id),
    Trace("laid a dossier before a second person", Dossier.submitted_by, Dossier.id),
    Trace("wrote a criterion", DossierCriterion.changed_by, DossierCriterion.dossier_id),
    Trace("looked over a dossier", Review.reviewed_by, Review.dossier_id),
    Trace("laid before what was fixed", Snapshot.made_by, Snapshot.dossier_id),
    Trace("approved what was fixed", Snapshot.approved_by, Snapshot.dossier_id),
    Trace("was appointed to assess", Assessor.person_id, Assessor.dossier_id),
    Trace("answered a knock-out", KnockOutAnswer.written_by, _of_bid(KnockOutAnswer.bid_id)),
    Trace("showed assessors each other’s scores", Lot.revealed_by, Lot.dossier_id),
    Trace("wrote down an agreed score", AgreedScore.agreed_by, _of_bid(AgreedScore.bid_id)),
    Trace("opened a sealed note", MinorityNote.opened_by, _of_bid(MinorityNote.bid_id)),
    Trace("decided on a lot", Decision.decided_by, _of_lot(Decision.lot_id)),
    Trace(
        "decided on a lot, which was withdrawn",
        WithdrawnDecision.decided_by,
        _of_lot(WithdrawnDecision.lot_id),
    ),
    Trace("withdrew a decision", WithdrawnDecision.withdrawn_by, _of_lot(WithdrawnDecision.lot_id)),
    Trace("wrote a letter", Letter.changed_by, _of_bid(Letter.bid_id)),
    Trace("sees to a promise", FollowUp.owner_id, FollowUp.dossier_id),
    Trace(
        "changed the words of a promise",
        EarlierWording.changed_by,
        _of_follow_up(EarlierWording.follow_up_id),
    ),
    Trace("wrote down a finding", Finding.found_by, _of_follow_up(Finding.follow_up_id)),
    Trace("made a form for a supplier", SupplierForm.made_by, _of_bid(SupplierForm.bid_id)),
    Trace("wrote down a lesson", Lesson.written_by, Lesson.dossier_id),
    IN_THE_LIBRARY,
)


# Who works here --------------------------------------------------------------------------------


def expire_staff(session: Session, keep: timedelta) -> int:
    """Forget who worked on dossiers that were closed longer ago than ``keep``."""
    before = datetime.now(UTC) - keep
    old = (OwnCriterion.changed_by.is_not(None), OwnCriterion.changed_at < before)
    return traces.forget_in(session, PEOPLE, _closed_before(before)) + traces.empty(
        session, IN_THE_LIBRARY, *old
    )


def export_staff(session: Session, email: str) -> list[dict[str, Any]]:
    """Return in which dossiers one person did what, how often, and what they wrote of bids."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    return [
        *_done_by(session, person.id),
        *_scored_by(session, person.id),
        *_sealed_by(session, person.id),
    ]


def _done_by(session: Session, person_id: int) -> Iterable[dict[str, Any]]:
    done = list(traces.done_by(session, PEOPLE, person_id))
    own = Dossier.id.in_({number for _one, number, _times in done})
    titles = {
        row.id: row.title for row in session.execute(select(Dossier.id, Dossier.title).where(own))
    }
    for one, number, times in done:
        title = titles.get(number, "")
        yield {"dossier": number, "title": title, "what": one.what, "times": times}


def _scored_by(session: Session, person_id: int) -> Iterable[dict[str, Any]]:
    for row, bid, dossier_id in session.execute(_written_of_bids(Score, person_id)):
        yield {
            "dossier": dossier_id,
            "what": "scored a bid",
            "bid": bid,
            "criterion": row.criterion,
            "score": row.score,
            "reason": row.reason,
            "at": row.given_at.isoformat(),
        }


def _sealed_by(session: Session, person_id: int) -> Iterable[dict[str, Any]]:
    """Name the notes; what is in them only its writer reads, on a page of their own."""
    for row, bid, dossier_id in session.execute(_written_of_bids(MinorityNote, person_id)):
        yield {
            "dossier": dossier_id,
            "what": "sealed a note",
            "bid": bid,
            "criterion": row.criterion,
            "at": row.written_at.isoformat(),
        }


def _written_of_bids(kind: type[Score] | type[MinorityNote], person_id: int) -> Select[Any]:
    columns: tuple[Any, ...] = (kind, Bid.key, Assessor.dossier_id)
    rows = (
        select(*columns)
        .join(Assessor, Assessor.id == kind.assessor_id)
        .join(Bid, Bid.id == kind.bid_id)
    )
    return rows.where(Assessor.person_id == person_id).order_by(kind.id)


def erase_staff(session: Session, email: str) -> int:
    """Forget that one person worked on dossiers; what was done stays."""
    person = accounts.find_person(session, email)
    return forget_staff(session, person.id) if person is not None else 0


def forget_staff(session: Session, person_id: int) -> int:
    """Forget that somebody worked on dossiers."""
    return traces.forget_person(session, PEOPLE, person_id)


def forget_person(session: Session, person_id: int) -> int:
    """Forget somebody whose account was erased: first what they declared, then who they were."""
    return _forget_declared(session, person_id) + forget_staff(session, person_id)


def _closed_before(moment: datetime) -> Select[Any]:
    return select(Dossier.id).where(Dossier.closed_at < moment)


def _quietly(statement: Update) -> Update:
    return statement.execution_options(synchronize_session=False)


# What assessors declared -----------------------------------------------------------------------


def expire_declarations(session: Session, keep: timedelta) -> int:
    """Forget which interests assessors explained; that there was one stays."""
    closed = _closed_before(datetime.now(UTC) - keep)
    return _without_words(session, select(Assessor.id).where(Assessor.dossier_id.in_(closed)))


def export_declarations(session: Session, email: str) -> list[dict[str, Any]]:
    """Return what one person declared about bidders."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    own = (
        select(ConflictDeclaration, Bid.bidder, Assessor.dossier_id)
        .join(Assessor, Assessor.id == ConflictDeclaration.assessor_id)
        .join(Bid, Bid.id == ConflictDeclaration.bid_id)
        .where(Assessor.person_id == person.id)
        .order_by(ConflictDeclaration.id)
    )
    return [
        {
            "dossier": dossier_id,
            "bidder": bidder,
            "has_interest": row.has_interest,
            "explanation": row.explanation,
            "at": row.declared_at.isoformat(),
        }
        for row, bidder, dossier_id in session.execute(own)
    ]


def erase_declarations(session: Session, email: str) -> int:
    """Forget which interests one person explained."""
    person = accounts.find_person(session, email)
    return _forget_declared(session, person.id) if person is not None else 0


def _forget_declared(session: Session, person_id: int) -> int:
    return _without_words(session, select(Assessor.id).where(Assessor.person_id == person_id))


def _without_words(session: Session, assessors: Select[Any]) -> int:
    explained = (
        ConflictDeclaration.assessor_id.in_(assessors),
        ConflictDeclaration.explanation != "",
    )
    emptied = update(ConflictDeclaration).where(*explained).values(explanation="")
    return db.changed(session, _quietly(emptied))


# Suppliers and bidders -------------------------------------------------------------------------


def expire_suppliers(session: Session, keep: timedelta) -> int:
    """Forget who filled in a form for a supplier, as they typed it."""
    before = datetime.now(UTC) - keep
    is_old = or_(
        SupplierForm.handed_in_at < before,
        SupplierForm.handed_in_at.is_(None) & (SupplierForm.open_until < day_of(before)),
    )
    emptied = update(SupplierForm).where(is_old, SupplierForm.filled_in_by != "")
    return db.changed(session, _quietly(emptied.values(filled_in_by="")))


def expire_bidders(session: Session, keep: timedelta) -> int:
    """Call the bids of old dossiers by their letter: a bidder can be a person."""
    closed = _closed_before(datetime.now(UTC) - keep)
    lots = select(Lot.id).where(Lot.dossier_id.in_(closed))
    letter = "(" + Bid.key + ")"
    renamed = update(Bid).where(Bid.lot_id.in_(lots), Bid.bidder != letter).values(bidder=letter)
    return db.changed(session, _quietly(renamed))


def _nobody(_session: Session, _email: str) -> list[dict[str, Any]]:
    """Hand over nothing: no address of these people is kept."""
    return []


def _nothing(_session: Session, _email: str) -> int:
    return 0


STAFF = RetentionRule(
    name="dossier-staff",
    title=lazy("Who led, looked over, assessed or decided a dossier, counted from closing"),
    keep=KEEP_STAFF,
    expire=expire_staff,
    export=export_staff,
    erase=erase_staff,
)
DECLARATIONS = RetentionRule(
    name="declarations",
    title=lazy("Which interests assessors explained, counted from closing the dossier"),
    keep=KEEP_DECLARATIONS,
    expire=expire_declarations,
    export=export_declarations,
    erase=erase_declarations,
)
SUPPLIERS = RetentionRule(
    name="supplier-people",
    title=lazy("Who filled in a form for a supplier or recipient, counted from handing in"),
    keep=KEEP_SUPPLIERS,
    expire=expire_suppliers,
    export=_nobody,
    erase=_nothing,
)
BIDDERS = RetentionRule(
    name="bidders",
    title=lazy("Names of bidders and applicants, counted from closing the dossier"),
    keep=KEEP_STAFF,
    expire=expire_bidders,
    export=_nobody,
    erase=_nothing,
)
#: Declarations before staff: who is forgotten cannot be found to forget more of.
RULES = (DECLARATIONS, STAFF, SUPPLIERS, BIDDERS)
