"""Every way in, each page in its states: the organisation's account, a second step, passkeys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import update

from waardewerk.people import organisation
from waardewerk.people.models import Person, SignIn
from waardewerk.people.operations import accounts, break_glass, passwords
from waardewerk.testing import free_port, with_provider
from waardewerk.testing_provider import PASSWORD as THERE
from waardewerk.testing_provider import IdentityProvider

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

PASSWORD = "een heel lang wachtwoord"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """A provider that knows three people."""
    provider = IdentityProvider(free_port())
    provider.add("ada", "advisers", "staff", name="Ada Adviseur", email="ada@voorbeeld.example")
    provider.add("bram", "canteen", name="Bram Kantine", email="bram@voorbeeld.example")
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site], provider: IdentityProvider) -> Site:
    """A site on which people sign in with their organisation's account."""
    return start_site(**with_provider(provider))


@pytest.fixture
def visitor(province: Site, provider: IdentityProvider, screen_on: OpenScreen) -> Screen:
    """A browser in which nobody is signed in."""
    shown = screen_on(province.url)
    shown.also = (provider.issuer,)
    return shown


def person_with_password(site: Site, name: str, *roles: str) -> Person:
    """Add somebody who can sign in with `PASSWORD`."""
    person = site.person(name, *roles)
    with site.transaction() as session:
        known = accounts.get_person(session, person.id)
        known.password_hash = passwords.hasher.hash(PASSWORD)
    return person


def sign_in_there(screen: Screen, email: str) -> None:
    """Fill in the provider's own form."""
    page = screen.page
    page.fill('[name="email"]', email)
    page.fill('[name="password"]', THERE)
    screen.expected |= {403, 502, 503}
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{screen.base_url}/**")


def sign_in_here(screen: Screen, email: str) -> None:
    """Sign in with a password."""
    screen.open("/sign-in").fill(email=email, password=PASSWORD)
    with screen.page.expect_navigation():
        screen.page.locator('form[action="/sign-in"] button').click()


def test_somebody_signs_in_and_out_with_the_account_of_the_organisation(
    visitor: Screen, province: Site
) -> None:
    visitor.open("/sign-in").look("sign-in-organisation")
    visitor.page.get_by_role("link", name=re.compile("Inloggen met Provincie")).click()
    sign_in_there(visitor, "ada@voorbeeld.example")
    visitor.open("/account").look("account-organisation")
    visitor.page.get_by_role("button", name=visitor.say("Sign out"), exact=True).first.click()
    visitor.page.wait_for_url("**/signed-out")
    visitor.look("signed-out")
    visitor.page.get_by_role("link", name=visitor.say("Sign out there too")).click()
    visitor.page.get_by_role("link", name="Back").click()
    visitor.page.wait_for_url("**/signed-out")


def test_who_has_no_role_is_told_whom_to_ask(visitor: Screen) -> None:
    visitor.open("/sign-in")
    visitor.page.get_by_role("link", name=re.compile("Inloggen met Provincie")).click()
    sign_in_there(visitor, "bram@voorbeeld.example")
    assert "Vraag uw applicatiebeheerder om toegang" in visitor.text
    visitor.look("organisation-no-role")


def test_a_provider_that_is_down_gets_an_honest_page(
    visitor: Screen, province: Site, provider: IdentityProvider
) -> None:
    province.app.extensions.pop(organisation.EXTENSION, None)
    with provider.failing("down"):
        visitor.open("/sign-in/organisation", status=503)
        assert visitor.shows("It does not answer now. Try again in a few minutes.")
        visitor.look("organisation-down")


def test_english_reads_the_refusals_too(
    province: Site, provider: IdentityProvider, screen_on: OpenScreen
) -> None:
    reader = screen_on(province.url, locale="en-GB")
    reader.language = "en"
    province.app.extensions.pop(organisation.EXTENSION, None)
    with provider.failing("rubbish"):
        reader.open("/sign-in/organisation", status=502).look("organisation-untrusted-en")
    reader.open("/sign-in/organisation/back?state=x&code=x", status=400)
    reader.look("organisation-lost-en")


def test_a_check_that_is_overdue_is_told(
    visitor: Screen, province: Site, provider: IdentityProvider
) -> None:
    visitor.open("/sign-in")
    visitor.page.get_by_role("link", name=re.compile("Inloggen met Provincie")).click()
    sign_in_there(visitor, "ada@voorbeeld.example")
    with province.transaction() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        session.execute(update(SignIn).values(checked_at=long_ago))
    visitor.open("/account", status=401).look("check-again")


def test_an_administrator_looks_after_the_ways_in(
    visitor: Screen, province: Site, provider: IdentityProvider
) -> None:
    keeper = person_with_password(province, "Nood Beheer", "administrator")
    visitor.open("/sign-in/organisation")
    sign_in_there(visitor, "ada@voorbeeld.example")
    visitor.context.clear_cookies()
    province.sign_in(visitor.context, keeper)
    province.app.extensions.pop(organisation.EXTENSION, None)
    with provider.failing("down"):
        visitor.open("/sign-in/organisation", status=503)
    visitor.open("/admin/health/").look("admin-health-provider-down")
    visitor.open("/").look("dashboard-provider-down")
    visitor.open(f"/admin/people/{keeper.id}").look("admin-person-ways-in")
    visitor.press("Mark as break-glass account").look("admin-person-break-glass")
    with province.transaction() as session:
        ada = accounts.find_person(session, "ada@voorbeeld.example")
    visitor.open(f"/admin/people/{ada.id}").look("admin-person-linked")
    visitor.open("/admin/audit/").look("admin-trail-rights")


def test_only_break_glass_accounts_have_a_password(
    start_site: Callable[..., Site], provider: IdentityProvider, screen_on: OpenScreen
) -> None:
    strict = start_site(**with_provider(provider, local_sign_in="break_glass"))
    keeper = person_with_password(strict, "Nood Beheer", "administrator")
    with strict.transaction() as session:
        person = accounts.get_person(session, keeper.id)
        break_glass.mark(session, person, actor_id=keeper.id, now=datetime.now(UTC))
    shown = screen_on(strict.url)
    shown.open("/sign-in").look("sign-in-break-glass")
    shown.page.locator("#content summary").click()
    shown.fill(email="nood.beheer@voorbeeld.example", password=PASSWORD).press("Sign in")
    shown.open("/").look("dashboard-break-glass-used")


def test_an_app_with_codes_is_set_up_and_used_without_javascript(
    province: Site, screen_on: OpenScreen
) -> None:
    person_with_password(province, "Carla Codes", "adviseur")
    shown = screen_on(province.url, java_script_enabled=False)
    sign_in_here(shown, "carla.codes@voorbeeld.example")
    shown.open("/account/second-step").look("second-step-none")
    shown.press("Set up an app").look("set-up-app")
    shown.fill(code="12").press("This is my second step", status=422).look("set-up-app-errors")
    shown.page.locator("summary").click()
    shared = shown.page.locator(".ww-secret").inner_text().replace(" ", "")
    app = pyotp.TOTP(shared)
    shown.fill(code=app.now()).press("This is my second step").look("recovery-codes")
    codes = shown.page.locator(".ww-codes code").all_inner_texts()
    assert len(codes) == 10
    shown.follow("I have kept them").look("second-step-app")

    again = screen_on(province.url, java_script_enabled=False)
    sign_in_here(again, "carla.codes@voorbeeld.example")
    again.look("enter-code")
    again.fill(code="000000").press("Sign in", status=422).look("enter-code-errors")
    again.fill(code=app.at(datetime.now(UTC), counter_offset=1)).press("Sign in")
    again.open("/account").look("account-second-step")

    lost = screen_on(province.url, java_script_enabled=False)
    sign_in_here(lost, "carla.codes@voorbeeld.example")
    lost.follow("Use a recovery code").look("enter-recovery-code")
    lost.fill(code="nee").press("Sign in", status=422).look("enter-recovery-code-errors")
    lost.fill(code=codes[0].lower()).press("Sign in")
    lost.open("/account").press("Sign out everywhere else")
    again.open("/account", status=200)
    assert again.path.startswith("/sign-in")


def test_who_must_have_a_second_step_sets_it_up_first(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> None:
    strict = start_site(second_step="everybody")
    person_with_password(strict, "Carla Codes", "adviseur")
    shown = screen_on(strict.url)
    sign_in_here(shown, "carla.codes@voorbeeld.example")
    shown.look("second-step-must")
    shown.open("/").look("dashboard-second-step-must")


def test_a_passkey_is_made_and_signs_in(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> None:
    site = start_site(host="localhost")
    person_with_password(site, "Pim Passkey", "adviseur")
    shown = screen_on(site.url)
    device = shown.context.new_cdp_session(shown.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    shown.open("/sign-in").look("sign-in-passkey")
    sign_in_here(shown, "pim.passkey@voorbeeld.example")
    shown.open("/account/second-step/passkey").look("add-passkey")
    shown.press("Make a passkey", status=422).look("add-passkey-errors")
    shown.fill(name="Mijn werklaptop").press("Make a passkey")
    shown.look("recovery-codes-passkey")
    shown.follow("I have kept them").look("second-step-passkey")
    shown.page.get_by_role("button", name=shown.say("Sign out"), exact=True).first.click()

    # With the password a second step is asked; the passkey alone is enough.
    sign_in_here(shown, "pim.passkey@voorbeeld.example")
    shown.look("enter-code-passkey")
    shown.press("Sign in with a passkey")
    shown.open("/account").look("account-passkey")
    shown.page.get_by_role("button", name=shown.say("Sign out"), exact=True).first.click()
    shown.open("/sign-in").press("Sign in with a passkey")
    shown.open("/account")

    # A device that does not know its owner proves nothing.
    shown.page.get_by_role("button", name=shown.say("Sign out"), exact=True).first.click()
    verified = {"authenticatorId": made["authenticatorId"], "isUserVerified": False}
    device.send("WebAuthn.setUserVerified", verified)
    shown.open("/sign-in")
    shown.button("Sign in with a passkey").click()
    shown.page.locator("[data-passkey-failed]:visible").wait_for()
    shown.look("sign-in-passkey-failed")


def test_without_passkeys_the_browser_offers_none(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> None:
    site = start_site(host="localhost")
    person = person_with_password(site, "Pim Passkey", "adviseur")
    shown = screen_on(site.url, java_script_enabled=False)
    shown.open("/sign-in")
    assert not shown.button("Sign in with a passkey").is_visible()
    site.sign_in(shown.context, person)
    shown.open("/account/second-step/passkey").look("add-passkey-without-scripts")
