"""What a decision rests on stands still: each operation, at each moment after the assessment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.refusal import Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, every_row
from waardewerk_procurement.models import Assessor, Bid, Dossier
from waardewerk_procurement.operations import (
    appointing,
    assessing,
    conferring,
    deciding,
    declaring,
    dropping_out,
    pricing,
    scoring_alone,
    standing_in,
)
from waardewerk_procurement.operations.saved import Saved
from waardewerk_procurement.queries.decisions import bids_of

from .deciding_on import PRICES, assessed, decide, give_prices
from .setting_up import NOW

SECRET = "a secret that only the tests know of"


@dataclass(frozen=True)
class Scene:
    """A dossier of one lot, at a moment after its quality was final."""

    session: Session
    dossier: Dossier
    assessor: Assessor
    bid: Bid
    newcomer: int

    def act(self, operation: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """Do something to the dossier as nobody in particular."""
        return operation(self.session, self.dossier, *given, **more, now=NOW)


def _prices(it: Scene) -> None:
    bids = bids_of(it.session, it.dossier.lots[0])
    seen = pricing.as_seen(pricing.priceable(bids))
    it.act(pricing.record_prices, it.dossier.lots[0], {it.bid.id: 1}, seen=seen, actor_id=None)


def _drawn(it: Scene) -> None:
    drawn = deciding.Drawn(order=["A", "B"], before="notary")
    it.act(deciding.draw_lots, it.dossier.lots[0], drawn, actor_id=None)


def _declared(it: Scene) -> Saved[int]:
    said = {it.bid.id: declaring.Declared(has_interest=True, explanation="My brother works there.")}
    return it.act(declaring.declare, it.assessor, said)


def _scored(it: Scene) -> Saved[str]:
    filled = {"explain": scoring_alone.Filled("2", "Page one says little about it.")}
    return it.act(scoring_alone.save_scores, it.assessor, it.bid, filled)


def _answered(it: Scene) -> Saved[str]:
    said = {"three-cases": assessing.Met(is_met=False, reason="Two cases of three.")}
    return it.act(assessing.answer_knock_outs, it.bid, said, actor_id=None)


def _agreed(it: Scene) -> None:
    it.act(
        conferring.agree,
        it.bid,
        "explain",
        score="2",
        reason="It says little about what people can do.",
        seen=1,
        actor_id=None,
    )


def _noted(it: Scene) -> None:
    it.act(conferring.write_note, it.assessor, it.bid, "explain", "I see 4.", secret=SECRET)


OPERATIONS: dict[str, Callable[[Scene], Any]] = {
    "list a bid": lambda it: it.act(appointing.add_bid, it.dossier.lots[0], "Wim", actor_id=None),
    "remove a bid": lambda it: it.act(appointing.remove_bid, it.bid, actor_id=None),
    "appoint": lambda it: it.act(appointing.appoint, it.newcomer, actor_id=None),
    "stand in": lambda it: it.act(
        standing_in.stand_in, it.bid, it.newcomer, "An interest came to light.", actor_id=None
    ),
    "end an appointment": lambda it: it.act(appointing.end_appointment, it.assessor, actor_id=None),
    "declare an interest": _declared,
    "score": _scored,
    "answer a knock-out": _answered,
    "agree": _agreed,
    "write a note": _noted,
    "record prices": _prices,
    "draw lots": _drawn,
}
#: A bid can still leave, and a name be mended, between the assessment and the decision.
UNTIL_THE_DECISION: dict[str, Callable[[Scene], Any]] = {
    "rename a bid": lambda it: it.act(appointing.rename_bid, it.bid, "Aap NV", actor_id=None),
    "drop out": lambda it: it.act(dropping_out.drop_out, it.bid, "It withdrew.", actor_id=None),
}


def another_lot_is_assessed(session: Session, dossier: Dossier) -> None:
    """Leave the dossier in the assessment, although the quality of this lot is final."""
    dossier.state = "assessment"
    session.flush()


def decided(session: Session, dossier: Dossier) -> None:
    """Decide on the lot."""
    give_prices(session, dossier, PRICES)
    decide(session, dossier)


def decided_before_another_lot(session: Session, dossier: Dossier) -> None:
    """Decide on the lot, in a dossier that is carried out by now."""
    decided(session, dossier)
    dossier.state = "execution"
    session.flush()


AFTER_THE_DECISION = (decided, decided_before_another_lot)
TABLE = [
    *(
        (name, moment)
        for name in OPERATIONS
        for moment in (another_lot_is_assessed, *AFTER_THE_DECISION)
    ),
    *((name, moment) for name in UNTIL_THE_DECISION for moment in AFTER_THE_DECISION),
]


@pytest.mark.parametrize(("name", "moment"), TABLE, ids=lambda it: getattr(it, "__name__", it))
def test_what_stands_still_is_refused_and_nothing_changes(
    unit_of_work: UnitOfWork,
    a_person: AddPerson,
    name: str,
    moment: Callable[[Session, Dossier], None],
) -> None:
    people = [a_person("adviseur"), a_person("adviseur")]
    with unit_of_work() as session:
        dossier = assessed(session, assessors=(people[0].id,))
        assessor = session.scalars(select(Assessor)).one()
        moment(session, dossier)
        bid = bids_of(session, dossier.lots[0])[0]
        before = every_row(session)
        it = Scene(session, dossier, assessor, bid, people[1].id)
        assert was_refused({**OPERATIONS, **UNTIL_THE_DECISION}[name], it)
        assert every_row(session) == before


def was_refused(operation: Callable[[Scene], Any], it: Scene) -> bool:
    """Tell whether an operation was refused, as a whole or for all that it was given."""
    try:
        saved = operation(it)
    except Refusal:
        return True
    return isinstance(saved, Saved) and bool(saved.problems) and not saved.kept


def test_a_bid_that_leaves_between_two_final_lots_needs_no_price_and_is_not_in_the_file(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        another_lot_is_assessed(session, dossier)
        gone = bids_of(session, dossier.lots[0])[0]
        dropping_out.drop_out(session, dossier, gone, "It withdrew.", actor_id=None, now=NOW)
        dossier.state = "decision"
        give_prices(session, dossier, {"B": PRICES["B"], "C": PRICES["C"]})
        made = decide(session, dossier)
        assert '"key":"A"' not in made.award_file.replace(" ", "").replace("\n", "")
        assert '"key":"B"' in made.award_file.replace(" ", "").replace("\n", "")


def test_after_the_decision_the_page_of_a_bid_says_what_to_do_when_somebody_withdraws(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    with unit_of_work() as session:
        dossier = assessed(session, officer.id)
        give_prices(session, dossier)
        bid = bids_of(session, dossier.lots[0])[0]
        page = f"/procurement/{dossier.id}/bids/{bid.id}"
        leaving = f"{page}/leave-ranking"
    browser = sign_in(officer)
    assert leaving in browser.get(page).text
    with unit_of_work() as session:
        decide(session, session.get_one(Dossier, dossier.id))
    text = browser.get(page).text
    assert "another decision is needed" in text
    assert leaving not in text
    assert "/drop-out" not in text
