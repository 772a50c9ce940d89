"""Pages for those who hold rounds: list, prepare, set up, move on, map, reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from waardewerk.i18n import day_of
from waardewerk.testing import AddPerson, SignIn, SignInAs, submit
from waardewerk_participation import plugin, sections
from waardewerk_participation.models import Outreach, Reach, Round, StakeholderGroup
from waardewerk_participation.operations import stakeholders
from waardewerk_participation.operations.stakeholders import Group
from waardewerk_participation.queries.rounds import background_questions

from .conftest import OwnRounds
from .setting_up import NOW

WORDS: dict[str, Any] = {"actor_id": None, "now": NOW}
FORM = {
    "title": "Cameras at the bus stop",
    "question": "What do you think of it?",
    "slug": "cameras",
    "language": "en",
    "also_in": "nl",
    "joining": "open",
    "moderation": "before",
    "quota": "3",
    "key_days": "30",
    "keep_months": "12",
    "opens_at": "2099-02-01T09:00",
    "closes_at": "2099-03-01T17:00",
}


@pytest.fixture
def holder(sign_in_as: SignInAs) -> FlaskClient:
    """Give the browser of who holds rounds."""
    return sign_in_as("adviseur")


def the_round(rounds: OwnRounds) -> Round:
    with rounds.work() as session:
        return rounds.get(session)


def test_a_round_is_prepared_on_one_screen_in_dutch_time(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    sent = submit(holder, "/participation/new", FORM)
    assert sent.status_code == 303
    assert sent.location == "/participation/cameras/"
    found = the_round(own_rounds)
    assert found.languages == ["en", "nl"]
    assert (found.closes_at or NOW).isoformat() == "2099-03-01T16:00:00+00:00"
    page = holder.get("/participation/cameras/").text
    assert "Nobody sees the round yet" in page
    assert "Write at least one statement" in page
    assert "Cameras at the bus stop" in holder.get("/participation/").text


def test_the_missing_hour_is_refused_beside_its_field(holder: FlaskClient) -> None:
    sent = submit(holder, "/participation/new", {**FORM, "closes_at": "2099-03-29T02:30"})
    assert sent.status_code == 422
    assert "Choose 03:00 or later" in sent.text
    assert 'value="2099-03-29T02:30"' in sent.text, "what was typed is still there"


def test_the_hour_that_comes_twice_is_the_later_one_and_that_is_said(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    sent = submit(holder, "/participation/new", {**FORM, "closes_at": "2099-10-25T02:30"})
    assert (the_round(own_rounds).closes_at or NOW).isoformat() == "2099-10-25T01:30:00+00:00"
    assert "02:30 comes twice. The later one is meant now." in holder.get(sent.location).text


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"slug": "A b"},
        {"closes_at": ""},
        {"closes_at": "yesterday"},
        {"closes_at": "9999-12-31T23:59"},
        {"joining": "everybody"},
        {"language": "xx"},
        {"also_in": "xx"},
        {"quota": "lots"},
        {"quota": "-1"},
        {"key_days": "6"},
        {"key_days": "91"},
        {"keep_months": ""},
        {"keep_months": "61"},
        {"title": "a\x00"},
        {"closes_at": "2099-01-01T09:00"},
    ],
)
def test_what_is_filled_in_wrong_is_said_and_kept(
    holder: FlaskClient, changes: dict[str, str]
) -> None:
    sent = submit(holder, "/participation/new", {**FORM, **changes})
    assert sent.status_code == 422
    assert "not right yet" in sent.text
    assert "What do you think of it?" in sent.text


def test_a_round_says_when_its_key_and_its_votes_go(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    page = holder.get("/participation/new").text
    assert 'value="30"' in page
    assert 'value="12"' in page
    submit(holder, "/participation/new", {**FORM, "key_days": "7", "keep_months": "60"})
    found = the_round(own_rounds)
    assert (found.key_days, found.keep_months) == (7, 60)
    changed = {**FORM, "revision": "1", "key_days": "90", "keep_months": "1"}
    assert submit(holder, "/participation/cameras/setup", changed).status_code == 303
    found = the_round(own_rounds)
    assert (found.key_days, found.keep_months) == (90, 1)


def test_the_set_up_shows_what_is_stored_and_changes_it(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    submit(holder, "/participation/new", {**FORM, "closes_at": "2099-07-01T17:00"})
    page = holder.get("/participation/cameras/setup").text
    assert 'value="2099-07-01T17:00"' in page
    changed = {**FORM, "revision": "1", "joining": "code"}
    assert submit(holder, "/participation/cameras/setup", changed).status_code == 303
    assert the_round(own_rounds).joining == "code"
    refused = submit(holder, "/participation/cameras/setup", {**changed, "joining": "named"})
    assert refused.status_code == 422
    assert "Somebody else changed this round" in refused.text


def test_the_next_step_says_what_stands_still_before_it_is_taken(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    own_rounds.open(phase="prepare")
    page = holder.get("/participation/cameras/next").text
    assert "From then on this stands still" in page
    assert the_round(own_rounds).phase == "prepare", "looking moves nothing"
    sent = submit(holder, "/participation/cameras/next", {"to": "vote"})
    assert sent.status_code == 303
    assert the_round(own_rounds).phase == "vote"


@pytest.mark.parametrize(
    ("round_is", "says", "leads_to"),
    [
        ({"statements": 0}, "Write at least one statement", "statements"),
        ({"joining": "code"}, "without a code nobody can take part", "letters"),
    ],
)
def test_a_step_that_cannot_be_taken_has_no_button_and_leads_to_what_is_missing(
    holder: FlaskClient,
    own_rounds: OwnRounds,
    round_is: dict[str, Any],
    says: str,
    leads_to: str,
) -> None:
    own_rounds.open(phase="prepare", **round_is)
    page = holder.get("/participation/cameras/next").text
    assert says in page
    assert f'href="/participation/cameras/{leads_to}"' in page
    assert 'name="to"' not in page
    refused = submit(holder, "/participation/cameras/next", {"to": "vote"})
    assert refused.status_code == 409
    assert "Somebody else" not in refused.text


def test_what_a_round_can_open_without_is_said_before_it_opens(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    own_rounds.open(phase="prepare", statements=1)
    page = holder.get("/participation/cameras/next").text
    for says, leads_to in (
        ("The dossier is empty", "dossier"),
        ("Nobody wrote down who is touched", "groups"),
        ("There is 1 statement. With 15 to 30", "statements"),
    ):
        assert says in page
        assert f'href="/participation/cameras/{leads_to}"' in page
    assert 'name="to"' in page, "a remark stops nobody"


@pytest.mark.parametrize("page", ["statements", "paper", "setup", "dossier"])
def test_a_language_in_which_the_site_is_not_offered_has_its_own_name_too(
    holder: FlaskClient, own_rounds: OwnRounds, page: str
) -> None:
    own_rounds.open(languages=["en", "fy"])
    assert "Frysk" in holder.get(f"/participation/cameras/{page}").text


def test_a_link_to_what_is_missing_is_for_who_may_go_there(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open(phase="prepare", statements=1)
    page = sign_in_as("civil_servant").get("/participation/cameras/").text
    assert "The dossier is empty" in page
    assert 'href="/participation/cameras/dossier"' not in page


def test_while_votes_are_checked_nobody_is_sent_to_a_result_that_is_not_there(
    holder: FlaskClient, own_rounds: OwnRounds
) -> None:
    own_rounds.open(phase="analyse")
    own_rounds.joins("somebody")
    page = holder.get("/participation/cameras/").text
    assert "Look at the result" not in page
    assert "at that moment the result is published" in page
    assert "The result is not there yet" in holder.get("/participation/cameras/next").text


@pytest.mark.parametrize("to", ["closed", "prepare", "nonsense", "answer"])
def test_a_step_that_is_not_the_next_is_refused(
    holder: FlaskClient, own_rounds: OwnRounds, to: str
) -> None:
    own_rounds.open()
    sent = submit(holder, "/participation/cameras/next", {"to": to})
    assert sent.status_code == 409
    assert the_round(own_rounds).phase == "vote"


def test_who_may_not_answer_cannot_close_a_round(
    sign_in_as: SignInAs, own_rounds: OwnRounds
) -> None:
    own_rounds.open(phase="answer")
    administrator = sign_in_as("administrator")
    assert "Close the round" not in administrator.get("/participation/cameras/").text
    assert administrator.get("/participation/cameras/next").status_code == 403
    adviser = sign_in_as("adviseur")
    assert submit(adviser, "/participation/cameras/next", {"to": "closed"}).status_code == 303
    assert adviser.get("/participation/cameras/next").status_code == 409


@pytest.mark.parametrize(
    "path", ["", "new", "cameras/setup", "cameras/dossier", "cameras/groups", "cameras/next"]
)
def test_who_is_not_signed_in_sees_none_of_it(
    client: FlaskClient, own_rounds: OwnRounds, path: str
) -> None:
    own_rounds.open()
    assert client.get(f"/participation/{path}").status_code in {401, 302, 303}


def test_who_only_reads_sees_the_round_and_no_forms(
    sign_in_as: SignInAs, own_rounds: OwnRounds
) -> None:
    own_rounds.open(phase="prepare")
    reader = sign_in_as("civil_servant")
    page = reader.get("/participation/cameras/").text
    assert "/participation/cameras/setup" not in page
    assert "Open the vote" not in page
    assert reader.get("/participation/cameras/inclusion").status_code == 200
    for path in ("new", "cameras/setup", "cameras/dossier", "cameras/groups", "cameras/texts/en"):
        assert reader.get(f"/participation/{path}").status_code == 403


def test_imported_open_data_has_no_pages_here(
    holder: FlaskClient, own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open(is_imported=True, phase="closed")
    assert holder.get("/participation/cameras/").status_code == 404
    assert client.get("/r/cameras/dossier").status_code == 404
    assert "No round yet" in holder.get("/participation/").text


def test_the_map_is_made_on_its_pages(
    holder: FlaskClient, own_rounds: OwnRounds, a_person: AddPerson
) -> None:
    own_rounds.open()
    owner = a_person(name="Olaf Outreach")
    path = "/participation/cameras/groups"
    assert submit(holder, f"{path}/questions", {"name": "age"}, on=path).status_code == 303
    with own_rounds.work() as session:
        question = background_questions(session, own_rounds.get(session))[0].id
    group = {
        "name": "Young people",
        "touched": "3",
        "owner_id": str(owner.id),
        "expected_share": "30",
        "shows_by": f"{question}:to-29",
    }
    assert submit(holder, f"{path}/new", group).status_code == 303
    page = holder.get(path).text
    assert "Touches them: hard. Sees to it: Olaf Outreach." in " ".join(page.split())
    with own_rounds.work() as session:
        row = session.scalars(select(StakeholderGroup)).one()
        mark = stakeholders.mark_of_group(row)
    changed = {**group, "touched": "1", "mark": mark}
    assert submit(holder, f"{path}/{row.id}", changed).status_code == 303
    worded = {"label_en": "Age?", "options_en": "Young\nOld", "label_nl": "Leeftijd?"}
    refused = submit(holder, f"{path}/questions/{question}", {**worded, "options_nl": "Jong"})
    assert refused.status_code == 422
    assert "Write the same number of answers" in refused.text
    sent = submit(holder, f"{path}/questions/{question}", {**worded, "options_nl": "Jong\nOud"})
    assert sent.status_code == 303
    assert submit(holder, f"{path}/{row.id}/remove", on=f"{path}/{row.id}").status_code == 303
    sent = submit(holder, f"{path}/questions/{question}/remove", on=path)
    assert sent.status_code == 303
    assert "No groups yet" in holder.get(path).text


@pytest.mark.parametrize(
    "changes",
    [
        {"touched": "9"},
        {"touched": ""},
        {"name": ""},
        {"owner_id": "999"},
        {"shows_by": "1:x"},
        {"shows_by": "x"},
        {"expected_share": "101"},
    ],
)
def test_a_group_that_is_filled_in_wrong_is_refused(
    holder: FlaskClient, own_rounds: OwnRounds, changes: dict[str, str]
) -> None:
    own_rounds.open()
    given = {"name": "Young people", "touched": "3", "owner_id": "0", "shows_by": "", **changes}
    assert submit(holder, "/participation/cameras/groups/new", given).status_code == 422


def test_a_silent_group_asks_for_somebody_until_something_is_planned(
    holder: FlaskClient, own_rounds: OwnRounds, a_person: AddPerson
) -> None:
    own_rounds.open()
    owner = a_person(name="Olaf Outreach")
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        question = stakeholders.ask_background(session, found, "age", **WORDS)
        young = Group(
            name="Young", touched=3, expected_share=30, question_id=question.id, option="to-29"
        )
        group_id = stakeholders.add_group(session, found, young, **WORDS).id
        counts = {str(question.id): {"to-29": 6, "to-49": 94, "to-69": 60, "from-70": 40}}
        session.add(Reach(round_id=found.id, counted_at=NOW, people=200, counts=counts))
    assert "1 group stays silent" in holder.get("/").text
    page = holder.get("/participation/cameras/inclusion").text
    assert "stays silent" in page
    assert "Expected: 30%. Reached: 3 %." in " ".join(page.split())
    plan = {"what": "Go to school.", "owner_id": str(owner.id), "due": "2099-01-01"}
    sent = submit(holder, f"/participation/cameras/inclusion/{group_id}", plan)
    assert sent.status_code == 303
    assert "stays silent, and" not in holder.get("/").text
    with own_rounds.work() as session:
        number = session.scalars(select(Outreach.id)).one()
    done = f"/participation/cameras/inclusion/plans/{number}/done"
    assert submit(holder, done, on="/participation/cameras/inclusion").status_code == 303
    assert "1 group stays silent" in holder.get("/").text, "it did not help yet"


def test_rounds_that_wait_and_answers_that_are_late_ask_on_the_first_page(
    holder: FlaskClient, own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    yesterday = day_of(NOW - timedelta(2))
    own_rounds.open("late", phase="answer", title="The late one", answer_by=yesterday)
    own_rounds.open("ready", phase="analyse", title="The one to look at")
    own_rounds.open("fine", phase="vote", title="The one that goes on")
    own_rounds.open("over", phase="closed", title="The closed one", answer_by=yesterday)
    page = holder.get("/").text
    assert "The late one" in page
    assert "it is late" in page
    assert "The one to look at" in page
    assert "The one that goes on" not in page
    assert "The closed one" not in page
    assert "The late one" not in sign_in_as("civil_servant").get("/").text


def test_every_page_of_a_round_that_is_listed_exists(app: Flask, own_rounds: OwnRounds) -> None:
    own_rounds.open()
    known = {permission.key for permission in plugin.register_permissions()}
    assert {one.permission for one in sections.SECTIONS} <= known
    mine = {"setup", "dossier", "groups", "inclusion"}
    assert {f"participation.{name}" for name in mine} <= set(app.view_functions)


def test_who_is_erased_is_forgotten_with_the_round_that_stays(
    own_rounds: OwnRounds, a_person: AddPerson, sign_in: SignIn
) -> None:
    from waardewerk.events import PersonErased

    person = a_person("adviseur")
    submit(sign_in(person), "/participation/new", FORM)
    with own_rounds.work() as session:
        plugin.handle_event(PersonErased(session=session, person_id=person.id, email=person.email))
    assert the_round(own_rounds).made_by is None


def test_a_round_has_one_lens_on_its_plan(own_rounds: OwnRounds, sign_in_as: SignInAs) -> None:
    officer = sign_in_as("civil_servant")
    path = f"/participation/{own_rounds.open()}/"
    assert submit(sign_in_as("respondent"), f"{path}lens", on="/account").status_code == 403
    assert "Look at this plan through our values" in officer.get(path).text
    first = submit(officer, f"{path}lens", on=path)
    second = submit(officer, f"{path}lens", on="/account")
    assert first.location == second.location
    assert first.location in officer.get(path).text
    assert f'href="{path}"' in officer.get(first.location).text


def test_a_signal_names_the_round_that_it_comes_from(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    found = the_round(own_rounds)
    officer, guest = sign_in_as("civil_servant"), sign_in_as("respondent")
    page = officer.get(f"/participation/{found.slug}/").text
    assert f"from=participation.round:{found.id}" in page.replace("%3A", ":")
    path = f"/values/signal/missing?from=participation.round:{found.id}"
    assert found.title in officer.get(path).text
    assert found.title not in guest.get(path).text
    with own_rounds.work() as session:
        own_rounds.get(session).is_imported = True
    assert found.title not in officer.get(path).text
