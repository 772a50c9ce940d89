"""How pages behave for who sets the browser differently: contrast, motion, zoom, paper, keys."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from .conftest import OpenScreen
from .screen import Screen, photograph
from .site import Asked, Site
from .test_maturity_states import agreed_scan

#: 1280 by 1024 at 400 %.
ZOOMED = {"width": 320, "height": 256}


@pytest.fixture(scope="module")
def asked(site: Site) -> Asked:
    """Give somebody who is asked."""
    chair = site.person("Aad Aanjager", "aanjager")
    _inquiry, people = site.inquiry(chair, [("Anna de Vries", "political")], privacy="grouped")
    return people[0]


@pytest.fixture(scope="module")
def scan(site: Site) -> int:
    """Give a scan that is agreed, with something wanted."""
    found = agreed_scan(site, "Scan 2026", {"policy": 4, "practice": 2, "result": 2})
    site.want(found, "procurement", 4)
    site.plan(found, "procurement")
    return found.id


def begin(person: Screen, asked: Asked) -> str:
    """Come in and return the path of the first part."""
    person.open(f"/a/{asked.code}").submit()
    return f"{person.path}/governance"


def test_a_chosen_level_can_be_told_in_forced_colours(asked: Asked, screen: OpenScreen) -> None:
    person = screen(forced_colors="active")
    person.open(begin(person, asked))
    card = person.page.locator(".ww-row__level").nth(2)
    other = person.page.locator(".ww-row__level").nth(1)
    card.locator("input").check()
    border = "element => getComputedStyle(element).border"
    assert card.evaluate(border) != other.evaluate(border)
    person.look("forced-colours-section")
    card.locator("input").focus()
    person.page.keyboard.press("ArrowRight")
    person.focus_is_visible()


def test_forced_colours_leave_the_charts_and_the_frame_readable(
    site: Site, scan: int, screen: OpenScreen
) -> None:
    reader = screen(site.person("Lies Lezer", "civil_servant"), forced_colors="active")
    reader.open(f"/maturity/scans/{scan}/results").look("forced-colours-results")


def test_nothing_moves_for_who_asked_for_less_motion(asked: Asked, screen: OpenScreen) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
    }).length"""
    still, lively = screen(reduced_motion="reduce"), screen(reduced_motion="no-preference")
    assert still.open(begin(still, asked)).page.evaluate(moving) == 0
    assert lively.open(begin(lively, asked)).page.evaluate(moving) > 0


def test_at_400_per_cent_everything_is_there_and_nothing_scrolls_sideways(
    site: Site, asked: Asked, scan: int, screen: OpenScreen
) -> None:
    reader = screen(site.person("Lies Lezer", "civil_servant"), viewport=ZOOMED)
    section = begin(reader, asked)
    for path, name in {
        "/": "dashboard",
        section: "section",
        f"/maturity/scans/{scan}/results": "results",
        f"/maturity/scans/{scan}/report": "report",
    }.items():
        reader.open(path).look(f"zoomed-{name}", widths=(320,))


def test_nothing_that_has_the_focus_hides_behind_something_that_sticks(
    asked: Asked, screen: OpenScreen
) -> None:
    person = screen(viewport=ZOOMED)
    person.open(begin(person, asked))
    for _ in range(25):
        person.page.keyboard.press("Tab")
        person.focus_is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(screen: OpenScreen) -> None:
    person = screen()
    person.open("/privacy").page.keyboard.press("Tab")
    person.focus_is_visible()
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("() => document.activeElement.id") == "content"


def test_after_a_mistake_the_keyboard_is_at_the_summary(screen: OpenScreen) -> None:
    person = screen()
    person.open("/sign-in").press("Sign in", status=422)
    assert person.page.evaluate("() => document.activeElement.id") == "error-summary"
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("() => document.activeElement.name") == "email"


def test_the_report_prints_without_the_frame(
    site: Site, scan: int, screen: OpenScreen, tmp_path: Path
) -> None:
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open(f"/maturity/scans/{scan}/report")
    reader.page.emulate_media(media="print")
    for part in (".ww-header", ".ww-footer", ".ww-tabs"):
        assert not reader.page.locator(part).first.is_visible()
    reader.page.set_viewport_size({"width": 794, "height": 1123})
    photograph(reader.page, "report-print-794")
    paper = tmp_path / "report.pdf"
    reader.page.pdf(path=paper, format="A4")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
    assert "Scan 2026" in text
