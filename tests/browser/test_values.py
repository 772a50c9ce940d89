"""The whole way of a value in a browser without scripts: from a set that comes along, through a
scan and a signal from somebody who answered, to the next version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from waardewerk.i18n import day_of

from .conftest import OpenScreen
from .screen import Screen
from .site import THEMES, Asked, Site
from .test_maturity_states import VIEWS

PHONE = {"viewport": {"width": 320, "height": 800}, "java_script_enabled": False}
DESK_WITHOUT_SCRIPTS = {"java_script_enabled": False}
SEVEN = (
    "inclusie",
    "zeggenschap",
    "duurzaamheid",
    "menselijke-waardigheid",
    "privacy",
    "transparantie",
    "verantwoording",
)
TODAY = day_of(datetime.now(UTC)).isoformat()


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site on which nobody stated any value."""
    return start_site()


@pytest.fixture
def writer(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of somebody who writes, decides and answers signals."""
    screen = screen_on(province.url, **DESK_WITHOUT_SCRIPTS)
    person = province.person("Ada Adviseur", "adviseur", "beheerder", "aanjager")
    province.sign_in(screen.context, person)
    return screen


def test_from_a_set_through_practice_to_the_next_version(
    province: Site, writer: Screen, screen_on: OpenScreen
) -> None:
    choose_seven_values(writer)
    adopt(writer, "PS 2026-11")
    scan_id, asked = hold_a_scan(province)

    before = order_and_levels(writer, scan_id)
    give_an_accent(writer, "duurzaamheid")
    after = order_and_levels(writer, scan_id)
    assert list(after) != list(before), "an accent decides what comes first"
    assert after == {theme: before[theme] for theme in after}, "and touches no level"

    phone = screen_on(province.url, **PHONE)
    code = send_a_signal(phone, asked)
    decide_about_it(writer)
    read_the_answer(phone, code)
    write_the_next_version(writer)

    writer.open(f"/maturity/scans/{scan_id}")
    assert writer.shows("Since then the value framework changed")
    writer.look("values-run-older-scan", widths=(320, 1280))
    writer.open("/values/versions/1")
    assert writer.shows("This version no longer holds")
    assert "Rust" not in writer.text
    writer.open("/values/versions/2")
    assert "Rust" in writer.text
    stranger = screen_on(province.url, **PHONE)
    stranger.open("/values/")
    assert "Rust" in stranger.text
    stranger.look("values-run-public", widths=(320, 1280))


def choose_seven_values(writer: Screen) -> None:
    """Begin with the set that hangs on CODIO, and keep seven values of it."""
    writer.open("/values/").follow("Begin with a first version")
    writer.follow("Waarden in de indeling van CODIO")
    writer.fill(title="Waarvoor wij staan", owner="Provincie Voorbeeld")
    for key in SEVEN:
        writer.choose("values", key)
    writer.press("Begin with these values")
    assert writer.path == "/values/draft"
    writer.look("values-run-draft", widths=(320, 1280))


def adopt(writer: Screen, reference: str) -> None:
    """Propose what is written, and write down that the council adopted it."""
    writer.press("Propose this version").follow("Write down the decision")
    writer.choose("body", "staten")
    writer.fill(decided_on=TODAY, reference=reference, valid_from=TODAY)
    writer.press("Write down that it was adopted")


def hold_a_scan(site: Site) -> tuple[int, list[Asked]]:
    """Hold a scan up to the conversation, with the same gap on every theme."""
    chair = site.person("Ada Adviseur")
    people = [(f"Deelnemer {level}", level) for level in VIEWS]
    scan, asked = site.scan(chair, people)
    for one, level in zip(asked, VIEWS, strict=True):
        site.answer(one, VIEWS[level])
    site.move(scan.inquiry, "spread", "conversation")
    for theme in THEMES:
        site.agree(scan.inquiry, theme)
        site.want(scan, theme, 4)
    return scan.id, asked


def order_and_levels(screen: Screen, scan_id: int) -> dict[str, str]:
    """Read the table of levels: per theme what it says, in the order in which it stands."""
    screen.open(f"/maturity/scans/{scan_id}/results")
    rows = screen.page.locator("#content table").first.locator("tbody tr")
    return {
        row.locator("th").inner_text(): " | ".join(row.locator("td").all_inner_texts())
        for row in rows.all()
    }


def give_an_accent(writer: Screen, key: str) -> None:
    """Bring one value to the front."""
    writer.open(f"/values/accents/{key}").choose("band", "extra")
    writer.fill(reason="Hier praten wij dit jaar over.").press("Set the accent")
    assert writer.path == "/values/accents"


def send_a_signal(phone: Screen, asked: list[Asked]) -> str:
    """Tell, as somebody who answered the scan, that a value is missing; return the code."""
    phone.open(f"/a/{asked[0].code}").submit()
    phone.follow("Send a signal about our values").follow("A value is missing")
    phone.look("values-run-signal", widths=(320,))
    phone.fill(text="Niemand noemt de rust op het platteland.").press("Send the signal")
    return phone.page.locator(".ww-code").inner_text()


def decide_about_it(writer: Screen) -> None:
    """Make a proposal of the signal, and write down that it was accepted."""
    writer.open("/values/signals").follow("A value is missing").follow("Make a proposal of it")
    writer.fill(title="Rust als waarde", text="Zet rust in het kader.").press("Make the proposal")
    writer.choose("accepted", "yes")
    writer.fill(
        answer="U heeft gelijk: wij nemen rust op.", decided_by="De Staten", decided_on=TODAY
    )
    writer.press("Write down the decision")
    assert writer.shows("It will be written in the next version.")


def read_the_answer(phone: Screen, code: str) -> None:
    """Read with the code what came of it."""
    phone.open("/values/signals/answer").fill(code=code.lower()).press("Read the answer")
    assert "wij nemen rust op" in phone.text


def write_the_next_version(writer: Screen) -> None:
    """Write down the value that was missing, in a version that says why it came."""
    writer.open("/values/start")
    writer.follow(writer.say("Version %(number)s, as it was adopted", number=1))
    writer.fill(why="De praktijk miste rust.").press("Begin")
    assert writer.shows("To be written in")
    writer.follow("Add a value")
    writer.fill(name_nl="Rust", definition_nl="Er is ruimte zonder meten en meldingen.")
    writer.press("Save")
    writer.open("/values/draft").follow("Rust als waarde").press("It stands in it now")
    writer.open("/values/draft")
    adopt(writer, "PS 2026-44")
