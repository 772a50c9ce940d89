"""Whatever is sent to whatever address, in whatever state of a dossier: no page breaks.

The routes come from the URL map, so a route that is made later is walked the day it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import BuildError, Rule

from waardewerk import i18n
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.testing import (
    AddPerson,
    Cluster,
    SignIn,
    UnitOfWork,
    browser_of,
    csrf_token,
)
from waardewerk_procurement.models import Bid, Decision, Dossier, FollowUp
from waardewerk_procurement.operations import asking

from .each_state import bring_to
from .setting_up import NOW, a_concept, a_scheme, fix, look_wider

BLUEPRINTS = ("procurement.", "procurement_supplier.")
LONE_SURROGATE = b"\xed\xa0\x80"
HOSTILE: tuple[str | bytes, ...] = (
    "9" * 5000,
    "99999999999999999999",
    "",
    "-1",
    "0",
    "\x00",
    "a\x00b",
    LONE_SURROGATE,
    "\u0661",
    "\u00b2",
    "x" * 60_000,
    "1e999",
    "NaN",
    "{}",
    "[]",
    "../..",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "yes",
    "lot-1",
    "explain",
    "not-known",
)
#: Names that stand in no first form of a page, or on pages that are drawn only later.
NAMES = frozenset(
    [
        "reason",
        "why",
        "bidder",
        "person",
        "revision",
        "seen",
        "lot",
        "parent",
        "title",
        "closes_at",
        "notice",
        "sha256",
        "text",
        "number",
        "score",
        "typed",
        "owner",
        "due",
        "colour",
        "verdict",
        "follows_by",
        "signal",
        "value",
        "cause",
        "content",
        "bid",
        "open_until",
        "before",
        "request_key",
        "key",
        "keepers",
        "worth",
        "weight",
        "lowest",
        "highest",
        "bids",
        "ready",
        "confirm",
        "unknown",
    ]
)
ASKED = ("lot", "lowest", "bids", "before", "after", "page", "type", "ambition", "q")
#: What would end the walk in a state that is another one.
MOVES_ON = re.compile(r"/(drop|begin|reveal|finish|close|carry-out|approve|send-back)\b")
PEOPLE = {
    "officer": "beheerder",
    "first": "adviseur",
    "second": "civil_servant",
    "third": "civil_servant",
    "decider": "executive_member",
}
#: Who walks, and one in how many routes at a time: the officer sees every one in three states.
SHARE_OF = {"officer": 3, "first": 9, "decider": 9, "supplier": 9}
STATES = (
    "concept",
    "review",
    "fixed",
    "rectification",
    "assessment",
    "decision",
    "decided",
    "execution",
    "closed",
)


@dataclass
class Scene:
    """A dossier, what stands for the variables of addresses, and who looks."""

    known: dict[str, Any]
    people: dict[str, Person] = field(default_factory=dict)


@pytest.fixture
def cluster(postgresql: Cluster) -> Cluster:
    """Send it to the database that takes nothing that does not fit."""
    return postgresql


def put_in(session: Session, state: str, people: dict[str, Person], *, is_scheme: bool) -> Dossier:
    """Put a dossier at a point of its way."""
    make = a_scheme if is_scheme else a_concept
    dossier = make(session, people["officer"].id)
    look_wider(session, dossier)
    if state in ("concept", "review"):
        dossier.state = state
        dossier.submitted_by = people["officer"].id if state == "review" else None
        return dossier
    fix(session, dossier)
    if state == "rectification":
        dossier.rectification, dossier.rectification_reason = "writing", "A typing error."
    if state in ("fixed", "rectification"):
        return dossier
    appointed = [people[name].id for name in ("first", "second", "third")]
    bring_to(session, dossier, state, appointed, people["officer"].id)
    return dossier


@pytest.fixture
def scene(
    request: pytest.FixtureRequest, app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> Scene:
    state, is_scheme = request.param
    people = {name: a_person(role, name=f"The {name}") for name, role in PEOPLE.items()}
    secret = str(app.secret_key)
    with unit_of_work() as session, i18n.speaking("en"):
        dossier = put_in(session, state, people, is_scheme=is_scheme)
        bid_id = session.scalar(select(Bid.id)) or 1
        known = {
            "dossier_id": dossier.id,
            "bid_id": bid_id,
            "follow_up_id": session.scalar(select(FollowUp.id)) or 1,
            "lot_key": "lot-1",
            "criterion": "explain",
            "criterion_key": "explain",
            "key": "explain",
            "bid_key": "A",
            "form": "json",
            "document": "requirements",
            "formula_name": "price-band",
            "criterion_type": "award_criterion",
            "library_key": "not-known",
            "token": _token(session, dossier, secret) or "not-known",
        }
    return Scene(known, people)


def _token(session: Session, dossier: Dossier, secret: str) -> str | None:
    """Give the link of a supplier; none where nobody can be asked."""
    if dossier.state not in ("decision", "execution"):
        return None
    winner = session.scalar(select(Decision.winner))
    bid = session.scalar(select(Bid).where(Bid.key == (winner or "A")))
    if bid is None or asking.PURPOSES.get(dossier.state) is None:
        return None
    until = day_of(NOW + timedelta(9))
    made = asking.open_form(session, dossier, bid, until, secret=secret, actor_id=None, now=NOW)
    return asking.link_token(made, secret)


def routes(app: Flask) -> Iterator[Rule]:
    """Give every address of both blueprints."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(BLUEPRINTS):
            yield rule


def address(rule: Rule, known: dict[str, Any]) -> str | None:
    """Write an address with what is there."""
    try:
        built = rule.build({name: known.get(name, 1) for name in rule.arguments})
    except (BuildError, ValueError):
        return None
    return built[1] if built else None


def fields_of(client: FlaskClient, path: str) -> set[str]:
    """Give the names in the forms of a page."""
    text = client.get(path).get_data(as_text=True)
    return set(re.findall(r'name="([^"]+)"', text)) - {"csrf_token", "viewport", "description"}


def hostile_forms(names: set[str], chance: Random) -> Iterator[dict[str, Any]]:
    """Give what nobody types: the same everywhere, nothing at all, and all sorts at once."""
    everywhere = chance.choice(("9" * 5000, "\x00", LONE_SURROGATE))
    yield dict.fromkeys(sorted(names), everywhere)
    yield {name: chance.choice(HOSTILE) for name in sorted(names) if chance.random() < 0.8}
    yield {}


def walk(
    client: FlaskClient, rules: Iterable[Rule], scene: Scene, token: str, chance: Random
) -> Iterator[str]:
    """Ask and send everything; give what broke."""
    for rule in rules:
        path, methods = address(rule, scene.known), rule.methods or set()
        if path is None or MOVES_ON.search(path):
            continue
        names = set(NAMES)
        if "GET" in methods:
            yield from _asked(client, path, chance)
        if "POST" in methods:
            names |= fields_of(client, path) if "GET" in methods else set()
            for sent in hostile_forms(names, chance):
                answer = client.post(path, data={"csrf_token": token, **sent})
                if answer.status_code >= 500:
                    yield f"POST {path} {sorted(sent.items())!r:.200}"


def _asked(client: FlaskClient, path: str, chance: Random) -> Iterator[str]:
    asked, value = chance.choice(ASKED), chance.choice(HOSTILE)
    for one in (path, f"{path}?{asked}={quote(value[:4400])}"):
        if client.get(one).status_code >= 500:
            yield f"GET {one[:200]}"


#: Those of which a scheme differs most are walked as one.
SCHEMES = ("review", "assessment", "decision")
CASES = [pytest.param((state, state in SCHEMES), id=state) for state in STATES]


@pytest.mark.parametrize("who", SHARE_OF)
@pytest.mark.parametrize("scene", CASES, indirect=True)
def test_no_page_breaks_on_what_is_sent(
    scene: Scene, who: str, app: Flask, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    """Walk a share of the routes in each state; all states together make them all."""
    chance = Random(request.node.name)
    share = SHARE_OF[who]
    place = STATES.index(request.node.callspec.id.split("-")[0])
    rules = list(routes(app))[place % share :: share]
    client = browser_of(app) if who == "supplier" else sign_in(scene.people[who])
    token = "none" if who == "supplier" else csrf_token(client, "/procurement/")
    assert list(walk(client, rules, scene, token, chance)) == []
