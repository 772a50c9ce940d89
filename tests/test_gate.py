"""On and off, per request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk import gate
from waardewerk.contract import Viewer
from waardewerk.events import PluginSwitched
from waardewerk.installation import PluginState
from waardewerk.plugins import Plugins
from waardewerk.refusal import NotFound
from waardewerk.testing import SignInAs, UnitOfWork, submit

pytestmark = pytest.mark.on_both

NOW = datetime(2026, 11, 24, tzinfo=UTC)
READER = Viewer(person_id=1, permissions=frozenset({"sample.read"}))


@pytest.fixture
def plugins(sample: Plugins) -> Plugins:
    """The sample plugin, on."""
    return sample


def links() -> list[str]:
    return [item.url for item in gate.ask("nav_items", viewer=READER)]


@pytest.fixture
def switch(unit_of_work: UnitOfWork, plugins: Plugins):
    """Give what switches the sample plugin."""

    def turn(*, on: bool) -> None:
        with unit_of_work() as session:
            gate.switch(session, "sample", on=on, known=plugins.names, actor_id=None, now=NOW)

    return turn


def test_a_plugin_that_is_off_is_asked_nothing(app: Flask, switch) -> None:
    with app.test_request_context():
        assert "/sample/" in links()
    switch(on=False)
    with app.test_request_context():
        assert "/sample/" not in links()


def test_a_plugin_that_is_off_hears_nothing(app: Flask, switch, unit_of_work: UnitOfWork) -> None:
    from waardewerk_sample import operations

    from waardewerk.events import OutcomeRecorded

    switch(on=False)
    with unit_of_work() as session:
        gate.send(OutcomeRecorded(session=session, source="s", title="t", url="/", owner="o"))
        assert operations.count_notes(session) == 0
    switch(on=True)
    with unit_of_work() as session:
        gate.send(OutcomeRecorded(session=session, source="s", title="t", url="/", owner="o"))
        assert operations.count_notes(session) == 1


def test_an_event_that_means_nothing_to_a_plugin_is_no_fault(
    app: Flask, plugins: Plugins, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        gate.send(PluginSwitched(session=session, name="sample", enabled=True))
    assert plugins.faults == []


@pytest.mark.parametrize("method", ["get", "post", "head", "options"])
def test_off_answers_404_to_every_method_and_before_it_asks_who_is_there(
    client: FlaskClient, sign_in_as: SignInAs, switch, method: str
) -> None:
    reader = sign_in_as("adviseur")
    switch(on=False)
    for browser in (client, reader):
        assert getattr(browser, method)("/sample/").status_code in {404, 400}
    assert reader.get("/sample/1.txt").status_code == 404


def test_off_in_the_middle_of_a_form_says_so(sign_in_as: SignInAs, switch) -> None:
    reader = sign_in_as("adviseur")
    switch(on=False)
    response = submit(reader, "/sample/", {"text": "typed"}, on="/account")
    assert response.status_code == 404


def test_what_is_not_installed_cannot_be_switched(
    unit_of_work: UnitOfWork, plugins: Plugins
) -> None:
    with pytest.raises(NotFound), unit_of_work() as session:
        gate.switch(session, "nothing", on=True, known=plugins.names, actor_id=None, now=NOW)


def test_a_row_of_a_plugin_that_was_removed_switches_nothing_on(
    app: Flask, unit_of_work: UnitOfWork
) -> None:
    from waardewerk import installation

    with unit_of_work() as session:
        session.add(PluginState(name="gone", enabled=True, changed_at=NOW, changed_by=None))
        installation.changed(session)
    with app.test_request_context():
        assert gate.enabled() == {"sample"}


def test_at_the_first_start_all_are_on_and_later_ones_are_not(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        assert not gate.is_first_start(session)
        gate.enable_all_at_first(session, frozenset({"late"}), NOW + timedelta(days=1))
    with unit_of_work() as session:
        assert session.get(PluginState, "late") is None
