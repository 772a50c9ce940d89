"""Measures the pages of a framework of 100 values in 3 languages, with 20 versions behind it.

python bench/values.py [--times 20] [--starts 3]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import servers
from clients import Client
from province import CHAIR, PASSWORD
from servers import HOST, Server
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.app import create_app
from waardewerk.config import load_config
from waardewerk.i18n import day_of
from waardewerk.notation.local_text import LocalText
from waardewerk.people.operations import accounts, passwords, rights
from waardewerk.serving import prepare
from waardewerk.values.framework import (
    FORMAT,
    Foundation,
    Framework,
    Norm,
    Principle,
    Serves,
    Value,
)
from waardewerk.values.operations import adopting, drafting, listing, looking
from waardewerk.values.operations.adopting import Adoption

VALUES, VERSIONS, LISTS = 100, 20, 3
LANGUAGES = ("nl", "en", "fy")
WORDS = "Wie het raakt praat mee over wat wij met data en techniek doen en waarom wij dat willen"


def text(about: str, words: int = 12) -> LocalText:
    """Make up a text in every language."""
    filled = " ".join((WORDS.split() * 4)[:words])
    return LocalText({code: f"{about} ({code}): {filled}" for code in LANGUAGES})


def framework(version: int, owner: str = "provincie") -> Framework:
    """Make up a framework; each version says a tenth of it otherwise."""
    serves = text("Daarom", 8)
    return Framework.model_construct(
        format=FORMAT,
        id=f"urn:bench:framework:{owner}",
        languages=LANGUAGES,
        title=text("Waardenkader", 2),
        intro=text("Inleiding", 30),
        owner="Provincie",
        foundations=tuple(
            Foundation(key=f"fundament-{n}", name=text(f"Fundament {n}", 2)) for n in range(3)
        ),
        principles=tuple(
            Principle(
                key=f"principe-{n}",
                name=text(f"Principe {n}", 2),
                text=text("Bedoeling", 20),
                serves=(Serves(key=f"fundament-{n % 3}", because=serves),),
            )
            for n in range(6)
        ),
        values=tuple(_value(n, version, serves) for n in range(VALUES)),
        norms=tuple(
            Norm(
                key=f"norm-{n}",
                situation=text(f"Situatie {n}", 5),
                text=text("Wij doen dan", 15),
                serves=(Serves(key=f"waarde-{n}", because=serves),),
            )
            for n in range(VALUES)
        ),
    )


def _value(number: int, version: int, serves: LocalText) -> Value:
    said = f"In versie {version}" if number % 10 == version % 10 else "Bedoeld"
    return Value(
        id=f"urn:bench:waarde:waarde-{number}",
        name=text(f"Waarde {number}", 1),
        definition=text(said, 40),
        fits=(text("Wel zo"), text("Ook zo")),
        misses=(text("Niet zo"), text("Ook niet zo")),
        source="Gesprek met het burgerpanel",
        serves=(Serves(key=f"principe-{number % 6}", because=serves),),
    )


def fill(var: Path) -> None:
    """Adopt twenty versions, keep some lists of others, and leave a draft."""
    app = create_app(load_config(var=var))
    prepare(app)
    database: db.Database = app.extensions[db.EXTENSION]
    with app.app_context():
        with database.transaction() as session:
            _add_writer(session)
        for number in range(1, VERSIONS + 1):
            with database.transaction() as session:
                _adopt(session, number)
        with database.transaction() as session:
            now = datetime.now(UTC)
            for number in range(LISTS):
                theirs = framework(number, f"buur-{number}")
                listing.keep_list(session, theirs, actor_id=None, now=now)
            draft = framework(VERSIONS + 1)
            drafting.start_version(session, draft, why="Nieuw.", actor_id=None, now=now)
            looking.open_lens(session, title="Camera's", actor_id=None, now=now)
    database.dispose()


def _add_writer(session: Session) -> None:
    now = datetime.now(UTC)
    writer = accounts.add_person(
        session, name="Writer", email=CHAIR, level="civil_servant", now=now
    )
    writer.password_hash = passwords.hash_password(PASSWORD, writer)
    rights.assign_roles(session, writer, {"adviseur", "beheerder"}, actor_id=None, now=now)


def _adopt(session: Session, number: int) -> None:
    then = datetime.now(UTC) - timedelta(days=30 * (VERSIONS - number + 1))
    version = drafting.start_version(
        session, framework(number), why="De praktijk vroeg erom.", actor_id=None, now=then
    )
    adopting.propose(session, version, actor_id=None, now=then)
    day = day_of(then)
    adoption = Adoption(body="staten", decided_on=day, reference=f"PS {number}", valid_from=day)
    adopting.adopt(session, version, adoption, actor_id=None, now=then)


PAGES = {
    "framework in force": "/values/",
    "framework as JSON": "/values/framework.json",
    "an earlier version": "/values/versions/7",
    "an earlier version, YAML": "/values/versions/8.yaml",
    "hierarchy, why to how": "/values/hierarchy",
    "hierarchy, how to why": "/values/hierarchy?read=up",
    "changes between two versions": "/values/changes?before=3&after=4",
    "draft": "/values/draft",
    "form of a value": "/values/draft/values/waarde-5",
    "before a value is removed": "/values/draft/waarde-5/remove",
    "before the draft is dropped": "/values/draft/drop",
    "history": "/values/history",
    "lists of others": "/values/lists",
    "accents": "/values/accents",
    "accent of a value": "/values/accents/waarde-5",
    "from paper to result": "/values/practice",
    "the same of one value": "/values/practice/waarde-5",
    "lens of a project": "/values/lenses/1",
    "its wider look": "/values/lenses/1/wider",
    "all cards of it": "/values/lenses/1/wider?all=1",
    "a consideration in it": "/values/lenses/1/consider?value=urn:bench:waarde:waarde-5",
    "signals": "/values/signals",
    "form of a signal": "/values/signal/clash",
    "register of responsibilities": "/responsibility/",
    "a list beside ours": "/values/lists/1",
    "dashboard": "/",
}
SAVE = "saving a norm"
SEEN = re.compile(r'name="seen"[^>]*value="(\w+)"')


@dataclass
class Figures:
    """What one page cost, in milliseconds: the very first time, and after that."""

    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


async def sign_in(server: Server) -> Client:
    """Sign in as the writer."""
    client = Client(HOST, server.port)
    form = await client.get("/sign-in")
    await client.post("/sign-in", {**form.hidden, "email": CHAIR, "password": PASSWORD})
    return client


async def measure(server: Server, times: int, found: dict[str, Figures]) -> None:
    """Ask for every page of a fresh server once, then a number of times."""
    client = await sign_in(server)
    for name, path in PAGES.items():
        found[name].first.append(await _timed(client, path))
    for name, path in PAGES.items():
        before = server.cpu()
        found[name].warm += [await _timed(client, path) for _ in range(times)]
        found[name].cpu.append((server.cpu() - before) / times * 1000)
    await _save(client, server, times, found[SAVE])
    await client.close()


async def _timed(client: Client, path: str) -> float:
    began = time.perf_counter()
    await client.get(path)
    return (time.perf_counter() - began) * 1000


async def _save(client: Client, server: Server, times: int, figures: Figures) -> None:
    path = "/values/draft/norms/norm-5"
    before = server.cpu()
    for number in range(times):
        form = await client.get(path)
        seen = SEEN.search(form.text)
        assert seen is not None
        sent = {**form.hidden, "seen": seen[1], "serves-1-key": ""}
        sent |= {"serves-0-key": "waarde-5", "serves-0-because_nl": "Daarom."}
        sent |= {"situation_nl": f"Keer {time.time()} {number}", "text_nl": "Zo."}
        began = time.perf_counter()
        await client.post(path, sent)
        took = (time.perf_counter() - began) * 1000
        (figures.warm if figures.first else figures.first).append(took)
    figures.cpu.append((server.cpu() - before) / times * 1000)


def percentile(sample: list[float], share: int) -> float:
    """Return what so many percent of a sample stay under."""
    ordered = sorted(sample)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def main() -> None:
    """Fill a province and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--starts", type=int, default=3)
    options = parser.parse_args()
    found = {name: Figures() for name in (*PAGES, SAVE)}
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        fill(var)
        print(f"{VALUES} values, {len(LANGUAGES)} languages, {VERSIONS} versions, {LISTS} lists")
        for _start in range(options.starts):
            with servers.product(var, servers.free_port()) as server:
                asyncio.run(measure(server, options.times, found))
    print(f"{'ms':34}    first     p50      p95   CPU ms")
    for name, figures in found.items():
        first, cpu = max(figures.first), statistics.mean(figures.cpu)
        warm = f"{percentile(figures.warm, 50):8.0f} {percentile(figures.warm, 95):8.0f}"
        print(f"{name:34} {first:8.0f}{warm} {cpu:8.0f}")


if __name__ == "__main__":
    main()
