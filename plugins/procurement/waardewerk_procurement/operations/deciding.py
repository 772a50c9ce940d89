"""Deciding: how lots were drawn, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk import events, gate
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotAllowed, NotNow, Refusal
from waardewerk_procurement.award import standstill
from waardewerk_procurement.award.awarding import Award
from waardewerk_procurement.award.granting import Granting
from waardewerk_procurement.models import Decision, Dossier, Lot
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.operations.pricing import hold_for_prices, refuse_before_quality
from waardewerk_procurement.queries.decisions import (
    Ranking,
    is_assessor,
    ranking_of,
)
from waardewerk_procurement.queries.dossiers import name_of_officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The order in which people drew lots, and before whom: functions, no names."""

    order: Sequence[str]
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What somebody decides about a lot, on the ranking that this person saw."""

    awards: bool
    reason: str
    standstill_until: date | None
    #: Why the term is another one than is advised.
    standstill_reason: str = ""
    #: The SHA-256 of the award file that was on the screen.
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """Who won or, under a ceiling, who is granted how many cents."""

    winner: str | None = None
    granted: Mapping[str, int] = field(default_factory=dict)


class WrongTerm(Refusal):
    """The decision would stand still too short, or without a reason for another term."""

    code = "wrong-term"


# Before the decision ---------------------------------------------------------------------------


def draw_lots(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    drawn: Drawn,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write down in which order people drew lots between bids that nothing else parts."""
    hold_for_prices(session, dossier, lot)
    tied = {bid.key for bid in ranking_of(session, dossier, lot).tied}
    if not tied:
        raise NotNow("No bids tie here, so there is nothing to draw.")
    if sorted(drawn.order) != sorted(tied):
        raise Refusal("Give each bid that ties its own place.")
    if not drawn.before.strip():
        raise Refusal("Write down in whose presence lots were drawn, by function.")
    # Under a ceiling a draw can show that lots must be drawn further down as well.
    lot.drawn = [*lot.drawn, *drawn.order]
    before = drawn.before.strip()
    present = lot.drawn_before.split("; ") if lot.drawn_before else []
    if before not in present:
        lot.drawn_before = "; ".join([*present, before])
    record(session, "lots_drawn", dossier, actor_id=actor_id, now=now, lot=lot.key)


# The decision ----------------------------------------------------------------------------------


def decide(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    chosen: Chosen,
    *,
    actor_id: int | None,
    now: datetime,
) -> Decision:
    """Decide about one lot, once; what it rests on stands still from here."""
    refuse_before_quality(dossier, lot)
    hold_in(session, dossier, "decision")
    if session.get(Decision, lot.id) is not None:
        raise NotNow("Somebody decided about this lot already.")
    if is_assessor(session, dossier, actor_id):
        raise NotAllowed("Who assessed the bids cannot decide about them as well.")
    ranking = ranking_of(session, dossier, lot)
    _check(ranking, chosen, day_of(now))
    outcome = _outcome(ranking.award if chosen.awards else None)
    decision = Decision(
        lot_id=lot.id,
        award_file=ranking.file,
        award_sha256=ranking.sha256,
        snapshot_number=ranking.fixed_as.number,
        winner=outcome.winner,
        granted=outcome.granted,
        reason=_reason(chosen),
        standstill_until=chosen.standstill_until if chosen.awards else None,
        decided_at=now,
        decided_by=actor_id,
    )
    session.add(decision)
    session.flush()
    record(
        session,
        "decided",
        dossier,
        actor_id=actor_id,
        now=now,
        lot=lot.key,
        awarded=bool(decision.goes_to),
        sha256=decision.award_sha256,
    )
    _announce(session, dossier, lot, decision)
    return decision


def _check(ranking: Ranking, chosen: Chosen, today: date) -> None:
    if ranking.file is None:
        raise Refusal("There is no ranking yet. Fill in the price of every bid first.")
    if chosen.awards and ranking.refusal is not None:
        raise ranking.refusal
    if chosen.seen != ranking.sha256:
        raise Conflict("The ranking changed meanwhile. Read it again before you decide.")
    if not chosen.reason.strip():
        raise Refusal("Write down why you decide this.")
    if not chosen.awards:
        return
    if ranking.award is None or not ranking.award.goes_to:
        raise nobody_to_award_to(ranking)
    _check_standstill(ranking.dossier.kind, chosen, today)


def nobody_to_award_to(ranking: Ranking) -> Refusal:
    """Say why following the ranking gives it to nobody."""
    if ranking.granting is None:
        return Refusal("No single bid is first, so there is nobody to award this to.")
    if ranking.granting.undecided:
        return Refusal(
            "Applications tie where the ceiling is reached. Their order decides who is granted "
            "what: draw lots first."
        )
    return Refusal("No application can be granted.")


def _outcome(award: Award | None) -> _Outcome:
    """Give what a decision comes down to; nothing is awarded without an award."""
    if award is None:
        return _Outcome()
    if award.granting is None:
        return _Outcome(winner=award.winner)
    return _Outcome(granted=granted_in(award.granting))


def granted_in(granting: Granting) -> dict[str, int]:
    """Give what is granted in cents: amounts applied for are whole cents, and so is the rest."""
    return {bid: int(amount * 100) for bid, amount in granting.granted.items()}


def _check_standstill(kind: str, chosen: Chosen, today: date) -> None:
    term, advised = standstill.term_for(kind, today), standstill.last_day(kind, today)
    until = chosen.standstill_until
    if until is None:
        raise WrongTerm("Say until when this decision stands still.")
    if until < advised and term.is_binding:
        raise WrongTerm(
            "The law asks at least %(days)s calendar days here (%(source)s).",
            days=term.days,
            source=term.source,
        )
    if until < today:
        raise WrongTerm("The decision cannot stand still until a day that has passed.")
    if until > today + standstill.LONGEST:
        raise WrongTerm("A decision stands still for a year at most. Is the year right?")
    if until != advised and not chosen.standstill_reason.strip():
        raise WrongTerm("Write down why you take another term than is advised.")


def _reason(chosen: Chosen) -> str:
    """Keep one text: why this was decided, and why another term was taken."""
    about_term = chosen.standstill_reason.strip() if chosen.awards else ""
    return "\n\n".join(filter(None, (chosen.reason.strip(), about_term)))


def announced_as(dossier: Dossier, lot: Lot) -> dict[str, str]:
    """Name the decision about a lot to whoever follows up; it is taken back by the same name."""
    return {
        "source": "procurement.decision",
        "title": f"{dossier.title}: {lot.title}",
        "url": f"/procurement/{dossier.id}/lots/{lot.key}/decision",
    }


def _announce(session: Session, dossier: Dossier, lot: Lot, decision: Decision) -> None:
    gate.send(
        events.OutcomeRecorded(
            session=session,
            **announced_as(dossier, lot),
            owner=name_of_officer(session, dossier),
            due=decision.standstill_until,
        )
    )
