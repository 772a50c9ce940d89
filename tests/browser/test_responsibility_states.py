"""The register, bodies, handing over and advice, each empty, filled and with mistakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from waardewerk.i18n import day_of
from waardewerk.responsibility.operations import advising, bodies, leaving, placing

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
TODAY = day_of(datetime.now(UTC))
LONG = "Gegevensbeschermingseffectbeoordelingsprocedurebeschrijving voor omgevingsdiensten " * 2


@pytest.fixture
def keeper(site: Site, screen: OpenScreen) -> Screen:
    """Give the browser of who keeps the register."""
    return screen(site.person("Bea Beheerder", "beheerder"))


def place(site: Site, question: str, person: Any = None, function: str = "", **more: Any) -> int:
    """Place a responsibility; return its number."""
    kind = "person" if person else "function"
    holder = placing.Holder(kind=kind, person_id=person.id if person else None, function=function)
    filled = {"level": "civil_servant", "role": "other", "title": "", "since": TODAY, **more}
    with site.transaction() as session:
        placed = placing.Placed(question=question, holder=holder, **filled)
        return placing.place(session, placed, actor_id=None, now=NOW).id


def body(site: Site, **changes: str) -> int:
    """Add a body; return its number."""
    filled = {"kind": "think_tank", "name": "Denktank", "purpose": "Praten over casussen."}
    with site.transaction() as session:
        described = bodies.Described(**{**filled, **changes})
        return bodies.found(session, described, actor_id=None, now=NOW).id


def seat(site: Site, body_id: int, **seated: Any) -> None:
    """Let somebody take part."""
    with site.transaction() as session:
        member = bodies.Seated(since=TODAY, **seated)
        bodies.add_member(session, body_id, member, actor_id=None, now=NOW)


def ask(site: Site, asker: Any, title: str = "Tellen met camera’s", **changes: Any) -> int:
    """Ask the advisers; return the number of the request."""
    filled = {
        "about": "Camera’s tellen wie over de brug gaat.",
        "question": "Willen wij mensen tellen met camera’s?",
        "thoughts": "Een draad in de weg telt ook.",
        **changes,
    }
    with site.transaction() as session:
        asked = advising.Asked(title=title, **filled)
        return advising.ask(session, asked, actor_id=asker.id, now=NOW).id


def write(site: Site, request_id: int, adviser: Any, text: str = "Niet met camera’s.") -> int:
    """Take a request up and write a text; return the text's number."""
    with site.transaction() as session:
        advising.take_up(
            session,
            request_id,
            owner_id=adviser.id,
            answer_by=TODAY + timedelta(9),
            actor_id=adviser.id,
            now=NOW,
        )
        answered = advising.Answered(text=text, follow_up="Hoofd wegen", follow_up_by=TODAY)
        return advising.write_answer(
            session, request_id, answered, builds_on=0, actor_id=adviser.id, now=NOW
        ).id


def test_before_there_is_anything(start_site: Callable[..., Site], screen_on: OpenScreen) -> None:
    new = start_site()
    keeper, reader = screen_on(new.url), screen_on(new.url)
    new.sign_in(keeper.context, new.person("Bea Beheerder", "beheerder"))
    new.sign_in(reader.context, new.person("Lies Lezer", "civil_servant"))
    keeper.open("/responsibility/").look("register-empty-keeper")
    keeper.open("/").look("dashboard-register-empty")
    keeper.open("/responsibility/history").look("register-history-empty")
    keeper.open("/responsibility/leaving/").look("leaving-nobody")
    reader.open("/responsibility/").look("register-empty-reader")
    reader.open("/responsibility/leaving/mine").look("mine-empty")
    reader.open("/advice/").look("advice-empty")
    reader.open("/advice/ask").look("advice-ask-without-advisers")
    reader.open("/responsibility/place", status=403).look("error-403-place")


def test_placing_changing_and_ending(keeper: Screen) -> None:
    keeper.open("/responsibility/place?question=adviseur").look("place-question")
    keeper.fill(title="").press("Place it", status=422).look("place-errors")
    keeper.fill(title="Adviseert over digitale ethiek", function=LONG[:190], since="2026-01-01")
    keeper.fill(until="2026-12-31", mandate=LONG, agreed="Zo afgesproken in het directieoverleg.")
    keeper.press("Place it").look("held")
    keeper.follow("Change it").look("place-change")
    keeper.fill(mandate="Twee dagen per week.").press("Change it").look("held-changed")
    keeper.follow("End it").press("End it", status=422).look("end-errors")
    keeper.fill(why="Het werk is klaar.").press("End it")
    keeper.open("/responsibility/history").look("register-history")
    keeper.open("/responsibility/place").look("place-own")


def test_a_change_that_is_too_late_gives_the_text_back(
    site: Site, keeper: Screen, screen: OpenScreen
) -> None:
    number = place(site, "aanjager", function="Afdeling informatie")
    other = screen(site.person("Aad Aanjager", "aanjager"))
    for one in (keeper, other):
        one.open(f"/responsibility/held/{number}/change")
    keeper.fill(mandate="Eén dag.").press("Change it")
    other.fill(mandate="Deze tekst mag niet weg zijn.")
    other.press("Change it", status=409).look("held-conflict")
    typed = other.page.locator("textarea").evaluate_all("all => all.map((one) => one.value)")
    assert "Deze tekst mag niet weg zijn." in typed


def test_bodies(site: Site, keeper: Screen, screen: OpenScreen) -> None:
    keeper.open("/responsibility/bodies/new").look("body-new")
    keeper.press("Add this body", status=422).look("body-errors")
    keeper.fill(name=LONG[:150], purpose=LONG).press("Add this body").look("body-bare")
    keeper.follow("Add a member").look("member-new")
    keeper.press("Add", status=422).look("member-errors")
    keeper.fill(name=LONG[:120], function=LONG[:150]).press("Add").look("body-with-member")
    number = body(site, intended_result="Collega’s herkennen een dilemma.", seen_by="Casussen")
    seat(site, number, name="Deskundige", function="Hogeschool", is_chair=True)
    seat(site, number, person_id=site.person("Ada Adviseur", "adviseur").id)
    keeper.open(f"/responsibility/bodies/{number}").press("End membership")
    keeper.follow("Change what it is for").fill(purpose="Iets nieuws.").press("Change it")
    keeper.look("body-with-history")
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open(f"/responsibility/bodies/{number}").look("body-reader")
    keeper.open(f"/responsibility/bodies/{number}/end").look("body-end")


def test_handing_over(site: Site, keeper: Screen, screen: OpenScreen) -> None:
    leaver, heir = (
        site.person("Vera Vertrekt", "civil_servant"),
        site.person("Hera Heir", "adviseur"),
    )
    place(site, "beheerder", leaver, mandate="Eén dag per week.")
    place(site, "council", function="Griffier", deputy_id=leaver.id)
    seat(site, body(site, name="Werkgroep"), person_id=leaver.id)
    own = screen(leaver)
    own.open("/account").look("account-with-leaving")
    own.open("/responsibility/leaving/mine").look("mine-filled")
    own.press("Tell it", status=422).look("mine-errors")
    own.fill(leaves_on=(TODAY + timedelta(30)).isoformat(), words="De blauwe map.")
    own.press("Tell it").look("mine-told")
    keeper.open("/").look("dashboard-somebody-leaves")
    keeper.open("/responsibility/leaving/").look("leaving")
    keeper.follow("Vera Vertrekt").look("hand-over")
    keeper.fill(agreed="").press("Hand over", status=422).look("hand-over-errors")
    keeper.page.locator("#holder").select_option(f"person:{heir.id}")
    keeper.fill(agreed="De map is overgedragen.").press("Hand over").look("hand-over-done")
    with site.transaction() as session:
        leaving.take_back(session, leaver.id, now=NOW)


def test_the_register_with_much_in_it(site: Site, keeper: Screen, screen: OpenScreen) -> None:
    person = site.person(LONG[:100], "civil_servant")
    place(site, "portfolio", function="Gedeputeerde", until=TODAY + timedelta(20))
    place(site, "direction", person, mandate=LONG)
    place(site, "", function=LONG[:180], title=LONG[:180], level="executive")
    keeper.open("/responsibility/").look("register-filled")
    assert keeper.shows("What to talk about")
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open("/responsibility/").look("register-reader")


def test_a_question_from_asking_to_learning(site: Site, screen: OpenScreen) -> None:
    first, second = site.person("Ada Adviseur", "adviseur"), site.person("Bo Adviseur", "adviseur")
    asker = screen(site.person("Vera Vraagt", "civil_servant"))
    one, other = screen(first), screen(second)
    asker.open("/advice/ask").look("advice-ask")
    asker.press("Ask the advisers", status=422).look("advice-ask-errors")
    asker.fill(title="Brieven met een taalmodel", about=LONG, question="Willen wij dat?")
    asker.press("Ask the advisers").look("advice-asked-asker")
    page = asker.path
    one.open("/").look("dashboard-adviser")
    one.open("/advice/").look("advice-adviser")
    one.open(page).look("advice-asked-adviser")
    one.follow("Take it up").press("Take it up", status=422).look("advice-take-up-errors")
    one.fill(answer_by=(TODAY + timedelta(7)).isoformat()).press("Take it up")
    one.press("Bring it in", status=422).look("advice-contribute-errors")
    one.fill(words="Wie krijgt de brief?").press("Bring it in").look("advice-taken-up")
    one.follow("Write an answer").press("Write it down with my name", status=422)
    one.look("advice-answer-errors")
    one.fill(text=LONG, follow_up="Hoofd klantcontact").press("Write it down with my name")
    one.look("advice-one-name")
    other.open(page).look("advice-to-sign")
    other.fill(words="Ik twijfel.")
    other.press("I see it otherwise: keep this beside the answer").look("advice-dissent")
    asker.open(page).look("advice-waits-asker")
    other.press("Put my name to it").look("advice-answered-adviser")
    asker.open("/").look("dashboard-asker")
    asker.open(page).look("advice-answered-asker")
    asker.press("I have read it").press("Share it").look("advice-shared-by-asker")
    other.press("Share it")
    reader = screen(site.person("Lies Lezer", "civil_servant"))
    reader.open("/advice/").look("advice-reader")
    reader.open(page).look("advice-shared-reader")
    other.follow("Offer it").look("advice-offer")
    other.press("It was offered").follow("Write down what came back").look("advice-returned-new")
    other.press("Write it down", status=422).look("advice-returned-errors")
    other.fill(words="Andere provincies doen dit ook niet.").press("Write it down")
    other.look("advice-returned")


def test_a_text_that_changed_is_not_signed(site: Site, screen: OpenScreen) -> None:
    first, second = site.person("Ada Adviseur", "adviseur"), site.person("Bo Adviseur", "adviseur")
    request = ask(site, site.person("Vera Vraagt", "civil_servant"))
    text = write(site, request, first)
    other = screen(second)
    other.open(f"/advice/{request}")
    with site.transaction() as session:
        answered = advising.Answered(text="Anders.", follow_up="Hoofd wegen")
        advising.write_answer(
            session, request, answered, builds_on=text, actor_id=first.id, now=NOW
        )
    other.press("Put my name to it", status=409).look("advice-sign-conflict")


def test_a_question_that_ends_otherwise(site: Site, screen: OpenScreen) -> None:
    person = site.person("Vera Vraagt", "civil_servant")
    adviser, asker = screen(site.person("Ada Adviseur", "adviseur")), screen(person)
    referred, withdrawn = ask(site, person, "Doorverwijzen"), ask(site, person, "Terugtrekken")
    adviser.open(f"/advice/{referred}/refer").look("advice-refer")
    adviser.press("Refer it", status=422).look("advice-refer-errors")
    adviser.fill(words="De functionaris gegevensbescherming weet dit.").press("Refer it")
    asker.open(f"/advice/{referred}").look("advice-referred")
    asker.open(f"/advice/{withdrawn}/withdraw").look("advice-withdraw")
    asker.fill(words="Het gaat niet door.").press("Take my question back")
    asker.look("advice-withdrawn")


def test_the_main_path_without_scripts(site: Site, screen: OpenScreen) -> None:
    keeper = screen(site.person("Bea Beheerder", "beheerder"), java_script_enabled=False)
    keeper.open("/responsibility/place?question=conditions")
    keeper.fill(function="Directeur bedrijfsvoering").press("Place it")
    keeper.look("held-without-scripts")
    asker = screen(site.person("Vera Vraagt", "civil_servant"), java_script_enabled=False)
    asker.open("/advice/ask").fill(title="Zonder scripts", about="Dit.", question="Willen wij dit?")
    asker.press("Ask the advisers").look("advice-without-scripts")
    adviser = screen(site.person("Ada Adviseur", "adviseur"), java_script_enabled=False)
    other = screen(site.person("Bo Adviseur", "adviseur"), java_script_enabled=False)
    adviser.open(asker.path).follow("Take it up")
    adviser.fill(answer_by=(TODAY + timedelta(7)).isoformat()).press("Take it up")
    adviser.follow("Write an answer").fill(text="Nee.", follow_up="Hoofd wegen")
    adviser.press("Write it down with my name")
    other.open(asker.path).press("Put my name to it")
    asker.open(asker.path)
    assert asker.shows("The advisers answered your question")
