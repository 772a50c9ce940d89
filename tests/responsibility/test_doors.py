"""Every door of the register and of advice, for each role and on somebody else's request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.contract import ROLES
from waardewerk.people.models import Person
from waardewerk.testing import SignIn, SignInAs, submit

from .conftest import Province, by

INSIDE = {"administrator", "adviseur", "aanjager", "beheerder", "executive_member", "civil_servant"}
KEEPERS = {"administrator", "aanjager", "beheerder"}
EVERYBODY = set(ROLES)

#: Each page with who may open it; the numbers are those of the fixture below.
PAGES = {
    "/responsibility/": INSIDE,
    "/responsibility/history": INSIDE,
    "/responsibility/register.csv": INSIDE,
    "/responsibility/held/{place}": INSIDE,
    "/responsibility/bodies/{body}": INSIDE,
    "/responsibility/place": KEEPERS,
    "/responsibility/held/{place}/change": KEEPERS,
    "/responsibility/held/{place}/end": KEEPERS,
    "/responsibility/bodies/new": KEEPERS,
    "/responsibility/bodies/{body}/change": KEEPERS,
    "/responsibility/bodies/{body}/end": KEEPERS,
    "/responsibility/bodies/{body}/members": KEEPERS,
    "/responsibility/leaving/": KEEPERS,
    "/responsibility/leaving/{person}": KEEPERS,
    "/responsibility/leaving/mine": EVERYBODY,
    "/advice/": INSIDE,
    "/advice/ask": INSIDE,
}
#: Buttons without a page of their own.
BUTTONS = {
    "/responsibility/bodies/members/{member}/forget": KEEPERS,
    "/responsibility/bodies/members/{member}/end": KEEPERS,
    "/responsibility/bodies/members/{second}/chair": KEEPERS,
}
#: What is about one request: who may, of those who neither asked it nor own it.
ABOUT_A_REQUEST = {
    "/advice/{request}": {"adviseur", "beheerder"},
    "/advice/{request}/request.json": {"adviseur", "beheerder"},
    "/advice/{request}/take-up": {"adviseur"},
    "/advice/{request}/answer": {"adviseur"},
    "/advice/{request}/refer": {"adviseur"},
    "/advice/{request}/offer": {"adviseur"},
}
#: Buttons about one request that nobody else may press, or only advisers.
REQUEST_BUTTONS = {
    "/advice/{request}/contribute": {"adviseur"},
    "/advice/{request}/sign": {"adviseur"},
    "/advice/{request}/share": set(),
    "/advice/{request}/read": set(),
    "/advice/{request}/names": set(),
    "/advice/{request}/withdraw": set(),
}
OTHERS = {"/responsibility/leaving/mine/stay", "/advice/{request}/offers/{offer}"}


@pytest.fixture
def numbers(province: Province, asker: Person) -> dict[str, int]:
    """Give one of everything, none of it of who looks."""
    body = province.body()
    return {
        "place": province.place(by(province.keeper)),
        "body": body,
        "member": province.seat(body, name="Outside expert"),
        "second": province.seat(body, name="Second expert"),
        "person": province.keeper.id,
        "request": province.ask(asker),
        "offer": 1,
    }


def shapes(paths: object) -> Iterator[str]:
    for path in paths:  # type: ignore[attr-defined]
        yield path.replace("register.csv", "register.{form}").replace(
            "request.json", "request.{form}"
        )


def test_the_lists_above_are_complete(app: Flask) -> None:
    names = {"placement_id": "place", "body_id": "body", "member_id": "member"}
    names |= {"person_id": "person", "request_id": "request", "offer_id": "offer", "form": "form"}
    there = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/responsibility/", "/advice/")):
            path = rule.rule
            for name, short in names.items():
                path = path.replace(f"<int:{name}>", f"{{{short}}}")
                path = path.replace(f"<{name}>", f"{{{short}}}")
            there.add(path)
    known = {*PAGES, *BUTTONS, *ABOUT_A_REQUEST, *REQUEST_BUTTONS, *OTHERS}
    assert there == {path.replace("{second}", "{member}") for path in shapes(known)}


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, numbers: dict[str, int]) -> None:
    for path in (*PAGES, *ABOUT_A_REQUEST):
        assert client.get(path.format(**numbers)).status_code == 303, path


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_pages_and_no_other(
    role: str, sign_in_as: SignInAs, numbers: dict[str, int]
) -> None:
    browser = sign_in_as(role)
    for path, may in PAGES.items():
        expected = 200 if role in may else 403
        assert browser.get(path.format(**numbers)).status_code == expected, path
    for path, may in BUTTONS.items():
        response = submit(browser, path.format(**numbers), on="/account")
        assert response.status_code == (303 if role in may else 403), path


@pytest.mark.parametrize("role", ROLES)
def test_somebody_elses_request_is_for_advisers_and_who_watches(
    role: str, sign_in_as: SignInAs, numbers: dict[str, int]
) -> None:
    browser = sign_in_as(role)
    for path, may in ABOUT_A_REQUEST.items():
        status = browser.get(path.format(**numbers)).status_code
        assert status == 200 if role in may else status in {403, 404}, path
    for path, may in REQUEST_BUTTONS.items():
        fields = {"words": "Mine now", "answer": "1", "shared": "yes", "names": "yes"}
        status = submit(browser, path.format(**numbers), fields, on="/account").status_code
        # 409: an adviser may, and there is no text to sign or answer to share yet.
        assert status in {303, 409} if role in may else status in {403, 404, 409}, path
    assert "Mine now" not in browser.get("/advice/").text


def test_who_may_not_see_a_request_hears_that_it_does_not_exist(
    sign_in_as: SignInAs, numbers: dict[str, int]
) -> None:
    browser = sign_in_as("executive_member")
    there = browser.get(f"/advice/{numbers['request']}")
    nowhere = browser.get("/advice/999")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert "Cameras" not in there.text


def test_who_asked_may_do_what_only_the_asker_may(
    sign_in: SignIn, asker: Person, numbers: dict[str, int]
) -> None:
    browser = sign_in(asker)
    page = f"/advice/{numbers['request']}"
    assert browser.get(page).status_code == 200
    assert submit(browser, f"{page}/names", {"names": "yes"}, on=page).status_code == 303
    assert browser.get(f"{page}/take-up").status_code == 403
    assert submit(browser, f"{page}/withdraw", {"words": "Not needed"}).status_code == 303
    assert "withdrawn" in browser.get(page).text


@pytest.mark.parametrize(
    "path",
    [
        "/responsibility/held/999",
        "/responsibility/held/99999999999",
        "/responsibility/held/999/change",
        "/responsibility/bodies/999",
        "/responsibility/bodies/999/members",
        "/responsibility/leaving/999",
        "/responsibility/register.exe",
        "/advice/999",
        "/advice/999/take-up",
        "/advice/999/offers/1",
    ],
)
def test_what_does_not_exist_is_not_found(path: str, sign_in_as: SignInAs) -> None:
    assert sign_in_as({"adviseur", "beheerder"}).get(path).status_code == 404
