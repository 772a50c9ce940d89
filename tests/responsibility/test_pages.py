"""What people do and see on the pages; the rules have tests of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from waardewerk import i18n, jobs, mail
from waardewerk.config import Config
from waardewerk.people.models import Person
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, csrf_token, submit

from .conftest import A_DAY, TODAY, Province, by, function

PLACED = {
    "title": "Drives digital ethics",
    "function": "Head of information",
    "holder": "",
    "deputy": "",
    "since": TODAY.isoformat(),
}


@pytest.fixture
def keeper(sign_in: SignIn, province: Province) -> FlaskClient:
    """Give the browser of who keeps the register."""
    return sign_in(province.keeper)


def test_the_register_begins_with_questions_and_no_mark(keeper: FlaskClient) -> None:
    page = keeper.get("/responsibility/").text
    assert "Who in the council keeps digital ethics on the agenda?" in page
    assert page.count("Not placed yet: ") >= 7
    assert "%" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_question_is_answered_and_shows_who_and_since_when(keeper: FlaskClient) -> None:
    path = "/responsibility/place?question=aanjager"
    made = submit(keeper, path, PLACED)
    assert made.status_code == 303
    assert "Head of information" in keeper.get(made.location).text
    page = keeper.get("/responsibility/").text
    assert "Head of information" in page
    assert "Not placed yet: “Who drives it?”" not in page


def test_something_of_ones_own_stands_at_its_level(keeper: FlaskClient) -> None:
    own = {**PLACED, "title": "Looks at sensors", "level": "executive", "role": "other"}
    assert submit(keeper, "/responsibility/place", own).status_code == 303
    page = keeper.get("/responsibility/").text
    executive = page.partition('id="level-executive"')[2].partition("<section")[0]
    assert "Looks at sensors" in executive


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"since": "yesterday"},
        {"holder": "person:999"},
        {"holder": "person:x"},
        {"holder": "king:1"},
        {"holder": "", "function": ""},
        {"level": "king"},
        {"role": "king"},
        {"deputy": "person:99999999999999"},
        {"function": "a\x00b"},
        {"until": "2000-01-01"},
    ],
    ids=str,
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    keeper: FlaskClient, wrong: dict[str, str]
) -> None:
    own = {**PLACED, "level": "executive", "role": "other", "mandate": "One day a week", **wrong}
    response = submit(keeper, "/responsibility/place", own)
    assert response.status_code == 422
    assert "One day a week" in response.text


def test_a_stale_change_gives_both_back(province: Province, keeper: FlaskClient) -> None:
    number = province.place(function("Clerk"))
    path = f"/responsibility/held/{number}/change"
    token = csrf_token(keeper, path)
    first = keeper.post(path, data={**PLACED, "csrf_token": token, "mandate": "First"})
    second = keeper.post(path, data={**PLACED, "csrf_token": token, "mandate": "Second"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Second" in second.text
    assert "First" in keeper.get(first.location).text
    assert "This is how it was" in keeper.get(f"/responsibility/held/{number}").text


def test_the_history_tells_who_took_over_from_whom(
    province: Province, keeper: FlaskClient, asker: Person, a_person: AddPerson
) -> None:
    province.place(by(asker))
    heir = a_person(name="Hera")
    province.let_go(asker)
    assert "Vera Vraagt left" in keeper.get("/").text
    path = f"/responsibility/leaving/{asker.id}"
    assert path in keeper.get("/responsibility/leaving/").text
    handed = submit(
        keeper,
        path,
        {
            "which": ["1"],
            "holder": f"person:{heir.id}",
            "from_day": TODAY.isoformat(),
            "agreed": "The blue folder.",
        },
    )
    assert handed.status_code == 303
    assert "No responsibility is left here" in keeper.get(path).text
    history = keeper.get("/responsibility/history").text
    assert "handed over from Vera Vraagt to Hera" in history
    assert "The blue folder." in history
    assert "Vera Vraagt left" not in keeper.get("/").text


def test_handing_over_nothing_or_what_is_not_there_is_said(
    province: Province, keeper: FlaskClient, asker: Person
) -> None:
    province.place(by(asker))
    path = f"/responsibility/leaving/{asker.id}"
    fields = {"holder": "", "function": "Clerk", "from_day": TODAY.isoformat(), "agreed": "Yes"}
    for which in ([], ["999"], ["x"]):
        assert submit(keeper, path, {**fields, "which": which}).status_code == 422


def test_somebody_tells_that_they_leave_and_the_keeper_finds_it_filled_in(
    province: Province, keeper: FlaskClient, asker: Person, sign_in: SignIn, a_person: AddPerson
) -> None:
    province.place(by(asker))
    heir = a_person(name="Hera")
    own = sign_in(asker)
    assert "/responsibility/leaving/mine" in own.get("/account").text
    day = (TODAY + 30 * A_DAY).isoformat()
    told = {"leaves_on": day, "successor": f"person:{heir.id}", "words": "The blue folder."}
    assert submit(own, "/responsibility/leaving/mine", told).status_code == 303
    assert "Vera Vraagt leaves" in keeper.get("/").text
    form = keeper.get(f"/responsibility/leaving/{asker.id}").text
    assert f'selected value="person:{heir.id}"' in form
    assert f'value="{day}"' in form
    stayed = submit(own, "/responsibility/leaving/mine/stay", on="/responsibility/leaving/mine")
    assert stayed.status_code == 303
    assert "Vera Vraagt leaves" not in keeper.get("/").text


def test_a_body_is_founded_filled_and_changed(keeper: FlaskClient) -> None:
    text = {"kind": "think_tank", "name": "Tank", "purpose": "Talk about cases"}
    made = submit(keeper, "/responsibility/bodies/new", text)
    assert made.status_code == 303
    assert "No intended result" in keeper.get(made.location).text
    members = f"{made.location}/members"
    seat = {"person": "", "name": "Expert", "function": "University", "since": TODAY.isoformat()}
    assert submit(keeper, members, seat).status_code == 303
    assert submit(keeper, members, {**seat, "name": ""}).status_code == 422
    changed = {**text, "intended_result": "People come.", "builds_on": "1"}
    assert submit(keeper, f"{made.location}/change", changed).status_code == 303
    page = keeper.get(made.location).text
    assert "No intended result" not in page
    assert "Expert" in page
    stale = submit(keeper, f"{made.location}/change", {**changed, "purpose": "Other"})
    assert stale.status_code == 409
    assert "Other" in stale.text


def test_who_only_reads_sees_no_buttons(sign_in_as: SignInAs, province: Province) -> None:
    number = province.place(function("Clerk"))
    body = province.body()
    reader = sign_in_as("civil_servant")
    for path in ("/responsibility/", f"/responsibility/held/{number}"):
        page = reader.get(path).text
        assert "/responsibility/place" not in page
        assert "/change" not in page
    assert "/members" not in reader.get(f"/responsibility/bodies/{body}").text


ASKED = {"title": "Cameras that count", "about": "On the bridge", "question": "Do we want to?"}


class TestWithAMailServer:
    """Advisers and the asker get a letter, in the language of the installation."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"smtp_host": "mail.invalid"})

    def letters(self, work: UnitOfWork) -> list[dict[str, str]]:
        with work() as session:
            waiting = select(jobs.QueuedJob.payload).where(jobs.QueuedJob.name == mail.JOB)
            return list(session.scalars(waiting.order_by(jobs.QueuedJob.id)))

    def test_each_step_tells_who_must_know_and_nobody_else(
        self,
        app: Flask,
        unit_of_work: UnitOfWork,
        asker: Person,
        advisers: tuple[Person, Person],
        sign_in: SignIn,
    ) -> None:
        one, other, own = sign_in(advisers[0]), sign_in(advisers[1]), sign_in(asker)
        asked = submit(own, "/advice/ask", ASKED)
        assert asked.status_code == 303
        page = asked.location
        taken = {"owner": advisers[0].id, "answer_by": (TODAY + A_DAY).isoformat()}
        submit(one, f"{page}/take-up", taken)
        text = {"text": "No.", "follow_up": "Head of roads", "builds_on": "0"}
        assert submit(one, f"{page}/answer", text).status_code == 303
        assert "No." not in own.get(page).text
        signed = submit(other, f"{page}/sign", {"answer": "1"}, on=page)
        assert signed.status_code == 303
        sent = self.letters(unit_of_work)
        assert [letter["to"] for letter in sent] == [
            advisers[0].email,
            advisers[1].email,
            advisers[1].email,
            asker.email,
        ]
        with app.app_context():
            i18n.speak("nl")
            subject = i18n.gettext("Your question was answered: %(title)s", title=ASKED["title"])
        assert sent[-1]["subject"] == subject
        assert f"http://localhost{page}" in sent[-1]["body"]
        assert "bridge" not in str(sent)
        assert "No." in own.get(page).text


def test_the_first_page_tells_the_asker_until_it_was_read(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.answer(asker, *advisers)
    own = sign_in(asker)
    assert "The answer to your question is there." in own.get("/").text
    page = f"/advice/{request}"
    assert submit(own, f"{page}/read", on=page).status_code == 303
    assert "The answer to your question is there." not in own.get("/").text


def test_who_learns_from_an_answer_does_not_learn_who_asked(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.answer(asker, *advisers)
    page = f"/advice/{request}"
    reader = sign_in(province.add("civil_servant", name="Lies Lezer"))
    assert reader.get(page).status_code == 404
    for person in (asker, advisers[1]):
        submit(sign_in(person), f"{page}/share", {"shared": "yes"}, on=page)
    shown = reader.get(page).text
    assert "Not with cameras" in shown
    assert "Ada Adviseur" in shown
    assert "Vera" not in shown
    assert "Cameras that count" in reader.get("/advice/").text
    assert reader.get(f"{page}/request.json").status_code == 404


def test_an_adviser_brings_in_and_sees_it_otherwise(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    page = f"/advice/{request}"
    one = sign_in(advisers[0])
    assert submit(one, f"{page}/contribute", {"words": ""}, on=page).status_code == 422
    submit(one, f"{page}/contribute", {"words": "Who is on the bridge?", "as": "thought"}, on=page)
    province.write(request, advisers[1])
    submit(one, f"{page}/contribute", {"words": "A wire counts too.", "as": "dissent"}, on=page)
    shown = one.get(page).text
    assert "Who is on the bridge?" in shown
    assert "Ada Adviseur sees it otherwise" in shown
    assert "Who is on the bridge?" not in sign_in(asker).get(page).text


def test_a_request_is_offered_and_what_came_back_is_written_down(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.answer(asker, *advisers)
    page = f"/advice/{request}"
    one = sign_in(advisers[0])
    late = {"offered_on": (TODAY + timedelta(days=2)).isoformat()}
    assert submit(one, f"{page}/offer", late).status_code == 422
    assert submit(one, f"{page}/offer", {"offered_on": TODAY.isoformat()}).status_code == 303
    back = {"returned_on": TODAY.isoformat(), "words": "Others count with a wire."}
    assert submit(one, f"{page}/offers/1", back).status_code == 303
    assert submit(one, f"{page}/offers/1", {**back, "words": ""}).status_code == 422
    assert "Others count with a wire." in sign_in(asker).get(page).text
    other = province.answer(asker, *advisers, title="Another")
    assert one.get(f"/advice/{other}/offers/1").status_code == 404


def test_a_place_that_nobody_may_read_needs_a_sign_in(client: FlaskClient) -> None:
    assert client.get("/responsibility/register.pdf").location.startswith("/sign-in")
