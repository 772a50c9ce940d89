"""People come and go; a dossier is handed over as long as there is something to do."""

from __future__ import annotations

import pytest

from waardewerk import audit, installation
from waardewerk.installation import Grant
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, submit
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import leading
from waardewerk_procurement.operations.leading import OPEN

from .setting_up import NOW, a_concept, assess, fix


@pytest.mark.parametrize("state", OPEN)
def test_a_dossier_is_handed_over_in_every_open_state(
    unit_of_work: UnitOfWork, a_person: AddPerson, state: str
) -> None:
    officer, keeper = a_person("civil_servant").id, a_person("executive_member").id
    with unit_of_work() as session:
        dossier = a_concept(session, None)
        dossier.state = state
        session.flush()
        leading.hand_over(session, dossier, officer, keeper, actor_id=None, now=NOW)
        assert (dossier.officer_id, dossier.keeper_id) == (officer, keeper)
        trail = audit.entries_about(session, f"dossier:{dossier.id}")
        assert "procurement.led_by" in [one.action for one in trail]


def test_a_closed_dossier_is_not_handed_over(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    officer = a_person("civil_servant").id
    with unit_of_work() as session:
        dossier = a_concept(session, None)
        dossier.state = "closed"
        session.flush()
        with pytest.raises(Conflict):
            leading.hand_over(session, dossier, officer, None, actor_id=None, now=NOW)


def test_only_who_may_lead_is_given_a_dossier(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    officer, member = a_person("civil_servant").id, a_person("executive_member").id
    with unit_of_work() as session:
        dossier = a_concept(session, officer)
        for nobody in (None, member, 2_000_000_000):
            with pytest.raises(Refusal, match="who may lead"):
                leading.hand_over(session, dossier, nobody, None, actor_id=None, now=NOW)
        with pytest.raises(Refusal, match="who works here"):
            leading.hand_over(session, dossier, officer, 2_000_000_000, actor_id=None, now=NOW)


def test_who_may_lead_follows_what_the_province_lets_roles_do(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer, member = a_person("civil_servant", name="Oma"), a_person("executive_member", name="Mo")
    manager = a_person("beheerder")
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        session.add_all(
            [
                Grant(role="executive_member", permission="procurement.prepare", granted=True),
                Grant(role="civil_servant", permission="procurement.prepare", granted=False),
            ]
        )
        installation.changed(session)
        page = f"/procurement/{dossier.id}/who-leads"
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, dossier.id)
        with pytest.raises(Refusal, match="who may lead"):
            leading.hand_over(session, dossier, officer.id, None, actor_id=None, now=NOW)
        leading.hand_over(session, dossier, member.id, None, actor_id=None, now=NOW)
    offered = sign_in(manager).get(page).text.split('name="keeper"')[0]
    assert ">Mo</option>" in offered
    assert ">Oma</option>" not in offered


def test_after_its_officer_was_erased_somebody_else_leads_the_conversation(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    assessors = [a_person("civil_servant").id for _n in range(3)]
    manager, other = a_person("beheerder"), a_person("civil_servant", name="Nel Nieuw")
    with unit_of_work() as session:
        dossier = a_concept(session, None)
        fix(session, dossier)
        _people, bids = assess(session, dossier, assessors)
        dossier.lots[0].revealed_at = NOW
        number, bid = dossier.id, bids[0].id
    here = f"/procurement/{number}/who-leads"
    assert sign_in(other).get(here).status_code == 403
    client = sign_in(manager)
    assert here in client.get(f"/procurement/{number}/").text
    assert submit(client, here, {"officer": "", "keeper": ""}).status_code == 422
    assert submit(client, here, {"officer": str(other.id), "keeper": ""}).status_code == 303
    assert "Nel Nieuw" in client.get(f"/procurement/{number}/").text
    talk = f"/procurement/{number}/talk/{bid}/explain"
    agreed = {"score": "8", "reason": "It shows all that is asked.", "number": "0"}
    assert submit(sign_in(other), talk, agreed).status_code == 303
