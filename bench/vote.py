"""Measures a vote, from the tap to the next card, beside a bare Flask and SQLAlchemy insert.

    python bench/vote.py [--seconds 5] [--clients 1,16,64] [--rate 70] [--crowd 500]
                         [--postgresql URL --bare-postgresql URL]

Both servers run at once, each as one gunicorn worker with eight threads; what is compared stands
in bench/README.md. Then votes come in at a fixed rate, as from so many people who read, and at the
end a crowd behind one address joins with letters.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bare_vote
import servers
from clients import Client, Refused, Timings, drive
from servers import HOST, Server

from waardewerk import db
from waardewerk.app import create_app
from waardewerk.config import load_config
from waardewerk.i18n import day_of
from waardewerk.notation import codes
from waardewerk.serving import prepare
from waardewerk_participation import pseudonyms
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import (
    Code,
    CodeBatch,
    Participant,
    Round,
    RoundText,
    Statement,
)

BENCH = Path(__file__).resolve().parent
TURNS = 10
STATEMENTS = 300
PEOPLE = 2000
CHOICES = ("agree", "disagree", "pass")
OPEN, LETTERS = "/r/open/", "/r/letters/"
#: 5,000 people in ten minutes.
CROWD_RATE = 5000 / 600


@dataclass(frozen=True)
class Held:
    """What stands in the product's database."""

    secrets: list[str]
    codes: list[str]


class Person:
    """Somebody who votes on card after card, and then makes room for the next."""

    def __init__(self, server: Server, secrets: Iterator[str]) -> None:
        self.client = Client(HOST, server.port)
        self._secrets = secrets
        self._form: dict[str, str] = {}

    async def begin(self) -> None:
        """Be the next one, at the first card."""
        self.client.cookies = {"ww_open": next(self._secrets)}
        self._form = (await self.client.get(f"{OPEN}vote")).hidden

    async def vote(self) -> None:
        """Vote as htmx sends it; after a set of ten go on."""
        form = {**self._form, "vote": random.choice(CHOICES)}
        reply = await self.client.post(f"{OPEN}vote", form, saves=True, ends=204)
        if reply.status == 204:
            try:
                reply = await self.client.get(f"{OPEN}vote")
            except Refused:
                await self.begin()
                return
        self._form = reply.hidden


class BarePerson(Person):
    """The same on the bare app."""

    async def begin(self) -> None:
        """Be the next one."""
        self.client.cookies = {"person": next(self._secrets)}
        self._form = {"statement": "1"}

    async def vote(self) -> None:
        """Vote."""
        form = {**self._form, "vote": random.choice(("1", "0", "-1"))}
        self._form = (await self.client.post("/vote", form, saves=True)).hidden


@dataclass(frozen=True)
class Site:
    """One of the two servers, and what its people are like."""

    name: str
    server: Server
    person: type[Person]
    secrets: Iterator[str]

    async def people(self, count: int) -> list[Person]:
        """Let so many people be at their first card."""
        inside = [self.person(self.server, self.secrets) for _ in range(count)]
        for one in inside:
            await one.begin()
        return inside


def fill(var: Path, url: str, crowd: int) -> Held:
    """Hold an open round with people in it, and one with letters that nobody used yet."""
    app = create_app(load_config(var=var, **({"database_url": url} if url else {})))
    prepare(app)
    database: db.Database = app.extensions[db.EXTENSION]
    keys = Keys(app.extensions["waardewerk.config"].key_folder)
    secrets = [f"{number:032x}" for number in range(PEOPLE)]
    typed = [codes.spelled(random.randbytes(32)) for _ in range(crowd)]
    with app.app_context(), database.transaction() as session:
        for slug, joining in (("open", "open"), ("letters", "code")):
            found = _round(slug, joining, keys.make())
            session.add(found)
            session.flush()
            key = keys.read(found.key_name)
            session.add_all(
                Statement(
                    round_id=found.id, number=n, text=f"Statement {n} is something.", language="nl"
                )
                for n in range(1, STATEMENTS + 1)
            )
            if joining == "open":
                session.add_all(
                    Participant(
                        pid=pseudonyms.participant(key, one), round_id=found.id, channel="link"
                    )
                    for one in secrets
                )
                continue
            batch = CodeBatch(
                round_id=found.id, label="Crowd", size=crowd, made_on=day_of(datetime.now(UTC))
            )
            session.add(batch)
            session.flush()
            session.add_all(
                Code(hash=pseudonyms.invitation(key, one), batch_id=batch.id) for one in typed
            )
    database.dispose()
    return Held(secrets, typed)


def _round(slug: str, joining: str, key_name: str) -> Round:
    now = datetime.now(UTC)
    return Round(
        slug=slug,
        title=slug,
        is_imported=False,
        made_at=now,
        phase="vote",
        joining=joining,
        opens_at=now,
        closes_at=now + timedelta(1),
        languages=["nl"],
        key_name=key_name,
        texts=[RoundText(language="nl", title=slug, question="Wat vindt u?")],
    )


async def compare(sites: Sequence[Site], clients: int, seconds: float) -> dict[str, Timings]:
    """Let people vote on both sites as fast as they are answered, in turns."""
    timings = {site.name: Timings() for site in sites}
    inside = {site.name: await site.people(clients) for site in sites}
    for _ in range(TURNS):
        for site in sites:
            one, cpu = timings[site.name], site.server.cpu()
            await drive([person.vote for person in inside[site.name]], seconds / TURNS, one)
            one.cpu += site.server.cpu() - cpu
    for person in itertools.chain(*inside.values()):
        await person.client.close()
    return timings


async def at_rate(site: Site, rate: float, seconds: float) -> tuple[Timings, int]:
    """Let votes come in at a fixed rate, whether or not earlier ones were answered."""
    people = await site.people(int(3 * rate))
    timings, errors, began = Timings(), 0, time.perf_counter()

    async def one_vote(person: Person, at: float) -> int:
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        try:
            await person.vote()
        except (Refused, OSError, asyncio.IncompleteReadError):
            return 1
        # From the moment that it should have been sent: who has to wait in line waits.
        timings.each.append(time.perf_counter() - began - at)
        return 0

    rounds = int(seconds / 3)
    for nth in range(rounds):
        start = nth * 3.0
        votes = [one_vote(person, start + k / rate) for k, person in enumerate(people)]
        errors += sum(await asyncio.gather(*votes))
    timings.seconds = time.perf_counter() - began
    for person in people:
        await person.client.close()
    return timings, errors


async def crowd(server: Server, typed: Sequence[str]) -> tuple[Timings, int]:
    """Let people behind one address come in with their letters; one in ten mistypes first."""
    timings, began = Timings(), time.perf_counter()

    async def one(nth: int, code: str) -> int:
        at = nth / CROWD_RATE
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        client = Client(HOST, server.port)
        try:
            if nth % 10 == 9:
                await client.post(f"{LETTERS}code", {"typed": "0" * 12}, ends=422)
            card = await client.follow(await client.post(f"{LETTERS}c/{code}", {}))
            form = {**card.hidden, "vote": "agree"}
            await client.post(f"{LETTERS}vote", form, saves=True)
        except (Refused, OSError, asyncio.IncompleteReadError):
            return 1
        finally:
            await client.close()
        timings.each.append(time.perf_counter() - began - at)
        return 0

    errors = sum(await asyncio.gather(*(one(nth, code) for nth, code in enumerate(typed))))
    timings.seconds = time.perf_counter() - began
    return timings, errors


async def run(sites: Sequence[Site], typed: Sequence[str], options: argparse.Namespace) -> None:
    """Measure everything and print it."""
    print("POST to next card\n  clients  site         /s     p50     p95     p99  CPU ms")
    for count in (int(one) for one in options.clients.split(",")):
        timings = await compare(sites, count, options.seconds)
        for name, one in timings.items():
            print(f"  {count:7}  {name:8} {one.rate:7.0f}{shares(one)}{one.cpu_ms:8.2f}")
        product, bare = timings.values()
        print(f"           rate {product.rate / bare.rate:.0%}", flush=True)
    timings_at, errors = await at_rate(sites[0], options.rate, 6 * options.seconds)
    print(
        f"At {options.rate:g} votes a second: {timings_at.rate:.1f}/s{shares(timings_at)}", end=""
    )
    print(f"  errors {errors}", flush=True)
    crowded, turned_away = await crowd(sites[0].server, typed)
    print(
        f"Crowd behind one address, {CROWD_RATE:.1f} a second: {len(crowded.each)} served, ", end=""
    )
    print(f"{turned_away} not;{shares(crowded)} from letter to first vote")


def shares(timings: Timings) -> str:
    """Write the 50th, 95th and 99th percentile, in milliseconds."""
    return "".join(f"{timings.percentile(p):8.1f}" for p in (50, 95, 99))


@contextmanager
def both_sites(options: argparse.Namespace) -> Iterator[tuple[list[Site], list[str]]]:
    """Fill both databases, and start both servers."""
    with tempfile.TemporaryDirectory() as folder:
        var, plain = Path(folder, "product"), Path(folder, "bare")
        var.mkdir()
        plain.mkdir()
        held = fill(var, options.postgresql, options.crowd)
        bare_url = options.bare_postgresql or f"sqlite:///{plain / 'bare.db'}"
        bare_vote.fill(bare_url, STATEMENTS)
        with (
            product(var, options.postgresql) as ours,
            bare(plain, bare_url) as yardstick,
        ):
            yield (
                [
                    Site("product", ours, Person, iter(held.secrets)),
                    Site("bare app", yardstick, BarePerson, map(str, itertools.count())),
                ],
                held.codes,
            )


@contextmanager
def product(var: Path, url: str) -> Iterator[Server]:
    """Run the product as ``waardewerk run`` serves it: 1 worker, 8 threads."""
    port = servers.free_port()
    command = [sys.executable, "-m", "waardewerk", "run", "--port", str(port)]
    settings = {"WAARDEWERK_VAR": str(var), **({"WAARDEWERK_DATABASE_URL": url} if url else {})}
    with servers.running(command, port, "/health", folder=var, **settings) as server:
        yield server


@contextmanager
def bare(folder: Path, url: str) -> Iterator[Server]:
    """Run the bare app under the same gunicorn: 1 worker, 8 threads."""
    port = servers.free_port()
    command = [sys.executable, "-m", "gunicorn", "bare_vote:from_environment()"]
    command += ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--threads", "8"]
    command += ["--chdir", str(BENCH), "--no-control-socket", "--keep-alive", "5"]
    command += ["--log-level", "warning", "--worker-tmp-dir", "/dev/shm"]
    with servers.running(command, port, "/health", folder=folder, BARE_URL=url) as one:
        yield one


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="for each figure of each site")
    parser.add_argument("--clients", default="1,16,64", help="how many at once")
    parser.add_argument("--rate", type=float, default=70, help="votes a second")
    parser.add_argument("--crowd", type=int, default=500, help="people behind one address")
    parser.add_argument("--postgresql", default="", help="an empty database for the product")
    parser.add_argument("--bare-postgresql", default="", help="one for the bare app")
    options = parser.parse_args()
    kind = "PostgreSQL" if options.postgresql else "SQLite, synchronous FULL"
    print(f"{os.cpu_count()} cores, {kind}, {STATEMENTS} statements, {PEOPLE} people")
    with both_sites(options) as (sites, typed):
        asyncio.run(run(sites, typed, options))


if __name__ == "__main__":
    main()
