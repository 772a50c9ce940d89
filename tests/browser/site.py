"""A running site, and what it holds before people come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from waardewerk.i18n import day_of

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import BrowserContext
    from sqlalchemy.orm import Session

    from waardewerk.people.models import Person
    from waardewerk.questionnaires.models import Inquiry
    from waardewerk_maturity.models import Scan

ROOT = Path(__file__).resolve().parents[2]
SCAN_FILE = ROOT / "plugins" / "maturity" / "waardewerk_maturity" / "scan.yaml"
THEMES = ("governance", "knowledge", "risk", "procurement", "engagement", "culture")
LENSES = ("policy", "practice", "result")
PROVINCE = "Provincie Voorbeeld"
TITLE = "Volwassenheidsscan data-ethiek 2026"


def slug(name: str) -> str:
    """Make the part before the @ of an address from a name."""
    return name.lower().replace(" ", ".")[:60].strip(".")


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open as a browser expects, and says nothing about each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked, and the code that this person got."""

    id: int
    name: str
    code: str


class Site:
    """An application behind a real server in this process, with its database at hand."""

    def __init__(self, app: Flask, server: BaseWSGIServer, url: str) -> None:
        self.app = app
        self.url = url
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close every connection to the database."""
        from waardewerk import db

        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.app.extensions[db.EXTENSION].dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction as a job has it."""
        from waardewerk import db

        with self.app.app_context(), self.app.extensions[db.EXTENSION].transaction() as session:
            yield session

    def work(self) -> int:
        """Do the jobs that are due, mail among them; return how many were tried."""
        from waardewerk.jobs import worker_of

        return worker_of(self.app).run_due(datetime.now(UTC))

    def name(self, name: str) -> None:
        """Give the site the name of a province."""
        from waardewerk import installation

        with self.transaction() as session:
            installation.choose(session, "core", {"name": name})

    def person(self, name: str, *roles: str, level: str | None = "civil_servant") -> Person:
        """Add somebody with an account."""
        from waardewerk.people.operations import accounts, rights

        with self.transaction() as session:
            email = f"{slug(name)}@voorbeeld.example"
            known = accounts.find_person(session, email)
            if known is not None:
                return known
            now = datetime.now(UTC)
            person = accounts.add_person(session, name=name, email=email, level=level, now=now)
            rights.assign_roles(session, person, set(roles), actor_id=None, now=now)
            return person

    def sign_in(self, context: BrowserContext, person: Person) -> None:
        """Let a browser be signed in."""
        from waardewerk.people.operations import accounts, sign_ins

        with self.transaction() as session:
            token = sign_ins.sign_in(
                session,
                accounts.get_person(session, person.id),
                device="Chrome, Linux",
                lasts=timedelta(hours=1),
                now=datetime.now(UTC),
            )
        context.add_cookies([{"name": "waardewerk", "value": token, "url": self.url}])

    def link(self, purpose: str, person: Person | None = None) -> str:
        """Make a single-use link and return its path."""
        from waardewerk.people.operations import links

        with self.transaction() as session:
            token = links.make_link(
                session,
                purpose,
                person_id=person.id if person else None,
                lasts=timedelta(hours=1),
                now=datetime.now(UTC),
            )
        return f"/link/{token}"

    @cached_property
    def version_id(self) -> int:
        """The published version of the scan that comes with the plugin."""
        return self.publish(SCAN_FILE.read_text(encoding="utf-8"))

    def publish(self, definition: str) -> int:
        """Publish a definition."""
        from waardewerk.questionnaires.operations import publishing

        now = datetime.now(UTC)
        with self.transaction() as session:
            known = publishing.newest_published(session, "maturity")
            if known is not None and definition == SCAN_FILE.read_text(encoding="utf-8"):
                return known.id
            version = publishing.bring_in(
                session, definition, kind="maturity", actor_id=None, now=now
            )
            publishing.publish(session, version, actor_id=None, now=now)
            return version.id

    def inquiry(
        self,
        chair: Person,
        people: Iterable[tuple[str, str]] = (),
        *,
        title: str = TITLE,
        privacy: str = "confidential",
        opens_in: int = 0,
        version_id: int | None = None,
    ) -> tuple[Inquiry, list[Asked]]:
        """Put the scan's questions to people, without the plugin."""
        from waardewerk.questionnaires.operations import inquiring, publishing

        today = day_of(datetime.now(UTC))
        version_id = version_id or self.version_id
        with self.transaction() as session:
            inquiry = inquiring.open_inquiry(
                session,
                publishing.get_version(session, version_id),
                inquiring.Opening(
                    kind="maturity",
                    title=title,
                    subjects=[PROVINCE],
                    privacy=privacy,
                    opens_on=today + timedelta(opens_in),
                    closes_on=today + timedelta(opens_in + 21),
                    chair_id=chair.id,
                ),
                actor_id=chair.id,
                now=datetime.now(UTC),
            )
            return inquiry, self._ask(session, inquiry, people)

    def scan(
        self,
        chair: Person,
        people: Iterable[tuple[str, str]] = (),
        *,
        title: str = TITLE,
        privacy: str = "confidential",
        smallest_group: int = 5,
        opens_in: int = 0,
        version_id: int | None = None,
        previous: int | None = None,
    ) -> tuple[Scan, list[Asked]]:
        """Open a scan over the organisation and ask people: pairs of a name and a level."""
        from waardewerk_maturity.operations import opening

        today = day_of(datetime.now(UTC))
        version_id = version_id or self.version_id
        with self.transaction() as session:
            scan = opening.open_scan(
                session,
                opening.ScanOpening(
                    title=title,
                    version_id=version_id,
                    opens_on=today + timedelta(opens_in),
                    closes_on=today + timedelta(opens_in + 21),
                    chair_id=chair.id,
                    privacy=privacy,
                    smallest_group=smallest_group,
                    previous_scan_id=previous,
                ),
                organisation=PROVINCE,
                actor_id=chair.id,
                now=datetime.now(UTC),
            )
            return scan, self._ask(session, scan.inquiry, people)

    def ask(self, inquiry: Inquiry, people: Iterable[tuple[str, str]]) -> list[Asked]:
        """Ask more people."""
        with self.transaction() as session:
            return self._ask(session, inquiry, people)

    def _ask(
        self, session: Session, inquiry: Inquiry, people: Iterable[tuple[str, str]]
    ) -> list[Asked]:
        from waardewerk.questionnaires import codes
        from waardewerk.questionnaires.operations import inquiring

        secret = str(self.app.secret_key)
        found = inquiring.ask_people(
            session,
            inquiring.get_inquiry(session, inquiry.id),
            [
                inquiring.Invitee(
                    name=name,
                    email=f"{slug(name)}@mail.example",
                    level=level,
                )
                for name, level in people
            ],
            secret=secret,
            actor_id=None,
            now=datetime.now(UTC),
        )
        return [Asked(r.id, r.name or "", codes.code_for(secret, r.id, 1)) for r in found]

    def answer(
        self,
        asked: Asked,
        levels: Mapping[str, int],
        *,
        reason: str = "Zo gaat het bij ons in de praktijk.",
        hands_in: bool = True,
    ) -> None:
        """Answer every question with one level per lens, and hand in."""
        from waardewerk.questionnaires import registry
        from waardewerk.questionnaires.operations import answering, inquiring

        now = datetime.now(UTC)
        with self.transaction() as session:
            respondent = inquiring.get_respondent(session, asked.id)
            inquiry = inquiring.get_inquiry(session, respondent.inquiry_id)
            definition = registry.definition_of(inquiry.version)
            filled = [
                answering.Filled(question=q.id, lens=lens, raw=[str(levels[lens])])
                for section in definition.sections_for(respondent.level)
                for q in section.questions
                for lens in q.lenses
            ]
            filled += [
                answering.Filled(question=q.id, lens="", raw=[], reason=reason)
                for section in definition.sections_for(respondent.level)
                for q in section.questions
                if q.lenses
            ]
            if inquiry.privacy == "confidential":
                answering.give_consent(session, respondent, now=now)
            answering.save_answers(session, respondent, inquiry.subjects[0].id, filled, now=now)
            if hands_in:
                answering.hand_in(session, respondent, now=now)

    def renew_code(self, asked: Asked) -> None:
        """End somebody's code."""
        from waardewerk.questionnaires.operations import inquiring

        with self.transaction() as session:
            inquiring.renew_code(
                session,
                inquiring.get_respondent(session, asked.id),
                secret=str(self.app.secret_key),
                actor_id=1,
                now=datetime.now(UTC),
            )

    def move(self, inquiry: Inquiry, *phases: str) -> None:
        """Move through phases."""
        from waardewerk.questionnaires.operations import inquiring

        for phase in phases:
            with self.transaction() as session:
                found = inquiring.get_inquiry(session, inquiry.id)
                inquiring.move_phase(session, found, phase, actor_id=None, now=datetime.now(UTC))

    def agree(self, inquiry: Inquiry, target: str, **levels: int | None) -> None:
        """Write down an agreement about one theme or question."""
        from waardewerk.questionnaires.operations import agreeing, inquiring

        with self.transaction() as session:
            found = inquiring.get_inquiry(session, inquiry.id)
            agreeing.record_agreement(
                session,
                found,
                found.subjects[0].id,
                agreeing.Agreed(
                    target=target,
                    values=levels or {"policy": 3, "practice": 2, "result": 2},
                    reason="De afspraken staan er, maar niet iedereen kent ze.",
                    present="Bestuur, directie en drie ambtenaren",
                ),
                actor_id=None,
                now=datetime.now(UTC),
            )

    def want(self, scan: Scan, theme: str, level: int, days: int = 365) -> None:
        """Write down the level that people want on one theme."""
        from waardewerk_maturity import queries
        from waardewerk_maturity.operations import planning

        with self.transaction() as session:
            planning.record_ambition(
                session,
                queries.get_scan(session, scan.id),
                planning.WantedLevel(
                    theme=theme,
                    level=level,
                    reason="Inwoners moeten kunnen zien wie waarover beslist.",
                    by_date=day_of(datetime.now(UTC)) + timedelta(days),
                    owner="Directeur bedrijfsvoering",
                    first_step="Wij bespreken de taken in het directieoverleg.",
                    intended_result="Bij elk project weet iedereen wie beslist.",
                    present="Bestuur en directie",
                ),
                actor_id=None,
                now=datetime.now(UTC),
            )

    def plan(self, scan: Scan, theme: str, **changes: Any) -> int:
        """Plan an action."""
        from waardewerk_maturity import queries
        from waardewerk_maturity.operations import planning

        planned: dict[str, Any] = {
            "theme": theme,
            "direction": "build_up",
            "title": "Eén lijst met eisen voor elke inkoop",
            "owner": "Hoofd inkoop",
            "due_on": day_of(datetime.now(UTC)) + timedelta(200),
            "intended_result": "Elke leverancier weet wat wij belangrijk vinden.",
            "indicator": "De eisen staan in elke aanbesteding.",
        }
        with self.transaction() as session:
            action = planning.plan_action(
                session,
                queries.get_scan(session, scan.id),
                planning.PlannedAction(**{**planned, **changes}),
                actor_id=None,
                now=datetime.now(UTC),
            )
            return action.id


def serve(app: Flask, port: int, url: str) -> Site:
    """Start a site on a port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    site = Site(app, server, url)
    site.start()
    return site
