"""A dossier whose quality is final, and the same things done to it that the pages do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk_procurement.award import standstill
from waardewerk_procurement.models import Decision, Dossier
from waardewerk_procurement.operations import deciding, pricing
from waardewerk_procurement.operations.deciding import Chosen
from waardewerk_procurement.queries.decisions import Ranking, bids_of, ranking_of

from .setting_up import NOW, a_concept, assess, finish_quality, fix

#: In cents: A is first with 8, B scores 10 and is dearest, C is cheapest and scores 6.
PRICES = {"A": 8_000_000, "B": 14_000_000, "C": 7_000_000}
TODAY = day_of(NOW)


def assessed(
    session: Session, officer_id: int | None = None, assessors: tuple[int, ...] = (), **changes: Any
) -> Dossier:
    """Bring a dossier as far as that the quality of its three bids is final."""
    dossier = a_concept(session, officer_id, **changes)
    fix(session, dossier)
    _people, bids = assess(session, dossier, assessors)
    finish_quality(session, dossier, bids)
    return dossier


def give_prices(
    session: Session, dossier: Dossier, prices: Mapping[str, int | None] = PRICES
) -> None:
    """Write down prices by the keys of the bids."""
    lot = dossier.lots[0]
    bids = bids_of(session, lot)
    pricing.record_prices(
        session,
        dossier,
        lot,
        {bid.id: prices[bid.key] for bid in bids if bid.key in prices},
        seen=pricing.as_seen(pricing.priceable(bids)),
        actor_id=None,
        now=NOW,
    )
    session.flush()


def ranking(session: Session, dossier: Dossier) -> Ranking:
    """Rank the only lot of a dossier."""
    return ranking_of(session, dossier, dossier.lots[0])


def decide(
    session: Session, dossier: Dossier, actor_id: int | None = None, **changes: Any
) -> Decision:
    """Decide on the ranking as it is."""
    chosen: dict[str, Any] = {
        "awards": True,
        "reason": "The ranking follows from what was published.",
        "standstill_until": standstill.last_day(dossier.kind, TODAY),
        "seen": ranking(session, dossier).sha256,
    }
    return deciding.decide(
        session,
        dossier,
        dossier.lots[0],
        Chosen(**{**chosen, **changes}),
        actor_id=actor_id,
        now=NOW,
    )
