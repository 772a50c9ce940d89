"""The guide for authors of plugins is held to the code, and its samples run.

The samples together are one plugin. It is written to a folder, gets the migration that the guide
tells to make, is loaded as any other, and is asked every hook.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints
from zipfile import ZipFile

import click
import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from waardewerk import (
    audit,
    contract,
    db,
    events,
    exports,
    gate,
    hooks,
    jobs,
    migrate,
    retention,
    settings,
    testing,
)
from waardewerk.app import create_app
from waardewerk.cli import cli
from waardewerk.config import Config
from waardewerk.contract import RetentionRule
from waardewerk.people.operations import accounts, leaving
from waardewerk.plugins import Plugins
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.question_types import InvalidAnswer
from waardewerk.serving import prepare
from waardewerk.testing import AddPerson, SignInAs, UnitOfWork, submit

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "plugins" / "README.md").read_text("utf-8")

HOOKS = [name for name, hook in vars(hooks).items() if hasattr(hook, "waardewerk_spec")]
AT_START = [name for name in HOOKS if name.startswith("register_")]
AS_NEEDED = [name for name in HOOKS if name not in AT_START]
EVENTS = [
    event
    for event in vars(events).values()
    if isinstance(event, type) and issubclass(event, events.Event) and event is not events.Event
]
#: What authors make, as opposed to what they are given.
HANDED_OVER = (
    contract.Permission,
    contract.Exporter,
    contract.Job,
    contract.RetentionRule,
    contract.QuestionnaireTypes,
    contract.QuestionnaireKind,
    contract.NavItem,
    contract.Tile,
    contract.ValueUsage,
    contract.TrailWords,
)
GIVEN = (contract.Viewer, contract.Value)

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^(?:#|\{#-) (\S+/\S+)")


def files_in(text: str) -> dict[str, str]:
    """Return the files that the samples make, in the order of the guide; parts are joined."""
    files: dict[str, str] = {}
    for _language, code in BLOCK.findall(text):
        named = FILE.match(code)
        if named:
            files[named[1]] = files.get(named[1], "") + code
    return files


def section(heading: str) -> str:
    """Return what stands under a heading, up to the next one of its kind or a higher one."""
    marks = heading.partition(" ")[0]
    lines = iter(GUIDE.splitlines())
    assert heading in lines, f"plugins/README.md has no heading {heading!r}"
    found, in_code = [], False
    for line in lines:
        in_code ^= line.startswith("```")
        if not in_code and re.match(rf"#{{1,{len(marks)}}} ", line):
            break
        found.append(line)
    return "\n".join([*found, ""])


def rows(text: str) -> Iterator[list[str]]:
    """Give the cells of the tables in a text."""
    for line in text.splitlines():
        if line.startswith("| "):
            yield [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def code_in(text: str) -> list[str]:
    """Return what stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def signature_of(name: str) -> str:
    """Write a hook's signature as the guide does."""
    signature = inspect.signature(getattr(hooks, name))
    takes = ", ".join(f"{p.name}: {p.annotation}" for p in signature.parameters.values())
    return f"{name}({takes}) -> {signature.return_annotation}"


# The sample plugin ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def remarks(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The plugin that the samples make, with the migration that the guide tells to write.

    Once per process: workers take tests from each other, so those of this module may come twice.
    """
    folder = tmp_path_factory.mktemp("guide")
    write_files(folder)
    sys.path.insert(0, str(folder))
    module = import_module("waardewerk_remarks.plugin")
    write_migration(module, folder)
    sys.path.remove(str(folder))
    # Tests of other modules must not meet a table that no plugin of theirs owns.
    db.Base.metadata.remove(db.Base.metadata.tables["remarks_remark"])
    return module


def write_files(folder: Path) -> None:
    for name, code in files_in(GUIDE).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    (folder / "waardewerk_remarks" / "__init__.py").touch()
    static = folder / "waardewerk_remarks" / "static"
    static.mkdir()
    (static / "note.txt").write_text("A file of the plugin.", encoding="utf-8")


def write_migration(module: ModuleType, folder: Path) -> None:
    found = loaded(module)
    app = create_app(Config(var=folder / "var"), found)
    database = app.extensions[db.EXTENSION]
    migrate.upgrade(database, found)
    migrate.revise(database, found, "remarks", "Create remarks")
    database.dispose()


def loaded(module: ModuleType, name: str = "remarks") -> Plugins:
    found = Plugins()
    found.add(name, module)
    assert not found.faults
    return found


@pytest.fixture
def plugins(remarks: ModuleType) -> Plugins:
    return loaded(remarks)


def leave_remark(unit_of_work: UnitOfWork, value: str, **details: object) -> int:
    operations = import_module("waardewerk_remarks.operations")
    given = {"email": "", "actor_id": None, "now": datetime.now(UTC), **details}
    with unit_of_work() as session:
        remark = operations.leave_remark(session, value, "Say who decides.", **given)
        number: int = remark.id
    return number


# Each hook at work ---------------------------------------------------------------------------


def test_register_blueprints_puts_pages_and_files_under_the_plugins_name(
    sign_in_as: SignInAs, client: FlaskClient
) -> None:
    browser = sign_in_as("adviseur")
    submit(browser, "/remarks/", {"value": "trust", "text": "Say who decides."})
    assert "trust: Say who decides." in browser.get("/remarks/").text
    with client.get("/remarks/static/note.txt") as file:
        assert file.text == "A file of the plugin."


def test_register_permissions_opens_a_page_to_its_default_roles_alone(
    sign_in_as: SignInAs, client: FlaskClient
) -> None:
    assert sign_in_as("beheerder").get("/remarks/").status_code == 200
    assert sign_in_as("civil_servant").get("/remarks/").status_code == 403
    assert client.get("/remarks/").location == "/sign-in?next=/remarks/"


def test_register_settings_gives_the_administrator_a_form_to_fill_in(
    app: Flask, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("administrator")
    form = "/admin/settings/plugin/remarks"
    assert "Everybody who is signed in may read remarks" in in_english(browser, form)
    assert submit(browser, form, {"open_to_all": "y"}).status_code == 303
    with app.app_context():
        assert settings.of("remarks")["open_to_all"] is True


def in_english(browser: FlaskClient, path: str) -> str:
    return browser.get(path, headers={"Accept-Language": "en"}).text


def test_register_questionnaire_types_makes_the_kind_and_the_question_known(app: Flask) -> None:
    with app.app_context():
        kind = registry.question_types()["remarks-yes-no"]
        assert registry.kinds()["remarks"].title
        assert [step.value for step in kind.steps(None, ())] == ["yes", "no"]
        assert kind.read(["yes"], None) == "yes"
        with pytest.raises(InvalidAnswer, match="yes or no"):
            kind.read(["perhaps"], None)


def test_register_exporters_lets_a_record_leave_as_a_file(
    app: Flask, unit_of_work: UnitOfWork, sign_in_as: SignInAs
) -> None:
    number = leave_remark(unit_of_work, "trust")
    response = sign_in_as("adviseur").get(f"/remarks/{number}/csv")
    assert response.mimetype == "text/csv"
    assert "Say who decides." in response.text
    with app.app_context():
        assert [e.format for e in exports.exporters_for("remarks.remark")] == ["csv"]


def test_register_jobs_runs_the_work_and_plans_it_again(
    app: Flask, unit_of_work: UnitOfWork
) -> None:
    leave_remark(unit_of_work, "trust")
    worker, now = jobs.worker_of(app), datetime.now(UTC)
    worker.plan(now)
    worker.run_due(now)
    with unit_of_work() as session:
        trail = audit.entries_about(session, "remarks")
        assert [entry.details for entry in trail] == [{"remarks": 1}]
        assert jobs.waiting(session, "remarks.count") == 1


def test_register_retention_counts_while_the_plugin_is_off(
    app: Flask, unit_of_work: UnitOfWork, plugins: Plugins
) -> None:
    now = datetime.now(UTC)
    leave_remark(unit_of_work, "old", email="a@example.nl", now=now - timedelta(days=400))
    leave_remark(unit_of_work, "new", email="a@example.nl")
    rules = retention.rules_of(app)
    with unit_of_work() as session:
        gate.switch(session, "remarks", on=False, known=plugins.names, actor_id=None, now=now)
        assert len(kept(session, rules)) == 2
        retention.expire(session, rules, now)
        assert [one["value"] for one in kept(session, rules)] == ["new"]
        retention.erase(session, rules, "a@example.nl")
        assert kept(session, rules) == []


def kept(session: Session, rules: Iterable[tuple[str, RetentionRule]]) -> list[dict[str, Any]]:
    return retention.hand_over(session, rules, "a@example.nl")["remarks.addresses"]


def test_register_commands_adds_a_group_to_the_command_line(
    config: Config, plugins: Plugins, unit_of_work: UnitOfWork
) -> None:
    leave_remark(unit_of_work, "trust")
    plugin = plugins.found["remarks"]
    cli = click.Group()
    plugins.ask_one(plugin, "register_commands", cli=cli)
    assert list(cli.commands) == ["remarks"]
    # In a process of its own, as a command is: what it opens closes with it.
    command = [sys.executable, "-c", "from waardewerk_remarks.commands import remarks; remarks()"]
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(plugin.folder.parent),
        "WAARDEWERK_VAR": str(config.var),
        "WAARDEWERK_DATABASE_URL": config.database_url,
    }
    done = subprocess.run([*command, "count"], env=surroundings, capture_output=True, check=True)
    assert done.stdout == b"1 remarks.\n"


def test_nav_items_are_for_who_may_follow_them(sign_in_as: SignInAs) -> None:
    assert 'href="/remarks/"' in sign_in_as("aanjager").get("/account").text
    assert 'href="/remarks/"' not in sign_in_as("civil_servant").get("/account").text


def test_dashboard_tiles_are_on_the_first_page(
    sign_in_as: SignInAs, client: FlaskClient, unit_of_work: UnitOfWork
) -> None:
    leave_remark(unit_of_work, "trust")
    assert "1 remark" in in_english(sign_in_as("aanjager"), "/")
    assert "1 remark" not in in_english(sign_in_as("civil_servant"), "/")
    assert "1 remark" not in in_english(client, "/")


def test_value_usages_tell_where_a_value_is_used(app: Flask, unit_of_work: UnitOfWork) -> None:
    leave_remark(unit_of_work, "trust")
    with app.test_request_context():
        assert [u.url for u in gate.ask("value_usages", value=contract.Value(key="trust"))] == [
            "/remarks/"
        ]
        assert gate.ask("value_usages", value=contract.Value(key="other")) == []


def test_handle_event_writes_in_the_transaction_of_the_event(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    remark = import_module("waardewerk_remarks.models").Remark
    person = a_person()
    number = leave_remark(unit_of_work, "trust", actor_id=person.id)
    with unit_of_work() as session:
        known = accounts.get_person(session, person.id)
        leaving.erase_person(session, known, actor_id=None, now=datetime.now(UTC))
        session.expire_all()
        assert session.get_one(remark, number).made_by is None


def test_the_sample_test_of_the_guide_passes(sign_in_as: SignInAs) -> None:
    names: dict[str, object] = {}
    exec(files_in(GUIDE)["tests/test_remarks.py"], names)
    sample = names["test_a_remark_shows_after_it_was_sent"]
    assert callable(sample)
    sample(sign_in_as)


def test_the_sample_migration_leaves_nothing_to_do(app: Flask, plugins: Plugins) -> None:
    database = app.extensions[db.EXTENSION]
    remark = import_module("waardewerk_remarks.models").Remark
    known = remark.__table__.to_metadata(db.Base.metadata)
    try:
        problems = migrate.check(database, plugins)
    finally:
        db.Base.metadata.remove(known)
    assert [problem for problem in problems if problem.startswith("remarks")] == []
    history = migrate.history(database, plugins)
    assert any(line.startswith("* remarks remarks_0001") for line in history)


# What the guide promises when something goes wrong -------------------------------------------


def plugin_that(name: str, hook: str, tmp_path: Path, body: str) -> ModuleType:
    """Make a plugin that answers one hook with ``body``."""
    code = f'"""{name}."""\nfrom waardewerk import hookimpl\n\n@hookimpl\n'
    code += f"def {hook}({', '.join(inspect.signature(getattr(hooks, hook)).parameters)}):\n"
    module = ModuleType(name)
    module.__file__ = str(tmp_path / "plugin.py")
    exec(f"{code}    {body}\n", vars(module))
    return module


@pytest.mark.parametrize("body", ["raise RuntimeError('no')", "return ['no']"])
@pytest.mark.parametrize("hook", [name for name in AT_START if name != "register_commands"])
def test_a_plugin_that_fails_at_start_is_left_out_whole_and_named(
    hook: str, body: str, tmp_path: Path, remarks: ModuleType
) -> None:
    found = loaded(remarks)
    found.add("faulty", plugin_that("faulty", hook, tmp_path, body))
    app = create_app(Config(var=tmp_path / "var"), found)
    assert [(fault.plugin, fault.doing) for fault in found.faults] == [("faulty", hook)]
    assert found.names == {"remarks"}
    assert "remarks.index" in app.view_functions


@pytest.mark.parametrize("hook", ["nav_items", "dashboard_tiles"])
def test_a_plugin_that_fails_on_a_page_loses_its_part_and_not_the_page(
    hook: str, plugins: Plugins, tmp_path: Path, sign_in_as: SignInAs, app: Flask
) -> None:
    add_late(app, plugins, plugin_that("faulty", hook, tmp_path, "raise RuntimeError('no')"))
    response = sign_in_as("aanjager").get("/")
    assert response.status_code == 200
    assert 'href="/remarks/"' in response.text
    assert {(fault.plugin, fault.doing) for fault in plugins.faults} == {("faulty", hook)}


def add_late(app: Flask, plugins: Plugins, module: ModuleType) -> None:
    """Load a plugin that has no tables and pages into a running application, and switch it on."""
    plugins.add(module.__name__, module)
    with app.app_context(), app.extensions[db.EXTENSION].transaction() as session:
        now = datetime.now(UTC)
        gate.switch(session, module.__name__, on=True, known=plugins.names, actor_id=None, now=now)


def test_a_usage_that_fails_leaves_those_of_others(
    plugins: Plugins, tmp_path: Path, app: Flask, unit_of_work: UnitOfWork
) -> None:
    leave_remark(unit_of_work, "trust")
    add_late(app, plugins, plugin_that("faulty", "value_usages", tmp_path, "raise OSError"))
    with app.test_request_context():
        assert len(gate.ask("value_usages", value=contract.Value(key="trust"))) == 1
    assert [fault.plugin for fault in plugins.faults] == ["faulty"]


def test_a_listener_that_fails_loses_what_it_wrote_and_nothing_else(
    plugins: Plugins, tmp_path: Path, app: Flask, unit_of_work: UnitOfWork
) -> None:
    write = "from waardewerk import installation as i; i.choose(event.session, 'faulty', {'a': 1})"
    body = f"{write}; raise RuntimeError('no')"
    add_late(app, plugins, plugin_that("faulty", "handle_event", tmp_path, body))
    with unit_of_work() as session:
        settings.installation.choose(session, "remarks", {"kept": True})
        gate.send(events.PluginSwitched(session=session, name="x", enabled=True))
    with app.app_context():
        assert settings.of("remarks") == {"kept": True}
        assert settings.of("faulty") == {}


@pytest.mark.parametrize(
    ("hook", "body"),
    [("register_greeting", "return []"), ("nav_items", "return []")],
    ids=["an unknown hook", "a wrong argument"],
)
def test_a_plugin_that_does_not_fit_the_contract_is_left_out_and_named(
    hook: str, body: str
) -> None:
    module = ModuleType("misfit")
    source = f"from waardewerk import hookimpl\n@hookimpl\ndef {hook}(watcher):\n    {body}\n"
    exec(source, vars(module))
    found = Plugins()
    found.add("misfit", module)
    assert found.names == frozenset()
    assert [(fault.plugin, fault.doing) for fault in found.faults] == [("misfit", "load")]


def test_a_plugin_made_for_another_contract_is_left_out_and_named() -> None:
    module = ModuleType("ancient")
    vars(module)["CONTRACT_VERSION"] = contract.CONTRACT_VERSION + 1
    found = Plugins()
    found.add("ancient", module)
    assert found.names == frozenset()
    assert "contract" in found.faults[0].message


def test_a_plugin_that_is_off_has_no_page_link_file_or_export(
    app: Flask, plugins: Plugins, sign_in_as: SignInAs, unit_of_work: UnitOfWork
) -> None:
    number = leave_remark(unit_of_work, "trust")
    now = datetime.now(UTC)
    with unit_of_work() as session:
        gate.switch(session, "remarks", on=False, known=plugins.names, actor_id=None, now=now)
    browser = sign_in_as("adviseur")
    for path in ("/remarks/", "/remarks/static/note.txt", f"/remarks/{number}/csv"):
        assert browser.get(path).status_code == 404
    assert "/remarks/" not in browser.get("/").text
    with app.test_request_context():
        assert exports.exporters_for("remarks.remark") == []
        assert "remarks-yes-no" in registry.question_types()


# The guide and the code say the same ---------------------------------------------------------


def test_there_are_twelve_hooks() -> None:
    assert len(HOOKS) == 12


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_one_line_of_prose_and_the_guide_repeats_it(name: str) -> None:
    prose = inspect.getdoc(getattr(hooks, name)) or ""
    assert prose
    assert "\n" not in prose
    assert prose in section(f"### `{name}`").splitlines()


@pytest.mark.parametrize("name", HOOKS)
def test_the_guide_has_the_exact_signature_of_a_hook(name: str) -> None:
    assert signature_of(name) in code_in(section(f"### `{name}`"))


@pytest.mark.parametrize("name", HOOKS)
def test_the_guide_says_when_a_hook_is_asked_and_what_happens_when_it_raises(name: str) -> None:
    said = section(f"### `{name}`")
    assert "**Asked** " in said
    assert "**If it raises**, " in said


@pytest.mark.parametrize("name", HOOKS)
def test_the_section_of_a_hook_has_a_sample_that_answers_it(name: str, plugins: Plugins) -> None:
    sample = files_in(section(f"### `{name}`"))["waardewerk_remarks/plugin.py"]
    assert f"@hookimpl\ndef {signature_of(name)}:" in sample
    answers = getattr(plugins.found["remarks"].module, name)
    assert hasattr(answers, "waardewerk_impl")


def test_every_hook_is_named_by_a_test() -> None:
    tests = [
        node.name
        for file in [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("plugins/*/tests/**/test_*.py")]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    unnamed = [hook for hook in HOOKS if not any(hook in test for test in tests)]
    assert unnamed == []


def test_the_guide_knows_no_hook_that_does_not_exist() -> None:
    said = re.findall(r"^### `(\w+)`$", section("## The twelve hooks"), re.MULTILINE)
    assert said == HOOKS


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_is_in_the_guide_with_its_fields(event: type[events.Event]) -> None:
    own = [f for f in fields(event) if f.name != "session"]
    expected = [f"{f.name}: {f.type}" for f in own]
    assert [
        code_in(row[1]) for row in rows(section("## Events")) if row[0] == f"`{event.__name__}`"
    ] == [expected]


def test_the_guide_knows_no_event_that_does_not_exist() -> None:
    said = [code_in(row[0]) for row in rows(section("## Events"))]
    assert sorted(name[0] for name in said if name) == sorted(e.__name__ for e in EVENTS)


@pytest.mark.parametrize("made", HANDED_OVER, ids=lambda made: made.__name__)
def test_a_dataclass_that_authors_make_is_in_the_guide_with_its_fields(made: type) -> None:
    said = {row[0]: code_in(row[1]) for row in rows(section("## What you hand over"))}
    names = [code.partition("(")[0] for code in said[f"`{made.__name__}`"]]
    assert names == [f.name for f in fields(made)]


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: given.__name__)
def test_a_dataclass_that_authors_are_given_is_in_the_guide_with_its_fields(given: type) -> None:
    said = re.search(rf"`{given.__name__}` \(([^)]*(?:\(\w+\))?[^)]*)\)", GUIDE)
    assert said is not None
    assert {f.name for f in fields(given)} <= set(code_in(said[1]))


def test_no_dataclass_of_the_contract_is_forgotten() -> None:
    known = {cls.__name__ for cls in (*HANDED_OVER, *GIVEN)}
    own = [
        c
        for c in vars(contract).values()
        if inspect.isclass(c) and c.__module__ == contract.__name__
    ]
    assert {cls.__name__ for cls in own if cls.__name__ != "SettingsForm"} == known


def test_the_roles_and_levels_in_the_guide_are_those_of_the_contract() -> None:
    said = next(line for line in GUIDE.splitlines() if line.startswith("Roles: "))
    roles, _, levels = said.partition("Levels: ")
    assert tuple(code_in(roles)) == contract.ROLES
    assert tuple(code_in(levels)) == contract.LEVELS


# What a plugin may import --------------------------------------------------------------------


def public_modules() -> dict[str, list[str]]:
    """Return each public module with the names that the guide gives."""
    return {
        code_in(row[0])[0]: code_in(row[1])
        for row in rows(section("## What a plugin may import"))
        if code_in(row[0])
    }


@pytest.mark.parametrize("module", public_modules())
def test_a_public_name_exists(module: str) -> None:
    there = import_module(module)
    missing = [name for name in public_modules()[module] if not hasattr(there, name)]
    assert missing == []


def test_a_public_module_is_not_forbidden_by_import_linter() -> None:
    settings_ = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rule = next(
        one
        for one in settings_["tool"]["importlinter"]["contracts"]
        if one["name"] == "Plugins use only what the core names as public"
    )
    patterns = [name.replace("**", "*") for name in rule["forbidden_modules"]]
    forbidden = [module for module in public_modules() if any(fnmatch(module, p) for p in patterns)]
    assert forbidden == []


def test_plugins_import_only_what_the_guide_names() -> None:
    public = set(public_modules())
    strangers = {
        f"{file.relative_to(ROOT)}: {module}"
        for file in sorted(ROOT.glob("plugins/*/waardewerk_*/**/*.py"))
        for module in imported_by(file)
        if not public.intersection([module, *parents_of(module)])
    }
    assert strangers == set()


def parents_of(module: str) -> Iterator[str]:
    """Give the packages that a module is in, save the core itself."""
    names = module.split(".")
    for length in range(2, len(names)):
        yield ".".join(names[:length])


def imported_by(file: Path) -> Iterator[str]:
    """Give the modules of the core that a file needs when it runs."""
    tree = ast.parse(file.read_text("utf-8"))
    for_annotations = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_annotations:
            yield from modules_of(node)


def modules_of(node: ast.ImportFrom) -> Iterator[str]:
    if (node.module or "").partition(".")[0] != "waardewerk":
        return
    for alias in node.names:
        inner = f"{node.module}.{alias.name}"
        yield inner if is_module(inner) else node.module or ""


def is_module(name: str) -> bool:
    path = ROOT / "platform" / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def test_foreign_keys_of_plugins_go_to_tables_that_the_guide_names() -> None:
    line = next(line for line in GUIDE.splitlines() if line.startswith("- Foreign keys go"))
    allowed = {name for name in code_in(line) if re.fullmatch(r"[a-z]+_[a-z_]+", name)}
    for file in ROOT.glob("plugins/*/waardewerk_*/models.py"):
        own = file.parent.name.removeprefix("waardewerk_")
        pointed_at = re.findall(r'ForeignKey\("(\w+)\.', file.read_text("utf-8"))
        assert {t for t in pointed_at if not t.startswith(f"{own}_")} <= allowed, file


def test_the_fixtures_are_in_the_guide() -> None:
    made = [
        name
        for name, value in vars(testing).items()
        if type(value).__name__ == "FixtureFunctionDefinition" and not name.startswith("_")
    ]
    said = {name for row in rows(section("## Tests")) for name in code_in(row[0])}
    assert set(made) == said


# The fifteen lines ---------------------------------------------------------------------------


def fifteen_lines() -> tuple[str, str]:
    """Return the code and the packaging of the smallest plugin."""
    blocks = BLOCK.findall(section("## A plugin in fifteen lines"))
    (code,) = [text for language, text in blocks if language == "python"]
    (packaging,) = [text for language, text in blocks if language == "toml"]
    return code, packaging


def test_the_smallest_plugin_has_fifteen_lines() -> None:
    code, _packaging = fifteen_lines()
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 15


def test_the_smallest_plugin_answers(tmp_path: Path) -> None:
    code, _packaging = fifteen_lines()
    module = ModuleType("waardewerk_greeting")
    module.__file__ = str(tmp_path / "plugin.py")
    exec(code, vars(module))
    app = create_app(Config(var=tmp_path / "var"), loaded(module, "greeting"))
    prepare(app)
    assert app.test_client().get("/greeting/").text == "Good day!"
    app.extensions[db.EXTENSION].dispose()


def test_the_smallest_plugin_can_be_built_and_is_found_by_its_entry_point(tmp_path: Path) -> None:
    code, packaging = fifteen_lines()
    package = tmp_path / "waardewerk_greeting"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text(code, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(packaging, encoding="utf-8")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with ZipFile(wheel) as archive:
        entry_points = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "greeting = waardewerk_greeting.plugin" in archive.read(entry_points).decode()
        assert "waardewerk_greeting/plugin.py" in archive.namelist()


def test_the_readme_shows_the_same_fifteen_lines() -> None:
    code, _packaging = fifteen_lines()
    assert code in (ROOT / "README.md").read_text("utf-8")


# Settings and commands -----------------------------------------------------------------------


def settings_table() -> dict[str, tuple[str, str]]:
    """Return each setting with its default and its meaning, as docs/operating.md has them."""
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    return {
        code_in(row[0])[0]: (row[1], row[2])
        for row in rows(text)
        if len(row) == 3 and row[0].startswith("`") and row[0].strip("`") in Config.model_fields
    }


@pytest.mark.parametrize("name", Config.model_fields)
def test_a_setting_is_documented_with_its_default_and_meaning(name: str) -> None:
    default, meaning = settings_table()[name]
    value = Config.model_fields[name].default
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    plain = str(plain) if isinstance(plain, Path) else plain
    assert code_in(default) == [json.dumps(plain)]
    assert len(meaning) > 10


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Walk the whole command line, hidden commands too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_is_documented() -> None:
    written = "\n".join(
        file.read_text("utf-8")
        for file in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/**/README.md")]
    )
    names = [" ".join(path) for path, _command in commands(cli)]
    silent = [
        n for n in names if f"waardewerk {n}" not in written and f"platform {n}" not in written
    ]
    assert silent == []


def test_the_hints_of_every_hook_can_be_resolved() -> None:
    # A name that exists only in the text of a signature would be no contract.
    known = {**vars(contract), **vars(events), "click": click}
    for name in HOOKS:
        hints = get_type_hints(
            getattr(hooks, name), localns={**known, "Blueprint": Blueprint, "FlaskForm": FlaskForm}
        )
        assert "return" in hints
