"""Conversations of our own making, as votes and as files, and the plugin on a real database."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from waardewerk.cli import OneLine
from waardewerk.config import Config
from waardewerk.plugins import Plugins
from waardewerk.testing import UnitOfWork
from waardewerk_participation import commands, plugin, pseudonyms
from waardewerk_participation.grouping.votes import Votes, votes_of
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Participant, Round, RoundText, Statement, Vote
from waardewerk_participation.queries.rounds import get_own_round

Run = Callable[..., Result]
Cells = dict[tuple[int, int], int]


@pytest.fixture
def plugins() -> Plugins:
    """Load this plugin and no other."""
    found = Plugins()
    found.add("participation", plugin)
    return found


@pytest.fixture
def run(config: Config, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give what runs a command on this installation, with its faults in one line."""
    monkeypatch.setenv("WAARDEWERK_VAR", str(config.var))
    monkeypatch.setenv("WAARDEWERK_DATABASE_URL", config.database_url)
    door = OneLine(commands={"participation": commands.participation})

    def invoke(*words: str | Path) -> Result:
        return CliRunner().invoke(door, ["participation", *map(str, words)])

    return invoke


# Rounds of one's own -------------------------------------------------------------------------

NOW = datetime.now(UTC)


@dataclass
class OwnRounds:
    """Puts rounds in the database as they are while people vote, and people in them."""

    app: Flask
    work: UnitOfWork

    @property
    def keys(self) -> Keys:
        """Give the folder with keys of this installation."""
        return Keys(self.app.extensions["waardewerk.config"].key_folder)

    def open(self, slug: str = "cameras", *, statements: int = 12, **changes: Any) -> str:
        """Open a round with seed statements 1, 2, 3 …; return its short name."""
        with self.work() as session:
            given: dict[str, Any] = {
                "slug": slug,
                "title": "Cameras at the bus stop",
                "is_imported": False,
                "made_at": NOW,
                "phase": "vote",
                "opens_at": NOW - timedelta(1),
                "closes_at": NOW + timedelta(14),
                "languages": ["en", "nl"],
                "key_name": self.keys.make(),
            }
            made = Round(**{**given, **changes})
            made.texts = [
                RoundText(language="en", title=made.title, question="What do you think of it?"),
                RoundText(language="nl", title="Camera’s bij de halte", question="Wat vindt u?"),
            ]
            session.add(made)
            session.flush()
            session.add_all(
                Statement(
                    round_id=made.id, number=number, text=f"Statement {number}.", language="en"
                )
                for number in range(1, statements + 1)
            )
        return slug

    def get(self, session: Session, slug: str = "cameras") -> Round:
        """Read a round."""
        return get_own_round(session, slug)

    def joins(self, secret: str, slug: str = "cameras", channel: str = "link") -> bytes:
        """Let somebody take part; return which participant that is."""
        with self.work() as session:
            found = self.get(session, slug)
            pid = pseudonyms.participant(self.keys.read(found.key_name), secret)
            session.add(Participant(pid=pid, round_id=found.id, channel=channel))
        return pid

    def vote(self, cells: Mapping[tuple[int, int], int], slug: str = "cameras") -> None:
        """Let people vote: person and statement, both by number, to what they think."""
        with self.work() as session:
            found = self.get(session, slug)
            key = self.keys.read(found.key_name)
            rows = session.query(Statement.number, Statement.id).filter_by(round_id=found.id)
            ids = {row.number: row.id for row in rows}
            people = {
                person: pseudonyms.participant(key, f"person {person}") for person, _ in cells
            }
            for pid in people.values():
                session.add(Participant(pid=pid, round_id=found.id, channel="link"))
            session.flush()
            session.add_all(
                Vote(pid=people[person], statement_id=ids[number], value=value)
                for (person, number), value in cells.items()
            )


@pytest.fixture
def own_rounds(app: Flask, unit_of_work: UnitOfWork) -> OwnRounds:
    """Give rounds of this province, made on its database."""
    return OwnRounds(app, unit_of_work)


# Votes ---------------------------------------------------------------------------------------


def camps(
    sizes: Iterable[int] = (30, 20), statements: int = 20, *, share: float = 0.8, seed: int = 1
) -> Cells:
    """Let camps vote: each has an opinion on every statement, and people stray now and then.

    The camp of a person follows from their number: the first ``sizes[0]`` are the first camp.
    """
    chance = Random(seed)
    cells: Cells = {}
    person = 0
    for size in sizes:
        opinion = [chance.choice((-1, 1)) for _ in range(statements)]
        for _ in range(size):
            for statement in range(statements):
                if chance.random() < share:
                    own = opinion[statement]
                    cells[person, statement] = chance.choices((own, 0, -own), (8, 1, 1))[0]
            person += 1
    return cells


def without_opinions(people: int, statements: int, *, seed: int) -> Cells:
    """Let everybody vote by chance, on each statement with its own odds."""
    chance = Random(seed)
    odds = [chance.uniform(0.2, 0.8) for _ in range(statements)]
    return {
        (person, statement): chance.choices(
            (1, 0, -1), (odds[statement], 0.1, 1 - odds[statement])
        )[0]
        for person in range(people)
        for statement in range(statements)
        if chance.random() < 0.6
    }


def votes_from(cells: Mapping[tuple[int, int], int], rejected: Iterable[int] = ()) -> Votes:
    """Put cells of person and statement in the form that engines take, in the order given."""
    people, statements = [p for p, _s in cells], [s for _p, s in cells]
    return votes_of(people, statements, list(cells.values()), list(rejected))


def in_another_order(cells: Cells, seed: int) -> Cells:
    """Let the same votes come in in another order."""
    keys = list(cells)
    Random(seed).shuffle(keys)
    return {key: cells[key] for key in keys}


# Files ---------------------------------------------------------------------------------------


@dataclass
class Files:
    """A folder as Polis exports it, to be spoilt by a test."""

    folder: Path

    def write(self, name: str, rows: Iterable[Iterable[object]]) -> None:
        """Write a CSV file."""
        with (self.folder / name).open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, lineterminator="\n").writerows(rows)

    def rows(self, name: str) -> list[list[str]]:
        """Read a CSV file back."""
        with (self.folder / name).open(encoding="utf-8", newline="") as source:
            return list(csv.reader(source))

    def export(
        self,
        cells: Mapping[tuple[int, int], int],
        *,
        rejected: Iterable[int] = (),
        groups: Mapping[int, int] | None = None,
    ) -> None:
        """Write the files of a conversation."""
        people = sorted({p for p, _s in cells})
        statements = sorted({s for _p, s in cells})
        out = set(rejected)
        self.write(
            "comments.csv",
            [
                ["timestamp", "comment-id", "author-id", "moderated", "comment-body"],
                *([1, s, 0, -1 if s in out else 1, f"Statement, number {s}"] for s in statements),
            ],
        )
        self.write(
            "votes.csv",
            [
                ["timestamp", "datetime", "comment-id", "voter-id", "vote"],
                *([at, "", s, p, vote] for at, ((p, s), vote) in enumerate(cells.items())),
            ],
        )
        known = groups or {}
        self.write(
            "participants-votes.csv",
            [
                ["participant", "group-id", "n-comments", "n-votes", *statements],
                *(
                    [p, known.get(p, ""), 0, 0, *(cells.get((p, s), "") for s in statements)]
                    for p in people
                ),
            ],
        )
        self.write("summary.csv", [["topic", "What about data?"], ["url", "https://example.org/1"]])


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Give an empty folder for an export."""
    folder = tmp_path / "export"
    folder.mkdir()
    return Files(folder)


@pytest.fixture
def exported(files: Files) -> Files:
    """Give the export of a conversation of two camps, with one statement rejected."""
    files.export(camps(), rejected=[3], groups={person: person // 30 for person in range(50)})
    return files
