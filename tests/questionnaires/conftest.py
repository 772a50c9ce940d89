"""An inquiry of our own: two themes on a ladder, one page with every other type of question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.questionnaires import codes
from waardewerk.questionnaires.models import Respondent
from waardewerk.questionnaires.operations import agreeing, answering, inquiring, publishing
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, browser_of, submit

KIND = "trial"
LENSES = ("policy", "practice", "result")
DEFINITION = (Path(__file__).parent / "definition.yaml").read_text(encoding="utf-8")
#: Questions on the ladder, through three lenses.
LADDERS = ("rules.written", "rules.known", "people.skills")
#: What has to be agreed; the page with background has nothing on a ladder but one scale.
SECTIONS = ("rules", "people", "background")
REASON = "We wrote it down last year."


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return day_of(now())


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked, with the code in the letter."""

    id: int
    name: str
    level: str
    code: str


class Inquiries:
    """Makes inquiries, answers and agreements by the operations that pages use too."""

    kind = KIND
    definition = DEFINITION
    ladders = LADDERS
    lenses = LENSES
    sections = SECTIONS
    reason = REASON

    def __init__(self, app: Flask, unit_of_work: UnitOfWork, chair: Person) -> None:
        self.app = app
        self.unit_of_work = unit_of_work
        self.chair = chair

    @property
    def secret(self) -> str:
        return str(self.app.secret_key)

    def publish(self, text: str = DEFINITION) -> int:
        with self.unit_of_work() as session:
            version = publishing.bring_in(session, text, kind=KIND, actor_id=None, now=now())
            publishing.publish(session, version, actor_id=self.chair.id, now=now())
            return version.id

    @cached_property
    def version_id(self) -> int:
        """The definition, published once for all inquiries of a test."""
        return self.publish()

    def opening(self, **choices: Any) -> inquiring.Opening:
        usual = {
            "kind": KIND,
            "title": "A look at ourselves",
            "subjects": ["The province"],
            "privacy": "grouped",
            "opens_on": today(),
            "closes_on": today() + timedelta(14),
            "chair_id": self.chair.id,
        }
        return inquiring.Opening(**{**usual, **choices})

    def open(self, version_id: int | None = None, **choices: Any) -> int:
        version_id = version_id or self.version_id
        with self.unit_of_work() as session:
            version = publishing.get_version(session, version_id)
            inquiry = inquiring.open_inquiry(
                session, version, self.opening(**choices), actor_id=self.chair.id, now=now()
            )
            return inquiry.id

    def ask(self, inquiry_id: int, people: Iterable[tuple[str, str]]) -> list[Asked]:
        with self.unit_of_work() as session:
            found = inquiring.ask_people(
                session,
                inquiring.get_inquiry(session, inquiry_id),
                [
                    inquiring.Invitee(
                        name=name,
                        email=f"{name.lower().replace(' ', '.')}@example.nl",
                        level=level,
                    )
                    for name, level in people
                ],
                secret=self.secret,
                actor_id=self.chair.id,
                now=now(),
            )
            return [self.asked(r) for r in found]

    def asked(self, respondent: Respondent) -> Asked:
        code = codes.code_for(self.secret, respondent.id, respondent.code_number)
        return Asked(respondent.id, respondent.name or "", respondent.level, code)

    def ask_group(self, inquiry_id: int, **sizes: int) -> list[Asked]:
        """Ask so many people at each level."""
        people = [(f"{level} {n}", level) for level, size in sizes.items() for n in range(size)]
        return self.ask(inquiry_id, people)

    def save(self, asked: Asked, *filled: Filled) -> None:
        with self.unit_of_work() as session:
            respondent = inquiring.get_respondent(session, asked.id)
            answering.save_answers(session, respondent, None, filled, now=now())

    @staticmethod
    def filled_in(
        level: int,
        reason: str = REASON,
        questions: Sequence[str] = LADDERS,
        lenses: Sequence[str] = LENSES,
    ) -> list[Filled]:
        """Fill in every ladder with one level, and why."""
        levels = [
            Filled(question=q, lens=lens, raw=[str(level)]) for q in questions for lens in lenses
        ]
        words = [Filled(question=q, lens="", raw=[], reason=reason) for q in questions]
        return [*levels, *words]

    def answer(
        self,
        asked: Asked,
        level: int = 3,
        *,
        reason: str = REASON,
        questions: Sequence[str] = LADDERS,
        lenses: Sequence[str] = LENSES,
        hands_in: bool = True,
    ) -> None:
        """Answer the ladders with one level, say why, and hand in."""
        with self.unit_of_work() as session:
            respondent = inquiring.get_respondent(session, asked.id)
            if respondent.inquiry.privacy == "confidential":
                answering.give_consent(session, respondent, now=now())
            answering.save_answers(
                session,
                respondent,
                None,
                self.filled_in(level, reason, questions, lenses),
                now=now(),
            )
            if hands_in:
                answering.hand_in(session, respondent, now=now())

    def meanwhile(
        self, first: Callable[[Session], object], second: Callable[[Session], object]
    ) -> BaseException | None:
        """Begin ``second`` while the transaction of ``first`` is open; return how it ended."""
        ended: list[BaseException | None] = []

        def run_second() -> None:
            try:
                with self.unit_of_work() as session:
                    second(session)
            except Exception as fault:
                ended.append(fault)
            else:
                ended.append(None)

        thread = Thread(target=run_second)
        with self.unit_of_work() as session:
            first(session)
            session.flush()
            thread.start()
            thread.join(0.3)
            assert thread.is_alive(), "nothing kept the second one waiting"
        thread.join(10)
        return ended[0]

    def move(self, inquiry_id: int, *phases: str) -> None:
        for phase in phases:
            with self.unit_of_work() as session:
                inquiry = inquiring.get_inquiry(session, inquiry_id)
                inquiring.move_phase(session, inquiry, phase, actor_id=self.chair.id, now=now())

    def agree(
        self, inquiry_id: int, target: str, values: Mapping[str, int | None], **said: Any
    ) -> None:
        usual = {"reason": "That is how it is.", "present": "The whole group"}
        agreed = agreeing.Agreed(target=target, values=values, **{**usual, **said})
        with self.unit_of_work() as session:
            inquiry = inquiring.get_inquiry(session, inquiry_id)
            subject_id = inquiry.subjects[0].id
            agreeing.record_agreement(
                session, inquiry, subject_id, agreed, actor_id=self.chair.id, now=now()
            )

    def agree_on_everything(self, inquiry_id: int) -> None:
        for section in SECTIONS:
            lenses = ("",) if section == "background" else LENSES
            self.agree(inquiry_id, section, dict.fromkeys(lenses, 3))

    def come_in(self, asked: Asked) -> FlaskClient:
        """Open a browser that came in by the link in the letter."""
        client = browser_of(self.app)
        response = submit(client, f"/a/{asked.code}", {"consent": "yes"})
        assert response.status_code == 303, response.text
        return client


@pytest.fixture
def chair(a_person: AddPerson) -> Person:
    return a_person({"beheerder"}, name="Chair")


@pytest.fixture
def inquiries(app: Flask, unit_of_work: UnitOfWork, chair: Person) -> Inquiries:
    return Inquiries(app, unit_of_work, chair)


@pytest.fixture
def inquiry_id(inquiries: Inquiries) -> int:
    """An open inquiry in which small groups are hidden."""
    return inquiries.open()


@pytest.fixture
def confidential_id(inquiries: Inquiries) -> int:
    """An open inquiry in which names are shown, with consent."""
    return inquiries.open(privacy="confidential")


@pytest.fixture
def anna(inquiries: Inquiries, inquiry_id: int) -> Asked:
    return inquiries.ask(inquiry_id, [("Anna", "political")])[0]


@pytest.fixture
def bram(inquiries: Inquiries, inquiry_id: int) -> Asked:
    return inquiries.ask(inquiry_id, [("Bram", "executive")])[0]


@pytest.fixture
def chair_browser(sign_in: SignIn, chair: Person) -> FlaskClient:
    """The browser in which the chair is signed in."""
    return sign_in(chair)
