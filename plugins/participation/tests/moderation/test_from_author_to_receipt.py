"""What a participant writes, on its way through the queue to everybody, and back by the receipt."""

from __future__ import annotations

import secrets
from collections.abc import Collection

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.refusal import Refusal
from waardewerk.testing import SignIn
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import Statement
from waardewerk_participation.operations import speaking, voting

from ..conftest import NOW
from .conftest import Moderated

HTML = '<img src=x onerror=alert(1)> & "quotes" {{ 7 * 7 }} %(count)s'
SHOWN = "&lt;img src=x onerror=alert(1)&gt; &amp; &#34;quotes&#34; {{ 7 * 7 }} %(count)s"


def say(
    moderated: Moderated, app: Flask, text: str, values: Collection[str] = ()
) -> tuple[int, str]:
    """Let somebody vote and say something; return the number of it and the receipt code."""
    pid = moderated.rounds.joins(secrets.token_hex(8))
    with moderated.work() as session:
        found = moderated.round(session)
        for number in range(1, 13):
            voting.vote(session, found, pid, number, 1, now=NOW)
        key = moderated.rounds.keys.read(found.key_name)
        code = pseudonyms.receipt_code(key, pid)
        given = {"secret": str(app.secret_key), "now": NOW, "receipt_code": code}
        nonce = secrets.token_hex(16)
        made = speaking.say(session, found, pid, text, "en", values, nonce, **given)
        return made.number, code


def test_html_stays_text_from_author_to_moderator_to_everybody_and_back(
    client: FlaskClient, app: Flask, moderated: Moderated, sign_in: SignIn
) -> None:
    number, code = say(moderated, app, HTML)
    moderator = sign_in(moderated.ann)
    assert SHOWN in moderator.get("/participation/cameras/moderation").text
    assert SHOWN in moderator.get(f"/participation/cameras/statements/{number}").text
    moderated.does("accept", number)
    client.post("/r/cameras/join")
    assert SHOWN in client.get(f"/r/cameras/vote?at={number}").text
    assert SHOWN in client.post("/r/cameras/receipt", data={"code": code.lower()}).text


def test_an_author_suggests_no_more_values_than_a_moderator_confirms(
    app: Flask, moderated: Moderated, in_force: None
) -> None:
    keys = ["privacy", "control", "inclusion", "sustainability"]
    with pytest.raises(Refusal, match="at most"):
        say(moderated, app, "More trees.", keys)
    number, _code = say(moderated, app, "More trees.", keys[:3])
    with moderated.work() as session:
        assert len(moderated.get(session, number).values) == 3


@pytest.mark.parametrize(
    "text", ["Turn \u202earound", "\u200b\u2060", "a" * 10_000, "   ", "bell \x07", "half \ud800"]
)
def test_what_cannot_be_shown_as_it_was_typed_never_reaches_a_moderator(
    app: Flask, moderated: Moderated, text: str
) -> None:
    with pytest.raises(Refusal):
        say(moderated, app, text)
    with moderated.work() as session:
        assert session.query(Statement).filter_by(origin="participant").count() == 0


def test_one_code_answers_for_all_that_somebody_wrote(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    number, code = say(moderated, app, "More trees.")
    with moderated.work() as session:
        receipt = moderated.get(session, number).receipt
    rejected = moderated.says("They are all fools.", receipt=receipt)
    moderated.rejects(rejected)
    text = client.post("/r/cameras/receipt", data={"code": code}).text
    assert "More trees." in text
    assert "They are all fools." in text
    assert "Your statement 2" in text
