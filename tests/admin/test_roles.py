"""Deciding what roles may do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from waardewerk.audit import entries_about
from waardewerk.installation import Grant
from waardewerk.plugins import Plugins
from waardewerk.testing import SignInAs, UnitOfWork, submit


@pytest.fixture
def plugins(sample: Plugins) -> Plugins:
    """The sample plugin declares two permissions."""
    return sample


def ticked(client: FlaskClient, role: str) -> set[str]:
    page = client.get(f"/admin/roles/{role}").text
    boxes = [part.split(">")[0] for part in page.split('<input type="checkbox"')[1:]]
    return {box.split('value="')[1].split('"')[0] for box in boxes if "checked" in box}


def test_the_defaults_of_plugins_are_ticked(administrator: FlaskClient) -> None:
    assert {"sample.read", "sample.write"} <= ticked(administrator, "adviseur")
    assert "sample.read" not in ticked(administrator, "respondent")


def test_a_right_given_and_taken_holds_at_the_next_request(
    administrator: FlaskClient, sign_in_as: SignInAs
) -> None:
    adviseur, servant = sign_in_as("adviseur"), sign_in_as("civil_servant")
    submit(administrator, "/admin/roles/adviseur", {"permissions": ["sample.write"]})
    submit(administrator, "/admin/roles/civil_servant", {"permissions": ["sample.read"]})
    assert adviseur.get("/sample/").status_code == 403
    assert servant.get("/sample/").status_code == 200
    assert submit(servant, "/sample/", {"text": "x"}).status_code == 403


def test_only_what_differs_from_the_default_is_kept(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    before = ticked(administrator, "adviseur")
    submit(administrator, "/admin/roles/adviseur", {"permissions": ["sample.read"]})
    submit(administrator, "/admin/roles/adviseur", {"permissions": sorted(before)})
    with unit_of_work() as session:
        assert session.scalars(select(Grant)).all() == []
        assert len(entries_about(session, "role:adviseur")) == 2


def test_administrators_cannot_lock_themselves_out(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    for kept in ([], ["admin.people"], ["admin.roles"]):
        response = submit(administrator, "/admin/roles/administrator", {"permissions": kept})
        assert response.status_code == 422
        assert "Administrators keep" in response.text
    with unit_of_work() as session:
        assert session.scalars(select(Grant)).all() == []


def test_a_right_that_does_not_exist_is_refused(administrator: FlaskClient) -> None:
    fields = {"permissions": ["sample.read", "sample.rule-the-world"]}
    assert submit(administrator, "/admin/roles/adviseur", fields).status_code == 422


def test_a_role_that_does_not_exist_has_no_page(administrator: FlaskClient) -> None:
    assert administrator.get("/admin/roles/king").status_code == 404


def test_what_everybody_may_do_is_not_offered(administrator: FlaskClient) -> None:
    page = administrator.get("/admin/roles/adviseur").text
    assert "people.account" not in page
    assert "inquiries.answer" not in page


def test_rights_stand_under_the_part_that_they_are_about(administrator: FlaskClient) -> None:
    page = administrator.get("/admin/roles/adviseur").text
    assert page.index("<h2>Values</h2>") < page.index('value="values.read"')
    of_plugin = page.split("<h2>Practice notes")[1].split("</fieldset>")[0]
    assert 'value="sample.read"' in of_plugin
    assert 'value="sample.write"' in of_plugin
    assert "values.read" not in of_plugin
