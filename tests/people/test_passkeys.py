"""Passkeys: whose they are, and what tells that one was copied."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from waardewerk.audit import entries_about
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, passkeys, second_steps
from waardewerk.refusal import NotFound, Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once

from .conftest import WithPassword

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def add(unit_of_work: UnitOfWork, person: Person, credential: str = "abc", uses: int = 0) -> int:
    with unit_of_work() as session:
        passkeys.add_passkey(
            session,
            accounts.get_person(session, person.id),
            name="Laptop",
            credential_id=credential,
            public_key=b"key",
            uses=uses,
            now=NOW,
        )
        return passkeys.find_passkey(session, credential).id


@pytest.fixture
def sam(someone_with_password: WithPassword) -> Person:
    """Sam has a password."""
    return someone_with_password("adviseur")


@pytest.mark.parametrize(
    ("kept", "told", "counts_on"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_a_counter_that_stands_still_tells_of_a_copy(
    sam: Person, unit_of_work: UnitOfWork, kept: int, told: int, counts_on: bool
) -> None:
    passkey_id = add(unit_of_work, sam, uses=kept)
    with unit_of_work() as session:
        assert passkeys.count_use(session, passkey_id, told, now=NOW) == counts_on
    with unit_of_work() as session:
        newest = entries_about(session, f"person:{sam.id}")[0].action
        assert (newest == "person.passkey_copied") != counts_on


def test_nobody_removes_a_passkey_of_somebody_else(
    sam: Person, someone_with_password: WithPassword, unit_of_work: UnitOfWork
) -> None:
    passkey_id = add(unit_of_work, sam)
    noor = someone_with_password("administrator", name="Noor")
    with unit_of_work() as session:
        other = accounts.get_person(session, noor.id)
        with pytest.raises(NotFound):
            passkeys.remove_passkey(session, other, passkey_id, must_keep_one=False, now=NOW)
        assert len(passkeys.passkeys_of(session, sam.id)) == 1


def test_one_key_belongs_to_one_person(
    sam: Person, someone_with_password: WithPassword, unit_of_work: UnitOfWork
) -> None:
    add(unit_of_work, sam)
    with pytest.raises(Refusal, match="in use already"):
        add(unit_of_work, someone_with_password(name="Noor"))


def test_the_first_gives_codes_on_paper_and_the_next_shares_them(
    sam: Person, unit_of_work: UnitOfWork
) -> None:
    add(unit_of_work, sam)
    with unit_of_work() as session:
        assert second_steps.recovery_codes_left(session, sam.id) == 10
        person = accounts.get_person(session, sam.id)
        assert second_steps.use_recovery_code(session, person, "nonsense", now=NOW) is False
        codes = passkeys.add_passkey(
            session, person, name="Phone", credential_id="d", public_key=b"k", uses=0, now=NOW
        )
    assert codes == []


def test_who_has_no_password_here_has_no_second_step_here(
    a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    with pytest.raises(Refusal, match="account of your organisation"):
        add(unit_of_work, a_person(name="Linked"))


def test_there_is_an_end_to_passkeys(sam: Person, unit_of_work: UnitOfWork) -> None:
    for number in range(passkeys.MOST):
        add(unit_of_work, sam, f"key-{number}")
    with pytest.raises(Refusal, match="many passkeys"):
        add(unit_of_work, sam, "one-more")


def test_of_two_that_are_removed_at_once_the_last_one_stays_when_one_must(
    sam: Person, unit_of_work: UnitOfWork
) -> None:
    added = [add(unit_of_work, sam, f"key-{number}") for number in range(3)]

    def remove(passkey_id: int) -> None:
        with unit_of_work() as session:
            person = accounts.get_person(session, sam.id)
            passkeys.remove_passkey(session, person, passkey_id, must_keep_one=True, now=NOW)

    refused = [one for one in at_once(remove, added) if one is not None]
    assert [str(one) for one in refused] == [
        "You must have a second step. Set up another one first."
    ]
    with unit_of_work() as session:
        assert second_steps.has_any(session, sam.id)


def test_an_app_that_is_begun_twice_at_once_is_one_app(
    sam: Person, unit_of_work: UnitOfWork
) -> None:
    def start(_time: int) -> None:
        with unit_of_work() as session:
            person = accounts.get_person(session, sam.id)
            second_steps.start_app(session, person, secret="s")

    assert at_once(start, range(4)) == [None] * 4
