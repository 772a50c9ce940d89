"""Signing in and out, and what an attacker tries there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, leaving, passwords, sign_ins
from waardewerk.testing import (
    AddPerson,
    SignIn,
    SignInAs,
    UnitOfWork,
    browser_of,
    csrf_token,
    submit,
)

PASSWORD = "correct horse battery"
EVIL = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example\t",
    "/\t/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "///evil.example",
    "evil.example",
    "",
]


@pytest.fixture
def sam(a_person: AddPerson, unit_of_work: UnitOfWork) -> Person:
    """Sam has a password."""
    person = a_person({"adviseur"}, name="Sam")
    with unit_of_work() as session:
        accounts.get_person(session, person.id).password_hash = passwords.hasher.hash(PASSWORD)
    return person


def try_to_sign_in(client: FlaskClient, email: str = "sam@example.nl", password: str = PASSWORD):
    return submit(client, "/sign-in", {"email": email, "password": password})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_password_opens_the_door(client: FlaskClient, sam: Person) -> None:
    response = try_to_sign_in(client)
    assert (response.status_code, response.location) == (303, "/")
    assert "Hello Sam" in client.get("/").text


def test_an_address_is_the_same_in_capitals_and_with_spaces(
    client: FlaskClient, sam: Person
) -> None:
    assert try_to_sign_in(client, email=" SAM@Example.NL ").status_code == 303


def test_an_unknown_account_and_a_wrong_password_look_the_same(app: Flask, sam: Person) -> None:
    one, other = browser_of(app), browser_of(app)
    unknown = try_to_sign_in(one, email="not.sam@example.nl")
    wrong = try_to_sign_in(other, password="not the password")
    assert unknown.status_code == wrong.status_code == 422
    assert "do not belong together" in unknown.text
    assert without_what_differs(unknown.text) == without_what_differs(wrong.text)


def without_what_differs(page: str) -> list[str]:
    return [
        line
        for line in page.splitlines()
        if not any(word in line for word in ("csrf_token", "nonce", "challenge", "@example.nl"))
    ]


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    client: FlaskClient, sam: Person
) -> None:
    try_to_sign_in(client)
    cookie = client.get_cookie("waardewerk")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert cookie.origin_only


class TestOverTls:
    """The same, at an address that starts with https."""

    @pytest.fixture
    def config(self, config):
        return config.model_copy(update={"base_url": "https://localhost"})

    def test_the_cookie_is_bound_to_this_host(self, client: FlaskClient, sam: Person) -> None:
        client.environ_base["wsgi.url_scheme"] = "https"
        response = submit(client, "/sign-in", {"email": "sam@example.nl", "password": PASSWORD})
        cookies = response.headers.getlist("Set-Cookie")
        ours = next(c for c in cookies if c.startswith("__Host-waardewerk="))
        assert "Secure" in ours
        assert "Domain" not in ours


@pytest.mark.parametrize("target", EVIL)
def test_signing_in_never_leads_to_another_site(
    client: FlaskClient, sam: Person, target: str
) -> None:
    fields = {"email": "sam@example.nl", "password": PASSWORD, "next": target}
    response = submit(client, "/sign-in", fields)
    assert response.status_code in {303, 422}
    assert response.location in {"/", None}


def test_signing_in_leads_back_to_where_one_wanted_to_go(client: FlaskClient, sam: Person) -> None:
    asked = client.get("/account?tab=1")
    assert asked.location == "/sign-in?next=/account?tab%3D1"
    response = submit(
        client,
        "/sign-in",
        {"email": "sam@example.nl", "password": PASSWORD, "next": "/account?tab=1"},
        on=asked.location,
    )
    assert response.location == "/account?tab=1"


def test_the_page_remembers_where_one_wanted_to_go(client: FlaskClient) -> None:
    assert 'name="next" type="hidden" value="/account"' in client.get("/sign-in?next=/account").text


def test_after_ten_wrong_passwords_even_the_right_one_waits(
    client: FlaskClient, sam: Person
) -> None:
    for _ in range(10):
        assert try_to_sign_in(client, password="wrong").status_code == 422
    response = try_to_sign_in(client)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 601
    assert "Too many tries" in response.text


def test_who_guesses_one_account_does_not_lock_out_another(
    client: FlaskClient, sam: Person
) -> None:
    for _ in range(11):
        try_to_sign_in(client, email="someone.else@example.nl")
    assert try_to_sign_in(client).status_code == 303


def test_waiting_opens_the_door_again(client: FlaskClient, sam: Person) -> None:
    for _ in range(11):
        try_to_sign_in(client, password="wrong")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert try_to_sign_in(client).status_code == 303


def test_who_was_let_go_cannot_sign_in(
    client: FlaskClient, sam: Person, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        leaving.deactivate(
            session, accounts.get_person(session, sam.id), actor_id=None, now=datetime.now(UTC)
        )
    assert try_to_sign_in(client).status_code == 422


def test_who_has_no_password_yet_cannot_sign_in(client: FlaskClient, a_person: AddPerson) -> None:
    a_person(name="New")
    response = try_to_sign_in(client, email="new@example.nl", password="")
    assert response.status_code == 422
    assert try_to_sign_in(client, email="new@example.nl", password="None").status_code == 422


def test_a_sign_in_that_was_planted_before_is_worth_nothing_after(
    client: FlaskClient, sam: Person
) -> None:
    client.set_cookie("waardewerk", "planted-by-somebody-else")
    try_to_sign_in(client)
    cookie = client.get_cookie("waardewerk")
    assert cookie is not None
    assert cookie.value != "planted-by-somebody-else"
    client.set_cookie("waardewerk", "planted-by-somebody-else")
    assert not is_signed_in(client)


def test_signing_in_again_ends_the_sign_in_before(
    app: Flask, client: FlaskClient, sam: Person
) -> None:
    try_to_sign_in(client)
    before = client.get_cookie("waardewerk")
    try_to_sign_in(client)
    thief = browser_of(app)
    thief.set_cookie("waardewerk", before.value)
    assert is_signed_in(client)
    assert not is_signed_in(thief)


def test_a_form_from_before_the_sign_in_no_longer_counts(client: FlaskClient, sam: Person) -> None:
    old = csrf_token(client, "/sign-in")
    try_to_sign_in(client)
    response = client.post("/sign-out", data={"csrf_token": old})
    assert response.status_code == 400
    assert is_signed_in(client)


def test_a_stolen_cookie_is_worthless_after_signing_out(app: Flask, sign_in_as: SignInAs) -> None:
    client = sign_in_as("adviseur")
    stolen = client.get_cookie("waardewerk").value
    thief = browser_of(app)
    thief.set_cookie("waardewerk", stolen)
    assert is_signed_in(thief)
    assert submit(client, "/sign-out", on="/").location == "/"
    assert not is_signed_in(thief)
    assert client.get_cookie("waardewerk") is None


def test_signing_out_is_no_link(sign_in_as: SignInAs) -> None:
    client = sign_in_as()
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert is_signed_in(client)


def test_a_sign_in_ends_by_itself(sign_in_as: SignInAs) -> None:
    client = sign_in_as()
    cookie = client.get_cookie("waardewerk").value
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=10, minutes=1)):
        client.set_cookie("waardewerk", cookie)
        assert not is_signed_in(client)


def test_letting_somebody_go_ends_their_sign_ins_at_once(
    sign_in: SignIn, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    person = a_person("adviseur")
    client = sign_in(person)
    assert is_signed_in(client)
    with unit_of_work() as session:
        leaving.deactivate(
            session, accounts.get_person(session, person.id), actor_id=None, now=datetime.now(UTC)
        )
    assert not is_signed_in(client)


@pytest.mark.parametrize("nonsense", ["", "x", "\x00", "ÿ", "a" * 3000, "' OR 1=1 --"])
def test_a_tampered_cookie_is_nobody(client: FlaskClient, nonsense: str) -> None:
    client.set_cookie("waardewerk", nonsense)
    client.set_cookie("session", nonsense)
    assert client.get("/").status_code == 200
    assert not is_signed_in(client)


def test_passwords_can_be_pasted_and_filled_in_by_a_manager(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


@pytest.fixture
def signed_in_sam(sam: Person, sign_in: SignIn) -> FlaskClient:
    """Sam, signed in."""
    return sign_in(sam)


ChangePassword = Callable[[FlaskClient, str, str], object]


def change_password(client: FlaskClient, current: str, password: str):
    return submit(client, "/account/password", {"current_password": current, "password": password})


def test_another_password_ends_every_other_sign_in(
    sam: Person, sign_in: SignIn, client: FlaskClient
) -> None:
    here, elsewhere = sign_in(sam), sign_in(sam)
    before = here.get_cookie("waardewerk").value
    assert change_password(here, PASSWORD, "another long sentence").location == "/account"
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert here.get_cookie("waardewerk").value != before
    assert try_to_sign_in(client).status_code == 422
    assert try_to_sign_in(client, password="another long sentence").status_code == 303


def test_another_password_needs_the_one_of_now(signed_in_sam: FlaskClient) -> None:
    response = change_password(signed_in_sam, "a guess", "another long sentence")
    assert response.status_code == 422
    assert "not the password that you have now" in response.text


def test_guessing_the_password_of_now_is_slowed_down_too(signed_in_sam: FlaskClient) -> None:
    for _ in range(10):
        change_password(signed_in_sam, "a guess", "another long sentence")
    response = change_password(signed_in_sam, PASSWORD, "another long sentence")
    assert response.status_code == 429


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "sam@example.nl", "x" * 201])
def test_a_weak_password_is_refused_beside_its_field(signed_in_sam: FlaskClient, weak: str) -> None:
    response = change_password(signed_in_sam, PASSWORD, weak)
    assert response.status_code == 422
    assert 'id="password-error"' in response.text


def test_somebody_ends_a_sign_in_elsewhere(sam: Person, sign_in: SignIn) -> None:
    here, elsewhere = sign_in(sam), sign_in(sam)
    page = here.get("/account").text
    target = page.split('action="/account/sign-ins/')[1].split('"')[0]
    response = submit(here, f"/account/sign-ins/{target}", on="/account")
    assert response.status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_nobody_ends_a_sign_in_of_somebody_else(
    sam: Person, sign_in: SignIn, sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    victim, attacker = sign_in(sam), sign_in_as("administrator")
    with unit_of_work() as session:
        sign_in_id = sign_ins.sign_ins_of(session, sam.id, datetime.now(UTC))[0].id
    response = submit(attacker, f"/account/sign-ins/{sign_in_id}/end", on="/account")
    assert response.status_code == 404
    assert is_signed_in(victim)


def test_somebody_ends_all_other_sign_ins_at_once(sam: Person, sign_in: SignIn) -> None:
    here, one, two = sign_in(sam), sign_in(sam), sign_in(sam)
    submit(here, "/account/sign-ins/end-others", on="/account")
    assert [is_signed_in(client) for client in (here, one, two)] == [True, False, False]


def test_the_account_page_tells_who_one_is(sign_in_as: SignInAs) -> None:
    page = (
        sign_in_as({"adviseur", "beheerder"}, level="executive", name="Noor").get("/account").text
    )
    for text in ("Noor", "noor@example.nl", "Executive", "Adviser, Keeper", "this browser"):
        assert text in page


def test_what_is_kept_about_somebody_is_handed_to_that_person_alone(
    client: FlaskClient, sign_in_as: SignInAs
) -> None:
    own = sign_in_as({"adviseur"}, name="Noor").get("/account/data")
    assert own.mimetype == "application/json"
    assert own.json["core.accounts"][0]["email"] == "noor@example.nl"
    assert client.get("/account/data").status_code == 303
