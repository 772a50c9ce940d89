"""Signing in with the organisation's account, against a real provider over HTTP."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import time_machine
from flask import Flask
from sqlalchemy import select

from waardewerk import db, i18n
from waardewerk.audit import AuditEntry, entries_about
from waardewerk.config import Config
from waardewerk.people import organisation
from waardewerk.people.models import Identity, Person, SignIn
from waardewerk.people.oidc import faults as refusals
from waardewerk.people.oidc.claims import joined
from waardewerk.people.operations import accounts, break_glass, identities, leaving, rights
from waardewerk.testing import AddPerson, UnitOfWork, browser_of, csrf_token, free_port, submit
from waardewerk.testing_provider import FAULTS, IdentityProvider, asked_in

from .conftest import PASSWORD, Visitor, WithPassword


@pytest.fixture
def config(province: Config) -> Config:
    """People sign in with the account of their organisation."""
    return province


@pytest.fixture
def sam(identity_provider: IdentityProvider):
    """Sam is an adviser on the board, as far as the organisation knows."""
    return identity_provider.add("sam", "advisers", "board")


def who(unit_of_work: UnitOfWork, email: str = "sam@example.nl") -> Person | None:
    with unit_of_work() as session:
        return accounts.find_person(session, email)


def roles_of(unit_of_work: UnitOfWork, email: str = "sam@example.nl") -> frozenset[str]:
    with unit_of_work() as session:
        return rights.roles_of(session, accounts.find_person(session, email).id)


# The way in ----------------------------------------------------------------------------------


def test_the_sign_in_page_offers_the_organisation_first(visitor: Visitor) -> None:
    page = visitor.client.get("/sign-in?next=/account").text
    assert "Sign in with Provincie Voorbeeld" in page
    assert "/sign-in/organisation?next=/account" in page


def test_nobody_talks_to_the_provider_before_somebody_signs_in(
    visitor: Visitor, identity_provider: IdentityProvider
) -> None:
    for page in ("/", "/sign-in", "/health"):
        visitor.client.get(page)
    assert identity_provider.asked == []


def test_who_is_known_there_comes_in_with_roles_and_level(
    visitor: Visitor, sam, unit_of_work: UnitOfWork
) -> None:
    response = visitor.sign_in("sam", "/account?tab=1")
    assert (response.status_code, response.location) == (303, "/account?tab=1")
    page = visitor.client.get("/account").text
    for text in ("Sam", "sam@example.nl", "Executive", "Adviser", "Your organisation decides"):
        assert text in page
    assert "With the account of your organisation" in page
    assert roles_of(unit_of_work) == {"adviseur"}


def test_the_provider_is_asked_for_a_code_and_nothing_else(visitor: Visitor) -> None:
    asked = asked_in(visitor.to_provider())
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/sign-in/organisation/back"
    assert all(len(asked[secret]) >= 43 for secret in ("state", "nonce", "code_challenge"))
    again = asked_in(visitor.to_provider())
    assert again["state"] != asked["state"]
    assert again["nonce"] != asked["nonce"]


def test_a_second_time_it_is_the_same_person_whatever_the_address(
    visitor: Visitor, another_visitor: Visitor, sam, unit_of_work: UnitOfWork
) -> None:
    visitor.sign_in("sam")
    sam.email = "sam.de.vries@example.nl"
    another_visitor.sign_in("sam")
    assert another_visitor.is_signed_in
    with unit_of_work() as session:
        assert len(session.scalars(select(Person)).all()) == 1
        assert len(session.scalars(select(Identity)).all()) == 1


def test_an_account_that_was_there_is_linked_by_its_verified_address(
    visitor: Visitor, sam, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    before = a_person({"beheerder"}, level="political", name="Sam")
    sam.email = "SAM@example.nl"
    visitor.sign_in("sam")
    person = who(unit_of_work)
    assert (person.id, person.level) == (before.id, "executive")
    # The mapping knows nothing of keepers: that role stays the administrator's.
    assert roles_of(unit_of_work) == {"adviseur", "beheerder"}


@pytest.mark.parametrize("said", [False, "false", None, 1, "yes"])
def test_an_address_that_is_not_verified_opens_nothing(
    visitor: Visitor, sam, a_person: AddPerson, unit_of_work: UnitOfWork, said: object
) -> None:
    before = a_person({"administrator"}, name="Sam")
    sam.email_verified = said
    response = visitor.sign_in("sam")
    assert response.status_code == 403
    assert "did not pass on an e-mail address that it vouches for" in response.text
    assert not visitor.is_signed_in
    with unit_of_work() as session:
        assert identities.identity_of(session, before.id, "") is None
        assert session.scalars(select(Identity)).all() == []


def test_nor_does_it_make_an_account_under_somebody_elses_address(
    visitor: Visitor, sam, unit_of_work: UnitOfWork
) -> None:
    # What is kept about somebody is handed over by address.
    sam.email_verified = False
    assert visitor.sign_in("sam").status_code == 403
    assert who(unit_of_work) is None


def test_an_account_of_another_there_is_not_taken_over(
    visitor: Visitor, sam, identity_provider: IdentityProvider, unit_of_work: UnitOfWork
) -> None:
    visitor.sign_in("sam")
    identity_provider.add("newcomer", "advisers", email="sam@example.nl")
    del identity_provider.members["sam"]
    stranger = Visitor(visitor.client.application, identity_provider)
    response = stranger.sign_in("newcomer")
    assert response.status_code == 403
    assert "belongs to another account of your organisation" in response.text
    assert not stranger.is_signed_in


def test_who_has_no_role_here_is_told_whom_to_ask(
    visitor: Visitor, identity_provider: IdentityProvider, unit_of_work: UnitOfWork
) -> None:
    identity_provider.add("noor", "canteen")
    response = visitor.sign_in("noor")
    assert response.status_code == 403
    assert "Ask your administrator for access" in response.text
    assert who(unit_of_work, "noor@example.nl") is None


def test_who_was_let_go_here_stays_out(
    visitor: Visitor, sam, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    person = a_person(name="Sam")
    with unit_of_work() as session:
        known = accounts.get_person(session, person.id)
        leaving.deactivate(session, known, actor_id=None, now=datetime.now(UTC))
    response = visitor.sign_in("sam")
    assert response.status_code == 403
    assert "can no longer sign in here" in response.text
    assert not visitor.is_signed_in


def test_a_break_glass_account_is_never_linked(
    visitor: Visitor, sam, someone_with_password: WithPassword, unit_of_work: UnitOfWork
) -> None:
    keeper = someone_with_password("administrator")
    with unit_of_work() as session:
        person = accounts.get_person(session, keeper.id)
        break_glass.mark(session, person, actor_id=keeper.id, now=datetime.now(UTC))
    response = visitor.sign_in("sam")
    assert response.status_code == 403
    assert "for when this way of signing in does not work" in response.text
    assert not visitor.is_signed_in
    assert roles_of(unit_of_work) == {"administrator"}


def test_of_two_first_sign_ins_at_once_one_account_comes(
    app: Flask, identity_provider: IdentityProvider, sam, unit_of_work: UnitOfWork
) -> None:
    visitors = [Visitor(app, identity_provider) for _ in range(4)]
    back = [identity_provider.sign_in(one.to_provider(), "sam") for one in visitors]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(Visitor.back, visitors, back)
        statuses = [answer.status_code for answer in answers]
    assert 303 in statuses
    assert set(statuses) <= {303, 400}
    with unit_of_work() as session:
        assert len(session.scalars(select(Person)).all()) == 1


# Rights ------------------------------------------------------------------------------------


def test_rights_follow_the_groups_at_each_sign_in_and_the_trail_shows_it(
    visitor: Visitor, another_visitor: Visitor, sam, unit_of_work: UnitOfWork
) -> None:
    visitor.sign_in("sam")
    sam.groups = ["staff"]
    another_visitor.sign_in("sam")
    assert roles_of(unit_of_work) == frozenset()
    person = who(unit_of_work)
    assert person.level == "civil_servant"
    with unit_of_work() as session:
        trail = entries_about(session, f"person:{person.id}")
        written = [(e.action, e.actor_id, e.details) for e in reversed(trail)]
    assert written == [
        ("person.came", person.id, {}),
        ("person.roles", None, {"before": [], "after": ["adviseur"], "source": "organisation"}),
        ("person.changed", None, {"before": None, "after": "executive", "source": "organisation"}),
        ("person.signed_in", person.id, {"way": "organisation"}),
        ("person.roles", None, {"before": ["adviseur"], "after": [], "source": "organisation"}),
        (
            "person.changed",
            None,
            {"before": "executive", "after": "civil_servant", "source": "organisation"},
        ),
        ("person.signed_in", person.id, {"way": "organisation"}),
    ]


def test_nothing_is_written_about_rights_that_stay(
    visitor: Visitor, another_visitor: Visitor, sam, unit_of_work: UnitOfWork
) -> None:
    visitor.sign_in("sam")
    another_visitor.sign_in("sam")
    with unit_of_work() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("person.roles") == 1


def test_the_provider_cannot_take_the_last_administrator_away(
    visitor: Visitor, another_visitor: Visitor, sam, unit_of_work: UnitOfWork
) -> None:
    sam.groups = ["admins"]
    visitor.sign_in("sam")
    sam.groups = ["advisers"]
    another_visitor.sign_in("sam")
    assert roles_of(unit_of_work) == {"administrator", "adviseur"}


def test_groups_may_come_from_userinfo_alone(
    visitor: Visitor, identity_provider: IdentityProvider, sam, unit_of_work: UnitOfWork
) -> None:
    identity_provider.groups_only_in_userinfo = True
    visitor.sign_in("sam")
    assert roles_of(unit_of_work) == {"adviseur"}


def test_userinfo_about_somebody_else_is_not_believed(
    visitor: Visitor, identity_provider: IdentityProvider, sam, unit_of_work: UnitOfWork
) -> None:
    identity_provider.groups_only_in_userinfo = True
    address = visitor.to_provider()
    with identity_provider.failing("other_userinfo"):
        response = visitor.back(identity_provider.sign_in(address, "sam"))
    assert response.status_code == 502
    assert who(unit_of_work) is None


def test_an_address_in_the_token_is_not_vouched_for_by_another_one_beside_it() -> None:
    token = {"sub": "sam", "email": "victim@example.nl"}
    told = {"sub": "sam", "email": "sam@example.nl", "email_verified": True, "groups": ["a"]}
    assert joined(token, told) == {**token, "groups": ["a"]}
    same = {"sub": "sam", "email": "sam@example.nl"}
    assert joined(same, told) == told


# What goes wrong at the provider -------------------------------------------------------------

#: What each fault says to a person: (status, reason, a part of the words).
SAID = {
    **dict.fromkeys(FAULTS, (502, "", "could not be trusted")),
    "down": (503, "no-connection", "does not answer now"),
    "slow": (503, "too-slow", "does not answer now"),
    "broken": (503, "answers-with-fault", "does not answer now"),
    "busy": (503, "answers-with-fault", "does not answer now"),
    "endless_iat": (502, "clocks-differ", "differ too much"),
    "refuses": (502, "refused-by-provider", "could not be trusted"),
    "alg_none": (502, "wrong-token", "could not be trusted"),
    "hs256": (502, "wrong-token", "could not be trusted"),
    "own_key": (502, "wrong-token", "could not be trusted"),
    "wrong_keys": (502, "wrong-signature", "could not be trusted"),
    "wrong_aud": (502, "wrong-aud", "could not be trusted"),
    "wrong_iss": (502, "wrong-iss", "could not be trusted"),
    "wrong_nonce": (502, "wrong-nonce", "could not be trusted"),
    "no_nonce": (502, "wrong-nonce", "could not be trusted"),
    "other_client": (502, "wrong-azp", "could not be trusted"),
    "expired": (502, "wrong-exp", "could not be trusted"),
    "huge": (502, "too-large", "could not be trusted"),
    "redirects": (502, "redirected", "could not be trusted"),
    "mix_up": (502, "other-issuer", "could not be trusted"),
    "unsafe_endpoint": (502, "no-token-endpoint", "could not be trusted"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS - {"other_userinfo"}))
def test_whatever_goes_wrong_there_nobody_comes_in_and_the_page_is_honest(
    app: Flask,
    visitor: Visitor,
    identity_provider: IdentityProvider,
    sam,
    unit_of_work: UnitOfWork,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    status, reason, words = SAID[fault]
    address = visitor.to_provider()
    # As after an hour, or in another process: nothing is known about the provider.
    app.extensions.pop(organisation.EXTENSION)
    back = "" if fault == "mix_up" else identity_provider.sign_in(address, "sam")
    with identity_provider.failing(fault):
        back = back or identity_provider.sign_in(address, "sam")
        response = visitor.back(back)
        assert visitor.client.get("/").status_code == 200
    assert response.status_code == status
    assert words in response.text
    assert reason in response.text
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert not visitor.is_signed_in
    assert who(unit_of_work) is None
    said = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(said) == 1
    assert reason in said[0]
    assert "sam" not in said[0].lower()


@pytest.mark.parametrize("fault", ["down", "slow", "rubbish", "other_issuer", "huge"])
def test_without_its_own_description_nobody_is_sent_to_the_provider(
    visitor: Visitor, identity_provider: IdentityProvider, fault: str
) -> None:
    with identity_provider.failing(fault):
        response = visitor.client.get("/sign-in/organisation")
    assert response.status_code in {502, 503}
    assert "Signing in with Provincie Voorbeeld did not work" in response.text
    assert visitor.to_provider()


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_that_is_five_minutes_off_is_named(
    visitor: Visitor, identity_provider: IdentityProvider, sam, minutes: int
) -> None:
    identity_provider.clock_is_off_by = minutes * 60
    response = visitor.sign_in("sam")
    assert response.status_code == 502
    assert "differ too much" in response.text
    assert not visitor.is_signed_in


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_minute_is_forgiven(
    visitor: Visitor, identity_provider: IdentityProvider, sam, seconds: int
) -> None:
    identity_provider.clock_is_off_by = seconds
    assert visitor.sign_in("sam").status_code == 303


@pytest.mark.parametrize("keeps_name", [True, False])
def test_renewed_keys_are_fetched_once(
    visitor: Visitor, identity_provider: IdentityProvider, sam, keeps_name: bool
) -> None:
    visitor.to_provider()
    identity_provider.rotate_keys(keeps_name=keeps_name)
    assert visitor.sign_in("sam").status_code == 303
    assert identity_provider.asked.count("/keys") == 2


def test_providers_that_run_at_one_moment_have_keys_of_their_own() -> None:
    ended, one, other = (IdentityProvider(free_port()) for _ in range(3))
    ended.end()
    later = IdentityProvider(free_port())
    running = (one, other, later)
    for provider in running:
        provider.start()
    published = [requests.get(f"{p.issuer}/keys", timeout=10).json()["keys"] for p in running]
    for provider in running:
        provider.end()
    assert len({keys[-1]["n"] for keys in published}) == 3


def test_what_the_provider_publishes_is_fetched_once_an_hour(
    app: Flask, identity_provider: IdentityProvider, sam
) -> None:
    for _ in range(3):
        assert Visitor(app, identity_provider).sign_in("sam").status_code == 303
    assert identity_provider.asked.count("/keys") == 1
    assert identity_provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_provider_that_says_no_is_no_fault(
    visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    response = visitor.back(identity_provider.cancel(visitor.to_provider()))
    assert response.status_code == 403
    assert "You can start again" in response.text


def test_refusals_speak_dutch_too(visitor: Visitor, identity_provider: IdentityProvider) -> None:
    with identity_provider.failing("down"):
        headers = {"Accept-Language": "nl"}
        response = visitor.client.get("/sign-in/organisation", headers=headers)
    assert 'lang="nl"' in response.text
    with visitor.client.application.app_context():
        i18n.speak("nl")
        assert i18n.gettext(refusals.ProviderUnreachable.text) in response.text


@pytest.mark.parametrize(
    ("issuer", "endpoint", "may"),
    [
        ("https://login.example.nl", "https://keys.example.nl/x", True),
        ("https://login.example.nl", "http://127.0.0.1:8000/x", False),
        ("https://login.example.nl", "http://localhost/x", False),
        ("https://login.example.nl", "http://169.254.169.254/x", False),
        ("https://login.example.nl", "file:///etc/passwd", False),
        ("https://login.example.nl", "//login.example.nl", False),
        ("https://login.example.nl", None, False),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/x", True),
    ],
)
def test_a_provider_cannot_make_this_site_ask_things_of_its_own_machine(
    issuer: str, endpoint: object, may: bool
) -> None:
    from waardewerk.people.oidc.provider import Provider

    provider = Provider(Config(oidc_issuer=issuer, oidc_client_id="x"), "https://here.example/back")
    assert provider._may_ask(endpoint) == may


@pytest.mark.parametrize("issuer", ["http://login.example.nl", "ftp://x", "login.example.nl"])
def test_a_provider_without_tls_is_refused_at_start(issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Config(oidc_issuer=issuer, oidc_client_id="x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "https://x.example"},
        {"oidc_roles": {"king": ("x",)}},
        {"oidc_levels": {"adviseur": ("x",)}},
        {"local_sign_in": "break_glass"},
        {"oidc_issuer": "https://x.example", "oidc_client_id": "x", "oidc_scopes": "email"},
    ],
)
def test_settings_that_contradict_each_other_are_refused_at_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"oidc|choose from"):
        Config(**wrong)


def test_waiting_for_the_provider_holds_no_lock_and_leaves_threads_for_others(
    app: Flask, identity_provider: IdentityProvider, unit_of_work: UnitOfWork
) -> None:
    def wait(_number: int) -> int:
        return browser_of(app).get("/sign-in/organisation").status_code

    with identity_provider.failing("slow"), ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(wait, n) for n in range(6)]
        # Somebody else saves meanwhile, and reads.
        with unit_of_work() as session:
            accounts.add_person(
                session, name="Noor", email="noor@example.nl", level=None, now=datetime.now(UTC)
            )
        assert browser_of(app).get("/sign-in").status_code == 200
        assert not all(one.done() for one in waiting)
        assert {one.result() for one in waiting} == {503}


def test_a_fault_is_remembered_for_the_health_page(
    visitor: Visitor, identity_provider: IdentityProvider, sign_in_as
) -> None:
    administrator = sign_in_as("administrator")
    with identity_provider.failing("down"):
        visitor.client.get("/sign-in/organisation")
        page = administrator.get("/admin/health/").text
    assert "no-connection" in page
    assert "Something does not work" in administrator.get("/").text
    identity_provider.asked.clear()
    administrator.get("/admin/health/")
    assert identity_provider.asked == []
    identity_provider.add("noor", "advisers")
    visitor.sign_in("noor")
    assert "no-connection" not in administrator.get("/admin/health/").text
    assert "Something does not work" not in administrator.get("/").text


# Attacks by way of the browser ---------------------------------------------------------------


def test_somebody_elses_answer_signs_nobody_in(
    visitor: Visitor, another_visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    """Login CSRF: an attacker lets a victim's browser open the answer to the attacker's try."""
    answer = identity_provider.sign_in(visitor.to_provider(), "sam")
    another_visitor.to_provider()
    response = another_visitor.back(answer)
    assert response.status_code == 400
    assert "started in another browser" in response.text
    assert not another_visitor.is_signed_in


def test_a_code_of_another_try_does_not_fit(
    visitor: Visitor, another_visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    """Code injection: PKCE and the nonce tie a code to the browser that asked for it."""
    stolen = asked_in(identity_provider.sign_in(visitor.to_provider(), "sam"))["code"]
    own = asked_in(another_visitor.to_provider())["state"]
    response = another_visitor.back(
        f"/sign-in/organisation/back?code={stolen}&state={own}&iss={identity_provider.issuer}"
    )
    assert response.status_code == 403
    assert not another_visitor.is_signed_in


def test_coming_back_twice_is_harmless(
    visitor: Visitor, identity_provider: IdentityProvider, sam, unit_of_work: UnitOfWork
) -> None:
    answer = identity_provider.sign_in(visitor.to_provider(), "sam")
    assert visitor.back(answer).status_code == 303
    again = visitor.back(answer)
    assert (again.status_code, again.location) == (303, "/")
    assert visitor.is_signed_in
    with unit_of_work() as session:
        assert len(session.scalars(select(SignIn)).all()) == 1


def test_an_answer_that_was_used_opens_nothing_in_a_copy_of_the_browser(
    app: Flask, visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    address = visitor.to_provider()
    copy = Visitor(app, identity_provider)
    copy.client.set_cookie("session", visitor.client.get_cookie("session").value)
    answer = identity_provider.sign_in(address, "sam")
    visitor.back(answer)
    assert copy.back(answer).status_code == 403
    assert not copy.is_signed_in


def test_a_try_ends_after_ten_minutes(
    visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    address = visitor.to_provider()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert visitor.back(identity_provider.sign_in(address, "sam")).status_code == 400


def test_two_windows_can_sign_in_at_once(
    visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    first, second = visitor.to_provider("/account"), visitor.to_provider("/")
    assert visitor.back(identity_provider.sign_in(first, "sam")).location == "/account"
    assert visitor.back(identity_provider.sign_in(second, "sam")).location == "/"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=x",
        "?code=x",
        "?state=x&code=x",
        "?state=%00&code=%00",
        "?state[]=x",
        "?error=access_denied",
        "?error=access_denied&error_description=<script>alert(1)</script>&state=x",
    ],
)
def test_an_answer_to_nothing_is_refused(visitor: Visitor, query: str) -> None:
    response = visitor.back(f"/sign-in/organisation/back{query}")
    assert response.status_code == 400
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("error=access_denied", 403),
        ("error=temporarily_unavailable", 503),
        ("error=invalid_scope", 502),
        ("code=", 502),
        ("code=" + "x" * 5000, 502),
        ("code=never-given", 403),
    ],
)
def test_an_odd_answer_to_a_real_try_is_refused(
    visitor: Visitor, identity_provider: IdentityProvider, query: str, status: int
) -> None:
    state = asked_in(visitor.to_provider())["state"]
    address = f"/sign-in/organisation/back?state={state}&iss={identity_provider.issuer}&{query}"
    assert visitor.back(address).status_code == status
    assert not visitor.is_signed_in


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_never_leads_to_another_site(visitor: Visitor, sam, target: str) -> None:
    assert visitor.sign_in("sam", target).location == "/"


def test_signing_in_gives_a_cookie_that_nobody_planted(visitor: Visitor, sam) -> None:
    visitor.client.set_cookie("waardewerk", "planted")
    visitor.sign_in("sam")
    assert visitor.client.get_cookie("waardewerk").value != "planted"


# Signing out ---------------------------------------------------------------------------------


def test_signing_out_here_offers_to_sign_out_there(
    visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    visitor.sign_in("sam")
    identity_provider.asked.clear()
    response = submit(visitor.client, "/sign-out", on="/")
    assert response.location == "/signed-out"
    assert identity_provider.asked == []
    assert not visitor.is_signed_in
    assert "Sign out there too" in visitor.client.get("/signed-out").text
    there = visitor.client.get("/sign-out/organisation").location
    assert there.startswith(f"{identity_provider.issuer}/end-session?client_id=waardewerk")
    assert asked_in(there)["post_logout_redirect_uri"] == "http://localhost/signed-out"


def test_a_provider_without_such_a_page_is_no_dead_end(
    visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    identity_provider.has_end_session = False
    visitor.sign_in("sam")
    submit(visitor.client, "/sign-out", on="/")
    response = visitor.client.get("/sign-out/organisation", follow_redirects=True)
    assert response.status_code == 200
    assert "has no page to sign out" in response.text


def test_who_came_in_with_a_password_is_not_sent_there(
    visitor: Visitor, someone_with_password: WithPassword
) -> None:
    someone_with_password()
    fields = {"email": "sam@example.nl", "password": PASSWORD}
    assert submit(visitor.client, "/sign-in", fields).status_code == 303
    assert submit(visitor.client, "/sign-out", on="/").location == "/"


# Without a provider, or without passwords -----------------------------------------------------


class TestOnlyBreakGlass:
    """Everybody signs in with the organisation's account, save a few administrators."""

    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"local_sign_in": "break_glass"}

    def try_password(self, visitor: Visitor, email: str):
        return submit(visitor.client, "/sign-in", {"email": email, "password": PASSWORD})

    def test_a_password_alone_lets_nobody_else_in(
        self, visitor: Visitor, someone_with_password: WithPassword
    ) -> None:
        someone_with_password("adviseur")
        response = self.try_password(visitor, "sam@example.nl")
        assert response.status_code == 422
        assert "Sign in with the account of your organisation" in response.text

    def test_until_somebody_is_marked_every_administrator_can_come_in(
        self, visitor: Visitor, someone_with_password: WithPassword
    ) -> None:
        someone_with_password("administrator")
        assert self.try_password(visitor, "sam@example.nl").status_code == 303

    def test_then_only_who_is_marked_can_and_the_others_see_that(
        self,
        app: Flask,
        visitor: Visitor,
        someone_with_password: WithPassword,
        unit_of_work: UnitOfWork,
        sign_in_as,
    ) -> None:
        keeper = someone_with_password("administrator")
        someone_with_password("administrator", name="Noor")
        other = Visitor(app, visitor.provider)
        watching = sign_in_as("administrator", name="Watching")
        with unit_of_work() as session:
            person = accounts.get_person(session, keeper.id)
            break_glass.mark(session, person, actor_id=keeper.id, now=datetime.now(UTC))
        assert self.try_password(other, "noor@example.nl").status_code == 422
        assert self.try_password(visitor, "sam@example.nl").status_code == 303
        with unit_of_work() as session:
            actions = [e.action for e in entries_about(session, f"person:{keeper.id}")]
        assert actions[:2] == ["person.break_glass_used", "person.signed_in"]
        assert "A break-glass account was used" in watching.get("/").text
        assert "A break-glass account was used" in watching.get("/admin/health/").text


class TestWithoutAProvider:
    """The ordinary small installation."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"oidc_issuer": ""})

    def test_there_is_no_such_way_in(self, visitor: Visitor) -> None:
        assert "Sign in with" not in visitor.client.get("/sign-in").text.replace(
            "Sign in with a passkey", ""
        )
        for page in ("sign-in/organisation", "sign-in/organisation/back", "sign-out/organisation"):
            assert visitor.client.get(f"/{page}").status_code == 404
        assert "Signing in" not in visitor.client.get("/signed-out").text


def test_a_form_that_was_open_before_does_not_count_after(visitor: Visitor, sam) -> None:
    old = csrf_token(visitor.client, "/sign-in")
    visitor.sign_in("sam")
    assert visitor.client.post("/sign-out", data={"csrf_token": old}).status_code == 400


def test_no_secret_of_the_provider_is_stored_as_it_is(
    app: Flask, visitor: Visitor, identity_provider: IdentityProvider, sam
) -> None:
    visitor.sign_in("sam")
    given = set(identity_provider._refresh_tokens) | set(identity_provider._access_tokens)
    with app.extensions[db.EXTENSION].reading() as session:
        stored = session.scalar(select(SignIn.refresh_token))
    assert stored
    assert not any(token in stored for token in given)


def test_a_start_and_every_command_load_nothing_of_it(tmp_path: Path) -> None:
    heavy = ("authlib", "requests", "joserfc", "webauthn", "pyotp", "cryptography", "segno")
    code = (
        "import sys; from waardewerk.app import create_app; from waardewerk.config import Config;"
        f"create_app(Config(var={str(tmp_path)!r}, secret_key='0123456789abcdefghijklmnopqrstuv',"
        "oidc_issuer='https://x.example', oidc_client_id='x'));"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
