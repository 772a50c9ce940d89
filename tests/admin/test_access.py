"""Every door of the administration is closed to who has no right to it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.admin.sections import SECTIONS
from waardewerk.installation import Grant, changed
from waardewerk.testing import SignInAs, UnitOfWork, submit

PAGES = [
    "/admin/people/",
    "/admin/people/invite",
    "/admin/people/1",
    "/admin/people/1/erase",
    "/admin/roles/",
    "/admin/roles/adviseur",
    "/admin/plugins/",
    "/admin/settings/",
    "/admin/settings/identity",
    "/admin/settings/logo",
    "/admin/settings/theme",
    "/admin/health/",
    "/admin/audit/",
]
BUTTONS = [
    "/admin/people/1/link",
    "/admin/people/1/let-go",
    "/admin/people/1/let-in",
    "/admin/people/1/erase",
    "/admin/people/1/break-glass",
    "/admin/people/1/break-glass/end",
    "/admin/people/1/unlink",
    "/admin/people/1/second-step/reset",
    "/admin/plugins/sample/on",
    "/admin/plugins/sample/off",
    "/admin/settings/logo/remove",
    "/admin/settings/theme/reset",
    "/admin/health/jobs/1/retry",
    "/admin/health/jobs/1/drop",
    "/admin/audit/verify",
]


def test_the_lists_above_are_complete(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin/")]
    known = {path.replace("sample", "<name>").replace("adviseur", "<role>") for path in PAGES}
    known |= {path.replace("sample", "<name>") for path in BUTTONS}
    shapes = {
        rule.rule.replace("<int:person_id>", "1").replace("<int:job_id>", "1") for rule in rules
    }
    assert shapes - known == {"/admin/", "/admin/settings/plugin/<name>"}


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    for page in ("/admin/", *PAGES):
        response = client.get(page)
        assert response.status_code == 303, page
        assert response.location.startswith("/sign-in?next=/admin/")


def test_who_works_here_is_refused(sign_in_as: SignInAs) -> None:
    adviseur = sign_in_as({"adviseur", "aanjager", "beheerder", "executive_member"})
    for page in ("/admin/", *PAGES):
        assert adviseur.get(page).status_code == 403, page
    for button in BUTTONS:
        assert submit(adviseur, button, on="/account").status_code == 403, button


def test_an_administrator_may_enter_every_part(administrator: FlaskClient) -> None:
    for page in ("/admin/", *PAGES):
        assert administrator.get(page).status_code == 200, page


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.permission)
def test_who_may_enter_one_part_sees_that_part_alone(
    section, sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.add(Grant(role="beheerder", permission=section.permission, granted=True))
        changed(session)
    beheerder = sign_in_as("beheerder")
    page = beheerder.get("/admin/").text
    assert page.count('class="ww-tile"') == 1
    assert str(section.title) in page
    own = section.permission.removeprefix("admin.")
    for path in PAGES:
        expected = 200 if path.startswith(f"/admin/{own}/") else 403
        assert beheerder.get(path).status_code == expected, path
