"""Taking part in a round, on a phone of old and at a desk, with and without JavaScript."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from waardewerk.i18n import day_of
from waardewerk_participation import plugin, pseudonyms
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import (
    BackgroundQuestion,
    Code,
    CodeBatch,
    Round,
    RoundText,
    Statement,
    Translation,
)

from .conftest import OpenScreen
from .site import Site
from .test_weight import weights_of

NOW = datetime.now(UTC)
PHONE = {"viewport": {"width": 320, "height": 568}}
MOST_BYTES = 60_000
#: Whether the card shows another statement than before.
ANOTHER = "(old) => document.getElementById('statement-text').innerText !== old"
STATEMENTS = (
    "Camera’s bij de bushalte maken mij veiliger.",
    "De provincie mag tellen hoeveel mensen de bus nemen, als niemand herkenbaar is.",
    "Beelden moeten na een dag weg zijn.",
    "Wie gefilmd wordt, moet dat van tevoren weten.",
    "Meer licht bij de halte helpt beter dan een camera.",
    "De politie mag de beelden altijd bekijken.",
    "Ik wil weten welk bedrijf de camera’s levert.",
    "Een buschauffeur ziet meer dan een camera.",
    "Kinderen horen niet gefilmd te worden.",
    "De provincie moet elk jaar vertellen wat de camera’s opleverden.",
    "Zonder camera’s durf ik ’s avonds niet met de bus.",
    "Volksgezondheidsinformatievoorzieningssystemen horen niets van camera’s te weten.",
)


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Site]) -> Site:
    """Give a site of a province with rounds."""
    return start_site(extra={"participation": plugin})


def hold(site: Site, slug: str, *, statements: int = len(STATEMENTS), **changes: Any) -> str:
    """Hold a round; return its address."""
    keys = Keys(site.app.extensions["waardewerk.config"].key_folder)
    with site.transaction() as session:
        made = Round(
            **{
                "slug": slug,
                "title": "Camera’s bij de bushalte",
                "is_imported": False,
                "made_at": NOW,
                "phase": "vote",
                "opens_at": NOW - timedelta(1),
                "closes_at": NOW + timedelta(14),
                "languages": ["nl", "en"],
                "key_name": keys.make(),
                **changes,
            }
        )
        made.texts = [
            RoundText(
                language="nl",
                title="Camera’s bij de bushalte",
                question="Wat vindt u van camera’s bij de bushalte?",
                introduction="De provincie wil weten of mensen zich veilig voelen.\n"
                "Wij vragen het aan iedereen die wel eens de bus neemt.",
            )
        ]
        session.add(made)
        session.flush()
        for number, words in enumerate(STATEMENTS[:statements], 1):
            session.add(Statement(round_id=made.id, number=number, text=words, language="nl"))
        session.add(
            BackgroundQuestion(
                round_id=made.id,
                position=1,
                label={"nl": "Hoe oud bent u?"},
                options=[
                    {"key": "young", "label": {"nl": "Jonger dan 30 jaar"}},
                    {"key": "middle", "label": {"nl": "30 tot 65 jaar"}},
                    {"key": "old", "label": {"nl": "65 jaar of ouder"}},
                ],
            )
        )
    return f"/r/{slug}/"


def letter(site: Site, slug: str) -> str:
    """Send a letter; return its code."""
    code = "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))
    keys = Keys(site.app.extensions["waardewerk.config"].key_folder)
    with site.transaction() as session:
        found = session.scalars(select(Round).where(Round.slug == slug)).one()
        batch = CodeBatch(round_id=found.id, label="Brieven", size=50, made_on=day_of(NOW))
        session.add(batch)
        session.flush()
        hashed = pseudonyms.invitation(keys.read(found.key_name), code)
        session.add(Code(hash=hashed, batch_id=batch.id))
    return code


def test_the_whole_way_on_a_small_phone_without_javascript(site: Site, screen: OpenScreen) -> None:
    at = hold(site, "zonder-script", joining="code")
    code = letter(site, "zonder-script")
    phone = screen(**PHONE, java_script_enabled=False)
    phone.open(at).look("round-landing-code")
    phone.fill(typed="00000000000O").press("Take part", status=422).look("round-code-wrong")
    spelled = f"{code[:4]} {code[4:8]} {code[8:]}".lower()
    phone.fill(typed=spelled).press("Take part").look("round-first-card")
    phone.press("Agree").look("round-next-card")
    phone.press("Undo").look("round-undone")
    for _ in range(9):
        phone.press("Disagree")
    phone.press("I don't know").look("round-end-of-a-set")
    phone.follow("Add a statement of your own").look("round-say")
    phone.fill(text="").press("Send my statement", status=422).look("round-say-empty")
    phone.fill(text="Bel mij op 0612345678 over de gegevensbeschermingseffectbeoordeling.")
    phone.press("Send my statement").look("round-say-pointed-out")
    phone.fill(text="De halte moet ook overdag schoon zijn.").press("Send my statement")
    phone.look("round-said")
    phone.open(f"{at}done").follow("Tell something about yourself").look("round-about-you")
    phone.page.get_by_label("Jonger dan 30 jaar").check()
    phone.press("Keep this").look("round-about-you-saved")
    phone.follow("Change what you told about yourself").look("round-about-you-again")
    phone.open(f"{at}done").follow("See or change my answers").look("round-mine")
    phone.follow("Change").look("round-change")
    phone.press("Take my answer back").look("round-mine-taken-back")


def test_every_way_in_and_every_end(site: Site, screen: OpenScreen) -> None:
    desk = screen()
    desk.open(hold(site, "open")).look("round-landing-open")
    desk.open(hold(site, "brief", joining="code") + "c/7K4MT2Q9XA3D").look("round-landing-letter")
    desk.open(hold(site, "intern", joining="named")).look("round-landing-named")
    over = hold(site, "voorbij", phase="analyse", answer_by=day_of(NOW) + timedelta(30))
    desk.open(over).look("round-landing-over")
    desk.open(hold(site, "beantwoord", phase="closed", closed_at=NOW)).look("round-landing-closed")
    desk.open("/volg/voorbij").look("round-follow-no-mail")
    few = hold(site, "kort", statements=1)
    desk.open(few).press("Take part").press("Agree").look("round-all-done")
    desk.open(few).look("round-landing-again")
    desk.open(f"{few}mine").look("round-mine-short")


def test_with_javascript_the_card_is_swapped_and_the_reader_is_at_its_text(
    site: Site, screen: OpenScreen
) -> None:
    phone = screen(**PHONE)
    phone.open(hold(site, "met-script")).press("Take part")
    first = phone.page.inner_text("#statement-text")
    phone.page.evaluate("() => { window.isTheSamePage = true; }")
    phone.button("Agree").click()
    phone.page.wait_for_function(ANOTHER, arg=first)
    assert phone.page.evaluate("() => window.isTheSamePage")
    assert phone.page.evaluate("() => document.activeElement.id") == "statement-text"
    assert phone.page.inner_text("#said p") == "Bewaard: Eens."
    phone.look("round-swapped")
    phone.button("Undo").click()
    phone.page.wait_for_function(f"(old) => !({ANOTHER})(old)", arg=first)
    assert "teruggenomen" in phone.page.inner_text("#said")
    for _ in range(9):
        before = phone.page.inner_text("#statement-text")
        phone.button("Agree").click()
        phone.page.wait_for_function(ANOTHER, arg=before)
    with phone.page.expect_navigation():
        phone.button("Agree").click()
    assert phone.path.startswith("/r/met-script/done?after=")


def test_by_keyboard_the_first_vote_is_a_few_tabs_away(site: Site, screen: OpenScreen) -> None:
    desk = screen()
    desk.open(hold(site, "toetsen"))
    desk.button("Take part").focus()
    desk.focus_is_visible()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    for name in ("agree", "disagree", "pass"):
        desk.page.keyboard.press("Tab")
        while desk.page.evaluate("() => document.activeElement.name !== 'vote'"):
            desk.page.keyboard.press("Tab")
        desk.focus_is_visible()
        assert desk.page.evaluate("() => document.activeElement.value") == name


def test_what_is_tapped_is_large_enough(site: Site, screen: OpenScreen) -> None:
    phone = screen(**PHONE)
    phone.open(hold(site, "tikken")).press("Take part")
    phone.page.wait_for_selector("#statement")
    small = phone.page.evaluate(
        """() => [...document.querySelectorAll("#content button, #content a, .ww-round a")]
          .map((e) => [e.innerText, e.getBoundingClientRect()])
          .filter(([, box]) => box.height > 0 && (box.height < 44 || box.width < 24))
          .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
    )
    assert small == []


def test_the_first_statement_is_light(site: Site, screen: OpenScreen) -> None:
    at = hold(site, "licht")
    phone = screen(**PHONE)
    phone.open(at)
    with phone.page.expect_navigation():
        phone.button("Take part").click()
    address = phone.path
    cookies = phone.context.cookies()
    fresh = screen(**PHONE)
    fresh.context.add_cookies(cookies)
    told = weights_of(fresh, address)
    assert 0 < sum(told.values()) <= MOST_BYTES, told


def test_a_statement_in_another_language_says_so(site: Site, screen: OpenScreen) -> None:
    at = hold(site, "talen", statements=1)
    with site.transaction() as session:
        (one,) = session.scalars(
            select(Statement)
            .join(Round, Round.id == Statement.round_id)
            .where(Round.slug == "talen")
        )
        session.add(
            Translation(
                statement_id=one.id,
                language="en",
                text="Cameras at the bus stop make me feel safer.",
                is_approved=True,
            )
        )
    guest = screen(locale="en-GB")
    guest.language = "en"
    guest.open(at).press("Take part").look("round-card-english")
    assert guest.page.get_attribute("#statement-text", "lang") == "en"


def test_a_cookie_that_is_not_ours_is_told(site: Site, screen: OpenScreen) -> None:
    at = hold(site, "kapot")
    phone = screen(**PHONE)
    phone.context.add_cookies(
        [{"name": "ww_kapot", "value": "kapot", "domain": "127.0.0.1", "path": at}]
    )
    phone.open(at).look("round-landing-wrong-cookie")
