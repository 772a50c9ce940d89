from __future__ import annotations

from datetime import timedelta

from waardewerk import events, gate
from waardewerk.contract import Value
from waardewerk.people.operations import accounts
from waardewerk.testing import AddPerson
from waardewerk_maturity import keeping
from waardewerk_maturity.operations import planning
from waardewerk_maturity.queries import ambitions_of, get_scan

from .conftest import Province


def owners(province: Province, scan_id: int, action_id: int) -> tuple[str, str]:
    with province.work() as session:
        ambition = ambitions_of(session, get_scan(session, scan_id))["governance"]
        return planning.get_action(session, action_id).owner, ambition.owner


def test_what_somebody_sees_to_is_handed_over_and_erased(
    province: Province, a_person: AddPerson
) -> None:
    keeper = a_person("beheerder", name="Keeper")
    scan_id = province.agreed()
    province.want(scan_id, "governance", 3, owner="Keeper")
    action_id = province.plan(scan_id, owner=str(keeper.email))
    other = province.plan(scan_id, owner="Somebody else")
    with province.work() as session:
        assert len(keeping.export(session, str(keeper.email))) == 2
        assert keeping.export(session, "stranger@example.nl") == []
        assert keeping.erase(session, str(keeper.email)) == 2
    assert owners(province, scan_id, action_id) == ("–", "–")
    assert owners(province, scan_id, other)[0] == "Somebody else"


def test_an_account_that_is_erased_takes_the_name_of_the_owner_along(
    province: Province, a_person: AddPerson
) -> None:
    keeper = a_person("beheerder", name="Keeper")
    scan_id = province.agreed()
    province.want(scan_id, "governance", 3, owner="Keeper")
    action_id = province.plan(scan_id, owner="Keeper")
    with province.work() as session:
        person = accounts.get_person(session, keeper.id)
        gate.send(events.PersonErased(session=session, person_id=person.id, email=""))
    assert owners(province, scan_id, action_id) == ("–", "–")


def test_owners_expire_when_the_work_is_long_done(province: Province) -> None:
    scan_id = province.agreed()
    province.want(scan_id, "governance", 3)
    action_id = province.plan(scan_id)
    with province.work() as session:
        assert keeping.expire(session, timedelta(days=1)) == 0
        # An open action still needs its owner, however old it is.
        assert keeping.expire(session, timedelta(days=-1)) == 1
        assert keeping.expire(session, timedelta(days=-1)) == 0
    assert owners(province, scan_id, action_id) == ("Head of policy", "–")


def test_a_value_shows_the_questions_that_touch_it(province: Province) -> None:
    province.open()
    with province.app.test_request_context():
        usages = gate.ask("value_usages", value=Value(key="transparantie"))
        assert usages
        assert gate.ask("value_usages", value=Value(key="no-such-value")) == []
