"""A province that runs scans: the plugin on a real database, and people who do their part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.plugins import Plugins
from waardewerk.questionnaires import codes, queries, registry
from waardewerk.questionnaires.models import Respondent
from waardewerk.questionnaires.operations import agreeing, answering, inquiring
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk_maturity import plugin
from waardewerk_maturity.letters import Sender
from waardewerk_maturity.models import Scan
from waardewerk_maturity.operations import opening, planning, shipping
from waardewerk_maturity.queries import get_scan

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
PROVINCE = "Provincie Proef"
SECRET = "a secret that only the tests know of"
AGREED = {"policy": 4, "practice": 2, "result": 1}
SENDER = Sender(
    organisation=PROVINCE, base_url="https://scan.example.nl", secret=SECRET, language="nl"
)


@pytest.fixture
def plugins() -> Plugins:
    """Load this plugin and no other."""
    found = Plugins()
    found.add("maturity", plugin)
    return found


@dataclass
class Province:
    """Does what people do in a scan, through the same operations as the pages."""

    app: Flask
    work: UnitOfWork
    chair: Person

    def open(self, **changes: Any) -> int:
        """Open a scan; return its number."""
        with self.work() as session:
            version = shipping.publish_shipped_scan(session, actor_id=None, now=NOW)
            chosen: dict[str, Any] = {
                "title": "Scan of this year",
                "version_id": version.id,
                "opens_on": TODAY,
                "closes_on": TODAY + timedelta(21),
                "chair_id": self.chair.id,
            }
            scan = opening.open_scan(
                session,
                opening.ScanOpening(**{**chosen, **changes}),
                organisation=PROVINCE,
                actor_id=self.chair.id,
                now=NOW,
            )
            return scan.id

    def ask(self, scan_id: int, people: Iterable[tuple[str, str]], mail: bool = True) -> list[int]:
        """Ask people, given as name and level; return their numbers."""
        with self.work() as session:
            asked = inquiring.ask_people(
                session,
                get_scan(session, scan_id).inquiry,
                [
                    inquiring.Invitee(
                        name=name, email=f"{name.lower()}@example.nl" if mail else None, level=level
                    )
                    for name, level in people
                ],
                secret=SECRET,
                actor_id=None,
                now=NOW,
            )
            return [respondent.id for respondent in asked]

    def answer(self, respondent_id: int, levels: Mapping[str, int]) -> None:
        """Answer every question with one level for each lens, and hand in."""
        with self.work() as session:
            respondent = inquiring.get_respondent(session, respondent_id)
            inquiry = inquiring.get_inquiry(session, respondent.inquiry_id)
            if inquiry.privacy == "confidential":
                answering.give_consent(session, respondent, now=NOW)
            definition = registry.definition_of(inquiry.version)
            questions = [
                question
                for section in definition.sections_for(respondent.level)
                for question in section.questions
            ]
            filled = [
                answering.Filled(question=question.id, lens=lens, raw=[str(levels[lens])])
                for question in questions
                for lens in question.lenses
            ]
            filled += [
                answering.Filled(question=q.id, lens="", raw=[], reason="So it goes here.")
                for q in questions
            ]
            answering.save_answers(session, respondent, inquiry.subjects[0].id, filled, now=NOW)
            answering.hand_in(session, respondent, now=NOW)

    def move(self, scan_id: int, *phases: str) -> None:
        """Move a scan through phases."""
        for phase in phases:
            with self.work() as session:
                scan = get_scan(session, scan_id)
                inquiring.move_phase(session, scan.inquiry, phase, actor_id=self.chair.id, now=NOW)

    def agree(self, scan_id: int, levels: Mapping[str, Mapping[str, int | None]]) -> None:
        """Write down what people agree, for each theme or question."""
        for target, values in levels.items():
            with self.work() as session:
                scan = get_scan(session, scan_id)
                agreeing.record_agreement(
                    session,
                    scan.inquiry,
                    scan.inquiry.subjects[0].id,
                    agreeing.Agreed(
                        target=target,
                        values=values,
                        reason=f"Why we agreed on {target}.",
                        present="The board and three civil servants",
                        dissent="One of us sees it lower.",
                    ),
                    actor_id=self.chair.id,
                    now=NOW,
                )

    def want(self, scan_id: int, theme: str, level: int, **changes: Any) -> None:
        """Write down which level people want."""
        with self.work() as session:
            planning.record_ambition(
                session,
                get_scan(session, scan_id),
                wanted(theme, level, **changes),
                actor_id=self.chair.id,
                now=NOW,
            )

    def plan(self, scan_id: int, theme: str = "governance", **changes: Any) -> int:
        """Plan an action; return its number."""
        with self.work() as session:
            action = planning.plan_action(
                session,
                get_scan(session, scan_id),
                planned(theme, **changes),
                actor_id=self.chair.id,
                now=NOW,
            )
            return action.id

    def in_conversation(self, scan_id: int) -> None:
        """Let somebody answer, and begin the conversation."""
        (asked,) = self.ask(scan_id, [("Robin", "civil_servant")])
        self.answer(asked, {"policy": 3, "practice": 2, "result": 2})
        self.move(scan_id, "spread", "conversation")

    def agreed(self, levels: Mapping[str, int] | None = None, **changes: Any) -> int:
        """Run a scan from opening to agreement; return its number."""
        scan_id = self.open(**changes)
        self.in_conversation(scan_id)
        self.agree(scan_id, dict.fromkeys(self.themes(scan_id), levels or AGREED))
        self.move(scan_id, "agreed")
        return scan_id

    def themes(self, scan_id: int) -> list[str]:
        """List the themes of a scan."""
        with self.work() as session:
            version = get_scan(session, scan_id).inquiry.version
            return [section.id for section in registry.definition_of(version).sections]

    def code_of(self, respondent_id: int) -> str:
        """Return somebody's personal code as the application makes it."""
        return codes.code_for(str(self.app.secret_key), respondent_id, 1)


def wanted(theme: str, level: int, **changes: Any) -> planning.WantedLevel:
    """Fill in a wanted level."""
    filled: dict[str, Any] = {
        "reason": "People outside must be able to follow us.",
        "by_date": TODAY + timedelta(300),
        "owner": "Head of policy",
        "first_step": "Talk with the departments.",
        "intended_result": "People know who decides.",
        "present": "The board",
    }
    return planning.WantedLevel(theme=theme, level=level, **{**filled, **changes})


def planned(theme: str, **changes: Any) -> planning.PlannedAction:
    """Fill in an action."""
    filled: dict[str, Any] = {
        "direction": "build_up",
        "title": "Name who decides",
        "owner": "Head of policy",
        "due_on": TODAY + timedelta(100),
        "intended_result": "Everybody can find who decides.",
        "indicator": "Each plan names somebody.",
    }
    return planning.PlannedAction(theme=theme, **{**filled, **changes})


@pytest.fixture
def province(app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson) -> Province:
    """Give a province with a driver who leads the scans."""
    return Province(app, unit_of_work, a_person("aanjager", name="Driver"))


def respondents_of(session: Session, scan: Scan) -> list[Respondent]:
    """List who is asked."""
    return queries.respondents_of(session, scan.inquiry)


def days_from_now(days: int) -> date:
    """Return a day in the future, or in the past."""
    return TODAY + timedelta(days)
