"""Starts a server as its own process, and reads what it costs from /proc."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
TICKS = os.sysconf("SC_CLK_TCK")
#: How long a server may take to answer for the first time, in seconds.
PATIENCE = 90


@dataclass(frozen=True)
class Server:
    """A running server with everything it started."""

    process: subprocess.Popen[bytes]
    port: int
    #: From the start of the process to its first 200, in seconds.
    started_in: float

    def cpu(self) -> float:
        """CPU that the whole tree of processes used so far, in seconds."""
        return sum(_cpu_of(pid) for pid in _tree(self.process.pid))

    def memory(self) -> float:
        """Memory of the whole tree in megabytes; what processes share is counted once."""
        return sum(_pss_of(pid) for pid in _tree(self.process.pid)) / 1e6


@contextmanager
def running(
    command: Sequence[str], port: int, path: str, *, folder: Path, **environment: str
) -> Iterator[Server]:
    """Run a server in ``folder`` until the block ends; wait until ``path`` answers 200."""
    began = time.perf_counter()
    log = (folder / "server.log").open("ab")
    # A session of its own, so that what it started can be ended with it.
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**_environment(), **environment},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _wait(process, port, path, folder)
        yield Server(process, port, time.perf_counter() - began)
    finally:
        end(process)
        log.close()


@contextmanager
def product(var: Path, port: int, path: str = "/health") -> Iterator[Server]:
    """Run the product as ``waardewerk run`` serves it: 1 worker, 8 threads, SQLite FULL."""
    command = [sys.executable, "-m", "waardewerk", "run", "--port", str(port)]
    with running(command, port, path, folder=var, WAARDEWERK_VAR=str(var)) as server:
        yield server


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server politely, and what it started for certain."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def busy_seconds() -> float:
    """CPU that everything on this machine used so far, in seconds."""
    user, nice, system, _idle, _waiting, *rest = (
        int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + sum(rest[:2])) / TICKS


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("WAARDEWERK_")}


def _wait(process: subprocess.Popen[bytes], port: int, path: str, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if _answers(port, path):
            return
        time.sleep(0.01)
    raise RuntimeError(f"the server did not answer:\n{(folder / 'server.log').read_text()}")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name, which may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_of(pid: int) -> float:
    fields = _stat(pid)
    # User and system time, and those of children that ended.
    return sum(int(n) for n in fields[11:15]) / TICKS if fields else 0.0


def _pss_of(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024
