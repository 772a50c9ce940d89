"""What practice does with values, on each screen: empty, filled, with mistakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from waardewerk.i18n import day_of

from .conftest import OpenScreen
from .screen import Screen
from .site import Site
from .test_maturity_states import agreed_scan

LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten " * 2
ROLES = ("administrator", "adviseur", "aanjager", "beheerder", "executive_member", "civil_servant")


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site with the values of the demo."""
    from waardewerk.values import demo

    site = start_site()
    people = {role: site.person(f"Persoon {role}", role).id for role in ROLES}
    with site.transaction() as session:
        demo.load(session, people, datetime.now(UTC))
    return site


@pytest.fixture
def keeper(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of somebody who may do everything with values."""
    shown = screen_on(province.url)
    roles = ("beheerder", "adviseur")
    province.sign_in(shown.context, province.person("Kees Keeper", *roles))
    return shown


def first_link(shown: Screen, page: str, beginning: str) -> str:
    """Return the address of the first link on a page that begins so and ends in a number."""
    shown.open(page)
    found = shown.page.locator(f'#content a[href^="{beginning}"]').evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    return next(one for one in found if one.rpartition("/")[2].isdecimal())


def test_before_anything_is_adopted(start_site: Callable[..., Site], screen_on: OpenScreen) -> None:
    site = start_site()
    reader = screen_on(site.url)
    site.sign_in(reader.context, site.person("Lies Lezer", "civil_servant"))
    reader.open("/values/accents").look("values-accents-none")
    reader.open("/values/lenses").look("values-lenses-none")
    reader.open("/values/signals").look("values-signals-none")
    reader.open("/values/practice").look("values-practice-none")
    reader.open("/values/signal/clash").look("values-signal-no-framework")


def test_accents(province: Site, keeper: Screen, screen_on: OpenScreen) -> None:
    keeper.open("/values/accents").look("values-accents")
    keeper.open("/values/accents/privacy").look("values-accent")
    keeper.fill(reason="").press("Set the accent", status=422).look("values-accent-errors")
    keeper.choose("band", "background").fill(reason=LONG).press("Set the accent")
    assert keeper.path == "/values/accents"
    keeper.look("values-accents-set")
    reader = screen_on(province.url)
    province.sign_in(reader.context, province.person("Lies Lezer", "civil_servant"))
    reader.open("/values/accents/privacy").look("values-accent-reader")


def test_a_project_through_values(province: Site, keeper: Screen) -> None:
    lens = first_link(keeper, "/values/lenses", "/values/lenses/")
    keeper.look("values-lenses")
    keeper.open(lens).look("values-lens")
    keeper.open("/values/lenses/new").look("values-open-lens")
    keeper.fill(title=LONG[:150]).press("Begin")
    empty = keeper.path
    keeper.look("values-lens-empty")
    keeper.open(f"{empty}/wider").look("values-wider")
    keeper.open(f"{empty}/wider?all=1").look("values-wider-all")
    keeper.open(f"{empty}/wider?q=rechter").look("values-wider-search")
    keeper.open(f"{empty}/wider?q=bestaatniet").look("values-wider-nothing-found")
    keeper.press("There is nothing else", status=422).look("values-wider-errors")
    keeper.open(f"{empty}/wider")
    keeper.page.locator(".ww-card__title a").first.click()
    keeper.look("values-card")
    keeper.choose("direction", "negative").fill(reason=LONG).press("Choose this card")
    keeper.look("values-lens-wider")
    keeper.open(f"{empty}/tension").look("values-tension")
    keeper.press("Write down this choice", status=422).look("values-tension-errors")
    keeper.open(empty).follow("Say what the project does to this").look("values-consider")
    keeper.press("Write down", status=422).look("values-consider-errors")


def test_a_signal_from_sender_to_decision(
    province: Site, keeper: Screen, screen_on: OpenScreen
) -> None:
    sender = screen_on(province.url)
    province.sign_in(sender.context, province.person("Mia Medewerker", "civil_servant"))
    lens = first_link(sender, "/values/lenses", "/values/lenses/")
    sender.open(f"/values/signal?from=values.lens:{lens.rpartition('/')[2]}")
    sender.look("values-signal-kinds")
    sender.follow("Two values clash").look("values-signal-clash")
    sender.press("Send the signal", status=422).look("values-signal-errors")
    sender.open("/values/signal/unwanted_result").look("values-signal-unwanted")
    sender.open("/values/signal/never_used?value=inclusie")
    sender.fill(text="Niemand op onze afdeling vraagt ernaar.")
    sender.page.locator('[name="nameless"]').check()
    sender.press("Send the signal").look("values-signal-code")
    code = sender.page.locator(".ww-code").inner_text()
    sender.open("/values/signal/sent").look("values-signal-sent-again")
    sender.open("/values/signals/answer").look("values-signal-answer")
    sender.fill(code="AAAA-BBBB-CCCC").press("Read the answer", status=404)
    sender.look("values-signal-answer-unknown")
    sender.fill(code=code).press("Read the answer").look("values-signal-answer-read")

    keeper.open("/").look("values-dashboard-keeper")
    keeper.open("/values/signals").look("values-signals")
    keeper.page.locator('a.ww-task__link[href^="/values/signals/"]').first.click()
    keeper.look("values-signal-new")
    keeper.page.locator("details summary").first.click()
    keeper.press("Take it up", status=422).look("values-signal-take-up-errors")
    keeper.follow("Make a proposal of it").look("values-make-proposal")
    keeper.fill(title="Inclusie uitleggen", text="Zeg erbij wat wij ermee bedoelen.")
    keeper.press("Make the proposal").look("values-proposal-open")
    keeper.press("Write down the decision", status=422).look("values-proposal-errors")
    keeper.choose("accepted", "yes").fill(answer="Wij doen het.", decided_by="Directie")
    keeper.press("Write down the decision").look("values-proposal-accepted")
    keeper.page.locator('#content a[href^="/values/signals/"]').last.click()
    keeper.look("values-signal-decided")


def test_from_paper_to_result(province: Site, keeper: Screen) -> None:
    keeper.open("/values/practice").look("values-practice")
    keeper.open("/values/practice/privacy").look("values-practice-of")
    keeper.open("/values/practice/menselijke-waardigheid").look("values-practice-unused")
    keeper.open("/values/practice/onbekend", status=404)


def test_a_scan_with_accents_and_an_older_framework(province: Site, screen_on: OpenScreen) -> None:
    scan = agreed_scan(province, "Scan met accenten", {"policy": 4, "practice": 2, "result": 2})
    for theme in ("procurement", "engagement", "culture"):
        province.want(scan, theme, 4)
    driver = screen_on(province.url)
    province.sign_in(driver.context, province.person("Aad Aanjager", "aanjager"))
    path = f"/maturity/scans/{scan.id}"
    driver.open(path).look("values-scan")
    driver.open(f"{path}/results").page.locator(".ww-why summary").click()
    driver.look("values-scan-results")
    driver.open(f"/inquiries/{scan.inquiry_id}/spread").look("values-scan-agenda")
    driver.open(path).press("Look at this scan through our values").look("values-scan-lens")
    newer_version(province)
    driver.open(path).look("values-scan-older")
    driver.open("/values/practice/inclusie").look("values-practice-scan")


def newer_version(site: Site) -> None:
    """Adopt a second version."""
    from waardewerk.values import editing, queries
    from waardewerk.values.operations import adopting, drafting

    now = datetime.now(UTC)
    with site.transaction() as session:
        framework = queries.framework_numbered(session, 1)
        assert framework is not None
        kept = [value.key for value in framework.values[:6]]
        shorter = editing.keep_values(framework, kept)
        acting = {"actor_id": None, "now": now}
        version = drafting.start_version(session, shorter, why="Minder.", **acting)
        adopting.propose(session, version, **acting)
        adoption = adopting.Adoption(
            body="staten", decided_on=day_of(now), reference="PS 2", valid_from=day_of(now)
        )
        adopting.adopt(session, version, adoption, **acting)
