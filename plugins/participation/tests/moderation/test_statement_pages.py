"""The pages of moderators: add, read a file, judge, mend, tag, translate."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from waardewerk import db
from waardewerk.testing import SignIn, SignInAs, csrf_token, submit
from waardewerk_participation.models import Statement
from waardewerk_participation.operations.moderating import Grounds

from .conftest import Moderated

STATEMENTS = "/participation/cameras/statements"
QUEUE = "/participation/cameras/moderation"
HOSTILE = "<script>alert(1)</script> & <b>bold</b>"


@pytest.fixture
def moderator(moderated: Moderated, sign_in: SignIn) -> FlaskClient:
    """Give the browser of the first moderator."""
    return sign_in(moderated.ann)


def send_file(browser: FlaskClient, content: bytes) -> TestResponse:
    """Choose a file and send it, as a browser does; the test client leaves large ones open."""
    token = csrf_token(browser, STATEMENTS).encode()
    part = b'--line\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"csrf_token", b"", token) + part % (b"file", b'; filename="a.csv"', content)
    kind = "multipart/form-data; boundary=line"
    return browser.post(f"{STATEMENTS}/file", data=body + b"--line--\r\n", content_type=kind)


def judge(browser: FlaskClient, number: int, act: str, **fields: object) -> TestResponse:
    """Press a button of a statement's page, with what that page knew."""
    page = f"{STATEMENTS}/{number}"
    sent = {f"judge-{name}": value for name, value in fields.items()}
    return submit(browser, f"{page}/judge/{act}", sent, on=page)


# Adding ---------------------------------------------------------------------------------------


def test_a_typed_statement_is_there_at_once(moderator: FlaskClient, in_force: None) -> None:
    fields = {"text": " More  trees. ", "language": "en", "values": ["privacy"]}
    assert submit(moderator, STATEMENTS, fields).status_code == 303
    text = moderator.get(STATEMENTS).text
    assert "Statement 13 is added." in text
    assert "More trees." in text
    assert "Privacy" in text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"text": "statement 3", "language": "en"}, "Statement 3 says the same."),
        ({"text": "a" * 10_000, "language": "en"}, "longer than 280"),
        ({"text": "a" * 30_000, "language": "en"}, "Text"),
        ({"text": "Turn \u202earound", "language": "en"}, "direction of reading"),
        ({"text": "\u200b\u2060", "language": "en"}, "in words"),
        ({"text": "", "language": "en"}, "Fill this in."),
        ({"text": "Fine.", "language": "de"}, "Not a valid choice"),
        ({"text": "Fine.", "language": "en", "values": ["luck"]}, "valid"),
    ],
)
def test_a_statement_that_cannot_be_is_refused_and_what_was_typed_stays(
    moderator: FlaskClient, moderated: Moderated, fields: dict[str, str], why: str
) -> None:
    response = submit(moderator, STATEMENTS, fields)
    assert response.status_code == 422
    assert why in response.text or "Field cannot be longer" in response.text
    with moderated.work() as session:
        assert session.query(Statement).count() == 12


def test_html_is_shown_as_it_was_typed(moderator: FlaskClient) -> None:
    submit(moderator, STATEMENTS, {"text": HOSTILE, "language": "en"})
    for page in (STATEMENTS, f"{STATEMENTS}/13"):
        text = moderator.get(page).text
        assert "<b>bold</b>" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;" in text


def test_good_rows_of_a_file_are_kept_and_the_others_named(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    response = send_file(
        moderator,
        "text;language\nMore trees.;en\nMore trees!;en\nMear beammen.;fy\n"
        f"Statement 2;en\n{'a' * 10_000};en\n{HOSTILE};en\n".encode(),
    )
    assert response.status_code == 422
    assert "2 statements are added." in response.text
    assert "4 rows were not read" in response.text
    for row, why in (
        (3, "Statement 13 says the same."),
        (4, "no language of this round"),
        (5, "Statement 2 says the same."),
        (6, "longer than 280"),
    ):
        assert f"Row {row}: " in response.text
        assert why in response.text
    with moderated.work() as session:
        assert moderated.get(session, 14).text == HOSTILE


def test_an_older_spreadsheet_is_read_and_told(moderator: FlaskClient) -> None:
    response = send_file(moderator, "Eén camera’s genoeg.".encode("cp1252"))
    assert response.status_code == 303
    text = moderator.get(STATEMENTS).text
    assert "Windows-1252" in text
    assert "Eén camera’s genoeg." in text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a" * 1_000_001, "larger than 1 MB"),
        (b"ja\n" * 3_000, "more than 2000 rows"),
        (b"%PDF-1.7\0", "no text"),
        (b"", "no statement"),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(
    moderator: FlaskClient, content: bytes, why: str
) -> None:
    response = send_file(moderator, content)
    assert response.status_code == 422
    assert why in response.text


def test_after_voting_nothing_is_added(moderator: FlaskClient, moderated: Moderated) -> None:
    token = csrf_token(moderator, STATEMENTS)
    with moderated.work() as session:
        moderated.round(session).phase = "analyse"
    fields = {"csrf_token": token, "text": "More trees.", "language": "en"}
    response = moderator.post(STATEMENTS, data=fields)
    assert response.status_code == 422
    assert "Add a statement" not in response.text


def test_who_holds_a_round_and_does_not_moderate_sees_what_everybody_sees(
    moderated: Moderated, sign_in_as: SignInAs
) -> None:
    moderated.says("Nobody has judged this.")
    holder = sign_in_as("administrator")
    text = holder.get(f"{STATEMENTS}?state=waiting").text
    assert "Nobody has judged this." not in text
    assert "Statement 3." in holder.get(STATEMENTS).text
    assert holder.get(f"{STATEMENTS}/13").status_code == 403
    assert holder.get(QUEUE).status_code == 403


@pytest.mark.parametrize("query", ["state=gone", "page=99999999999999"])
def test_nonsense_in_the_address_is_not_found(moderator: FlaskClient, query: str) -> None:
    assert moderator.get(f"{STATEMENTS}?{query}").status_code == 404


def test_statements_are_listed_by_state_and_by_page(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    moderated.says("This one waits.")
    send_file(moderator, "\n".join(f"Row number {n}" for n in range(150)).encode())
    assert "This one waits." not in moderator.get(f"{STATEMENTS}?state=accepted&page=2").text
    assert "Row number 149" in moderator.get(f"{STATEMENTS}?state=accepted&page=2").text
    assert "Row number 149" in moderator.get(f"{STATEMENTS}?page=99").text
    only = moderator.get(f"{STATEMENTS}?state=waiting").text
    assert "This one waits." in only
    assert "Statement 3." not in only


def test_the_list_and_the_queue_ask_the_database_the_same_however_long_they_are(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    def asked(page: str) -> int:
        counted: list[str] = []
        engine = moderator.application.extensions[db.EXTENSION].engine

        def count(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
            counted.append(text)

        event.listen(engine, "before_cursor_execute", count)
        moderator.get(page)
        event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    moderated.says("One.")
    asked(STATEMENTS)  # the first page of all reads what is kept for the next ones
    before = [asked(STATEMENTS), asked(QUEUE)]
    for n in range(8):
        moderated.says(f"Number {n}.", values=["privacy"])
    assert [asked(STATEMENTS), asked(QUEUE)] == before


# Judging --------------------------------------------------------------------------------------


def test_a_statement_is_accepted_from_the_queue(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    number = moderated.says("More trees.")
    assert "More trees." in moderator.get(QUEUE).text
    response = judge(moderator, number, "accept", seen=0)
    assert response.location == QUEUE
    assert moderated.state(number) == "accepted"
    assert "Nothing waits" in moderator.get(QUEUE).text


def test_two_moderators_leave_a_statement_out(
    moderator: FlaskClient, moderated: Moderated, sign_in: SignIn
) -> None:
    number = moderated.says("They are all fools.")
    judge(moderator, number, "doubt", seen=0, reason="hurts", note="Fools is no argument.")
    assert moderated.state(number) == "doubted"
    own = moderator.get(f"{STATEMENTS}/{number}").text
    assert "somebody else decides" in own
    assert f"{number}/judge/reject" not in own
    second = sign_in(moderated.bob)
    page = second.get(f"{STATEMENTS}/{number}").text
    assert "Fools is no argument." in page
    [judgement] = moderated.judgements(number)
    fields = {"seen": judgement.id, "reason": "hurts", "note": "Fools is no argument."}
    assert judge(second, number, "reject", **fields).status_code == 303
    assert moderated.state(number) == "rejected"
    assert "by Bob" in moderator.get(f"{STATEMENTS}/{number}").text


def test_pressing_a_button_that_is_not_there_changes_nothing(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    number = moderated.says("They are all fools.")
    moderated.does("doubt", number, Grounds("hurts"), by=moderated.ann)
    [judgement] = moderated.judgements(number)
    response = judge(moderator, number, "reject", seen=judgement.id, reason="hurts")
    assert response.status_code == 403
    assert judge(moderator, number, "publish", seen=judgement.id).status_code == 404
    assert judge(moderator, number, "restore", seen=judgement.id).status_code == 422
    assert moderated.state(number) == "doubted"


def test_a_stale_decision_is_told_and_can_be_taken_again(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    number = moderated.says("They are all fools.")
    moderated.does("doubt", number, Grounds("hurts"), by=moderated.bob)
    response = judge(moderator, number, "accept", seen=0)
    assert response.status_code == 409
    assert "Somebody else judged this statement meanwhile." in response.text
    assert "It insults or shuts out people" in response.text
    assert moderated.state(number) == "doubted"


def test_that_somebody_rejected_it_meanwhile_is_told_where_no_form_is_left(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    number = moderated.says("They are all fools.")
    moderated.rejects(number)
    response = judge(moderator, number, "accept", seen=0)
    assert response.status_code == 409
    assert response.text.count("Somebody else judged this statement meanwhile.") == 1
    assert "Put it back" in response.text


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "nonsense"},
        {"reason": ""},
        {"reason": "hurts", "note": "a" * 1001},
        {"reason": "hurts", "note": "a\x00b"},
        {"reason": "already_there", "same_as": "99999999999999999999"},
        {"reason": "already_there", "same_as": "-1"},
        {"reason": "already_there", "same_as": "one"},
    ],
)
def test_a_doubt_without_good_grounds_is_refused(
    moderator: FlaskClient, moderated: Moderated, fields: dict[str, str]
) -> None:
    number = moderated.says("More trees.")
    assert judge(moderator, number, "doubt", seen=0, **fields).status_code == 422
    assert moderated.state(number) == "waiting"


def test_a_statement_of_another_round_is_not_found(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    moderated.rounds.open("other", statements=20)
    assert moderator.get(f"{STATEMENTS}/20").status_code == 404
    token = csrf_token(moderator, f"{STATEMENTS}/1")
    response = moderator.post(f"{STATEMENTS}/20/judge/accept", data={"csrf_token": token})
    assert response.status_code == 404


# Mending, values, languages -------------------------------------------------------------------


def test_a_typing_error_is_mended_on_its_page(moderator: FlaskClient, moderated: Moderated) -> None:
    number = moderated.says("More tres.")
    page = f"{STATEMENTS}/{number}"
    fields = {"text-seen": 0, "text-text": "More trees."}
    assert submit(moderator, f"{page}/text", fields, on=page).status_code == 303
    text = moderator.get(page).text
    assert "More trees." in text
    assert "More tres." in text


def test_when_people_voted_the_page_says_why_a_text_stays(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    moderated.rounds.vote({(1, 3): 1})
    page = f"{STATEMENTS}/3"
    assert "words that they did not read" in moderator.get(page).text
    fields = {"text-seen": 0, "text-text": "Another."}
    assert submit(moderator, f"{page}/text", fields, on=page).status_code == 422


def test_a_moderator_confirms_what_the_author_suggested(
    moderator: FlaskClient, moderated: Moderated, in_force: None
) -> None:
    number = moderated.says("More trees.", values=["privacy", "control"])
    page = f"{STATEMENTS}/{number}"
    fields = {"values-seen": "", "values-values": ["control", "inclusion"]}
    assert submit(moderator, f"{page}/values", fields, on=page).status_code == 303
    with moderated.work() as session:
        values = moderated.get(session, number).values
        assert [(one.value, one.is_confirmed) for one in values] == [
            ("control", True),
            ("inclusion", True),
        ]
    stale = submit(moderator, f"{page}/values", fields, on=page)
    assert stale.status_code == 409


@pytest.mark.parametrize(
    "values", [["luck"], ["privacy", "control", "inclusion", "sustainability"]]
)
def test_values_come_from_the_framework_and_are_three_at_most(
    moderator: FlaskClient, moderated: Moderated, in_force: None, values: list[str]
) -> None:
    page = f"{STATEMENTS}/3"
    fields = {"values-seen": "", "values-values": values}
    assert submit(moderator, f"{page}/values", fields, on=page).status_code == 422
    with moderated.work() as session:
        assert moderated.get(session, 3).values == []


def test_a_value_that_left_the_framework_can_be_kept_or_taken_away(
    moderator: FlaskClient, moderated: Moderated, in_force: None
) -> None:
    number = moderated.says("More trees.", values=["old-value"])
    page = f"{STATEMENTS}/{number}"
    assert "old-value" in moderator.get(page).text
    fields = {"values-seen": "", "values-values": ["privacy"]}
    assert submit(moderator, f"{page}/values", fields, on=page).status_code == 303


def test_an_approved_translation_counts_as_the_same_statement(
    moderator: FlaskClient, moderated: Moderated
) -> None:
    page = f"{STATEMENTS}/3"
    fields = {"nl-before": "", "nl-text": "Stelling drie.", "nl-is_approved": "y"}
    assert submit(moderator, f"{page}/languages/nl", fields, on=page).status_code == 303
    with moderated.work() as session:
        [kept] = moderated.get(session, 3).translations
        assert (kept.text, kept.is_approved, kept.approved_by) == (
            "Stelling drie.",
            True,
            moderated.ann.id,
        )
    stale = submit(moderator, f"{page}/languages/nl", fields, on=page)
    assert stale.status_code == 409
    gone = {"nl-before": "Stelling drie.", "nl-text": ""}
    assert submit(moderator, f"{page}/languages/nl", gone, on=page).status_code == 303
    with moderated.work() as session:
        assert moderated.get(session, 3).translations == []


@pytest.mark.parametrize(
    ("language", "text", "status"),
    [("de", "Drei.", 404), ("en", "Three.", 422), ("nl", "a" * 281, 422), ("nl", "\u202e!", 422)],
)
def test_a_translation_is_a_statement_in_a_language_of_the_round(
    moderator: FlaskClient, moderated: Moderated, language: str, text: str, status: int
) -> None:
    page = f"{STATEMENTS}/3"
    fields = {f"{language}-before": "", f"{language}-text": text}
    response = submit(moderator, f"{page}/languages/{language}", fields, on=page)
    assert response.status_code == status
