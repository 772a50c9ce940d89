"""The scan's own pages, each empty, filled and with mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import OpenScreen
from .screen import Screen
from .site import SCAN_FILE, THEMES, Site

VIEWS = {
    "political": {"policy": 4, "practice": 1, "result": 1},
    "executive": {"policy": 5, "practice": 4, "result": 3},
    "civil_servant": {"policy": 3, "practice": 2, "result": 1},
}
LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten " * 2


@pytest.fixture
def driver(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of who drives the scan."""
    return screen(site.person("Aad Aanjager", "aanjager"))


def agreed_scan(site: Site, title: str, levels: dict[str, int], previous: int | None = None):
    """Bring a scan to its end."""
    chair = site.person("Aad Aanjager", "aanjager")
    people = [(f"{title} {level}", level) for level in VIEWS]
    scan, asked = site.scan(chair, people, title=title, previous=previous)
    for one, level in zip(asked, VIEWS, strict=True):
        site.answer(one, VIEWS[level])
    site.move(scan.inquiry, "spread", "conversation")
    for theme in THEMES:
        site.agree(scan.inquiry, theme, **levels)
    site.move(scan.inquiry, "agreed")
    return scan


def test_before_there_is_anything(start_site: Callable[..., Site], screen_on: OpenScreen) -> None:
    new = start_site()
    driver, reader = screen_on(new.url), screen_on(new.url)
    new.sign_in(driver.context, new.person("Aad Aanjager", "aanjager"))
    new.sign_in(reader.context, new.person("Lies Lezer", "civil_servant"))
    driver.open("/maturity/").look("scans-none-driver")
    reader.open("/maturity/").look("scans-none-reader")
    driver.open("/maturity/scans/new").look("open-without-questions")
    driver.open("/maturity/versions").look("versions-none")
    driver.open("/maturity/compare").look("compare-nothing")
    driver.open("/maturity/trend").look("trend-nothing")
    reader.open("/maturity/scans/new", status=403).look("error-403-open-scan")


def test_versions_of_the_questions(site: Site, driver: Screen) -> None:
    assert site.version_id
    driver.open("/maturity/versions").look("versions-published")
    driver.press("Bring in", status=422).look("versions-no-file")
    upload(driver, "definition", "kapot.yaml", "title: [")
    driver.press("Bring in", status=422).look("versions-broken-file")
    text = SCAN_FILE.read_text(encoding="utf-8")
    upload(
        driver,
        "definition",
        "nieuw.yaml",
        text.replace('version: "2026.1"', 'version: "2027.1"').replace(
            "Wie neemt verantwoordelijkheid voor digitale ethiek?",
            "Wie voelt zich verantwoordelijk voor digitale ethiek?",
        ),
    )
    driver.press("Bring in").look("version-draft")
    driver.open(f"/maturity/versions/{site.version_id}").look("version-published")


def upload(screen: Screen, name: str, file: str, text: str) -> None:
    """Choose a file."""
    screen.page.locator(f'[name="{name}"]').set_input_files(
        {"name": file, "mimeType": "text/plain", "buffer": text.encode()}
    )


def test_people_who_are_asked(site: Site, driver: Screen) -> None:
    chair = site.person("Aad Aanjager", "aanjager")
    scan, _asked = site.scan(chair, title="Scan met mensen")
    people = f"/maturity/scans/{scan.id}/people"
    driver.open(people).look("people-empty")
    driver.press("Add these people", status=422).look("people-errors")
    site.ask(scan.inquiry, [("Anna de Vries", "political"), (LONG[:120], "executive")])
    driver.open(people).look("people-filled")
    driver.follow("Change").look("person-asked")
    driver.open(f"/maturity/scans/{scan.id}").look("scan-alone")


def test_a_scan_through_its_phases(site: Site, driver: Screen, screen: OpenScreen) -> None:
    chair = site.person("Aad Aanjager", "aanjager")
    scan, asked = site.scan(chair, [(f"Fase {level}", level) for level in VIEWS], title=LONG[:150])
    path = f"/maturity/scans/{scan.id}"
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open(path).look("scan-alone-reader")
    driver.open(f"{path}/results", status=409).look("error-409-no-result")
    for one, level in zip(asked, VIEWS, strict=True):
        site.answer(one, VIEWS[level])
    driver.open(path).look("scan-all-in")
    site.move(scan.inquiry, "spread")
    driver.open(path).look("scan-spread")
    site.move(scan.inquiry, "conversation")
    driver.open(path).look("scan-conversation")
    driver.open(f"{path}/results").look("results-not-final")
    driver.open("/").look("dashboard-driver")
    reader.open(f"{path}/results", status=403).look("error-403-results")


def test_what_came_out_what_is_wanted_and_what_moved(
    site: Site, driver: Screen, screen: OpenScreen
) -> None:
    first = agreed_scan(site, "Scan 2024", {"policy": 3, "practice": 1, "result": 1})
    for theme in THEMES[:3]:
        site.want(first, theme, 3)
    second = agreed_scan(
        site, "Scan 2026", {"policy": 4, "practice": 2, "result": 2}, previous=first.id
    )
    site.want(second, "procurement", 4)
    site.want(second, "governance", 3)
    action = site.plan(second, "procurement")
    site.plan(
        second,
        "procurement",
        direction="build_down",
        title=LONG[:180],
        hindrance=LONG,
        owner=LONG[:150],
    )
    path = f"/maturity/scans/{second.id}"
    for page, name in {
        path: "scan-agreed",
        f"{path}/results": "results",
        f"{path}/themes/procurement": "theme-filled",
        f"{path}/themes/culture": "theme-nothing-wanted",
        f"{path}/themes/procurement/wanted": "wanted-again",
        f"{path}/trend": "trend",
        f"{path}/report": "report",
        f"/maturity/actions/{action}": "action",
        "/maturity/": "scans",
        f"/maturity/compare?scan={second.id}": "compare-no-others",
        "/admin/settings/plugin/maturity": "",
    }.items():
        if name:
            driver.open(page).look(name)
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open(f"{path}/results").look("results-reader")
    reader.open(f"{path}/themes/procurement").look("theme-reader")


def test_an_action_keeps_what_was_typed_when_somebody_was_first(
    site: Site, driver: Screen, screen: OpenScreen
) -> None:
    scan = agreed_scan(site, "Scan met actie", {"policy": 3, "practice": 2, "result": 2})
    action = site.plan(scan, "risk")
    other = screen(site.person("Ada Adviseur", "adviseur"))
    for one in (driver, other):
        one.open(f"/maturity/actions/{action}")
    driver.choose("state", "done").press("Write down", status=422).look("action-errors")
    driver.fill(note="De eisen staan overal in.").press("Write down")
    other.choose("state", "dropped").fill(note="Het bleek niet nodig.")
    other.press("Write down", status=409).look("action-conflict")
    typed = other.page.locator("textarea").evaluate_all("all => all.map((one) => one.value)")
    assert "Het bleek niet nodig." in typed


def test_results_of_others_lie_beside_ones_own(site: Site, driver: Screen) -> None:
    scan = agreed_scan(site, "Scan om te delen", {"policy": 3, "practice": 2, "result": 2})
    shared = driver.context.request.get(f"{site.url}/maturity/scans/{scan.id}/result.json").text()
    driver.open("/maturity/compare")
    upload(driver, "result", "kapot.json", "{}")
    driver.press("Add this result", status=422).look("compare-broken-file")
    upload(driver, "result", "buren.json", shared.replace("Provincie Voorbeeld", "Provincie Buur"))
    driver.press("Add this result").look("compare-with-others")
    assert "Provincie Buur" in driver.text
