"""What somebody who answers meets: every state of the pages, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import OpenScreen
from .screen import Screen
from .site import Asked, Site

EVERY_KIND = Path(__file__).with_name("every_kind.yaml")
TYPED = "Wij vragen dit bij elke aanbesteding, ook bij kleine opdrachten."
ELSEWHERE = "Wij vragen dit alleen bij grote aanbestedingen."

AskedOne = Callable[..., Asked]


@pytest.fixture
def asked(site: Site) -> AskedOne:
    """Give what asks one person in an inquiry of their own."""
    chair = site.person("Voorzitter Voorbeeld", "aanjager")

    def ask(name: str = "Anna de Vries", level: str = "political", **options: object) -> Asked:
        _inquiry, people = site.inquiry(chair, [(name, level)], **options)  # type: ignore[arg-type]
        return people[0]

    return ask


def begin(screen: Screen, who: Asked) -> Screen:
    """Come in by the personal link, as confidential inquiries ask."""
    screen.open(f"/a/{who.code}")
    screen.page.locator("#consent").check()
    return screen.submit()


def words_of(screen: Screen, place: int = 0) -> str:
    """Return the selector of the reason that belongs to a question of this page."""
    name = screen.page.locator('textarea[name$="reason"]').nth(place).get_attribute("name")
    return f'textarea[name="{name}"]'


def test_the_way_in_says_who_asks_what_and_who_sees_it(asked: AskedOne, screen: OpenScreen) -> None:
    invited = screen()
    confidential, grouped = asked(), asked("Bo Smit", privacy="grouped")
    invited.open("/a/").fill(code="QQQQ").press("Go on", status=404).look("enter-code-wrong")
    invited.fill(code=confidential.code.lower()).press("Go on").look("landing-confidential")
    invited.expected.add(422)
    invited.submit().look("landing-consent-missing")
    invited.open(f"/a/{grouped.code}").look("landing-grouped")
    assert invited.shows(
        "Then the group sees how answers are spread, without names. "
        "Groups of fewer than %(k)s people are not shown.",
        k=5,
    )


def test_a_part_can_be_empty_half_filled_and_complete(asked: AskedOne, screen: OpenScreen) -> None:
    person = begin(screen(), asked())
    person.look("overview-empty")
    person.open(f"{person.path}/governance").look("section-empty")
    person.choose("governance.responsibility:policy:value", 4)
    person.choose("governance.responsibility:practice:value", "na")
    person.choose("governance.responsibility:result:value", 2)
    person.choose("governance.roles:policy:value", 3)
    person.page.locator(words_of(person)).fill(TYPED)
    expect(person.page.locator(".ww-save__done")).to_have_count(5)
    expect(person.page.locator('textarea[name$="example"]').first).to_be_visible()
    person.look("section-half")
    person.press("Save and back to the overview").look("overview-half")
    person.follow("Look back and hand in").look("hand-in-open")


def test_every_kind_of_question_fits_also_with_long_words(
    site: Site, asked: AskedOne, screen: OpenScreen
) -> None:
    version = site.publish(EVERY_KIND.read_text(encoding="utf-8"))
    person = begin(screen(), asked("Evi Lang", version_id=version))
    person.follow("Verantwoordelijkheidsverdeling").look("every-kind-empty")
    person.choose("long.ladder::value", 5).choose("long.size::value", "large")
    person.choose("long.tools::value", "talk").choose("long.trust::value", 7)
    person.fill(**{"long.words::value": TYPED, "long.since::value": "2024-05-01"})
    person.fill(**{"long.hours::value": "2,5", "long.ladder::reason": TYPED * 12})
    expect(person.page.locator(".ww-save__done")).to_have_count(7)
    person.look("every-kind-filled")
    person.fill(**{"long.hours::value": "veel"})
    person.expected.add(422)
    expect(person.page.locator(".ww-save__refused")).to_be_visible()
    person.look("every-kind-refused")
    person.press("Save and back to the overview", status=422).look("every-kind-refused-page")
    assert person.page.input_value('[name="long.hours::value"]') == "veel"


def test_what_was_typed_without_a_connection_stays_and_is_saved_later(
    asked: AskedOne, screen: OpenScreen
) -> None:
    who = asked()
    person = begin(screen(), who)
    overview = person.path
    person.open(f"{overview}/governance")
    reason = words_of(person)
    failed = person.page.locator("[data-save-failed]:not([hidden])")
    with person.without_a_connection():
        person.page.locator(reason).fill(TYPED)
        expect(failed).to_contain_text(person.say("Not saved."))
        assert person.page.input_value(reason) == TYPED
        failed.get_by_role("button").click()
        expect(failed).to_be_visible()
        person.look("section-not-saved")
    expect(person.page.locator(".ww-save__done")).to_have_count(1)
    expect(failed).to_have_count(0)
    person.open(f"{overview}/governance")
    assert person.page.input_value(reason) == TYPED


def test_a_server_that_refuses_is_told_and_a_second_try_saves(
    asked: AskedOne, screen: OpenScreen
) -> None:
    person = begin(screen(), asked())
    person.open(f"{person.path}/governance")
    reason = words_of(person)
    person.expected.add(503)
    person.page.route("**/save/**", lambda route: route.fulfill(status=503, body="busy"))
    person.page.locator(reason).fill(TYPED)
    failed = person.page.locator("[data-save-failed]:not([hidden])")
    expect(failed).to_be_visible()
    person.complaints.clear()  # htmx itself tells of it
    person.page.unroute("**/save/**")
    failed.get_by_role("button").click()
    expect(person.page.locator(".ww-save__done")).to_have_count(1)
    expect(failed).to_have_count(0)
    assert person.page.input_value(reason) == TYPED


def test_an_answer_that_changed_in_another_tab_shows_both_texts(
    asked: AskedOne, screen: OpenScreen
) -> None:
    first = begin(screen(), asked())
    first.open(f"{first.path}/governance")
    second = Screen(first.context, first.base_url)
    second.open(first.path)
    reason = words_of(first)
    first.page.locator(reason).fill(ELSEWHERE)
    expect(first.page.locator(".ww-save__done")).to_have_count(1)
    second.expected.add(409)
    second.page.locator(reason).fill(TYPED)
    both = second.page.locator(".ww-conflict")
    expect(both).to_contain_text(TYPED)
    expect(both).to_contain_text(ELSEWHERE)
    assert second.page.input_value(reason) == TYPED
    second.look("section-conflict")
    second.press("Keep what I have here")
    first.open(first.path)
    assert first.page.input_value(reason) == TYPED


def test_a_whole_page_that_is_stale_shows_both_texts_too(
    asked: AskedOne, screen: OpenScreen
) -> None:
    who = asked()
    first = begin(screen(java_script_enabled=False), who)
    section = f"{first.path}/governance"
    first.open(section)
    second = begin_again(screen(java_script_enabled=False), who)
    second.open(section)
    reason = 'textarea[name="governance.responsibility::reason"]'
    first.page.locator(reason).fill(ELSEWHERE)
    first.press("Save and back to the overview")
    second.page.locator(reason).fill(TYPED)
    second.press("Save and back to the overview", status=409)
    assert ELSEWHERE in second.text
    assert second.page.input_value(reason) == TYPED
    second.look("section-stale-page")
    second.press("Save and back to the overview")
    first.open(section)
    assert first.page.input_value(reason) == TYPED


def begin_again(screen: Screen, who: Asked) -> Screen:
    """Come in on another device."""
    return screen.open(f"/a/{who.code}").submit()


def test_one_goes_on_where_one_was_on_another_device(asked: AskedOne, screen: OpenScreen) -> None:
    who = asked()
    desk = begin(screen(), who)
    section = f"{desk.path}/governance"
    desk.open(section).page.locator(words_of(desk)).fill(TYPED)
    expect(desk.page.locator(".ww-save__done")).to_have_count(1)
    phone = begin_again(screen(viewport={"width": 320, "height": 640}, has_touch=True), who)
    phone.open(section)
    assert phone.page.input_value(words_of(phone)) == TYPED


def test_another_language_keeps_what_was_filled_in(asked: AskedOne, screen: OpenScreen) -> None:
    person = begin(screen(), asked())
    person.open(f"{person.path}/governance")
    reason = words_of(person)
    person.page.locator(reason).fill(TYPED)
    with person.page.expect_navigation():
        person.page.locator("#content").get_by_role("button", name="English").click()
    person.language = "en"
    assert person.page.input_value(reason) == TYPED
    person.look("section-english")


def test_what_is_handed_in_can_be_read_and_not_changed(
    site: Site, asked: AskedOne, screen: OpenScreen
) -> None:
    who = asked()
    person = begin(screen(), who)
    site.answer(who, {"policy": 4, "practice": 3, "result": 2}, hands_in=False)
    person.open(person.path).look("overview-complete")
    person.follow("Look back and hand in").look("hand-in-without-examples")
    person.press("Hand in my answers").look("overview-handed-in")
    person.open(f"{person.path}/governance").look("section-locked")
    assert person.page.locator("#content input[type=radio]").count() == 0


def test_a_missing_reason_is_asked_for_before_handing_in(
    site: Site, asked: AskedOne, screen: OpenScreen
) -> None:
    who = asked()
    person = begin(screen(), who)
    site.answer(who, {"policy": 2, "practice": 2, "result": 1}, reason="", hands_in=False)
    person.open(f"{person.path}/hand-in").look("hand-in-reasons-missing")
    assert person.button("Hand in my answers").count() == 0


def test_an_inquiry_that_is_not_open_yet_says_from_when(
    asked: AskedOne, screen: OpenScreen
) -> None:
    early = asked("Vroeg Komer", opens_in=3)
    person = screen().open(f"/a/{early.code}").look("landing-too-early")
    assert person.page.locator("#content form").count() == 0


def test_who_was_typing_when_the_spread_opened_gets_the_text_back(
    site: Site, screen: OpenScreen
) -> None:
    chair = site.person("Voorzitter Voorbeeld", "aanjager")
    people = [("Ty Pend", "executive"), ("Op Tijd", "political")]
    inquiry, (typing, other) = site.inquiry(chair, people)
    person = begin(screen(java_script_enabled=False), typing)
    person.open(f"{person.path}/governance")
    person.page.locator(words_of(person)).fill(TYPED)
    site.answer(other, {"policy": 3, "practice": 2, "result": 1})
    site.move(inquiry, "spread")
    person.press("Save and back to the overview", status=409).look("error-409-typed")
    typed = person.page.locator("textarea").evaluate_all("all => all.map((one) => one.value)")
    assert TYPED in typed


def test_who_is_too_late_can_still_listen(site: Site, screen: OpenScreen) -> None:
    chair = site.person("Voorzitter Voorbeeld", "aanjager")
    inquiry, (late, other) = site.inquiry(
        chair, [("Lo Laat", "executive"), ("Op Tijd", "political")]
    )
    person = begin(screen(), late)
    site.answer(other, {"policy": 3, "practice": 2, "result": 1})
    site.move(inquiry, "spread")
    screen().open(f"/a/{late.code}").look("landing-too-late")
    person.open(person.path).look("overview-too-late")
    person.press("Listen and talk along without own answers").look("overview-listening")
    assert person.link("See how answers are spread").count() == 1


def test_a_code_that_was_renewed_lets_nobody_in(
    site: Site, asked: AskedOne, screen: OpenScreen
) -> None:
    who = asked()
    person = begin(screen(), who)
    site.renew_code(who)
    person.open(person.path)
    assert person.path.startswith("/sign-in")
    person.open(f"/a/{who.code}", status=404).look("error-404-code")
