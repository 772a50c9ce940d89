"""``python3 platform …``, run for real on copies of the checkout.

In the copies that get installed only the locks are emptied: the packages they name come from the
environment that runs the tests, so that nothing here needs the network.
"""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOOTSTRAP = ROOT / "platform" / "__main__.py"
INSTALLED_PACKAGES = sysconfig.get_path("purelib")


@pytest.fixture
def empty_path(tmp_path: Path) -> Path:
    """A folder to use as PATH: no uv in it, no apt, no browser."""
    folder = tmp_path / "path"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which the bootstrap ran once, with pip."""
    checkout = copy_with_empty_locks(tmp_path_factory.mktemp("installed") / "waardewerk")
    first = start(checkout, "--version")
    assert first.stdout.startswith("waardewerk"), first.stderr
    assert "making" in first.stderr
    return checkout


def copy_with_empty_locks(checkout: Path) -> Path:
    leave_out = shutil.ignore_patterns(
        ".*", "__pycache__", "var", "dist", "node_modules", "tests", "bench", "docs"
    )
    shutil.copytree(ROOT, checkout, ignore=leave_out, symlinks=True)
    (checkout / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "run.py", checkout / "tests")
    for lock in checkout.glob("*.lock"):
        lock.write_text("")
    return checkout


def start(
    checkout: Path, *arguments: str, path: Path | str = "/nowhere", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Start the bootstrap in an environment in which pip is all there is."""
    inherited = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "platform", *arguments],
        cwd=checkout,
        env={**inherited, "PATH": str(path), "PYTHONPATH": INSTALLED_PACKAGES, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def the_one_line(run: subprocess.CompletedProcess[str]) -> str:
    """Return what a refused start said last, having checked that it was no traceback."""
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    line = run.stderr.strip().splitlines()[-1]
    assert line.startswith("waardewerk: ")
    return line


def test_no_package_hides_the_standard_module_platform() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    code = "import platform, uuid; print(platform.python_version())"
    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert said.startswith("3.")


def test_an_old_python_can_read_the_bootstrap() -> None:
    ast.parse(BOOTSTRAP.read_text("utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_which_one_is_needed() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0);"
        "runpy.run_path('platform', run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert len(run.stderr.splitlines()) == 1
    assert "needs Python 3.11 or newer, this is 3.9" in the_one_line(run)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_the_package(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError('left out by the distribution')")
    venv = tmp_path / "venv"
    run = start(ROOT, "run", WAARDEWERK_VENV=str(venv), PYTHONPATH=str(tmp_path))
    assert "python3-venv" in the_one_line(run)
    assert not venv.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    for venv in (in_the_way, in_the_way / "venv", Path("/proc/waardewerk")):
        line = the_one_line(start(ROOT, "run", WAARDEWERK_VENV=str(venv)))
        assert "cannot write" in line
        assert "WAARDEWERK_VENV" in line


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.touch()
    run = start(ROOT, "run", WAARDEWERK_VENV=str(tmp_path))
    assert "was not made by this command" in the_one_line(run)
    assert letter.exists()


def test_an_index_out_of_reach_is_said_and_tried_again(tmp_path: Path) -> None:
    out_of_reach = {
        "WAARDEWERK_VENV": str(tmp_path / "venv"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": "",
    }
    for _ in range(2):
        line = the_one_line(start(ROOT, "run", **out_of_reach))
        assert "installing failed" in line
        assert "within reach" in line
    assert "No matching distribution" in (tmp_path / "venv" / "install.log").read_text("utf-8")


def test_ctrl_c_during_the_installation_ends_it(tmp_path: Path, empty_path: Path) -> None:
    slow = empty_path / "uv"
    slow.write_text("#!/bin/sh\nkill -INT 0\nexec /bin/sleep 20\n")
    slow.chmod(0o755)
    run = subprocess.run(
        [sys.executable, BOOTSTRAP.parent, "run"],
        env={"PATH": str(empty_path), "WAARDEWERK_VENV": str(tmp_path / "venv")},
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
        start_new_session=True,
    )
    assert run.returncode == 128 + signal.SIGINT
    assert "Traceback" not in run.stderr


def test_a_second_start_installs_nothing(installed: Path) -> None:
    again = start(installed, "--version")
    assert again.stdout.startswith("waardewerk")
    assert again.stderr == ""


def test_the_exit_code_of_the_command_is_passed_on(installed: Path) -> None:
    assert start(installed, "--no-such-option").returncode == 2


def test_a_changed_lock_is_installed_at_the_next_start(installed: Path) -> None:
    with (installed / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert "installing" in start(installed, "--version").stderr
    assert start(installed, "--version").stderr == ""


def test_the_test_command_installs_the_second_lock_and_takes_our_option(installed: Path) -> None:
    run = start(installed, "test", "--help")
    assert "requirements-dev.lock" in run.stderr
    assert "--no-browser" in run.stdout


def test_a_plugin_folder_copied_in_is_installed(installed: Path) -> None:
    plugin = installed / "plugins" / "neighbour"
    (plugin / "waardewerk_neighbour").mkdir(parents=True)
    (plugin / "waardewerk_neighbour" / "__init__.py").touch()
    (plugin / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "waardewerk-neighbour"\nversion = "1"\n'
        '[project.entry-points."waardewerk.plugins"]\nneighbour = "waardewerk_neighbour.plugin"\n'
    )
    assert "installing" in start(installed, "--version").stderr
    code = (
        "from importlib.metadata import entry_points;"
        "print(*sorted({e.name for e in entry_points(group='waardewerk.plugins')}))"
    )
    said = subprocess.check_output([installed / ".venv/bin/python", "-c", code], text=True)
    ours = {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")}
    assert set(said.split()) == {*ours, "neighbour"}


def test_uv_installs_the_same_and_an_environment_of_uv_can_go_on_with_pip(tmp_path: Path) -> None:
    uv = shutil.which("uv", path=Path(sys.executable).parent)
    assert uv, "uv is among the development packages"
    checkout = copy_with_empty_locks(tmp_path / "checkout")
    with_uv = start(checkout, "--version", path=Path(uv).parent, UV_OFFLINE="1")
    assert "a few seconds" in with_uv.stderr
    assert with_uv.stdout.startswith("waardewerk")
    assert start(checkout, "--version").stderr == ""
    (checkout / "requirements.lock").write_text("# changed\n")
    with_pip = start(checkout, "--version")
    assert "half a minute" in with_pip.stderr
    assert with_pip.stdout == with_uv.stdout


def test_the_tests_refuse_to_start_without_a_browser(empty_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "tests" / "run.py"],
        env={"PATH": str(empty_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    line = the_one_line(run)
    assert "install the package chromium" in line
    assert "--no-browser" in line
