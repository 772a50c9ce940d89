"""Hearing by mail what was done with a round, without anything of what one said beside it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk import jobs
from waardewerk.config import Config
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, Refusal, TooMany
from waardewerk.testing import SmtpServer, UnitOfWork, browser_of
from waardewerk_participation import follow_links, keeping
from waardewerk_participation.models import Follower, Participant
from waardewerk_participation.notices import Sender
from waardewerk_participation.operations import closing, following
from waardewerk_participation.pestering import MOST_FROM_ONE, MOST_TO_ONE, Pestering

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
ANNA = "anna@example.nl"
LINK = re.compile(r"http://localhost(/volg/cameras/[0-9a-f]+)")


@pytest.fixture
def config(config: Config, smtp_server: SmtpServer) -> Config:
    """Name a mail server."""
    return config.model_copy(
        update={
            "smtp_host": smtp_server.host,
            "smtp_port": smtp_server.port,
            "smtp_security": "none",
        }
    )


@pytest.fixture
def sender(app: Flask) -> Sender:
    """Give the province as it writes."""
    return Sender(
        organisation="Province", base_url="http://localhost", secret=str(app.secret_key), days=14
    )


def work(app: Flask) -> None:
    """Do all that is due, and what follows from it."""
    while jobs.worker_of(app).run_due(datetime.now(UTC)):
        pass


def link_in(server: SmtpServer) -> str:
    """Return the link in the last mail."""
    found = LINK.search(server.letters[-1].get_content())
    assert found is not None
    return found[1]


def test_an_address_counts_once_its_owner_pressed_the_button_and_hears_of_the_answers_once(
    app: Flask,
    own_rounds: Any,
    unit_of_work: UnitOfWork,
    client: FlaskClient,
    smtp_server: SmtpServer,
) -> None:
    own_rounds.open(phase="answer")
    asked = client.post("/volg/cameras", data={"email": " Anna@Example.nl "})
    assert asked.headers["Location"] == "/volg/cameras/asked"
    assert "Look in your mail" in client.get("/volg/cameras/asked").text
    work(app)
    assert smtp_server.letters[-1]["To"] == ANNA
    link = link_in(smtp_server)
    owner = browser_of(app)
    assert "Is this your address?" in owner.get(link).text
    assert "Is this your address?" in owner.get(link).text, "opening a link confirms nothing"
    assert owner.post(link).headers["Location"] == link
    assert "You get the answers by mail" in owner.get(link).text
    _close(own_rounds, unit_of_work)
    work(app)
    told = smtp_server.letters[-1].get_content()
    assert "http://localhost/r/cameras/answers" in told
    assert link_in(smtp_server) == link
    assert len(smtp_server.letters) == 2
    _close(own_rounds, unit_of_work)
    work(app)
    assert len(smtp_server.letters) == 2, "nobody is told twice"


def test_who_confirms_after_closing_gets_the_answers_too_and_then_the_address_goes(
    app: Flask,
    own_rounds: Any,
    unit_of_work: UnitOfWork,
    client: FlaskClient,
    smtp_server: SmtpServer,
) -> None:
    own_rounds.open(phase="answer")
    client.post("/volg/cameras", data={"email": ANNA})
    work(app)
    link = link_in(smtp_server)
    _close(own_rounds, unit_of_work)
    work(app)
    assert len(smtp_server.letters) == 1, "an address that nobody confirmed is not written to"
    for _ in range(2):
        browser_of(app).post(link)
        work(app)
    assert len(smtp_server.letters) == 2
    assert "/r/cameras/answers" in smtp_server.letters[-1].get_content()
    with unit_of_work() as session:
        assert following.forget_old(session, TODAY + timedelta(15), days=14) == 1


def test_who_confirms_while_the_mail_to_everybody_is_on_its_way_is_not_forgotten(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open(phase="answer")
    with unit_of_work() as session:
        token = _asked(session, own_rounds.get(session), sender)
    _close(own_rounds, unit_of_work)
    with unit_of_work() as session:
        following.confirm(session, own_rounds.get(session), token, now=NOW)
        assert jobs.waiting(session, following.JOB) == 2


def _close(own_rounds: Any, unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        found.phase, found.closed_at = "closed", NOW
        closing.conclude(session, found, now=NOW)


def test_no_page_sets_a_cookie_and_none_is_asked_where_the_round_keeps_its_own(
    app: Flask, own_rounds: Any, client: FlaskClient, smtp_server: SmtpServer
) -> None:
    own_rounds.open()
    pages = [client.get("/volg/cameras"), client.post("/volg/cameras", data={"email": ANNA})]
    work(app)
    link = link_in(smtp_server)
    pages += [client.get(link), client.post(link), client.post(f"{link}/stop")]
    assert all("Set-Cookie" not in page.headers for page in pages)
    assert not link.startswith("/r/")


def test_who_asks_sees_the_same_whether_the_address_was_known_or_not(
    app: Flask, own_rounds: Any, client: FlaskClient, smtp_server: SmtpServer
) -> None:
    own_rounds.open()
    first = client.post("/volg/cameras", data={"email": ANNA})
    work(app)
    client.post(link_in(smtp_server))
    again = client.post("/volg/cameras", data={"email": ANNA})
    work(app)
    assert (first.status_code, first.headers["Location"], first.text) == (
        again.status_code,
        again.headers["Location"],
        again.text,
    )
    assert len(smtp_server.letters) == 2


def test_whoever_confirmed_stays_confirmed_when_somebody_else_asks_with_that_address(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open()
    with unit_of_work() as session:
        found = own_rounds.get(session)
        token = _asked(session, found, sender)
        following.confirm(session, found, token, now=NOW)
        _asked(session, found, sender)
        assert session.query(Follower).one().is_confirmed


def _asked(session: Any, found: Any, sender: Sender, email: str = ANNA) -> str:
    following.ask(session, found, email, language="en", sender=sender, now=NOW)
    own = follow_links.fingerprint(sender.secret, found.slug, email)
    return follow_links.token(sender.secret, own)


def test_a_link_stops_it_at_once_and_then_leads_nowhere(
    app: Flask, own_rounds: Any, client: FlaskClient, smtp_server: SmtpServer
) -> None:
    own_rounds.open()
    client.post("/volg/cameras", data={"email": ANNA})
    work(app)
    link = link_in(smtp_server)
    for _ in range(2):
        stopped = client.post(f"{link}/stop", follow_redirects=True)
        assert "Your address is removed" in stopped.text
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404


def test_a_link_of_one_round_says_nothing_in_another(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open()
    own_rounds.open("bins")
    with unit_of_work() as session:
        token = _asked(session, own_rounds.get(session), sender)
        with pytest.raises(NotFound):
            following.confirm(session, own_rounds.get(session, "bins"), token, now=NOW)
        following.stop(session, own_rounds.get(session, "bins"), token)
        assert session.query(Follower).count() == 1


@pytest.mark.parametrize("wrong", ["", "anna", "anna@", "a@b.nl\nBcc: c@d.nl", "x" * 300])
def test_what_is_no_address_is_refused_beside_the_field(
    own_rounds: Any, client: FlaskClient, wrong: str
) -> None:
    own_rounds.open()
    answer = client.post("/volg/cameras", data={"email": wrong})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_after_closing_nobody_needs_to_ask(
    own_rounds: Any, unit_of_work: UnitOfWork, client: FlaskClient, sender: Sender
) -> None:
    own_rounds.open(phase="closed", closed_at=NOW)
    assert "The answers are there already" in client.get("/volg/cameras").text
    assert client.post("/volg/cameras", data={"email": ANNA}).status_code == 409
    with unit_of_work() as session, pytest.raises(Conflict):
        _asked(session, own_rounds.get(session), sender)


@pytest.mark.parametrize("phase", ["vote", "analyse", "answer"])
def test_from_the_vote_to_the_answers_the_first_page_leads_here(
    own_rounds: Any, client: FlaskClient, phase: str
) -> None:
    own_rounds.open(phase=phase)
    assert 'href="/volg/cameras"' in client.get("/r/cameras/").text


def test_who_stops_voting_is_led_here(own_rounds: Any, client: FlaskClient) -> None:
    own_rounds.open()
    client.post("/r/cameras/join")
    assert 'href="/volg/cameras"' in client.get("/r/cameras/done").text


def test_a_site_that_cannot_send_mail_says_so_and_keeps_no_address(
    app: Flask, config: Config, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    app.extensions["waardewerk.config"] = config.model_copy(update={"smtp_host": ""})
    client = browser_of(app)
    shown = client.get("/volg/cameras").text
    assert "This site cannot send mail" in shown
    assert 'name="email"' not in shown
    assert "We send you one mail" not in shown
    assert client.post("/volg/cameras", data={"email": ANNA}).status_code == 409
    assert client.get("/volg/cameras/asked").location == "/volg/cameras"
    with unit_of_work() as session:
        assert session.query(Follower).count() == 0
    client.post("/r/cameras/join")
    for page in ("/r/cameras/", "/r/cameras/done"):
        assert "/volg/" not in client.get(page).text


def test_nothing_that_is_kept_of_an_address_can_be_read_or_laid_beside_a_participant(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open()
    pid = own_rounds.joins("secret")
    with unit_of_work() as session:
        token = _asked(session, own_rounds.get(session), sender)
    with unit_of_work() as session:
        kept = session.query(Follower).one()
        columns = {column.name: getattr(kept, column.name) for column in Follower.__table__.columns}
        written = " ".join(map(str, columns.values()))
        assert ANNA not in written
        assert token not in written
        assert pid.hex() not in written
        assert type(kept.asked_on) is date
        assert follow_links.unseal(sender.secret, "cameras", kept.email) == ANNA
    tables = (Follower.__table__, Participant.__table__)
    shared = set.intersection(*({column.name for column in table.columns} for table in tables))
    assert shared == set()
    assert not Follower.__table__.foreign_keys


def test_addresses_go_when_their_time_is_over(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open()
    ages = {
        "told-long-ago": {"told_on": TODAY - timedelta(14), "is_confirmed": True},
        "told-just-now": {"told_on": TODAY - timedelta(13), "is_confirmed": True},
        "never-confirmed": {"asked_on": TODAY - timedelta(7)},
        "asked-just-now": {"asked_on": TODAY - timedelta(6)},
        "waits": {"asked_on": TODAY - timedelta(400), "is_confirmed": True},
        "waits-for-nothing": {"asked_on": TODAY - timedelta(800), "is_confirmed": True},
        "round-is-gone": {"is_confirmed": True, "round_slug": "gone"},
    }
    with unit_of_work() as session:
        for name, changes in ages.items():
            base = {
                "token": name,
                "round_slug": "cameras",
                "email": "sealed",
                "fingerprint": name,
                "language": "nl",
                "asked_on": TODAY,
            }
            session.add(Follower(**{**base, **changes}))
    with unit_of_work() as session:
        assert following.forget_old(session, TODAY, days=14) == 4
        assert following.forget_old(session, TODAY, days=14) == 0
        left = {one.token for one in session.query(Follower)}
    assert left == {"told-just-now", "asked-just-now", "waits"}


def test_an_address_is_handed_over_and_erased_on_request(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open()
    own_rounds.open("bins")
    with unit_of_work() as session:
        for slug in ("cameras", "bins"):
            _asked(session, own_rounds.get(session, slug), sender)
        _asked(session, own_rounds.get(session), sender, "bert@example.nl")
    with unit_of_work() as session:
        handed = keeping.FOLLOWERS.export(session, " Anna@example.nl ")
        assert {one["round"] for one in handed} == {"cameras", "bins"}
        assert keeping.FOLLOWERS.erase(session, ANNA) == 2
        assert keeping.FOLLOWERS.export(session, ANNA) == []
        assert session.query(Follower).count() == 1


def test_a_seal_of_one_round_does_not_open_in_another() -> None:
    sealed = follow_links.seal("secret", "cameras", ANNA)
    with pytest.raises(Exception, match="bins"):
        follow_links.unseal("secret", "bins", sealed)


def test_who_lost_the_secret_tells_nobody_and_goes_on(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open(phase="closed")
    with unit_of_work() as session:
        session.add(
            Follower(
                token="t",
                round_slug="cameras",
                email=follow_links.seal("another secret", "cameras", ANNA),
                fingerprint="f",
                language="nl",
                is_confirmed=True,
                asked_on=TODAY,
            )
        )
    with unit_of_work() as session:
        assert following.tell(session, own_rounds.get(session), sender, now=NOW) == 1
        assert jobs.waiting(session, "core.send_mail") == 0


def test_many_followers_are_told_in_turns(
    app: Flask,
    own_rounds: Any,
    unit_of_work: UnitOfWork,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    smtp_server: SmtpServer,
) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 2)
    own_rounds.open(phase="answer")
    people = [f"person{number}@example.nl" for number in range(5)]
    with unit_of_work() as session:
        found = own_rounds.get(session)
        for email in people:
            following.confirm(session, found, _asked(session, found, sender, email), now=NOW)
    work(app)
    smtp_server.letters.clear()
    _close(own_rounds, unit_of_work)
    work(app)
    assert sorted(one["To"] for one in smtp_server.letters) == people


def test_nobody_fills_a_mailbox_with_it() -> None:
    pestering = Pestering()
    for number in range(MOST_TO_ONE):
        pestering.count(ANNA, f"192.0.2.{number}", TODAY)
    with pytest.raises(TooMany):
        pestering.count(" Anna@example.nl", "192.0.2.99", TODAY)
    pestering.count("bert@example.nl", "192.0.2.0", TODAY)
    pestering.count(ANNA, "192.0.2.0", TODAY + timedelta(1))


def test_a_town_hall_is_one_address_and_many_people_but_not_endlessly_many() -> None:
    pestering = Pestering()
    for number in range(MOST_FROM_ONE):
        pestering.count(f"person{number}@example.nl", "2001:db8::1", TODAY)
    with pytest.raises(TooMany):
        pestering.count("one.more@example.nl", "2001:db8::2", TODAY)
    pestering.count("one.more@example.nl", "2001:db8:1::1", TODAY)


def test_the_page_says_so_when_an_address_was_asked_too_often(
    own_rounds: Any, client: FlaskClient
) -> None:
    own_rounds.open()
    answers = [client.post("/volg/cameras", data={"email": ANNA}) for _ in range(MOST_TO_ONE + 1)]
    assert [one.status_code for one in answers] == [303] * MOST_TO_ONE + [429]


def test_an_address_that_is_typed_wrong_is_refused_by_the_rule_too(
    own_rounds: Any, unit_of_work: UnitOfWork, sender: Sender
) -> None:
    own_rounds.open()
    with unit_of_work() as session, pytest.raises(Refusal, match="e-mail address"):
        _asked(session, own_rounds.get(session), sender, "nobody")


def test_a_round_that_is_prepared_takes_no_addresses(own_rounds: Any, client: FlaskClient) -> None:
    own_rounds.open(phase="prepare")
    assert client.get("/volg/cameras").status_code == 404
    assert client.post("/volg/cameras", data={"email": ANNA}).status_code == 404
