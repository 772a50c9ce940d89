"""Switching plugins on and off, for every worker at once and without a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk import db, installation
from waardewerk.app import create_app
from waardewerk.audit import entries_about
from waardewerk.config import Config
from waardewerk.i18n import lazy
from waardewerk.installation import PluginState
from waardewerk.plugins import Plugins
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, browser_of, submit


@pytest.fixture
def plugins(sample: Plugins) -> Plugins:
    """The sample plugin is installed."""
    return sample


@pytest.fixture
def second_worker(config: Config, app: Flask, sample_module) -> Iterator[Flask]:
    """Another process on the same database."""
    plugins = Plugins()
    plugins.add("sample", sample_module)
    app = create_app(config, plugins)
    yield app
    app.extensions[db.EXTENSION].dispose()


def switch(client: FlaskClient, state: str, name: str = "sample"):
    return submit(client, f"/admin/plugins/{name}/{state}", on="/admin/plugins/")


def test_off_means_404_and_no_link_in_every_worker_without_a_restart(
    administrator: FlaskClient, second_worker: Flask, sign_in_as: SignInAs
) -> None:
    elsewhere = browser_of(second_worker)
    adviseur = sign_in_as("adviseur")
    elsewhere.set_cookie("waardewerk", adviseur.get_cookie("waardewerk").value)
    for client in (adviseur, elsewhere):
        assert client.get("/sample/").status_code == 200
        assert "Practice notes" in client.get("/").text

    assert switch(administrator, "off").status_code == 303
    for client in (adviseur, elsewhere):
        assert client.get("/sample/").status_code == 404
        assert "Practice notes" not in client.get("/").text

    assert switch(administrator, "on").status_code == 303
    for client in (adviseur, elsewhere):
        assert client.get("/sample/").status_code == 200


def test_what_a_plugin_holds_is_kept_while_it_is_off(
    administrator: FlaskClient, sign_in_as: SignInAs
) -> None:
    adviseur = sign_in_as("adviseur")
    submit(adviseur, "/sample/", {"text": "We asked twice"})
    switch(administrator, "off")
    switch(administrator, "on")
    assert "We asked twice" in adviseur.get("/sample/").text


def test_switching_is_in_the_audit_trail_with_who_did_it(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    switch(administrator, "off")
    switch(administrator, "on")
    with unit_of_work() as session:
        entries = entries_about(session, "plugin:sample")
        assert [(e.action, e.actor_id) for e in entries] == [("plugin.on", 1), ("plugin.off", 1)]


def test_a_plugin_that_is_not_there_cannot_be_switched(administrator: FlaskClient) -> None:
    assert switch(administrator, "on", name="nothing").status_code == 404


def test_a_plugin_that_was_taken_away_while_it_was_on_has_no_page(
    administrator: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        session.add(PluginState(name="gone", enabled=True, changed_at=datetime.now(UTC)))
        installation.changed(session)
    assert administrator.get("/admin/plugins/").status_code == 200
    assert administrator.get("/admin/plugins/gone/off").status_code == 404


def test_switching_is_no_link(administrator: FlaskClient, sign_in_as: SignInAs) -> None:
    assert administrator.get("/admin/plugins/sample/on").status_code == 405
    assert administrator.get("/admin/plugins/sample/off").status_code == 200
    assert sign_in_as("adviseur").get("/sample/").status_code == 200


def test_before_a_plugin_is_switched_off_it_is_said_what_stops(administrator: FlaskClient) -> None:
    assert 'href="/admin/plugins/sample/off"' in administrator.get("/admin/plugins/").text
    page = administrator.get("/admin/plugins/sample/off").text
    assert "for people outside who fill something in or vote right now" in page
    assert "Nothing is thrown away" in page
    switch(administrator, "off")
    assert administrator.get("/admin/plugins/sample/off").status_code == 404


def test_whoever_comes_for_a_part_that_is_off_is_told_so(
    administrator: FlaskClient, client: FlaskClient
) -> None:
    switch(administrator, "off")
    page = client.get("/sample/", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "This part is off for now" in page.text
    assert "Check the address" not in page.text


def test_the_plugins_are_called_what_the_menu_calls_them(
    administrator: FlaskClient, sample_module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_module, "TITLE", lazy("Values"), raising=False)
    administrator.set_cookie("language", "nl")
    page = administrator.get("/admin/plugins/").text
    assert '<h2 id="plugin-sample">Waarden' in page


def test_the_page_shows_state_version_and_settings(administrator: FlaskClient) -> None:
    page = administrator.get("/admin/plugins/").text
    assert "Practice notes: what people saw of a value in their work" in page
    assert "Switch off" in page
    assert 'href="/admin/settings/plugin/sample"' in page


def test_erasing_a_person_also_erases_what_a_plugin_that_is_off_holds(
    administrator: FlaskClient, a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    from waardewerk_sample import operations

    sam = a_person("adviseur", name="Sam")
    submit(sign_in(sam), "/sample/", {"text": "Mine"})
    switch(administrator, "off")
    confirm = administrator.get(f"/admin/people/{sam.id}/erase").text
    assert "Practice notes, with who wrote them (1 record)" in confirm
    assert "Mine" not in confirm
    submit(administrator, f"/admin/people/{sam.id}/erase")
    with unit_of_work() as session:
        assert operations.export(session, "sam@example.nl") == []
