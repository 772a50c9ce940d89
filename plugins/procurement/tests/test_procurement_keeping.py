"""What is kept of people in dossiers, how it goes, and where values are used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from waardewerk import db, events, gate
from waardewerk.contract import Value, ValueUsage
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk_procurement import keeping
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Decision,
    Dossier,
    EarlierWording,
    Finding,
    FollowUp,
    FormerOfficer,
    KnockOutAnswer,
    Lesson,
    Letter,
    MinorityNote,
    OwnCriterion,
    Review,
    Score,
    Snapshot,
    SupplierForm,
    WithdrawnDecision,
)

from .setting_up import NOW, a_concept, assess, finish_quality, fix, score_all

LONG = timedelta(days=8 * 365)
NONE = timedelta(0)


@pytest.fixture
def worker(a_person: AddPerson) -> Person:
    return a_person({"beheerder"}, name="Wim Worker")


@pytest.fixture
def other(a_person: AddPerson) -> Person:
    return a_person({"adviseur"}, name="Otto Other")


def a_closed_dossier(session: Session, worker: int, other: int) -> Dossier:
    """Go the whole way: the worker does everything, somebody else assesses too."""
    dossier = a_concept(session, worker, keeper_id=worker, submitted_by=worker)
    made = fix(session, dossier)
    session.delete(made)
    session.flush()
    content = {"content": made.content, "sha256": made.sha256, "number": 1, "made_at": NOW}
    session.add(Snapshot(dossier_id=dossier.id, made_by=worker, approved_by=worker, **content))
    assessors, bids = assess(session, dossier, [worker, other])
    score_all(session, assessors, bids)
    finish_quality(session, dossier, bids)
    lot, bid = dossier.lots[0], bids[1]
    lot.revealed_by = worker
    for one in dossier.criteria:
        one.changed_by = worker
    review = {"revision": 1, "verdict": "approved", "reviewed_at": NOW}
    promise: dict[str, Any] = {
        "criterion": "explain",
        "value": "uitlegbaarheid",
        "kind": "promise",
        "title": "Explain a count",
        "promise": "Within a day.",
        "due": day_of(NOW),
    }
    session.add_all(
        [
            Review(dossier_id=dossier.id, reviewed_by=worker, **review),
            ConflictDeclaration(
                assessor_id=assessors[0].id,
                bid_id=bid.id,
                has_interest=True,
                explanation="My sister works there.",
                declared_at=NOW,
            ),
            FormerOfficer(dossier_id=dossier.id, person_id=worker),
            MinorityNote(
                assessor_id=assessors[0].id,
                bid_id=bid.id,
                criterion="explain",
                sealed="x",
                written_at=NOW,
                opened_by=worker,
            ),
            Decision(
                lot_id=lot.id,
                award_file="{}",
                award_sha256="0" * 64,
                snapshot_number=1,
                winner="B",
                decided_at=NOW,
                decided_by=worker,
            ),
            WithdrawnDecision(
                lot_id=lot.id,
                award_file="{}",
                award_sha256="0" * 64,
                snapshot_number=1,
                decided_at=NOW,
                decided_by=worker,
                withdrawn_why="A mistake.",
                withdrawn_at=NOW,
                withdrawn_by=worker,
            ),
            FollowUp(
                dossier_id=dossier.id, bid_id=bid.id, owner_id=worker, ended="kept", **promise
            ),
            FollowUp(
                dossier_id=dossier.id,
                bid_id=bid.id,
                ended="broken",
                **{**promise, "criterion": "explained", "title": "Residents understand"},
            ),
            SupplierForm(
                bid_id=bid.id,
                purpose="promises",
                token_hash="h",
                made_at=NOW,
                made_by=worker,
                open_until=day_of(NOW),
                handed_in_at=NOW,
                filled_in_by="Director",
            ),
            Letter(bid_id=bid.id, changed_at=NOW, changed_by=worker),
            Lesson(dossier_id=dossier.id, text="Ask sooner.", written_at=NOW, written_by=worker),
            OwnCriterion(urn="urn:x", content="", sha256="", changed_at=NOW, changed_by=worker),
        ]
    )
    session.flush()
    session.scalars(select(KnockOutAnswer)).all()[0].written_by = worker
    session.scalars(select(AgreedScore)).all()[0].agreed_by = worker
    kept = session.scalars(select(FollowUp).where(FollowUp.ended == "kept")).one()
    found = {"colour": "green", "reason": "Seen.", "found_at": NOW, "found_by": worker}
    session.add(Finding(follow_up_id=kept.id, **found))
    words = {"promise": "Before.", "norm": "Before.", "reason": "Why."}
    session.add(EarlierWording(follow_up_id=kept.id, changed_at=NOW, changed_by=worker, **words))
    dossier.state, dossier.closed_at = "closed", NOW
    session.flush()
    return dossier


def traces_of(session: Session, person_id: int) -> set[str]:
    """Say where somebody is still known."""
    session.expire_all()
    return {
        one.what
        for one in keeping.PEOPLE
        if session.scalar(select(one.column).where(one.column == person_id).limit(1))
    }


def test_every_column_that_knows_a_person_is_seen_to() -> None:
    known = {str(one.column) for one in keeping.PEOPLE}
    there = {
        f"{mapper.class_.__name__}.{column.key}"
        for mapper in Dossier.registry.mappers
        if mapper.local_table is not None and str(mapper.local_table).startswith("procurement_")
        for column in inspect(mapper.class_).columns
        for key in column.foreign_keys
        if key.target_fullname == "people_person.id"
    }
    assert there == known


def test_what_somebody_did_is_handed_over(
    unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        dossier = a_closed_dossier(session, worker.id, other.id)
        rows = keeping.export_staff(session, str(worker.email))
        assert {
            "dossier": dossier.id,
            "title": dossier.title,
            "what": "led a dossier",
            "times": 1,
        } in rows
        written = next(row for row in rows if row["what"] == "wrote a criterion")
        assert written["times"] == 5
        others = keeping.export_staff(session, str(other.email))
        assert others[0]["what"] == "was appointed to assess"
        assert {row["what"] for row in others[1:]} == {"scored a bid"}
        assert all(row["reason"] and row["score"] for row in others[1:])
        (note,) = (row for row in rows if row["what"] == "sealed a note")
        assert (note["bid"], note["criterion"]) == ("B", "explain")
        assert keeping.export_staff(session, "stranger@example.nl") == []
        (declared,) = [
            row
            for row in keeping.export_declarations(session, str(worker.email))
            if row["explanation"]
        ]
        assert (declared["bidder"], declared["has_interest"]) == ("Noot BV", True)
        assert keeping.export_declarations(session, "stranger@example.nl") == []


def test_who_is_erased_on_request_is_forgotten_and_what_was_done_stays(
    unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        a_closed_dossier(session, worker.id, other.id)
        assert keeping.erase_declarations(session, str(worker.email)) == 1
        assert traces_of(session, worker.id) == {one.what for one in keeping.PEOPLE}
        assert keeping.erase_staff(session, str(worker.email)) >= len(keeping.PEOPLE)
        assert keeping.erase_staff(session, "stranger@example.nl") == 0
        assert keeping.erase_declarations(session, "stranger@example.nl") == 0
        assert traces_of(session, worker.id) == set()
        assert traces_of(session, other.id) == {"was appointed to assess"}
        rows = session.execute(
            select(Assessor.number, Assessor.person_id).order_by(Assessor.number)
        )
        assert [tuple(row) for row in rows] == [(1, None), (2, other.id)]
        assert len(session.scalars(select(Score)).all()) == 12


def test_an_account_that_is_erased_is_forgotten_here_too(
    app: Flask, unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        a_closed_dossier(session, worker.id, other.id)
        gate.send(events.PersonErased(session=session, person_id=worker.id, email=""))
        assert traces_of(session, worker.id) == set()
        assert set(session.scalars(select(ConflictDeclaration.explanation))) == {""}
        assert session.scalars(select(Snapshot.number)).all() == [1]
    assert {rule.name for rule in keeping.RULES} <= {
        rule.name
        for owner, rule in app.extensions["waardewerk.retention"]
        if owner == "procurement"
    }


def test_after_its_time_a_closed_dossier_knows_nobody(
    unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        dossier = a_closed_dossier(session, worker.id, other.id)
        running = a_concept(session, worker.id, title="Still running")
        for rule in keeping.RULES:
            assert rule.expire(session, rule.keep) == 0, f"{rule.name} goes too early"
        dossier.closed_at = NOW - LONG
        form = session.scalars(select(SupplierForm)).one()
        form.handed_in_at = NOW - LONG
        session.scalars(select(OwnCriterion)).one().changed_at = NOW - LONG
        session.flush()
        for rule in keeping.RULES:
            assert rule.expire(session, rule.keep) > 0, f"{rule.name} never goes"
            assert rule.expire(session, rule.keep) == 0, f"{rule.name} goes twice"
        session.expire_all()
        assert traces_of(session, other.id) == set()
        assert traces_of(session, worker.id) == {"led a dossier", "made a dossier"}
        assert running.officer_id == worker.id
        assert form.filled_in_by == ""
        assert set(session.scalars(select(Bid.bidder))) == {"(A)", "(B)", "(C)"}
        assert set(session.scalars(select(ConflictDeclaration.explanation))) == {""}


def test_a_form_that_was_never_handed_in_forgets_who_began_it(
    unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        a_closed_dossier(session, worker.id, other.id)
        form = session.scalars(select(SupplierForm)).one()
        form.handed_in_at = None
        session.flush()
        assert keeping.expire_suppliers(session, NONE) == 0
        form.open_until = day_of(NOW - timedelta(2))
        session.flush()
        assert keeping.expire_suppliers(session, NONE) == 1
        assert keeping.SUPPLIERS.export(session, "a@example.nl") == []
        assert keeping.BIDDERS.erase(session, "a@example.nl") == 0


# Where values are used -------------------------------------------------------------------------


def used(app: Flask, key: str) -> list[ValueUsage]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return gate.ask("value_usages", value=Value(key=key))


def page_of(app: Flask, dossier_id: int) -> str:
    with app.test_request_context():
        anchor = "value-uitlegbaarheid"
        return url_for("procurement.ladder", dossier_id=dossier_id, _anchor=anchor)


def test_a_value_shows_its_dossiers_with_what_was_decided_and_what_came_of_it(
    app: Flask, unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        concept = a_concept(session, title="Only written").id
        done = a_closed_dossier(session, worker.id, other.id).id
    usages = [one for one in used(app, "uitlegbaarheid") if "/procurement/" in one.url]
    assert usages == [
        ValueUsage(title="Only written", url=page_of(app, concept)),
        ValueUsage(
            title="Counting traffic with cameras",
            url=page_of(app, done),
            decided=True,
            result="Explain a count: kept; Residents understand: broken",
        ),
    ]
    assert [one.result for one in used(app, "privacy") if one.decided] == [""]
    assert used(app, "no-such-value") == []


def test_a_value_shows_how_promises_that_run_stand_once_somebody_looked(
    app: Flask, unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        a_closed_dossier(session, worker.id, other.id)
        for row in session.scalars(select(FollowUp)):
            row.ended = ""
    found = [one.result for one in used(app, "uitlegbaarheid") if one.decided]
    assert found == ["2 promises run, of which 1 green"]
    with unit_of_work() as session:
        first, second = session.scalars(select(FollowUp).order_by(FollowUp.id))
        session.add(Finding(follow_up_id=first.id, colour="red", reason="Gone.", found_at=NOW))
        second.ended = "kept"
        # What follows from a broken promise is no promise about the value.
        remedy = FollowUp(
            dossier_id=first.dossier_id,
            bid_id=first.bid_id,
            criterion=first.criterion,
            value=first.value,
            follows_id=first.id,
            kind="remedy",
            title="A talk",
            promise="A talk.",
            due=first.due,
            ended="kept",
        )
        session.add(remedy)
    assert [one.result for one in used(app, "uitlegbaarheid") if one.decided] == [
        "Residents understand: kept; one promise runs, of which 1 red"
    ]


def test_a_value_that_is_only_required_decides_nothing(
    app: Flask, unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        dossier = a_closed_dossier(session, worker.id, other.id)
        dossier.criteria[0].value = "openheid"
    assert [one.decided for one in used(app, "openheid")] == [False]


def test_all_values_together_cost_a_few_questions(
    app: Flask, unit_of_work: UnitOfWork, worker: Person, other: Person
) -> None:
    with unit_of_work() as session:
        for number in range(4):
            a_concept(session, title=f"Dossier {number}")
        a_closed_dossier(session, worker.id, other.id)
    asked: list[str] = []
    with app.test_request_context():
        engine = db.session().get_bind()
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        for key in ("uitlegbaarheid", "privacy", "openheid"):
            gate.ask("value_usages", value=Value(key=key))
    assert sum("procurement" in one for one in asked) == 3
