"""Versions: one in the making at a time, and never a change to what was adopted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, Refusal
from waardewerk.values import queries
from waardewerk.values.framework import Framework
from waardewerk.values.models import AdoptedVersionChanged, FrameworkVersion
from waardewerk.values.operations import adopting, drafting
from waardewerk.values.operations.adopting import Adoption
from waardewerk.values.registry import framework_of

from .conftest import NOW, Adopt

TODAY = day_of(NOW)


def start(session: Session, framework: Framework, why: str = "") -> FrameworkVersion:
    return drafting.start_version(session, framework, why=why, actor_id=None, now=NOW)


def test_there_is_one_version_in_the_making(session: Session, small: Framework) -> None:
    start(session, small)
    with pytest.raises(Conflict, match="Version 1 is being written already"):
        start(session, small)


def test_a_draft_changes_for_who_saw_it_last(session: Session, small: Framework) -> None:
    draft = start(session, small)
    shorter = small.model_copy(update={"norms": ()})
    drafting.replace_content(session, draft, shorter, knows=1, actor_id=None, now=NOW)
    assert framework_of(draft).norms == ()
    with pytest.raises(Conflict, match="Somebody else"):
        drafting.replace_content(session, draft, small, knows=1, actor_id=None, now=NOW)


def test_what_is_proposed_stands_still_until_it_is_taken_back(
    session: Session, small: Framework
) -> None:
    draft = start(session, small)
    adopting.propose(session, draft, actor_id=None, now=NOW)
    with pytest.raises(Conflict):
        drafting.replace_content(session, draft, small, knows=1, actor_id=None, now=NOW)
    adopting.take_back(session, draft, actor_id=None, now=NOW)
    drafting.replace_content(session, draft, small, knows=1, actor_id=None, now=NOW)


def test_the_next_version_takes_over_on_its_day(
    session: Session, small: Framework, adopt_now: Adopt
) -> None:
    first = adopt_now(session, small)
    later = TODAY + timedelta(days=30)
    second = adopt_now(session, small, why="A value was missing.", valid_from=later)
    assert queries.version_in_force(session, TODAY) is first
    assert queries.version_in_force(session, later - timedelta(days=1)) is first
    assert queries.version_in_force(session, later) is second
    assert queries.version_in_force(session, TODAY - timedelta(days=1)) is None
    assert (first.state, first.valid_until) == ("superseded", later - timedelta(days=1))


def test_a_new_version_says_why(session: Session, small: Framework, adopt_now: Adopt) -> None:
    adopt_now(session, small)
    with pytest.raises(Refusal, match="Say why"):
        start(session, small, why="  ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"body": "raad"}, "who adopted"),
        ({"reference": " "}, "where the decision"),
        ({"decided_on": TODAY + timedelta(days=1)}, "of the future"),
    ],
)
def test_an_adoption_says_by_whom_where_and_when(
    session: Session, small: Framework, changes: dict[str, object], message: str
) -> None:
    draft = start(session, small)
    adopting.propose(session, draft, actor_id=None, now=NOW)
    right: dict[str, object] = {
        "body": "directie",
        "decided_on": TODAY,
        "reference": "D-12",
        "valid_from": TODAY,
    }
    adoption = Adoption(**{**right, **changes})  # type: ignore[arg-type]
    with pytest.raises(Refusal, match=message):
        adopting.adopt(session, draft, adoption, actor_id=None, now=NOW)


def test_an_empty_framework_is_not_proposed(session: Session, small: Framework) -> None:
    empty = small.model_copy(update={"values": (), "norms": ()})
    draft = start(session, empty)
    with pytest.raises(Refusal, match="at least one value"):
        adopting.propose(session, draft, actor_id=None, now=NOW)


@pytest.mark.parametrize("field", ["content", "sha256", "decision_reference", "number", "why"])
def test_nothing_of_an_adopted_version_changes(
    session: Session, small: Framework, adopt_now: Adopt, field: str
) -> None:
    version = adopt_now(session, small)
    setattr(version, field, 7 if field == "number" else "changed")
    with pytest.raises(AdoptedVersionChanged):
        session.flush()
    session.rollback()


def test_an_adopted_version_is_not_removed_one_by_one_or_in_bulk(
    session: Session, small: Framework, adopt_now: Adopt
) -> None:
    version = adopt_now(session, small)
    with pytest.raises(Conflict):
        drafting.drop_draft(session, version, actor_id=None, now=NOW)
    for statement in (
        update(FrameworkVersion).values(why="changed"),
        delete(FrameworkVersion),
    ):
        with pytest.raises(AdoptedVersionChanged):
            session.execute(statement)
    session.delete(version)
    with pytest.raises(AdoptedVersionChanged):
        session.flush()
    session.rollback()


def test_a_version_cannot_begin_before_the_one_before_it(
    session: Session, small: Framework, adopt_now: Adopt
) -> None:
    adopt_now(session, small, valid_from=TODAY)
    with pytest.raises(Refusal, match="cannot begin before version 1"):
        adopt_now(session, small, why="Again.", valid_from=date(2020, 1, 1))


def test_a_decision_of_today_is_written_down_at_night_too(
    session: Session, small: Framework
) -> None:
    past_midnight = NOW.replace(hour=23, minute=30)
    here = TODAY + timedelta(days=1)
    draft = drafting.start_version(session, small, why="", actor_id=None, now=past_midnight)
    adopting.propose(session, draft, actor_id=None, now=past_midnight)
    adoption = Adoption(body="staten", decided_on=here, reference="PS 1", valid_from=here)
    adopting.adopt(session, draft, adoption, actor_id=None, now=past_midnight)
    assert draft.adopted_on == here
