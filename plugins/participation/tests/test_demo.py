"""What the demo province shows of rounds."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import events, gate
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk_participation import demo
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Participant, Point, Round, Statement, Vote
from waardewerk_participation.queries import answers
from waardewerk_participation.queries.inclusion import inclusion_of
from waardewerk_participation.queries.rounds import get_own_round, statements_of

from .conftest import NOW


def show(app: Flask, work: UnitOfWork, people: dict[str, int]) -> None:
    """Load the demo's rounds."""
    keys = Keys(app.extensions["waardewerk.config"].key_folder)
    with app.app_context(), work() as session:
        demo.load(session, people, keys, secret="a secret", language="nl", now=NOW)


@pytest.fixture
def shown(app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson) -> dict[str, int]:
    """Load the rounds once, and give who holds them."""
    people = {role: a_person({role}).id for role in ("aanjager", "adviseur")}
    show(app, unit_of_work, people)
    return people


def count(session: Session, found: Round, table: type[Participant | Statement]) -> int:
    """Count the rows of a round."""
    query = select(func.count()).select_from(table).where(table.round_id == found.id)
    return session.scalar(query) or 0


def test_a_round_to_join_an_answered_one_and_one_without_groups(
    unit_of_work: UnitOfWork, shown: dict[str, int]
) -> None:
    with unit_of_work() as session:
        phases = {one.slug: one.phase for one in session.scalars(select(Round))}
        assert phases == {"slimme-camera": "vote", "laadpalen": "closed", "brievenhulp": "answer"}
        answered = get_own_round(session, "laadpalen")
        assert count(session, answered, Participant) == sum(demo.CAMPS)
        points = session.scalars(select(Point).where(Point.round_id == answered.id)).all()
        assert {"consensus", "split"} <= {one.kind for one in points}
        assert all(one.why and one.who for one in points)
        about = {one.statement_id for one in points}
        assert len({one.we_do for one in points}) == len(about), "each statement has its own answer"


def test_three_groups_and_none_are_there_for_everybody_to_read(
    unit_of_work: UnitOfWork, shown: dict[str, int]
) -> None:
    with unit_of_work() as session:
        read = {
            slug: answers.shown_of(session, get_own_round(session, slug), "public")
            for slug in ("laadpalen", "brievenhulp")
        }
    answered, without = read["laadpalen"], read["brievenhulp"]
    assert answered is not None
    assert [group.letter for group in answered.groups] == ["A", "B", "C"]
    assert without is not None
    assert (without.outcome, without.groups) == ("no_clear_groups", ())
    assert without.sentences.agreed_with
    for found in (answered, without):
        said = [part.people for one in found.background for part in one.parts if part.key]
        assert any(said), "people said something about themselves"


def test_a_group_stays_silent_and_asks_for_somebody(
    unit_of_work: UnitOfWork, shown: dict[str, int]
) -> None:
    with unit_of_work() as session:
        seen = inclusion_of(session, get_own_round(session, "slimme-camera"))
        assert [one.group.name for one in seen.groups if one.is_left_alone] == ["Jongeren"]
        assert all(one.share is not None for one in seen.groups)


def test_statements_touch_the_values_of_the_demo_province(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    roles = ("aanjager", "adviseur", "beheerder", "executive_member", "civil_servant")
    people = {role: a_person({role}).id for role in roles}
    with app.app_context(), unit_of_work() as session:
        gate.send(events.DemoWanted(session=session, people=people, now=NOW))
    with unit_of_work() as session:
        answered = get_own_round(session, "laadpalen")
        assert all(one.values for one in statements_of(session, answered))
        read = answers.shown_of(session, answered, "public")
    assert read is not None
    assert len(read.values) >= 5


def test_a_statement_waits_for_a_moderator(unit_of_work: UnitOfWork, shown: dict[str, int]) -> None:
    with unit_of_work() as session:
        waiting = session.scalars(select(Statement).where(Statement.state == "waiting")).all()
        assert [one.origin for one in waiting] == ["participant"]


def test_showing_it_twice_changes_nothing(
    app: Flask, unit_of_work: UnitOfWork, shown: dict[str, int]
) -> None:
    with unit_of_work() as session:
        before = session.scalar(select(func.count()).select_from(Vote))
    show(app, unit_of_work, shown)
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Vote)) == before
        assert session.scalar(select(func.count()).select_from(Round)) == 3
