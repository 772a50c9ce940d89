"""Measures how fast the product starts, and what its web part needs in memory after load.

python bench/start.py [--times 5]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path

import servers
import walks
from clients import Client, Timings, drive
from province import Invited, Province, fill
from servers import HOST, Server

CLIENTS = 16
SECONDS = 5.0


def main() -> None:
    """Start an empty installation, start it again, and load it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder, "first")
        var.mkdir()
        print(f"first start, with making the tables: {start(var):.2f} s to the first 200")
        again = [start(var) for _ in range(times)]
        middle = statistics.median(again)
        print(f"later starts: {middle:.2f} s ({min(again):.2f}-{max(again):.2f})", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        province = fill(Path(folder), ["civil_servant"] * CLIENTS)
        with servers.product(Path(folder), servers.free_port()) as server:
            print(f"memory at rest: {server.memory():.0f} MB (PSS of all its processes)")
            asyncio.run(load(server, province))
            print(f"memory after {SECONDS:g} s of {CLIENTS} respondents: {server.memory():.0f} MB")


def start(var: Path) -> float:
    """Start the product once; tell how long the first page took."""
    with servers.product(var, servers.free_port(), "/") as server:
        return server.started_in


async def load(server: Server, province: Province) -> None:
    """Let respondents see every page and save answers."""
    sections = [section.id for section in province.definition.sections]
    inside = [await _come_in(server, invited) for invited in province.invited]
    steps = [walks.seeing(one, sections) for one in inside]
    await drive(steps, SECONDS / 2, Timings())
    saves = [walks.saving(one, await one.see(sections[0])) for one in inside]
    await drive(saves, SECONDS / 2, Timings())
    for one in inside:
        await one.client.close()


async def _come_in(server: Server, invited: Invited) -> walks.Respondent:
    return await walks.come_in(Client(HOST, server.port), invited.id, invited.code)


if __name__ == "__main__":
    main()
