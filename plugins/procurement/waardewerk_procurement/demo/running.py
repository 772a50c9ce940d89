"""What was decided in the demo and what came of it, through the operations of real use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from waardewerk.i18n import day_of
from waardewerk_procurement.award import standstill
from waardewerk_procurement.demo.assessed import bids_of
from waardewerk_procurement.demo.cast import Cast
from waardewerk_procurement.models import Dossier, FollowUp
from waardewerk_procurement.operations import asking, deciding, following, learning, motivating
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.decisions import ranking_of
from waardewerk_procurement.queries.letters import letter_facts


def decide(cast: Cast, dossier: Dossier, told: dict[str, Any], *, days: int) -> None:
    """Fill in the prices, decide about each lot, and have a letter ready for every bidder."""
    then = cast.ago(days)
    for bid, one in zip(bids_of(cast, dossier), told["bids"], strict=True):
        bid.price = int(one["price"])
    cast.session.flush()
    for lot in dossier.lots:
        chosen = deciding.Chosen(
            awards=True,
            reason=told["decision"],
            standstill_until=standstill.last_day(dossier.kind, day_of(then)),
            seen=ranking_of(cast.session, dossier, lot).sha256,
        )
        deciding.decide(
            cast.session,
            dossier,
            lot,
            chosen,
            actor_id=cast.decider,
            now=then,
        )
    for bid in bids_of(cast, dossier):
        _write_letter(cast, dossier, bid.id, told["closing"], days)


def _write_letter(cast: Cast, dossier: Dossier, bid_id: int, closing: str, days: int) -> None:
    facts = letter_facts(cast.session, dossier, bid_id)
    motivating.write_letter(
        cast.session,
        dossier,
        facts,
        advantages={one.criterion.key: one.winner_reason for one in facts.behind},
        closing=closing,
        revision=0,
        is_ready=True,
        actor_id=cast.officer,
        now=cast.ago(days),
    )


def run(cast: Cast, dossier: Dossier, told: dict[str, Any], *, days: int) -> None:
    """Carry it out, let the supplier say how it goes, find, end and learn."""
    following.carry_out(cast.session, dossier, actor_id=cast.officer, now=cast.ago(days))
    rows = _by_lot_and_criterion(cast, dossier)
    _plan(cast, rows)
    _ask(cast, dossier, told, days=40)
    for name, found in told["findings"].items():
        for place, (colour, reason) in enumerate(found):
            following.find(
                cast.session,
                dossier,
                rows[name],
                colour,
                reason,
                actor_id=cast.officer,
                now=cast.ago(100 - 60 * place),
            )
    for name, verdict, reason, *follows in told["ended"]:
        ending = following.Ending(
            verdict=verdict,
            reason=reason,
            follows="".join(follows),
            follows_by=day_of(cast.ago(-30)) if follows else None,
            revision=rows[name].revision,
        )
        following.end(
            cast.session, dossier, rows[name], ending, actor_id=cast.officer, now=cast.ago(20)
        )
    for value, text in told["lessons"]:
        learning.write_lesson(
            cast.session,
            dossier,
            learning.Learned(value=value, text=text),
            secret=cast.secret,
            actor_id=cast.officer,
            now=cast.ago(15),
        )


def _by_lot_and_criterion(cast: Cast, dossier: Dossier) -> dict[str, FollowUp]:
    found = queries.follow_ups_of(cast.session, dossier)
    return {f"{one.lot.position}-{one.row.criterion}": one.row for one in found}


def _plan(cast: Cast, rows: dict[str, FollowUp]) -> None:
    """Let one promise be late and one be due, so that both can be seen."""
    today = day_of(cast.now)
    for place, row in enumerate(rows.values()):
        row.due = today + timedelta(days=30 * place - 10)
    cast.session.flush()


def _ask(cast: Cast, dossier: Dossier, told: dict[str, Any], *, days: int) -> None:
    """Let the winner of the first lot hand in its form."""
    then = cast.ago(days)
    winner = queries.winners_of(cast.session, dossier)[0]
    form = asking.open_form(
        cast.session,
        dossier,
        winner,
        day_of(then) + timedelta(days=21),
        secret=cast.secret,
        actor_id=cast.officer,
        now=then,
    )
    whole = asking.whole_form(cast.session, form)
    said = {one.key: told["said"].get(one.key, ("yes", "")) for one in whole.questions}
    filled = [asking.Filled(key, answer, text, 0) for key, (answer, text) in said.items()]
    asking.save(cast.session, whole, filled, filled_in_by=told["filled_in_by"], now=then)
    asking.hand_in(cast.session, whole, now=then)
