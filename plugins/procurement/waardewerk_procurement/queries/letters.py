"""Reads: what one bidder can be told, and which letters there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import NotNow
from waardewerk_procurement.award import standstill
from waardewerk_procurement.award.awarding import SetAside, Standing
from waardewerk_procurement.award.granting import Grant
from waardewerk_procurement.fixed.snapshot import Criterion
from waardewerk_procurement.models import Bid, Decision, Dossier, Letter, Lot
from waardewerk_procurement.queries import decisions
from waardewerk_procurement.queries.decisions import Ranking, ranking_of


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion: what this bid was given and why, and what the winner was given.

    Under a ceiling the last application before it that was granted stands in the winner's place.
    """

    criterion: Criterion
    score: str
    reason: str
    winner_score: str
    #: Only as a help for who writes the letter: it may hold what is the winner's secret.
    winner_reason: str
    is_behind: bool


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """All that a letter says beside what the officer writes."""

    ranking: Ranking
    decision: Decision
    bid: Bid
    #: With whom this bid is compared: the winner or, under a ceiling, the last application before
    #: it that was granted. Whoever won or was granted is compared with nobody else.
    winner: Bid | None
    standing: Standing | None
    set_aside: SetAside | None
    #: What was written about the knock-outs that it misses, by criterion.
    knock_out_reasons: dict[str, str]
    criteria: Sequence[Compared]
    letter: Letter | None

    @property
    def is_winner(self) -> bool:
        """Tell whether this bid won, or is granted something."""
        return self.bid.key in self.decision.goes_to

    @property
    def grant(self) -> Grant | None:
        """Under a ceiling: what this application is granted, or why it is not."""
        return self.ranking.grant_by_key.get(self.bid.key)

    @property
    def open_until(self) -> date | None:
        """The last day on which this bidder can go to court or object, counted from its letter."""
        until = self.decision.standstill_until
        if until is None or self.letter is None or self.letter.ready_at is None:
            return until
        return _ends_on(self.ranking.dossier, self.decision, until, self.letter.ready_at)

    @property
    def behind(self) -> list[Compared]:
        """The criteria on which the winner was given more."""
        return [one for one in self.criteria if one.is_behind]

    @property
    def is_ready(self) -> bool:
        """Tell whether somebody said that the letter is whole."""
        return self.letter is not None and self.letter.ready_at is not None


def letter_facts(session: Session, dossier: Dossier, bid_id: int) -> LetterFacts:
    """Gather what one bidder can be told; refuse as long as nothing is decided about its lot."""
    lot, bid = decisions.get_bid(session, dossier, bid_id)
    ranking = ranking_of(session, dossier, lot)
    return facts_in(session, ranking, [bid])[0]


def facts_in(session: Session, ranking: Ranking, bids: Sequence[Bid]) -> list[LetterFacts]:
    """Gather what some bidders of one ranked lot can be told, in as many questions as for one."""
    decision = ranking.decision
    if decision is None:
        raise NotNow("Nothing is decided about this lot yet.")
    if {bid.key for bid in bids} - {one.key for one in ranking.lot_to_award.bids}:
        raise NotNow("This bid left before there was a ranking. It gets no letter from here.")
    compared_with = {bid.id: _compared_with(ranking, decision, bid) for bid in bids}
    comparing = _Comparing(session, ranking, [*bids, *filter(None, compared_with.values())])
    knock_outs = decisions.knock_out_reasons(session, *bids)
    own = select(Letter).where(Letter.bid_id.in_([bid.id for bid in bids]))
    letters = {one.bid_id: one for one in session.scalars(own)}
    return [
        LetterFacts(
            ranking=ranking,
            decision=decision,
            bid=bid,
            winner=compared_with[bid.id],
            standing=ranking.standing_by_key.get(bid.key),
            set_aside=next((one for one in ranking.set_aside if one.bid == bid.key), None),
            knock_out_reasons=knock_outs[bid.id],
            criteria=comparing.of(bid, compared_with[bid.id]),
            letter=letters.get(bid.id),
        )
        for bid in bids
    ]


def _compared_with(ranking: Ranking, decision: Decision, bid: Bid) -> Bid | None:
    if decision.winner:
        return ranking.bid_by_key[decision.winner]
    if bid.key in decision.goes_to:
        return bid
    own = ranking.standing_by_key.get(bid.key)
    before = [
        one.bid
        for one in ranking.standing_by_key.values()
        if one.bid in decision.goes_to and (own is None or one.rank < own.rank)
    ]
    return ranking.bid_by_key[before[-1]] if before else None


class _Comparing:
    """Lays the scores of bids beside those of whoever won from them."""

    def __init__(self, session: Session, ranking: Ranking, bids: Sequence[Bid]) -> None:
        self._reasons = decisions.agreed_reasons(session, *bids)
        self._given = {one.key: one.scores for one in ranking.lot_to_award.bids}
        self._scored = ranking.fixed.scored_in(ranking.lot.key)
        leaves = ranking.lot_to_award.rules.leaves
        self._scales = {leaf.criterion.key: leaf.criterion.scale for leaf in leaves}

    def of(self, bid: Bid, winner: Bid | None) -> Sequence[Compared]:
        """Compare one bid with another; what was not scored is not there."""
        own = self._given[bid.key]
        return [self._on(one, bid, winner) for one in self._scored if one.key in own]

    def _on(self, one: Criterion, bid: Bid, winner: Bid | None) -> Compared:
        scale, score = self._scales[one.key], self._given[bid.key][one.key]
        theirs = self._given[winner.key].get(one.key, "") if winner else ""
        return Compared(
            criterion=one,
            score=score,
            reason=self._reasons[bid.id].get(one.key, ""),
            winner_score=theirs,
            winner_reason=self._reasons[winner.id].get(one.key, "") if winner else "",
            is_behind=bool(theirs) and scale.share_of(theirs) > scale.share_of(score),
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A bid of a lot that was decided on, and how far its letter is."""

    lot: Lot
    bid: Bid
    is_winner: bool
    letter: Letter | None

    @property
    def is_ready(self) -> bool:
        """Tell whether the letter can be made."""
        return self.letter is not None and self.letter.ready_at is not None


def letters_of(session: Session, dossier: Dossier) -> list[Listed]:
    """List who gets a letter: every bid of a lot that was decided on and had a price."""
    rows = session.execute(
        select(Lot, Bid, Decision, Letter)
        .join(Bid, Bid.lot_id == Lot.id)
        .join(Decision, Decision.lot_id == Lot.id)
        .outerjoin(Letter, Letter.bid_id == Bid.id)
        .where(Lot.dossier_id == dossier.id, Bid.price.is_not(None))
    )
    found = [Listed(lot, bid, bid.key in made.goes_to, letter) for lot, bid, made, letter in rows]
    return sorted(found, key=lambda one: (one.lot.position, len(one.bid.key), one.bid.key))


def standstills_of(session: Session, dossier: Dossier) -> dict[int, date]:
    """Give by lot until when its award stands still: counted from the last letter, when later."""
    told = func.max(Letter.ready_at)
    rows = session.execute(
        select(Decision, told)
        .join(Lot, Lot.id == Decision.lot_id)
        .join(Bid, Bid.lot_id == Lot.id)
        .outerjoin(Letter, Letter.bid_id == Bid.id)
        .where(Lot.dossier_id == dossier.id, Decision.standstill_until.is_not(None))
        .group_by(Decision.lot_id)
    )
    return {
        made.lot_id: _ends_on(dossier, made, made.standstill_until, told_at or made.decided_at)
        for made, told_at in rows
        if made.standstill_until is not None
    }


def _ends_on(dossier: Dossier, made: Decision, until: date, told_at: datetime) -> date:
    return standstill.ends_on(
        dossier.kind,
        decided_on=day_of(made.decided_at),
        until=until,
        told_on=day_of(told_at),
    )
