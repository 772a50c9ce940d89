"""Taking part, as a citizen does it: from the first page to the last statement."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select, text
from werkzeug.test import TestResponse

from waardewerk.i18n import day_of
from waardewerk.notation import codes
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, browser_of
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Code,
    CodeBatch,
    Participant,
    Round,
    Statement,
    Translation,
    Vote,
)

from .conftest import NOW, OwnRounds

AT = "/r/cameras/"
FIELD = re.compile(r'<input[^>]*name="(form_token|nonce|statement)"[^>]*value="([^"]*)"')


def fields_of(response: TestResponse) -> dict[str, str]:
    """Read what the forms on a page send along; of a card the statement it is about."""
    shown = response.text
    card = shown[shown.find('id="card"') :]
    return dict(reversed(FIELD.findall(card if 'id="card"' in shown else shown)))


def content_of(response: TestResponse) -> str:
    """Return a page without the links to all pages of the round."""
    return response.text.partition("<main")[2]


def join(client: FlaskClient) -> TestResponse:
    """Say *Take part*, and be at the first statement."""
    return client.post(f"{AT}join", follow_redirects=True)


def vote(client: FlaskClient, name: str = "agree", **more: str) -> TestResponse:
    """Vote on the statement that comes next."""
    shown = client.get(f"{AT}vote")
    assert shown.status_code == 200, shown.status_code
    return client.post(f"{AT}vote", data={**fields_of(shown), "vote": name, **more})


@pytest.fixture
def round_(own_rounds: OwnRounds) -> str:
    """Open a round for everybody."""
    return own_rounds.open()


@pytest.fixture
def count(unit_of_work: UnitOfWork) -> Any:
    """Give what counts the rows of a table."""

    def counted(table: type) -> int:
        with unit_of_work() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    return counted


# Reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "vote", "mine", "done", "say", "said", "about-you", "code"])
def test_reading_sets_no_cookie_and_stores_nothing(
    client: FlaskClient, round_: str, count: Any, path: str
) -> None:
    response = client.get(AT + path)
    assert response.status_code in {200, 303}
    assert "Set-Cookie" not in response.headers
    assert count(Participant) == 0


def test_the_first_page_says_who_can_see_what_and_how_long_it_takes(
    client: FlaskClient, round_: str
) -> None:
    shown = client.get(AT).text
    assert "What do you think of it?" in shown
    assert "You need no account, and we keep no name" in shown
    assert "about three minutes" in shown


def test_a_round_that_is_prepared_is_there_for_who_holds_rounds_alone(
    client: FlaskClient, own_rounds: OwnRounds, a_person: AddPerson, sign_in: SignIn
) -> None:
    own_rounds.open(phase="prepare")
    assert client.get(AT).status_code == 404
    assert client.post(f"{AT}join").status_code == 404
    holder = sign_in(a_person("aanjager"))
    assert "being prepared" in holder.get(AT).text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"phase": "analyse"}, "Voting is over"),
        ({"closes_at": NOW - timedelta(minutes=1)}, "Voting is over"),
    ],
)
def test_outside_its_time_a_round_takes_nobody(
    client: FlaskClient, own_rounds: OwnRounds, count: Any, changes: dict[str, Any], says: str
) -> None:
    own_rounds.open(**changes)
    shown = client.get(AT).text
    assert says in shown
    assert "Take part</button>" not in shown
    assert client.post(f"{AT}join").status_code == 409
    assert count(Participant) == 0


def test_a_round_that_is_closed_says_that_the_answers_are_there_and_leads_to_them(
    client: FlaskClient, own_rounds: OwnRounds
) -> None:
    later = day_of(NOW) + timedelta(30)
    own_rounds.open(phase="closed", closed_at=NOW, answer_by=later)
    shown = content_of(client.get(AT))
    assert "The answers are there." in shown
    assert "You hear what we do with it" not in shown
    assert f'href="{AT}answers"' in shown
    assert f'href="{AT}results"' in shown
    assert "/volg/" not in shown


@pytest.mark.parametrize("phase", ["analyse", "answer"])
def test_a_round_that_waits_for_answers_says_by_when_and_leads_to_the_results(
    client: FlaskClient, own_rounds: OwnRounds, phase: str
) -> None:
    own_rounds.open(phase=phase, answer_by=day_of(NOW) + timedelta(30))
    shown = content_of(client.get(AT))
    assert "You hear what we do with it by" in shown
    assert f'href="{AT}results"' in shown
    assert f'href="{AT}receipt"' in shown


def test_from_the_vote_on_there_is_a_page_that_says_by_when_there_are_answers(
    client: FlaskClient, round_: str
) -> None:
    assert f'href="{AT}answers"' in client.get(AT).text
    assert "There is no day yet by which we answer." in client.get(f"{AT}answers").text


def test_rules_and_log_are_linked_where_people_read_what_is_kept(
    client: FlaskClient, round_: str
) -> None:
    shown = content_of(client.get(f"{AT}privacy"))
    for name in ("policy", "moderation"):
        (link,) = set(re.findall(rf'href="({AT}{name})"', shown))
        assert client.get(link).status_code == 200


# Joining ------------------------------------------------------------------------------------


def test_the_first_vote_is_one_tap_after_the_first_page(
    client: FlaskClient, round_: str, count: Any
) -> None:
    shown = join(client)
    assert shown.request.path == f"{AT}vote"
    assert "Statement 1 of 10" in shown.text
    assert count(Participant) == 1


def test_the_cookie_goes_no_further_than_its_round(client: FlaskClient, round_: str) -> None:
    kept = client.post(f"{AT}join").headers["Set-Cookie"]
    assert re.match(r"ww_cameras=[0-9a-f]{32}; ", kept)
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Path=/r/cameras/" in kept
    (life,) = re.findall(r"Max-Age=(\d+)", kept)
    # From when this file was read to this moment took some time.
    assert abs(int(life) - timedelta(days=21).total_seconds()) < 3600


def test_over_tls_the_cookie_has_a_name_that_browsers_keep_secure(app: Flask, round_: str) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    client = browser_of(app)
    kept = client.post(f"{AT}join", base_url="https://localhost").headers["Set-Cookie"]
    assert kept.startswith("__Secure-ww_cameras=")
    assert "; Secure" in kept


def test_taking_part_twice_in_one_browser_is_one_participant(
    client: FlaskClient, round_: str, count: Any
) -> None:
    join(client)
    again = client.post(f"{AT}join")
    assert again.status_code == 303
    assert "Set-Cookie" not in again.headers
    assert count(Participant) == 1
    assert "Go on voting" in client.get(AT).text


HOSTILE = ["", "x", "0" * 31, "g" * 32, "0" * 3000, "a'; DROP TABLE", "%00", "é", "0" * 32]


@pytest.mark.parametrize("kept", HOSTILE)
@pytest.mark.parametrize("joining", ["open", "code"])
def test_a_cookie_that_is_not_ours_is_nobody(
    client: FlaskClient, own_rounds: OwnRounds, joining: str, kept: str
) -> None:
    own_rounds.open(joining=joining)
    client.set_cookie("ww_cameras", kept, path=AT)
    assert "does not take part any more" in client.get(AT).text
    assert client.get(f"{AT}vote").status_code == 303
    refused = client.post(f"{AT}vote", data={"statement": "1", "vote": "agree"})
    assert refused.status_code == 403


def test_a_cookie_of_another_round_is_nobody_here(
    client: FlaskClient, own_rounds: OwnRounds
) -> None:
    own_rounds.open()
    own_rounds.open("sensors")
    kept = client.post("/r/sensors/join").headers["Set-Cookie"].split(";")[0].partition("=")[2]
    client.set_cookie("ww_cameras", kept, path=AT)
    assert client.get(f"{AT}vote").status_code == 303


# With a letter ------------------------------------------------------------------------------

CODE = "7K4MT2Q9XA3D"


def letter(own_rounds: OwnRounds, code: str = CODE, slug: str = "cameras", **more: Any) -> None:
    """Send a letter with a code."""
    with own_rounds.work() as session:
        found = own_rounds.get(session, slug)
        batch = CodeBatch(round_id=found.id, label="Letters", size=50, made_on=day_of(NOW))
        session.add(batch)
        session.flush()
        hashed = pseudonyms.invitation(own_rounds.keys.read(found.key_name), code)
        session.add(Code(hash=hashed, batch_id=batch.id, **more))


@pytest.fixture
def with_letters(own_rounds: OwnRounds) -> str:
    """Open a round for who has a letter, and send one."""
    slug = own_rounds.open(joining="code")
    letter(own_rounds)
    return slug


def test_the_address_on_a_letter_shows_a_button_and_uses_nothing(
    client: FlaskClient, with_letters: str, unit_of_work: UnitOfWork
) -> None:
    shown = client.get(f"{AT}c/{CODE}")
    assert f'action="{AT}c/{CODE}"' in shown.text
    assert "Set-Cookie" not in shown.headers
    with unit_of_work() as session:
        assert session.scalars(select(Code.state)).all() == ["open"]


def test_the_button_uses_the_code_and_leads_to_an_address_without_it(
    client: FlaskClient, with_letters: str, unit_of_work: UnitOfWork
) -> None:
    done = client.post(f"{AT}c/{CODE}")
    assert (done.status_code, done.location) == (303, f"{AT}vote")
    assert CODE not in done.headers["Set-Cookie"]
    assert client.get(f"{AT}vote").status_code == 200
    with unit_of_work() as session:
        assert session.scalars(select(Code.state)).all() == ["used"]
        assert session.scalars(select(Participant.channel)).all() == ["letter"]


@pytest.mark.parametrize(
    "typed", [CODE.lower(), "7k4m-t2q9-xa3d", " 7K4M T2Q9 XA3D ", "7k4m.t2q9/xa3d"]
)
def test_a_code_counts_however_badly_it_is_typed(
    client: FlaskClient, with_letters: str, typed: str
) -> None:
    assert client.post(f"{AT}code", data={"typed": typed}).status_code == 303


def test_a_second_device_with_the_same_letter_is_the_same_person(
    app: Flask, client: FlaskClient, with_letters: str, count: Any
) -> None:
    client.post(f"{AT}c/{CODE}")
    vote(client)
    other = browser_of(app)
    other.post(f"{AT}code", data={"typed": CODE})
    assert count(Participant) == 1
    assert "Statement 2 of 10" in other.get(f"{AT}vote").text


@pytest.mark.parametrize("typed", ["", "x", "0" * 12, "0" * 10_000, "<b>", "\0", "‮7K4MT2Q9XA3D"])
def test_a_code_that_is_none_is_told_and_takes_nobody(
    client: FlaskClient, with_letters: str, count: Any, typed: str
) -> None:
    refused = client.post(f"{AT}code", data={"typed": typed})
    assert refused.status_code == 422
    assert "not known in this round" in refused.text
    assert "Set-Cookie" not in refused.headers
    assert count(Participant) == 0


def test_a_code_of_another_round_is_not_known_here(
    client: FlaskClient, own_rounds: OwnRounds, with_letters: str
) -> None:
    own_rounds.open("sensors", joining="code")
    letter(own_rounds, "A" * 12, "sensors")
    assert client.post(f"{AT}c/{'A' * 12}").status_code == 422


def test_a_code_that_was_revoked_says_so(client: FlaskClient, own_rounds: OwnRounds) -> None:
    own_rounds.open(joining="code")
    letter(own_rounds, state="revoked")
    refused = client.post(f"{AT}c/{CODE}")
    assert refused.status_code == 422
    assert "does not count any more" in refused.text


def test_who_guesses_waits_and_another_address_does_not(
    client: FlaskClient, with_letters: str
) -> None:
    for _ in range(5):
        assert client.post(f"{AT}code", data={"typed": "0" * 12}).status_code == 422
    locked = client.post(f"{AT}code", data={"typed": "0" * 12})
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 60
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    done = client.post(f"{AT}code", data={"typed": CODE}, environ_base=elsewhere)
    assert done.status_code == 303


def test_in_an_open_round_codes_lead_to_the_first_page(client: FlaskClient, round_: str) -> None:
    assert client.get(f"{AT}c/{CODE}").location == AT
    assert client.post(f"{AT}c/{CODE}").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"joining": "open"}, {"joining": "named"}, {"joining": "code", "phase": "closed"}],
)
def test_where_no_code_takes_part_none_is_asked(
    client: FlaskClient, own_rounds: OwnRounds, changes: dict[str, Any]
) -> None:
    own_rounds.open(**changes)
    assert client.get(f"{AT}code").location == AT


def test_while_letters_take_part_their_code_can_be_typed(
    client: FlaskClient, with_letters: str
) -> None:
    assert 'name="typed"' in client.get(f"{AT}code").text


# Signed in ----------------------------------------------------------------------------------


def test_a_round_for_who_is_signed_in_is_called_confidential_and_never_anonymous(
    client: FlaskClient, own_rounds: OwnRounds, a_person: AddPerson, sign_in: SignIn, count: Any
) -> None:
    own_rounds.open(joining="named")
    assert "This round is confidential" in client.get(AT).text
    assert "Sign in to take part" in client.get(AT).text
    assert client.post(f"{AT}join").status_code == 401
    person = a_person("civil_servant")
    staff = sign_in(person)
    assert "Statement 1 of 10" in join(staff).text
    assert "ww_cameras" not in str(staff.get_cookie("ww_cameras", path=AT))
    vote(staff)
    assert "Statement 2 of 10" in sign_in(person).get(f"{AT}vote").text
    assert count(Participant) == 1


# Voting -------------------------------------------------------------------------------------


def test_ten_votes_are_a_set_with_a_real_end(client: FlaskClient, round_: str, count: Any) -> None:
    join(client)
    for nth in range(1, 10):
        went_on = vote(client, "disagree").location
        assert went_on.startswith(f"{AT}vote?after=")
        # On a small screen the buttons would be below it.
        assert went_on.endswith("#card")
        assert f"Statement {nth + 1} of 10" in client.get(f"{AT}vote").text
    end = vote(client, "pass")
    assert end.location.startswith(f"{AT}done?after=")
    shown = client.get(end.location).text
    assert "Thank you" in shown
    assert "You voted on 10 of 12 statements." in shown
    assert "Kept: I don&#39;t know." in shown
    assert "Add a statement of your own" in shown
    assert count(Vote) == 10
    vote(client)
    assert "Statement 2 of 2" in client.get(f"{AT}vote").text
    vote(client)
    assert "the last statement" in client.get(f"{AT}vote", follow_redirects=True).text


def test_when_the_end_moved_the_cookie_lives_along(
    client: FlaskClient, own_rounds: OwnRounds, round_: str
) -> None:
    join(client)
    before = client.get_cookie("ww_cameras", path=AT)
    with own_rounds.work() as session:
        own_rounds.get(session).closes_at = NOW + timedelta(60)
    client.get(f"{AT}done")
    after = client.get_cookie("ww_cameras", path=AT)
    assert before is not None
    assert after is not None
    assert after.value == before.value
    assert (after.max_age or 0) - (before.max_age or 0) > timedelta(40).total_seconds()


def test_the_end_of_a_set_sets_no_cookie_for_who_has_none(client: FlaskClient, round_: str) -> None:
    assert "Set-Cookie" not in client.get(f"{AT}done").headers


def test_with_htmx_a_vote_brings_the_next_card_alone(client: FlaskClient, round_: str) -> None:
    first = join(client)
    asked = {"HX-Request": "true"}
    card = client.post(f"{AT}vote", data={**fields_of(first), "vote": "agree"}, headers=asked)
    assert card.status_code == 200
    assert "<html" not in card.text
    assert "Statement 2 of 10" in card.text
    assert "Kept: Agree." in card.text
    for _ in range(8):
        card = client.post(f"{AT}vote", data={**fields_of(card), "vote": "agree"}, headers=asked)
    end = client.post(f"{AT}vote", data={**fields_of(card), "vote": "agree"}, headers=asked)
    assert end.headers["HX-Redirect"].startswith(f"{AT}done")


def test_a_vote_can_be_undone_on_the_next_card(
    client: FlaskClient, round_: str, count: Any
) -> None:
    join(client)
    after = client.get(vote(client).location)
    assert "Undo" in after.text
    (token,) = set(re.findall(r'name="form_token" value="(\w+)"', after.text))
    number = after.request.args["after"]
    back = client.post(
        f"{AT}vote", data={"form_token": token, "statement": number, "vote": "take_back"}
    )
    assert back.location == f"{AT}vote?at={number}&taken_back={number}#card"
    assert count(Vote) == 0
    shown = client.get(back.location)
    assert f"Statement {number}." in shown.text
    assert "Your answer was taken back." in shown.text
    client.post(f"{AT}vote", data={**fields_of(shown), "vote": "agree"})
    assert "was taken back" not in client.get(back.location).text, "there is a vote again"


def test_my_answers_can_be_changed_until_voting_ends(
    client: FlaskClient, round_: str, unit_of_work: UnitOfWork
) -> None:
    join(client)
    first = client.get(f"{AT}vote")
    number = fields_of(first)["statement"]
    client.post(f"{AT}vote", data={**fields_of(first), "vote": "agree"})
    assert f"/vote?at={number}&amp;back=mine" in client.get(f"{AT}mine").text
    card = client.get(f"{AT}vote?at={number}&back=mine")
    assert 'aria-pressed="true"' in card.text
    changed = client.post(f"{AT}vote", data={**fields_of(card), "back": "mine", "vote": "disagree"})
    assert changed.location == f"{AT}mine#statement-{number}"
    with unit_of_work() as session:
        assert session.scalars(select(Vote.value)).all() == [-1]
        session.query(Round).update({"phase": "analyse"})
    closed = client.get(f"{AT}mine").text
    assert "these answers stand" in closed
    assert "back=mine" not in closed
    late = client.post(f"{AT}vote", data={**fields_of(card), "vote": "agree"})
    assert late.status_code == 409


def test_an_answer_taken_back_from_my_answers_is_gone_and_the_page_says_so(
    client: FlaskClient, round_: str, count: Any
) -> None:
    sent = fields_of(join(client))
    client.post(f"{AT}vote", data={**sent, "vote": "agree"})
    back = client.post(f"{AT}vote", data={**sent, "back": "mine", "vote": "take_back"})
    assert back.location == f"{AT}mine?taken_back={sent['statement']}"
    assert count(Vote) == 0
    assert "Your answer was taken back." in client.get(back.location).text
    assert "was taken back" not in client.get(f"{AT}mine").text


def test_who_voted_on_everything_is_not_asked_to_go_on(
    client: FlaskClient, own_rounds: OwnRounds
) -> None:
    own_rounds.open(statements=2)
    join(client)
    vote(client)
    assert "Go on voting" in client.get(f"{AT}mine").text
    vote(client)
    shown = content_of(client.get(f"{AT}mine"))
    assert "Go on voting" not in shown
    assert f'href="{AT}receipt"' in shown


def test_a_vote_that_is_sent_again_is_the_same_vote(
    client: FlaskClient, round_: str, count: Any
) -> None:
    sent = {**fields_of(join(client)), "vote": "agree"}
    for _ in range(3):
        assert client.post(f"{AT}vote", data=sent).status_code == 303
    assert count(Vote) == 1


def test_of_two_tabs_with_the_same_statement_the_last_counts(
    client: FlaskClient, round_: str, unit_of_work: UnitOfWork
) -> None:
    one = {**fields_of(join(client)), "vote": "agree"}
    client.post(f"{AT}vote", data=one)
    client.post(f"{AT}vote", data={**one, "vote": "disagree"})
    with unit_of_work() as session:
        assert session.scalars(select(Vote.value)).all() == [-1]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("vote", "", 422),
        ("vote", "5", 422),
        ("vote", "agree\0", 422),
        ("statement", "", 404),
        ("statement", "99", 404),
        ("statement", "-1", 404),
        ("statement", "9" * 30, 404),
        ("statement", "１", 404),
        ("form_token", "", 403),
        ("form_token", "é" * 16, 403),
        ("form_token", "0" * 32, 403),
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    client: FlaskClient, round_: str, count: Any, field: str, value: str, status: int
) -> None:
    sent = {**fields_of(join(client)), "vote": "agree", field: value}
    assert client.post(f"{AT}vote", data=sent).status_code == status
    assert count(Vote) == 0


@pytest.mark.parametrize(
    "asked",
    ["at=x", "at=-1", "at=99", "after=x", "after=99", "at=99999999999", "taken_back=x", "state=x"],
)
def test_nonsense_in_the_address_is_no_fault(client: FlaskClient, round_: str, asked: str) -> None:
    join(client)
    assert client.get(f"{AT}vote?{asked}").status_code in {200, 404}
    assert client.get(f"{AT}done?{asked}").status_code in {200, 404}


def test_what_waits_or_was_rejected_is_not_shown_and_takes_no_vote(
    client: FlaskClient, round_: str, unit_of_work: UnitOfWork
) -> None:
    join(client)
    with unit_of_work() as session:
        session.query(Statement).filter(Statement.number != 1).update({"state": "rejected"})
    shown = client.get(f"{AT}vote")
    assert "Statement 1 of 1" in shown.text
    sent = {**fields_of(shown), "vote": "agree", "statement": "2"}
    assert client.post(f"{AT}vote", data=sent).status_code == 404
    assert client.get(f"{AT}vote?at=2").status_code == 404


def test_a_statement_is_read_in_ones_own_language_once_its_translation_is_approved(
    client: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(statements=1)
    with unit_of_work() as session:
        (one,) = session.scalars(select(Statement.id))
        session.add(Translation(statement_id=one, language="nl", text="Stelling 1."))
    join(client)
    dutch = {"Accept-Language": "nl"}
    assert 'lang="en">Statement 1.<' in client.get(f"{AT}vote", headers=dutch).text
    with unit_of_work() as session:
        session.query(Translation).update({"is_approved": True})
    assert 'lang="nl">Stelling 1.<' in client.get(f"{AT}vote", headers=dutch).text
    assert 'lang="en">Statement 1.<' in client.get(f"{AT}vote").text


def test_who_votes_faster_than_anybody_reads_is_marked_once(
    client: FlaskClient, own_rounds: OwnRounds, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(statements=2)
    sent = {**fields_of(join(client)), "vote": "agree"}
    for nth in range(1, 32):
        client.post(f"{AT}vote", data=sent)
        with unit_of_work() as session:
            assert session.scalars(select(Participant.was_hasty)).all() == [nth == 31]


def test_a_browser_can_forget_who_it_was(client: FlaskClient, round_: str, count: Any) -> None:
    token = fields_of(join(client))["form_token"]
    vote(client)
    assert client.post(f"{AT}leave").status_code == 403
    left = client.post(f"{AT}leave", data={"form_token": token})
    assert left.location == AT
    assert "Take part</button>" in client.get(AT).text
    assert count(Vote) == 1


# One's own statement ------------------------------------------------------------------------


def read_ten(client: FlaskClient) -> None:
    join(client)
    for _ in range(10):
        vote(client)


def say(
    client: FlaskClient, text_: str = "The bus stop needs a light.", **more: Any
) -> TestResponse:
    form = client.get(f"{AT}say")
    sent = {**fields_of(form), "text": text_, "language": "en", **more}
    return client.post(f"{AT}say", data=sent)


def test_who_read_ten_statements_can_add_one_and_gets_a_receipt(
    client: FlaskClient, round_: str, unit_of_work: UnitOfWork
) -> None:
    read_ten(client)
    assert f'href="{AT}policy"' in client.get(f"{AT}say").text
    sent = say(client)
    assert sent.location == f"{AT}said"
    shown = client.get(f"{AT}said").text
    assert f"{AT}receipt</strong>" in shown, "who writes the code down needs the address"
    (code,) = re.findall(r'class="ww-code[^>]*>([^<]+)<', shown)
    with unit_of_work() as session:
        (made,) = session.scalars(select(Statement).where(Statement.origin == "participant"))
        assert (made.number, made.state, made.text) == (
            13,
            "waiting",
            "The bus stop needs a light.",
        )
        secret = client.application.config["SECRET_KEY"]
        assert made.receipt == pseudonyms.receipt_hash(secret, codes.as_typed(code) or "")
        assert made.received_on is not None


def test_who_read_less_is_asked_to_vote_first(client: FlaskClient, round_: str, count: Any) -> None:
    join(client)
    assert "First vote on ten statements" in client.get(f"{AT}say").text
    (token,) = set(re.findall(r'name="form_token" value="(\w+)"', client.get(f"{AT}vote").text))
    sent = {"form_token": token, "nonce": "0" * 32, "text": "Mine.", "language": "en"}
    assert client.post(f"{AT}say", data=sent).status_code == 422
    assert count(Statement) == 12


def test_what_may_be_about_a_person_is_pointed_out_before_it_is_sent(
    client: FlaskClient, round_: str, count: Any
) -> None:
    read_ten(client)
    warned = say(client, "Ask me at jo@example.nl about the light.")
    assert warned.status_code == 200
    assert "jo@example.nl” looks like an e-mail address" in warned.text
    assert count(Statement) == 12
    assert say(client, "Ask me at jo@example.nl.", as_it_is="1").status_code == 303
    assert count(Statement) == 13


def test_what_is_there_already_is_pointed_out(client: FlaskClient, round_: str) -> None:
    read_ten(client)
    assert "Statement 4 says the same already." in say(client, "statement 4!").text


@pytest.mark.parametrize(
    "text_", ["", "   ", "\u200b\u200b", "‮txet", "a" * 281, "a" * 10_000, "\0", "!!!", "a\x07b"]
)
def test_a_hostile_statement_is_refused_with_what_was_typed_still_there(
    client: FlaskClient, round_: str, count: Any, text_: str
) -> None:
    read_ten(client)
    refused = say(client, text_)
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert count(Statement) == 12


def test_html_in_a_statement_is_text(client: FlaskClient, own_rounds: OwnRounds) -> None:
    own_rounds.open(statements=0, moderation="after")
    join(client)
    assert say(client, "<script>alert(1)</script> is no way", as_it_is="1").status_code == 303
    shown = client.get(f"{AT}vote").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize(
    "wrong", [{"language": "de"}, {"values": "no-value"}, {"nonce": ""}, {"nonce": "é" * 32}]
)
def test_a_statement_form_that_was_tampered_with_makes_nothing(
    client: FlaskClient, round_: str, count: Any, wrong: dict[str, str]
) -> None:
    read_ten(client)
    assert say(client, **wrong).status_code == 422
    assert count(Statement) == 12


def test_a_statement_form_sent_twice_makes_one_statement_and_the_quota_holds(
    client: FlaskClient, round_: str, count: Any
) -> None:
    read_ten(client)
    form = fields_of(client.get(f"{AT}say"))
    for _ in range(2):
        sent = {**form, "text": "Once.", "language": "en"}
        assert client.post(f"{AT}say", data=sent).status_code == 303
    assert count(Statement) == 13
    assert say(client, "Twice.").status_code == 303
    assert say(client, "Three times.").status_code == 303
    often = {**form, "nonce": "0" * 32, "text": "Too often.", "language": "en"}
    assert client.post(f"{AT}say", data=often).status_code == 422
    assert "as many statements as you can" in client.get(f"{AT}say").text
    assert count(Statement) == 15


def test_in_the_second_vote_nobody_adds_a_statement(
    client: FlaskClient, own_rounds: OwnRounds, count: Any
) -> None:
    own_rounds.open(phase="second_vote", second_closes_at=NOW + timedelta(3))
    read_ten(client)
    assert "no statements are added" in client.get(f"{AT}say").text
    assert "Add a statement" not in client.get(f"{AT}done").text
    assert count(Statement) == 12


# About you ----------------------------------------------------------------------------------


@pytest.fixture
def question(own_rounds: OwnRounds, round_: str) -> int:
    """Ask participants about their age."""
    with own_rounds.work() as session:
        asked = BackgroundQuestion(
            round_id=own_rounds.get(session).id,
            position=1,
            label={"en": "How old are you?", "nl": "Hoe oud bent u?"},
            options=[
                {"key": "young", "label": {"en": "Under 30", "nl": "Jonger dan 30"}},
                {"key": "old", "label": {"en": "30 or over", "nl": "30 of ouder"}},
            ],
        )
        session.add(asked)
        session.flush()
        return asked.id


def test_every_question_about_oneself_can_be_left_open_and_changed(
    client: FlaskClient, question: int, unit_of_work: UnitOfWork
) -> None:
    join(client)
    form = client.get(f"{AT}about-you")
    assert "How old are you?" in form.text
    token = {"form_token": fields_of(form)["form_token"]}
    for answer, kept in (("old", ["old"]), ("young", ["young"]), ("", [])):
        sent = {**token, f"question_{question}": answer}
        kept_at = client.post(f"{AT}about-you", data=sent).location
        assert kept_at == f"{AT}done?state=saved"
        thanks = client.get(kept_at).text
        assert "<p>Saved.</p>" in thanks
        assert ("Change what you told about yourself" in thanks) == bool(kept)
        assert ("Tell something about yourself" in thanks) != bool(kept)
        with unit_of_work() as session:
            assert session.scalars(select(BackgroundAnswer.option)).all() == kept
    refused = client.post(f"{AT}about-you", data={**token, f"question_{question}": "dead"})
    assert refused.status_code == 422


def test_a_question_left_open_comes_back_open(client: FlaskClient, question: int) -> None:
    join(client)
    form = client.get(f"{AT}about-you")
    assert "I would rather not say" in form.text
    assert " checked" not in form.text
    token = {"form_token": fields_of(form)["form_token"]}
    client.post(f"{AT}about-you", data=token)
    assert " checked" not in client.get(f"{AT}about-you").text
    client.post(f"{AT}about-you", data={**token, f"question_{question}": "old"})
    (chosen,) = re.findall(r'value="(\w*)"[^>]* checked', client.get(f"{AT}about-you").text)
    assert chosen == "old"


# What is kept -------------------------------------------------------------------------------


@pytest.mark.on_both
def test_no_code_cookie_or_address_is_in_any_table_or_log(
    client: FlaskClient,
    with_letters: str,
    unit_of_work: UnitOfWork,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    address = "203.0.113.77"
    client.environ_base["REMOTE_ADDR"] = address
    client.post(f"{AT}code", data={"typed": "0" * 12})
    client.get(f"{AT}c/{CODE}")
    client.post(f"{AT}c/{CODE}")
    cookie = client.get_cookie("ww_cameras", path=AT)
    assert cookie is not None
    for _ in range(10):
        vote(client)
    say(client)
    (receipt,) = re.findall(r'class="ww-code[^>]*>([^<]+)<', client.get(f"{AT}said").text)
    canaries = [CODE, address, cookie.value, receipt, codes.as_typed(receipt) or ""]
    with unit_of_work() as session:
        kept = "".join(
            repr(row)
            for table in inspect(session.get_bind()).get_table_names()
            for row in session.execute(text(f"SELECT * FROM {table}"))
        )
    said = "".join(record.getMessage() + str(record.args) for record in caplog.records)
    for canary in canaries:
        assert canary not in kept
        assert canary not in said


# The first page of the site ------------------------------------------------------------------


def test_a_citizen_finds_rounds_for_everybody_on_the_first_page(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open("open-now")
    own_rounds.open("answered", phase="closed", closed_at=NOW)
    for slug, changes in {
        "with-letters": {"joining": "code"},
        "of-staff": {"joining": "named"},
        "not-yet": {"phase": "prepare"},
        "being-answered": {"phase": "answer"},
        "just-over": {"closes_at": NOW - timedelta(minutes=1)},
        "imported": {"is_imported": True},
    }.items():
        own_rounds.open(slug, **changes)
    page = client.get("/").text
    assert re.findall(r'href="(/r/[^"]*)"', page) == ["/r/open-now/", "/r/answered/answers"]
    assert "Open now: take part until" in page


def test_the_first_page_of_staff_keeps_its_own_tiles(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    page = sign_in_as("civil_servant").get("/").text
    assert "Open now" not in page
    assert 'href="/participation/"' in page
