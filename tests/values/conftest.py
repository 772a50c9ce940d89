"""A province with a framework, at each of its stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.testing import UnitOfWork
from waardewerk.values import starting
from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.models import FrameworkVersion
from waardewerk.values.operations import adopting, drafting
from waardewerk.values.operations.adopting import Adoption

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

SMALL = """
format: "waardewerk/value-framework@1"
id: "urn:example:values:province"
languages: ["nl", "en"]
title: {nl: "Waardenkader", en: "Value framework"}
foundations:
  - key: "democratie"
    name: {nl: "Democratie", en: "Democracy"}
principles:
  - key: "participatie"
    name: {nl: "Participatie", en: "Participation"}
    serves:
      - key: "democratie"
        because: {nl: "Wie meedoet, beslist mee.", en: "Who takes part also decides."}
values:
  - id: "urn:waardewerk:value:zeggenschap"
    name: {nl: "Zeggenschap", en: "Having a say"}
    definition: {nl: "Mensen beslissen mee over wat hen raakt.", en: "People decide too."}
    serves:
      - key: "participatie"
        because: {nl: "Zonder zeggenschap is meedoen spel.", en: "Else taking part is a game."}
  - id: "urn:waardewerk:value:privacy"
    name: {nl: "Privacy", en: "Privacy"}
    definition: {nl: "Iedereen houdt iets voor zichzelf.", en: "Everybody keeps something."}
norms:
  - key: "kort-bewaren"
    situation: {nl: "Als we gegevens bewaren", en: "When we keep data"}
    text: {nl: "Nooit langer dan nodig.", en: "Never longer than needed."}
    serves:
      - key: "privacy"
        because: {nl: "Wat weg is, kan niet lekken.", en: "What is gone cannot leak."}
"""

SET = Path(__file__).parent / "set.yaml"


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Framework:
    """Let one small set come along to begin with, whatever else does."""
    found = load_framework(SET.read_bytes())
    monkeypatch.setattr(starting, "starting_points", lambda: (found,))
    return found


@pytest.fixture
def small() -> Framework:
    """Give a framework with two values and one norm."""
    return load_framework(SMALL)


Adopt = Callable[..., FrameworkVersion]


@pytest.fixture
def adopt_now() -> Adopt:
    """Give what starts, proposes and adopts a version in one go."""

    def adopt(
        session: Session,
        framework: Framework,
        *,
        why: str = "",
        now: datetime = NOW,
        valid_from: date | None = None,
    ) -> FrameworkVersion:
        version = drafting.start_version(session, framework, why=why, actor_id=None, now=now)
        adopting.propose(session, version, actor_id=None, now=now)
        adoption = Adoption(
            body="staten",
            decided_on=day_of(now),
            reference="PS 2026-11",
            valid_from=valid_from or day_of(now),
        )
        adopting.adopt(session, version, adoption, actor_id=None, now=now)
        return version

    return adopt


@pytest.fixture
def session(unit_of_work: UnitOfWork) -> Iterator[Session]:
    """Give a transaction in which a test does everything."""
    with unit_of_work() as session:
        yield session


@pytest.fixture
def adopted(session: Session, small: Framework, adopt_now: Adopt) -> FrameworkVersion:
    """Give the version in force, with the values zeggenschap and privacy."""
    return adopt_now(session, small)


@pytest.fixture
def in_force(unit_of_work: UnitOfWork, small: Framework, adopt_now: Adopt) -> int:
    """Adopt a framework that holds since yesterday, for pages; return its number."""
    with unit_of_work() as session:
        return adopt_now(session, small, now=datetime.now(UTC) - timedelta(days=2)).number
