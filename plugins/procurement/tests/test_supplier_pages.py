"""The pages after the award, for staff and for who has a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from waardewerk.testing import AddPerson, SignIn, UnitOfWork, browser_of, submit
from waardewerk_procurement.models import Bid, Dossier, SupplierForm
from waardewerk_procurement.operations import asking, following

from .running import TODAY, Running, decided
from .setting_up import NOW

UNTIL = TODAY + timedelta(14)
HTMX = {"HX-Request": "true"}
KEYS = ("forget", "register", "explained")


@pytest.fixture
def ready(unit_of_work: UnitOfWork, a_person: AddPerson) -> Running:
    """Give a dossier that was decided."""
    return decided(unit_of_work, a_person)


@pytest.fixture
def running(ready: Running) -> Running:
    """Give a dossier that is carried out."""
    return ready.carry_out()


@pytest.fixture
def officer(app: Flask, running: Running, sign_in: SignIn) -> FlaskClient:
    """Give the browser of the officer."""
    return sign_in(person(running))


def person(found: Running) -> Any:
    """Read who leads the dossier."""
    from waardewerk.people.models import Person

    with found.work() as session:
        return session.get_one(Person, found.officer_id)


def path_of(found: Running, below: str = "") -> str:
    """Give the address of a page of the dossier."""
    return f"/procurement/{found.dossier_id}/{below}"


def promise(found: Running, criterion: str = "forget") -> str:
    """Give the address of one promise."""
    with found.work() as session:
        return path_of(found, f"promises/{found.follow_up(session, criterion).id}")


def link(found: Running, app: Flask) -> str:
    """Make a link for the winner, and give its path."""
    secret = str(app.secret_key)
    form = found.do(asking.open_form, found.bid, UNTIL, secret=secret)
    return f"/leverancier/{asking.link_token(form, secret)}"


def filled(revision: int = 0, **answers: str) -> dict[str, str]:
    """Fill in every question alike, or as said."""
    fields = {}
    for key in KEYS:
        fields |= {
            f"{key}:value": answers.get(key, "yes"),
            f"{key}:reason": f"About {key}.",
            f"{key}:revision": str(revision),
        }
    return fields


def test_the_officer_begins_and_sees_what_is_promised_by_day(
    ready: Running, sign_in: SignIn
) -> None:
    browser = sign_in(person(ready))
    came = submit(browser, path_of(ready, "carry-out"), on=path_of(ready, "promises"))
    assert came.status_code == 303
    page = browser.get(came.location).text
    places = [page.index(title) for title in ("Keep the algorithm", "Forget what", "Residents")]
    assert places == sorted(places)
    assert "Otto Officer" in page


def test_what_stands_in_the_way_is_told(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    found = decided(unit_of_work, a_person, until=TODAY)
    page = sign_in(person(found)).get(path_of(found, "promises")).text
    assert "the standstill lasts up to and including" in page
    assert "carry-out" not in page


def test_somebody_else_cannot_begin_it(
    ready: Running, a_person: AddPerson, sign_in: SignIn
) -> None:
    browser = sign_in(a_person({"civil_servant"}))
    page = browser.get(path_of(ready, "promises")).text
    assert "carry-out" not in page
    came = submit(browser, path_of(ready, "carry-out"), on="/")
    assert came.status_code == 403


def test_a_finding_without_a_reason_is_asked_again(running: Running, officer: FlaskClient) -> None:
    came = submit(officer, promise(running), {"colour": "red", "reason": ""})
    assert came.status_code == 422
    came = submit(officer, promise(running), {"colour": "red", "reason": "Kept a month."})
    assert came.status_code == 303
    assert "Kept a month." in officer.get(promise(running)).text


def test_who_only_reads_finds_and_changes_nothing(
    running: Running, a_person: AddPerson, sign_in: SignIn
) -> None:
    browser = sign_in(a_person({"executive_member"}))
    page = browser.get(promise(running))
    assert page.status_code == 200
    assert "How it stands now" not in page.text
    fields = {"colour": "green", "reason": "Yes."}
    assert submit(browser, promise(running), fields, on="/").status_code == 403
    assert browser.get(f"{promise(running)}/change").status_code == 403


def test_a_change_and_an_ending_are_made_on_pages_of_their_own(
    running: Running, officer: FlaskClient
) -> None:
    change = {
        "evidence": "A report by an outsider.",
        "owner": "",
        "due": str(TODAY),
        "every_months": "",
        "revision": "1",
    }
    address = f"{promise(running)}/change"
    assert submit(officer, address, change).status_code == 303
    assert submit(officer, address, {**change, "owner": "999999"}).status_code == 422
    assert submit(officer, address, {**change, "due": "soon"}).status_code == 422
    page = officer.get(promise(running)).text
    assert "A report by an outsider." in page
    assert "Nobody yet" in page
    end = {"verdict": "broken", "reason": "No.", "revision": "2"}
    assert submit(officer, f"{promise(running)}/end", end).status_code == 422
    end |= {"follows": "A talk.", "follows_by": str(TODAY)}
    assert submit(officer, f"{promise(running)}/end", end).status_code == 303
    assert "A talk." in officer.get(promise(running)).text


def test_a_promise_of_another_dossier_is_not_here(running: Running, officer: FlaskClient) -> None:
    with running.work() as session:
        other = Dossier(kind="request", title="Another", scale={}, made_at=NOW)
        session.add(other)
        session.flush()
        here = running.follow_up(session).id
        address = f"/procurement/{other.id}/promises/{here}"
    assert officer.get(address).status_code == 404


def test_the_officer_makes_a_link_and_can_end_it(running: Running, officer: FlaskClient) -> None:
    with running.work() as session:
        bids = {key: running.bid(session, key).id for key in "AB"}
    given = {"bid": str(bids["B"]), "open_until": str(UNTIL)}
    forms = path_of(running, "forms")
    assert submit(officer, forms, {**given, "bid": str(bids["A"])}).status_code == 422
    past = {**given, "open_until": str(TODAY - timedelta(1))}
    assert submit(officer, forms, past).status_code == 422
    came = submit(officer, forms, given)
    assert came.status_code == 303
    page = officer.get(came.location).text
    found = re.search(r'value="http://localhost(/leverancier/[^"]+)"', page)
    assert found is not None
    assert officer.get(found[1]).status_code == 200
    assert submit(officer, f"{came.location}/end", on=came.location).status_code == 303
    assert "This form is closed" in officer.get(found[1]).text
    assert found[1] not in officer.get(came.location).text


def test_only_who_leads_the_dossier_sees_forms(
    running: Running, app: Flask, a_person: AddPerson, sign_in: SignIn
) -> None:
    link(running, app)
    with running.work() as session:
        number = session.scalars(select(SupplierForm.id)).one()
    browser = sign_in(a_person({"civil_servant"}))
    for below in ("forms", f"forms/{number}"):
        assert browser.get(path_of(running, below)).status_code == 403


def test_a_supplier_fills_in_without_account_cookie_or_script(
    running: Running, app: Flask, client: FlaskClient
) -> None:
    address = link(running, app)
    page = client.get(address)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    # What is only true where a script runs is only said there.
    assert ">Press Save before you close this page." in page.text
    assert ">Your answers are saved as you go" not in page.text
    assert "Not handed in yet." not in page.text
    assert "What you offered, as we judged it:" in page.text
    assert len(page.data) <= 60_000
    came = client.post(address, data={**filled(register="no"), "go": "save"})
    assert came.status_code == 303
    assert "Set-Cookie" not in came.headers
    page_text = client.get(address).text
    assert "About register." in page_text
    assert "Not handed in yet." in page_text
    came = client.post(address, data={**filled(1), "go": "hand-in", "filled_in_by": "Planner"})
    assert came.status_code == 303
    page_text = client.get(address).text
    assert "You handed this in" in page_text
    assert "<textarea" not in page_text


def test_the_page_holds_nothing_of_anybody_else(
    running: Running, app: Flask, client: FlaskClient
) -> None:
    with running.work() as session:
        running.bid(session).price = 12_345_600
    running.do(following.find, running.follow_up, "red", "A finding for us alone.")
    page = client.get(link(running, app)).text
    for hidden in (
        "Aap BV",
        "Mies BV",
        "123",
        "Otto Officer",
        "for us alone",
        "what the scale asks for 8",
    ):
        assert hidden not in page


def test_before_there_are_bids_the_page_says_when_a_link_can_be_made(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    from . import setting_up

    someone = a_person({"civil_servant"})
    with unit_of_work() as session:
        dossier = setting_up.a_concept(session, someone.id)
        setting_up.fix(session, dossier)
        number, lot = dossier.id, dossier.lots[0].id
    browser = sign_in(someone)
    page = browser.get(f"/procurement/{number}/forms").text
    assert "as soon as there are bids on the list" in page
    with unit_of_work() as session:
        session.add(Bid(lot_id=lot, key="A", bidder="Aap BV", added_at=NOW))
    page = browser.get(f"/procurement/{number}/forms").text
    assert "Make the link" in page


def test_every_page_about_promises_has_a_title_of_its_own(
    running: Running, officer: FlaskClient
) -> None:
    number = promise(running).rsplit("/", 1)[1]
    below = ("promises", f"promises/{number}", f"promises/{number}/change", "forms", "learned")
    pages = [officer.get(path_of(running, one)).text for one in below]
    titles = [page.split("<title>")[1].split("</title>")[0] for page in pages]
    assert len(set(titles)) == len(titles)
    assert "Noot BV" in titles[1]


def test_handing_in_too_early_names_the_questions(
    running: Running, app: Flask, client: FlaskClient
) -> None:
    address = link(running, app)
    fields = {**filled(), "register:value": "", "go": "hand-in"}
    came = client.post(address, data=fields)
    assert came.status_code == 422
    assert "It is saved, but not handed in yet" in came.text
    assert 'href="#about-register"' in came.text
    assert 'href="#about-forget"' not in came.text


def test_each_answer_is_saved_as_it_is_given(
    running: Running, app: Flask, client: FlaskClient
) -> None:
    address = link(running, app)
    one = {"forget:value": "partly", "forget:reason": "Half.", "forget:revision": "0"}
    came = client.post(f"{address}/save/forget", data=one, headers=HTMX)
    assert came.status_code == 200
    assert 'value="1"' in came.text
    assert "Saved at" in came.text
    assert "Set-Cookie" not in came.headers
    # Another device, which read what was there before.
    came = client.post(
        f"{address}/save/forget", data={**one, "forget:reason": "All."}, headers=HTMX
    )
    assert came.status_code == 409
    assert "All." in came.text
    assert "Half." in came.text
    came = client.post(address, data={**filled(), "go": "save"})
    assert came.status_code == 409
    assert "About forget." in came.text
    assert "Half." in came.text


@pytest.mark.parametrize(
    ("below", "fields", "status"),
    [
        ("/save/explain", {}, 404),
        ("/save/forget", {"forget:value": "maybe", "forget:revision": "0"}, 422),
        ("/save/forget", {"forget:reason": "x" * 4001, "forget:revision": "x"}, 422),
        ("", {"forget:reason": "\x00", "forget:revision": "0"}, 422),
        ("", {}, 303),
    ],
)
def test_what_no_page_sends_is_refused_in_words(
    running: Running,
    app: Flask,
    client: FlaskClient,
    below: str,
    fields: dict[str, str],
    status: int,
) -> None:
    assert client.post(link(running, app) + below, data=fields).status_code == status


def test_a_link_that_opens_nothing_says_what_to_do(ready: Running, client: FlaskClient) -> None:
    page = client.get("/leverancier/no-such-link")
    assert page.status_code == 404
    assert "There is no form behind this link" in page.text


def test_guessing_links_is_slowed_down(running: Running, app: Flask, client: FlaskClient) -> None:
    address = link(running, app)
    statuses = [client.get(f"/leverancier/guess-{n}").status_code for n in range(121)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {404}
    elsewhere = browser_of(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert elsewhere.get(address).status_code == 200


def test_a_form_from_another_site_is_refused(
    running: Running, app: Flask, client: FlaskClient
) -> None:
    came = client.post(link(running, app), data=filled(), headers={"Sec-Fetch-Site": "cross-site"})
    assert came.status_code == 403


def test_what_was_handed_in_is_read_by_the_officer(
    running: Running, app: Flask, client: FlaskClient, officer: FlaskClient
) -> None:
    address = link(running, app)
    client.post(address, data={**filled(forget="partly"), "go": "save"})
    with running.work() as session:
        number = session.scalars(select(SupplierForm.id)).one()
    # What somebody is still writing is nobody else's.
    assert "About forget." not in officer.get(path_of(running, f"forms/{number}")).text
    client.post(address, data={**filled(1, forget="partly"), "go": "hand-in"})
    for page in (path_of(running, f"forms/{number}"), promise(running)):
        assert "About forget." in officer.get(page).text
    assert "handed in its form" in officer.get("/").text


def test_what_asks_for_somebody_is_on_the_first_page(
    running: Running, officer: FlaskClient, a_person: AddPerson, sign_in: SignIn
) -> None:
    with running.work() as session:
        running.follow_up(session).due = TODAY - timedelta(1)
        waiting = Dossier(kind="request", title="Wait for me", scale={}, made_at=NOW)
        waiting.state = "review"
        session.add(waiting)
    assert "Its day has passed" in officer.get("/").text
    assert "Wait for me" not in officer.get("/").text
    assert "Wait for me" in sign_in(a_person({"adviseur"})).get("/").text


def test_a_lesson_is_written_and_the_dossier_closed(running: Running, officer: FlaskClient) -> None:
    learned = path_of(running, "learned")
    page = officer.get(learned).text
    assert "There are promises that nobody ended yet." in page
    fields = {"value": "privacy", "text": "Ask for a test.", "signal": ""}
    assert submit(officer, learned, {**fields, "text": ""}).status_code == 422
    assert submit(officer, learned, {**fields, "value": "other"}).status_code == 422
    refused = submit(officer, learned, {**fields, "signal": "read_otherwise"})
    assert refused.status_code == 422
    assert submit(officer, learned, fields).status_code == 303
    for _key, ending in _endings(running):
        running.do(following.end, *ending)
    came = submit(officer, path_of(running, "close"), on=learned)
    assert came.status_code == 303
    page = officer.get(learned).text
    assert "It can only be read" in page
    assert "Ask for a test." in page
    assert 'name="text"' not in page


def _endings(found: Running) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for key in KEYS:
        ending = following.Ending(verdict="kept", reason="Yes.", is_last=True, revision=1)
        yield key, (lambda s, key=key: found.follow_up(s, key), ending)


def test_a_dossier_that_is_not_that_far_has_empty_pages(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    from . import setting_up

    someone = a_person({"civil_servant"})
    with unit_of_work() as session:
        number = setting_up.a_concept(session, someone.id).id
    browser = sign_in(someone)
    for below in ("promises", "learned", "forms"):
        assert browser.get(f"/procurement/{number}/{below}").status_code == 200
    fields = {"value": "", "text": "Too early.", "signal": ""}
    came: TestResponse = submit(browser, f"/procurement/{number}/learned", fields, on="/")
    assert came.status_code == 422
