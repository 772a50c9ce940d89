"""Accounts for when the organisation's own sign-in does not work: at least one stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import entries_about
from waardewerk.people.models import Identity, Person
from waardewerk.people.operations import accounts, break_glass, leaving, rights
from waardewerk.refusal import Refusal
from waardewerk.testing import AddPerson, UnitOfWork

from .conftest import WithPassword

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def mark(session: Session, person_id: int) -> None:
    person = accounts.get_person(session, person_id)
    break_glass.mark(session, person, actor_id=person_id, now=NOW)


@pytest.fixture
def keeper(someone_with_password: WithPassword, unit_of_work: UnitOfWork) -> Person:
    """The only break-glass account, beside another administrator."""
    keeper = someone_with_password("administrator", name="Keeper")
    someone_with_password("administrator", name="Other")
    with unit_of_work() as session:
        mark(session, keeper.id)
    return keeper


def take_the_role(session: Session, person: Person) -> None:
    rights.assign_roles(session, person, set(), actor_id=1, now=NOW)


def let_go(session: Session, person: Person) -> None:
    leaving.deactivate(session, person, actor_id=1, now=NOW)


def erase(session: Session, person: Person) -> None:
    leaving.erase_person(session, person, actor_id=1, now=NOW)


def unmark(session: Session, person: Person) -> None:
    break_glass.unmark(session, person, actor_id=1, now=NOW)


WAYS_TO_LOSE_IT = [take_the_role, let_go, erase, unmark]


@pytest.mark.parametrize("lose", WAYS_TO_LOSE_IT)
def test_the_last_one_stays(
    keeper: Person, unit_of_work: UnitOfWork, lose: Callable[[Session, Person], None]
) -> None:
    with pytest.raises(Refusal, match="only break-glass account"), unit_of_work() as session:
        lose(session, accounts.get_person(session, keeper.id))
    with unit_of_work() as session:
        assert break_glass.is_any_marked(session)


@pytest.mark.parametrize("lose", WAYS_TO_LOSE_IT)
def test_with_another_one_it_may_go(
    keeper: Person,
    someone_with_password: WithPassword,
    unit_of_work: UnitOfWork,
    lose: Callable[[Session, Person], None],
) -> None:
    other = someone_with_password("administrator", name="Spare")
    with unit_of_work() as session:
        mark(session, other.id)
        lose(session, accounts.get_person(session, keeper.id))
    with unit_of_work() as session:
        assert break_glass.is_any_marked(session)


def test_two_that_are_unmarked_at_once_do_not_both_go(
    keeper: Person, someone_with_password: WithPassword, unit_of_work: UnitOfWork
) -> None:
    other = someone_with_password("administrator", name="Spare")
    with unit_of_work() as session:
        mark(session, other.id)
    start = threading.Barrier(2)

    def give_up(person_id: int) -> None:
        start.wait()
        try:
            with unit_of_work() as session:
                unmark(session, accounts.get_person(session, person_id))
        except Refusal:
            pass

    threads = [threading.Thread(target=give_up, args=(one.id,)) for one in (keeper, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work() as session:
        marked = session.scalars(select(Person).where(Person.is_break_glass)).all()
        assert len(marked) == 1


def test_only_an_administrator_with_a_password_that_is_not_linked_can_be_marked(
    a_person: AddPerson, someone_with_password: WithPassword, unit_of_work: UnitOfWork
) -> None:
    no_administrator = someone_with_password("adviseur", name="A")
    no_password = a_person({"administrator"}, name="B")
    linked = someone_with_password("administrator", name="C")
    with unit_of_work() as session:
        identity = Identity(
            person_id=linked.id, issuer="https://x.example", subject="c", linked_at=NOW
        )
        session.add(identity)
    for person in (no_administrator, no_password, linked):
        with pytest.raises(Refusal), unit_of_work() as session:
            mark(session, person.id)


def test_marking_is_written_down_once(keeper: Person, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        mark(session, keeper.id)
        trail = [e.action for e in entries_about(session, f"person:{keeper.id}")]
    assert trail.count("person.break_glass_on") == 1
