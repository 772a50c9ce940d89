"""``python3 platform test`` ends here: the static checks, then the whole suite.

Every check runs, also after one that failed, so that one run tells all there is to mend.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from waardewerk.testing import find_chromium

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
#: Debian's names of the first two browsers that are looked for; others have only the second.
PACKAGES = ("chromium-headless-shell", "chromium")
#: One process per core; whoever wants it otherwise says ``-n 0``.
WORKERS = ("-n", "auto", "--dist", "worksteal")
CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-logo"],
    "djlint": ["djlint", "--lint", "--quiet", "platform", "plugins"],
}


def main() -> int:
    """Run everything; return 0 only when all of it passed."""
    options, for_pytest = read_arguments()
    os.chdir(ROOT)
    forget_settings()
    if options.photographs:
        os.environ["PHOTOGRAPHS"] = "1"
    if options.browser:
        os.environ["CHROMIUM"] = find_chromium() or install_browser()
    else:
        for_pytest += ["-m", "not browser"]
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    suite = run_suite(for_pytest)
    if failed:
        print(f"Not passed: {', '.join(failed)}. What each said is above the tests.", flush=True)
    return suite or len(failed)


def read_arguments() -> tuple[argparse.Namespace, list[str]]:
    """Take our own options; all others are for pytest."""
    parser = argparse.ArgumentParser(
        prog="python3 platform test",
        description="Run every check and every test. Other arguments go to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--photographs",
        action="store_true",
        help="keep a picture of every screen in tests/screens; takes some minutes more",
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="leave out the tests that drive a browser",
    )
    return parser.parse_known_args()


def forget_settings() -> None:
    """Keep the settings of an installation on this machine out of the tests."""
    for name in [name for name in os.environ if name.startswith("WAARDEWERK_")]:
        del os.environ[name]


def install_browser() -> str:
    """Install Chromium where we may; otherwise say what is missing."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        announce("installing chromium")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], env=quiet, check=False)
        install = [apt, "install", "-y", "-qq", "--no-install-recommends"]
        for package in PACKAGES:
            done = subprocess.run(
                [*install, package], env=quiet, stdin=subprocess.DEVNULL, check=False
            )
            if done.returncode == 0:
                break
    return find_chromium() or sys.exit(
        "waardewerk: the browser tests need Chromium; install the package chromium, "
        "or leave them out with --no-browser"
    )


def passes(name: str, command: list[str]) -> bool:
    """Run one static check."""
    announce(name)
    return subprocess.run([TOOLS / command[0], *command[1:]], check=False).returncode == 0


def run_suite(arguments: list[str]) -> int:
    """Run pytest, and on Ctrl-C let it stop its servers before we end too."""
    announce("pytest")
    signal.signal(signal.SIGINT, lambda *_: None)
    command = [str(TOOLS / "pytest"), *WORKERS, *arguments]
    with tempfile.TemporaryDirectory(
        prefix="waardewerk-compiled-",
        ignore_cleanup_errors=True,  # a process that is just ending may still write
    ) as folder:
        keep_what_is_compiled(folder)
        return subprocess.run(command, check=False).returncode


def keep_what_is_compiled(folder: str) -> None:
    """Let modules be compiled once, also where Python may leave no file beside them.

    Else each of the many processes that tests start compiles all of them: half of what it does.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = folder


def announce(step: str) -> None:
    """Print which step begins."""
    print(f"→ {step}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
