"""``waardewerk run``: starts for real, says where, and says in one line why it cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from waardewerk.testing import free_port

Run = Callable[..., subprocess.Popen[str]]
PATIENCE = 60


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Run]:
    """Start the command in an empty folder; what still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("WAARDEWERK_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "waardewerk", *arguments],
            cwd=tmp_path,
            env={**clean, "WAARDEWERK_VAR": str(tmp_path / "var"), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=PATIENCE)


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """Read what the process prints until a line holds these words."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line.strip()
    raise AssertionError(f"never said {words!r}; standard error: {process.stderr.read()}")  # type: ignore[union-attr]


def said_in_one_line(process: subprocess.Popen[str]) -> str:
    """Wait for a process that refuses, and return the one line it leaves."""
    _out, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "Traceback" not in complaint
    assert len(complaint.strip().splitlines()) == 1
    return complaint.strip()


def wait_until_it_answers(port: int) -> None:
    for _attempt in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("it never answered")


def test_it_prints_its_address_and_a_single_use_link_and_ctrl_c_ends_it(
    start: Run, port: int
) -> None:
    process = start("run", "--port", str(port))
    assert line_with(process, "is at").endswith(f"http://127.0.0.1:{port}")
    link = line_with(process, "Set it up").rpartition(" ")[2]
    # At once: whoever reads the line, a script too, may go there.
    with urllib.request.urlopen(link, timeout=10) as page:
        assert b"password" in page.read()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_what_cannot_be_read_is_answered_and_who_sent_it_to_which_address_is_not_logged(
    start: Run, port: int
) -> None:
    process = start("run", "--port", str(port))
    line_with(process, "is at")
    wait_until_it_answers(port)
    address = b"/r/cameras/c/7K4MT2Q9XA3D"
    for request in (b"GET %s HTTP/9.9\r\n\r\n", b"GET%s\r\n\r\n", b"GET %s HTTP/1.1\r\nx\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(request % address)
            assert line.recv(64).startswith(b"HTTP/1.1 400")
    process.send_signal(signal.SIGINT)
    said = "".join(process.communicate(timeout=PATIENCE))
    assert "was not answered: Invalid" in said
    assert "7K4MT2Q9XA3D" not in said
    assert "127.0.0.1" not in said.replace(f"http://127.0.0.1:{port}", "")


def test_the_demo_can_be_loaded_twice(start: Run, tmp_path: Path) -> None:
    counts = []
    for _time in range(2):
        port = free_port()
        process = start("run", "--demo", "--port", str(port))
        links = [line_with(process, role) for role in ("administrator", "executive_member")]
        assert all(re.search(r"/link/[\w-]{40,}", link) for link in links)
        line_with(process, "is at")
        wait_until_it_answers(port)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)
        with sqlite3.connect(tmp_path / "var" / "waardewerk.db") as database:
            counts.append(database.execute("SELECT count(*) FROM people_person").fetchone())
    assert counts[0] == counts[1]


def test_a_taken_port_is_said_in_one_line(start: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "--port" in said_in_one_line(start("run", "--port", str(port)))


def test_a_folder_that_cannot_be_written_is_said_in_one_line(start: Run, port: int) -> None:
    refused = start("run", "--port", str(port), WAARDEWERK_VAR="/proc/waardewerk")
    assert "WAARDEWERK_VAR" in said_in_one_line(refused)


def test_a_database_of_newer_code_is_said_in_one_line(
    start: Run, port: int, tmp_path: Path
) -> None:
    first = start("db", "upgrade")
    first.communicate(timeout=PATIENCE)
    with sqlite3.connect(tmp_path / "var" / "waardewerk.db") as database:
        database.execute("UPDATE alembic_version_core SET version_num = 'core_9999'")
    complaint = said_in_one_line(start("run", "--port", str(port)))
    assert "core_9999" in complaint
    assert "newer version" in complaint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WAARDEWERK_SECRET_KEY", "secret"),
        ("WAARDEWERK_LANGUAGES", "nl,tlh"),
        ("WAARDEWERK_TYPO", "x"),
        ("WAARDEWERK_BASE_URL", "waardewerk"),
        ("WAARDEWERK_WORKERS", "4"),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(start: Run, name: str, value: str) -> None:
    complaint = said_in_one_line(start("db", "upgrade", **{name: value}))
    assert name in complaint or "PostgreSQL" in complaint


def test_the_folder_and_database_are_for_their_owner_alone(start: Run, tmp_path: Path) -> None:
    start("db", "upgrade").communicate(timeout=PATIENCE)
    for path in (tmp_path / "var", tmp_path / "var" / "waardewerk.db", tmp_path / "var" / "secret"):
        assert path.stat().st_mode & 0o077 == 0, path
