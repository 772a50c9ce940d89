"""After the freeze texts and rules stand still on every route that changes anything.

The routes come from the URL map, so a route that is made later is walked the day it is made. The
core's own pages about a lens are among them: what people saw is fixed with the rest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from waardewerk.testing import Cluster, SignInAs, UnitOfWork, csrf_token
from waardewerk.values import lenses
from waardewerk.values.models import Consideration, ProjectLens, Tension, WiderValue
from waardewerk.values.operations import looking
from waardewerk_procurement.fixed.fixing_content import keepers_of
from waardewerk_procurement.models import (
    Assessor,
    Bid,
    Dossier,
    FollowUp,
    MinorityNote,
    Snapshot,
    SupplierForm,
)
from waardewerk_procurement.queries.dossiers import LENS

from .each_state import bring_to
from .setting_up import NOW, TEN, a_concept, fix, look_wider

SAFE = {"GET", "HEAD", "OPTIONS"}
BLUEPRINTS = ("procurement.", "procurement_supplier.")
#: Where a dossier is, who works on it and who looks after it: not what is fixed of it.
NOT_FIXED = {
    Dossier: {
        "state",
        "rectification",
        "rectification_reason",
        "rectification_notice",
        "submitted_by",
        "officer_id",
        "keeper_id",
        "closed_at",
        "stopped_why",
        # An officer may still plan when it is published.
        "publish_on",
    },
}
#: What a lot gets in an assessment, and what only serves to try formulas.
NOT_FIXED_OF_LOTS = {
    "fewer_why",
    "revealed_at",
    "revealed_by",
    "quality_final_at",
    "drawn",
    "drawn_before",
    "expected_lowest",
    "expected_highest",
}
#: What people fill in, by the name of the field; a field that is not here gets words.
PLAUSIBLE: dict[str, Any] = {
    "weight": "50",
    "worth": "1000",
    "minimum": "2",
    "kind": "national",
    "type": "wish",
    "value": "openheid",
    "ai": "no",
    "assessors": "5",
    "aggregation": "mean",
    "formula": "award-on-value",
    "drop_out": "rank-again",
    "lot": "lot-1",
    "key": "explain",
    "position": "1",
    "direction": "up",
    "revision": "1",
    "confirm": "yes",
    "closes_at": f"{NOW + timedelta(90):%Y-%m-%dT%H:%M}",
    "publish_on": "2030-01-01",
    "email": "somebody@example.nl",
    "awards": "yes",
    "colour": "green",
    "score": "8",
    "verdict": "kept",
    "due": "2030-01-01",
    "open_until": "2030-01-01",
}
IN_A_LENS = {
    "direction": "positive",
    "effect": "negative",
    **dict.fromkeys(("for_whom", "choice", "gives_up", "decided_by"), "Some other words."),
    "decided_on": "2020-01-01",
}
JUNK = {"weight": "\u0661e9", "revision": "-1", "title": "x" * 50_000, "key": "../..", "lot": "0"}
#: Endpoints that are there to bring back what was fixed, or to end what stands still, by stage.
MEANT_TO = {
    "past-closing": {"procurement.drop_rectification"},
    # Who leads takes it back; the second person sends it back, or fixes it as it lies there.
    "review": {"procurement.take_back", "procurement.send_back", "procurement.approve"},
}
#: Nobody says that there is nothing else where cards were chosen.
NOTHING_ELSE = "values.nothing_else"


class Fields(HTMLParser):
    """The names of what can be filled in on a page, with the values that stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        given = dict(attrs)
        name = given.get("name")
        if tag in {"input", "textarea", "select"} and name:
            self.found.setdefault(name, given.get("value") or "")


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Walk on one database: what refuses is the operation, which is tested on both."""
    return sqlite


def unsafe_rules(app: Flask) -> list[Rule]:
    """Give every route that can change something of one dossier, or of a lens.

    Of the plugin that is each route but those of the library.
    """
    return [
        rule
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - SAFE
        and (is_of_a_lens(rule) or (rule.endpoint.startswith(BLUEPRINTS) and rule.arguments))
    ]


def is_of_a_lens(rule: Rule) -> bool:
    """Tell whether a route is one of the core, about a lens."""
    return "lens_id" in rule.arguments


def address_of(rule: Rule, session: Session, dossier: Dossier) -> str:
    """Fill a route in for a dossier, as well as names tell."""
    bid = select(Bid.id).where(Bid.lot_id == dossier.lots[0].id)
    of_the_dossier = {
        "assessor_id": select(Assessor.id).where(Assessor.dossier_id == dossier.id),
        "bid_id": bid,
        "follow_up_id": select(FollowUp.id).where(FollowUp.dossier_id == dossier.id),
        "form_id": select(SupplierForm.id).where(SupplierForm.bid_id.in_(bid)),
        "note_id": select(MinorityNote.id).where(MinorityNote.bid_id.in_(bid)),
    }
    known = {
        "dossier_id": dossier.id,
        "lens_id": lens_in(session, dossier).id,
        "criterion_id": dossier.criteria[1].id,
        "lot_id": dossier.lots[0].id,
        **{name: session.scalar(one.limit(1)) or 1 for name, one in of_the_dossier.items()},
        "lot": "lot-1",
        "lot_key": "lot-1",
        "number": 1,
        "name": "award-on-value",
        "type_": "wish",
        "token": "x" * 43,
    }
    values = {
        name: known.get(name, 1 if name.endswith(("_id", "number", "place")) else "explain")
        for name in rule.arguments
    }
    address = rule.build(values, append_unknown=False)
    assert address is not None, f"{rule.rule} cannot be filled in with {values}"
    if is_of_a_lens(rule):
        drawn = 2 if rule.endpoint == "values.card" else 0
        return f"{address[1]}?value={cards_in(session, dossier)[drawn]}"
    return address[1]


def lens_in(session: Session, dossier: Dossier) -> ProjectLens:
    """Give the lens of a dossier."""
    lens = looking.lens_of(session, LENS, dossier.id)
    assert lens is not None
    return lens


def cards_in(session: Session, dossier: Dossier) -> list[str]:
    """Give the first cards of the lens of a dossier, by the values on them."""
    return [card.urn for card in lenses.cards_for(session, lens_in(session, dossier))[:3]]


def all_of(session: Session, dossier: Dossier) -> dict[str, Any]:
    """Give every row of what is fixed of a dossier."""
    left_out = NOT_FIXED[Dossier]
    return {
        "dossier": _row(dossier, left_out),
        "lots": [_row(one, NOT_FIXED_OF_LOTS) for one in dossier.lots],
        "criteria": [_row(one, set()) for one in dossier.criteria],
        "keepers": dict(keepers_of(session, dossier)),
        "lens": _row(lens_in(session, dossier), set()),
        "seen": [
            _row(one, set())
            for kind in (WiderValue, Consideration, Tension)
            for one in session.scalars(
                select(kind).where(kind.lens_id == lens_in(session, dossier).id).order_by(kind.id)
            )
        ],
        "snapshots": [
            _row(one, set())
            for one in session.scalars(
                select(Snapshot).where(Snapshot.dossier_id == dossier.id).order_by(Snapshot.number)
            )
        ],
    }


def _row(row: Any, left_out: set[str]) -> dict[str, Any]:
    columns = inspect(type(row)).column_attrs
    return {one.key: getattr(row, one.key) for one in columns if one.key not in left_out}


def forms_for(
    client: FlaskClient, rule: Rule, address: str, cards: list[str]
) -> Iterator[dict[str, Any]]:
    """Give what could be sent: junk, what people fill in, and the form that stands on the page."""
    yield JUNK
    words = ("title", "text", "subject", "reason", "notice", "question", "link", "risk")
    plausible = {**dict.fromkeys(words, "Some other words."), **PLAUSIBLE, "scale": TEN["kind"]}
    if is_of_a_lens(rule):
        plausible |= {**IN_A_LENS, "urn": cards[0], "against": cards[1], "value": cards[0]}
    yield plausible
    if "GET" in (rule.methods or set()):
        fields = Fields()
        fields.feed(client.get(address).text)
        yield {
            name: plausible.get(name, value or "Some other words.")
            for name, value in fields.found.items()
        }


#: How far a dossier is. Past its closing date half a rectification is written.
STAGES = (
    "review",
    "fixed",
    "past-closing",
    "assessment",
    "decision",
    "decided",
    "execution",
    "closed",
)


def a_dossier(session: Session, stage: str, rule: Rule | None = None) -> Dossier:
    """Write a dossier, and bring it as far as a stage."""
    is_open = stage in {"concept", "review", "fixed"}
    dossier = a_concept(session, closes_at=NOW + timedelta(60) if is_open else NOW - timedelta(1))
    lens = look_wider(session, dossier)
    if rule is None or rule.endpoint != NOTHING_ELSE:
        _choose_two(session, dossier)
    if stage == "concept":
        return dossier
    if stage == "review":
        dossier.state, lens.closed_at = "review", NOW
        return dossier
    fix(session, dossier)
    if stage == "past-closing":
        dossier.rectification = "writing"
        dossier.rectification_reason = "A typing error."
        dossier.criteria[1].title = "Half written"
    if stage in {"fixed", "past-closing"}:
        _list_one(session, dossier)
        return dossier
    bring_to(session, dossier, stage, (), None)
    session.add(Assessor(dossier_id=dossier.id, number=1, appointed_at=NOW))
    session.flush()
    return dossier


def _list_one(session: Session, dossier: Dossier) -> None:
    bid = Bid(lot_id=dossier.lots[0].id, key="A", bidder="Aap BV", added_at=NOW)
    session.add_all([bid, Assessor(dossier_id=dossier.id, number=1, appointed_at=NOW)])
    session.flush()


def _choose_two(session: Session, dossier: Dossier) -> None:
    lens = lens_in(session, dossier)
    for urn in cards_in(session, dossier)[:2]:
        touched = looking.Touched(urn=urn, direction="positive", reason="It helps them all.")
        looking.choose_card(session, lens, touched, actor_id=None, now=NOW)


@dataclass
class Walk:
    """Somebody who sends all sorts of things to all routes about a dossier at a stage."""

    client: FlaskClient
    token: str
    work: UnitOfWork
    stage: str
    #: Of the walk's own connection: SQLite counts for it what all others committed.
    watch: sqlite3.Connection
    #: The dossier that serves for one route after another, until one of them takes something.
    _made: int | None = None

    def changes(self, rule: Rule) -> Iterator[str]:
        """Send all that could be sent to a route, and name each time that something changed."""
        is_of_its_own = rule.endpoint == NOTHING_ELSE
        with self.work() as session:
            dossier = self._dossier(session, rule if is_of_its_own else None)
            self._made, address = dossier.id, address_of(rule, session, dossier)
            cards, before = cards_in(session, dossier), all_of(session, dossier)
        number, is_as_made = dossier.id, not is_of_its_own
        written = self._written()
        for method in sorted((rule.methods or set()) - SAFE):
            for form in forms_for(self.client, rule, address, cards):
                data = {**form, "csrf_token": self.token}
                sent = self.client.open(address, method=method, data=data)
                assert sent.status_code < 500, f"{method} {rule.rule}: {sent.status_code}"
                is_as_made = is_as_made and sent.status_code >= 400
                if self._written() == written:
                    # Nobody committed anything, so there is nothing to read again.
                    continue
                with self.work() as session:
                    if all_of(session, session.get_one(Dossier, number)) != before:
                        is_as_made = False
                        yield f"{method} {rule.rule}"
                written = self._written()
        if not is_as_made:
            self._made = None

    def _written(self) -> int:
        """Give a number that is another one as soon as somebody committed something."""
        version: int = self.watch.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _dossier(self, session: Session, rule: Rule | None) -> Dossier:
        if self._made is None or rule is not None:
            return a_dossier(session, self.stage, rule)
        return session.get_one(Dossier, self._made)


@pytest.fixture
def walk_as(
    sign_in_as: SignInAs, unit_of_work: UnitOfWork, database_url: str
) -> Iterator[Callable[[str, str], Walk]]:
    """Give what lets somebody with a role walk past dossiers at a stage."""
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as watch:

        def walk(role: str, stage: str) -> Walk:
            client = sign_in_as({role})
            return Walk(client, csrf_token(client, "/procurement/"), unit_of_work, stage, watch)

        yield walk


@pytest.mark.parametrize("role", ["beheerder", "administrator"])
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_changes_what_was_fixed(
    app: Flask, walk_as: Callable[[str, str], Walk], role: str, stage: str
) -> None:
    walk = walk_as(role, stage)
    walked = unsafe_rules(app)
    assert len(walked) >= 8, "the routes of the freeze itself are there"
    changed = [
        how
        for rule in walked
        if rule.endpoint not in MEANT_TO.get(stage, ())
        for how in walk.changes(rule)
    ]
    assert changed == []


def test_the_same_walk_writes_in_the_lens_of_a_concept_on_each_of_its_routes(
    app: Flask, walk_as: Callable[[str, str], Walk]
) -> None:
    walk = walk_as("beheerder", "concept")
    walked = [rule for rule in unsafe_rules(app) if is_of_a_lens(rule)]
    assert len(walked) == 5
    for rule in walked:
        assert list(walk.changes(rule)), rule.rule


def test_the_walk_sees_a_change_when_there_is_one(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_dossier(session, "fixed")
        before = all_of(session, dossier)
        dossier.criteria[0].weight = 1
        assert all_of(session, dossier) != before
