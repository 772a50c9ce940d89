from __future__ import annotations

from typing import Any

import pytest

from waardewerk.people.operations import accounts
from waardewerk.questionnaires.operations import inquiring
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import AddPerson
from waardewerk_maturity.operations import planning
from waardewerk_maturity.operations.planning import ActionChange
from waardewerk_maturity.queries import figures_of, get_scan

from .conftest import NOW, Province, days_from_now, wanted


def level_wanted(province: Province, scan_id: int, theme: str) -> int | None:
    with province.work() as session:
        return figures_of(session, get_scan(session, scan_id)).theme(theme).figures.wanted


def test_the_newest_wanted_level_counts_and_the_older_stays(province: Province) -> None:
    scan_id = province.agreed()
    province.want(scan_id, "governance", 3)
    province.want(scan_id, "governance", 4)
    assert level_wanted(province, scan_id, "governance") == 4
    assert level_wanted(province, scan_id, "culture") is None


def test_staying_at_a_level_is_a_choice_and_going_down_is_not(province: Province) -> None:
    scan_id = province.agreed({"policy": 4, "practice": 3, "result": 1})
    province.want(scan_id, "governance", 3)
    with pytest.raises(Refusal):
        province.want(scan_id, "governance", 2)
    assert level_wanted(province, scan_id, "governance") == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"owner": ""},
        {"owner": "x" * 201},
        {"first_step": ""},
        {"intended_result": ""},
        {"present": ""},
        {"by_date": days_from_now(0)},
        {"reason": "x" * 4001},
        {"reason": "a\0b"},
        {"dissent": "a lone \ud800"},
    ],
)
def test_a_wanted_level_needs_all_that_it_takes(
    province: Province, changes: dict[str, Any]
) -> None:
    scan_id = province.agreed()
    with pytest.raises(Refusal):
        province.want(scan_id, "governance", 3, **changes)
    assert level_wanted(province, scan_id, "governance") is None


@pytest.mark.parametrize(("theme", "level"), [("governance", 6), ("nothing", 3)])
def test_a_level_or_theme_that_is_not_in_the_scan_is_refused(
    province: Province, theme: str, level: int
) -> None:
    with pytest.raises(Refusal):
        province.want(province.agreed(), theme, level)


def test_a_question_is_no_theme(province: Province) -> None:
    with pytest.raises(NotFound):
        province.want(province.agreed(), "governance.roles", 3)


def test_nothing_is_wanted_or_planned_before_people_talk(province: Province) -> None:
    scan_id = province.open()
    with pytest.raises(Conflict):
        province.want(scan_id, "governance", 3)
    with pytest.raises(Conflict):
        province.plan(scan_id)
    (asked,) = province.ask(scan_id, [("Robin", "executive")])
    province.answer(asked, {"policy": 1, "practice": 1, "result": 1})
    province.move(scan_id, "spread")
    with pytest.raises(Conflict):
        province.want(scan_id, "governance", 3)


def test_a_wanted_level_that_is_sent_twice_is_written_down_once(province: Province) -> None:
    scan_id = province.agreed()
    numbers = set()
    for _time in range(2):
        with province.work() as session:
            ambition = planning.record_ambition(
                session, get_scan(session, scan_id), wanted("culture", 3), actor_id=None, now=NOW
            )
            numbers.add(ambition.id)
    assert len(numbers) == 1


def test_an_action_that_is_sent_twice_is_planned_once(province: Province) -> None:
    scan_id = province.agreed()
    assert province.plan(scan_id, request_key="k") == province.plan(scan_id, request_key="k")
    assert province.plan(scan_id, request_key="other") != province.plan(scan_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"direction": "sideways"},
        {"direction": "build_down"},
        {"intended_result": ""},
        {"indicator": ""},
        {"owner": ""},
        {"due_on": days_from_now(-1)},
        {"theme": "nothing"},
    ],
)
def test_an_action_says_who_does_what_and_what_it_leads_to(
    province: Province, changes: dict[str, Any]
) -> None:
    scan_id = province.agreed()
    with pytest.raises(Refusal):
        province.plan(scan_id, **changes)


def change(province: Province, action_id: int, **changes: Any) -> None:
    filled: dict[str, Any] = {
        "state": "done",
        "owner": "Head of policy",
        "due_on": days_from_now(100),
        "note": "Each plan names somebody now.",
        "revision": 1,
    }
    with province.work() as session:
        action = planning.get_action(session, action_id)
        planning.change_action(
            session, action, ActionChange(**{**filled, **changes}), actor_id=None, now=NOW
        )


def test_an_action_that_changed_meanwhile_is_not_overwritten(province: Province) -> None:
    action_id = province.plan(province.agreed())
    change(province, action_id)
    change(province, action_id)  # the same again changes nothing
    with pytest.raises(Conflict):
        change(province, action_id, note="Something else.")
    with province.work() as session:
        action = planning.get_action(session, action_id)
        assert (action.state, action.revision) == ("done", 2)
        assert action.note == "Each plan names somebody now."


def test_an_action_is_not_closed_without_a_word(province: Province) -> None:
    action_id = province.plan(province.agreed())
    for state in ("done", "dropped"):
        with pytest.raises(Refusal):
            change(province, action_id, state=state, note="")
    change(province, action_id, state="open", note="")


def test_an_owner_with_an_account_is_recognised_by_name_or_address(
    province: Province, a_person: AddPerson
) -> None:
    keeper = a_person("beheerder", name="Keeper")
    scan_id = province.agreed()
    for owner in ("keeper", str(keeper.email)):
        action_id = province.plan(scan_id, owner=owner)
        with province.work() as session:
            assert planning.get_action(session, action_id).owner_id == keeper.id


def test_a_name_that_two_people_have_is_nobodys_account(
    province: Province, a_person: AddPerson
) -> None:
    with province.work() as session:
        for number in range(2):
            accounts.add_person(
                session, name="Same", email=f"s{number}@example.nl", level=None, now=NOW
            )
    action_id = province.plan(province.agreed(), owner="Same")
    with province.work() as session:
        assert planning.get_action(session, action_id).owner_id is None


def test_figures_of_an_agreed_scan_never_change(province: Province) -> None:
    first = province.agreed()
    with province.work() as session:
        before = [one.figures for one in figures_of(session, get_scan(session, first)).themes]
    with pytest.raises(Conflict):
        province.agree(first, {"governance": {"policy": 5, "practice": 5, "result": 5}})
    province.agreed({"policy": 5, "practice": 5, "result": 5}, previous_scan_id=first)
    with province.work() as session:
        scan = get_scan(session, first)
        assert [one.figures for one in figures_of(session, scan).themes] == before
        with pytest.raises(Conflict):
            inquiring.move_phase(session, scan.inquiry, "conversation", actor_id=None, now=NOW)
