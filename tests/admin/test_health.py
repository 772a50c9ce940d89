"""Seeing what works, and mending what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk import jobs, mail
from waardewerk.audit import entries_about
from waardewerk.plugins import of
from waardewerk.testing import SignInAs, UnitOfWork, submit

NOW = datetime.now(UTC)


@pytest.fixture
def stuck_job(unit_of_work: UnitOfWork) -> int:
    """A letter that could not be sent and rests."""
    with unit_of_work() as session:
        job = jobs.QueuedJob(
            name=mail.JOB,
            payload={"to": "sam@example.nl", "subject": "s", "body": "b"},
            run_at=NOW + timedelta(hours=6),
            tries=12,
            gave_up=True,
            last_fault="ConnectionRefusedError: nobody there",
        )
        session.add(job)
        session.flush()
        return job.id


def test_the_page_tells_how_it_is(administrator: FlaskClient, app: Flask) -> None:
    page = administrator.get("/admin/health/").text
    assert "Up to date" in page
    assert "No mail server is set" in page
    assert ("SQLite, works" in page) != ("PostgreSQL, works" in page)


def test_a_contact_that_is_not_filled_in_is_named_with_the_way_to_fill_it_in(
    administrator: FlaskClient, client: FlaskClient
) -> None:
    way = 'href="/admin/settings/identity"'
    page = administrator.get("/admin/health/").text
    assert "Who looks for help on this site finds nobody." in page
    assert way in page
    assert way in administrator.get("/contact").text
    assert way not in client.get("/contact").text
    submit(administrator, "/admin/settings/identity", {"name": "P", "contact": "Call 14 000."})
    assert "finds nobody" not in administrator.get("/admin/health/").text
    assert way not in administrator.get("/contact").text


def test_a_job_that_failed_is_shown_with_its_reason_and_without_its_content(
    administrator: FlaskClient, stuck_job: int
) -> None:
    page = administrator.get("/admin/health/").text
    assert "nobody there" in page
    assert "Tried 12 times; rests now" in page
    assert "sam@example.nl" not in page


def test_the_dashboard_says_that_something_is_wrong(
    administrator: FlaskClient, stuck_job: int, sign_in_as: SignInAs
) -> None:
    assert "Something does not work" in administrator.get("/").text
    assert "Something does not work" not in sign_in_as("adviseur").get("/").text


def test_a_job_can_be_tried_again(
    administrator: FlaskClient, stuck_job: int, unit_of_work: UnitOfWork
) -> None:
    submit(administrator, f"/admin/health/jobs/{stuck_job}/retry", on="/admin/health/")
    with unit_of_work() as session:
        job = session.get_one(jobs.QueuedJob, stuck_job)
        assert (job.gave_up, job.tries) == (False, 0)
        assert job.run_at <= datetime.now(UTC)
        assert entries_about(session, f"job:{stuck_job}")[0].action == "job.retried"


def test_a_job_can_be_thrown_away(
    administrator: FlaskClient, stuck_job: int, unit_of_work: UnitOfWork
) -> None:
    drop = f"/admin/health/jobs/{stuck_job}/drop"
    assert submit(administrator, drop, on="/admin/health/").status_code == 303
    assert submit(administrator, drop, on="/account/password").status_code == 404
    with unit_of_work() as session:
        assert session.get(jobs.QueuedJob, stuck_job) is None


def test_a_plugin_that_failed_is_named(administrator: FlaskClient, app: Flask) -> None:
    of(app).report("broken", "import", ImportError("no module named x"))
    for page in ("/admin/health/", "/admin/plugins/"):
        text = administrator.get(page).text
        assert "broken" in text
        assert "no module named x" in text
