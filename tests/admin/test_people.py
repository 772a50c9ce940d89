"""Looking after people."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from waardewerk import i18n, jobs, mail
from waardewerk.audit import entries_about
from waardewerk.config import Config
from waardewerk.people.models import Person
from waardewerk.people.models import SignIn as Entered
from waardewerk.people.operations import accounts, passwords, rights
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, browser_of, csrf_token, submit

NEW = {
    "name": "Noor Bakker",
    "email": "noor@example.nl",
    "level": "civil_servant",
    "roles": ["adviseur", "beheerder"],
}
SHOWN_LINK = re.compile(r"http://localhost/link/[\w-]+")


def find(unit_of_work: UnitOfWork, email: str) -> Person | None:
    with unit_of_work() as session:
        return accounts.find_person(session, email)


def test_inviting_gives_an_account_and_a_link_that_is_shown_once(
    app: Flask, administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    response = submit(administrator, "/admin/people/invite", NEW)
    assert response.status_code == 303
    first, second = administrator.get(response.location), administrator.get(response.location)
    link = SHOWN_LINK.search(first.text)
    assert link is not None
    assert SHOWN_LINK.search(second.text) is None
    assert browser_of(app).get(link[0]).status_code == 200
    noor = find(unit_of_work, "noor@example.nl")
    with unit_of_work() as session:
        assert rights.roles_of(session, noor.id) == {"adviseur", "beheerder"}
        assert entries_about(session, f"person:{noor.id}")[0].actor_id == 1


def test_who_is_alone_here_is_asked_to_invite_somebody(administrator: FlaskClient) -> None:
    assert "Invite who begins with you" in administrator.get("/").text
    submit(administrator, "/admin/people/invite", NEW)
    assert "Invite who begins with you" not in administrator.get("/").text


def test_the_link_of_one_person_is_not_shown_on_the_page_of_another(
    administrator: FlaskClient, a_person: AddPerson
) -> None:
    other = a_person(name="Other")
    submit(administrator, "/admin/people/invite", NEW)
    assert SHOWN_LINK.search(administrator.get(f"/admin/people/{other.id}").text) is None


def test_what_was_typed_stays_when_something_is_wrong(administrator: FlaskClient) -> None:
    response = submit(administrator, "/admin/people/invite", {**NEW, "email": "noor"})
    assert response.status_code == 422
    assert "noor is not an e-mail address" in response.text
    assert 'value="Noor Bakker"' in response.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "a\x00b"},
        {"email": "a\x00@example.nl"},
        {"level": "king"},
        {"level": ""},
        {"roles": ["king"]},
        {"roles": ["administrator\x00"]},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_what_cannot_be_is_refused(
    administrator: FlaskClient, unit_of_work: UnitOfWork, wrong: dict[str, str]
) -> None:
    response = submit(administrator, "/admin/people/invite", {**NEW, **wrong})
    assert response.status_code == 422
    assert find(unit_of_work, "noor@example.nl") is None


def test_without_a_mail_server_no_letter_waits_for_one(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    assert "no mail server is set" in administrator.get("/admin/people/invite").text
    submit(administrator, "/admin/people/invite", NEW)
    with unit_of_work() as session:
        assert jobs.waiting(session, mail.JOB) == 0


class TestWithAMailServer:
    """The invitation leaves by mail too."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        address = "http://waardewerk.example.nl"
        return config.model_copy(update={"smtp_host": "mail.invalid", "base_url": address})

    def the_letter(self, unit_of_work: UnitOfWork) -> dict[str, str]:
        with unit_of_work() as session:
            waiting = select(jobs.QueuedJob.payload).where(jobs.QueuedJob.name == mail.JOB)
            (letter,) = session.scalars(waiting)
        return letter

    def test_a_forged_host_header_does_not_reach_the_link(
        self, app: Flask, administrator: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        token = csrf_token(administrator, "/admin/people/invite")
        cookies = "; ".join(
            f"{name}={administrator.get_cookie(name).value}" for name in ("waardewerk", "session")
        )
        forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Cookie": cookies}
        response = app.test_client(use_cookies=False).post(
            "/admin/people/invite", data={**NEW, "csrf_token": token}, headers=forged
        )
        assert response.status_code == 303
        letter = self.the_letter(unit_of_work)
        assert letter["to"] == "noor@example.nl"
        assert "http://waardewerk.example.nl/link/" in letter["body"]
        assert "evil.example" not in str(letter)

    def test_the_letter_speaks_the_language_of_the_installation(
        self, app: Flask, administrator: FlaskClient, unit_of_work: UnitOfWork
    ) -> None:
        submit(administrator, "/admin/people/invite", NEW)
        with app.app_context():
            i18n.speak("nl")
            dutch = i18n.gettext("Your invitation for %(organisation)s", organisation="Waardewerk")
        assert self.the_letter(unit_of_work)["subject"] == dutch


def test_changing_somebody(
    administrator: FlaskClient, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    someone = a_person({"respondent"}, level="political", name="Sam")
    fields = {"name": "Sam Visser", "level": "none", "roles": ["aanjager"]}
    response = submit(administrator, f"/admin/people/{someone.id}", fields)
    assert response.status_code == 303
    with unit_of_work() as session:
        person = accounts.get_person(session, someone.id)
        assert (person.name, person.level) == ("Sam Visser", None)
        assert rights.roles_of(session, someone.id) == {"aanjager"}


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(
    administrator: FlaskClient, a_person: AddPerson, sign_in: SignIn
) -> None:
    other = a_person("administrator", name="Other")
    client = sign_in(other)
    assert client.get("/admin/people/").status_code == 200
    fields = {"name": "Other", "level": "civil_servant"}
    submit(administrator, f"/admin/people/{other.id}", fields)
    assert client.get("/admin/people/").status_code == 403


def test_the_last_administrator_cannot_be_removed(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    fields = {"name": "Ada", "level": "civil_servant", "roles": ["adviseur"]}
    assert submit(administrator, "/admin/people/1", fields).status_code == 422
    for button in ("let-go", "erase"):
        response = submit(administrator, f"/admin/people/1/{button}", on="/admin/people/1")
        assert response.status_code == 422
        assert "only administrator" in response.text
    with unit_of_work() as session:
        assert rights.has_administrator(session)


def test_letting_go_and_back_in(
    administrator: FlaskClient, a_person: AddPerson, sign_in: SignIn
) -> None:
    someone = a_person({"adviseur"}, name="Sam")
    client = sign_in(someone)
    page = f"/admin/people/{someone.id}"
    assert submit(administrator, f"{page}/let-go", on=page).status_code == 303
    assert "Let go, cannot sign in" in administrator.get(page).text
    assert client.get("/account").status_code == 303
    assert submit(administrator, f"{page}/link", on=page).status_code == 422
    assert submit(administrator, f"{page}/let-in", on=page).status_code == 303
    assert sign_in(someone).get("/account").status_code == 200


def test_a_new_link_for_who_forgot_the_password(
    app: Flask, administrator: FlaskClient, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    someone = a_person(name="Sam")
    with unit_of_work() as session:
        accounts.get_person(session, someone.id).password_hash = passwords.hasher.hash("forgotten")
    page = f"/admin/people/{someone.id}"
    made = submit(administrator, f"{page}/link", on=page)
    link = SHOWN_LINK.search(administrator.get(made.location).text)
    assert "Choose a new password" in browser_of(app).get(link[0]).text


def test_erasing_names_what_is_lost_and_then_it_is_gone(
    administrator: FlaskClient, a_person: AddPerson, unit_of_work: UnitOfWork
) -> None:
    someone = a_person({"adviseur"}, name="Sam")
    page = f"/admin/people/{someone.id}"
    confirm = administrator.get(f"{page}/erase").text
    assert "Erase everything about Sam" in confirm
    assert "(1 record)" in confirm
    assert find(unit_of_work, "sam@example.nl") is not None
    assert submit(administrator, f"{page}/erase").status_code == 303
    assert find(unit_of_work, "sam@example.nl") is None
    assert administrator.get(page).status_code == 404
    assert administrator.get(f"{page}/erase").status_code == 404
    assert submit(administrator, f"{page}/erase", on="/admin/people/1").status_code == 404
    assert submit(administrator, f"{page}/let-in", on="/admin/people/1").status_code == 404
    with unit_of_work() as session:
        assert entries_about(session, f"person:{someone.id}")[0].action == "person.erased"


def test_somebody_who_does_not_exist(administrator: FlaskClient) -> None:
    for number in ("999", "2147483648", "99999999999999999999"):
        assert administrator.get(f"/admin/people/{number}").status_code == 404


def test_the_list_shows_role_level_and_state(
    administrator: FlaskClient, a_person: AddPerson
) -> None:
    a_person({"beheerder"}, level="executive", name="Sam Visser")
    page = administrator.get("/admin/people/").text
    for text in ("Sam Visser", "Executive", "Keeper", "invited", "Ada", "Administrator"):
        assert text in page


def test_whoever_has_no_role_is_said_to_see_only_the_first_page(
    administrator: FlaskClient, a_person: AddPerson
) -> None:
    said = "sees only the first page and the own account"
    assert f"Without a role somebody {said}" in administrator.get("/admin/people/invite").text
    without, with_one = a_person(name="Sam"), a_person("adviseur", name="Robin")
    assert f"Sam has no role, and so {said}" in page_of(administrator, without)
    assert "has no role" not in page_of(administrator, with_one)


def page_of(administrator: FlaskClient, person: Person) -> str:
    return administrator.get(f"/admin/people/{person.id}").text


def test_who_came_in_with_a_link_is_no_longer_only_invited(
    administrator: FlaskClient, a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    sam = a_person("adviseur", name="Sam")
    sign_in(sam)
    with unit_of_work() as session:
        session.get_one(Person, sam.id).password_hash = None
    assert "invited" not in administrator.get("/admin/people/").text
    page = page_of(administrator, sam)
    assert "Can sign in" in page
    assert "Make a new invitation" in page
    with unit_of_work() as session:
        session.execute(delete(Entered).where(Entered.person_id == sam.id))
    assert "invited" in administrator.get("/admin/people/").text
