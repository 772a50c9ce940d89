"""What somebody read before waiting for another one is read again: no score changes too late."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import entries_about
from waardewerk.refusal import Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk.values import lenses
from waardewerk.values.models import ProjectLens
from waardewerk.values.operations import looking
from waardewerk_procurement.models import Bid, Dossier, Lot, Score
from waardewerk_procurement.operations import (
    appointing,
    assessing,
    conferring,
    dropping_out,
    fixing,
    scoring_alone,
    standing_in,
)
from waardewerk_procurement.operations.assessing import Met
from waardewerk_procurement.operations.scoring_alone import Filled
from waardewerk_procurement.queries.assessment import Assessment, assessment_of
from waardewerk_procurement.queries.dossiers import LENS

from .setting_up import NOW, a_concept, assess, finish_quality, fix, look_wider, score_all

Found = TypeVar("Found")
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


def _renamed(session: Session, dossier: Dossier, bid: Bid) -> None:
    appointing.rename_bid(session, dossier, bid, "Wim NV", actor_id=None, now=NOW)


def _answered(session: Session, dossier: Dossier, bid: Bid) -> None:
    said = {"three-cases": Met(is_met=True)}
    assessing.answer_knock_outs(session, dossier, bid, said, actor_id=None, now=NOW)


def _removed(session: Session, dossier: Dossier, bid: Bid) -> None:
    appointing.remove_bid(session, dossier, bid, actor_id=None, now=NOW)


def _dropped_out(session: Session, dossier: Dossier, bid: Bid) -> None:
    dropping_out.drop_out(session, dossier, bid, "It withdrew.", actor_id=None, now=NOW)


def _stood_in_for(session: Session, dossier: Dossier, bid: Bid) -> None:
    standing_in.stand_in(session, dossier, bid, 1, "It is needed.", actor_id=None, now=NOW)


def _scored(session: Session, dossier: Dossier, bid: Bid) -> None:
    found = assessment_of(session, dossier)
    filled = {"explain": Filled("8", "Page 3 shows it.")}
    scoring_alone.save_scores(session, dossier, found.assessors[0], bid, filled, now=NOW)


WRITES = (_renamed, _answered, _removed, _dropped_out, _stood_in_for, _scored)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
def test_whoever_writes_to_a_bid_that_was_removed_meanwhile_hears_so(
    unit_of_work: UnitOfWork,
    dossier_id: int,
    write: Callable[[Session, Dossier, Bid], None],
) -> None:
    with unit_of_work() as session:
        lot = session.get_one(Dossier, dossier_id).lots[0]
        bid = Bid(lot_id=lot.id, key="D", bidder="Wim BV", added_at=NOW)
        session.add(bid)
        session.flush()
        bid_id = bid.id

    def late(session: Session, found: Assessment) -> object:
        return write(session, found.dossier, found.bid(bid_id))

    def first(session: Session, dossier: Dossier) -> None:
        found = session.get(Bid, bid_id)
        if found is not None:
            appointing.remove_bid(session, dossier, found, actor_id=None, now=NOW)

    done = race(unit_of_work, dossier_id, assessment_of, late, first)
    # Whichever came first, the other one was done after it or refused, and nothing broke.
    assert done.count("bid_removed") <= 1
    assert done


def race(
    unit_of_work: UnitOfWork,
    dossier_id: int,
    read: Callable[[Session, Dossier], Found],
    late: Callable[[Session, Found], object],
    first: Callable[[Session, Dossier], None],
) -> list[str]:
    """Let one read, another do something first, and the one go on; return what was done."""
    was_read, is_done = Event(), Event()

    def read_and_go_on() -> None:
        with unit_of_work() as session:
            found = read(session, session.get_one(Dossier, dossier_id))
            was_read.set()
            is_done.wait(A_WHILE)
            late(session, found)

    def go_first() -> None:
        was_read.wait()
        with unit_of_work() as session:
            first(session, session.get_one(Dossier, dossier_id))
        is_done.set()

    came = at_once(lambda act: act(), [read_and_go_on, go_first])
    assert all(one is None or isinstance(one, Refusal) for one in came)
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

    done = race(unit_of_work, dossier_id, assessment_of, score, reveal)
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

    done = race(unit_of_work, dossier_id, assessment_of, agree, finish)
    assert done in (["score_agreed", "quality_final"], ["quality_final"])


@pytest.fixture
def concept_id(unit_of_work: UnitOfWork, a_person: AddPerson) -> int:
    """Give a concept that is whole, with a lens."""
    officer = a_person("beheerder").id
    with unit_of_work() as session:
        dossier = a_concept(session, officer)
        look_wider(session, dossier)
        return dossier.id


def lens_in(session: Session, dossier: Dossier) -> ProjectLens:
    """Read the lens of a dossier."""
    lens = looking.lens_of(session, LENS, dossier.id)
    assert lens is not None
    assert lens.is_open
    return lens


def rewrite(session: Session, lens: ProjectLens) -> None:
    """Write other words in a lens."""
    looking.say_nothing_else(session, lens, "On reading it again.", actor_id=None, now=NOW)


def submit(session: Session, dossier: Dossier) -> None:
    """Lay a dossier before a second person."""
    fixing.submit(session, dossier, actor_id=dossier.officer_id, now=NOW)


def what_was_done(unit_of_work: UnitOfWork, dossier_id: int) -> list[str]:
    """Name what was done to the lens of a dossier, the last last."""
    with unit_of_work() as session:
        lens = looking.lens_of(session, LENS, dossier_id)
        assert lens is not None
        done = reversed(entries_about(session, f"lens:{lens.id}"))
        return [one.action.removeprefix("values.") for one in done][2:]


def test_nothing_is_written_in_a_lens_that_somebody_reads_by_now(
    unit_of_work: UnitOfWork, concept_id: int
) -> None:
    done = race(unit_of_work, concept_id, lens_in, rewrite, submit)
    assert done == ["submitted"]
    in_lens = what_was_done(unit_of_work, concept_id)
    assert in_lens in (["lens_closed"], ["nothing_else", "lens_closed"])


def test_no_dossier_is_laid_before_somebody_whose_wider_look_was_emptied_meanwhile(
    unit_of_work: UnitOfWork, concept_id: int
) -> None:
    with unit_of_work() as session:
        lens = lens_in(session, session.get_one(Dossier, concept_id))
        urn = lenses.cards_for(session, lens)[0].urn
        touched = looking.Touched(urn=urn, direction="positive", reason="It helps them all.")
        looking.choose_card(session, lens, touched, actor_id=None, now=NOW)

    def read(session: Session, dossier: Dossier) -> Dossier:
        assert looking.is_wide_enough(lens_in(session, dossier))
        return dossier

    def empty(session: Session, dossier: Dossier) -> None:
        lens = looking.lens_of(session, LENS, dossier.id)
        assert lens is not None
        looking.take_card_away(session, lens, urn, actor_id=None, now=NOW)

    done = race(unit_of_work, concept_id, read, submit, empty)
    in_lens = what_was_done(unit_of_work, concept_id)[1:]
    assert (done, in_lens) in ((["submitted"], ["lens_closed"]), ([], ["card_away"]))
