"""Letters and paper: making letters, printing booklets, typing them over, differences, counting."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import select

from waardewerk_participation.keys import Keys
from waardewerk_participation.models import (
    BackgroundQuestion,
    PaperEntry,
    Round,
    RoundText,
    Statement,
    Vote,
)
from waardewerk_participation.operations import typing
from waardewerk_participation.queries.rounds import get_own_round
from waardewerk_participation.typed import Booklet

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
LETTERS = "/participation/halte/letters"
PAPER = "/participation/halte/paper"
STATEMENTS = (
    "Camera’s bij de halte geven mij een veilig gevoel.",
    "De provincie mag alleen tellen, niet herkennen.",
    "Bewoners van de straat moeten vooraf kunnen zeggen wat zij van een camera vinden.",
    "Gegevensbeschermingseffectbeoordelingsprocedures horen openbaar te zijn.",
)
AGES = (("young", "tot 25 jaar"), ("middle", "25 tot 65 jaar"), ("old", "65 jaar of ouder"))


def hold_a_round(site: Site, joining: str = "code") -> None:
    """Open a round in which people vote."""
    keys = Keys(site.app.extensions["waardewerk.config"].key_folder)
    with site.transaction() as session:
        made = Round(
            slug="halte",
            title="Camera’s bij de halte",
            is_imported=False,
            made_at=NOW,
            phase="vote",
            opens_at=NOW - timedelta(1),
            closes_at=NOW + timedelta(14),
            languages=["nl", "en"],
            joining=joining,
            key_name=keys.make(),
        )
        made.texts = [
            RoundText(language="nl", title=made.title, question="Wat vindt u van slimme camera’s?")
        ]
        session.add(made)
        session.flush()
        session.add_all(
            Statement(round_id=made.id, number=number, text=text, language="nl")
            for number, text in enumerate(STATEMENTS, start=1)
        )
        options = [{"key": key, "label": {"nl": label}} for key, label in AGES]
        asked = BackgroundQuestion(
            round_id=made.id, position=1, label={"nl": "Hoe oud bent u?"}, options=options
        )
        session.add(asked)


@pytest.fixture
def start(
    start_site: Callable[..., Site], screen_on: OpenScreen
) -> Callable[..., tuple[Site, Screen]]:
    """Give what starts a site with a round and signs in who holds it."""

    def open_site(joining: str = "code", **options: bool) -> tuple[Site, Screen]:
        site = start_site()
        hold_a_round(site, joining)
        screen = screen_on(site.url, **options)
        site.sign_in(screen.context, site.person("Ada Adviseur", "adviseur"))
        return site, screen

    return open_site


def a_list(folder: Path, rows: int, *more: str) -> str:
    file = folder / "lijst.csv"
    lines = (f"Bewoner {n};Dorpsstraat {n};1234 AB;Lelystad" for n in range(1, rows + 1))
    file.write_text("\n".join(["naam;straat;postcode;plaats", *lines, *more]), encoding="utf-8")
    return str(file)


def test_letters_are_checked_made_and_revoked(
    start: Callable[..., tuple[Site, Screen]], tmp_path: Path
) -> None:
    _site, screen = start()
    page = screen.open(LETTERS).look("paper-letters-none").page
    page.fill("#label", "Wijk 1")
    page.set_input_files("#addresses", a_list(tmp_path, 60))
    page.click("text=Controleer eerst de lijst")
    screen.look("paper-letters-checked")
    wrong = a_list(tmp_path, 60, "Bewoner 1;Dorpsstraat 1;1234 AB;Lelystad", ";;;" + "x" * 61)
    page.set_input_files("#addresses", wrong)
    screen.expected.add(422)
    page.click("text=Maak de brieven")
    screen.look("paper-letters-wrong-rows")
    page.set_input_files("#addresses", a_list(tmp_path, 60))
    with page.expect_download() as download:
        page.click("text=Maak de brieven")
    content = Path(download.value.path()).read_bytes()
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 60
    screen.open(LETTERS).look("paper-letters")
    page.click("text=Intrekken")
    screen.look("paper-letters-revoke")
    page.click("text=Trek deze brieven in")
    screen.look("paper-letters-revoked")


def test_an_open_round_gets_a_poster(start: Callable[..., tuple[Site, Screen]]) -> None:
    _site, screen = start("open")
    screen.open(LETTERS).look("paper-poster")


def test_a_booklet_is_typed_over_by_keyboard_alone(
    start: Callable[..., tuple[Site, Screen]],
) -> None:
    site, screen = start()
    page = screen.open(PAPER).look("paper-none").page
    page.fill("#label", "Bibliotheek, eerste week")
    page.click("text=Begin met deze stapel")
    screen.look("paper-batch-none")
    page.click("text=Boekje 1, dat is nieuw")
    screen.look("paper-booklet-first")
    page.focus("#code")
    page.keyboard.press("Tab")
    for key in "1231":
        page.keyboard.press(key)
    page.focus("#statement")
    page.keyboard.type("Meer bomen.")
    page.click("text=Dit boekje opslaan")
    screen.look("paper-batch-once")
    with site.transaction() as session:
        typed = session.scalars(select(PaperEntry)).one()
        assert typed.votes == {"1": 1, "2": -1, "3": 0, "4": 1}
    page.click("text=Tweede keer overtypen")
    screen.look("paper-booklet-second")
    page.focus("#code")
    # Without our script: to the next row, and one step with the arrow is the first box.
    for _statement in STATEMENTS:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
    page.click("text=Dit boekje opslaan")
    screen.look("paper-differences")
    screen.expected.add(422)
    page.click("text=Opslaan wat in het boekje staat")
    screen.look("paper-differences-open")
    for group in ("vote-2", "vote-3", "statement"):
        page.check(f"#{group}-0")
    page.click("text=Opslaan wat in het boekje staat")
    screen.look("paper-batch-alike")
    page.click("text=Laat 1 boekje meetellen")
    screen.look("paper-batch-counted")
    page.click("text=Draai deze stapel terug")
    screen.look("paper-undo")
    page.click("button:has-text('Draai deze stapel terug')")
    screen.look("paper-undone")
    screen.open(PAPER).look("paper-batches")


def test_without_scripts_a_booklet_is_typed_over_all_the_same(
    start: Callable[..., tuple[Site, Screen]],
) -> None:
    site, screen = start(java_script_enabled=False)
    with site.transaction() as session:
        found = get_own_round(session, "halte")
        batch = typing.open_batch(
            session, found, label="Markt", statements="1-4", actor_id=None, now=NOW
        )
        typing.type_over(
            session,
            found,
            batch,
            1,
            Booklet(votes={1: 1}),
            code="",
            turn=1,
            keys=Keys(site.app.extensions["waardewerk.config"].key_folder),
            actor_id=None,
            now=NOW,
        )
    page = screen.open(f"{PAPER}/1/1").page
    page.check("#vote-1-0")
    page.click("text=Dit boekje opslaan")
    page.click("text=Laat 1 boekje meetellen")
    with site.transaction() as session:
        assert session.scalars(select(Vote.value)).all() == [1]
