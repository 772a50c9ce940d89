"""Measures the respondent's pages beside a bare app of the same questions, in the same run.

    python bench/respondent.py [--seconds 5] [--clients 1,16,64]

Both servers run at once, each as one gunicorn worker with eight threads on SQLite with
synchronous FULL; this process asks first the one, then the other, in turns. What is compared, and
what is not, stands in bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import bare_app
import servers
import walks
from clients import Client, Step, Timings, drive
from province import Invited, Province, fill
from servers import HOST, Server

BENCH = Path(__file__).resolve().parent
#: Turns of each server within one figure, so that noise of the machine falls on both.
TURNS = 10
#: Whole submissions of each kind.
FLOWS = 40
PRODUCT, BARE = "product", "bare app"
ALL = ("all",)


@dataclass(frozen=True)
class Site:
    """One of the two servers, and who may answer there."""

    name: str
    server: Server
    invited: Sequence[Invited]
    sections: Sequence[str]

    async def let_in(self, invited: Invited) -> walks.Respondent:
        """Let somebody in with a connection of their own."""
        return await walks.come_in(Client(HOST, self.server.port), invited.id, invited.code)

    @asynccontextmanager
    async def people(self, count: int) -> AsyncIterator[list[walks.Respondent]]:
        """Let a number of respondents in until the block ends."""
        inside = [await self.let_in(invited) for invited in self.invited[:count]]
        try:
            yield inside
        finally:
            for one in inside:
                await one.client.close()


Walk = Callable[[walks.Respondent], Awaitable[None]]
MakeStep = Callable[[Site, walks.Respondent], Awaitable[Step]]


@dataclass
class Comparison:
    """The figures of both sites for the same work."""

    timings: Mapping[str, Timings]
    #: Cores that other programs on this machine used meanwhile.
    others: float = 0.0

    @contextmanager
    def counting(self, site: Site) -> Iterator[Timings]:
        """Add what the server of a site spends inside the block."""
        timings, began = self.timings[site.name], time.perf_counter()
        cpu, busy, own = site.server.cpu(), servers.busy_seconds(), time.process_time()
        yield timings
        spent = site.server.cpu() - cpu
        timings.cpu += spent
        foreign = servers.busy_seconds() - busy - spent - (time.process_time() - own)
        self.others = max(self.others, foreign / (time.perf_counter() - began))

    @property
    def ratios(self) -> str:
        """The product beside the bare app: requests per second, and CPU per request."""
        product, bare = self.timings[PRODUCT], self.timings[BARE]
        rate, cpu = product.rate / bare.rate, product.cpu_ms / bare.cpu_ms
        return f" {rate:6.0%} {cpu:6.2f}  {self.others:6.1f}"

    @classmethod
    def of(cls, sites: Sequence[Site]) -> Comparison:
        """Begin a comparison of these sites."""
        return cls({site.name: Timings() for site in sites})


async def compare(
    sites: Sequence[Site], make: MakeStep, *, clients: int, seconds: float
) -> Comparison:
    """Let both sites do the same step over and over, in turns."""
    comparison = Comparison.of(sites)
    async with AsyncExitStack() as stack:
        steps = {}
        for site in sites:
            inside = await stack.enter_async_context(site.people(clients))
            steps[site.name] = [await make(site, one) for one in inside]
        for _ in range(TURNS):
            for site in sites:
                with comparison.counting(site) as timings:
                    await drive(steps[site.name], seconds / TURNS, timings)
    return comparison


async def compare_flows(
    walks_of: Sequence[tuple[Site, Walk]], everybody: Sequence[Invited]
) -> Comparison:
    """Let each of these people go all the way once on every site, one after another."""
    comparison = Comparison.of([site for site, _walk in walks_of])
    size = -(-len(everybody) // TURNS)
    for start in range(0, len(everybody), size):
        for site, walk in walks_of:
            with comparison.counting(site) as timings:
                for invited in everybody[start : start + size]:
                    began = time.perf_counter()
                    respondent = await site.let_in(invited)
                    await walk(respondent)
                    await respondent.client.close()
                    timings.each.append(time.perf_counter() - began)
                    timings.seconds += timings.each[-1]
    return comparison


async def step_page(site: Site, respondent: walks.Respondent) -> Step:
    """See the first section again and again."""
    return walks.seeing(respondent, site.sections[:1])


async def step_all(site: Site, respondent: walks.Respondent) -> Step:
    """See all 18 questions: six pages of the product, one of the bare app."""
    return walks.seeing(respondent, site.sections if site.name == PRODUCT else ALL)


async def step_save(site: Site, respondent: walks.Respondent) -> Step:
    """Save one answer after another in the first section."""
    return walks.saving(respondent, await respondent.see(site.sections[0]))


async def fill_first_section(site: Site, clients: int) -> None:
    """Answer everything in the first section, so that the page has something to show."""
    async with site.people(clients) as inside:
        for one in inside:
            page = await one.see(site.sections[0])
            await one.save_page(site.sections[0], page)


async def same_page(sites: Sequence[Site]) -> str:
    """Tell how large the two pages are; stop when they do not ask the same."""
    sizes = []
    asked = set()
    for site in sites:
        async with site.people(1) as inside:
            page = (await inside[0].see(site.sections[0])).text
        asked.add((page.count('type="radio"'), page.count("<textarea")))
        sizes.append(f"{site.name} {len(page.encode()) / 1000:.0f} kB")
    if len(asked) != 1:
        raise SystemExit(f"the pages do not ask the same: radios and text areas are {asked}")
    radios, areas = asked.pop()
    return f"one section, {radios} radio buttons and {areas} text areas ({', '.join(sizes)})"


async def run(sites: Sequence[Site], clients: Sequence[int], seconds: float) -> None:
    """Measure everything and print it."""
    product, bare = sites
    most = max(clients)
    print(f"The page: {await same_page(sites)}.\n")
    await table("Respondent page, nothing answered yet", sites, step_page, clients, seconds)
    await table("Durable save of one answer", sites, step_save, clients, seconds)
    for site in sites:
        await fill_first_section(site, most)
    await table("Respondent page, everything answered", sites, step_page, clients, seconds)
    await table(
        "All 18 questions (product: its six pages; bare app: one page)",
        sites,
        step_all,
        clients[:1],
        seconds,
    )
    by_page = partial(walks.answer_page_by_page, sections=product.sections)
    one_by_one = partial(walks.answer_one_by_one, sections=product.sections)
    at_once = partial(walks.answer_page_by_page, sections=ALL)
    # Everybody hands in once, so each kind of submission has its own people.
    groups = [product.invited[most + n * FLOWS :][:FLOWS] for n in range(3)]
    flows(
        "Whole submission, page by page: open, 6 pages seen and saved, hand in",
        await compare_flows([(product, by_page), (bare, by_page)], groups[0]),
    )
    flows(
        "Whole submission, every answer saved by itself: open, 6 pages, 72 saves, hand in",
        await compare_flows([(product, one_by_one), (bare, one_by_one)], groups[1]),
    )
    flows(
        "Whole submission, product page by page, bare app all 18 questions on one page",
        await compare_flows([(product, by_page), (bare, at_once)], groups[2]),
    )


async def table(
    title: str, sites: Sequence[Site], make: MakeStep, clients: Sequence[int], seconds: float
) -> None:
    """Measure one thing at several numbers of clients and print it."""
    print(
        f"{title}\n  clients  site         /s     p50     p95     p99  CPU ms   rate      x  others"
    )
    for count in clients:
        comparison = await compare(sites, make, clients=count, seconds=seconds)
        for name, one in comparison.timings.items():
            shares = "".join(f"{one.percentile(p):8.1f}" for p in (50, 95, 99))
            print(f"  {count:7}  {name:8} {one.rate:7.0f}{shares}{one.cpu_ms:8.2f}", end="")
            print(comparison.ratios if name == PRODUCT else "", flush=True)
    print()


def flows(title: str, comparison: Comparison) -> None:
    """Print what whole submissions cost."""
    print(f"{title}\n           CPU ms     p50   rate      x  others")
    for name, one in comparison.timings.items():
        print(f"  {name:8} {one.cpu_ms:6.1f} {one.percentile(50):7.1f}", end="")
        print(comparison.ratios if name == PRODUCT else "", flush=True)
    print()


@contextmanager
def both_sites(people: int) -> Iterator[list[Site]]:
    """Fill both databases with the same questions and people, and start both servers."""
    with tempfile.TemporaryDirectory() as folder:
        var, plain = Path(folder, "product"), Path(folder, "bare")
        var.mkdir()
        plain.mkdir()
        province = fill(var, ["civil_servant"] * people)
        keys = [(one.id, one.code) for one in province.invited]
        bare_app.fill(plain / "bare.db", province.definition, keys)
        with servers.product(var, servers.free_port()) as product, bare(plain) as yardstick:
            yield [_site(PRODUCT, product, province), _site(BARE, yardstick, province)]


def _site(name: str, server: Server, province: Province) -> Site:
    sections = [section.id for section in province.definition.sections]
    return Site(name, server, province.invited, sections)


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """Run the bare app under the same gunicorn: 1 worker, 8 threads."""
    port = servers.free_port()
    command = [sys.executable, "-m", "gunicorn", "bare_app:from_environment()"]
    command += ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--threads", "8"]
    command += ["--chdir", str(BENCH), "--preload", "--no-control-socket", "--keep-alive", "5"]
    command += ["--log-level", "warning", "--worker-tmp-dir", "/dev/shm"]
    database = str(folder / "bare.db")
    with servers.running(command, port, "/health", folder=folder, BARE_DATABASE=database) as one:
        yield one


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="for each figure of each site")
    parser.add_argument("--clients", default="1,16,64", help="how many at once")
    options = parser.parse_args()
    clients = [int(count) for count in options.clients.split(",")]
    people = max(clients) + 3 * FLOWS
    print(f"{os.cpu_count()} cores, {people} respondents, {options.seconds:g} s for each figure")
    with both_sites(people) as sites:
        asyncio.run(run(sites, clients, options.seconds))


if __name__ == "__main__":
    main()
