"""Participants who say something, moderators who judge it, and values to tag with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk.values.framework import load_framework
from waardewerk.values.operations import adopting, drafting
from waardewerk_participation.models import Judgement, Round, Statement, StatementValue
from waardewerk_participation.operations import moderating
from waardewerk_participation.queries import moderation as queries

from ..conftest import NOW, OwnRounds

TODAY = day_of(NOW)
FRAMEWORK = """
format: "waardewerk/value-framework@1"
id: "urn:example:values:province"
languages: ["nl", "en"]
title: {nl: "Waardenkader", en: "Value framework"}
values:
""" + "".join(
    f"""
  - id: "urn:waardewerk:value:{key}"
    name: {{nl: "{key.title()}", en: "{key.title()}"}}
    definition: {{nl: "Wat.", en: "What."}}"""
    for key in ("privacy", "control", "inclusion", "sustainability")
)


@dataclass
class Moderated:
    """A round in which participants say things that moderators judge."""

    rounds: OwnRounds
    work: UnitOfWork
    #: Two moderators.
    ann: Person
    bob: Person
    slug: str = "cameras"

    def says(self, text: str, **changes: Any) -> int:
        """Let a participant say something; return the number of the statement."""
        with self.work() as session:
            found = self.round(session)
            last = select(func.max(Statement.number)).where(Statement.round_id == found.id)
            values = changes.pop("values", ())
            given: dict[str, Any] = {
                "round_id": found.id,
                "number": (session.scalar(last) or 0) + 1,
                "text": text,
                "language": "en",
                "origin": "participant",
                "state": "waiting",
                "received_on": TODAY,
            }
            made = Statement(**{**given, **changes})
            made.values = [StatementValue(value=key) for key in values]
            session.add(made)
            session.flush()
            return made.number

    def round(self, session: Session) -> Round:
        """Read the round."""
        return self.rounds.get(session, self.slug)

    def get(self, session: Session, number: int) -> Statement:
        """Read a statement."""
        return queries.get_statement(session, self.round(session), number)

    def does(
        self, act: str, number: int, *given: Any, by: Person | None = None, **changes: Any
    ) -> None:
        """Let somebody judge a statement as it is now; ``given`` are grounds or a text."""
        with self.work() as session:
            one = self.get(session, number)
            seen = queries.look_at(session, one).seen
            told = {"seen": seen, "actor_id": (by or self.ann).id, "now": NOW, **changes}
            getattr(moderating, act)(session, self.round(session), one, *given, **told)

    def rejects(self, number: int, reason: str = "hurts", **grounds: Any) -> None:
        """Let both moderators leave a statement out."""
        why = moderating.Grounds(reason, **grounds)
        self.does("doubt", number, why, by=self.ann)
        self.does("reject", number, why, by=self.bob)

    def state(self, number: int) -> str:
        """Tell in which state a statement is."""
        with self.work() as session:
            return self.get(session, number).state

    def judgements(self, number: int) -> list[Judgement]:
        """List what was decided about a statement, the oldest first."""
        with self.work() as session:
            return list(queries.look_at(session, self.get(session, number)).judgements)[::-1]


@pytest.fixture
def moderated(own_rounds: OwnRounds, unit_of_work: UnitOfWork, a_person: AddPerson) -> Moderated:
    """Give an open round with twelve statements of the province and two moderators."""
    own_rounds.open()
    ann, bob = a_person("adviseur", name="Ann"), a_person("adviseur", name="Bob")
    return Moderated(own_rounds, unit_of_work, ann, bob)


@pytest.fixture
def in_force(unit_of_work: UnitOfWork) -> None:
    """Adopt a framework with four values."""
    then = NOW - timedelta(2)
    with unit_of_work() as session:
        version = drafting.start_version(
            session, load_framework(FRAMEWORK), why="", actor_id=None, now=then
        )
        adopting.propose(session, version, actor_id=None, now=then)
        adoption = adopting.Adoption(
            body="staten", decided_on=day_of(then), reference="PS", valid_from=day_of(then)
        )
        adopting.adopt(session, version, adoption, actor_id=None, now=then)
