"""Statements and moderation: the list, the queue, one statement, the rules, the log, a receipt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from waardewerk.i18n import day_of
from waardewerk.values.framework import load_framework
from waardewerk.values.operations import adopting, drafting
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import (
    Participant,
    Point,
    Round,
    RoundText,
    Statement,
    StatementValue,
    Translation,
)
from waardewerk_participation.operations import moderating
from waardewerk_participation.operations.moderating import Grounds
from waardewerk_participation.queries import moderation as queries
from waardewerk_participation.queries.rounds import get_own_round

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

NOW = datetime.now(UTC)
KADER = (Path(__file__).parent / "framework.yaml").read_bytes()
HURTS = Grounds("hurts", "Zeg het zonder iemand uit te schelden.")
CODE = "7K3M9PQRSTVW"
LONG = (
    "Gegevensbeschermingseffectbeoordelingen moeten openbaar zijn voordat er camera’s bij de "
    "bushalte komen, want anders kan niemand in de buurt meepraten over wat er gebeurt."
)
SAID = (
    (LONG, {}),
    (
        "Bel mij op 06-12345678 over de camera bij Dorpsstraat 12.",
        {"received_on": date(2026, 1, 5)},
    ),
    ("Camera’s maken de halte veiliger!", {}),
    ("It is fine as it is.", {"language": "en"}),
)


@pytest.fixture(scope="module")
def held(site: Site) -> Site:
    """Hold a round with statements in every state."""
    first, second = moderators(site)
    then = NOW - timedelta(2)
    with site.transaction() as session:
        version = drafting.start_version(
            session, load_framework(KADER), why="", actor_id=None, now=then
        )
        adopting.propose(session, version, actor_id=None, now=then)
        adoption = adopting.Adoption(
            body="staten", decided_on=day_of(then), reference="PS", valid_from=day_of(then)
        )
        adopting.adopt(session, version, adoption, actor_id=None, now=then)
        made = Round(
            slug="halte",
            title="Camera’s bij de bushalte",
            is_imported=False,
            made_at=NOW,
            phase="vote",
            opens_at=NOW - timedelta(1),
            closes_at=NOW + timedelta(14),
            languages=["nl", "fy", "en"],
            policy="Praat over camera’s, niet over buren.\nDialect mag.",
        )
        made.texts = [RoundText(language="nl", title=made.title, question="Wat vindt u?")]
        session.add(made)
        session.flush()
        say(session, made, "Camera’s maken de halte veiliger.", origin="seed", state="accepted")
        say(session, made, "Filmen mag alleen ’s nachts.", origin="seed", state="accepted")
        for text, changes in SAID:
            say(session, made, text, **changes)
        rejected = say(session, made, "Het zijn allemaal sukkels.", receipt=receipt(site))
        judge(session, made, rejected, "doubt", first)
        judge(session, made, rejected, "reject", second)
        copied = say(session, made, "Camera’s? Veiliger.", receipt=receipt(site))
        same = Grounds("already_there", "Stem daar vooral op mee.", 1)
        judge(session, made, copied, "doubt", first, same)
        judge(session, made, copied, "reject", second, same)
        doubted = say(session, made, "De wethouder is een sukkel.", receipt=receipt(site))
        judge(session, made, doubted, "doubt", first)
        session.get(Statement, 1).translations = [
            Translation(language="en", text="Cameras make the stop safer.", is_approved=True)
        ]
        session.get(Statement, 1).values = [
            StatementValue(value="privacy", is_confirmed=True),
        ]
        for n in range(30):
            pid = n.to_bytes(16)
            session.add(Participant(pid=pid, round_id=made.id, channel="link"))
            say(
                session, made, f"Mening {n}.", author=pid, state="accepted" if n % 2 else "rejected"
            )
    return site


def moderators(site: Site) -> tuple[int, int]:
    first = site.person("Ada Adviseur", "adviseur")
    return first.id, site.person("Bea Beheerder", "beheerder").id


def receipt(site: Site) -> bytes:
    return pseudonyms.receipt_hash(str(site.app.secret_key), CODE)


def say(session: Any, made: Round, text: str, **changes: Any) -> Statement:
    """Add a statement."""
    number = len(queries.listed(session, made, only_visible=False, start=0, most=999)) + 1
    given: dict[str, Any] = {
        "round_id": made.id,
        "number": number,
        "text": text,
        "language": "nl",
        "origin": "participant",
        "state": "waiting",
        "received_on": day_of(NOW),
    }
    one = Statement(**{**given, **changes})
    session.add(one)
    session.flush()
    return one


def judge(
    session: Any,
    made: Round,
    one: Statement,
    act: str,
    who: int,
    grounds: Grounds = HURTS,
) -> None:
    """Doubt or reject a statement."""
    seen = queries.look_at(session, one).seen
    getattr(moderating, act)(session, made, one, grounds, seen=seen, actor_id=who, now=NOW)


@pytest.fixture
def moderator(held: Site, screen: OpenScreen) -> Screen:
    """Give the browser of the first moderator."""
    return screen(held.person("Ada Adviseur", "adviseur"))


def test_statements_of_a_round(held: Site, moderator: Screen, screen: OpenScreen) -> None:
    page = "/participation/halte/statements"
    moderator.open(page).look("statements")
    moderator.open(f"{page}?state=doubted").look("statements-doubted")
    moderator.fill(text="Camera’s maken de halte veiliger")
    moderator.press("Add this statement", status=422).look("statements-said-already")
    moderator.page.set_input_files(
        "#file",
        {
            "name": "stellingen.csv",
            "mimeType": "text/csv",
            "buffer": f"Een nieuwe stelling.\n{'a' * 400}\nDe halte.;de\n".encode("cp1252"),
        },
    )
    moderator.press("Read this file", status=422).look("statements-file-problems")
    holder = screen(held.person("Otto Beheer", "administrator"))
    holder.open(page).look("statements-for-who-does-not-moderate")


def test_the_queue_and_one_statement(held: Site, moderator: Screen, screen: OpenScreen) -> None:
    moderator.open("/participation/halte/moderation").look("moderation-queue")
    page = "/participation/halte/statements"
    moderator.open(f"{page}/3").look("statement-waiting")
    moderator.page.locator("details summary").first.click()
    moderator.press("Ask a second reader", status=422).look("statement-no-reason")
    moderator.open(f"{page}/7").look("statement-rejected")
    moderator.open(f"{page}/9").look("statement-own-doubt")
    second = screen(held.person("Bea Beheerder", "beheerder"))
    second.open(f"{page}/9").look("statement-second-reader")
    moderator.open("/participation/halte/moderation")
    second.open(f"{page}/4").press("Accept")
    moderator.expected.add(409)
    moderator.page.locator("li", has_text="Dorpsstraat").get_by_role("button").click()
    moderator.page.wait_for_load_state()
    moderator.look("statement-judged-meanwhile")


def test_an_empty_queue(held: Site, moderator: Screen) -> None:
    with held.transaction() as session:
        session.add(
            Round(
                slug="leeg",
                title="Een ronde zonder stellingen",
                is_imported=False,
                made_at=NOW,
                phase="prepare",
                languages=["nl"],
            )
        )
    moderator.open("/participation/leeg/moderation").look("moderation-nothing")
    moderator.open("/participation/leeg/statements").look("statements-none")
    moderator.open("/r/leeg/moderation").look("moderation-log-nothing")


def test_what_everybody_reads(held: Site, screen: OpenScreen) -> None:
    anybody = screen()
    anybody.open("/r/halte/policy").look("moderation-policy")
    anybody.open("/r/halte/moderation").look("moderation-log")
    phone = screen(java_script_enabled=False, viewport={"width": 320, "height": 640})
    phone.open("/r/halte/receipt").look("receipt-form")
    phone.fill(code="0000")
    phone.press("Show what became of it", status=422).look("receipt-unknown")
    phone.fill(code="7k3m 9pqr stvw")
    phone.press("Show what became of it").look("receipt")
    with held.transaction() as session:
        found = get_own_round(session, "halte")
        found.phase = "closed"
        one = queries.get_statement(session, found, 2)
        one.receipt, one.original = receipt(held), "Filme mag alleen ’s nachts."
        session.add(
            Point(
                round_id=found.id,
                kind="consensus",
                statement_id=one.id,
                figures={},
                we_do="Wij zetten de camera overdag uit.",
                we_do_not="Wij halen de camera niet weg.",
                why="Overdag is er genoeg toezicht.",
                who="Gedeputeerde Staten",
                due=date(2099, 3, 1),
            )
        )
    phone.open("/r/halte/receipt").fill(code=CODE)
    phone.press("Show what became of it").look("receipt-answered")
    anybody.open("/r/halte/moderation").look("moderation-log-after-voting")
