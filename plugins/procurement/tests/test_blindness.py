"""Nobody sees a score before the reveal, on whatever page or in whatever file.

The test walks every address of the plugin that can be read, also those that are added later.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from waardewerk import exports
from waardewerk.contract import Exporter
from waardewerk.people.models import Person
from waardewerk.refusal import Refusal
from waardewerk.sealing import seal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork
from waardewerk_procurement import seeing
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    Lot,
    MinorityNote,
    Score,
    WithdrawnDecision,
)

from .setting_up import NOW, a_concept, assess, fix

#: A scale on which the mean of what people gave is no step: only who computes it writes it.
SCALE = {"kind": "linear", "lowest": "0", "highest": "7100", "step": "71"}
SCORES = ("4260", "2840", "1491")
REASON = "quokka-reason"
NOTE = "axolotl-note"
AGREED = "numbat-agreed"
#: In cents, so that euros are seen as well: 87.654.321,00.
PRICE = 8_765_432_100
#: What is expected, in `setting_up`: 60.000,00 to 140.000,00; only who leads or approves sees it.
EXPECTED_MARKS = ("60.000", "60,000", "140.000", "140,000")
PRICE_MARKS = ("8765432100", "87654321", "87.654.321", "87,654,321")
#: The mean, however it is written.
MEAN = ("2863", "2,863", "2.863")

#: What stands for each variable of an address; of another one, a few things are tried.
TRIED = ("lot-1", "explain", "A", "json", "docx", "odt", "xlsx", "pdf", "csv", "yaml")
LEFT_OUT = ("static",)


@dataclass
class Scene:
    """A dossier in assessment, and who looks at it."""

    dossier: int
    lot: int
    bids: list[int]
    note: int
    people: dict[str, Person] = field(default_factory=dict)


ROLES = {
    "officer": "civil_servant",
    "first": "adviseur",
    "second": "civil_servant",
    "third": "beheerder",
    "undeclared": "adviseur",
    "administrator": "administrator",
    "executive": "executive_member",
    "keeper": "beheerder",
    "adviser": "adviseur",
    "reader": "civil_servant",
}
#: Whoever leads the dossier, works on all of them, or decides.
WHO_READ_RANKINGS = {"officer", "third", "administrator", "executive", "keeper"}


@pytest.fixture
def scene(unit_of_work: UnitOfWork, a_person: AddPerson, app: Flask) -> Scene:
    """Let three people score with marked reasons; a note and prices lie in the database too."""
    people = {name: a_person(role, name=f"The {name}") for name, role in ROLES.items()}
    with unit_of_work() as session:
        dossier = a_concept(session, people["officer"].id, scale=SCALE, assessors=4)
        for one in dossier.criteria:
            one.minimum = ""
            one.anchors = {} if one.weight else one.anchors
        fix(session, dossier)
        appointed = [people[name].id for name in ("first", "second", "third", "undeclared")]
        assessors, bids = assess(session, dossier, appointed, are_cleared=False)
        for one, score in zip(assessors[:3], SCORES, strict=True):
            _score(session, one, bids, score)
        for bid in bids:
            bid.price = PRICE
        note = _note(session, assessors[0], bids[0], str(app.secret_key))
        return Scene(dossier.id, dossier.lots[0].id, [bid.id for bid in bids], note.id, people)


def _score(session: Session, one: Assessor, bids: list[Bid], score: str) -> None:
    for bid in bids:
        session.add(
            ConflictDeclaration(
                assessor_id=one.id, bid_id=bid.id, has_interest=False, declared_at=NOW
            )
        )
        session.add_all(
            Score(
                assessor_id=one.id,
                bid_id=bid.id,
                criterion=criterion,
                number=1,
                score=score,
                reason=f"{REASON}-{one.number} as the scale asks.",
                given_at=NOW,
            )
            for criterion in ("explain", "forget")
        )


def _note(session: Session, one: Assessor, bid: Bid, secret: str) -> MinorityNote:
    note = MinorityNote(assessor_id=one.id, bid_id=bid.id, criterion="explain", written_at=NOW)
    note.sealed = seal(secret, NOTE, about=seeing.seal_of(note))
    session.add(note)
    session.flush()
    return note


def reveal(session: Session, scene: Scene) -> None:
    session.get_one(Lot, scene.lot).revealed_at = NOW


def agree_all(session: Session, scene: Scene) -> None:
    session.add_all(
        AgreedScore(
            bid_id=bid,
            criterion=criterion,
            number=1,
            score="2840",
            reason=AGREED,
            agreed_at=NOW,
        )
        for bid in scene.bids
        for criterion in ("explain", "forget")
    )


def _values(name: str, rule: Rule, scene: Scene) -> tuple[object, ...]:
    known: dict[str, tuple[object, ...]] = {
        "dossier_id": (scene.dossier,),
        "bid_id": tuple(scene.bids[:2]),
        "note_id": (scene.note,),
        "lot_id": (scene.lot,),
        "lot": ("lot-1",),
        "lot_key": ("lot-1",),
        "criterion": ("explain",),
        "criterion_key": ("explain",),
    }
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return tuple(converter.items)
    return known.get(name, (1,) if isinstance(converter, IntegerConverter) else TRIED)


def addresses(app: Flask, scene: Scene) -> Iterator[str]:
    """Give every address of the plugin that can be read, with the first page and the trail."""
    yield "/"
    yield "/admin/trail"
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        is_ours = rule.endpoint.startswith("procurement")
        if not is_ours or "GET" not in (rule.methods or ()) or rule.endpoint.endswith(LEFT_OUT):
            continue
        names = sorted(rule.arguments)
        for values in itertools.product(*(_values(name, rule, scene) for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def text_of(content: bytes) -> str:
    """Give what can be read in a page or a file: of an office document what is inside."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def walk(app: Flask, browser: FlaskClient, scene: Scene) -> dict[str, str]:
    """Read everything; nothing may go wrong on the way."""
    read = {}
    for address in addresses(app, scene):
        for response in (
            browser.get(address),
            browser.get(address, headers={"HX-Request": "true"}),
        ):
            assert response.status_code < 500, f"{response.status_code} on {address}"
            read[address] = read.get(address, "") + text_of(response.data)
    return read


def found(read: dict[str, str], *marks: str) -> list[tuple[str, str]]:
    """Tell on which addresses a mark can be read."""
    return [(address, mark) for address, text in read.items() for mark in marks if mark in text]


def others_marks(own: str = "") -> list[str]:
    """Give the marks of what others scored."""
    numbers = [str(number) for number in (1, 2, 3)]
    return [f"{REASON}-{number}" for number in numbers if number != own]


def test_the_walk_reaches_the_pages_of_an_assessment(app: Flask, scene: Scene) -> None:
    walked = set(addresses(app, scene))
    root = f"/procurement/{scene.dossier}"
    for page in ("bids", "assessors", "assess", "talk", "notes", f"talk/{scene.bids[0]}/explain"):
        assert f"{root}/{page}" in walked


@pytest.mark.parametrize("name", ROLES)
def test_before_the_reveal_nobody_sees_what_others_scored(
    name: str, app: Flask, scene: Scene, sign_in: SignIn
) -> None:
    read = walk(app, sign_in(scene.people[name]), scene)
    own = {"first": "1", "second": "2", "third": "3"}.get(name, "")
    assert found(read, *others_marks(own)) == []
    assert found(read, *MEAN, NOTE, *PRICE_MARKS) == []
    # Who scored does read the own reasons: the walk would find others' too.
    assert bool(found(read, REASON)) == bool(own)


def test_who_does_not_lead_or_approve_sees_no_expected_price_anywhere(
    app: Flask, scene: Scene, sign_in: SignIn
) -> None:
    read = walk(app, sign_in(scene.people["second"]), scene)
    assert found(read, *EXPECTED_MARKS) == []
    leading = walk(app, sign_in(scene.people["officer"]), scene)
    assert found(leading, *EXPECTED_MARKS) != []


@pytest.mark.parametrize("name", ["administrator", "executive", "keeper", "adviser", "reader"])
def test_after_the_reveal_who_does_not_talk_sees_no_score_of_one_person(
    name: str, app: Flask, scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        reveal(session, scene)
        agree_all(session, scene)
    read = walk(app, sign_in(scene.people[name]), scene)
    assert found(read, REASON, *MEAN, NOTE, AGREED, *PRICE_MARKS) == []


@pytest.mark.parametrize("name", ["officer", "second", "undeclared"])
def test_after_the_reveal_who_talks_sees_scores_and_no_note_and_no_price(
    name: str, app: Flask, scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        reveal(session, scene)
    read = walk(app, sign_in(scene.people[name]), scene)
    assert bool(found(read, *others_marks())) == (name != "undeclared")
    assert bool(found(read, *MEAN)) == (name != "undeclared")
    assert found(read, NOTE, *PRICE_MARKS) == []


@pytest.mark.parametrize("name", ["administrator", "executive", "keeper", "adviser", "reader"])
def test_once_the_quality_is_final_what_one_person_scored_stays_among_who_talked(
    name: str, app: Flask, scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        reveal(session, scene)
        agree_all(session, scene)
        session.get_one(Lot, scene.lot).quality_final_at = NOW
        session.get_one(Dossier, scene.dossier).state = "decision"
    read = walk(app, sign_in(scene.people[name]), scene)
    assert found(read, REASON, *MEAN, NOTE) == []


def test_an_officer_who_assesses_too_is_as_blind_as_the_others(
    app: Flask, scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.get_one(Dossier, scene.dossier).officer_id = scene.people["second"].id
    read = walk(app, sign_in(scene.people["second"]), scene)
    assert found(read, *others_marks("2"), NOTE, *PRICE_MARKS) == []


def test_an_officer_with_an_interest_does_not_talk_about_that_bid(
    app: Flask, scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.get_one(Dossier, scene.dossier).officer_id = scene.people["second"].id
        reveal(session, scene)
        second = select(Assessor).where(Assessor.person_id == scene.people["second"].id)
        session.add(
            ConflictDeclaration(
                assessor_id=session.scalars(second).one().id,
                bid_id=scene.bids[0],
                has_interest=True,
                explanation="Shares.",
                declared_at=NOW,
            )
        )
    browser, root = sign_in(scene.people["second"]), f"/procurement/{scene.dossier}"
    refused = browser.get(f"{root}/talk/{scene.bids[0]}/explain")
    assert refused.status_code == 403
    assert REASON not in refused.text
    assert REASON in browser.get(f"{root}/talk/{scene.bids[1]}/explain").text


def test_the_file_of_a_withdrawn_decision_is_for_who_leads_and_who_decides(
    scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        reveal(session, scene)
        session.get_one(Dossier, scene.dossier).state = "decision"
        session.get_one(Lot, scene.lot).quality_final_at = NOW
        withdrawn = WithdrawnDecision(
            lot_id=scene.lot,
            award_file=f'{{"price": {PRICE}}}',
            award_sha256="0" * 64,
            snapshot_number=1,
            decided_at=NOW,
            withdrawn_why="There was a mistake in it.",
            withdrawn_at=NOW,
        )
        session.add(withdrawn)
    address = f"/procurement/{scene.dossier}/lots/lot-1/withdrawn/1.json"
    reads = {name for name in ROLES if str(PRICE) in sign_in(scene.people[name]).get(address).text}
    assert reads == WHO_READ_RANKINGS


def test_whoever_is_not_signed_in_reads_nothing(
    app: Flask, scene: Scene, client: FlaskClient
) -> None:
    read = walk(app, client, scene)
    assert found(read, REASON, AGREED, NOTE, *MEAN, *PRICE_MARKS) == []


def test_no_file_holds_a_score_before_the_quality_is_final(
    app: Flask, scene: Scene, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session, app.test_request_context():
        reveal(session, scene)
        agree_all(session, scene)
        registered: list[tuple[str, Exporter]] = app.extensions[exports.EXTENSION]
        for exporter in (one for owner, one in registered if owner == "procurement"):
            for number in (scene.dossier, scene.lot, *scene.bids):
                content = _written(session, exporter, number)
                marks = [one for one in (REASON, AGREED, NOTE, *PRICE_MARKS) if one in content]
                assert marks == [], f"{exporter.record} as {exporter.format}"


def _written(session: Session, exporter: Exporter, number: int) -> str:
    try:
        return text_of(exporter.write(session, number, "en"))
    except Refusal:
        return ""
