"""``python3 platform run | test | …``: make ``.venv``, install, hand over to ``waardewerk``.

Standard library only, and it parses on Python 3.6: an old Python gets one clear line.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"waardewerk: needs Python 3.11 or newer, this is {sys.version_info[0]}."
        f"{sys.version_info[1]}; start it with a newer one: python3.11 platform run"
    )

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("WAARDEWERK_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "waardewerk.json"
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"


class Obstacle(Exception):
    """Something only the person at the terminal can solve; the message says how."""


def main(arguments: list[str]) -> NoReturn:
    """Install what the command needs, then become that command."""
    if os.name == "nt":
        sys.exit("waardewerk: runs on Linux and macOS; on Windows, use WSL")
    try:
        if arguments[:1] == ["test"]:
            install(RUNTIME, DEVELOPMENT)
            hand_over(PYTHON, str(ROOT / "tests" / "run.py"), *arguments[1:])
        install(RUNTIME)
        hand_over(VENV / "bin" / "waardewerk", *arguments)
    except Obstacle as obstacle:
        sys.exit(f"waardewerk: {obstacle}")
    except KeyboardInterrupt:
        sys.exit(130)


def hand_over(program: Path, *arguments: str) -> NoReturn:
    """Replace this process, so that signals and the exit code need no passing on."""
    sys.stderr.flush()
    try:
        os.execv(program, [str(program), *arguments])
    except OSError as error:
        raise Obstacle(f"{program}: {error.strerror}; remove {VENV} and start again") from error


def install(*locks: Path) -> None:
    """Bring the environment in line with the locks; the last lock holds all earlier ones."""
    wanted = {"house": house(), **{lock.name: digest_of(lock) for lock in locks}}
    if is_installed(wanted):
        return
    try:
        with only_one_at_a_time():
            if not is_installed(wanted):
                install_anew(locks[-1])
                write_stamp(wanted)
    except OSError as error:
        raise Obstacle(
            f"cannot write {error.filename or VENV}: {error.strerror}; make the folder writable, "
            "or name one that is in WAARDEWERK_VENV"
        ) from error


def is_installed(wanted: dict[str, str]) -> bool:
    """Tell whether the environment stands and was made for exactly this."""
    return wanted.items() <= read_stamp().items() and PYTHON.exists()


def read_stamp() -> dict[str, str]:
    """Read what was installed; nothing when that was never finished."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_bytes())
    except (OSError, ValueError):
        return {}
    return stamp


def write_stamp(installed: dict[str, str]) -> None:
    """Note what was installed."""
    STAMP.write_text(json.dumps(installed), encoding="utf-8")


def house() -> str:
    """Name what an environment cannot survive a change of: its Python and its place."""
    return f"Python {sys.version_info[0]}.{sys.version_info[1]} in {ROOT}"


def digest_of(lock: Path) -> str:
    """Digest all that decides what is installed."""
    digest = hashlib.sha256()
    for path in [lock, *plugin_locks(), *(folder / "pyproject.toml" for folder in projects())]:
        digest.update(f"{path}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def projects() -> list[Path]:
    """Find the core and every plugin folder that can be installed."""
    return [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]


def plugin_locks() -> list[Path]:
    """Find the locks that plugins from elsewhere bring for packages of their own."""
    return sorted(ROOT.glob("plugins/*/requirements.lock"))


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Let a second start wait for the first one's installation."""
    import fcntl

    with (ROOT / "pyproject.toml").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def install_anew(lock: Path) -> None:
    """Make the environment where needed and install the lock, the core and the plugins."""
    uv = shutil.which("uv")
    make_environment(uv)
    write_stamp({"house": house()})
    say(f"installing what {lock.name} names, {'a few seconds' if uv else 'half a minute'} …")
    pip = [uv, "pip"] if uv else [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    here = ["--python", str(PYTHON)] if uv else ["--no-input", "--no-compile"]
    locks = [part for path in [lock, *plugin_locks()] for part in ("-r", str(path))]
    editables = [part for folder in projects() for part in ("-e", str(folder))]
    call(
        [*pip, "install", *here, "--require-hashes", *locks],
        "is the package index within reach?",
    )
    call(
        [*pip, "install", *here, "--no-deps", "--no-build-isolation", *editables],
        "is a pyproject.toml in plugins/ at fault?",
    )


def make_environment(uv: str | None) -> None:
    """Make ``.venv``, unless the one that stands can be brought up to date."""
    if read_stamp().get("house") == house() and PYTHON.exists() and (uv or has_pip()):
        return
    if not uv:
        refuse_python_without_venv()
    if VENV.exists() and any(VENV.iterdir()):
        if not STAMP.exists():
            raise Obstacle(f"{VENV} was not made by this command; move it away and start again")
        shutil.rmtree(VENV)
    VENV.mkdir(parents=True, exist_ok=True)
    # From here on the folder is ours to remove, also after an interruption.
    STAMP.touch()
    say(f"making {VENV} …")
    if uv:
        call(
            [uv, "venv", "--allow-existing", "--python", sys.executable, str(VENV)],
            "is this uv old?",
        )
    else:
        call([sys.executable, "-m", "venv", str(VENV)], "is the package python3-venv whole?")


def has_pip() -> bool:
    """Tell whether the environment has pip; one made by uv has not."""
    return any(VENV.glob("lib/python*/site-packages/pip"))


def refuse_python_without_venv() -> None:
    """Name the package that Debian and Ubuntu leave out."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise Obstacle(
            "this Python cannot make a virtual environment; install the package python3-venv "
            "(Debian, Ubuntu: apt-get install python3-venv), or uv"
        ) from error


def call(command: list[str], question: str) -> None:
    """Run one installation step, silent unless it fails; the question says where to look then."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode == 0:
        return
    log = VENV / "install.log"
    log.write_text(done.stdout, encoding="utf-8")
    raise Obstacle(
        f"installing failed: {complaint_in(done.stdout)} ({question} All it said is in {log})"
    )


def complaint_in(output: str) -> str:
    """Pick the one line that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return [*errors[:1], *lines[-1:], "no reason given"][0]


def say(line: str) -> None:
    """Tell on the error stream what takes a while, so that output can still be piped."""
    print(f"waardewerk: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
