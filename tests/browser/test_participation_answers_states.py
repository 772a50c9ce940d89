"""Answering, following, closing and what is promised, on each screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from waardewerk_participation.models import Point, Round

NOW = datetime.now(UTC)
SAID = (
    "Camera’s bij een bushalte mogen alleen tellen hoeveel mensen er wachten.",
    "De provincie vertelt op de halte zelf wat een camera ziet.",
    "Beelden worden gewist zodra er is geteld.",
    "Wie overlast geeft, mag op de beelden worden herkend.",
    "Gegevensbeschermingseffectbeoordelingen staan op de website van de provincie.",
)


def share(percent: int, kind: str = "about") -> dict[str, object]:
    """Write a share as a result shows it."""
    return {"kind": kind, "percent": percent}


def add_round(session: Session, site: Site, slug: str, **changes: Any) -> Round:
    """Hold a round with statements, of which three want an answer."""
    from waardewerk_participation.keys import Keys
    from waardewerk_participation.models import Round, RoundText, Statement
    from waardewerk_participation.operations import answering
    from waardewerk_participation.showing import FoundPoint

    keys = Keys(site.app.extensions["waardewerk.config"].key_folder)
    given: dict[str, Any] = {
        "slug": slug,
        "title": "Camera’s bij de bushalte",
        "is_imported": False,
        "made_at": NOW,
        "phase": "answer",
        "closes_at": NOW - timedelta(9),
        "answer_by": date(2099, 3, 1),
        "languages": ["nl"],
        "key_name": keys.make(),
    }
    made = Round(**{**given, **changes})
    made.texts = [RoundText(language="nl", title=made.title, question="Wat vindt u ervan?")]
    session.add(made)
    session.flush()
    session.add_all(
        Statement(round_id=made.id, number=number, text=text, language="nl")
        for number, text in enumerate(SAID, 1)
    )
    session.flush()
    groups = {"A": {"agree": share(85)}, "B": {"agree": share(10, "below")}}
    against = {"everyone": {"agree": share(65)}, "groups": {"B": {"disagree": share(90, "above")}}}
    found = [
        FoundPoint("consensus", 1, "", {"everyone": {"agree": share(82)}, "groups": groups}),
        FoundPoint("split", 4, "", {"groups": groups}),
        FoundPoint("objection", 3, "B", against),
    ]
    answering.keep_points(session, made, found, actor_id=None, now=NOW)
    return made


def points_of(session: Session, found: Round) -> list[Point]:
    """Read the points of a round."""
    from waardewerk_participation.queries.answers import points

    return points(session, found)


def answer_all(session: Session, found: Round) -> None:
    """Answer every point: do something, do it in part, do nothing."""
    from waardewerk_participation.operations import answering

    said = (
        answering.Answer(
            we_do="Wij hangen op elke halte een bord: wat ziet de camera, en waarom?\n"
            "Op het bord staat een telefoonnummer.",
            why="U wilt weten wat er gebeurt voordat u gaat staan wachten.",
            who="Afdeling Mobiliteit",
            due=date(2099, 6, 1),
        ),
        answering.Answer(
            we_do="Wij vragen de Statenleden om hierover te praten.",
            we_do_not="Wij laten camera’s niemand herkennen.",
            why="Mensen denken hier heel verschillend over. Dat besluiten wij niet alleen.",
            who="Gedeputeerde",
            due=date(2099, 9, 1),
        ),
        answering.Answer(
            we_do_not="Wij wissen de beelden niet meteen.",
            why="De wet vraagt dat de politie ze drie dagen kan opvragen.",
        ),
    )
    for point, answer in zip(points_of(session, found), said, strict=False):
        answering.answer_point(session, found, point, answer, revision=1, actor_id=None, now=NOW)


@pytest.fixture(scope="module")
def province(start_site: Callable[..., Site]) -> Site:
    """Give a site with a round that is answered, one that waits and one that was closed."""
    site = start_site(smtp_host="mail.invalid")
    with site.transaction() as session:
        add_round(session, site, "wacht", joining="code")
        add_round(session, site, "beloofd", answer_by=date(2020, 1, 1), joining="named")
        add_round(session, site, "leeg", phase="vote", closes_at=NOW + timedelta(9))
        late = add_round(session, site, "verlopen")
        answer_all(session, late)
        points_of(session, late)[0].due = date(2020, 6, 1)
        closed = add_round(session, site, "gesloten")
        answer_all(session, closed)
        closed.phase, closed.closed_at = "closed", NOW
    return site


@pytest.fixture
def adviser(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of somebody who answers."""
    shown = screen_on(province.url)
    province.sign_in(shown.context, province.person("Ada Adviseur", "adviseur"))
    return shown


@pytest.fixture
def reader(province: Site, screen_on: OpenScreen) -> Screen:
    """Give the browser of somebody who took part."""
    return screen_on(province.url)


def test_answering(adviser: Screen) -> None:
    adviser.open("/participation/leeg/answers").look("participation-answers-too-early")
    adviser.open("/participation/wacht/answers").look("participation-answers")
    adviser.follow("Write the answer").look("participation-answer")
    adviser.fill(we_do="Wij hangen een bord op.").press("Keep the answer", status=422)
    adviser.look("participation-answer-errors")
    adviser.fill(why="U wilt het weten.", who="Mobiliteit", due="2099-06-01")
    adviser.press("Keep the answer").look("participation-answers-one-done")
    adviser.press("Put on the list").look("participation-answers-added")
    adviser.open("/participation/verlopen/answers").look("participation-answers-day-passed")
    adviser.open("/participation/verlopen/next").look("participation-close-day-passed")
    adviser.open("/participation/gesloten/answers").look("participation-answers-closed")


def test_what_goes_when(adviser: Screen) -> None:
    adviser.open("/participation/wacht/closing").look("participation-closing-open")
    adviser.open("/participation/gesloten/closing").look("participation-closing")
    adviser.fill(typed="wacht").press("Destroy the key", status=422)
    adviser.look("participation-closing-errors")
    adviser.fill(typed="gesloten").press("Destroy the key").look("participation-closing-destroyed")


def test_you_said_we_do(reader: Screen) -> None:
    reader.open("/r/leeg/answers").look("participation-said-voting")
    reader.open("/r/wacht/answers").look("participation-said-waiting")
    reader.open("/r/beloofd/answers").look("participation-said-late")
    reader.open("/r/gesloten/answers").look("participation-said")


def test_following(province: Site, reader: Screen) -> None:
    from waardewerk_participation import follow_links

    reader.open("/volg/wacht").look("participation-follow")
    reader.fill(email="geen adres").press("Send me the answers", status=422)
    reader.look("participation-follow-errors")
    reader.fill(email="lezer@voorbeeld.example").press("Send me the answers")
    reader.look("participation-follow-asked")
    secret = str(province.app.secret_key)
    own = follow_links.fingerprint(secret, "wacht", "lezer@voorbeeld.example")
    link = f"/volg/wacht/{follow_links.token(secret, own)}"
    reader.open(link).look("participation-followed-ask")
    reader.press("Yes, send me the answers").look("participation-followed")
    reader.press("Remove my address").look("participation-follow-stopped")
    reader.open(link, status=404).look("participation-follow-gone")
    reader.open("/volg/gesloten").look("participation-follow-too-late")


def test_promises(reader: Screen) -> None:
    reader.open("/r/leeg/privacy").look("participation-privacy-open")
    reader.open("/r/wacht/privacy").look("participation-privacy-code")
    reader.open("/r/beloofd/privacy").look("participation-privacy-named")
