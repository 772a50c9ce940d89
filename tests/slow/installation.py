"""An installation that runs as its own process, with an inquiry that people can answer."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from waardewerk.i18n import day_of
from waardewerk.testing import free_port

if TYPE_CHECKING:
    from flask import Flask

    from waardewerk.db import Database

PATIENCE = 60.0
ADMINISTRATOR = "beheer@province.example"
PASSWORD = "correct horse battery staple"
SECTION = "notes"


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked, and the code from the letter."""

    id: int
    code: str


@dataclass
class Installation:
    """A folder, a database, and at most one server at a time."""

    folder: Path
    database_url: str
    workers: int = 1
    port: int = field(default_factory=free_port)

    @property
    def log(self) -> str:
        """What all servers wrote so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    @cached_property
    def app(self) -> Flask:
        """The application in this process, to look into the database past the server."""
        from waardewerk.app import create_app
        from waardewerk.config import Config
        from waardewerk.plugins import Plugins

        config = Config(var=self.folder / "var", database_url=self.database_url)
        return create_app(config, Plugins())

    @property
    def database(self) -> Database:
        """The database, past the server."""
        from waardewerk import db

        database: Database = self.app.extensions[db.EXTENSION]
        return database

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run a server, whose processes form a group of their own; kill what is left of it."""
        settings = {
            "WAARDEWERK_VAR": str(self.folder / "var"),
            "WAARDEWERK_DATABASE_URL": self.database_url,
            "WAARDEWERK_WORKERS": str(self.workers),
        }
        command = [sys.executable, "-m", "waardewerk", "run", "--port", str(self.port)]
        with (
            (self.folder / "server.log").open("ab") as log,
            subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            ) as process,
        ):
            try:
                self._wait(process)
                yield process
            finally:
                kill(process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends and process.poll() is None:
            if self.is_up():
                return
            time.sleep(0.02)
        raise AssertionError(f"it did not start: {self.log}")

    def is_up(self) -> bool:
        """Tell whether the server answers that it can read its database."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def open_inquiry(self, questions: Sequence[str], people: int) -> list[Asked]:
        """Ask so many people for a text on each of these questions; add an administrator too."""
        from waardewerk.people.operations import accounts, passwords, rights
        from waardewerk.questionnaires import codes
        from waardewerk.questionnaires.operations import inquiring, publishing
        from waardewerk.serving import prepare

        prepare(self.app)
        secret, now = str(self.app.secret_key), datetime.now(UTC)
        with self.app.app_context(), self.database.transaction() as session:
            chair = accounts.add_person(
                session, name="Beheer", email=ADMINISTRATOR, level="civil_servant", now=now
            )
            chair.password_hash = passwords.hash_password(PASSWORD, chair)
            rights.assign_roles(
                session, chair, {"administrator", "aanjager"}, actor_id=None, now=now
            )
            version = publishing.bring_in(
                session, definition(questions), kind="notes", actor_id=chair.id, now=now
            )
            publishing.publish(session, version, actor_id=chair.id, now=now)
            inquiry = inquiring.open_inquiry(
                session,
                version,
                inquiring.Opening(
                    kind="notes",
                    title="Notes",
                    subjects=["The province"],
                    privacy="grouped",
                    opens_on=day_of(now) - timedelta(days=1),
                    closes_on=day_of(now) + timedelta(days=14),
                    chair_id=chair.id,
                ),
                actor_id=chair.id,
                now=now,
            )
            invitees = [
                inquiring.Invitee(name=f"Person {n}", email=None, level="civil_servant")
                for n in range(people)
            ]
            asked = inquiring.ask_people(
                session, inquiry, invitees, secret=secret, actor_id=chair.id, now=now
            )
            return [Asked(r.id, codes.code_for(secret, r.id, r.code_number)) for r in asked]


def definition(questions: Sequence[str]) -> str:
    """Write a questionnaire with a text question for each of these keys."""
    head = f"""\
format: "waardewerk/questionnaire@1"
id: "urn:example:notes"
version: "1"
languages: ["nl"]
kind: "notes"
title: {{nl: "Notities"}}
sections:
  - id: "{SECTION}"
    title: {{nl: "Notities"}}
    questions:
"""
    return head + "".join(
        f'      - {{id: "{key}", type: "text", title: {{nl: "Vraag"}}}}\n' for key in questions
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a server and everything it started, as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
