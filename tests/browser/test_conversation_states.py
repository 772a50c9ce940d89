"""The spread and the conversation: for the chair, for who took part, and for who may not see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import OpenScreen
from .screen import Screen
from .site import THEMES, Asked, Site

#: Three levels of the organisation that see it differently.
VIEWS = {
    "political": {"policy": 4, "practice": 1, "result": 1},
    "executive": {"policy": 5, "practice": 4, "result": 3},
    "civil_servant": {"policy": 3, "practice": 2, "result": 1},
}
LONG_REASON = (
    "De verantwoordelijkheidsverdeling tussen de gegevensbeschermingsfunctionaris, de "
    "informatiebeveiligingscoördinator en de opdrachtgever staat in de mandaatregeling. "
)
TARGET = "governance.responsibility"


@pytest.fixture
def chair_of(site: Site, screen: OpenScreen):
    """Give the chair's browser."""
    return screen(site.person("Voorzitter Voorbeeld", "aanjager"))


def with_answers(
    site: Site, groups: dict[str, int], *, privacy: str = "confidential", reason: str = ""
):
    """Ask people in groups of these sizes and let all of them hand in."""
    chair = site.person("Voorzitter Voorbeeld", "aanjager")
    people = [(f"{level} {n}", level) for level, size in groups.items() for n in range(size)]
    inquiry, asked = site.inquiry(chair, people, privacy=privacy)
    for (_name, level), one in zip(people, asked, strict=True):
        site.answer(one, VIEWS[level], reason=reason or f"Zo ziet {level} het.")
    return inquiry, asked


def test_nobody_asked_and_nobody_in_yet(site: Site, chair_of: Screen) -> None:
    inquiry, _asked = site.inquiry(site.person("Voorzitter Voorbeeld", "aanjager"))
    path = f"/inquiries/{inquiry.id}"
    chair_of.open(path).look("chair-nobody-asked")
    chair_of.press("Open the spread", status=422).look("error-422-nobody-in")
    chair_of.open(f"{path}/spread", status=403).look("error-403-spread-closed")


def test_small_groups_are_hidden_and_said_to_be(site: Site, chair_of: Screen) -> None:
    inquiry, _asked = with_answers(
        site, {"political": 6, "executive": 2, "civil_servant": 7}, privacy="grouped"
    )
    site.move(inquiry, "spread")
    chair_of.open(f"/inquiries/{inquiry.id}/spread").look("spread-small-group-hidden")
    assert chair_of.shows("too few answers to show")
    chair_of.open(f"/inquiries/{inquiry.id}/talk/{TARGET}").look("talk-small-group-hidden")
    assert "executive 0" not in chair_of.text


def test_too_few_answers_show_nothing_at_all(site: Site, chair_of: Screen) -> None:
    inquiry, _asked = with_answers(site, {"executive": 2}, privacy="grouped")
    site.move(inquiry, "spread")
    chair_of.open(f"/inquiries/{inquiry.id}/spread").look("spread-too-few", widths=(320,))
    chair_of.open(f"/inquiries/{inquiry.id}/talk/{TARGET}").look("talk-nothing-to-show")
    assert "Zo ziet executive het." not in chair_of.text


def test_the_conversation_holds_long_reasons_notes_and_what_was_agreed(
    site: Site, chair_of: Screen
) -> None:
    inquiry, _asked = with_answers(
        site, {"political": 1, "executive": 1, "civil_servant": 2}, reason=LONG_REASON * 4
    )
    site.move(inquiry, "spread", "conversation")
    talk = f"/inquiries/{inquiry.id}/talk/{TARGET}"
    chair_of.open(talk).look("talk-long")
    note = chair_of.page.locator('#note textarea[name="text"]')
    failed = chair_of.page.locator("#note [data-save-failed]:not([hidden])")
    with chair_of.without_a_connection():
        note.fill(LONG_REASON)
        expect(failed).to_be_visible()
        assert note.input_value() == LONG_REASON
    expect(chair_of.page.locator("#note .ww-save__done")).to_be_visible()
    site.agree(inquiry, TARGET, policy=4, practice=None, result=2)
    chair_of.open(talk).look("talk-agreed")
    assert chair_of.page.input_value('#note textarea[name="text"]').strip() == LONG_REASON.strip()


def test_two_chairs_do_not_overwrite_each_others_notes(
    site: Site, chair_of: Screen, screen: OpenScreen
) -> None:
    inquiry, _asked = with_answers(site, {"political": 1})
    site.move(inquiry, "spread", "conversation")
    talk = f"/inquiries/{inquiry.id}/talk/{TARGET}"
    other = screen(site.person("Tweede Voorzitter", "aanjager"))
    chair_of.open(talk)
    other.open(talk)
    chair_of.page.locator('#note textarea[name="text"]').fill("Van de een.")
    expect(chair_of.page.locator("#note .ww-save__done")).to_be_visible()
    other.expected.add(409)
    other.page.locator('#note textarea[name="text"]').fill("Van de ander.")
    both = other.page.locator("#note .ww-conflict")
    expect(both).to_contain_text("Van de een.")
    expect(both).to_contain_text("Van de ander.")
    assert other.page.input_value('#note textarea[name="text"]') == "Van de ander."
    other.look("talk-note-conflict")


def test_who_took_part_follows_without_being_able_to_change(site: Site, screen: OpenScreen) -> None:
    inquiry, asked = with_answers(site, {"political": 1, "executive": 1})
    site.move(inquiry, "spread")
    person = come_back(screen(), asked[0])
    person.follow("See how answers are spread").look("spread-respondent", widths=(1280,))
    site.move(inquiry, "conversation")
    person.open(f"/inquiries/{inquiry.id}/talk/governance").look("talk-respondent-theme")
    assert person.page.locator("#content textarea").count() == 0
    for theme in THEMES:
        site.agree(inquiry, theme)
    site.move(inquiry, "agreed")
    person.open(f"/inquiries/{inquiry.id}/talk/governance").look("talk-respondent-agreed")
    person.open(f"/inquiries/{inquiry.id}/spread").look("spread-agreed", widths=(320,))


def come_back(screen: Screen, who: Asked) -> Screen:
    """Open one's page after handing in."""
    return screen.open(f"/a/{who.code}").submit()


def test_a_move_that_does_not_follow_is_refused(site: Site, chair_of: Screen) -> None:
    inquiry, _asked = with_answers(site, {"political": 1})
    site.move(inquiry, "spread")
    chair_of.open(f"/inquiries/{inquiry.id}")
    site.move(inquiry, "conversation")
    chair_of.press("Begin the conversation", status=409).look("error-409-moved")
    chair_of.open(f"/inquiries/{inquiry.id}/talk/nothing", status=404).look("error-404-question")
