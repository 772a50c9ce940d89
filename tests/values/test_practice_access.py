"""Every door of the values in practice: each route as each role, on what is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from waardewerk.access import DECLARATION
from waardewerk.contract import ROLES
from waardewerk.testing import AddPerson, SignInAs, UnitOfWork, csrf_token
from waardewerk.values.models import ProjectLens, Proposal, Signal
from waardewerk.values.operations import looking, proposing, signalling

from .conftest import NOW

INSIDE = set(ROLES) - {"respondent"}
WRITERS = {"administrator", "adviseur", "aanjager"}
KEEPERS = {"administrator", "beheerder"}
#: What each route asks, and the roles that hold it by default.
MAY = {
    "values.read": INSIDE,
    "values.weigh": INSIDE,
    "values.triage": KEEPERS,
    "values.write": WRITERS,
    "inquiries.answer": set(ROLES),
    "public": set(ROLES),
}
#: Endpoint → (path, permission for reading, permission for posting or none).
DOORS = {
    "values.accents": ("/values/accents", "values.read", None),
    "values.accent": ("/values/accents/privacy", "values.read", "values.accent"),
    "values.lenses": ("/values/lenses", "values.read", None),
    "values.open_lens": ("/values/lenses/new", "values.weigh", "values.weigh"),
    "values.lens": ("/values/lenses/{lens}", "values.read", None),
    "values.wider": ("/values/lenses/{lens}/wider", "values.weigh", None),
    "values.card": (
        "/values/lenses/{lens}/wider/card?value={card}",
        "values.weigh",
        "values.weigh",
    ),
    "values.card_away": ("/values/lenses/{lens}/wider/away", None, "values.weigh"),
    "values.nothing_else": ("/values/lenses/{lens}/wider/nothing-else", None, "values.weigh"),
    "values.consider": (
        "/values/lenses/{lens}/consider?value={value}",
        "values.weigh",
        "values.weigh",
    ),
    "values.tension": ("/values/lenses/{lens}/tension", "values.weigh", "values.weigh"),
    "values.signal": ("/values/signal", "inquiries.answer", None),
    "values.send_signal": ("/values/signal/missing", "inquiries.answer", "inquiries.answer"),
    "values.signal_sent": ("/values/signal/sent", "inquiries.answer", None),
    "values.signal_answer": ("/values/signals/answer", "public", "public"),
    "values.signals": ("/values/signals", "values.read", None),
    "values.signal_page": ("/values/signals/{signal}", "values.read", None),
    "values.take_up_signal": ("/values/signals/{signal}/take-up", None, "values.triage"),
    "values.answer_signal": ("/values/signals/{signal}/answer", None, "values.triage"),
    "values.join_signal": ("/values/signals/{signal}/join", None, "values.triage"),
    "values.make_proposal": ("/values/proposals/new", "values.triage", "values.triage"),
    "values.proposal": ("/values/proposals/{proposal}", "values.read", None),
    "values.decide_proposal": ("/values/proposals/{proposal}/decide", None, "values.triage"),
    "values.write_in_proposal": ("/values/proposals/{proposal}/written", None, "values.write"),
    "values.practice": ("/values/practice", "values.read", None),
    "values.practice_of": ("/values/practice/privacy", "values.read", None),
}
OF_PRACTICE = ("accent", "lens", "signal", "proposal", "practice")
MAY["values.accent"] = {*WRITERS, "executive_member"}


def test_the_list_of_doors_is_complete(app: Flask) -> None:
    there = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("values.") and rule.rule.split("/")[2].startswith(OF_PRACTICE)
    }
    assert there == set(DOORS)


def test_each_door_declares_what_is_asked(app: Flask) -> None:
    for endpoint, (_path, reading, posting) in DOORS.items():
        declared = getattr(app.view_functions[endpoint], DECLARATION)
        assert declared == (reading or posting), endpoint


@pytest.fixture
def things(unit_of_work: UnitOfWork, in_force: int, a_person: AddPerson) -> dict[str, object]:
    """Make a lens, a signal and a proposal of somebody else."""
    from waardewerk.values import lenses

    somebody = a_person("civil_servant", name="Somebody Else").id
    acting = {"actor_id": somebody, "now": NOW}
    with unit_of_work() as session:
        lens = looking.open_lens(session, title="Theirs", **acting)
        said = signalling.Said(kind="missing", text="Energy.")
        signal = signalling.send_signal(
            session, said, sender_id=somebody, secret="s", request_key="k", now=NOW
        ).signal
        proposed = proposing.Proposed(title="Energy", value="", text="Name it.")
        proposal = proposing.make_proposal(session, proposed, **acting)
        return {
            "lens": lens.id,
            "signal": signal.id,
            "proposal": proposal.id,
            "card": lenses.cards_for(session, lens)[0].urn,
            "value": "urn:waardewerk:value:privacy",
        }


def doors() -> Iterator[tuple[str, str, str]]:
    """Give method, path and permission of each door."""
    for path, reading, posting in DOORS.values():
        if reading:
            yield "GET", path, reading
        if posting:
            yield "POST", path, posting


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_a_door_opens_for_the_roles_that_hold_its_permission(
    role: str, sign_in_as: SignInAs, things: dict[str, object]
) -> None:
    browser = sign_in_as({role} if role else ())
    token = csrf_token(browser, "/account")
    for method, path, permission in doors():
        # Who is signed in may always answer.
        opens = permission in {"inquiries.answer", "public"} or role in MAY[permission]
        data = {"csrf_token": token} if method == "POST" else None
        status = browser.open(path.format(**things), method=method, data=data).status_code
        assert (status != 403) == opens, f"{method} {path} as {role or 'nobody'}: {status}"
        assert status < 500, f"{method} {path}: {status}"


def test_a_stranger_is_asked_to_sign_in(client, things: dict[str, object]) -> None:
    for method, path, permission in doors():
        if method == "GET" and permission != "public":
            response = client.get(path.format(**things))
            assert response.status_code == 303, path
            assert response.location.startswith("/sign-in?next=/values/"), path


def test_what_does_not_exist_is_not_found(sign_in_as: SignInAs, in_force: int) -> None:
    administrator = sign_in_as(INSIDE)
    token = csrf_token(administrator, "/account")
    lost = {"lens": 999, "signal": 999, "proposal": 999, "card": "urn:x", "value": "urn:x"}
    for method, path, _permission in doors():
        if "{" not in path:
            continue
        data = {"csrf_token": token, "note": "x", "answer": "x", "reason": "x"}
        data |= {"accepted": "yes", "decided_by": "x", "decided_on": "2026-01-01"}
        sent = data if method == "POST" else None
        status = administrator.open(path.format(**lost), method=method, data=sent).status_code
        assert status in {404, 409, 422}, f"{method} {path}: {status}"
        if method == "GET":
            assert status == 404, path


def test_nothing_changes_on_looking(
    sign_in_as: SignInAs, things: dict[str, object], unit_of_work: UnitOfWork
) -> None:
    administrator = sign_in_as(INSIDE)
    for method, path, _permission in doors():
        if method == "GET":
            administrator.get(path.format(**things))
    with unit_of_work() as session:
        assert len(session.scalars(select(ProjectLens)).all()) == 1
        assert session.scalars(select(Signal)).one().state == "new"
        assert session.scalars(select(Proposal)).one().state == "open"
