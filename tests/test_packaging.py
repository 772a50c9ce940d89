"""What is built, locked and published agrees with itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import waardewerk

ROOT = Path(__file__).resolve().parent.parent
PROJECTS = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==([^ ]+)( ; .+)? \\$")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Wheels of the core and of every plugin."""
    dist = tmp_path_factory.mktemp("dist")
    for project in PROJECTS:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)]
        subprocess.run(build, cwd=project, check=True, capture_output=True)
    return sorted(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing of ours; the locked packages are lent to it."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def project_table(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))


def declared(folder: Path, *groups: str) -> Iterator[Requirement]:
    """Everything that a project asks for, save what this repository is itself."""
    table = project_table(folder)
    project = table["project"]
    asked = [*table["build-system"]["requires"], *project.get("dependencies", [])]
    for extra in project.get("optional-dependencies", {}).values():
        asked += extra
    for group in groups:
        asked += [
            r for r in table.get("dependency-groups", {}).get(group, []) if isinstance(r, str)
        ]
    own = {project_table(p)["project"]["name"] for p in PROJECTS}
    yield from (r for r in map(Requirement, asked) if r.name not in own)


def pins(lock: str) -> dict[str, list[str]]:
    """The versions that a lock allows for each package; several when Pythons differ."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        if pinned := PINNED.match(line):
            found.setdefault(pinned[1], []).append(pinned[2])
    return found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
@pytest.mark.parametrize("project", PROJECTS, ids=lambda folder: folder.name)
def test_a_lock_holds_all_that_a_project_asks_for(project: Path, lock: str) -> None:
    groups = ("build", "dev") if "dev" in lock else ("build",)
    locked = pins(lock)
    for requirement in declared(project, *groups):
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement} is not in {lock}; CONTRIBUTING says how to refresh it"
        assert all(map(requirement.specifier.contains, versions)), requirement


def test_the_second_lock_holds_the_first_one_whole() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_hash_and_no_index_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    for entry in filter(None, entries):
        assert PINNED.match(entry.splitlines()[0]), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in text


def test_one_version_is_named_everywhere() -> None:
    versions = {project_table(project)["project"]["version"] for project in PROJECTS}
    assert versions == {waardewerk.__version__}


def test_the_licence_is_the_same_everywhere() -> None:
    catalogue = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert catalogue["legal"]["license"] == "EUPL-1.2"
    assert {project_table(p)["project"]["license"] for p in PROJECTS} == {"EUPL-1.2"}
    assert (
        (ROOT / "LICENSE").read_text("utf-8").startswith("# EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_catalogue_entry_keeps_to_the_lengths_of_the_standard(language: str) -> None:
    catalogue = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    description = catalogue["description"][language]
    assert len(description["shortDescription"]) <= 150
    assert 150 <= len(description["longDescription"]) <= 10_000
    assert language in catalogue["localisation"]["availableLanguages"]


def test_a_wheel_holds_the_licence_and_no_tests(wheels: list[Path]) -> None:
    assert len(wheels) == len(PROJECTS)
    for wheel in wheels:
        names = ZipFile(wheel).namelist()
        assert any(name.endswith("licenses/LICENSE") for name in names), wheel.name
        assert any(name.endswith("/py.typed") for name in names), wheel.name
        assert not [name for name in names if "/tests/" in name or "test_" in name], wheel.name


def test_the_core_wheel_holds_catalogues_templates_and_styles(wheels: list[Path]) -> None:
    (core,) = [wheel for wheel in wheels if wheel.name.startswith("waardewerk-")]
    names = ZipFile(core).namelist()
    for folder, ending in {"translations": ".po", "templates": ".html", "static": ".css"}.items():
        inside = [name for name in names if name.startswith(f"waardewerk/{folder}/")]
        assert any(name.endswith(ending) for name in inside), folder


def test_wheels_install_into_an_empty_environment_and_run(
    wheels: list[Path], empty_environment: Path, tmp_path: Path
) -> None:
    programs = empty_environment / "bin"
    clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    install = [programs / "pip", "install", "--quiet", "--no-index", "--no-deps"]
    # The environment sees the packages of this one, ours among them.
    install += ["--ignore-installed", *wheels]
    subprocess.run(install, env=clean, check=True)

    def ask(*command: str) -> str:
        program = [programs / command[0], *command[1:]]
        return subprocess.check_output(program, cwd=tmp_path, env=clean, text=True)

    where = ask("python", "-c", "import waardewerk; print(waardewerk.__file__)")
    assert Path(where.strip()).is_relative_to(empty_environment)
    assert waardewerk.__version__ in ask("waardewerk", "--version")
    assert ask("waardewerk", "db", "upgrade")
    assert "maturity" in ask("waardewerk", "plugins", "list")
