"""What somebody read before waiting for another one is read again: no score changes too late."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import entries_about
from waardewerk.refusal import Conflict
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk_procurement.models import Dossier, Lot, Score
from waardewerk_procurement.operations import assessing, conferring, scoring_alone
from waardewerk_procurement.operations.scoring_alone import Filled
from waardewerk_procurement.queries.assessment import Assessment, assessment_of

from .setting_up import NOW, a_concept, assess, finish_quality, fix, score_all

#: One database lets the other one go first, the other lets it wait: both may take this long.
A_WHILE = 1.5


@pytest.fixture
def dossier_id(unit_of_work: UnitOfWork, a_person: AddPerson) -> int:
    """Give an assessment in which two people scored everything, and another lot waits."""
    people = [a_person("adviseur").id for _number in range(2)]
    with unit_of_work() as session:
        dossier = a_concept(session, assessors=2)
        one = dossier.lots[0]
        rules = {"formula": one.formula, "tie_rule": one.tie_rule, "drop_out": one.drop_out}
        dossier.lots.append(Lot(key="lot-2", position=2, title="The other lot", **rules))
        session.flush()
        fix(session, dossier)
        assessors, bids = assess(session, dossier, people)
        score_all(session, assessors, bids)
        return dossier.id


def race(
    unit_of_work: UnitOfWork,
    dossier_id: int,
    late: Callable[[Session, Assessment], object],
    first: Callable[[Session, Dossier], None],
) -> list[str]:
    """Let one read, another do something first, and the one go on; return what was done."""
    was_read, is_done = Event(), Event()

    def read_and_go_on() -> None:
        with unit_of_work() as session:
            found = assessment_of(session, session.get_one(Dossier, dossier_id))
            was_read.set()
            is_done.wait(A_WHILE)
            late(session, found)

    def go_first() -> None:
        was_read.wait()
        with unit_of_work() as session:
            first(session, session.get_one(Dossier, dossier_id))
        is_done.set()

    came = at_once(lambda act: act(), [read_and_go_on, go_first])
    assert all(one is None or isinstance(one, Conflict) for one in came)
    with unit_of_work() as session:
        entries = entries_about(session, f"dossier:{dossier_id}")
        return [one.action.removeprefix("procurement.") for one in reversed(entries)]


def test_no_score_changes_after_the_reveal(unit_of_work: UnitOfWork, dossier_id: int) -> None:
    def score(session: Session, found: Assessment) -> object:
        filled = {"explain": Filled("0", "On reading it again.", seen=1)}
        return scoring_alone.save_scores(
            session, found.dossier, found.assessors[0], found.bids[0], filled, now=NOW
        )

    def reveal(session: Session, dossier: Dossier) -> None:
        conferring.reveal(session, dossier, dossier.lots[0], actor_id=None, now=NOW)

    done = race(unit_of_work, dossier_id, score, reveal)
    assert done in (["scored", "scores_revealed"], ["scores_revealed"])
    with unit_of_work() as session:
        changed = session.scalars(select(Score).where(Score.number == 2)).all()
        assert len(changed) == done.count("scored")


def test_no_agreed_score_changes_after_the_quality_is_final(
    unit_of_work: UnitOfWork, dossier_id: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, dossier_id)
        finish_quality(session, dossier, assessment_of(session, dossier).bids)
        dossier.state, dossier.lots[0].quality_final_at = "assessment", None

    def agree(session: Session, found: Assessment) -> object:
        return conferring.agree(
            session,
            found.dossier,
            found.bids[0],
            "explain",
            score="0",
            reason="On reading it again.",
            seen=1,
            actor_id=None,
            now=NOW,
        )

    def finish(session: Session, dossier: Dossier) -> None:
        assessing.finish_quality(session, dossier, dossier.lots[0], actor_id=None, now=NOW)

    done = race(unit_of_work, dossier_id, agree, finish)
    assert done in (["score_agreed", "quality_final"], ["quality_final"])
