"""What people learned is written down, sent on, and lets a dossier close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk.values import editing
from waardewerk.values.models import Signal
from waardewerk.values.operations import adopting, drafting
from waardewerk.values.starting import starting_points
from waardewerk_procurement.models import FollowUp, Lesson
from waardewerk_procurement.operations import following, learning
from waardewerk_procurement.operations.learning import Learned

from .running import SECRET, TODAY, Running, decided
from .setting_up import NOW


@pytest.fixture
def running(unit_of_work: UnitOfWork, a_person: AddPerson) -> Running:
    """Give a dossier that is carried out."""
    return decided(unit_of_work, a_person).carry_out()


def adopt_values(found: Running) -> None:
    """Let the organisation adopt a framework that knows the value privacy."""
    with found.work() as session:
        start = starting_points()[0]
        framework = editing.begin_with(
            start, ("privacy",), title=start.title, owner="Provincie Proef"
        )
        actor = found.officer_id
        version = drafting.start_version(session, framework, why="", actor_id=actor, now=NOW)
        adopting.propose(session, version, actor_id=actor, now=NOW)
        adoption = adopting.Adoption(
            body="staten", decided_on=TODAY, reference="Item 7", valid_from=TODAY
        )
        adopting.adopt(session, version, adoption, actor_id=actor, now=NOW)


def learn(found: Running, text: str = "Ask for a test.", **changes: Any) -> Any:
    """Write a lesson down."""
    learned = Learned(**{"value": "privacy", "text": text, **changes})
    return found.do(learning.write_lesson, learned, secret=SECRET)


def end_all(found: Running) -> None:
    """End everything that is followed up."""
    with found.work() as session:
        keys = session.scalars(select(FollowUp.criterion)).all()
    for key in keys:
        ending = following.Ending(verdict="kept", reason="Yes.", is_last=True, revision=1)
        found.do(following.end, lambda s, key=key: found.follow_up(s, key), ending)


def test_a_lesson_is_kept_once_however_often_it_is_sent(running: Running) -> None:
    learn(running)
    learn(running, " Ask for a test. ")
    learn(running, value="")
    with running.work() as session:
        rows = session.scalars(select(Lesson).order_by(Lesson.id)).all()
        assert [(row.value, row.written_by, row.is_signalled) for row in rows] == [
            ("privacy", running.officer_id, False),
            ("", running.officer_id, False),
        ]
        assert session.scalars(select(Signal)).all() == []


def test_a_lesson_can_go_on_to_the_keeper_of_the_values(running: Running) -> None:
    adopt_values(running)
    learn(running, signal="unwanted_result", cause="wrongly_interpreted")
    learn(running, signal="unwanted_result", cause="wrongly_interpreted")
    with running.work() as session:
        signal = session.scalars(select(Signal)).one()
        assert (signal.kind, signal.value, signal.cause, signal.text) == (
            "unwanted_result",
            "privacy",
            "wrongly_interpreted",
            "Ask for a test.",
        )
        assert signal.source_kind == "procurement.dossier"
        assert signal.source_id == running.dossier_id
        assert signal.source_title == "Counting traffic with cameras"
        assert signal.source_url == f"/procurement/{running.dossier_id}/learned"
        assert signal.sender_id == running.officer_id
        assert session.scalars(select(Lesson)).one().is_signalled


def test_when_the_signal_is_refused_the_lesson_is_not_kept_either(running: Running) -> None:
    # There is no framework in force, so nobody knows this value.
    with pytest.raises(Refusal, match="which value"):
        learn(running, signal="read_otherwise")
    with running.work() as session:
        assert session.scalars(select(Lesson)).all() == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"text": "  "}, "what you learned"), ({"value": "duurzaamheid"}, "value of this dossier")],
)
def test_a_lesson_says_something_about_a_value_that_was_used(
    running: Running, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refusal, match=says):
        learn(running, **changes)


def test_the_values_of_a_dossier_are_those_of_its_criteria(running: Running) -> None:
    with running.work() as session:
        found = learning.values_used(session, running.dossier(session))
        assert [one.key for one in found] == ["privacy", "uitlegbaarheid"]


def test_a_dossier_closes_when_all_was_ended_and_something_was_learned(running: Running) -> None:
    with pytest.raises(Conflict, match="nobody ended yet"):
        running.do(learning.close)
    end_all(running)
    with pytest.raises(Conflict, match="what we learned"):
        running.do(learning.close)
    learn(running)
    running.do(learning.close, now=NOW + timedelta(1))
    with running.work() as session:
        dossier = running.dossier(session)
        assert (dossier.state, dossier.closed_at) == ("closed", NOW + timedelta(1))


def test_what_is_closed_can_only_be_read(running: Running) -> None:
    end_all(running)
    learn(running)
    running.do(learning.close)
    with pytest.raises(Conflict):
        learn(running, "And one thing more.")
    with pytest.raises(Conflict):
        running.do(learning.close)
