"""What everybody may know of moderation: rules, log and receipt; and what nobody may see."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from waardewerk.testing import SignIn, UnitOfWork, browser_of
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import Point, Result, Statement, Translation
from waardewerk_participation.models.rounds import PHASES, VOTING
from waardewerk_participation.moderation import REASONS
from waardewerk_participation.operations.moderating import Grounds
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.showing import (
    Figures,
    Moderation,
    Provenance,
    Sentences,
    Shown,
    StatementFigures,
    to_json,
)
from waardewerk_participation.small_cells import Share

from ..conftest import NOW
from .conftest import Moderated

CODE = "7K3M9PQRSTVW"
RECEIPT = "/r/cameras/receipt"
DOUBT = Grounds("hurts", "I am not sure.")


def receipt_of(app: Flask, code: str = CODE) -> bytes:
    """Return the hash under which a receipt is kept here."""
    return pseudonyms.receipt_hash(str(app.secret_key), code)


def ask(browser: FlaskClient, code: str = CODE, slug: str = "cameras") -> TestResponse:
    """Send the receipt form, as somebody of whom nothing is known."""
    return browser.post(f"/r/{slug}/receipt", data={"code": code})


# Rules and log --------------------------------------------------------------------------------


def test_everybody_can_read_the_reasons_and_what_the_round_adds(
    client: FlaskClient, moderated: Moderated
) -> None:
    with moderated.work() as session:
        moderated.round(session).policy = "Talk about <cameras>, not about neighbours."
    text = client.get("/r/cameras/policy").text
    for reason in REASONS:
        assert str(reason.title) in text
        assert str(reason.explanation) in text
    assert "Talk about &lt;cameras&gt;, not about neighbours." in text


@pytest.mark.parametrize(
    ("moderation", "said"),
    [("before", "before others see it"), ("after", "Others see your statement at once")],
)
def test_the_rules_say_when_a_moderator_reads(
    client: FlaskClient, moderated: Moderated, moderation: str, said: str
) -> None:
    with moderated.work() as session:
        moderated.round(session).moderation = moderation
    assert said in client.get("/r/cameras/policy").text


def test_the_log_tells_day_act_reason_and_count_and_never_who_or_what(
    client: FlaskClient, moderated: Moderated
) -> None:
    moderated.rejects(moderated.says("They are all fools."), note="Said to the author alone.")
    text = client.get("/r/cameras/moderation").text
    assert "It insults or shuts out people" in text
    assert "put to a second reader" in text
    for secret in ("fools", "Ann", "Bob", "to the author alone"):
        assert secret not in text


def test_whom_moderation_touched_is_told_when_nothing_is_judged_any_more(
    client: FlaskClient, moderated: Moderated, sign_in: SignIn
) -> None:
    moderator = sign_in(moderated.ann)
    for n in range(24):
        pid = moderated.rounds.joins(f"person {n}")
        state = "accepted" if n < 12 else "rejected"
        moderated.says(f"Said {n}", author=pid, state=state)
    for phase in PHASES:
        with moderated.work() as session:
            moderated.round(session).phase = phase
        public = client.get("/r/cameras/moderation").text
        staff = moderator.get("/participation/cameras/moderation").text
        assert ("People by how they took part" in public) is (phase == "closed"), phase
        assert ("People by how they take part" in staff) is (phase == "closed"), phase
    assert "12" in public


# Receipt --------------------------------------------------------------------------------------


def test_an_author_reads_why_a_statement_was_rejected(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    number = moderated.says("Statement one!", receipt=receipt_of(app))
    moderated.rejects(number, "already_there", note="See there.", same_as=1)
    text = ask(client).text
    assert "Statement one!" in text
    assert "It is there already" in text
    assert "See there." in text
    assert "Statement 1." in text
    for name in ("Ann", "Bob"):
        assert name not in text


@pytest.mark.parametrize("typed", ["7k3m-9pqr-stvw", " 7K3M 9PQR STVW ", "7k3m9pqrstvw."])
def test_the_code_may_be_typed_however_badly(
    client: FlaskClient, app: Flask, moderated: Moderated, typed: str
) -> None:
    moderated.says("More trees.", receipt=receipt_of(app))
    assert "More trees." in ask(client, typed).text


def test_while_it_waits_the_author_is_told_that_and_no_more(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    number = moderated.says("More trees.", receipt=receipt_of(app))
    moderated.does("doubt", number, DOUBT)
    text = ask(client).text
    assert "Waits for a moderator" in text
    assert "insults" not in text


def test_an_author_sees_what_was_mended(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    number = moderated.says("More tres.", receipt=receipt_of(app))
    moderated.does("edit", number, "More trees.")
    text = ask(client).text
    assert "More trees." in text
    assert "More tres." in text


def publish(work: UnitOfWork, moderated: Moderated, *figures: StatementFigures) -> None:
    """Publish a result with these figures."""
    shown = Shown(
        audience="public",
        k=10,
        is_final=True,
        people=100,
        votes=1000,
        outcome="no_clear_groups",
        groups=(),
        statements=figures,
        sentences=Sentences(agreed_with=tuple(one.number for one in figures)),
        values=(),
        channels=(),
        contrasts=(),
        background=(),
        map=None,
        moderation=Moderation({}, {}, {}),
        provenance=Provenance("stable", 1, 1, "", {}, "", "", None, {}, None, None),
        comparisons=(),
    )
    with work() as session:
        session.add(
            Result(
                round_id=moderated.round(session).id,
                engine="stable",
                engine_version=1,
                seed=1,
                provenance={},
                fingerprint="",
                counted_at=NOW,
                shown={
                    "public": to_json(shown),
                    "staff": to_json(replace(shown, audience="staff", k=5)),
                },
                is_published=True,
            )
        )


def test_an_author_reads_the_votes_once_they_are_published(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    number = moderated.says("More trees.", receipt=receipt_of(app), state="accepted")
    few = moderated.says("Fewer cars.", receipt=receipt_of(app), state="accepted")
    assert "once enough people did" in ask(client).text
    share = Figures(reactions=100, agree=Share("about", 70), disagree=Share("about", 20))
    publish(
        moderated.work,
        moderated,
        StatementFigures(number, share, {}),
        StatementFigures(few, Figures(), {}),
    )
    text = ask(client).text
    assert "70 % agree and 20 % disagree" in text
    assert text.count("once enough people did") == 1


def test_an_author_reads_what_is_done_with_it_once_everybody_does(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    number = moderated.says("More trees.", receipt=receipt_of(app), state="accepted")
    with moderated.work() as session:
        moderated.round(session).phase = "answer"
        session.add(
            Point(
                round_id=moderated.round(session).id,
                kind="consensus",
                statement_id=moderated.get(session, number).id,
                figures={},
                we_do="We plant forty trees.",
                why="Because of the heat.",
                who="The board",
                due=date(2099, 3, 1),
            )
        )
    assert "forty trees" not in ask(client).text
    with moderated.work() as session:
        moderated.round(session).phase = "closed"
    text = ask(client).text
    for said in ("We plant forty trees.", "Because of the heat.", "The board", "March 1, 2099"):
        assert said in text


def test_a_receipt_stores_nothing_and_sets_no_cookie(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    moderated.says("More trees.", receipt=receipt_of(app))
    for response in (client.get(RECEIPT), ask(client)):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        assert CODE not in response.text


def test_a_receipt_of_another_round_is_unknown_here(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    moderated.rounds.open("other")
    moderated.says("More trees.", receipt=receipt_of(app))
    response = ask(client, slug="other")
    assert response.status_code == 422
    assert "We do not know this code" in response.text


@pytest.mark.parametrize("typed", ["", "  ", "nonsense", "a" * 100, "\u202e7K3M", "7K3M9PQRSTVX"])
def test_a_code_that_is_none_is_refused_kindly(
    client: FlaskClient, moderated: Moderated, typed: str
) -> None:
    assert ask(client, typed).status_code == 422


def test_who_guesses_receipts_is_slowed_down(
    client: FlaskClient, app: Flask, moderated: Moderated
) -> None:
    moderated.says("More trees.", receipt=receipt_of(app))
    statuses = [ask(client, f"{n:012d}").status_code for n in range(9)]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429
    assert ask(client).status_code == 429


# What nobody may see --------------------------------------------------------------------------

HIDDEN = {
    "waiting": "Zebrafinch waits here",
    "doubted": "Yellowhammer is doubted",
    "rejected": "Woodpecker is rejected",
}
NOTE = "Nightingale note"
#: What stands in the places of addresses; another kind of place fails the test.
NUMBERS = (1, 3, 13, 14, 15)
FILLED_IN = {
    "slug": ("cameras",),
    "typed": (CODE,),
    "token": ("a" * 43,),
    "form": ("csv", "json", "pdf", "docx", "odt", "html", "zip"),
}
#: What a page can be asked beside its address; to a file it is asked at once.
ASKED = ("?at=13", "?at=14", "?at=15", "?after=15")
ASKED_OF_A_FILE = ("?at=13&after=15",)


@pytest.fixture
def with_hidden(moderated: Moderated, app: Flask) -> Moderated:
    """Give a round with statements, and translations of them, that nobody may see."""
    for state, text in HIDDEN.items():
        number = moderated.says(text, state="waiting", receipt=receipt_of(app))
        if state == "doubted":
            moderated.does("doubt", number, DOUBT)
        if state == "rejected":
            moderated.rejects(number, note=NOTE)
        with moderated.work() as session:
            moderated.get(session, number).translations = [
                Translation(language="nl", text=f"{text} (nl)", is_approved=True)
            ]
    with moderated.work() as session:
        moderated.get(session, 3).translations = [
            Translation(language="nl", text="Xerus was not approved")
        ]
    count_and_answer(moderated)
    return moderated


def count_and_answer(moderated: Moderated) -> None:
    """Publish a result and an answer from before what is hidden now was hidden."""
    share = Figures(reactions=100, agree=Share("about", 70), disagree=Share("about", 20))
    figures = [StatementFigures(number, share, {}) for number in NUMBERS]
    publish(moderated.work, moderated, *figures)
    with moderated.work() as session:
        session.add_all(
            Point(
                round_id=moderated.round(session).id,
                kind="consensus",
                statement_id=moderated.get(session, number).id,
                figures={},
                we_do="We do it.",
                why="Because.",
                who="The board",
            )
            for number in NUMBERS
        )


def addresses(app: Flask) -> Iterator[str]:
    """Give every address of the plugin that can be asked for without signing in."""
    of_everybody = ("participation_round.", "participation_follow.")
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(of_everybody) and "GET" in (rule.methods or ()):
                yield from filled_in(rule)


def filled_in(rule: Rule) -> Iterator[str]:
    """Give the addresses of one rule, with everything that may stand in its places."""
    names = sorted(rule.arguments)
    numbers = {name for name in names if isinstance(rule._converters[name], IntegerConverter)}
    missing = set(names) - FILLED_IN.keys() - numbers
    assert not missing, f"say what stands in {missing} of {rule}"
    for values in product(*(NUMBERS if n in numbers else FILLED_IN[n] for n in names)):
        yield url_for(rule.endpoint, **dict(zip(names, values, strict=True)))


def words_in(response: TestResponse) -> str:
    """Return everything that can be read in a page or a file."""
    if response.data.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages)
    if response.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(response.data)) as parts:
            return " ".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            )
    return response.get_data(as_text=True)


def assert_hides(response: TestResponse, where: str) -> None:
    assert response.status_code < 500, where
    text = words_in(response)
    for secret in (*HIDDEN.values(), NOTE, "Xerus", "I am not sure."):
        assert secret not in text, f"{where} shows “{secret}”"


@pytest.mark.parametrize("phase", PHASES)
def test_no_page_and_no_file_shows_what_waits_or_was_rejected(
    app: Flask, client: FlaskClient, with_hidden: Moderated, phase: str
) -> None:
    with with_hidden.work() as session:
        with_hidden.round(session).phase = phase
    found = list(addresses(app))
    assert "/r/cameras/policy" in found
    for language, browser in (("en", client), ("nl", browser_of(app))):
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        joined = browser.post("/r/cameras/join")
        assert (joined.status_code == 303) == (phase in VOTING)
        for address in found:
            response = browser.get(address)
            assert_hides(response, f"{address} in {phase}")
            for asked in ASKED if response.mimetype == "text/html" else ASKED_OF_A_FILE:
                assert_hides(browser.get(address + asked), f"{address}{asked} in {phase}")


def test_who_reads_rounds_inside_sees_no_more_than_everybody(
    app: Flask, with_hidden: Moderated, sign_in: SignIn, a_person
) -> None:
    # Who may answer also sees what was hidden after it asked for an answer.
    reader = sign_in(a_person("civil_servant"))
    with app.test_request_context():
        inside = [
            address
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("participation.") and "GET" in (rule.methods or ())
            if rule.arguments <= {"slug"}
            for address in filled_in(rule)
        ]
    assert "/participation/cameras/statements" in inside
    for address in inside:
        assert_hides(reader.get(address), address)


def test_with_moderation_afterwards_a_statement_shows_until_somebody_doubts_it(
    with_hidden: Moderated,
) -> None:
    with with_hidden.work() as session:
        found = with_hidden.round(session)
        found.moderation = "after"
        texts = set(session.scalars(select(Statement.text).where(is_visible(found))))
    assert HIDDEN["waiting"] in texts
    assert texts.isdisjoint({HIDDEN["doubted"], HIDDEN["rejected"]})


# The alarm ------------------------------------------------------------------------------------


def test_a_queue_that_waits_too_long_is_on_the_first_page_of_moderators(
    moderated: Moderated, sign_in: SignIn, a_person
) -> None:
    moderated.says("Wait.", received_on=date(2026, 1, 5))
    assert "1 statement waits for a moderator" in sign_in(moderated.ann).get("/").text
    assert "waits for a moderator" not in sign_in(a_person("executive_member")).get("/").text
