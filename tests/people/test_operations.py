"""The rules about people, and their small pure modules."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from waardewerk import installation, jobs, mail
from waardewerk.audit import AuditEntry, entries_about
from waardewerk.installation import Grant
from waardewerk.people import keeping
from waardewerk.people.devices import device_of
from waardewerk.people.forms import PASSWORD_HELP
from waardewerk.people.guessing import network_of
from waardewerk.people.models import Link, Person, RoleAssignment, SignIn
from waardewerk.people.operations import accounts, inviting, leaving, passwords, rights, sign_ins
from waardewerk.people.queries import may, who_may
from waardewerk.refusal import Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk.testing import SignIn as SignInSomebody

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "email", "level"),
    [
        (" ", "a@example.nl", None),
        ("A", "", None),
        ("A", "a@b", None),
        ("A", "a@example.nl, b@example.nl", None),
        ("A", "a@example.nl\nBcc: b@example.nl", None),
        ("A", "a@example.nl", "king"),
    ],
)
def test_nobody_is_added_without_a_name_an_address_and_a_level_that_exist(
    unit_of_work: UnitOfWork, name: str, email: str, level: str | None
) -> None:
    with pytest.raises(Refusal), unit_of_work() as session:
        accounts.add_person(session, name=name, email=email, level=level, now=NOW)
    with unit_of_work() as session:
        assert session.scalars(select(Person)).all() == []


def test_an_address_has_one_account(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    a_person(name="Sam")
    with pytest.raises(Refusal, match=r"sam@example\.nl already"), unit_of_work() as session:
        accounts.add_person(session, name="S", email="SAM@example.nl ", level=None, now=NOW)


def test_a_role_that_does_not_exist_is_refused(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person()
    with pytest.raises(Refusal), unit_of_work() as session:
        rights.assign_roles(
            session, accounts.get_person(session, person.id), {"king"}, actor_id=None, now=NOW
        )


def test_the_last_administrator_stays_one(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    only = a_person("administrator")
    for remove in (
        lambda s, p: rights.assign_roles(s, p, set(), actor_id=only.id, now=NOW),
        lambda s, p: leaving.deactivate(s, p, actor_id=only.id, now=NOW),
        lambda s, p: leaving.erase_person(s, p, actor_id=only.id, now=NOW),
    ):
        with pytest.raises(Refusal, match="only administrator"), unit_of_work() as session:
            remove(session, accounts.get_person(session, only.id))
    with unit_of_work() as session:
        assert rights.has_administrator(session)


def test_somebody_who_was_let_go_does_not_count_as_administrator(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    one, other = a_person("administrator"), a_person("administrator")
    with unit_of_work() as session:
        leaving.deactivate(session, accounts.get_person(session, one.id), actor_id=None, now=NOW)
    with pytest.raises(Refusal), unit_of_work() as session:
        leaving.deactivate(session, accounts.get_person(session, other.id), actor_id=None, now=NOW)


def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    both = [a_person("administrator"), a_person("administrator")]
    start = threading.Barrier(2)

    def remove(person: Person) -> None:
        start.wait()
        try:
            with unit_of_work() as session:
                someone = accounts.get_person(session, person.id)
                leaving.deactivate(session, someone, actor_id=None, now=NOW)
        except Refusal:
            pass

    threads = [threading.Thread(target=remove, args=(person,)) for person in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work() as session:
        assert rights.has_administrator(session)
        active = session.scalars(select(Person).where(Person.is_active)).all()
        assert len(active) == 1


def test_roles_that_are_given_twice_at_once_are_given(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    someone = a_person(name="Noor")

    def assign(_time: int) -> None:
        with unit_of_work() as session:
            person = accounts.get_person(session, someone.id)
            rights.assign_roles(session, person, {"adviseur"}, actor_id=None, now=NOW)

    assert at_once(assign, range(4)) == [None] * 4
    with unit_of_work() as session:
        assert rights.roles_of(session, someone.id) == {"adviseur"}


def test_the_help_beside_a_password_tells_the_truth() -> None:
    assert f"At least {passwords.SHORTEST_PASSWORD} characters" in str(PASSWORD_HELP)


def test_every_change_of_a_person_is_in_the_audit_trail(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    a_person("administrator")
    someone = a_person({"respondent"}, level="political")
    with unit_of_work() as session:
        person = accounts.get_person(session, someone.id)
        accounts.change_person(
            session, person, name="B", level="executive", roles={"adviseur"}, actor_id=1, now=NOW
        )
        inviting.make_password_link(session, person, actor_id=1, now=NOW)
        leaving.deactivate(session, person, actor_id=1, now=NOW)
        leaving.reactivate(session, person, actor_id=1, now=NOW)
        leaving.erase_person(session, person, actor_id=1, now=NOW)
    with unit_of_work() as session:
        newest_first = [e.action for e in entries_about(session, f"person:{someone.id}")]
    assert newest_first == [
        "person.erased",
        "person.left",
        "person.returned",
        "person.left",
        "person.password_link",
        "person.roles",
        "person.changed",
        "person.roles",
    ]


def test_the_audit_trail_names_nobody(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    someone = a_person({"adviseur"}, name="Recognisable")
    with unit_of_work() as session:
        person = accounts.get_person(session, someone.id)
        accounts.change_person(
            session, person, name="Renamed", level=None, roles=set(), actor_id=1, now=NOW
        )
    with unit_of_work() as session:
        written = str([e.details for e in session.scalars(select(AuditEntry))]).lower()
    assert "recognisable" not in written
    assert "renamed" not in written


def test_erasing_leaves_a_number_and_nothing_else(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignInSomebody
) -> None:
    someone = a_person({"adviseur"}, name="Sam")
    client = sign_in(someone)
    with unit_of_work() as session:
        assert keeping.erase(session, "sam@example.nl") == 1
    with unit_of_work() as session:
        person = accounts.get_person(session, someone.id)
        left = (person.name, person.email, person.password_hash, person.level, person.is_active)
        assert left == ("–", None, None, None, False)
        assert session.scalars(select(RoleAssignment)).all() == []
        assert session.scalars(select(SignIn)).all() == []
        assert session.scalars(select(Link)).all() == []
        assert keeping.export(session, "sam@example.nl") == []
        assert keeping.erase(session, "sam@example.nl") == 0
    assert client.get("/account").status_code == 303


def test_accounts_are_erased_a_year_after_somebody_left(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    long_gone, just_gone, here = a_person(name="A"), a_person(name="B"), a_person(name="C")
    now = datetime.now(UTC)
    with unit_of_work() as session:
        for person, days in ((long_gone, 366), (just_gone, 364)):
            someone = accounts.get_person(session, person.id)
            leaving.deactivate(session, someone, actor_id=None, now=now - timedelta(days=days))
    with unit_of_work() as session:
        assert keeping.expire(session, keeping.KEEP) == 1
    with unit_of_work() as session:
        emails = [accounts.get_person(session, p.id).email for p in (long_gone, just_gone, here)]
    assert emails == [None, "b@example.nl", "c@example.nl"]


def test_mail_that_waits_for_somebody_goes_with_them(unit_of_work: UnitOfWork) -> None:
    now = datetime.now(UTC)
    with unit_of_work() as session:
        for address in ("sam@example.nl", "noor@example.nl"):
            mail.post(session, mail.Letter(to=address, subject="Hello", body="…"), now=now)
    with unit_of_work() as session:
        assert keeping.export_letters(session, "Sam@example.nl") == [{"subject": "Hello"}]
        assert keeping.erase_letters(session, "Sam@example.nl") == 1
        assert jobs.waiting(session, mail.JOB) == 1


def test_mail_that_could_not_be_sent_is_thrown_away_after_a_month(
    unit_of_work: UnitOfWork,
) -> None:
    letter = mail.Letter(to="sam@example.nl", subject="Hello", body="…")
    now = datetime.now(UTC)
    with unit_of_work() as session:
        for days in (31, 29, 31):
            mail.post(session, letter, now=now - timedelta(days=days))
    with unit_of_work() as session:
        for job in session.scalars(select(jobs.QueuedJob).order_by(jobs.QueuedJob.id).limit(2)):
            job.gave_up = True
    with unit_of_work() as session:
        assert keeping.expire_letters(session, keeping.KEEP_UNSENT) == 1
        assert len(keeping.export_letters(session, "sam@example.nl")) == 2


def test_ways_in_that_ended_are_forgotten(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignInSomebody
) -> None:
    sign_in(a_person())
    with unit_of_work() as session:
        assert sign_ins.forget_old_ways_in(session, datetime.now(UTC)) == 1  # the used link
        later = datetime.now(UTC) + timedelta(days=1)
        assert sign_ins.forget_old_ways_in(session, later) == 1  # the sign-in


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("curl/8.0", ""),
        ("", ""),
        ("\x00<script>", ""),
    ],
)
def test_a_browser_is_recognised_by_its_owner(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_who_commands_many_addresses_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network


@given(st.ip_addresses().map(str), st.text(max_size=60))
def test_any_address_has_a_network(address: str, nonsense: str) -> None:
    assert network_of(address)
    assert isinstance(network_of(nonsense), str)


def test_who_may_do_something_is_what_the_province_lets_roles_do(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    keeper, officer = a_person("beheerder"), a_person("civil_servant")
    left, nobody = a_person("civil_servant"), a_person()
    with unit_of_work() as session:
        session.get_one(Person, left.id).is_active = False
        session.add_all(
            [
                Grant(role="civil_servant", permission="admin.people", granted=True),
                Grant(role="administrator", permission="admin.people", granted=False),
            ]
        )
        installation.changed(session)
    with unit_of_work() as session:
        who = [keeper, officer, left, nobody]
        assert [may(session, one.id, "admin.people") for one in who] == [False, True, False, False]
        assert [one.id for one in who_may(session, "admin.people")] == [officer.id]
        assert not may(session, 2_000_000_000, "admin.people")
        assert not who_may(session, "no.such.permission")
