"""A procedure for which nobody applied, or that cannot go on, ends as well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from waardewerk import i18n
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, submit
from waardewerk_procurement.award_exporters import report_of
from waardewerk_procurement.models import Assessor, Bid, Dossier, Lot
from waardewerk_procurement.operations import assessing, deciding, stopping
from waardewerk_procurement.operations.deciding import Chosen
from waardewerk_procurement.queries.decisions import ranking_of
from waardewerk_procurement.queries.letters import letters_of

from .deciding_on import assessed, decide, give_prices
from .setting_up import BAND, NOW, a_concept, finish_quality, fix, look_wider


def two_lots(session: Session, officer_id: int | None, assessors: list[int]) -> Dossier:
    """Fix a dossier of two lots that is closed; three applied for the first, none for the other."""
    dossier = a_concept(session, officer_id, assessors=len(assessors))
    second = {"formula": BAND, "tie_rule": [{"by": "lots", "of": None}]}
    dossier.lots.append(
        Lot(key="lot-2", position=2, title="Second", drop_out="keep-totals", **second)
    )
    session.flush()
    fix(session, dossier)
    dossier.closes_at = NOW - timedelta(1)
    lot = dossier.lots[0].id
    session.add_all(
        Bid(lot_id=lot, key=key, bidder=f"Bidder {key}", added_at=NOW) for key in ("A", "B", "C")
    )
    session.add_all(
        Assessor(dossier_id=dossier.id, person_id=one, number=place, appointed_at=NOW)
        for place, one in enumerate(assessors, 1)
    )
    session.flush()
    return dossier


@pytest.fixture
def people(a_person: AddPerson) -> list[int]:
    return [a_person("civil_servant", name=f"Person {n}").id for n in range(4)]


def test_a_lot_for_which_nobody_applied_is_passed_over_and_decided_on(
    unit_of_work: UnitOfWork, people: list[int]
) -> None:
    with unit_of_work() as session, i18n.speaking("en"):
        dossier = two_lots(session, people[0], people[1:3])
        assessing.begin(session, dossier, actor_id=people[0], now=NOW)
        first, empty = dossier.lots
        assert (first.quality_final_at, empty.quality_final_at) == (None, NOW)
        bids = list(session.query(Bid).filter_by(lot_id=first.id).order_by(Bid.key))
        finish_quality(session, dossier, bids)
        give_prices(session, dossier)
        decide(session, dossier)
        nobody = Chosen(
            awards=False,
            reason="Nobody applied.",
            standstill_until=None,
            seen=ranking_of(session, dossier, empty).sha256,
        )
        made = deciding.decide(session, dossier, empty, nobody, actor_id=None, now=NOW)
        assert made.winner is None
        assert {one.lot.key for one in letters_of(session, dossier)} == {"lot-1"}


def test_when_nobody_applied_at_all_the_assessment_does_not_begin(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session, assessors=0)
        fix(session, dossier)
        dossier.closes_at = NOW - timedelta(1)
        with pytest.raises(Conflict, match="Nobody sent in a bid"):
            assessing.begin(session, dossier, actor_id=None, now=NOW)


def _fixed(session: Session) -> Dossier:
    dossier = a_concept(session)
    fix(session, dossier)
    return dossier


@pytest.mark.parametrize("reach", [_fixed, assessed], ids=["fixed", "decision"])
def test_a_stopped_dossier_is_closed_and_says_why(
    unit_of_work: UnitOfWork, reach: Callable[[Session], Dossier]
) -> None:
    with unit_of_work() as session:
        dossier = reach(session)
        with pytest.raises(Refusal, match="why the procedure stops"):
            stopping.stop_procedure(session, dossier, " ", actor_id=None, now=NOW)
        stopping.stop_procedure(session, dossier, "Nobody applied.", actor_id=None, now=NOW)
        assert (dossier.state, dossier.closed_at) == ("closed", NOW)
        assert dossier.stopped_why == "Nobody applied."
        assert "Nobody applied." in str(report_of(session, dossier.id, "en"))
        with pytest.raises(Conflict):
            stopping.stop_procedure(session, dossier, "Again.", actor_id=None, now=NOW)


def test_what_is_decided_on_is_not_stopped(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        decide(session, dossier)
        with pytest.raises(Conflict, match="Withdraw that decision first"):
            stopping.stop_procedure(
                session, dossier, "We change our minds.", actor_id=None, now=NOW
            )


@pytest.mark.parametrize("state", ["concept", "review", "execution", "closed"])
def test_a_procedure_stops_only_between_fixing_and_deciding(
    unit_of_work: UnitOfWork, state: str
) -> None:
    with unit_of_work() as session:
        dossier = _fixed(session)
        dossier.state = state
        session.flush()
        with pytest.raises(Conflict):
            stopping.stop_procedure(session, dossier, "Enough.", actor_id=None, now=NOW)


def test_the_officer_stops_it_on_a_page_and_everybody_reads_why(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer, other = (a_person("civil_servant", name=name) for name in ("Otto", "An"))
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        look_wider(session, dossier)
        fix(session, dossier)
        here = f"/procurement/{dossier.id}/"
    assert sign_in(other).get(f"{here}stop").status_code == 403
    client = sign_in(officer)
    assert f"{here}stop" in client.get(here).text
    assert submit(client, f"{here}stop", {"reason": ""}).status_code == 422
    assert submit(client, f"{here}stop", {"reason": "Nobody applied."}).status_code == 303
    told = sign_in(other).get(here).text
    assert "Nobody applied." in told
    assert f"{here}stop" not in told
    assert f"{here}learned" not in told
    assert client.get(f"{here}stop").status_code == 409
