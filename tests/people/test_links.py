"""Single-use links: looking never uses them, using them works once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, inviting, leaving, links, passwords
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, browser_of, csrf_token, submit

PASSWORD = "correct horse battery"
FIRST = {
    "name": "Robin",
    "email": "robin@example.nl",
    "password": PASSWORD,
    "repeated_password": PASSWORD,
}


@pytest.fixture
def set_up_link(unit_of_work: UnitOfWork) -> str:
    """The link that the first start prints."""
    with unit_of_work() as session:
        return f"/link/{links.make_set_up_link(session, datetime.now(UTC))}"


@pytest.fixture
def noor(a_person: AddPerson) -> Person:
    """Noor has an account and no password yet."""
    return a_person({"adviseur"}, name="Noor")


@pytest.fixture
def invitation(noor: Person, unit_of_work: UnitOfWork) -> str:
    """Noor's invitation."""
    with unit_of_work() as session:
        person = accounts.get_person(session, noor.id)
        token = inviting.invite_again(session, person, actor_id=None, now=datetime.now(UTC))
    return f"/link/{token}"


def test_the_set_up_link_makes_the_first_administrator(
    client: FlaskClient, set_up_link: str
) -> None:
    assert submit(client, set_up_link, FIRST).location == "/"
    assert "Administration" in client.get("/").text


def test_the_set_up_link_works_once(app: Flask, client: FlaskClient, set_up_link: str) -> None:
    late = browser_of(app)
    token = csrf_token(late, set_up_link)
    submit(client, set_up_link, FIRST)
    second = late.post(set_up_link, data={**FIRST, "email": "late@example.nl", "csrf_token": token})
    assert second.status_code == 410
    assert client.get(set_up_link).status_code == 410


def test_a_mistake_does_not_use_the_link_up(client: FlaskClient, set_up_link: str) -> None:
    for wrong in ({"repeated_password": "something else"}, {"email": "nobody"}, {"name": " "}):
        response = submit(client, set_up_link, {**FIRST, **wrong})
        assert response.status_code == 422
        assert "Robin" in response.text or "name" in wrong
    assert submit(client, set_up_link, FIRST).status_code == 303


def test_with_an_administrator_a_second_set_up_is_refused(
    client: FlaskClient, set_up_link: str, a_person: AddPerson
) -> None:
    a_person("administrator")
    response = submit(client, set_up_link, FIRST)
    assert response.status_code == 422
    assert "There is an administrator already" in response.text


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_does_not_use_a_link(client: FlaskClient, invitation: str, method: str) -> None:
    for _ in range(3):
        assert getattr(client, method)(invitation).status_code == 200
    fields = {"name": "Noor", "password": PASSWORD}
    assert submit(client, invitation, fields).status_code == 303


def test_the_address_of_the_page_stays_secret(client: FlaskClient, invitation: str) -> None:
    response = client.get(invitation)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_an_invitation_gives_a_password_and_comes_in(
    app: Flask, client: FlaskClient, invitation: str
) -> None:
    submit(client, invitation, {"name": "Noor Bakker", "password": PASSWORD})
    assert "Hello Noor Bakker" in client.get("/").text
    again = submit(browser_of(app), "/sign-in", {"email": "noor@example.nl", "password": PASSWORD})
    assert again.status_code == 303


def test_an_invitation_works_once(app: Flask, client: FlaskClient, invitation: str) -> None:
    late = browser_of(app)
    token = csrf_token(late, invitation)
    submit(client, invitation, {"name": "Noor", "password": PASSWORD})
    fields = {"name": "Not Noor", "password": "another long sentence", "csrf_token": token}
    assert late.post(invitation, data=fields).status_code == 410
    assert late.get(invitation).status_code == 410


def test_of_two_who_press_at_once_one_comes_in(app: Flask, invitation: str) -> None:
    def press(browser: FlaskClient) -> int:
        return browser.post(invitation, data=fields[browser]).status_code

    browsers = [browser_of(app) for _ in range(4)]
    fields = {
        browser: {
            "name": "Noor",
            "password": PASSWORD,
            "csrf_token": csrf_token(browser, invitation),
        }
        for browser in browsers
    }
    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(press, browsers))
    assert results == [303, 410, 410, 410]


def test_an_invitation_expires(client: FlaskClient, invitation: str) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=14, minutes=1)):
        response = client.get(invitation)
    assert response.status_code == 410
    assert "used before or is too old" in response.text


def test_a_new_invitation_ends_the_one_before(
    client: FlaskClient, invitation: str, noor: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        person = accounts.get_person(session, noor.id)
        inviting.invite_again(session, person, actor_id=None, now=datetime.now(UTC))
    assert client.get(invitation).status_code == 410


def test_an_invitation_ends_when_somebody_is_let_go(
    client: FlaskClient, invitation: str, noor: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        person = accounts.get_person(session, noor.id)
        leaving.deactivate(session, person, actor_id=None, now=datetime.now(UTC))
    assert client.get(invitation).status_code == 410


@pytest.mark.parametrize("token", ["x", "%00", "%ED%A0%80", "a" * 3000, "..%2f..%2fetc"])
def test_a_link_that_never_was_looks_like_one_that_was_used(
    client: FlaskClient, token: str
) -> None:
    assert client.get(f"/link/{token}").status_code in {404, 410}


def test_who_forgot_the_password_chooses_another(
    client: FlaskClient, noor: Person, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    elsewhere = sign_in(noor)
    with unit_of_work() as session:
        person = accounts.get_person(session, noor.id)
        person.password_hash = passwords.hasher.hash("the forgotten one")
        token = inviting.make_password_link(
            session, person, actor_id=noor.id, now=datetime.now(UTC)
        )
    assert submit(client, f"/link/{token}", {"password": PASSWORD}).status_code == 303
    assert "Hello Noor" in client.get("/").text
    assert elsewhere.get("/account").status_code == 303


def test_a_link_for_a_password_does_not_work_as_another_kind_of_link(
    noor: Person, unit_of_work: UnitOfWork
) -> None:
    now = datetime.now(UTC)
    with unit_of_work() as session:
        token = inviting.invite_again(
            session, accounts.get_person(session, noor.id), actor_id=None, now=now
        )
    with pytest.raises(links.LinkUsed), unit_of_work() as session:
        inviting.use_sign_in_link(session, token, now)
    with pytest.raises(links.LinkUsed), unit_of_work() as session:
        inviting.set_up(session, token, name="x", email="x@example.nl", password=PASSWORD, now=now)
