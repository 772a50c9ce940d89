"""Plugins: a good one is whole, a bad one is left out and named, and the pages stay up."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import click
import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk import db, exports, gate, hooks, plugins, retention
from waardewerk.app import create_app
from waardewerk.config import Config
from waardewerk.contract import Exporter, Value
from waardewerk.events import OutcomeRecorded
from waardewerk.plugins import Plugins, find_plugins
from waardewerk.serving import prepare
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, browser_of, submit

HOOKS = [name for name, _function in inspect.getmembers(hooks, inspect.isfunction)]
AT_START = [name for name in HOOKS if name.startswith("register_") and name != "register_commands"]
AS_NEEDED = ["nav_items", "dashboard_tiles", "value_usages", "handle_event"]
ARGUMENTS = {
    "register_commands": "cli",
    "nav_items": "viewer",
    "dashboard_tiles": "viewer",
    "value_usages": "value",
    "handle_event": "event",
}
MOMENT = datetime(2026, 11, 24, tzinfo=UTC)
MakePlugin = Callable[..., ModuleType]


@pytest.fixture
def write_plugin(tmp_path: Path) -> Iterator[MakePlugin]:
    """Give what writes a plugin of one module and imports it."""
    written: list[str] = []

    def write(body: str, name: str = "faulty_plugin") -> ModuleType:
        file = tmp_path / f"{name}.py"
        file.write_text(f"from waardewerk import hookimpl\n{body}")
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        written.append(name)
        spec.loader.exec_module(module)
        return module

    yield write
    for name in written:
        del sys.modules[name]


def answer(hook: str, body: str) -> str:
    return f"@hookimpl\ndef {hook}({ARGUMENTS.get(hook, '')}):\n    {body}\n"


def load(module: ModuleType, name: str = "faulty") -> Plugins:
    found = Plugins()
    found.add(name, module)
    return found


def serve(config: Config, found: Plugins) -> Flask:
    app = create_app(config, found)
    prepare(app)
    with app.app_context(), db.current().transaction() as session:
        for name in found.names:
            gate.switch(session, name, on=True, known=found.names, actor_id=None, now=MOMENT)
    return app


@pytest.fixture
def administer(config: Config) -> Iterator[Callable[[Plugins], FlaskClient]]:
    """Give what serves an application with those plugins to an administrator."""
    served: list[Flask] = []

    def enter(found: Plugins) -> FlaskClient:
        from waardewerk.people.operations import accounts, links, rights

        app = serve(config, found)
        served.append(app)
        with app.app_context(), db.current().transaction() as session:
            person = accounts.add_person(
                session, name="Ada", email="ada@example.nl", level=None, now=MOMENT
            )
            rights.assign_roles(session, person, {"administrator"}, actor_id=None, now=MOMENT)
            token = links.make_link(
                session,
                "sign_in",
                person_id=person.id,
                lasts=timedelta(hours=1),
                now=datetime.now(UTC),
            )
        client = browser_of(app)
        submit(client, f"/link/{token}")
        return client

    yield enter
    for app in served:
        app.extensions[db.EXTENSION].dispose()


def test_there_are_twelve_hooks() -> None:
    assert len(HOOKS) == 12
    assert set(HOOKS) == {*AT_START, *AS_NEEDED, "register_commands"}


def test_every_hook_says_in_one_line_what_it_gives() -> None:
    for name in HOOKS:
        text = inspect.getdoc(getattr(hooks, name)) or ""
        assert text.endswith(".")
        assert "\n" not in text


@pytest.mark.parametrize("hook", AT_START)
def test_a_plugin_that_raises_at_start_is_left_out_whole(
    administer, write_plugin: MakePlugin, hook: str
) -> None:
    found = load(write_plugin(answer(hook, "raise ValueError('my fault')")))
    client = administer(found)
    assert found.names == frozenset()
    for page in ("/", "/admin/", "/admin/people/"):
        assert client.get(page).status_code == 200
    health = client.get("/admin/health/").text
    assert "faulty" in health
    assert f"It failed in: {hook}" in health
    assert "ValueError: my fault" in health


@pytest.mark.parametrize("hook", AT_START)
def test_a_plugin_that_gives_something_else_than_it_should_is_left_out_whole(
    administer, write_plugin: MakePlugin, hook: str
) -> None:
    found = load(write_plugin(answer(hook, "return ['not what was asked']")))
    client = administer(found)
    assert found.names == frozenset()
    assert "must give" in client.get("/admin/health/").text


@pytest.mark.parametrize("hook", ["nav_items", "dashboard_tiles"])
@pytest.mark.parametrize("body", ["raise ValueError('my fault')", "return ['nonsense']"])
def test_a_plugin_that_fails_on_a_page_loses_its_part_and_not_the_page(
    administer, write_plugin: MakePlugin, hook: str, body: str
) -> None:
    found = load(write_plugin(answer(hook, body)))
    client = administer(found)
    page = client.get("/")
    assert page.status_code == 200
    assert "Administration" in page.text
    assert found.names == {"faulty"}
    assert f"It failed in: {hook}" in client.get("/admin/health/").text


def test_a_plugin_that_fails_on_a_value_loses_its_usages(
    administer, write_plugin: MakePlugin
) -> None:
    found = load(write_plugin(answer("value_usages", "raise ValueError('my fault')")))
    client = administer(found)
    with client.application.test_request_context():
        assert gate.ask("value_usages", value=Value(key="privacy")) == []
    assert "It failed in: value_usages" in client.get("/admin/health/").text


def test_a_listener_that_fails_loses_what_it_wrote_and_nothing_else(
    administer, write_plugin: MakePlugin
) -> None:
    body = """
    from waardewerk import audit
    from datetime import UTC, datetime
    audit.record(event.session, "faulty.wrote", "x:1", actor_id=None, now=datetime.now(UTC))
    raise ValueError('my fault')
"""
    found = load(write_plugin(answer("handle_event", body.strip())))
    client = administer(found)
    response = submit(client, "/admin/plugins/faulty/off", on="/admin/plugins/")
    assert response.status_code == 303
    submit(client, "/admin/plugins/faulty/on", on="/admin/plugins/")
    trail = client.get("/admin/audit/").text
    assert "switched a plugin on" in trail
    assert "faulty.wrote" not in trail
    assert "It failed in: handle_event" in client.get("/admin/health/").text


def test_a_plugin_whose_command_fails_leaves_the_command_line_alone(
    write_plugin: MakePlugin,
) -> None:
    found = load(write_plugin(answer("register_commands", "raise ValueError('my fault')")))
    (plugin,) = found
    with pytest.raises(ValueError, match="my fault"):
        found.ask_one(plugin, "register_commands", cli=click.Group())


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("@hookimpl\ndef register_magic():\n    pass\n", "register_magic"),
        ("@hookimpl\ndef nav_items(who):\n    pass\n", "who"),
        ("CONTRACT_VERSION = 99\n", "contract 99"),
    ],
    ids=["unknown hook", "unknown argument", "other contract"],
)
def test_a_plugin_that_does_not_fit_the_contract_is_left_out(
    write_plugin: MakePlugin, body: str, complaint: str
) -> None:
    found = load(write_plugin(body))
    assert found.names == frozenset()
    (fault,) = found.faults
    assert fault.plugin == "faulty"
    assert complaint in fault.message


@pytest.mark.parametrize(
    "name", ["core", "people", "Sample", "my-plugin", "a b", "", "1st", "../x"]
)
def test_a_name_that_cannot_be_a_plugin_is_refused(write_plugin: MakePlugin, name: str) -> None:
    found = load(write_plugin(""), name)
    assert found.names == frozenset()
    assert found.faults[0].doing == "load"


def test_a_plugin_cannot_take_a_name_of_another_s_pages(
    administer, write_plugin: MakePlugin
) -> None:
    body = """
    from flask import Blueprint
    return [Blueprint("admin_extra", __name__)]
"""
    client = administer(load(write_plugin(answer("register_blueprints", body.strip()))))
    assert "must start with faulty" in client.get("/admin/health/").text


def test_a_plugin_cannot_declare_a_permission_of_the_core(
    administer, write_plugin: MakePlugin
) -> None:
    body = """
    from waardewerk.contract import Permission
    return [Permission(key="admin.people", title="x", default_roles=("respondent",))]
"""
    client = administer(load(write_plugin(answer("register_permissions", body.strip()))))
    assert "must start with faulty" in client.get("/admin/health/").text
    page = client.get("/admin/roles/respondent").text
    box = page.split('value="admin.people"')[1].split(">")[0]
    assert "checked" not in box


@pytest.fixture
def installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], None]]:
    """Give what installs a distribution with one plugin, as pip would leave it."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    packages: list[str] = []

    def install(name: str, body: str) -> None:
        package = site / f"waardewerk_{name}"
        package.mkdir()
        packages.append(package.name)
        (package / "__init__.py").write_text("")
        (package / "plugin.py").write_text(body)
        info = site / f"waardewerk_{name}-1.2.3.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: waardewerk-{name}\nVersion: 1.2.3\n"
        )
        (info / "entry_points.txt").write_text(
            f"[waardewerk.plugins]\n{name} = waardewerk_{name}.plugin\n"
        )
        importlib.invalidate_caches()

    yield install
    for name in list(sys.modules):
        if name.partition(".")[0] in packages:
            del sys.modules[name]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("import a_package_that_is_not_there\n", "a_package_that_is_not_there"),
        ("def broken(:\n", "SyntaxError"),
        ("raise SystemError('at import')\n", "at import"),
    ],
    ids=["missing package", "no Python", "raises"],
)
def test_a_plugin_that_cannot_be_imported_is_left_out_and_named(
    administer, installed, body: str, complaint: str
) -> None:
    installed("broken", body)
    installed("whole", '"""A whole plugin."""\n')
    found = find_plugins()
    assert "broken" not in found.names
    assert "whole" in found.names
    client = administer(found)
    for page in ("/admin/plugins/", "/admin/health/"):
        text = client.get(page).text
        assert "broken" in text
        assert complaint in text
    assert "1.2.3" in client.get("/admin/plugins/").text


def test_a_plugin_whose_tables_cannot_be_imported_is_left_out(administer, installed) -> None:
    installed("tables", '"""Has tables."""\n')
    folder = Path(find_plugins().found["tables"].folder)
    (folder / "models.py").write_text("import a_package_that_is_not_there\n")
    found = find_plugins()
    client = administer(found)
    assert "tables" not in found.names
    assert "It failed in: models" in client.get("/admin/health/").text


def test_a_plugin_that_is_installed_later_starts_off(config: Config, app: Flask, installed) -> None:
    start_before(app)
    installed("late", '"""Came later."""\n')
    later = create_app(config, find_plugins())
    prepare(later)
    with later.test_request_context():
        assert "late" in plugins.of(later).names
        assert "late" not in gate.enabled()
    later.extensions[db.EXTENSION].dispose()


def start_before(app: Flask) -> None:
    """Leave the trace of a start with another plugin."""
    from waardewerk.installation import PluginState

    with app.app_context(), db.current().transaction() as session:
        session.add(PluginState(name="earlier", enabled=True, changed_at=MOMENT, changed_by=None))


def test_two_applications_in_one_process_do_not_see_each_other(
    app: Flask, config: Config, write_plugin: MakePlugin
) -> None:
    other = serve(config, load(write_plugin(""), "other"))
    assert plugins.of(app).names == frozenset()
    assert plugins.of(other).names == {"other"}
    other.extensions[db.EXTENSION].dispose()


class TestTheSample:
    """A plugin of an outsider that answers all twelve hooks."""

    @pytest.fixture
    def plugins(self, sample: Plugins) -> Plugins:
        return sample

    def test_it_answers_every_hook(self, sample_module: ModuleType) -> None:
        answered = [name for name in HOOKS if callable(getattr(sample_module, name, None))]
        assert answered == HOOKS

    def test_its_page_link_and_tile_are_for_who_may_read(
        self, sign_in_as: SignInAs, client: FlaskClient
    ) -> None:
        reader, other = sign_in_as("adviseur"), sign_in_as("respondent")
        assert reader.get("/").text.count("Practice notes") == 2
        assert "Practice notes" not in other.get("/").text
        assert reader.get("/sample/").status_code == 200
        assert other.get("/sample/").status_code == 403
        assert client.get("/sample/").status_code == 303

    def test_its_rule_is_shown_beside_the_field(self, sign_in_as: SignInAs) -> None:
        response = submit(sign_in_as("adviseur"), "/sample/", {"text": "a secret"})
        assert response.status_code == 422
        assert "must not hold a secret" in response.text

    def test_its_record_leaves_as_a_file_for_who_may_read(self, sign_in_as: SignInAs) -> None:
        reader = sign_in_as("adviseur")
        submit(reader, "/sample/", {"text": "We asked twice"})
        file = reader.get("/sample/1.txt")
        assert file.text == "[en] We asked twice\n"
        assert file.headers["Content-Disposition"] == 'attachment; filename="note-1.txt"'
        assert reader.get("/sample/1.exe").status_code == 404
        assert reader.get("/sample/2.txt").status_code == 404
        assert sign_in_as("respondent").get("/sample/1.txt").status_code == 403

    def test_its_texts_are_in_its_own_catalogue(self, sign_in_as: SignInAs) -> None:
        reader = sign_in_as("adviseur")
        page = reader.get("/sample/", headers={"Accept-Language": "nl"}).text
        assert "Praktijknotities" in page
        assert "Bewaar deze notitie" in page

    def test_it_hears_what_happens_elsewhere_in_the_same_transaction(
        self, abandon, unit_of_work: UnitOfWork
    ) -> None:
        from waardewerk_sample import operations

        abandon(lambda session: gate.send(an_outcome(session)))
        with unit_of_work() as session:
            assert operations.count_notes(session) == 0
            gate.send(an_outcome(session))
            gate.send(an_outcome(session))
        with unit_of_work() as session:
            assert operations.count_notes(session) == 2

    def test_it_tells_where_it_uses_a_value(self, app: Flask, sign_in_as: SignInAs) -> None:
        submit(sign_in_as("adviseur"), "/sample/", {"text": "privacy counted"})
        with app.test_request_context():
            (usage,) = gate.ask("value_usages", value=Value(key="privacy"))
        assert usage.title == "privacy counted"

    def test_its_data_is_handed_over_and_erased_with_the_rest(
        self, app: Flask, a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork
    ) -> None:
        client = sign_in(a_person("adviseur", name="Sam"))
        submit(client, "/sample/", {"text": "Mine"})
        own = client.get("/account/data").json
        assert own["sample.notes"][0]["text"] == "Mine"
        rules = retention.rules_of(app)
        with unit_of_work() as session:
            assert retention.erase(session, rules, "sam@example.nl") == 2
        with unit_of_work() as session:
            assert retention.hand_over(session, rules, "sam@example.nl")["sample.notes"] == []

    def test_its_data_expires_while_it_is_off(
        self, app: Flask, unit_of_work: UnitOfWork, plugins: Plugins
    ) -> None:
        from waardewerk_sample import operations

        old = datetime.now(UTC) - timedelta(days=731)
        with unit_of_work() as session:
            operations.write_note(session, "old", email=None, actor_id=None, now=old)
            gate.switch(session, "sample", on=False, known=plugins.names, actor_id=None, now=MOMENT)
        with unit_of_work() as session:
            retention.expire(session, retention.rules_of(app), datetime.now(UTC))
            assert operations.count_notes(session) == 0

    def test_its_formats_are_offered_while_it_is_on(self, app: Flask) -> None:
        with app.test_request_context():
            assert [e.format for e in exports.exporters_for("sample.note")] == ["txt"]
            assert isinstance(exports.find_exporter("sample.note", "txt"), Exporter)

    def test_its_command_is_on_the_command_line(self, plugins: Plugins) -> None:
        from click.testing import CliRunner

        group = click.Group()
        (plugin,) = plugins
        plugins.ask_one(plugin, "register_commands", cli=group)
        assert "value at work" in CliRunner().invoke(group, ["sample"]).output

    def test_its_kind_of_questionnaire_is_known(self, app: Flask) -> None:
        from waardewerk.questionnaires import registry

        with app.app_context():
            assert str(registry.kinds()["sample"].title) == "Questions about a note"


def an_outcome(session) -> OutcomeRecorded:
    return OutcomeRecorded(session=session, source="scan", title="Agreed", url="/x", owner="Noor")
