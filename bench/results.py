"""Measures the pages about everybody's answers, with 300 people and all their answers.

python bench/results.py [--times 20]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from functools import partial
from pathlib import Path

import servers
from clients import Client, Timings, drive_times
from province import CHAIR, PASSWORD, Province, fill
from servers import HOST, Server

#: 300 people who are asked all 18 questions; politics is asked half of them and comes on top.
LEVELS = ("executive", "civil_servant") * 150 + ("political",) * 30


def pages(province: Province) -> dict[str, str]:
    """Return what is measured, by name."""
    scan, inquiry = f"/maturity/scans/{province.scan_id}", f"/inquiries/{province.inquiry_id}"
    question = province.definition.questions()[0].id
    return {
        "spread of all questions": f"{inquiry}/spread",
        "conversation about one question": f"{inquiry}/talk/{question}",
        "result of the scan": f"{scan}/results",
        "one theme": f"{scan}/themes/{province.definition.sections[0].id}",
        "report as a page": f"{scan}/report",
        "report as PDF": f"{scan}/report.pdf",
        "report as Word": f"{scan}/report.docx",
        "report as Excel": f"{scan}/report.xlsx",
    }


async def sign_in(server: Server) -> Client:
    """Sign in as the chair."""
    client = Client(HOST, server.port)
    form = await client.get("/sign-in")
    await client.post("/sign-in", {**form.hidden, "email": CHAIR, "password": PASSWORD})
    return client


async def run(server: Server, province: Province, times: int) -> None:
    """Ask for every page a number of times, one after another."""
    client = await sign_in(server)
    print(f"{'page':34}     p50      p95   CPU ms      kB")
    for name, path in pages(province).items():
        size = len((await client.get(path)).body)
        timings, cpu = Timings(), server.cpu()
        await drive_times(partial(client.get, path), times, timings)
        timings.cpu = server.cpu() - cpu
        shares = f"{timings.percentile(50):8.0f} {timings.percentile(95):8.0f}"
        print(f"{name:34}{shares} {timings.cpu_ms:8.0f} {size / 1000:7.0f}", flush=True)
    await client.close()


def main() -> None:
    """Fill a province and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        province = fill(var, LEVELS, agreed=True)
        print(f"{len(LEVELS)} people, {len(province.definition.questions())} questions, 3 lenses")
        with servers.product(var, servers.free_port()) as server:
            asyncio.run(run(server, province, options.times))


if __name__ == "__main__":
    main()
