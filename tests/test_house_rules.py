"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from waardewerk.admin.words import ACTIONS, DETAILS

ROOT = Path(__file__).parent.parent
CORE = ROOT / "platform" / "waardewerk"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/waardewerk_*/plugin.py"))
PARTICIPATION = ROOT / "plugins" / "participation" / "waardewerk_participation"
SAMPLE = ROOT / "tests" / "sample_plugin" / "waardewerk_sample"
PACKAGES = [CORE, *PLUGINS, SAMPLE]
TEMPLATES = sorted(path for package in PACKAGES for path in package.rglob("templates/**/*.html"))

WEB = {"flask", "flask_wtf", "flask_htmx", "wtforms", "werkzeug"}
#: What a plugin may import of the core; `docs/plugins.md` explains each.
PUBLIC = {
    "waardewerk",
    "waardewerk.access",
    "waardewerk.addresses",
    "waardewerk.app",
    "waardewerk.audit",
    "waardewerk.config",
    "waardewerk.contract",
    "waardewerk.db",
    "waardewerk.documents",
    "waardewerk.events",
    "waardewerk.exports",
    "waardewerk.forms",
    "waardewerk.gate",
    "waardewerk.i18n",
    "waardewerk.jobs",
    "waardewerk.local_times",
    "waardewerk.mail",
    "waardewerk.refusal",
    "waardewerk.sealing",
    "waardewerk.settings",
    "waardewerk.templating",
    "waardewerk.testing",
    "waardewerk.traces",
    "waardewerk.wording",
}
#: The slices whose operations and queries plugins may use.
SLICES = {"people", "questionnaires", "responsibility"}
NOT_PUBLIC_IN_SLICES = {"models", "views", "plugin", "forms"}


class WhatRuns(ast.NodeTransformer):
    """Leaves out what only the type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Drop ``if TYPE_CHECKING:``."""
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def imports_of(file: Path) -> Iterator[str]:
    """Give the dotted name of everything a file imports when it runs, wherever in it."""
    for node in ast.walk(WhatRuns().visit(ast.parse(file.read_text()))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms(name: str) -> list[Path]:
    """Find the module or package of that name in every slice."""
    files = [path for package in PACKAGES for path in package.rglob(f"{name}.py")]
    folders = [path for package in PACKAGES for path in package.rglob(f"{name}/*.py")]
    return sorted([*files, *folders])


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_source_root_is_no_package() -> None:
    # It would hide the standard library's `platform`, and even `import uuid` would fail.
    assert not (ROOT / "platform" / "__init__.py").exists()


@pytest.mark.parametrize(
    "file", [*rooms("models"), *rooms("operations"), *rooms("queries")], ids=shown
)
def test_rules_and_tables_know_no_web(file: Path) -> None:
    assert {name.partition(".")[0] for name in imports_of(file)} & WEB == set()


def of_the_product(files: list[Path]) -> list[Path]:
    """Leave the sample plugin out: it is small on purpose."""
    return [file for file in files if not file.is_relative_to(ROOT / "tests")]


@pytest.mark.parametrize(
    "file", of_the_product([*rooms("operations"), *rooms("queries")]), ids=shown
)
def test_rules_read_no_clock(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert ast.unparse(node.func) not in {"datetime.now", "date.today", "time.time"}


PURE = [
    CORE / "local_times.py",
    CORE / "theming.py",
    CORE / "questionnaires" / "spread.py",
    CORE / "values" / "changes.py",
    CORE / "values" / "comparing.py",
    CORE / "values" / "editing.py",
    CORE / "values" / "framework.py",
    CORE / "values" / "hierarchy.py",
    CORE / "values" / "accents.py",
    CORE / "values" / "cards.py",
    CORE / "people" / "devices.py",
    CORE / "people" / "oidc" / "claims.py",
    CORE / "people" / "recovery.py",
    CORE / "people" / "totp.py",
    CORE / "people" / "ways_in.py",
    CORE / "responsibility" / "findings.py",
    CORE / "responsibility" / "questions.py",
    CORE / "home" / "dashboard.py",
    *(
        PARTICIPATION / f"{name}.py"
        for name in (
            "address_list",
            "flags",
            "guessing",
            "hints",
            "moderation",
            "numbering",
            "opinion_map",
            "pace",
            "profiles",
            "progress",
            "routing",
            "showing",
            "small_cells",
            "squares",
            "statement_files",
            "steps",
            "summary",
            "tallies",
            "typed",
        )
    ),
    *sorted(PARTICIPATION.glob("grouping/*.py")),
    *sorted(PARTICIPATION.glob("figures/*.py")),
]


@pytest.mark.parametrize("file", PURE, ids=shown)
def test_pure_modules_know_no_web_no_database_and_no_chance(file: Path) -> None:
    forbidden = WEB | {"sqlalchemy", "random", "time"}
    assert {name.partition(".")[0] for name in imports_of(file)} & forbidden == set()


def of_plugins() -> list[Path]:
    return sorted(path for package in (*PLUGINS, SAMPLE) for path in package.rglob("*.py"))


@pytest.mark.parametrize("file", of_plugins(), ids=shown)
def test_plugins_import_only_what_is_public(file: Path) -> None:
    for name in imports_of(file):
        if not (name == "waardewerk" or name.startswith("waardewerk.")):
            continue
        module = name if name in PUBLIC else name.rpartition(".")[0]
        if module in PUBLIC or module.startswith(("waardewerk.documents", "waardewerk.notation")):
            continue
        parts = name.split(".")
        is_of_a_slice = (
            parts[1] in {"people", "questionnaires", "responsibility", "values"} and len(parts) > 2
        )
        assert is_of_a_slice, name
        assert parts[2] not in NOT_PUBLIC_IN_SLICES, name


@pytest.mark.parametrize("file", of_plugins(), ids=shown)
def test_plugins_do_not_import_each_other(file: Path) -> None:
    own = file.relative_to(ROOT).parts
    for name in imports_of(file):
        package = name.partition(".")[0]
        if package.startswith("waardewerk_"):
            assert package in own, name


FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "hx-on": r"\bhx-on",
    "a javascript: address": r"javascript:",
    "a js: value": r"[\"'\s]js:",
    "unchecked markup": r"\|\s*safe\b",
    "escaping switched off": r"autoescape\s+false",
}


@pytest.mark.parametrize("file", TEMPLATES, ids=shown)
def test_templates_hold_nothing_that_the_policy_forbids(file: Path) -> None:
    source = file.read_text()
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, source)]
    assert found == []
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", source, re.DOTALL)
    assert all(not body.strip() for body in scripts)
    assert all("nonce=" in tag and "src=" in tag for tag in re.findall(r"<script\b[^>]*>", source))


@pytest.mark.parametrize("file", TEMPLATES, ids=shown)
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    source = file.read_text()
    assert not re.search(r"(src|href|action)=\"(https?:)?//", source)


def test_every_public_thing_of_the_core_says_what_it_does() -> None:
    silent = []
    for file in sorted(CORE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        if not ast.get_docstring(tree) and tree.body:
            silent.append(shown(file))
        silent += [f"{shown(file)}:{name}" for name in without_docstring(tree)]
    assert silent == []


def without_docstring(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Give the public functions and classes, and their public methods, that say nothing."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from without_docstring(node)


@pytest.mark.parametrize(
    "name", ["utils", "helpers", "common", "base", "manager", "service", "misc"]
)
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert [shown(p) for package in PACKAGES for p in package.rglob(f"{name}*.py")] == []


def actions_in(package: Path) -> Iterator[str]:
    """Give the actions that a package puts in the audit trail by a name written out."""
    for file in package.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not re.search(r"(record|log)$", called(call)):
                continue
            for given in call.args[1:4]:
                if isinstance(given, ast.Constant) and re.fullmatch(r"[a-z_.-]+", str(given.value)):
                    yield str(given.value)


def called(call: ast.Call) -> str:
    """Return the last part of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("package", [CORE, *PLUGINS], ids=lambda one: one.name)
def test_every_action_in_the_audit_trail_has_its_words(package: Path) -> None:
    if package == CORE:
        known = set(ACTIONS)
    else:
        known = set(import_module(f"{package.name}.plugin").TRAIL.actions)
    # Some operations put what all their actions begin with in front of the name.
    endings = {code[at:] for code in known for at in range(len(code)) if code[at - 1] in "._"}
    found = set(actions_in(package))
    assert len(found) >= 8
    assert found - known - endings == set()


def details_in(package: Path) -> Iterator[str]:
    """Give the names of details that a package puts in the audit trail, where written out."""
    for file in package.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not re.search(r"(record|log)$", called(call)):
                continue
            for given in call.keywords:
                if given.arg != "details":
                    yield given.arg or ""
                    continue
                for one in ast.walk(given.value):
                    if isinstance(one, ast.Dict):
                        yield from (str(k.value) for k in one.keys if isinstance(k, ast.Constant))


@pytest.mark.parametrize("package", [CORE, *PLUGINS], ids=lambda one: one.name)
def test_every_detail_in_the_audit_trail_has_its_word(package: Path) -> None:
    known = set(DETAILS)
    if package != CORE:
        known |= set(import_module(f"{package.name}.plugin").TRAIL.details)
    found = set(details_in(package)) - {"", "session", "action", "subject", "actor_id", "now"}
    assert len(found) >= 4
    assert found - known == set()
