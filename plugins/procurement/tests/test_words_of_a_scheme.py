"""No page and no document of a subsidy scheme says a word of a tender, whatever state it is in.

The addresses come from the URL map, so a page that is made later is walked the day it is made.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pypdf
import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Address

from waardewerk.testing import AddPerson, Cluster, SignIn, SignInAs, UnitOfWork
from waardewerk_procurement.models import (
    Assessor,
    Bid,
    Dossier,
    FollowUp,
    Letter,
    Lot,
    SupplierForm,
)
from waardewerk_procurement.operations import asking, following
from waardewerk_procurement.queries.dossiers import get_dossier

from .deciding_on import decide, give_prices
from .running import LONG_AGO, TODAY
from .setting_up import BAND, NOW, a_concept, a_scheme, assess, finish_quality, fix, score_all
from .tender_words import TENDER_WORDS, tender_words

#: What a machine reads keeps the names that it knows.
FOR_MACHINES = {
    "procurement.fixed_json",
    "procurement.award_file",
    "procurement.withdrawn_file",
}
FORMS = ("docx", "xlsx")
DOCUMENTS = ("scheme", "award-guide", "answer-form")
SAID_IN = {"alt", "aria-label", "placeholder", "title"}


class Said(HTMLParser):
    """What a person reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says in its attributes."""
        self._silent = tag in {"script", "style"}
        self.parts += [value for name, value in attrs if name in SAID_IN and value]

    def handle_data(self, data: str) -> None:
        """Note what an element says."""
        if not self._silent:
            self.parts.append(data)


def words_in(content: bytes) -> str:
    """Give what can be read in a page, in an office document or in a PDF."""
    if content.startswith(b"%PDF"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = [
                packed.read(name).decode()
                for name in packed.namelist()
                if name.endswith((".xml", ".docx"))
            ]
        content = "\n".join(inside).encode()
    said = Said()
    said.feed(content.decode())
    return " ".join(" ".join(said.parts).split())


@dataclass(frozen=True)
class Scene:
    """A scheme at one point of its way, and who looks at it."""

    dossier: int
    state: str
    people: dict[str, Any]


STATES = (
    "concept",
    "review",
    "fixed",
    "rectification",
    "assessment",
    "revealed",
    "unpriced",
    "priced",
    "decided",
    "execution",
    "closed",
    "stopped",
)
#: Who sees something else than the officer does.
ALSO_LOOKS = {
    "review": ("keeper",),
    "assessment": ("assessor",),
    "revealed": ("assessor",),
    "priced": ("executive",),
}
#: Points where the amount counts; at the others it has a ceiling.
CHEAPER_IS_BETTER = STATES[2:8]
UNTIL_FIXED = ("concept", "review", "fixed", "rectification", "stopped")
UNTIL_DECISION = ("assessment", "revealed")


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Walk on one database: words do not depend on it."""
    return sqlite


@pytest.fixture(params=STATES)
def scene(request: pytest.FixtureRequest, unit_of_work: UnitOfWork, a_person: AddPerson) -> Scene:
    """Bring a scheme to one point of its way."""
    roles = {
        "officer": "civil_servant",
        "assessor": "adviseur",
        "other": "adviseur",
        "executive": "executive_member",
        "keeper": "beheerder",
    }
    people = {name: a_person(role, name=f"The {name}") for name, role in roles.items()}
    assessors = [people[name].id for name in ("assessor", "other")]
    with unit_of_work() as session:
        dossier = a_scheme(session, people["officer"].id, subject="Counting by residents.")
        dossier.lots[0].title = "Counting together"
        for one in dossier.criteria:
            one.link = "It is about the counting that is subsidised."
        if request.param in CHEAPER_IS_BETTER:
            let_the_amount_count(dossier)
        if request.param in (*UNTIL_FIXED, *UNTIL_DECISION):
            add_part(session, dossier)
        bring(session, dossier, request.param, people["officer"].id, assessors)
        return Scene(dossier.id, request.param, people)


def let_the_amount_count(dossier: Dossier) -> None:
    """Choose a formula in which who asks less gets more points."""
    dossier.lots[0].formula = BAND
    for one in dossier.criteria:
        one.weight = one.weight and 3000


def add_part(session: Session, dossier: Dossier) -> None:
    """Divide the scheme; in the second part the amount counts."""
    dossier.lots.append(
        Lot(
            key="lot-2",
            position=2,
            title="Counting alone",
            formula=BAND,
            tie_rule=[{"by": "price", "of": None}],
            drop_out="rank-again",
        )
    )
    session.flush()


def bring(
    session: Session, dossier: Dossier, state: str, officer: int, assessors: list[int]
) -> None:
    """Let a scheme go its way, as far as asked."""
    if state in {"concept", "review"}:
        dossier.state = state
        return
    fix(session, dossier)
    if state in UNTIL_FIXED:
        bring_to_a_stand(dossier, state)
        return
    people, bids = assess(session, dossier, assessors)
    score_all(session, people, bids)
    ask(session, dossier, bids[0], officer)
    if state == "revealed":
        dossier.lots[0].revealed_at = NOW
    if state in UNTIL_DECISION:
        return
    finish_quality(session, dossier, bids)
    if state != "unpriced":
        give_prices(session, dossier, {"A": 4_000_000, "B": 4_500_000, "C": 9_000_000})
    if state in {"decided", "execution", "closed"}:
        decided = decide(session, dossier)
        decided.decided_at, decided.standstill_until = LONG_AGO, TODAY - timedelta(1)
    if state in {"execution", "closed"}:
        carry_out(session, dossier, bids, officer)
    if state == "closed":
        dossier.state, dossier.closed_at = "closed", NOW


def bring_to_a_stand(dossier: Dossier, state: str) -> None:
    """Stop what was fixed, or change it."""
    if state == "stopped":
        dossier.stopped_why = "The money is gone."
    if state == "rectification":
        dossier.rectification = "writing"
        dossier.rectification_reason = "The weights were swapped."
        dossier.criteria[1].weight = 4000


def carry_out(session: Session, dossier: Dossier, bids: list[Bid], officer: int) -> None:
    """Write to everybody, and follow what was promised."""
    session.add_all(Letter(bid_id=bid.id, ready_at=LONG_AGO, changed_at=NOW) for bid in bids)
    session.flush()
    following.carry_out(session, dossier, actor_id=officer, now=NOW)
    ask(session, dossier, bids[1], officer)


def ask(session: Session, dossier: Dossier, bid: Bid, officer: int) -> None:
    """Make a form for one applicant."""
    asking.open_form(
        session,
        dossier,
        bid,
        TODAY.replace(year=TODAY.year + 1),
        secret=str(current_app.secret_key),
        actor_id=officer,
        now=NOW,
    )


def rules_of_dossiers(app: Flask, state: str) -> list[Address]:
    """Give every address at which something of one dossier can be read."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("procurement.")
        and "dossier_id" in rule.arguments
        and "GET" in (rule.methods or ())
        and rule.endpoint not in FOR_MACHINES
        # The documents are those of what was fixed: once is enough.
        and (state == "fixed" or rule.endpoint != "procurement.document")
    ]


def addresses(app: Flask, session: Session, scene: Scene) -> Iterator[str]:
    """Fill in every address, each variable with a few things that are there; and what is asked."""
    for form in session.scalars(select(SupplierForm)):
        yield f"/leverancier/{asking.link_token(form, str(app.secret_key))}"
    dossier = get_dossier(session, scene.dossier)
    lots = [lot.id for lot in dossier.lots]
    first = {
        "bid_id": session.scalars(select(Bid.id).where(Bid.lot_id.in_(lots))).first(),
        "assessor_id": session.scalars(select(Assessor.id)).first(),
        "follow_up_id": session.scalars(select(FollowUp.id)).first(),
        "form_id": session.scalars(select(SupplierForm.id)).first(),
    }
    tried: dict[str, tuple[Any, ...]] = {
        "dossier_id": (scene.dossier,),
        "lot_key": tuple(lot.key for lot in dossier.lots),
        "criterion_key": ("three-cases", "explain", "register"),
        "criterion_type": ("refusal_ground", "assessment_criterion", "subsidy_duty"),
        "library_key": ("no-such-criterion",),
        "formula_name": ("fixed-price", "price-band", "relative-range", "logarithmic"),
        "bid_key": ("A", "C"),
        "document": DOCUMENTS,
        "form": FORMS,
        "number": (1,),
        **{name: (found or 1,) for name, found in first.items()},
    }
    adapter = app.url_map.bind("localhost")
    for rule in rules_of_dossiers(app, scene.state):
        names = sorted(rule.arguments)
        for values in _each([tried[name] for name in names]):
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def _each(tried: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Try each thing once, not each with each."""
    most = max(len(one) for one in tried)
    return [tuple(one[place % len(one)] for one in tried) for place in range(most)]


def read(browser: FlaskClient, address: str, language: str) -> bytes:
    """Read one address; nothing goes wrong on the way."""
    response = browser.get(address, headers={"Accept-Language": language}, follow_redirects=True)
    assert response.status_code < 500, f"{response.status_code} on {address}"
    return response.data


def test_the_walk_would_hear_a_tender(sign_in_as: SignInAs, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        address = f"/procurement/{dossier.id}/"
    browser = sign_in_as("civil_servant")
    guide = f"{address}documents/award-guide.docx"
    for one, language in itertools.product((address, guide), TENDER_WORDS):
        assert tender_words(words_in(read(browser, one, language)), language) != []


def test_no_page_and_no_document_of_a_scheme_says_a_word_of_a_tender(
    app: Flask, scene: Scene, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        walked = ["/", *addresses(app, session, scene)]
    said: dict[str, list[str]] = {}
    for name in ("officer", *ALSO_LOOKS.get(scene.state, ())):
        browser = sign_in(scene.people[name])
        for address, language in itertools.product(walked, TENDER_WORDS):
            text = words_in(read(browser, address, language))
            if found := tender_words(text, language):
                said.setdefault(address, []).extend(found)
    assert said == {}
