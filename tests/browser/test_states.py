"""The frame, the ways in, the administration and every error, each in its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from waardewerk import mail, throttle
from waardewerk.people.guessing import Guesser, count_wrong_password

from . import stumbling
from .conftest import OpenScreen
from .screen import Screen
from .site import Site

LONG_NAME = "Samenwerkingsverband Omgevingsdiensten Gegevensbeschermingsbeleid Noord en Zuid"
PASSWORD = "een zin die niemand raadt"


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    """Give a site with a plugin that falls over, and no mail server."""
    return start_site(extra={"stumbling": stumbling}, max_body=64 * 1024)


def test_a_stranger_can_read_what_this_is(screen: OpenScreen) -> None:
    stranger = screen()
    pages = {
        "/": "welcome",
        "/accessibility": "accessibility",
        "/privacy": "privacy",
        "/contact": "contact-empty",
        "/sign-in": "sign-in",
        "/a/": "enter-code",
    }
    for path, name in pages.items():
        stranger.open(path).look(name)


def test_every_page_is_there_in_english_too(screen: OpenScreen) -> None:
    stranger = screen()
    stranger.open("/privacy")
    with stranger.page.expect_navigation():
        stranger.page.get_by_role("button", name="English").click()
    assert stranger.path == "/privacy"
    stranger.language = "en"
    stranger.look("privacy-english")


def test_a_new_site_asks_for_its_first_administrator_and_its_name(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> None:
    new = start_site(name="")
    first = screen_on(new.url)
    link = new.link("set_up")
    first.open(link).look("set-up")
    first.press("Set up", status=422).look("set-up-errors")
    first.fill(name="Ans Beheer", email="ans@voorbeeld.example")
    first.fill(password=PASSWORD, repeated_password=PASSWORD)
    first.press("Set up").look("dashboard-first-day")
    assert first.shows("Give this site your name")
    for path, name in {"/maturity/": "scans-none", "/maturity/versions": "versions-none"}.items():
        first.open(path).look(name)
    first.open(link, status=410).look("error-410")


def test_ways_in_say_what_they_are_for(site: Site, screen: OpenScreen) -> None:
    visitor = screen()
    invited = site.person("Nieuw Iemand", "adviseur")
    for purpose in ("invitation", "password", "sign_in"):
        visitor.open(site.link(purpose, invited)).look(f"link-{purpose.replace('_', '-')}")
    visitor.open(site.link("invitation", invited))
    visitor.fill(password="kort").press("Accept the invitation", status=422)
    visitor.look("link-invitation-errors")
    visitor.open("/sign-in").fill(email="nieuw.iemand@voorbeeld.example", password="nee")
    visitor.press("Sign in", status=422).look("sign-in-errors")


def test_somebody_sees_the_own_account(site: Site, screen: OpenScreen) -> None:
    person = site.person("Ada Adviseur", "adviseur", "beheerder", level="executive")
    elsewhere, here = screen(person), screen(person)
    elsewhere.open("/account")
    here.open("/").look("dashboard-nothing-asked")
    here.open("/account").look("account-two-places")
    here.press("Sign out there").look("account-one-place")
    here.open("/account/password").look("change-password")
    here.fill(current_password="nee", password="kort").press("Change my password", status=422)
    here.look("change-password-errors")


@pytest.fixture
def administrator(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of an administrator."""
    return screen(site.person("Beheer Voorbeeld", "administrator"))


def test_an_administrator_looks_after_people(site: Site, administrator: Screen) -> None:
    site.person("Bestuur Voorbeeld", "executive_member", level="executive")
    site.person(LONG_NAME, "aanjager", "civil_servant")
    administrator.open("/admin/").look("admin")
    administrator.open("/admin/people/").look("admin-people")
    administrator.open("/admin/people/invite").look("admin-invite")
    administrator.press("Invite", status=422).look("admin-invite-errors")
    administrator.fill(name="Fleur Nieuw", email="fleur@voorbeeld.example")
    administrator.choose("level", "executive").choose("roles", "executive_member")
    administrator.press("Invite").look("admin-person-invited")
    administrator.press("Let go").look("admin-person-let-go")
    administrator.follow("See what would be erased").look("admin-erase")
    administrator.press("Yes, erase")
    assert administrator.shows("This person was erased.")


def test_an_administrator_decides_what_roles_may(administrator: Screen) -> None:
    administrator.open("/admin/roles/").look("admin-roles")
    administrator.open("/admin/roles/adviseur").look("admin-role")


def test_an_administrator_makes_the_site_its_own(administrator: Screen) -> None:
    administrator.open("/admin/settings/").look("admin-settings")
    administrator.open("/admin/settings/identity").look("admin-identity")
    administrator.open("/admin/settings/logo").look("admin-logo")
    administrator.press("Save the logo", status=422).look("admin-logo-errors")
    administrator.open("/admin/settings/plugin/maturity").look("admin-plugin-settings")
    administrator.open("/admin/settings/theme").look("admin-theme")
    administrator.page.locator('[name="text"]').fill("#dddddd")
    administrator.press("Save", status=422).look("admin-theme-errors")
    administrator.page.locator('[name="text"]').fill("#17242b")
    administrator.page.locator('[name="brand"]').fill("#5b1a3c")
    administrator.press("Save").open("/admin/settings/theme").look("admin-theme-own")
    administrator.press("Use the neutral look")


def test_a_plugin_that_fails_is_named_and_the_rest_stays_up(
    site: Site, administrator: Screen
) -> None:
    with site.transaction() as session:
        letter = mail.Letter(to="iemand@voorbeeld.example", subject="Hallo", body="Hallo")
        mail.post(session, letter, now=datetime.now(UTC))
    site.work()
    administrator.open("/").look("dashboard-something-wrong")
    administrator.open("/admin/health/").look("admin-health-faults")
    assert "stumbling" in administrator.text
    assert "this tile fails on purpose" in administrator.text
    administrator.open("/admin/plugins/").look("admin-plugins")


def test_a_plugin_that_is_off_is_gone_for_everybody(
    site: Site, administrator: Screen, screen: OpenScreen
) -> None:
    adviser = screen(site.person("Ada Adviseur", "adviseur"))
    adviser.open("/maturity/")
    administrator.open("/admin/plugins/")
    administrator.page.locator('a[href$="/maturity/off"]').click()
    administrator.page.wait_for_load_state()
    administrator.look("admin-switch-off").press("Yes, switch off").look("admin-plugins-off")
    adviser.open("/maturity/", status=404).look("error-switched-off")
    administrator.page.locator('form[action$="/maturity/on"] button').click()
    administrator.page.wait_for_load_state()
    adviser.open("/maturity/")


def test_an_administrator_reads_the_audit_trail(administrator: Screen) -> None:
    administrator.open("/admin/audit/").look("admin-trail")
    administrator.press("Check that nothing was changed").look("admin-trail-unbroken")
    administrator.open("/admin/audit/?subject=person:9999").look("admin-trail-nothing")


def test_errors_are_pages_that_say_what_to_do(site: Site, screen: OpenScreen) -> None:
    adviser = screen(site.person("Ada Adviseur", "adviseur"))
    adviser.open("/admin/people/", status=403).look("error-403")
    adviser.open("/sign-out", status=405).look("error-405")
    adviser.open("/stumbling/", status=500).look("error-500")
    assert "fails on purpose" not in adviser.text


def test_too_many_tries_get_a_pause(site: Site, screen: OpenScreen) -> None:
    visitor = screen()
    guesser = Guesser.at(str(site.app.secret_key), email="gok@voorbeeld.example", address="::1")
    with site.transaction() as session:
        for _ in range(throttle.SIGN_IN_PER_ACCOUNT.amount):
            count_wrong_password(session, guesser)
    visitor.open("/sign-in").fill(email="gok@voorbeeld.example", password=PASSWORD)
    visitor.press("Sign in", status=429).look("error-429")


def test_what_was_typed_in_an_old_form_is_shown_back(site: Site, administrator: Screen) -> None:
    administrator.open("/admin/settings/identity").fill(contact="Bel ons op 0800 1234.")
    administrator.context.clear_cookies(name="session")
    administrator.press("Save", status=400).look("error-400-typed")
    assert administrator.page.locator("textarea", has_text="").evaluate_all(
        "fields => fields.some((field) => field.value.includes('0800 1234'))"
    )


def test_a_body_that_is_too_large_is_refused_in_words(administrator: Screen) -> None:
    administrator.open("/admin/settings/identity").fill(privacy="woord " * 20_000)
    administrator.press("Save", status=413).look("error-413")


def test_the_pattern_page_passes_as_every_page(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> None:
    workshop = start_site(environment="development")
    looker = screen_on(workshop.url)
    looker.open("/_patterns").look("patterns")
    looker.open("/_patterns?errors").look("patterns-errors")


def test_a_long_name_and_long_words_fit(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> None:
    elsewhere = start_site(name=LONG_NAME)
    visitor = screen_on(elsewhere.url)
    elsewhere.sign_in(visitor.context, elsewhere.person(LONG_NAME, "administrator"))
    visitor.open("/").look("long-dashboard")
    visitor.open("/admin/people/").look("long-admin-people")
