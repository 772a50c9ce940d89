from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from waardewerk.questionnaires.operations import publishing
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import UnitOfWork
from waardewerk_maturity.operations import opening, shipping
from waardewerk_maturity.queries import get_scan, scans

from .conftest import PROVINCE, Province, days_from_now

NOW = datetime.now(UTC)


def test_the_shipped_scan_is_published_once(unit_of_work: UnitOfWork) -> None:
    numbers = set()
    for _time in range(2):
        with unit_of_work() as session:
            numbers.add(shipping.publish_shipped_scan(session, actor_id=None, now=NOW).id)
    assert len(numbers) == 1
    with unit_of_work() as session:
        assert len(publishing.versions_of(session, "maturity")) == 1


def test_the_shipped_scan_is_what_comes_out_again(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        version = shipping.publish_shipped_scan(session, actor_id=None, now=NOW)
        assert version.content.encode() == shipping.SHIPPED.read_bytes()


def test_a_scan_is_about_the_organisation_or_about_a_department(province: Province) -> None:
    whole = province.open()
    part = province.open(scope="department", department=" Roads ")
    with province.work() as session:
        assert get_scan(session, whole).inquiry.subjects[0].title == PROVINCE
        assert get_scan(session, part).inquiry.subjects[0].title == "Roads"
        assert get_scan(session, part).department == "Roads"


def test_a_form_that_is_sent_twice_opens_one_scan(province: Province) -> None:
    assert province.open(request_key="k") == province.open(request_key="k")
    with province.work() as session:
        assert len(scans(session)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "universe"},
        {"scope": "department"},
        {"title": "  "},
        {"privacy": "anonymous"},
        {"smallest_group": 2},
        {"smallest_group": 51},
        {"closes_on": days_from_now(-1)},
        {"chair_id": 999},
        {"previous_scan_id": 999},
    ],
)
def test_a_scan_that_cannot_be_held_is_refused_and_leaves_nothing(
    province: Province, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        province.open(**changes)
    with province.work() as session:
        assert scans(session) == []


def test_only_an_agreed_scan_can_be_the_one_before(province: Province) -> None:
    running = province.open()
    with pytest.raises(Refusal):
        province.open(previous_scan_id=running)


def test_a_draft_cannot_be_put_to_people(province: Province) -> None:
    text = shipping.SHIPPED.read_text("utf-8").replace('"2026.1"', '"2026.2"', 1)
    with province.work() as session:
        shipping.publish_shipped_scan(session, actor_id=None, now=NOW)
        number = shipping.load_scan_definition(session, text, actor_id=None, now=NOW).id
    with pytest.raises(Refusal):
        province.open(version_id=number)


def test_a_version_that_does_not_exist_is_not_found(province: Province) -> None:
    with pytest.raises(NotFound):
        province.open(version_id=999)


def test_a_running_scan_keeps_the_version_it_began_with(province: Province) -> None:
    scan_id = province.open()
    text = shipping.SHIPPED.read_text("utf-8").replace('"2026.1"', '"2026.2"', 1)
    with province.work() as session:
        draft = shipping.load_scan_definition(session, text, actor_id=None, now=NOW)
        assert publishing.preview(session, draft).running == 1
        publishing.publish(session, draft, actor_id=None, now=NOW)
        newest = draft.id
    with province.work() as session:
        assert get_scan(session, scan_id).inquiry.version_id != newest
        with pytest.raises(Conflict):
            shipping.load_scan_definition(session, text, actor_id=None, now=NOW)


def test_the_previous_scan_is_remembered(province: Province) -> None:
    first = province.agreed()
    second = province.open(previous_scan_id=first)
    with province.work() as session:
        scan = get_scan(session, second)
        assert scan.previous is not None
        assert scan.previous.id == first


def test_another_kind_of_questionnaire_is_no_scan(province: Province) -> None:
    text = shipping.SHIPPED.read_text("utf-8").replace('kind: "maturity"', 'kind: "survey"', 1)
    with province.work() as session, pytest.raises(Refusal):
        shipping.load_scan_definition(session, text, actor_id=None, now=NOW)
    assert opening.KIND == "maturity"
