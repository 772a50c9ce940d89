"""Every door, tried by everybody: each address, as each role, on somebody else's record.

The addresses come from the URL map, so a new page is tried the day it is made. A new kind of record
needs a line in ``RECORDS``, and a page that looks further than its permission needs one in
``NARROWER``; until then a test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from waardewerk import access, db, demo
from waardewerk.contract import ROLES
from waardewerk.db import Database
from waardewerk.i18n import day_of
from waardewerk.people.models import Passkey, Person, SignIn
from waardewerk.plugins import Plugins, find_plugins
from waardewerk.questionnaires.models import Inquiry, Respondent
from waardewerk.responsibility.models import AdviceRequest, Body, Member, Offer, Placement
from waardewerk.responsibility.operations import offering
from waardewerk.testing import AddPerson, Cluster, browser_of, csrf_token
from waardewerk.testing import SignIn as SignsIn
from waardewerk.values import queries
from waardewerk.values.models import ProjectLens, Proposal, Signal
from waardewerk.values.operations import drafting, listing, reviewing
from waardewerk.values.registry import framework_of
from waardewerk.values.starting import starting_points

#: Nobody has a record by this number; it fits in every database.
NOBODYS = 2_000_000_000
#: It fits in no database.
ENDLESS = 10**30
#: Who stands at the door: nobody, somebody with a letter, an account without roles, each role.
STRANGER, INVITED, NEWCOMER = "stranger", "invited", "newcomer"
VISITORS = (STRANGER, INVITED, NEWCOMER, *(role for role in ROLES if role != "respondent"))
INSIDE = frozenset(VISITORS) - {STRANGER, INVITED, NEWCOMER}
NONE: frozenset[str] = frozenset()
SOMEBODY_ELSE = "Somebody Else"
EVERYBODY = frozenset(VISITORS)


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Try the doors on one database: who comes in does not depend on it."""
    return sqlite


@pytest.fixture
def plugins() -> Plugins:
    """Try the doors of the shipped plugins too."""
    return find_plugins()


def first_of(model: type[Any], *where: Any) -> Callable[[Session], Any]:
    """Give the number of the first row that there is."""

    def find(session: Session) -> Any:
        return session.scalar(select(model.id).where(*where).order_by(model.id).limit(1))

    return find


def always(value: object) -> Callable[[Session], object]:
    """Give the same each time."""
    return lambda _session: value


def a_comparison(session: Session) -> Any:
    """Give the number of a result of another organisation."""
    from waardewerk_maturity.models import Comparison

    return first_of(Comparison)(session)


def an_action(session: Session) -> Any:
    """Give the number of an action of the scan."""
    from waardewerk_maturity.models import Action

    return first_of(Action)(session)


def a_scan(phase: str) -> Callable[[Session], Any]:
    """Give the number of the newest scan in a phase."""

    def find(session: Session) -> Any:
        from waardewerk_maturity.models import Scan

        found = select(Scan.id).join(Inquiry).where(Inquiry.phase == phase)
        return session.scalar(found.order_by(Scan.id.desc()).limit(1))

    return find


def of_the_round(name: str) -> Callable[[Session], Any]:
    """Give the number of a row of some kind that belongs to the round with something of all."""

    def find(session: Session) -> Any:
        from waardewerk_participation import models

        # That round was made last.
        return session.scalar(select(func.max(getattr(models, name).id)))

    return find


def a_dossier(state: str) -> Callable[[Session], Any]:
    """Give the number of the demo's dossier in a state."""

    def find(session: Session) -> Any:
        from waardewerk_procurement.models import Dossier

        return session.scalar(select(Dossier.id).where(Dossier.state == state))

    return find


def a_criterion(session: Session) -> Any:
    """Give the key of a criterion that is being written."""
    from waardewerk_procurement.models import DossierCriterion

    written = DossierCriterion.dossier_id == a_dossier("concept")(session)
    own = select(DossierCriterion.key).where(written).order_by(DossierCriterion.id)
    return session.scalar(own.limit(1))


def of_the_dossier(name: str) -> Callable[[Session], Any]:
    """Give the number of a row of some kind that belongs to the dossier in execution."""

    def find(session: Session) -> Any:
        from waardewerk_procurement import models

        model = getattr(models, name)
        if name in {"Bid", "FollowUp"}:
            return session.scalar(bids_and_promises(models, model))
        return session.scalar(select(func.max(model.id)))

    return find


def bids_and_promises(models: Any, model: Any) -> Any:
    """Select the last bid, or promise, of the dossier in execution."""
    running = select(models.Lot.id).join(models.Dossier).where(models.Dossier.state == "execution")
    bids = select(models.Bid.id).where(models.Bid.lot_id.in_(running))
    column = model.id if model is models.Bid else model.bid_id
    return select(func.max(model.id)).where(column.in_(bids))


def who_is_asked(session: Session) -> Any:
    """Give the number of somebody who is asked in the running scan."""
    running = select(Respondent.id).join(Inquiry).where(Inquiry.phase == "alone")
    return session.scalar(running.order_by(Respondent.id).limit(1))


def somebody_else(session: Session) -> Any:
    """Give the number of somebody whom nobody at the door is."""
    return session.scalar(select(Person.id).where(Person.name == SOMEBODY_ELSE))


def somebody_elses_sign_in(session: Session) -> Any:
    """Give the number of a sign-in that is nobody's at the door."""
    return session.scalar(select(SignIn.id).where(SignIn.person_id == somebody_else(session)))


def an_open_request(session: Session) -> Any:
    """Give the number of a request for advice that nobody at the door asked."""
    open_ones = AdviceRequest.state.in_(("asked", "taken_up"))
    return first_of(AdviceRequest, open_ones)(session)


def a_passkey(session: Session) -> Any:
    """Give the number of somebody else's passkey."""
    return first_of(Passkey, Passkey.person_id == somebody_else(session))(session)


#: A round in which people vote, with something of every kind in it.
ROUND = "doors"
#: What each name in an address stands for.
RECORDS: dict[str, Callable[[Session], Any]] = {
    "act": always("accept"),
    "action_id": an_action,
    "attachment_id": of_the_round("Attachment"),
    "batch_id": of_the_round("PaperBatch"),
    "bid_id": of_the_dossier("Bid"),
    "bid_key": always("A"),
    "body_id": first_of(Body),
    "code": always("no-such-code"),
    "comparison_id": a_comparison,
    "criterion_key": a_criterion,
    "criterion_type": always("assessment_criterion"),
    "decision_id": of_the_round("LeftOut"),
    "document": always("requirements"),
    "dossier_id": a_dossier("execution"),
    "follow_up_id": of_the_dossier("FollowUp"),
    "form": always("json"),
    "form_id": of_the_dossier("SupplierForm"),
    "formula_name": always("price-band"),
    "group_id": of_the_round("StakeholderGroup"),
    "inquiry_id": first_of(Inquiry, Inquiry.phase == "agreed"),
    "job_id": always(1),
    "key": always("privacy"),
    "kind": always("never_used"),
    "language": always("nl"),
    "lens": always("practice"),
    "lens_id": first_of(ProjectLens),
    "library_key": always("ruimte-voor-invloed"),
    "lot_key": always("lot-1"),
    "member_id": first_of(Member),
    "name": always("maturity"),
    "note_id": always(NOBODYS),
    "number": always(1),
    "offer_id": first_of(Offer),
    "outreach_id": of_the_round("Outreach"),
    "passkey_id": a_passkey,
    "pattern": always("cloned"),
    "person_id": somebody_else,
    "placement_id": first_of(Placement),
    "point_id": of_the_round("Point"),
    "proposal_id": first_of(Proposal),
    "question": always("governance.responsibility"),
    "question_id": of_the_round("BackgroundQuestion"),
    "request_id": an_open_request,
    "respondent_id": who_is_asked,
    "role": always("adviseur"),
    "room": always("values"),
    "scan_id": a_scan("agreed"),
    "section_id": always("governance"),
    "sign_in_id": somebody_elses_sign_in,
    "signal_id": first_of(Signal),
    "slug": always(ROUND),
    "target": always("governance"),
    "theme": always("governance"),
    "token": always("no-such-link"),
    "typed": always("no-such-code"),
    "version_id": always(1),
}

READS_AGREED = frozenset({"administrator", "adviseur", "aanjager", "beheerder", "executive_member"})
MANAGES = frozenset({"administrator", "aanjager"})
ADVISES = frozenset({"adviseur", "beheerder"})
HOLDS_ROUNDS = MANAGES | ADVISES
#: Pages about people who are still being asked.
OF_A_RUNNING_SCAN = {"maturity.person", "maturity.print_letters"}

MANAGES_DOSSIERS = frozenset({"administrator", "beheerder"})
DECIDES = MANAGES_DOSSIERS | {"executive_member"}
READS_TRIALS = DECIDES | {"adviseur"}
#: Pages of a dossier that is still being written.
OF_A_CONCEPT = {
    f"procurement.{name}"
    for name in (
        "ask_to_remove",
        "ask_to_remove_lot",
        "change_criterion",
        "choose_type",
        "criterion",
        "divide",
        "formula",
        "formulas",
        "lot",
        "lots",
        "setup",
        "take",
        "take_one",
        "trial",
        "weights",
        "write",
    )
}

#: Pages that look further than the permission, at whose record it is: who comes in at another's.
NARROWER: dict[str, frozenset[str]] = {
    "admin.index": frozenset({"administrator"}),
    "people.end_sign_in": NONE,
    "people.remove_passkey": NONE,
    "people.link": NONE,
    "home.logo": NONE,
    "answering.overview": NONE,
    "answering.section": NONE,
    "answering.save_section": NONE,
    "answering.consent": NONE,
    "answering.check": NONE,
    "answering.hand_in": NONE,
    "answering.listen": NONE,
    "answering.save": NONE,
    "answering.landing": NONE,
    "answering.start": NONE,
    "chairing.overview": MANAGES,
    "chairing.move": MANAGES,
    "chairing.agree": MANAGES,
    "chairing.write_note": MANAGES,
    "chairing.spread": READS_AGREED,
    "chairing.conversation": READS_AGREED,
    "advice.request_page": ADVISES,
    "advice.download": ADVISES,
    "advice.share": frozenset({"adviseur"}),
    "advice.mark_read": NONE,
    "advice.choose_names": NONE,
    "advice.withdraw": NONE,
    "values.version": EVERYBODY,
    "values.version_json": EVERYBODY,
    "values.version_yaml": EVERYBODY,
    "values.send_signal": EVERYBODY - {STRANGER},
    "maturity.people": MANAGES,
    "maturity.person": MANAGES,
    "maturity.print_letters": MANAGES,
    "maturity.invite": MANAGES,
    "maturity.remind": MANAGES,
    "maturity.renew_code": MANAGES,
    "maturity.take_out": MANAGES,
    "maturity.report": INSIDE,
    "maturity.download_report": INSIDE,
    "maturity.results": INSIDE,
    "maturity.theme": INSIDE,
    "maturity.trend": INSIDE,
    "participation.next_step": HOLDS_ROUNDS,
    "participation_round.dossier": EVERYBODY,
    "participation_round.attachment": EVERYBODY,
    "participation_round.answers": EVERYBODY,
    "participation_round.privacy": EVERYBODY,
    "participation_round.landing": EVERYBODY,
    "participation_round.join": EVERYBODY,
    "participation_round.code": EVERYBODY,
    "participation_round.leave": EVERYBODY,
    "participation_round.policy": EVERYBODY,
    "participation_round.moderation_log": EVERYBODY,
    "participation_round.vote": EVERYBODY,
    "participation_round.cast": EVERYBODY,
    "participation_round.done": EVERYBODY,
    "participation_round.mine": EVERYBODY,
    "participation_round.say": EVERYBODY,
    "participation_round.said": EVERYBODY,
    "participation_round.about_you": EVERYBODY,
    "participation_round.receipt": EVERYBODY,
    "participation_round.results": EVERYBODY,
    "participation_round.letter": EVERYBODY,
    "participation_round.use_letter": NONE,
    "participation_round.download": NONE,
    "participation_follow.ask": EVERYBODY,
    "participation_follow.asked": EVERYBODY,
    "participation_follow.stopped": EVERYBODY,
    "participation_follow.confirm": NONE,
    "participation_follow.confirmed": NONE,
    "participation_follow.stop": EVERYBODY,
    "procurement.assess": NONE,
    "procurement.score": NONE,
    "procurement.declare_interests": NONE,
    "procurement.assessors": MANAGES_DOSSIERS,
    "procurement.bids": MANAGES_DOSSIERS,
    "procurement.bid": MANAGES_DOSSIERS,
    "procurement.leave_ranking": NONE,
    "procurement.change_criterion": MANAGES_DOSSIERS,
    "procurement.divide": MANAGES_DOSSIERS,
    "procurement.ask_to_remove": MANAGES_DOSSIERS,
    "procurement.take": MANAGES_DOSSIERS,
    "procurement.take_one": MANAGES_DOSSIERS,
    "procurement.choose_type": MANAGES_DOSSIERS,
    "procurement.write": MANAGES_DOSSIERS,
    "procurement.decision": DECIDES,
    "procurement.forms": MANAGES_DOSSIERS,
    "procurement.form": MANAGES_DOSSIERS,
    "procurement.letters": MANAGES_DOSSIERS,
    "procurement.letter": MANAGES_DOSSIERS,
    "procurement.letter_file": NONE,
    "procurement.letters_file": NONE,
    "procurement.lots": MANAGES_DOSSIERS,
    "procurement.lot": MANAGES_DOSSIERS,
    "procurement.award_file": DECIDES,
    "procurement.decide": NONE,
    "procurement.lot_decision": DECIDES,
    "procurement.formulas": MANAGES_DOSSIERS,
    "procurement.formula": MANAGES_DOSSIERS,
    "procurement.prices": NONE,
    "procurement.ranked_bid": DECIDES,
    "procurement.ask_to_remove_lot": MANAGES_DOSSIERS,
    "procurement.rectify": NONE,
    "procurement.confirm_drop_rectification": NONE,
    "procurement.procedure_report": DECIDES,
    "procurement.procedure_report_file": NONE,
    "procurement.promise_change": MANAGES_DOSSIERS,
    "procurement.promise_reword": MANAGES_DOSSIERS,
    "procurement.setup": MANAGES_DOSSIERS,
    "procurement.stop": NONE,
    "procurement.talk": NONE,
    "procurement.talk_about": NONE,
    "procurement.talk_on": NONE,
    "procurement.trial": READS_TRIALS,
    "procurement.weights": MANAGES_DOSSIERS,
    "procurement.who_leads": MANAGES_DOSSIERS,
    "procurement.withdrawn_file": DECIDES,
    "procurement.library_change": NONE,
    "procurement.library_retire": NONE,
    "procurement.document": NONE,
    "procurement.draft_document": NONE,
    "procurement.letter_concept": NONE,
    "procurement.ocds_extension": NONE,
    "procurement_supplier.form": NONE,
    "procurement_supplier.save_all": NONE,
    "procurement_supplier.save": NONE,
}
#: Pages that more people read than write.
WRITERS = {"values.accent": READS_AGREED - {"beheerder"}}
#: At the record that is tried it is too late for these pages: who could open them is told so.
TOO_LATE = {
    "procurement.leave_ranking": MANAGES_DOSSIERS,
    "procurement.prices": MANAGES_DOSSIERS,
    "procurement.rectify": MANAGES_DOSSIERS,
    "procurement.stop": MANAGES_DOSSIERS,
    "procurement.decide": DECIDES,
}
#: These end the browser's sign-in, and with it the walk.
NOT_TRIED = {"people.sign_out", "people.end_other_sign_ins"}


@dataclass(frozen=True)
class Province:
    """The demo province, and a browser for each visitor."""

    app: Flask
    browsers: dict[str, FlaskClient]
    tokens: dict[str, str]
    permissions: dict[str, frozenset[str]]

    def records(self, rule: Rule) -> dict[str, Any]:
        """Fill in an address with records that exist."""
        with self.app.app_context(), database_of(self.app).reading() as session:
            found = {name: RECORDS[name](session) for name in rule.arguments}
            if rule.endpoint in OF_A_RUNNING_SCAN:
                found["scan_id"] = a_scan("alone")(session)
            if rule.endpoint in OF_A_CONCEPT:
                found["dossier_id"] = a_dossier("concept")(session)
            return found

    def may(self, visitor: str, endpoint: str) -> bool:
        """Tell whether the view's declared permission holds for a visitor."""
        declared = declared_by(self.app, endpoint)
        return declared == "public" or declared in self.permissions[visitor]

    def try_door(
        self, visitor: str, method: str, rule: Rule, records: dict[str, Any]
    ) -> TestResponse:
        """Knock once."""
        address = rule_address(rule, records)
        browser = self.browsers[visitor]
        if method == "GET":
            return browser.get(address)
        return browser.post(address, data={"csrf_token": self.tokens[visitor]})


def database_of(app: Flask) -> Database:
    """Return the application's database."""
    database: Database = app.extensions[db.EXTENSION]
    return database


def declared_by(app: Flask, endpoint: str) -> str:
    """Return what a view says about who may reach it."""
    declared: str = getattr(app.view_functions[endpoint], access.DECLARATION)
    return declared


def rule_address(rule: Rule, records: dict[str, Any]) -> str:
    """Write an address out, also one that its converter would refuse to build."""
    address = ""
    for dynamic, part in rule._trace:
        address += str(records[part]) if dynamic else part
    return address.lstrip("|")


def doors_of(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Give each method of each address, static files left out."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint.endswith("static") or rule.endpoint in NOT_TRIED:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield method, rule


def is_let_in(response: TestResponse) -> bool:
    """Tell whether somebody got further than the door."""
    asked_to_sign_in = response.status_code == 303 and "/sign-in" in response.location
    return response.status_code not in {401, 403} and not asked_to_sign_in


@pytest.fixture
def province(app: Flask, a_person: AddPerson, sign_in: SignsIn) -> Province:
    """Load the demo province and let every visitor come to the door."""
    list(demo.load(app))
    sign_in(a_person({"administrator"}, name=SOMEBODY_ELSE))
    complete(app)
    cast = {role: a_person({role}) for role in VISITORS if role in ROLES}
    browsers = {role: sign_in(person) for role, person in cast.items()}
    browsers |= {NEWCOMER: sign_in(a_person()), STRANGER: browser_of(app)}
    browsers[INVITED] = invited(app)
    tokens = {visitor: csrf_token(one, "/sign-in") for visitor, one in browsers.items()}
    return Province(app, browsers, tokens, permissions_in(app, browsers))


def complete(app: Flask) -> None:
    """Add the records that the demo has none of."""
    now = datetime.now(UTC)
    acting: dict[str, Any] = {"actor_id": None, "now": now}
    with app.app_context(), database_of(app).transaction() as session:
        adopted = queries.get_version(session, 1)
        drafting.start_version(session, framework_of(adopted), why="We learned.", **acting)
        listing.keep_list(session, starting_points()[1], **acting)
        reviewing.plan_review(session, adopted, day_of(now) + timedelta(days=90), **acting)
        key = Passkey(
            person_id=somebody_else(session),
            name="Phone",
            credential_id="somebody-elses",
            public_key=b"key",
            uses=0,
            since=now,
        )
        session.add(key)
        adviser = session.scalar(select(Person.id).where(Person.name == "Adviseur Voorbeeld"))
        request = first_of(AdviceRequest, AdviceRequest.state == "answered")(session)
        offering.offer(session, request, offered_on=day_of(now), actor_id=adviser or 0, now=now)
        hold_a_round(session, app, adviser or 0, now)
        withdraw_a_decision(session, now)


def withdraw_a_decision(session: Session, now: datetime) -> None:
    """Have a decision of the dossier in execution stand beside an earlier one."""
    from waardewerk_procurement.models import Lot, WithdrawnDecision

    row = WithdrawnDecision(
        lot_id=first_of(Lot, Lot.dossier_id == a_dossier("execution")(session))(session),
        award_file="{}",
        award_sha256="0" * 64,
        snapshot_number=1,
        reason="It met the criteria best.",
        decided_at=now,
        withdrawn_why="There was a mistake in it.",
        withdrawn_at=now,
    )
    session.add(row)


def hold_a_round(session: Session, app: Flask, owner_id: int, now: datetime) -> None:
    """Hold a round with something of every kind in it."""
    from waardewerk_participation.background import SETS
    from waardewerk_participation.keys import Keys
    from waardewerk_participation.models import (
        CodeBatch,
        LeftOut,
        PaperBatch,
        PaperEntry,
        Point,
        Statement,
    )
    from waardewerk_participation.operations import dossier, phases, preparing, stakeholders

    acting: dict[str, Any] = {"actor_id": None, "now": now}
    setup = preparing.RoundSetUp(
        slug=ROUND,
        title="Doors",
        question="Who comes in?",
        languages=("nl",),
        opens_at=now,
        closes_at=now + timedelta(days=9),
    )
    keys = Keys(app.extensions["waardewerk.config"].key_folder)
    found = preparing.prepare_round(session, setup, keys, **acting)
    statement = Statement(round_id=found.id, number=1, text="Everybody.", language="nl")
    pile = PaperBatch(round_id=found.id, label="Pile", made_on=day_of(now), statements="1")
    session.add_all([statement, pile])
    session.flush()
    session.add_all(
        [
            CodeBatch(round_id=found.id, label="Letters", size=50, made_on=day_of(now), nonce="0"),
            LeftOut(
                round_id=found.id, pattern="cloned", people=9, reason="Copies.", decided_at=now
            ),
            PaperEntry(batch_id=pile.id, booklet=1, turn=1, votes={"1": 1}, background={}),
            Point(round_id=found.id, kind="added", statement_id=statement.id, figures={}),
        ]
    )
    for number, name in enumerate(SETS):
        stakeholders.ask_background(session, found, name, **acting)
        group = stakeholders.Group(name=f"Group {number}", touched=1)
        row = stakeholders.add_group(session, found, group, **acting)
        plan = stakeholders.Reaching(what="Knock.", owner_id=owner_id, due=day_of(now))
        stakeholders.plan_outreach(session, found, row, plan, **acting)
        content = b"%PDF-1.7 " + name.encode()
        dossier.add_file(session, found, title=name, language="nl", content=content, **acting)
    phases.open_voting(session, found, **acting)


def invited(app: Flask) -> FlaskClient:
    """Open a browser that has a letter for the running scan."""
    from waardewerk.questionnaires.codes import code_for

    with app.app_context(), database_of(app).reading() as session:
        # Not the one whose pages everybody tries.
        theirs = Respondent.id != who_is_asked(session)
        running = select(Respondent).join(Inquiry).where(Inquiry.phase == "alone", theirs)
        respondent = session.scalars(running).first()
        assert respondent is not None
        code = code_for(str(app.secret_key), respondent.id, respondent.code_number)
    client = browser_of(app)
    token = csrf_token(client, f"/a/{code}")
    assert client.post(f"/a/{code}", data={"csrf_token": token}).status_code == 303
    return client


def permissions_in(app: Flask, browsers: dict[str, FlaskClient]) -> dict[str, frozenset[str]]:
    """Ask the application what each visitor may do."""
    found = {}
    for visitor, client in browsers.items():
        with client:
            client.get("/")
            found[visitor] = access.viewer().permissions
    return found


def test_every_name_in_an_address_has_a_record(app: Flask) -> None:
    names = {name for _method, rule in doors_of(app) for name in rule.arguments}
    assert names - RECORDS.keys() == set()


def test_every_page_that_decides_by_record_is_listed(app: Flask) -> None:
    open_doors = {"public", *access.EVERYBODY}
    deciding = {
        rule.endpoint
        for _method, rule in doors_of(app)
        if rule.arguments and declared_by(app, rule.endpoint) in open_doors
    }
    assert deciding - NARROWER.keys() == set()


def test_the_permission_decides_who_reads(province: Province) -> None:
    wrong = []
    for method, rule in doors_of(province.app):
        if method != "GET" or rule.endpoint in NARROWER:
            continue
        records = province.records(rule)
        for visitor in VISITORS:
            response = province.try_door(visitor, "GET", rule, records)
            # A public page may itself lead to signing in.
            decides = declared_by(province.app, rule.endpoint) != "public"
            if decides and is_let_in(response) != province.may(visitor, rule.endpoint):
                wrong.append((rule.rule, visitor, response.status_code))
            if response.status_code >= 500:
                wrong.append((rule.rule, visitor, response.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_whose_record_it_is_decides_who_reads_it(province: Province) -> None:
    wrong = []
    for method, rule in doors_of(province.app):
        if method != "GET" or rule.endpoint not in NARROWER:
            continue
        records = province.records(rule)
        for visitor in VISITORS:
            response = province.try_door(visitor, "GET", rule, records)
            reads = is_let_in(response) and response.status_code < 400
            if reads != (visitor in NARROWER[rule.endpoint]):
                wrong.append((rule.rule, visitor, response.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_nobody_writes_without_the_permission(province: Province) -> None:
    wrong = []
    for method, rule in doors_of(province.app):
        if method != "POST":
            continue
        records = province.records(rule)
        by_record = NARROWER.get(rule.endpoint, EVERYBODY) & WRITERS.get(rule.endpoint, EVERYBODY)
        for visitor in VISITORS:
            may_once = visitor in by_record or visitor in TOO_LATE.get(rule.endpoint, NONE)
            if province.may(visitor, rule.endpoint) and may_once:
                continue
            response = province.try_door(visitor, "POST", rule, records)
            if response.status_code not in {401, 403, 404, 410} and is_let_in(response):
                wrong.append((rule.rule, visitor, response.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("number", [NOBODYS, ENDLESS], ids=["nobody's", "endless"])
def test_a_record_that_does_not_exist_is_not_found_by_who_may_look(
    province: Province, number: int
) -> None:
    wrong = []
    for method, rule in doors_of(province.app):
        numbered = {
            name
            for name in rule.arguments
            if name == "number" or (name.endswith("_id") and name != "section_id")
        }
        if not numbered:
            continue
        records = province.records(rule) | dict.fromkeys(numbered, number)
        for visitor in VISITORS:
            response = province.try_door(visitor, method, rule, records)
            if response.status_code < 400 and is_let_in(response):
                wrong.append((method, rule.rule, visitor, response.status_code))
            if response.status_code >= 500:
                wrong.append((method, rule.rule, visitor, response.status_code))
    assert not wrong, "\n".join(map(str, wrong))
