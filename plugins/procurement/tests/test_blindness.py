"""Nobody sees a score before the reveal, on whatever page or in whatever file.

The test walks every address of the plugin that can be read, also those that are added later, opens
every file, and reads what is answered to the forms of an assessor.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter, Rule
from werkzeug.test import TestResponse

from waardewerk import documents, exports
from waardewerk.contract import Exporter
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.refusal import Refusal
from waardewerk.sealing import seal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, csrf_token
from waardewerk_procurement import seeing
from waardewerk_procurement.award.formulas import FORMULAS
from waardewerk_procurement.criteria import shipped_criteria
from waardewerk_procurement.documents.packing import packed
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
from waardewerk_procurement.views.documents import KINDS as DOCUMENTS

from .setting_up import BIDDERS, NOW, a_concept, assess, fix
from .walking import Form, forms_on, text_of

#: A scale on which the mean of what people gave is no step: only who computes it writes it.
SCALE = {"kind": "linear", "lowest": "0", "highest": "7100", "step": "71"}
SCORES = ("4260", "2840", "1491")
REASON = "quokka-reason"
#: Of a second lot, where there is one: it is not revealed when the first is.
SCORES_OF_SECOND = ("7029", "1420", "2130")
REASON_OF_SECOND = "wombat-reason"
MEAN_OF_SECOND = ("3526", "3,526", "3.526")
NOTE = "axolotl-note"
AGREED = "numbat-agreed"
#: In cents, so that euros are seen as well: 87.654.321,00.
PRICE = 8_765_432_100
#: What is expected, in `setting_up`: 60.000,00 to 140.000,00; only who leads or approves sees it.
EXPECTED_MARKS = ("60.000", "60,000", "140.000", "140,000")
PRICE_MARKS = ("8765432100", "87654321", "87.654.321", "87,654,321")
#: The mean, however it is written.
MEAN = ("2863", "2,863", "2.863")

#: What stands for each variable of an address that is no number of a record; one that is not here
#: fails the test. What exists comes first: it is what is sent to.
UNKNOWN = "unknown"
TRIED: dict[str, tuple[str, ...]] = {
    "criterion_key": ("explain",),
    "bid_key": (*BIDDERS, UNKNOWN),
    "library_key": (shipped_criteria()[0].key, UNKNOWN),
    "criterion_type": ("award_criterion", UNKNOWN),
    "formula_name": (str(FORMULAS[0].name), UNKNOWN),
    "token": (UNKNOWN,),
    "document": tuple(one.slug for one in DOCUMENTS),
    "form": ("json", "docx", "odt", "xlsx", "pdf", "html", "csv", "yaml"),
}
#: Every document in each way in which its content is laid out: as a text, a sheet and data. The
#: other formats are written of the same text.
FORMS_OF_DOCUMENTS = ("html", "xlsx", "json")
LEFT_OUT = ("static",)


@dataclass
class Scene:
    """A dossier in assessment, and who looks at it."""

    dossier: int
    lot: int
    bids: list[int]
    note: int
    people: dict[str, Person] = field(default_factory=dict)
    lot_keys: tuple[str, ...] = ("lot-1",)


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
#: Neither leads the dossier nor approves any.
WITHOUT_EXPECTATIONS = {"second", "reader"}


@pytest.fixture
def people(a_person: AddPerson) -> dict[str, Person]:
    return {name: a_person(role, name=f"The {name}") for name, role in ROLES.items()}


@pytest.fixture
def scene(unit_of_work: UnitOfWork, people: dict[str, Person], app: Flask) -> Scene:
    """Let three people score with marked reasons; a note and prices lie in the database too."""
    with unit_of_work() as session:
        return _a_scene(session, people, str(app.secret_key))


@pytest.fixture
def two_lots(unit_of_work: UnitOfWork, people: dict[str, Person], app: Flask) -> Scene:
    """Let the same people score two lots; the first one is revealed and the second is not."""
    with unit_of_work() as session:
        scene = _a_scene(session, people, str(app.secret_key), has_second=True)
        reveal(session, scene)
        agree_all(session, scene)
        second = session.scalars(select(Lot).where(Lot.key == "lot-2")).one()
        assessors = session.scalars(select(Assessor).order_by(Assessor.number)).all()
        bids = [
            Bid(lot_id=second.id, key=key, bidder=name, price=PRICE, added_at=NOW)
            for key, name in BIDDERS.items()
        ]
        session.add_all(bids)
        session.flush()
        for one, score in zip(assessors[:3], SCORES_OF_SECOND, strict=True):
            _score(session, one, bids, score, REASON_OF_SECOND)
        scene.bids.extend(bid.id for bid in bids)
        scene.lot_keys = ("lot-1", "lot-2")
        return scene


def _a_scene(
    session: Session, people: dict[str, Person], secret: str, *, has_second: bool = False
) -> Scene:
    dossier = a_concept(session, people["officer"].id, scale=SCALE, assessors=4)
    for one in dossier.criteria:
        one.minimum = ""
        one.anchors = {} if one.weight else one.anchors
    if has_second:
        dossier.lots.append(_another(dossier.lots[0]))
        session.flush()
    fix(session, dossier)
    appointed = [people[name].id for name in ("first", "second", "third", "undeclared")]
    assessors, bids = assess(session, dossier, appointed, are_cleared=False)
    for one, score in zip(assessors[:3], SCORES, strict=True):
        _score(session, one, bids, score, REASON)
    for bid in bids:
        bid.price = PRICE
    note = _note(session, assessors[0], bids[0], secret)
    return Scene(dossier.id, dossier.lots[0].id, [bid.id for bid in bids], note.id, people)


def _another(lot: Lot) -> Lot:
    return Lot(
        key="lot-2",
        position=2,
        title="Another part",
        formula=lot.formula,
        tie_rule=lot.tie_rule,
        drop_out=lot.drop_out,
        expected_lowest=lot.expected_lowest,
        expected_highest=lot.expected_highest,
    )


def _score(session: Session, one: Assessor, bids: list[Bid], score: str, reason: str) -> None:
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
                reason=f"{reason}-{one.number} as the scale asks.",
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
        **TRIED,
        "dossier_id": (scene.dossier,),
        "bid_id": (scene.bids[0], scene.bids[-1]),
        "note_id": (scene.note,),
        "lot_key": scene.lot_keys,
    }
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return tuple(converter.items)
    if isinstance(converter, IntegerConverter):
        return known.get(name, (1,))
    assert name in known, f"say what stands in {name} of {rule}"
    if name == "form" and "document" in rule.arguments:
        return FORMS_OF_DOCUMENTS
    return known[name]


def addresses(app: Flask, scene: Scene, method: str = "GET") -> Iterator[str]:
    """Give every address of the plugin that takes a method; to one that is sent to we try less."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        is_ours = rule.endpoint.startswith("procurement")
        if not is_ours or method not in (rule.methods or ()) or rule.endpoint.endswith(LEFT_OUT):
            continue
        names = sorted(rule.arguments)
        tried = (_values(name, rule, scene) for name in names)
        for values in itertools.product(
            *(tried if method == "GET" else (one[:1] for one in tried))
        ):
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)), method=method)


def walk(app: Flask, browser: FlaskClient, scene: Scene) -> dict[str, str]:
    """Read everything, with the first page and the trail; nothing may go wrong on the way."""
    read = {}
    for address in ("/", "/admin/trail", *addresses(app, scene)):
        response = browser.get(address)
        read[address] = _answered(response, address)
        # A part of a page may say more than the page; a file, or a refusal, says the same.
        if response.status_code == 200 and response.mimetype == "text/html":
            part = browser.get(address, headers={"HX-Request": "true"})
            read[address] += _answered(part, address)
    return read


def _answered(response: TestResponse, address: str) -> str:
    assert response.status_code < 500, f"{response.status_code} on {address}"
    return text_of(response.data)


#: How forms are sent: as they stand, emptied, and filled in with what fits nowhere.
WRONG = "1e9 ?"
WAYS: tuple[Callable[[str], str], ...] = (lambda value: value, lambda _: "", lambda _: WRONG)


def replay(
    app: Flask, browser: FlaskClient, scene: Scene, read: dict[str, str]
) -> dict[tuple[str, int], str]:
    """Send every form of what was read, and send to every address that takes one; read answers."""
    token = csrf_token(browser, "/procurement/")
    answers: dict[tuple[str, int], str] = {}
    for form in forms_in(app, scene, read):
        for way in WAYS if form.fields else WAYS[:1]:
            fields = {name: way(value) for name, value in form.fields.items()} | {
                "csrf_token": token
            }
            sent = browser.post(form.action, data=fields, follow_redirects=True)
            key = (form.action, sent.history[0].status_code if sent.history else sent.status_code)
            answers[key] = answers.get(key, "") + _answered(sent, form.action)
    return answers


def forms_in(app: Flask, scene: Scene, read: dict[str, str]) -> list[Form]:
    """Give each form of the plugin once; an empty one for an address of which none was seen."""
    seen = {
        (form.action, *sorted(form.fields)): form
        for address, text in read.items()
        for form in forms_on(text, address)
        if form.action.startswith("/procurement/")
    }
    shown = {form.action.partition("?")[0] for form in seen.values()}
    unseen = (Form(one) for one in addresses(app, scene, "POST") if one not in shown)
    return [*seen.values(), *unseen]


Key = TypeVar("Key")


def found(read: dict[Key, str], *marks: str) -> list[tuple[Key, str]]:
    """Tell on which addresses a mark can be read."""
    return [(address, mark) for address, text in read.items() for mark in marks if mark in text]


def others_marks(own: str = "", reason: str = REASON) -> list[str]:
    """Give the marks of what others scored."""
    numbers = [str(number) for number in (1, 2, 3)]
    return [f"{reason}-{number}" for number in numbers if number != own]


A_DOCUMENT = documents.Document(
    title="Letter",
    language="en",
    author="Province",
    date=day_of(NOW),
    blocks=(documents.Paragraph(f"What we saw of you: {REASON}-1. " * 9),),
)


@pytest.mark.parametrize("write_as", [documents.to_pdf, documents.to_docx, documents.to_odt])
def test_a_mark_is_found_in_a_document_and_in_a_document_that_is_packed(
    write_as: Callable[[documents.Document], bytes],
) -> None:
    content = write_as(A_DOCUMENT)
    archive = b"".join(packed([("letters/a", content)]))
    for file in (content, archive, b"".join(packed([("all.zip", archive)]))):
        assert REASON.encode() not in file
        assert f"{REASON}-1" in text_of(file)


def test_every_form_on_a_page_is_found_with_what_stands_in_it() -> None:
    page = """
    <form method="get" action="/search"><input name="q"></form>
    <form method="post"><input name="a" value="1"><input type="radio" name="b" value="x">
      <input type="radio" name="b" value="y" checked><input type="checkbox" name="e">
      <textarea name="c">long</textarea>
      <select name="d"><option value="k"><option value="l" selected></select>
      <button hx-post="/typed">Check</button></form>
    <form method="post" action="/other"></form>"""
    fields = {"a": "1", "b": "y", "c": "long", "d": "l", "e": ""}
    sent = [Form("/here", fields), Form("/other"), Form("/typed", fields)]
    assert forms_on(page, "/here") == sent


def test_the_walk_reaches_the_pages_of_an_assessment(app: Flask, scene: Scene) -> None:
    walked = set(addresses(app, scene))
    root = f"/procurement/{scene.dossier}"
    for page in ("bids", "assessors", "assess", "talk", "notes", f"talk/{scene.bids[0]}/explain"):
        assert f"{root}/{page}" in walked


@pytest.mark.parametrize("name", ROLES)
def test_before_the_reveal_nobody_sees_what_others_scored_and_few_what_is_expected(
    name: str, app: Flask, scene: Scene, sign_in: SignIn
) -> None:
    read = walk(app, sign_in(scene.people[name]), scene)
    own = {"first": "1", "second": "2", "third": "3"}.get(name, "")
    assert found(read, *others_marks(own)) == []
    assert found(read, *MEAN, NOTE, *PRICE_MARKS) == []
    # Who scored does read the own reasons: the walk would find others' too.
    assert bool(found(read, REASON)) == bool(own)
    # What a lot is expected to cost is for who leads the dossier or approves it.
    assert bool(found(read, *EXPECTED_MARKS)) == (name not in WITHOUT_EXPECTATIONS)


@pytest.mark.parametrize(("name", "own"), [("first", "1"), ("undeclared", "")])
def test_what_is_answered_to_the_forms_of_an_assessor_tells_nothing_of_others(
    name: str, own: str, app: Flask, scene: Scene, sign_in: SignIn
) -> None:
    browser = sign_in(scene.people[name])
    answers = replay(app, browser, scene, walk(app, browser, scene))
    assert found(answers, *others_marks(own), *MEAN, NOTE, *PRICE_MARKS) == []
    root = f"/procurement/{scene.dossier}"
    answered = {(address.removeprefix(root), status) for address, status in answers}
    assert ("/assess/interests", 303) in answered
    # Who scores gets the own form back, with what was wrong, and is led on when it is right.
    scoring = {status for address, status in answered if address == f"/assess/{scene.bids[0]}"}
    assert scoring >= ({303, 422} if own else {403})
    # What was wrong is shown again: these are the answers to what was sent.
    assert found(answers, WRONG) != []


@pytest.mark.parametrize("name", ["officer", "first", "undeclared", "keeper"])
def test_what_is_revealed_of_one_lot_tells_nothing_of_another_lot(
    name: str, app: Flask, two_lots: Scene, sign_in: SignIn
) -> None:
    browser = sign_in(two_lots.people[name])
    read = walk(app, browser, two_lots)
    own = {"first": "1", "second": "2", "third": "3"}.get(name, "")
    hidden = [*others_marks(own, REASON_OF_SECOND), *MEAN_OF_SECOND, *PRICE_MARKS]
    # The first sealed the note, and reads it still.
    hidden += [] if name == "first" else [NOTE]
    assert found(read, *hidden) == []
    assert bool(found(read, REASON_OF_SECOND)) == bool(own)
    # Of the lot that is revealed everybody who talks does read what others scored.
    assert bool(found(read, *others_marks(own))) == (bool(own) or name == "officer")
    if name == "first":
        assert found(replay(app, browser, two_lots, read), *hidden) == []


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
