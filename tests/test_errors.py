"""Whatever goes wrong becomes a page that a person can use, and what was typed is not lost."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from waardewerk import db
from waardewerk.access import public
from waardewerk.refusal import Conflict, NotNow, Refusal, TooMany
from waardewerk.testing import SignInAs, csrf_token

NEVER_SHOWN = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", "site-packages")


@pytest.fixture
def cluster(request: pytest.FixtureRequest):
    """Nothing here depends on the database, but for the last test."""
    return request.getfixturevalue(getattr(request, "param", "sqlite"))


def is_a_page(response, status: int) -> bool:
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert "<h1>" in response.text
    assert not any(word in response.text for word in NEVER_SHOWN)
    return True


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """A page that fails in the way its address asks for."""
    faults = {
        "crash": ValueError("something secret about Sam"),
        "refusal": Refusal("It cannot be %(what)s.", what="done"),
        "conflict": Conflict("Somebody changed this."),
        "not-now": NotNow("It is not open yet."),
        "too-many": TooMany("Wait.", retry_after=7),
    }

    @public
    def fail(how: str) -> str:
        raise faults[how]

    app.add_url_rule("/fail/<how>", "fail", fail, methods=["GET", "POST"])
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.mark.parametrize("path", ["/nothing", "/admin/nothing", "/%00", "/%ED%A0%80", "/a/../b"])
def test_an_address_that_is_not_there(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert is_a_page(response, 404)
    assert "This page does not exist" in response.text
    assert 'href="/"' in response.text


def test_an_unexpected_fault_shows_nothing_of_itself(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get("/fail/crash")
    assert is_a_page(response, 500)
    assert "What you saved before is safe" in response.text
    assert "Sam" not in response.text
    assert "unexpected fault in fail" in caplog.text


def test_a_refusal_says_its_reason(failing: FlaskClient) -> None:
    response = failing.get("/fail/refusal")
    assert is_a_page(response, 422)
    assert "It cannot be done." in response.text


def test_too_many_says_how_long_to_wait(failing: FlaskClient) -> None:
    response = failing.get("/fail/too-many")
    assert is_a_page(response, 429)
    assert response.headers["Retry-After"] == "7"


def test_what_cannot_be_done_now_does_not_say_that_somebody_was_first(
    failing: FlaskClient,
) -> None:
    response = failing.get("/fail/not-now")
    assert is_a_page(response, 409)
    assert "That cannot be done now" in response.text
    assert "It is not open yet." in response.text
    assert "Somebody was first" not in response.text
    assert "Somebody was first" in failing.get("/fail/conflict").text


def test_a_conflict_shows_what_was_typed(failing: FlaskClient) -> None:
    token = csrf_token(failing, "/sign-in")
    typed = {"csrf_token": token, "answer": "We <b>asked</b> twice"}
    response = failing.post("/fail/conflict", data=typed)
    assert is_a_page(response, 409)
    assert "We &lt;b&gt;asked&lt;/b&gt; twice" in response.text


def test_a_button_that_is_refused_says_nothing_of_what_was_typed(failing: FlaskClient) -> None:
    token = csrf_token(failing, "/sign-in")
    sent = {"csrf_token": token, "to": "open", "revision": "3", "judge-seen": "ab12"}
    response = failing.post(
        "/fail/not-now", data=sent, headers={"Referer": "http://localhost/sign-in"}
    )
    assert is_a_page(response, 409)
    assert "What you typed" not in response.text
    assert "Back to the form" not in response.text
    assert "Back to the page where you were" in response.text


@pytest.mark.parametrize(
    ("came_from", "way_back"),
    [
        ("http://localhost/fail/conflict?page=2", "/fail/conflict?page=2"),
        ("http://elsewhere.example/fail/conflict", None),
        ("http://localhost//elsewhere.example/", None),
        ("http://localhost/language", None),
        ("http://localhost/nothing", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_conflict_shows_the_way_back_to_the_form_and_to_no_other_site(
    failing: FlaskClient, came_from: str | None, way_back: str | None
) -> None:
    sent = {"csrf_token": csrf_token(failing, "/sign-in"), "answer": "We asked twice"}
    headers = {"Referer": came_from} if came_from else {}
    response = failing.post("/fail/conflict", data=sent, headers=headers)
    assert is_a_page(response, 409)
    assert ("Back to the form" in response.text) == (way_back is not None)
    assert way_back is None or f'href="{way_back}"' in response.text
    assert "elsewhere.example" not in response.text


@pytest.mark.parametrize("name", ["remark", "foreseen", "landmark", "criterion-reason"])
def test_what_only_ends_like_a_mark_is_shown_back(failing: FlaskClient, name: str) -> None:
    sent = {"csrf_token": csrf_token(failing, "/sign-in"), name: "An hour of work"}
    sent |= {
        "criterion-seen": "mark-one",
        "builds_on": "mark-two",
        "form-request_key": "mark-three",
    }
    text = failing.post("/fail/conflict", data=sent).text
    assert "An hour of work" in text
    assert "mark-" not in text


def test_an_old_form_shows_what_was_typed_but_never_a_password(client: FlaskClient) -> None:
    typed = {
        "answer": "An hour of work",
        "password": "hush-one",
        "current_password": "hush-two",
        "repeated_password": "hush-three",
        "csrf_token": "hush-four",
    }
    response = client.post("/sign-in", data=typed)
    assert is_a_page(response, 400)
    assert "An hour of work" in response.text
    assert "hush" not in response.text


def test_no_password_field_has_a_name_that_is_shown_back(app: Flask) -> None:
    from wtforms import PasswordField

    from waardewerk.errors import is_typed
    from waardewerk.people import forms

    with app.test_request_context():
        makers = [m for m in vars(forms).values() if isinstance(m, type) and m is not forms.Form]
        fields = [f for m in makers if issubclass(m, forms.Form) for f in m()]
    names = [field.name for field in fields if isinstance(field, PasswordField)]
    assert len(names) >= 6
    assert not any(is_typed(name) for name in names)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_ten_megabytes_get_a_page(client: FlaskClient, kind: str) -> None:
    response = client.post("/sign-in", data=b"x" * 10_000_000, content_type=kind)
    assert is_a_page(response, 413)
    assert "This is too large" in response.text


def test_two_thousand_and_one_fields_are_too_many(client: FlaskClient) -> None:
    fields = {f"f{n}": "x" for n in range(2001)}
    response = client.post("/sign-in", data=fields, content_type="multipart/form-data")
    assert is_a_page(response, 413)


@pytest.mark.parametrize("field", ["email", "password", "next"])
@pytest.mark.parametrize("value", [b"%00", b"%ED%A0%80", b"%FF%FE", b"a%00b", b"%C0%AF"])
def test_broken_text_in_any_field_never_breaks_a_page(
    client: FlaskClient, field: str, value: bytes
) -> None:
    token = csrf_token(client, "/sign-in").encode()
    fields = {b"email": b"a%40example.nl", b"password": b"x", b"csrf_token": token}
    fields[field.encode()] = value
    body = b"&".join(name + b"=" + content for name, content in fields.items())
    response = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")
    assert is_a_page(response, 422)


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "\x7f"]
)
def test_a_broken_body_never_breaks_a_page(client: FlaskClient, content_type: str) -> None:
    response = client.post("/sign-in", data=b"\x00\xff--x\r\n\r\n", content_type=content_type)
    assert is_a_page(response, 400)


def test_a_machine_gets_problem_json(client: FlaskClient) -> None:
    response = client.get("/nothing", headers={"Accept": "application/json"})
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == 404


def test_htmx_gets_a_part_and_no_page(client: FlaskClient) -> None:
    response = client.get("/nothing", headers={"HX-Request": "true"})
    assert response.status_code == 404
    assert 'role="alert"' in response.text
    assert "<html" not in response.text


def test_the_page_speaks_the_language_of_the_reader(client: FlaskClient) -> None:
    page = client.get("/nothing", headers={"Accept-Language": "nl"}).text
    assert '<html lang="nl"' in page


@pytest.mark.parametrize("cluster", ["sqlite", "postgresql"], indirect=True)
def test_without_a_database_there_is_still_a_page(
    app: Flask, client: FlaskClient, sign_in_as: SignInAs
) -> None:
    with app.app_context(), db.current().engine.begin() as connection:
        connection.execute(text("ALTER TABLE installation RENAME TO gone"))
    for path in ("/", "/sign-in", "/nothing"):
        response = client.get(path)
        assert response.status_code >= 404
        assert "<h1>" in response.text
        assert not any(word in response.text for word in NEVER_SHOWN)
