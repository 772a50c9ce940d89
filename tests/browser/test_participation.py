"""A whole round in a browser without scripts: prepared, letters, joined by code on a small phone,
voted, moderated, counted, answered, closed, and found back with a receipt. In Dutch, English and
Frisian; and once by keyboard alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

PHONE = {"viewport": {"width": 320, "height": 720}, "java_script_enabled": False}
DESK_WITHOUT_SCRIPTS = {"java_script_enabled": False}
SLUG = "sensoren"
ROUND = f"/r/{SLUG}"
HOLDING = f"/participation/{SLUG}"
STATEMENTS = (
    "Een sensor mag het geluid op straat meten.",
    "Niemand hoeft te horen wat ik op straat zeg.",
    "Bij elke sensor hoort een bordje.",
    "De cijfers horen voor iedereen te zijn.",
    "Ik slaap beter als het lawaai wordt aangepakt.",
    "Een mens moet eerst komen luisteren.",
    "Sensoren kosten te veel geld.",
    "De politie mag de cijfers niet gebruiken.",
    "Na een jaar moet de sensor weg.",
    "Wie klaagt moet antwoord krijgen.",
)
FRISIAN = "In sensor mei it lûd op strjitte mjitte."
OWN = "Hang sensors where people sleep, not where they shop."
EN = {"title": "Sensors in the street", "question": "May a sensor measure noise?"}
FY = {"title": "Sensors op strjitte", "question": "Mei in sensor lawaai mjitte?"}
NL = {"title": "Sensoren in de straat", "question": "Mag een sensor lawaai meten?"}


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site that speaks three languages."""
    return start_site(languages=("nl", "en", "fy"))


@pytest.fixture
def holder(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of somebody who holds the round."""
    screen = screen_on(province.url, **DESK_WITHOUT_SCRIPTS)
    province.sign_in(screen.context, province.person("Ada Aanjager", "aanjager"))
    return screen


@pytest.fixture
def phone(province: Site, chromium: Browser) -> Iterator[Callable[[str], Screen]]:
    """Give what opens a small phone without scripts in a language."""
    opened: list[Screen] = []

    def open_one(language: str, *, scripts: bool = False) -> Screen:
        options = {**PHONE, "java_script_enabled": scripts, "locale": language}
        context = chromium.new_context(**options, reduced_motion="reduce")
        context.set_default_timeout(10_000)
        opened.append(Screen(context, province.url, language=language, runs_scripts=scripts))
        return opened[-1]

    yield open_one
    for screen in opened:
        screen.has_no_complaints(screen.path)
        screen.close()


def test_from_invitation_to_this_is_what_we_did_with_it(
    province: Site, holder: Screen, phone: Callable[[str], Screen], tmp_path: Path
) -> None:
    prepare(holder)
    state(holder, tmp_path)
    codes = make_letters(holder)
    move(holder, "Open the vote")

    frisian, english = phone("fy"), phone("en")
    join(frisian, codes[0])
    vote_and_undo(frisian)
    join(english, codes[1].lower().replace("-", " "))
    receipt = say_something(english)
    holder.open(f"{HOLDING}/moderation").look("round-moderation", widths=(320, 1280))
    holder.press("Accept")

    second_device = phone("fy")
    join(second_device, codes[0])
    second_device.open(f"{ROUND}/mine").look("round-mine-fy", widths=(320,))
    assert FRISIAN in second_device.text, "the same letter is the same person"

    others_vote(province, codes[2:50])
    move(holder, "End the vote")
    frisian.open(f"{ROUND}/vote")
    assert frisian.path == f"{ROUND}/" or not frisian.button("Agree").count()
    count(province)
    for screen, name in ((frisian, "fy"), (english, "en"), (holder, "nl")):
        screen.open(f"{ROUND}/results").look(f"round-results-{name}", widths=(320, 1280))
    answer_everything(holder)
    move(holder, "Close the round")
    english.open(f"{ROUND}/answers").look("round-answers-en", widths=(320, 1280))
    assert "Wij hangen een bordje op." in english.text
    read_the_receipt(english, receipt)


def test_somebody_votes_by_keyboard_alone(
    province: Site, holder: Screen, phone: Callable[..., Screen]
) -> None:
    slug = "met-toetsen"
    prepare(holder, slug, joining="open", languages=())
    for text in STATEMENTS[:3]:
        add_statement(holder, slug, text)
    move(holder, "Open the vote", slug)
    screen = phone("nl", scripts=True)
    screen.open(f"/r/{slug}/")
    press_by_keyboard(screen, "Take part")
    for _one in range(3):
        press_by_keyboard(screen, "Agree")
    screen.page.wait_for_url(f"**/r/{slug}/done*")
    screen.look("round-done-by-keyboard", widths=(320,))


def prepare(
    holder: Screen,
    slug: str = SLUG,
    *,
    joining: str = "code",
    languages: tuple[tuple[str, dict[str, str]], ...] = (("en", EN), ("fy", FY)),
) -> None:
    """Set a round up, in Dutch, with what it is about in the other languages."""
    now = datetime.now(UTC)
    holder.open("/participation/")
    is_first = holder.link("Prepare the first round").count()
    holder.follow("Prepare the first round" if is_first else "Prepare a round")
    holder.fill(
        slug=slug,
        opens_at=f"{now:%Y-%m-%dT%H:%M}",
        closes_at=f"{now + timedelta(days=14):%Y-%m-%dT%H:%M}",
        answer_by=f"{now + timedelta(days=60):%Y-%m-%d}",
        quota="3",
        **NL,
    )
    holder.choose("joining", joining).choose("moderation", "before")
    for language, _texts in languages:
        holder.choose("also_in", language)
    holder.look(f"round-prepare-{slug}", widths=(320, 1280)).press("Prepare this round")
    assert holder.path == f"/participation/{slug}/"
    for language, texts in languages:
        holder.open(f"/participation/{slug}/texts/{language}").fill(**texts).press("Save")
    holder.open(f"/participation/{slug}/").look(f"round-prepared-{slug}", widths=(320, 1280))


def state(holder: Screen, folder: Path) -> None:
    """Bring the statements in from a file, and give one of them its Frisian."""
    file = folder / "stellingen.csv"
    rows = "".join(f"{text};nl\n" for text in STATEMENTS)
    file.write_text(f"text;language\n{rows}", encoding="utf-8")
    holder.open(f"{HOLDING}/statements")
    holder.page.set_input_files('#content input[type="file"]', file)
    holder.press("Read this file").look("round-statements", widths=(320, 1280))
    holder.open(f"{HOLDING}/statements/1")
    holder.page.locator('#content textarea[lang="fy"]').fill(FRISIAN)
    translated = holder.page.locator(
        "#content form", has=holder.page.locator('textarea[lang="fy"]')
    )
    translated.get_by_role("checkbox").check()
    with holder.page.expect_navigation():
        translated.get_by_role("button").first.click()


def add_statement(holder: Screen, slug: str, text: str) -> None:
    """Type one statement."""
    holder.open(f"/participation/{slug}/statements").fill(text=text).press("Add this statement")


def move(holder: Screen, words: str, slug: str = SLUG) -> None:
    """Let the round take its next step, and agree to what then stands still."""
    holder.open(f"/participation/{slug}/").follow(words)
    holder.press(words)
    assert holder.path == f"/participation/{slug}/"


def make_letters(holder: Screen) -> list[str]:
    """Make fifty letters for a print shop; return the codes in them."""
    holder.open(f"{HOLDING}/letters").fill(label="De wijk", size="50").choose("kind", "csv")
    holder.look("round-letters", widths=(320, 1280))
    with holder.page.expect_download() as given:
        holder.button("Make the letters").click()
    text = Path(given.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    place = next(n for n, cell in enumerate(rows[1]) if cell.count("-") == 2 and "/" not in cell)
    return [row[place] for row in rows[1:]]


def join(screen: Screen, code: str) -> None:
    """Come in by a typed code: nothing is kept before that button."""
    screen.open(f"{ROUND}/")
    assert not screen.context.cookies()
    screen.look(f"round-landing-{screen.language}", widths=(320,))
    screen.fill(typed=code).press("Take part")
    assert screen.path == f"{ROUND}/vote"


def vote_and_undo(screen: Screen) -> None:
    """Agree, take it back, disagree with all that comes."""
    screen.look("round-vote-fy", widths=(320,))
    screen.press("Agree").press("Undo")
    while screen.button("Disagree").count():
        screen.press("Disagree")
    screen.look("round-thanks-fy", widths=(320,))


def say_something(screen: Screen) -> str:
    """Vote on everything, then add a statement; return the receipt."""
    screen.look("round-vote-en", widths=(320,))
    while screen.button("Agree").count():
        screen.press("Agree")
    screen.follow("Add a statement of your own").fill(text=OWN)
    screen.look("round-say-en", widths=(320,)).press("Send my statement")
    if screen.button("Send it as it is").count():
        screen.press("Send it as it is")
    screen.look("round-said-en", widths=(320,))
    return screen.page.locator(".ww-code").inner_text()


def others_vote(site: Site, codes: list[str]) -> None:
    """Let everybody else vote: half for sensors, half against them."""
    from waardewerk.notation import codes as written
    from waardewerk_participation.keys import Keys
    from waardewerk_participation.operations import joining, voting
    from waardewerk_participation.queries.rounds import get_own_round

    now = datetime.now(UTC)
    with site.transaction() as session:
        found = get_own_round(session, SLUG)
        key = Keys(site.app.extensions["waardewerk.config"].key_folder).read(found.key_name)
        for person, code in enumerate(codes):
            plain = written.as_typed(code)
            assert plain is not None
            joined = joining.join_with_code(session, found, key, plain, now=now)
            for number in range(1, len(STATEMENTS) + 1):
                shared = number in {3, 10}
                value = 1 if shared or (number + person) % 2 else -1
                voting.vote(session, found, joined.pid, number, value, now=now)


def count(site: Site) -> None:
    """Let the job that counts do its work."""
    from waardewerk import db
    from waardewerk_participation import counting_job

    with site.app.app_context(), db.current().reading() as session:
        counting_job.run(session, {})


def answer_everything(holder: Screen) -> None:
    """Answer every point that the result asks to answer."""
    move(holder, "Begin to answer")
    holder.open(f"{HOLDING}/answers").look("round-points", widths=(320, 1280))
    answered = 0
    while holder.open(f"{HOLDING}/answers").link("Write the answer").count():
        holder.follow("Write the answer")
        holder.fill(
            we_do="Wij hangen een bordje op.",
            we_do_not="Wij bewaren geen geluid.",
            why="Dat vroegen veel mensen.",
            who="Afdeling Leefomgeving",
            due=f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}",
        )
        holder.press("Keep the answer")
        answered += 1
    assert answered >= 3, "something shared and something that divides"


def read_the_receipt(screen: Screen, code: str) -> None:
    """See with the code what became of one's own statement."""
    screen.open(f"{ROUND}/receipt").fill(code=code.lower()).press("Show what became of it")
    assert OWN in screen.text
    screen.look("round-receipt-en", widths=(320, 1280))


def press_by_keyboard(screen: Screen, words: str) -> None:
    """Go to a button with the Tab key, seeing where one is, and press it with Enter."""
    name = screen.say(words)
    for _step in range(40):
        screen.page.keyboard.press("Tab")
        here = screen.page.evaluate(
            "() => [document.activeElement.tagName, document.activeElement.textContent.trim()]"
        )
        if here[0] == "BUTTON" and here[1].startswith(name):
            screen.focus_is_visible()
            before = screen.page.inner_text("#content")
            screen.page.keyboard.press("Enter")
            # The page's own rules forbid a script that waits inside it.
            for _moment in range(200):
                if screen.page.inner_text("#content") != before:
                    return
                screen.page.wait_for_timeout(50)
            raise AssertionError(f"nothing happened after {name}")
    raise AssertionError(f"no button {name} is reached by keyboard")
