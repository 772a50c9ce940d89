"""While somebody is signed in, the provider is asked again what they may still do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from waardewerk import jobs
from waardewerk.audit import entries_about
from waardewerk.config import Config
from waardewerk.jobs import QueuedJob
from waardewerk.people.models import Identity, Person, SignIn
from waardewerk.people.operations import accounts, identities, passwords, rights
from waardewerk.testing import AddPerson, UnitOfWork, submit
from waardewerk.testing import SignIn as SignInSomebody
from waardewerk.testing_provider import IdentityProvider, Member

from .conftest import PASSWORD, Visitor

#: Half of the hour after which a sign-in is no longer believed, and a bit.
DUE = timedelta(minutes=31)
OVERDUE = timedelta(minutes=61)


@pytest.fixture
def config(province: Config) -> Config:
    """People sign in with the account of their organisation; rights are checked each hour."""
    return province


@pytest.fixture
def sam(identity_provider: IdentityProvider) -> Member:
    """Sam is an adviser."""
    return identity_provider.add("sam", "advisers", "staff")


@pytest.fixture
def signed_in(visitor: Visitor, sam: Member) -> Visitor:
    """Sam, signed in."""
    visitor.sign_in("sam")
    return visitor


def work(app: Flask) -> None:
    """Let the job worker do what is due, as it does every second."""
    worker = jobs.worker_of(app)
    worker.plan(datetime.now(UTC))
    worker.run_due(datetime.now(UTC))


def roles_of(unit_of_work: UnitOfWork, email: str = "sam@example.nl") -> frozenset[str]:
    with unit_of_work() as session:
        return rights.roles_of(session, accounts.find_person(session, email).id)


def test_rights_are_taken_away_within_the_hour(
    app: Flask, signed_in: Visitor, sam: Member, unit_of_work: UnitOfWork
) -> None:
    sam.groups = ["staff"]
    with time_machine.travel(datetime.now(UTC) + DUE):
        work(app)
        assert roles_of(unit_of_work) == frozenset()
        assert signed_in.is_signed_in


def test_who_works_on_is_never_asked_to_sign_in_again(app: Flask, signed_in: Visitor) -> None:
    began = datetime.now(UTC)
    for hours in range(1, 9):
        with time_machine.travel(began + hours * DUE):
            work(app)
            assert signed_in.is_signed_in


def test_another_password_makes_no_check_newer(
    app: Flask, signed_in: Visitor, sam: Member, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        person = accounts.find_person(session, "sam@example.nl")
        person.password_hash = passwords.hasher.hash(PASSWORD)
    began = datetime.now(UTC)
    fields = {"current_password": PASSWORD, "password": f"another {PASSWORD}"}
    with time_machine.travel(began + DUE - timedelta(minutes=2)):
        assert submit(signed_in.client, "/account/password", fields).status_code == 303
        assert signed_in.is_signed_in
    sam.is_active = False
    with time_machine.travel(began + DUE):
        work(app)
        assert not signed_in.is_signed_in


def test_nobody_is_asked_about_who_was_just_checked(
    app: Flask, signed_in: Visitor, identity_provider: IdentityProvider
) -> None:
    identity_provider.asked.clear()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=29)):
        work(app)
    assert identity_provider.asked == []


def test_who_left_the_organisation_is_signed_out(
    app: Flask, signed_in: Visitor, sam: Member, unit_of_work: UnitOfWork
) -> None:
    sam.is_active = False
    with time_machine.travel(datetime.now(UTC) + DUE):
        work(app)
        assert not signed_in.is_signed_in
    with unit_of_work() as session:
        person = accounts.find_person(session, "sam@example.nl")
        newest = entries_about(session, f"person:{person.id}")[0]
        assert (newest.action, newest.actor_id) == ("person.check_ended", None)


def test_only_the_sign_in_that_ended_ends(
    app: Flask, signed_in: Visitor, another_visitor: Visitor, identity_provider: IdentityProvider
) -> None:
    identity_provider.add("noor", "advisers")
    identity_provider.revoke_all()
    another_visitor.sign_in("noor")
    with time_machine.travel(datetime.now(UTC) + DUE):
        work(app)
        assert not signed_in.is_signed_in
        assert another_visitor.is_signed_in


@pytest.mark.parametrize("fault", ["down", "slow", "broken", "rubbish", "refuses"])
def test_when_the_provider_fails_who_is_fresh_goes_on_and_who_is_overdue_sees_an_honest_page(
    app: Flask,
    signed_in: Visitor,
    identity_provider: IdentityProvider,
    a_person: AddPerson,
    sign_in: SignInSomebody,
    unit_of_work: UnitOfWork,
    fault: str,
) -> None:
    local = sign_in(a_person({"adviseur"}, name="Local"))
    began = datetime.now(UTC)
    with identity_provider.failing(fault):
        with time_machine.travel(began + DUE):
            work(app)
            assert signed_in.is_signed_in
        with time_machine.travel(began + OVERDUE):
            work(app)
            response = signed_in.client.get("/account?tab=1")
            assert response.status_code == 401
            assert "confirm now and then that you still work with this site" in response.text
            assert "/sign-in/organisation?next=/account?tab%3D1" in response.text
            assert signed_in.client.get("/").status_code == 200
            assert local.get("/account").status_code == 200
    with unit_of_work() as session:
        # The job itself goes on: it is the provider that has trouble.
        assert session.scalars(select(QueuedJob.last_fault)).all() == [None] * 2
    with time_machine.travel(began + OVERDUE + timedelta(minutes=2)):
        work(app)
        # What was granted still holds, so the sign-in is believed again. A slow provider gave the
        # next token to nobody: there the sign-in has ended, and signing in again is enough.
        assert signed_in.is_signed_in == (fault != "slow")
        assert signed_in.sign_in("sam").status_code == 303


def test_what_it_says_wrongly_gives_no_rights(
    app: Flask,
    signed_in: Visitor,
    sam: Member,
    identity_provider: IdentityProvider,
    unit_of_work: UnitOfWork,
) -> None:
    sam.groups = ["admins"]
    with (
        identity_provider.failing("wrong_iss"),
        time_machine.travel(datetime.now(UTC) + DUE),
    ):
        work(app)
    assert roles_of(unit_of_work) == {"adviseur"}


def test_what_was_typed_is_shown_back_to_who_is_overdue(signed_in: Visitor) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=59)):
        page = signed_in.client.get("/").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    with time_machine.travel(datetime.now(UTC) + OVERDUE):
        fields = {"csrf_token": token, "note": "Wat ik al had getypt"}
        response = signed_in.client.post("/account/sign-ins/end-others", data=fields)
    assert response.status_code == 401
    assert "Wat ik al had getypt" in response.text


def test_machines_are_told_in_their_own_way(signed_in: Visitor) -> None:
    with time_machine.travel(datetime.now(UTC) + OVERDUE):
        headers = {"Accept": "application/json"}
        response = signed_in.client.get("/account", headers=headers)
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"


def test_signing_in_again_is_enough(signed_in: Visitor) -> None:
    with time_machine.travel(datetime.now(UTC) + OVERDUE):
        assert not signed_in.is_signed_in
        assert signed_in.sign_in("sam").status_code == 303
        assert signed_in.is_signed_in


def test_without_refresh_tokens_people_go_by_way_of_the_provider(
    app: Flask, visitor: Visitor, sam: Member, identity_provider: IdentityProvider
) -> None:
    identity_provider.gives_refresh_tokens = False
    visitor.sign_in("sam")
    with time_machine.travel(datetime.now(UTC) + OVERDUE):
        work(app)
        assert visitor.client.get("/account").status_code == 401


def test_without_a_new_id_token_userinfo_is_believed(
    app: Flask,
    signed_in: Visitor,
    sam: Member,
    identity_provider: IdentityProvider,
    unit_of_work: UnitOfWork,
) -> None:
    identity_provider.gives_id_token_at_refresh = False
    sam.groups = ["admins"]
    with time_machine.travel(datetime.now(UTC) + DUE):
        work(app)
    assert roles_of(unit_of_work) == {"administrator"}


def test_a_link_that_was_removed_ends_the_sign_in(
    app: Flask, signed_in: Visitor, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        person = accounts.find_person(session, "sam@example.nl")
        identities.unlink(session, person, actor_id=person.id, now=datetime.now(UTC))
        assert session.scalars(select(Identity)).all() == []
    assert not signed_in.is_signed_in


def test_another_provider_in_the_settings_ends_the_sign_ins_of_the_one_before(
    app: Flask, signed_in: Visitor, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.scalars(select(Identity)).one().issuer = "https://before.example"
    with time_machine.travel(datetime.now(UTC) + DUE):
        work(app)
        assert not signed_in.is_signed_in


def test_signing_out_while_a_check_is_under_way_stays_signed_out(
    app: Flask, signed_in: Visitor, identity_provider: IdentityProvider, unit_of_work: UnitOfWork
) -> None:
    identity_provider.seconds = 0.3
    with (
        identity_provider.failing("slow"),
        time_machine.travel(datetime.now(UTC) + DUE),
        ThreadPoolExecutor(1) as pool,
    ):
        check = pool.submit(work, app)
        assert submit(signed_in.client, "/sign-out", on="/").status_code == 303
        check.result()
    with unit_of_work() as session:
        assert session.scalars(select(SignIn)).all() == []


def test_a_changed_secret_ends_what_can_no_longer_be_asked(
    app: Flask, signed_in: Visitor, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.scalars(select(SignIn)).one().refresh_token = "c2VhbGVkIHdpdGggYW5vdGhlciBrZXk="
    with time_machine.travel(datetime.now(UTC) + DUE):
        work(app)
        assert not signed_in.is_signed_in


def test_erasing_somebody_forgets_who_they_are_there(
    signed_in: Visitor, unit_of_work: UnitOfWork
) -> None:
    from waardewerk.people import keeping

    with unit_of_work() as session:
        kept = keeping.export(session, "sam@example.nl")[0]
        assert kept["organisation_accounts"][0]["subject"] == "sam"
        keeping.erase(session, "sam@example.nl")
    with unit_of_work() as session:
        assert session.scalars(select(Identity)).all() == []
        assert session.scalars(select(SignIn)).all() == []
        assert session.scalars(select(Person.email)).all() == [None]
