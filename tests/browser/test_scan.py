"""The whole job, from a fresh installation to a report, by the people whose job it is.

Three people answer alone: one without JavaScript, one on a small phone, one by keyboard alone.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from waardewerk.i18n import day_of
from waardewerk.testing import PostgresServer, SmtpServer

from .conftest import OpenScreen
from .running import Running, running
from .screen import Screen
from .site import LENSES, THEMES

PASSWORD = "een zin die niemand raadt"
PROVINCE = "Provincie Voorbeeld"
TITLE = "Volwassenheidsscan 2026"
CHAIR = "aanjager@voorbeeld.example"
PEOPLE = """Anna de Vries; anna@mail.example; politiek
Bram Jansen; bram@mail.example; bestuur
Carla Smit; carla@mail.example; ambtelijk
geen adres; kapot@@mail; ambtelijk"""
SECRETS = {
    "anna": "Anna vindt dat de Staten te laat meepraten.",
    "bram": "Bram ziet dat de directie het al regelt.",
    "carla": "Carla merkt er op de werkvloer weinig van.",
}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
NEXT_YEAR = (day_of(datetime.now(UTC)) + timedelta(300)).isoformat()


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, smtp_server: SmtpServer
) -> Iterator[Running]:
    """Start the product as somebody who installs it does, on each database."""
    if request.param == "sqlite":
        with running(tmp_path, smtp_server) as started:
            yield started
        return
    server: PostgresServer = request.getfixturevalue("postgresql")
    with server.empty() as url, running(tmp_path, smtp_server, url) as started:
        yield started


@pytest.fixture
def looks(request: pytest.FixtureRequest) -> bool:
    """Tell whether every page is looked at; once is enough, the pages are the same."""
    return "sqlite" in request.node.name


class Guide:
    """Lets people do their part, and looks at each page once."""

    def __init__(self, site: Running, open_screen: OpenScreen, *, looks: bool) -> None:
        self.site = site
        self._open = open_screen
        self._looks = looks

    def screen(self, **options: object) -> Screen:
        """Open a browser of somebody's own."""
        return self._open(self.site.url, **options)

    def look(self, screen: Screen, name: str) -> None:
        """Hold this page against every rule, on the screen of who looks."""
        if self._looks:
            assert screen.page.viewport_size is not None
            screen.look(f"scan-{name}", widths=(screen.page.viewport_size["width"],))
        else:
            screen.has_no_complaints(name)


def test_a_province_runs_a_scan_from_set_up_to_report(
    installation: Running, screen_on: OpenScreen, looks: bool
) -> None:
    guide = Guide(installation, screen_on, looks=looks)
    set_up(guide)
    chair = accept_invitation(guide)
    scan = open_scan(guide, chair)
    ask_people(guide, chair, scan)

    anna = answer_without_javascript(guide)
    bram = answer_on_a_phone(guide)
    nobody_sees_others(chair, anna, bram)
    carla = answer_by_keyboard(guide)
    nobody_sees_others(chair, anna, bram, carla)

    chairing = open_spread(guide, chair, scan)
    everybody_sees_the_spread(guide, anna, bram, carla)
    agree_on_every_theme(guide, chair, chairing)
    want_a_level_on_every_theme(guide, chair, scan)
    plan_actions(guide, chair, scan)
    take_the_report_away(guide, chair, scan)


def set_up(guide: Guide) -> None:
    """The first administrator comes in, names the province and invites the driver."""
    administrator = guide.screen()
    administrator.open(guide.site.set_up_link)
    guide.look(administrator, "set-up")
    administrator.fill(name="Beheer Voorbeeld", email="beheer@voorbeeld.example")
    administrator.fill(password=PASSWORD, repeated_password=PASSWORD).press("Set up")
    administrator.follow("Give this site your name").fill(name=PROVINCE).press("Save")
    administrator.open("/admin/people/invite")
    administrator.fill(name="Aad Aanjager", email=CHAIR)
    administrator.choose("level", "civil_servant").choose("roles", "aanjager").press("Invite")
    guide.look(administrator, "invited-driver")


def accept_invitation(guide: Guide) -> Screen:
    """The driver opens the mail; looking at the link does not use it."""
    chair = guide.screen()
    link = guide.site.link_to(CHAIR)
    chair.open(link).open(link)
    guide.look(chair, "invitation")
    chair.fill(password=PASSWORD).press("Accept the invitation")
    guide.look(chair, "dashboard-driver")
    return chair


def open_scan(guide: Guide, chair: Screen) -> str:
    """The driver uses the questions that come along and opens a scan; return its path."""
    chair.open("/maturity/")
    guide.look(chair, "no-scan-yet")
    chair.follow("Open the first scan")
    guide.look(chair, "open-without-questions")
    chair.press("Use the scan that comes with Waardewerk")
    guide.look(chair, "open")
    chair.press("Open the scan", status=422)
    guide.look(chair, "open-errors")
    chair.fill(title=TITLE).choose("privacy", "confidential").press("Open the scan")
    return chair.path.removesuffix("/people")


def ask_people(guide: Guide, chair: Screen, scan: str) -> None:
    """Good rows are kept and the wrong one is named; then the invitations leave."""
    guide.look(chair, "people-none")
    chair.fill(pasted=PEOPLE).press("Add these people", status=422)
    guide.look(chair, "people-wrong-row")
    assert "kapot@@mail" in chair.text
    assert "carla@mail.example" in chair.text
    chair.open(f"{scan}/people")
    with chair.page.expect_navigation():
        chair.page.locator('form[action$="/invitations"] button').click()
    guide.look(chair, "people-invited")
    chair.open(scan)
    guide.look(chair, "scan-alone")


def personal_page(guide: Guide, screen: Screen, who: str, *, name: str) -> Screen:
    """Follow the link in the mail, agree and begin."""
    letter = guide.site.letter_to(f"{who}@mail.example")
    assert TITLE in letter["Subject"]
    screen.open(guide.site.link_to(f"{who}@mail.example"))
    guide.look(screen, f"landing-{name}")
    screen.page.locator("#consent").check()
    screen.submit()
    guide.look(screen, f"overview-{name}")
    return screen


def answer_without_javascript(guide: Guide) -> Screen:
    """Anna's browser runs no script: every page has a button that saves it."""
    anna = guide.screen(java_script_enabled=False)
    personal_page(guide, anna, "anna", name="without-javascript")
    anna.page.locator(".ww-sections a").first.click()
    fill_in_sections(guide, anna, "anna", {"policy": 2, "practice": 1, "result": 1}, "no-script")
    return hand_in(guide, anna, "no-script")


def answer_on_a_phone(guide: Guide) -> Screen:
    """Bram taps on a screen of 320 pixels; what he taps is saved at once."""
    bram = guide.screen(**PHONE)
    personal_page(guide, bram, "bram", name="phone")
    bram.page.locator(".ww-sections a").first.tap()
    bram.page.wait_for_load_state()
    first = bram.page.locator(".ww-row__level").nth(4)
    first.tap()
    expect(bram.page.locator(".ww-save__done")).to_have_count(1)
    guide.look(bram, "section-phone-saved")
    fill_in_sections(guide, bram, "bram", {"policy": 5, "practice": 4, "result": 4}, "phone")
    return hand_in(guide, bram, "phone")


def fill_in_sections(
    guide: Guide, screen: Screen, who: str, levels: dict[str, int], name: str
) -> None:
    """Fill in every part in turn, to the last one."""
    looked = False
    while True:
        for lens, level in levels.items():
            for radio in screen.page.locator(f'[name*=":{lens}:"][value="{level}"]').all():
                radio.check()
        for place, words in enumerate(screen.page.locator('textarea[name$="reason"]').all()):
            words.fill(SECRETS[who] if place == 0 else "Zo zie ik het.")
        if not looked:
            guide.look(screen, f"section-{name}")
            looked = True
        if screen.button("Save and go on").count() == 0:
            break
        screen.press("Save and go on")
    screen.press("Save and back to the overview")


def hand_in(guide: Guide, screen: Screen, name: str) -> Screen:
    """Look back and hand in."""
    screen.follow("Look back and hand in")
    guide.look(screen, f"hand-in-{name}")
    screen.press("Hand in my answers")
    guide.look(screen, f"handed-in-{name}")
    return screen


def answer_by_keyboard(guide: Guide) -> Screen:
    """Carla has no mouse: Tab, arrows, Space and Enter bring her everywhere, visibly."""
    carla = guide.screen()
    carla.open(guide.site.link_to("carla@mail.example"))
    keys = Keyboard(carla)
    keys.tab_to('a[href="#content"]').press("Enter")
    keys.tab_to("#consent").press("Space")
    keys.tab_to("#content button[type=submit]").go("Enter")
    keys.tab_to(".ww-sections a").go("Enter")
    while True:
        keys.answer_section({"policy": 4, "practice": 2, "result": 1}, SECRETS["carla"])
        goes_on = carla.button("Save and go on").count() > 0
        keys.tab_to('#content button[name="go"]').go("Enter")
        if not goes_on:
            break
    keys.tab_to('#content a[href$="/hand-in"]').go("Enter")
    keys.tab_to("#content form button[type=submit]").go("Enter")
    assert carla.shows("Your answers are in. Thank you.")
    guide.look(carla, "handed-in-keyboard")
    return carla


class Keyboard:
    """The only way in for who cannot use a mouse."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._keys = screen.page.keyboard

    def press(self, key: str) -> Keyboard:
        """Press one key."""
        self._keys.press(key)
        return self

    def go(self, key: str) -> Keyboard:
        """Press a key that leads to another page."""
        with self._screen.page.expect_navigation():
            self._keys.press(key)
        return self

    def tab_to(self, selector: str) -> Keyboard:
        """Press Tab until the keyboard is there; every stop on the way can be seen."""
        for _ in range(60):
            self._keys.press("Tab")
            self._screen.focus_is_visible()
            if self.is_on(selector):
                return self
        raise AssertionError(f"Tab does not reach {selector} on {self._screen.path}")

    def is_on(self, selector: str) -> bool:
        """Tell whether the keyboard is on something."""
        found: bool = self._screen.page.evaluate(
            "(selector) => document.activeElement.matches(selector)", selector
        )
        return found

    def answer_section(self, levels: dict[str, int], reason: str) -> None:
        """Choose with the arrows and type a reason, question by question."""
        names = self._screen.page.locator('#content [name$="reason"]').evaluate_all(
            "fields => fields.map((field) => field.name)"
        )
        for name in names:
            question = name.partition(":")[0]
            for lens, level in levels.items():
                self.tab_to(f'[name="{question}:{lens}:value"]').press("Space")
                for _ in range(level - 1):
                    self.press("ArrowRight")
                assert self.is_on(f'[value="{level}"]:checked')
                self._screen.focus_is_visible()
            self.tab_to(f'[name="{name}"]')
            self._keys.type(reason)


def nobody_sees_others(chair: Screen, *respondents: Screen) -> None:
    """Before the spread is open nobody sees another's words, the chair included."""
    inquiry = inquiry_of(chair)
    for screen in (chair, *respondents):
        for path in (f"{inquiry}/spread", f"{inquiry}/talk/governance"):
            refused = screen.context.request.get(screen.base_url + path)
            assert refused.status == 403, f"{path} gave {refused.status}"
    for page in (inquiry, scan_of(chair), f"{scan_of(chair)}/people"):
        text = chair.open(page).text
        assert not [words for words in SECRETS.values() if words in text]


def scan_of(chair: Screen) -> str:
    """Return the path of the scan."""
    chair.open("/maturity/").follow(TITLE)
    return chair.path


def inquiry_of(chair: Screen) -> str:
    """Return the path of the page of the chair."""
    chair.open(scan_of(chair))
    href = chair.page.locator('#content a[href*="/inquiries/"]').first.get_attribute("href")
    assert href
    return href


def open_spread(guide: Guide, chair: Screen, scan: str) -> str:
    """The chair opens the spread and begins the conversation; return the path of the chair."""
    chairing = inquiry_of(chair)
    chair.open(chairing)
    guide.look(chair, "chair-alone")
    chair.press("Open the spread")
    guide.look(chair, "chair-spread")
    chair.follow("Go to the agenda")
    guide.look(chair, "spread")
    assert SECRETS["anna"] not in chair.text
    return chairing


def everybody_sees_the_spread(guide: Guide, *respondents: Screen) -> None:
    """Who handed in sees the spread; names stand with reasons, for all agreed to that."""
    for screen in respondents:
        screen.page.reload()
        screen.follow("See how answers are spread")
        screen.page.locator('#content a[href*="/talk/"]').first.click()
        screen.page.wait_for_load_state()
    guide.look(respondents[0], "talk-respondent")


def agree_on_every_theme(guide: Guide, chair: Screen, chairing: str) -> None:
    """Three clicks from the spread to an agreement; then every theme, through every lens."""
    chair.open(chairing).press("Begin the conversation")
    guide.look(chair, "chair-conversation")
    chair.follow("Go to the agenda")
    chair.page.locator('#content a[href*="/talk/"]').first.click()
    chair.page.wait_for_load_state()
    guide.look(chair, "talk-question")
    assert any(words in chair.text for words in SECRETS.values())
    chair.press("Write down what we agreed", status=422)
    guide.look(chair, "talk-errors")
    chair.page.locator('textarea[name="text"]').fill("Eerst spraken wij over de Staten.")
    expect(chair.page.locator("#note .ww-save__done")).to_be_visible()
    for theme in THEMES:
        chair.open(f"{chairing}/talk/{theme}")
        if theme == "governance":
            guide.look(chair, "talk-theme")
        for lens, level in zip(LENSES, (4, 2, 2), strict=True):
            chair.choose(f"level_{lens}", level)
        chair.fill(reason="De afspraken staan er, maar niet iedereen werkt ernaar.")
        chair.fill(present="Anna, Bram en Carla", dissent="Bram zit hoger.")
        chair.press("Write down what we agreed")
    chair.open(f"{chairing}/talk/governance")
    guide.look(chair, "talk-theme-agreed")
    chair.open(chairing)
    guide.look(chair, "chair-all-agreed")
    chair.press("Close: this is what we agreed")
    guide.look(chair, "chair-agreed")


def want_a_level_on_every_theme(guide: Guide, chair: Screen, scan: str) -> None:
    """Staying where you are is a choice too; more than two levels in a year gets a warning."""
    chair.open(f"{scan}/results")
    guide.look(chair, "results-nothing-wanted")
    for theme in THEMES:
        chair.open(f"{scan}/themes/{theme}/wanted")
        if theme == "governance":
            guide.look(chair, "wanted")
            chair.press("Write down what you want", status=422)
            guide.look(chair, "wanted-errors")
        chair.choose("level", 5 if theme == "governance" else 3)
        chair.fill(
            reason="Inwoners moeten ons kunnen volgen.",
            intended_result="Bij elk project is duidelijk wie beslist.",
            first_step="Bespreken in het directieoverleg.",
            by_date=NEXT_YEAR,
            owner="Aad Aanjager",
            present="Anna, Bram en Carla",
        )
        chair.press("Write down what you want")
        if theme == "governance":
            guide.look(chair, "theme-steep")
            assert chair.page.locator(".ww-flashes .utrecht-alert--warning").count() == 1


def plan_actions(guide: Guide, chair: Screen, scan: str) -> None:
    """One thing to build up, one to build down."""
    chair.open(f"{scan}/actions/new?theme=governance")
    guide.look(chair, "plan")
    chair.press("Plan this action", status=422)
    guide.look(chair, "plan-errors")
    for direction, title in (("build_up", "Taken verdelen"), ("build_down", "Dubbele lijsten weg")):
        chair.open(f"{scan}/actions/new?theme=governance").choose("direction", direction)
        chair.fill(
            hindrance="Drie lijsten die elkaar tegenspreken.",
            title=title,
            intended_result="Iedereen weet wie beslist.",
            indicator="Elk project noemt een naam.",
            owner="Aad Aanjager",
            due_on=NEXT_YEAR,
        )
        chair.press("Plan this action")
    guide.look(chair, "theme-planned")
    chair.follow("Taken verdelen")
    guide.look(chair, "action")
    chair.open("/")
    guide.look(chair, "dashboard-with-actions")


def take_the_report_away(guide: Guide, chair: Screen, scan: str) -> None:
    """The report is a page, and the same in a file; nobody's own answer is in it."""
    chair.open(f"{scan}/results")
    guide.look(chair, "results")
    chair.open(f"{scan}/trend")
    guide.look(chair, "trend-one-scan")
    chair.open(f"{scan}/report")
    guide.look(chair, "report")

    with chair.page.expect_download() as waiting:
        chair.page.locator('#content a[href$="/report.pdf"]').click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    written = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    plain = re.sub(r"\s+", " ", written)
    for words in (PROVINCE, TITLE, "Taken verdelen", "Inwoners moeten ons kunnen volgen."):
        assert words in plain
    report = json.loads(download(chair, f"{scan}/report.json"))
    assert report["title"]
    assert report["blocks"]
    assert not [name for name in ("Carla Smit", "Bram Jansen") if name in written]

    shared = json.loads(download(chair, f"{scan}/result.json"))
    text = json.dumps(shared, ensure_ascii=False)
    assert shared["organisation"] == PROVINCE
    assert not [words for words in SECRETS.values() if words in text]
    for form, first_bytes in (("docx", b"PK"), ("odt", b"PK"), ("xlsx", b"PK"), ("csv", b"")):
        assert download(chair, f"{scan}/report.{form}").startswith(first_bytes)


def download(screen: Screen, path: str) -> bytes:
    """Fetch a file as this person."""
    response = screen.context.request.get(screen.base_url + path)
    assert response.status == 200, f"{path} gave {response.status}"
    body: bytes = response.body()
    return body
