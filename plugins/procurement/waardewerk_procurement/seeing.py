"""Decides who sees which scores. Every page, fragment, file and tile asks here, and nowhere else.

Before the reveal of a lot an assessor sees the own scores and nobody else's; the officer sees how
far people are and no score. After it, those who talk about a bid see each other's scores of that
bid: its assessors, and the officer of the dossier. Everybody else never sees a score that one
person gave. What was agreed is for those who talk, until the quality is final; then it is for
whoever may read dossiers. Who declared an interest in a bid sees nothing of it until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.refusal import NotAllowed, Refusal
from waardewerk.sealing import Unreadable, unseal
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    Dossier,
    Lot,
    MinorityNote,
    Score,
)
from waardewerk_procurement.queries.assessment import (
    Assessment,
    agreed_in,
    assessments_of,
    counted_agreed,
)


@dataclass(frozen=True)
class Sight:
    """What one viewer may see of one assessment."""

    assessment: Assessment
    #: The viewer's own appointment, ended or not.
    appointment: Assessor | None
    #: The viewer is the officer of this dossier: leading others' dossiers is not enough.
    leads: bool
    may_read: bool

    @property
    def assessor(self) -> Assessor | None:
        """The viewer's appointment, as long as it holds."""
        if self.appointment is None or self.appointment.ended_at is not None:
            return None
        return self.appointment

    @property
    def talks(self) -> bool:
        """Tell whether this viewer takes part in conversations of this dossier at all."""
        return self.leads or self.assessor is not None

    def may_score(self, bid: Bid) -> bool:
        """Tell whether this viewer may read what is asked of a bid and score it."""
        return self.assessor is not None and self.assessment.is_cleared(self.assessor, bid)

    def scores_alone(self, bid: Bid) -> bool:
        """Tell whether this viewer has yet to see what others gave a bid, and can score it."""
        return self.assessor is not None and self.assessment.scores_alone(self.assessor, bid)

    def in_conversation(self, bid: Bid) -> bool:
        """Tell whether this viewer may see the scores that others gave a bid."""
        if self.assessment.lot_of(bid).revealed_at is None:
            return False
        if self.assessor is not None:
            return self.assessment.takes_part(self.assessor, bid)
        return self.leads and not self._has_interest(bid)

    def to_talk_about(self) -> list[Bid]:
        """List the bids that this viewer may talk about, as long as the conversation runs."""
        found = self.assessment
        return [
            bid
            for bid in found.bids
            if found.lot_of(bid).quality_final_at is None
            and found.needs_scores(bid)
            and self.in_conversation(bid)
        ]

    def sees_agreed(self, bid: Bid) -> bool:
        """Tell whether this viewer may see what was agreed about a bid."""
        if self.assessment.lot_of(bid).quality_final_at is not None:
            return self.may_read
        return self.in_conversation(bid)

    def why_no_appointment(self) -> Refusal:
        """Say why this viewer has nothing to score here."""
        if self.appointment is None:
            return NotAllowed("You are no assessor of this dossier.")
        return NotAllowed("You no longer assess this dossier.")

    def why_not(self, bid: Bid) -> Refusal:
        """Say why this viewer has no way to a bid."""
        if self.assessor is None:
            return self.why_no_appointment()
        if self._has_interest(bid):
            return NotAllowed("You declared an interest in this bidder. Others assess this bid.")
        return NotAllowed("First say whether you have an interest in this bidder.")

    def why_no_conversation(self, bid: Bid) -> Refusal:
        """Say why this viewer does not see the scores that others gave."""
        if self.talks and self.assessment.lot_of(bid).revealed_at is None:
            return NotAllowed("Nobody sees the scores of others before they are revealed.")
        if self.leads and self.appointment is None:
            return NotAllowed("You do not take part in this conversation.")
        if self.scores_alone(bid):
            return NotAllowed("First score this bid. Then you see what others gave.")
        return self.why_not(bid)

    def _has_interest(self, bid: Bid) -> bool:
        return self.appointment is not None and self.assessment.has_interest(self.appointment, bid)


def sight_of(assessment: Assessment, viewer: Viewer) -> Sight:
    """Find out what a viewer may see of an assessment."""
    dossier = assessment.dossier
    is_known = viewer.is_signed_in and viewer.person_id is not None
    own = next((one for one in assessment.assessors if one.person_id == viewer.person_id), None)
    return Sight(
        assessment=assessment,
        appointment=own if is_known and viewer.may("procurement.assess") else None,
        leads=is_known
        and viewer.person_id == dossier.officer_id
        and viewer.may("procurement.prepare"),
        may_read=viewer.may("procurement.read"),
    )


@dataclass(frozen=True)
class Given:
    """What one assessor gave."""

    assessor: Assessor
    score: str
    reason: str


def own_scores(session: Session, sight: Sight, bid: Bid) -> dict[str, Score]:
    """Give the viewer's own newest score of a bid, by criterion."""
    if sight.assessor is None or not sight.may_score(bid):
        raise sight.why_not(bid)
    rows = select(Score).where(Score.assessor_id == sight.assessor.id, Score.bid_id == bid.id)
    return {one.criterion: one for one in session.scalars(rows.order_by(Score.number))}


def side_by_side(
    session: Session, sight: Sight, bid: Bid, criterion: str | None = None
) -> dict[str, list[Given]]:
    """Give what everybody gave a bid, by criterion, or refuse who does not talk about it."""
    if not sight.in_conversation(bid):
        raise sight.why_no_conversation(bid)
    found = counting_scores(session, sight.assessment, [bid], criterion)
    return {key: given for (_bid_id, key), given in found.items()}


def counting_scores(
    session: Session, assessment: Assessment, bids: Sequence[Bid], criterion: str | None = None
) -> dict[tuple[int, str], list[Given]]:
    """Give the scores of bids that count, for a rule that computes with them and shows nobody."""
    counting = {(bid.id, one.id): one for bid in bids for one in assessment.scorers_of(bid)}
    # Columns and no objects: a bid can have thousands of scores.
    what = (Score.bid_id, Score.criterion, Score.assessor_id, Score.score, Score.reason)
    rows = select(*what).where(Score.bid_id.in_([one.id for one in bids]))
    if criterion is not None:
        rows = rows.where(Score.criterion == criterion)
    newest = {
        (bid_id, key, by): Given(counting[bid_id, by], score, reason)
        for bid_id, key, by, score, reason in session.execute(rows.order_by(Score.number))
        if (bid_id, by) in counting
    }
    found: dict[tuple[int, str], list[Given]] = {}
    for (bid_id, key, _by), given in newest.items():
        found.setdefault((bid_id, key), []).append(given)
    for several in found.values():
        several.sort(key=lambda given: given.assessor.number)
    return found


def agreed(
    session: Session, sight: Sight, bids: Sequence[Bid]
) -> dict[tuple[int, str], AgreedScore]:
    """Give what was agreed about the bids of which this viewer may see it."""
    return agreed_in(session, [one for one in bids if sight.sees_agreed(one)])


def own_note(
    session: Session, sight: Sight, bid: Bid, criterion: str, *, secret: str
) -> str | None:
    """Read back the viewer's own note; nobody else's."""
    if sight.appointment is None:
        return None
    found = newest_note(session, sight.appointment, bid, criterion)
    return None if found is None else read_note(found, secret=secret)


def newest_note(
    session: Session, assessor: Assessor, bid: Bid, criterion: str
) -> MinorityNote | None:
    """Find the newest note of an assessor on one place, sealed."""
    rows = select(MinorityNote).where(
        MinorityNote.assessor_id == assessor.id,
        MinorityNote.bid_id == bid.id,
        MinorityNote.criterion == criterion,
    )
    return session.scalar(rows.order_by(MinorityNote.id.desc()).limit(1))


def opened_note(note: MinorityNote, viewer: Viewer, *, secret: str) -> str | None:
    """Read a note that was opened, for who may open notes; nothing as long as it is sealed."""
    if note.opened_at is None or not viewer.may("procurement.open_notes"):
        return None
    return read_note(note, secret=secret)


def read_note(note: MinorityNote, *, secret: str) -> str | None:
    """Take the seal off; nothing when the secret of the installation was changed since."""
    try:
        return unseal(secret, note.sealed, about=seal_of(note))
    except Unreadable:
        return None


def seal_of(note: MinorityNote) -> str:
    """Say what a note is about: moved to another place it cannot be opened."""
    return f"procurement note {note.assessor_id} {note.bid_id} {note.criterion}"


def assessed_by(session: Session, viewer: Viewer) -> list[Sight]:
    """Give the assessments in which scores of this viewer can still be awaited."""
    if viewer.person_id is None or not viewer.may("procurement.assess"):
        return []
    found = _sights(session, viewer, _assesses(viewer.person_id))
    return [one for one in found if any(one.scores_alone(bid) for bid in one.assessment.bids)]


def talked_in(session: Session, viewer: Viewer) -> list[Sight]:
    """Give the assessments in which this viewer can take part in a conversation that runs."""
    if viewer.person_id is None:
        return []
    runs = exists().where(
        Lot.dossier_id == Dossier.id, Lot.revealed_at.is_not(None), Lot.quality_final_at.is_(None)
    )
    takes_part = _assesses(viewer.person_id) | (Dossier.officer_id == viewer.person_id)
    return [one for one in _sights(session, viewer, runs, takes_part) if one.talks]


def still_to_agree(session: Session, sights: Sequence[Sight]) -> list[tuple[Sight, list[Bid]]]:
    """Give by sight the bids that are talked about, on which not everything is agreed."""
    bids = [one.to_talk_about() for one in sights]
    agreed = counted_agreed(session, [bid for several in bids for bid in several])

    def is_left(found: Assessment, bid: Bid) -> bool:
        return agreed.get(bid.id, 0) < len(found.scored_in(found.lot_of(bid)))

    return [
        (sight, [bid for bid in several if is_left(sight.assessment, bid)])
        for sight, several in zip(sights, bids, strict=True)
    ]


def _assesses(person_id: int) -> ColumnElement[bool]:
    return exists().where(
        Assessor.dossier_id == Dossier.id,
        Assessor.person_id == person_id,
        Assessor.ended_at.is_(None),
    )


def _sights(session: Session, viewer: Viewer, *those: ColumnElement[bool]) -> list[Sight]:
    """Find out what a viewer may see of those dossiers that are being assessed."""
    running = select(Dossier).where(Dossier.state == "assessment", *those).order_by(Dossier.id)
    assessments = assessments_of(session, session.scalars(running).all())
    return [sight_of(one, viewer) for one in assessments]
