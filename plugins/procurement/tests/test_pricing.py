"""Prices: written as people here write them, and closed until the quality is final."""

from __future__ import annotations

import pytest

from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import UnitOfWork
from waardewerk_procurement.operations import pricing
from waardewerk_procurement.queries.decisions import bids_of
from waardewerk_procurement.queries.dossiers import get_dossier

from .deciding_on import PRICES, assessed, decide, give_prices
from .setting_up import NOW, a_concept, assess, fix

# Prices ----------------------------------------------------------------------------------------


def test_a_price_is_refused_before_the_quality_is_final(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        assess(session, dossier, [])
        with pytest.raises(Conflict, match="until the quality of every bid is final"):
            give_prices(session, dossier)
        assert {bid.price for bid in bids_of(session, dossier.lots[0])} == {None}


def test_prices_of_one_lot_wait_until_every_lot_is_assessed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        dossier.state = "assessment"
        with pytest.raises(Conflict, match="until the quality of every bid is final"):
            give_prices(session, dossier)


def test_prices_are_kept_in_cents(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        number = dossier.id
    with unit_of_work() as session:
        lot = get_dossier(session, number).lots[0]
        assert {bid.key: bid.price for bid in bids_of(session, lot)} == PRICES


@pytest.mark.parametrize("cents", [0, -1])
def test_a_price_of_zero_or_less_stops_everything(unit_of_work: UnitOfWork, cents: int) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        with pytest.raises(Refusal, match="first ask the bidder how it can be so low"):
            give_prices(session, dossier, {**PRICES, "B": cents})


def test_who_saw_older_prices_overwrites_nothing(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        lot = dossier.lots[0]
        before = pricing.as_seen(bids_of(session, lot))
        give_prices(session, dossier)
        with pytest.raises(Conflict, match="Somebody else changed the prices"):
            pricing.record_prices(session, dossier, lot, {}, seen=before, actor_id=None, now=NOW)


def test_a_price_is_for_a_bid_of_this_lot(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier, other = assessed(session), assessed(session)
        lot, strange = dossier.lots[0], bids_of(session, other.lots[0])[0]
        with pytest.raises(NotFound, match="no such bid"):
            pricing.record_prices(
                session,
                dossier,
                lot,
                {strange.id: 100},
                seen=pricing.as_seen(bids_of(session, lot)),
                actor_id=None,
                now=NOW,
            )
        assert strange.price is None


def test_after_the_decision_prices_stand_still(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        decide(session, dossier)
        with pytest.raises(Conflict, match="stands still"):
            give_prices(session, dossier, {"A": 1})
