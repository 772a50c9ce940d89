"""What was acknowledged is stored: the server is killed in the middle of saving, again and again.

``KILLS=50 python3 platform test tests/slow/test_kill.py --log-cli-level=INFO`` kills it fifty
times on each database and counts.
"""

from __future__ import annotations

import http.client
import logging
import os
import random
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import select

from .installation import SECTION, Asked, Installation, kill
from .visitor import PATIENCE, Visitor

log = logging.getLogger(__name__)

KILLS = int(os.environ.get("KILLS", "2"))
PEOPLE = 12
QUESTIONS = ("first", "second", "third")
#: How many saves are confirmed before the server dies.
FEWEST, MOST = 30, 150

Slot = tuple[int, str]


class Writer:
    """Somebody who saves one numbered text after another, and remembers what was confirmed."""

    def __init__(self, asked: Asked, port: int) -> None:
        self.asked = asked
        self.visitor = Visitor(port)
        self.sent: dict[str, int] = defaultdict(int)
        self.confirmed: dict[str, int] = defaultdict(int)
        self.saves = 0

    def write_until_it_breaks(self) -> None:
        """Go on where one was, and save until the server is gone."""
        try:
            if not self.visitor.cookies:
                self.visitor.come_in(self.asked.code)
            known = self.visitor.get(f"/answers/{self.asked.id}/{SECTION}").hidden
            for question in cycle(QUESTIONS):
                known.update(self._save(question, known))
        except (OSError, http.client.HTTPException):
            return

    def _save(self, question: str, known: dict[str, str]) -> dict[str, str]:
        self.sent[question] += 1
        answer = self.visitor.post(
            f"/answers/{self.asked.id}/save/{question}/",
            {
                "csrf_token": known["csrf_token"],
                f"{question}::value": f"text {self.sent[question]}",
                f"{question}::revision": known[f"{question}::revision"],
            },
            {"HX-Request": "true"},
        )
        assert answer.status == 200, answer.text
        self.confirmed[question] = self.sent[question]
        self.saves += 1
        return answer.hidden


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation on each database; on PostgreSQL with two workers."""
    workers = 1 if database_url.startswith("sqlite") else 2
    installation = Installation(tmp_path, database_url, workers)
    yield installation
    installation.database.dispose()


def test_no_acknowledged_save_is_lost_when_the_server_is_killed(
    installation: Installation,
) -> None:
    people = installation.open_inquiry(QUESTIONS, PEOPLE)
    writers = [Writer(asked, installation.port) for asked in people]
    for _ in range(KILLS):
        kill_while_writing(installation, writers)
        check_stored(installation, writers)
    with installation.running():
        check_shown(writers)
    saved = sum(writer.saves for writer in writers)
    log.info("killed %d times, %d saves acknowledged, none of them missing", KILLS, saved)


def kill_while_writing(installation: Installation, writers: list[Writer]) -> None:
    """Start the server, let everybody write, and kill it at a random moment."""
    faults: list[BaseException] = []

    def write(writer: Writer) -> None:
        try:
            writer.write_until_it_breaks()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
    with installation.running() as server:
        for thread in threads:
            thread.start()
        wait_for_saves(writers, random.randint(FEWEST, MOST))
        kill(server)
        for thread in threads:
            thread.join()
    assert not faults


def wait_for_saves(writers: list[Writer], more: int) -> None:
    """Wait until so many more saves are confirmed; the next ones are then on their way."""
    wanted = sum(writer.saves for writer in writers) + more
    ends = time.monotonic() + PATIENCE
    while sum(writer.saves for writer in writers) < wanted:
        assert time.monotonic() < ends, "people cannot save"
        time.sleep(random.uniform(0, 0.01))


def check_stored(installation: Installation, writers: list[Writer]) -> None:
    """What is stored is the last text that was confirmed, or the one that was on its way."""
    stored = stored_numbers(installation)
    for writer in writers:
        for question, confirmed in writer.confirmed.items():
            number = stored.get((writer.asked.id, question), 0)
            assert confirmed <= number <= writer.sent[question]
    if installation.database.is_sqlite:
        check_sqlite(installation.database_url.removeprefix("sqlite:///"))


def stored_numbers(installation: Installation) -> dict[Slot, int]:
    """Read from the database which text stands where."""
    from waardewerk.questionnaires.models import Answer

    with installation.database.reading() as session:
        answers = session.scalars(select(Answer))
        return {(a.respondent_id, a.question): int(str(a.value).split()[1]) for a in answers}


def check_sqlite(path: str) -> None:
    """The file is whole, and every row points at rows that exist."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def check_shown(writers: list[Writer]) -> None:
    """After the last start everybody sees on the page what is stored."""
    for writer in writers:
        shown = writer.visitor.get(f"/answers/{writer.asked.id}/{SECTION}").text
        writer.visitor.leave()
        for question, confirmed in writer.confirmed.items():
            possible = range(confirmed, writer.sent[question] + 1)
            assert any(f"text {number}<" in shown for number in possible)
