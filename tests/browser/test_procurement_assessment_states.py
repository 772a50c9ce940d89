"""Bids, assessors, scoring alone, the conversation and sealed notes, on each screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    KnockOutAnswer,
    Lot,
    MinorityNote,
    Score,
    Snapshot,
)
from waardewerk_procurement.operations import conferring

from .conftest import OpenScreen
from .screen import Screen
from .site import Site

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from waardewerk.people.models import Person

NOW = datetime.now(UTC)
TEN = {"kind": "linear", "lowest": "0", "highest": "10", "step": "2"}
ANCHORS = {
    "0": "Geen antwoord.",
    "2": "Alleen algemene woorden.",
    "4": "Deels, zonder bewijs.",
    "6": "Volledig en aannemelijk.",
    "8": "Ook toegesneden op deze opdracht, met bewijs.",
    "10": "Ook getoetst in de praktijk en als meetbare toezegging opgenomen.",
}
MET = {"met": "Drie van de drie testgevallen.", "failed": "Minder dan drie testgevallen."}
BIDDERS = (
    "Aap Verkeersmetingen BV",
    "Noot & Zonen",
    "Coöperatie Gegevensbeschermingseffectbeoordelingen U.A.",
)
CRITERIA: tuple[tuple[str, str, str, str], ...] = (
    (
        "three-cases",
        "minimum_requirement",
        "Laat drie gevallen zien",
        "Bij elke telling is te zien hoe die tot stand kwam.",
    ),
    (
        "explain",
        "award_criterion",
        "Uitleg aan inwoners",
        "Laat zien hoe een medewerker een telling uitlegt aan een inwoner die haar niet vertrouwt.",
    ),
    (
        "forget",
        "award_criterion",
        "Vergeten wat is gezien",
        "Beschrijf hoe snel beelden verdwijnen, en waaruit dat blijkt.",
    ),
)
SAID = (
    ("10", "De uitleg is getest met inwoners en het verslag zit erbij, bladzijde 3."),
    ("4", "Er is een uitleg, maar nergens staat dat iemand haar heeft begrepen."),
    ("6", "Volledig en aannemelijk, maar niet toegesneden op deze kruispunten."),
)


@dataclass
class Shown:
    """The dossiers on the site, by where they are, and the people."""

    people: dict[str, Person]
    dossiers: dict[str, int]
    bids: dict[str, list[int]]


def add_dossier(session: Session, officer: Person, **changes: Any) -> Dossier:
    """Add a fixed dossier of which the closing date has passed."""
    given: dict[str, Any] = {
        "kind": "european",
        "title": "Camera’s die verkeer tellen",
        "state": "fixed",
        "scale": TEN,
        "closes_at": NOW - timedelta(1),
        "officer_id": officer.id,
        "made_at": NOW,
    }
    dossier = Dossier(**{**given, **changes})
    dossier.lots = [Lot(key="lot-1", position=1, title="De hele opdracht")]
    session.add(dossier)
    session.flush()
    content = snapshot.write_snapshot(_fixed(dossier))
    session.add(
        Snapshot(
            dossier_id=dossier.id,
            number=1,
            content=content,
            sha256=snapshot.sha256_of(content),
            made_at=NOW,
        )
    )
    session.flush()
    return dossier


def _fixed(dossier: Dossier) -> snapshot.Snapshot:
    return snapshot.Snapshot.model_validate(
        {
            "format": snapshot.FORMAT,
            "number": 1,
            "dossier": dossier.id,
            "kind": dossier.kind,
            "title": dossier.title,
            "subject": "",
            "technologies": ["camera"],
            "ai": "yes",
            "legal_basis": "",
            "closes_at": dossier.closes_at,
            "framework": None,
            "lens": {"nothing_else": "Niets anders geraakt."},
            "scale": TEN,
            "aggregation": dossier.aggregation or "agreed",
            "assessors": 3,
            "lots": [
                {
                    "key": "lot-1",
                    "title": "De hele opdracht",
                    "formula": {
                        "name": "price-band",
                        "price_weight": 4000,
                        "floor": "50000.00",
                        "ceiling": "150000.00",
                    },
                    "formula_reason": "",
                    "tie_rule": [{"by": "quality", "of": None}],
                    "drop_out": "keep-totals",
                }
            ],
            "criteria": [_criterion(*one) for one in CRITERIA],
        }
    )


def _criterion(key: str, kind: str, title: str, text: str) -> dict[str, Any]:
    is_scored = kind == "award_criterion"
    return {
        "key": key,
        "lot": None,
        "parent": None,
        "type": kind,
        "value": {"key": "uitlegbaarheid", "name": "Uitlegbaarheid"},
        "norm": None,
        "title": title,
        "text": text,
        "question": "Hoe doet u dat?" if is_scored else "",
        "reason": "Inwoners vroegen erom.",
        "proportionality": {"risk": "", "small_firms": "", "link": ""},
        "evidence": ["twee bladzijden", "een testverslag"],
        "anchors": ANCHORS if is_scored else MET,
        "weight": 3000 if is_scored else None,
        "worth": None,
        "minimum": "4" if key == "forget" else None,
        "ground": None,
        "duty_basis": None,
        "duty_reason": "",
        "in_terms": "",
        "announced": True,
        "kept_by": [],
        "legal_sources": [],
        "source": "",
    }


def assess(
    session: Session, dossier: Dossier, people: list[Person]
) -> tuple[list[Assessor], list[Bid]]:
    """Begin an assessment with three bids and three people who cleared themselves."""
    dossier.state = "assessment"
    lot = dossier.lots[0]
    bids = [
        Bid(lot_id=lot.id, key=key, bidder=name, added_at=NOW)
        for key, name in zip("ABC", BIDDERS, strict=True)
    ]
    assessors = [
        Assessor(dossier_id=dossier.id, person_id=one.id, number=number, appointed_at=NOW)
        for number, one in enumerate(people, 1)
    ]
    session.add_all([*bids, *assessors])
    session.flush()
    return assessors, bids


def clear(session: Session, assessors: list[Assessor], bids: list[Bid]) -> None:
    """Let these people declare that they have no interest in these bids."""
    session.add_all(
        ConflictDeclaration(assessor_id=one.id, bid_id=bid.id, has_interest=False, declared_at=NOW)
        for one in assessors
        for bid in bids
    )
    session.flush()


def score(session: Session, assessors: list[Assessor], bids: list[Bid]) -> None:
    """Let these people score everything, and differ about the first criterion."""
    session.add_all(
        Score(
            assessor_id=one.id,
            bid_id=bid.id,
            criterion=key,
            number=1,
            score=said[0] if key == "explain" else "8",
            reason=said[1],
            given_at=NOW,
        )
        for one, said in zip(assessors, SAID, strict=False)
        for bid in bids
        for key in ("explain", "forget")
    )
    session.flush()


def agree(session: Session, bids: list[Bid], *, everything: bool) -> None:
    """Write down what was agreed, of one place or of everything."""
    for bid in bids if everything else bids[:1]:
        session.add(
            KnockOutAnswer(bid_id=bid.id, criterion="three-cases", is_met=True, written_at=NOW)
        )
        session.add_all(
            AgreedScore(
                bid_id=bid.id,
                criterion=key,
                number=1,
                score="6",
                reason="Volledig en aannemelijk; nergens staat hoe inwoners de uitleg begrepen.",
                agreed_at=NOW,
            )
            for key in (("explain", "forget") if everything else ("forget",))
        )
    session.flush()


@pytest.fixture(scope="module")
def shown(site: Site) -> Shown:
    """Give a dossier at each point of an assessment."""
    people = {
        "officer": site.person("Olga Inkoper", "civil_servant"),
        "first": site.person("Ada Beoordelaar", "civil_servant"),
        "second": site.person("Bo van der Beoordelaar", "civil_servant"),
        "third": site.person("Cas Beoordelaar", "civil_servant"),
        "adviser": site.person("Ida Adviseur", "adviseur"),
    }
    three = [people[name] for name in ("first", "second", "third")]
    made = Shown(people, {}, {})
    with site.transaction() as session:
        for name in ("listing", "begun", "scored", "talking", "agreed", "late", "final"):
            dossier = add_dossier(session, people["officer"])
            made.dossiers[name] = dossier.id
            if name == "listing":
                continue
            assessors, bids = assess(session, dossier, three)
            made.bids[name] = [bid.id for bid in bids]
            if name == "begun":
                clear(session, assessors[:1], bids[:1])
                _declare_interest(session, assessors[0], bids[1])
                continue
            clear(session, assessors, bids)
            score(session, assessors, bids)
            if name == "scored":
                continue
            dossier.lots[0].revealed_at = NOW
            agree(session, bids, everything=name != "talking")
            if name == "late":
                _declare_interest(session, assessors[0], bids[0])
                _declare_interest(session, assessors[1], bids[0])
            if name == "final":
                _seal(session, dossier, assessors, bids, str(site.app.secret_key))
    return made


def _declare_interest(session: Session, assessor: Assessor, bid: Bid) -> None:
    session.add(
        ConflictDeclaration(
            assessor_id=assessor.id,
            bid_id=bid.id,
            has_interest=True,
            explanation="Ik werkte tot vorig jaar bij dit bedrijf.",
            declared_at=NOW,
        )
    )


def _seal(
    session: Session, dossier: Dossier, assessors: list[Assessor], bids: list[Bid], secret: str
) -> None:
    for text in ("Ik vind een 4 passen: er is geen test gedaan.", "Ik had een 2 gegeven."):
        note: MinorityNote = conferring.write_note(
            session, dossier, assessors[1], bids[0], "explain", text, secret=secret, now=NOW
        )
    dossier.lots[0].quality_final_at = NOW
    dossier.state = "decision"
    session.flush()
    conferring.open_note(
        session, dossier, note, "Een inschrijver maakte bezwaar.", actor_id=None, now=NOW
    )


@pytest.fixture
def on(site: Site, shown: Shown, screen_on: OpenScreen) -> Callable[[str], Screen]:
    """Give the browser of one of the people."""

    def open_one(name: str) -> Screen:
        screen = screen_on(site.url)
        site.sign_in(screen.context, shown.people[name])
        return screen

    return open_one


def test_listing_bids_and_appointing(on: Callable[[str], Screen], shown: Shown) -> None:
    root = f"/procurement/{shown.dossiers['listing']}"
    officer = on("officer")
    officer.open(f"{root}/bids").look("procurement-bids-empty")
    officer.press("Put on the list", status=422).look("procurement-bids-errors")
    officer.fill(bidder="Aap Verkeersmetingen BV").press("Put on the list")
    officer.look("procurement-bids-one")
    officer.open(f"{root}/assessors").look("procurement-assessors-empty")
    officer.press("Appoint", status=422).look("procurement-assessors-errors")
    for name in ("first", "second", "third"):
        officer.page.select_option("#person", str(shown.people[name].id))
        officer.press("Appoint")
    officer.look("procurement-assessors-whole")
    officer.open(f"{root}/bids").look("procurement-bids-to-begin")


def test_what_the_officer_sees_of_an_assessment(on: Callable[[str], Screen], shown: Shown) -> None:
    officer = on("officer")
    begun = f"/procurement/{shown.dossiers['begun']}"
    officer.open(f"{begun}/bids").look("procurement-bids-begun")
    officer.open(f"{begun}/assessors").look("procurement-assessors-declared")
    bid = f"{begun}/bids/{shown.bids['begun'][2]}"
    officer.open(bid).look("procurement-bid")
    officer.choose("three-cases-met", "no").press("Save", status=422)
    officer.look("procurement-bid-errors")
    officer.fill(**{"three-cases-reason": "Er werden er twee getoond."}).press("Save")
    officer.look("procurement-bid-knocked-out")
    officer.fill(why="De inschrijver trok zich terug.").press("Let it drop out")
    officer.look("procurement-bid-dropped-out")
    officer.open(f"{begun}/bids").look("procurement-bids-one-out")
    scored = f"/procurement/{shown.dossiers['scored']}"
    officer.open(f"{scored}/bids").look("procurement-bids-to-reveal")
    officer.open(f"{scored}/talk").look("procurement-talk-too-early")
    agreed = f"/procurement/{shown.dossiers['agreed']}"
    officer.open(f"{agreed}/bids").look("procurement-bids-to-finish")
    officer.open(f"/procurement/{shown.dossiers['final']}/bids").look("procurement-bids-final")


def test_scoring_alone(on: Callable[[str], Screen], shown: Shown) -> None:
    root, bids = f"/procurement/{shown.dossiers['begun']}/assess", shown.bids["begun"]
    first = on("first")
    first.open(root).look("procurement-assess")
    first.open(f"{root}/{bids[1]}", status=403).look("procurement-score-with-interest")
    first.open(f"{root}/{bids[0]}").look("procurement-score-empty")
    first.choose("explain-score", "8").press("Save", status=422).look("procurement-score-errors")
    first.fill(**{"explain-reason": "Toegesneden op deze kruispunten, bladzijde 3."}).press("Save")
    first.open(f"{root}/{bids[0]}").look("procurement-score-half")
    second = on("second")
    second.open(f"{root}/interests").look("procurement-interests")
    second.choose(f"{bids[0]}-interest", "yes").press("Declare", status=422)
    second.look("procurement-interests-errors")
    scored = f"/procurement/{shown.dossiers['scored']}/assess"
    second.open(scored).look("procurement-assess-whole")
    second.open(f"{scored}/{shown.bids['scored'][0]}").look("procurement-score-whole")
    talking = f"/procurement/{shown.dossiers['talking']}/assess"
    second.open(f"{talking}/{shown.bids['talking'][0]}").look("procurement-score-revealed")


def test_the_conversation(on: Callable[[str], Screen], shown: Shown) -> None:
    root, bids = f"/procurement/{shown.dossiers['talking']}/talk", shown.bids["talking"]
    officer = on("officer")
    officer.open(root).look("procurement-talk")
    officer.open(f"{root}/{bids[0]}").look("procurement-agenda")
    officer.open(f"{root}/{bids[0]}/explain").look("procurement-talk-on")
    officer.choose("score", "6").press("Write down what we agreed", status=422)
    officer.look("procurement-talk-on-errors")
    officer.fill(reason="Volledig en aannemelijk, zonder test.").press("Write down what we agreed")
    officer.look("procurement-agenda-agreed")
    first = on("first")
    first.open(f"{root}/{bids[0]}/explain").press("Seal this note", status=422)
    first.look("procurement-note-errors")
    first.fill(text="Ik had een 4 gegeven.").press("Seal this note").look("procurement-note-sealed")


def test_an_interest_that_comes_to_light_late(on: Callable[[str], Screen], shown: Shown) -> None:
    root, bid = f"/procurement/{shown.dossiers['late']}", shown.bids["late"][0]
    officer = on("officer")
    officer.open(f"{root}/bids").look("procurement-bids-too-few")
    officer.open(f"{root}/talk/{bid}/explain").look("procurement-talk-on-too-few")
    officer.open(f"{root}/bids/{bid}").look("procurement-bid-too-few")
    officer.press("Appoint", status=422).look("procurement-bid-too-few-errors")
    officer.page.select_option("#stand-in-person", str(shown.people["adviser"].id))
    officer.fill(**{"stand-in-why": "Na het openen bleek een belang."}).press("Appoint")
    officer.look("procurement-bid-stand-in")
    officer.open(f"{root}/bids").look("procurement-bids-stand-in")
    officer.open(f"{root}/assessors").look("procurement-assessors-stand-in")
    stand_in = on("adviser")
    stand_in.open(f"{root}/assess").look("procurement-assess-stand-in")
    stand_in.open(f"{root}/assess/interests").look("procurement-interests-stand-in")
    stand_in.choose(f"{bid}-interest", "no").press("Declare")
    stand_in.open(f"{root}/talk").look("procurement-talk-stand-in")
    stand_in.open(f"{root}/assess/{bid}").look("procurement-score-stand-in")
    for key in ("explain", "forget"):
        stand_in.choose(f"{key}-score", "6")
        stand_in.fill(**{f"{key}-reason": "Volledig en aannemelijk, bladzijde 4."})
    stand_in.press("Save")
    officer.open(f"{root}/talk/{bid}/explain").look("procurement-talk-on-again")


def test_sealed_notes(on: Callable[[str], Screen], shown: Shown) -> None:
    adviser = on("adviser")
    adviser.open(f"/procurement/{shown.dossiers['talking']}/notes").look("procurement-notes-closed")
    final = f"/procurement/{shown.dossiers['final']}/notes"
    adviser.open(final).look("procurement-notes")
    adviser.press("Open this note", status=422).look("procurement-notes-errors")
