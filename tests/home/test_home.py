"""The first page, the texts for readers, and what machines ask for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from waardewerk import db
from waardewerk.contract import Tile
from waardewerk.home.dashboard import arranged
from waardewerk.home.kept import period
from waardewerk.testing import SignInAs, submit


def a_tile(title: str, **options: object) -> Tile:
    return Tile(title=title, text="", url="/", **options)


def test_what_asks_comes_first_and_the_soonest_on_top() -> None:
    tiles = [
        a_tile("other"),
        a_tile("no date", asks=True),
        a_tile("later", asks=True, due=date(2026, 12, 2)),
        a_tile("sooner", asks=True, due=date(2026, 12, 1)),
        a_tile("first of the others", order=1),
    ]
    dashboard = arranged(tiles)
    assert [tile.title for tile in dashboard.asks] == ["sooner", "later", "no date"]
    assert [tile.title for tile in dashboard.others] == ["first of the others", "other"]


@pytest.mark.parametrize(
    ("keep", "words"),
    [(730, "2 years"), (365, "1 year"), (90, "90 days"), (1, "1 day"), (400, "400 days")],
)
def test_a_period_in_words(keep: int, words: str) -> None:
    assert period(timedelta(days=keep)) == words


def test_a_stranger_reads_what_this_is_and_gets_no_cookie(client: FlaskClient) -> None:
    response = client.get("/")
    assert "Do we want to?" in response.text
    assert 'href="/sign-in"' in response.text
    assert response.headers.getlist("Set-Cookie") == []


def test_who_is_signed_in_sees_a_dashboard(sign_in_as: SignInAs) -> None:
    page = sign_in_as("civil_servant", name="Noor").get("/").text
    assert "Hello Noor" in page
    assert "Nothing asks for you now" in page


@pytest.mark.parametrize("page", ["accessibility", "privacy", "contact"])
def test_every_reader_may_open_the_pages_that_a_site_owes(client: FlaskClient, page: str) -> None:
    response = client.get(f"/{page}")
    assert response.status_code == 200
    assert f'href="/{page}"' in client.get("/").text
    assert response.headers.getlist("Set-Cookie") == []


def test_the_privacy_page_tells_what_is_kept_and_how_long(client: FlaskClient) -> None:
    page = client.get("/privacy").text
    assert "ways to sign in and sign-ins of people with an account" in page
    assert "1\N{NO-BREAK SPACE}year" in page


def test_the_accessibility_page_does_not_promise_what_was_not_tested(client: FlaskClient) -> None:
    assert "What is not tested yet" in client.get("/accessibility").text


def test_a_monitor_hears_ok(client: FlaskClient) -> None:
    response = client.get("/health")
    assert (response.status_code, response.text, response.mimetype) == (200, "ok\n", "text/plain")


def test_a_monitor_hears_when_the_database_is_gone(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), db.current().engine.begin() as connection:
        connection.execute(text("ALTER TABLE installation RENAME TO gone"))
    assert client.get("/health").status_code >= 500


def test_finders_of_weaknesses_know_where_to_go(client: FlaskClient) -> None:
    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert fields["Contact"] == "http://localhost/contact"
    assert fields["Canonical"] == "http://localhost/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


def test_the_theme_is_a_style_sheet_for_everybody(client: FlaskClient) -> None:
    response = client.get("/theme.css")
    assert response.mimetype == "text/css"
    assert response.text.startswith(":root {")


def test_a_dashboard_survives_a_language_switch(sign_in_as: SignInAs) -> None:
    client = sign_in_as("adviseur")
    chosen = submit(client, "/language", {"language": "nl", "next": "/account"}, on="/")
    assert chosen.location == "/account"
    assert '<html lang="nl"' in client.get("/account").text


def test_the_pattern_page_is_not_for_production(client: FlaskClient) -> None:
    assert client.get("/_patterns").status_code == 404
