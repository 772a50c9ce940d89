"""A subsidy scheme grants applications until its ceiling, and everybody hears what and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import i18n
from waardewerk.i18n import day_of
from waardewerk.refusal import Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork
from waardewerk_procurement import saying
from waardewerk_procurement.models import (
    AgreedScore,
    Bid,
    Decision,
    Dossier,
    FollowUp,
    KnockOutAnswer,
    Letter,
)
from waardewerk_procurement.operations import deciding, dropping_out, following, withdrawing
from waardewerk_procurement.operations.deciding import Drawn
from waardewerk_procurement.queries import climbing
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.decisions import bids_of
from waardewerk_procurement.queries.dossiers import get_dossier
from waardewerk_procurement.queries.letters import letters_of

from .deciding_on import decide, give_prices, ranking
from .setting_up import NOW, a_scheme, assess, finish_quality, fix
from .test_letters_of_award import facts_of, letter, text_of, write

#: B is first with 10, then A with 8, then C with 6; there is € 80,000.
AMOUNTS = {"B": 3_000_000, "A": 4_000_000, "C": 2_000_000}


def ranked(
    session: Session, amounts: Mapping[str, int] = AMOUNTS, *, beyond: str = "partial", **lot: Any
) -> Dossier:
    """Bring a scheme as far as that its applications are ranked."""
    dossier = a_scheme(session)
    for name, value in {"beyond": beyond, **lot}.items():
        setattr(dossier.lots[0], name, value)
    fix(session, dossier)
    _people, bids = assess(session, dossier, ())
    finish_quality(session, dossier, bids)
    give_prices(session, dossier, amounts)
    return dossier


def agree(session: Session, scores: Mapping[int, str]) -> None:
    """Let people agree on one score for everything, by the number of the bid."""
    session.add_all(
        AgreedScore(
            bid_id=bid_id,
            criterion=criterion,
            number=2,
            score=score,
            reason="As good as the other on this.",
            agreed_at=NOW,
        )
        for bid_id, score in scores.items()
        for criterion in ("explain", "forget")
    )
    session.flush()


def score_alike(session: Session, dossier: Dossier) -> None:
    """Let people agree on the same scores for everybody."""
    agree(session, {bid.id: "8" for bid in bids_of(session, dossier.lots[0])})


@pytest.mark.parametrize(
    ("beyond", "granted"),
    [
        ("partial", {"B": 3_000_000, "A": 4_000_000, "C": 1_000_000}),
        ("stop", {"B": 3_000_000, "A": 4_000_000}),
        ("next", {"B": 3_000_000, "A": 4_000_000}),
    ],
)
def test_one_decision_names_everybody_who_is_granted_with_the_amount(
    unit_of_work: UnitOfWork, beyond: str, granted: dict[str, int]
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond=beyond)
        made = decide(session, dossier)
        assert (made.winner, made.granted) == (None, granted)
        assert made.goes_to == tuple(sorted(granted))


def test_the_next_one_that_fits_is_granted_only_where_that_was_published(
    unit_of_work: UnitOfWork,
) -> None:
    amounts = {"B": 5_000_000, "A": 4_000_000, "C": 2_000_000}
    with unit_of_work() as session:
        assert decide(session, ranked(session, amounts, beyond="next")).goes_to == ("B", "C")
        assert decide(session, ranked(session, amounts, beyond="stop")).goes_to == ("B",)


def test_who_ties_where_the_ceiling_ends_waits_for_lots_and_nobody_else_does(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, dict.fromkeys("ABC", 4_000_000), beyond="stop")
        score_alike(session, dossier)
        assert [bid.key for bid in ranking(session, dossier).tied] == ["A", "B", "C"]
        with pytest.raises(Refusal, match="draw lots first"):
            decide(session, dossier)
        drawn = Drawn(order=("C", "A", "B"), before="civil-law notary")
        deciding.draw_lots(session, dossier, dossier.lots[0], drawn, actor_id=None, now=NOW)
        assert ranking(session, dossier).tied == []
        assert decide(session, dossier).goes_to == ("A", "C")


def test_a_draw_can_show_that_lots_must_be_drawn_further_down_and_the_first_one_stays(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, {}, beyond="next")
        lot = dossier.lots[0]
        fourth = Bid(lot_id=lot.id, key="D", bidder="Vier BV", added_at=NOW)
        session.add(fourth)
        session.flush()
        session.add(
            KnockOutAnswer(bid_id=fourth.id, criterion="three-cases", is_met=True, written_at=NOW)
        )
        own = {bid.key: bid.id for bid in bids_of(session, lot)}
        scores = {"A": "10", "B": "10", "C": "6", "D": "6"}
        agree(session, {own[key]: score for key, score in scores.items()})
        amounts = {"A": 5_000_000, "B": 5_000_000, "C": 2_000_000, "D": 2_000_000}
        give_prices(session, dossier, amounts)
        for tied, before in ((["B", "A"], "civil-law notary"), (["D", "C"], "team leader")):
            assert [bid.key for bid in ranking(session, dossier).tied] == sorted(tied)
            drawn = Drawn(order=tied, before=before)
            deciding.draw_lots(session, dossier, lot, drawn, actor_id=None, now=NOW)
        assert (lot.drawn, lot.drawn_before) == (
            ["B", "A", "D", "C"],
            "civil-law notary; team leader",
        )
        assert decide(session, dossier).granted == {"B": 5_000_000, "D": 2_000_000}


def test_who_ties_and_fits_needs_no_lots(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, dict.fromkeys("ABC", 2_000_000))
        score_alike(session, dossier)
        assert ranking(session, dossier).tied == []
        assert decide(session, dossier).goes_to == ("A", "B", "C")


def test_where_nobody_fits_only_nothing_can_be_granted(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond="stop", ceiling=1_000_000)
        with pytest.raises(Refusal, match="No application can be granted"):
            decide(session, dossier)
        made = decide(session, dossier, awards=False, standstill_until=None)
        assert made.goes_to == ()


# After the decision ----------------------------------------------------------------------------


def test_a_withdrawn_decision_keeps_what_was_granted_and_the_money_goes_on(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session)
        made = decide(session, dossier)
        kept = withdrawing.withdraw_decision(
            session,
            dossier,
            dossier.lots[0],
            "B withdrew after the decision.",
            seen=made.award_sha256,
            actor_id=None,
            now=NOW,
        )
        assert kept.granted == {"B": 3_000_000, "A": 4_000_000, "C": 1_000_000}
        gone = next(bid for bid in bids_of(session, dossier.lots[0]) if bid.key == "B")
        dropping_out.drop_out(session, dossier, gone, "Withdrew.", actor_id=None, now=NOW)
        assert decide(session, dossier).granted == {"A": 4_000_000, "C": 2_000_000}


def carried_out(session: Session, dossier: Dossier) -> None:
    """Decide, have every letter ready, wait, and carry it out."""
    made = decide(session, dossier)
    made.decided_at, made.standstill_until = NOW - timedelta(90), day_of(NOW - timedelta(40))
    session.add_all(
        Letter(bid_id=bid.id, ready_at=NOW - timedelta(90), changed_at=NOW)
        for bid in bids_of(session, dossier.lots[0])
    )
    session.flush()
    following.carry_out(session, dossier, actor_id=None, now=NOW)


def test_everybody_who_is_granted_has_duties_that_are_followed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond="stop")
        carried_out(session, dossier)
        found = queries.follow_ups_of(session, dossier)
        duties = {(one.bidder, one.row.criterion) for one in found if one.row.kind == "duty"}
        assert duties == {
            (bidder, duty) for bidder in ("Aap BV", "Noot BV") for duty in ("register", "explained")
        }
        assert {bid.key for bid in queries.winners_of(session, dossier)} == {"A", "B"}
        assert len(session.scalars(select(FollowUp.bid_id).distinct()).all()) == 2


def test_the_ladder_shows_the_score_of_each_recipient_beside_its_own_result(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond="stop")
        carried_out(session, dossier)
        seen = climbing.ladder_of(session, dossier, "en", sees_winners=True)
        won = {
            (one.result.bidder, each.bidder, each.score)
            for one in seen.results
            for each in one.won_with
        }
        assert won == {("Aap BV", "Aap BV", "8"), ("Noot BV", "Noot BV", "10")}


# Letters ---------------------------------------------------------------------------------------


def test_who_is_granted_reads_the_amount_and_the_duties(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = ranked(session)
        decide(session, dossier)
        text = text_of(letter(session, dossier, "B"))
    assert "We grant you a subsidy of €30,000.00 at most." in text
    assert "That is the amount that you applied for." in text
    assert "What you must do for it" in text
    assert "Keep the algorithm register up to date" in text
    assert "Awb, 4:38" in text


@pytest.mark.parametrize(
    ("key", "said"), [("B", "Subsidy granted: Subsidy for"), ("C", "Subsidy refused: Subsidy for")]
)
def test_a_subsidy_decision_tells_how_to_object(
    unit_of_work: UnitOfWork, key: str, said: str
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond="stop")
        decide(session, dossier)
        text = text_of(letter(session, dossier, key))
    assert said in text
    assert "Your application" in text
    assert "within 6 weeks" in text
    assert "Awb, 6:7" in text
    assert "court" not in text


def test_who_is_granted_what_was_left_reads_why_it_is_less(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = ranked(session)
        decide(session, dossier)
        text = text_of(letter(session, dossier, "C"))
    assert "We grant you a subsidy of €10,000.00 at most." in text
    assert "You applied for €20,000.00. The subsidy ceiling is €80,000.00" in text


def test_who_is_refused_for_the_ceiling_reads_where_it_was_reached(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond="stop")
        decide(session, dossier)
        facts = facts_of(session, dossier, "C")
        assert facts.winner is not None
        assert facts.winner.key == "A"
        assert [one.criterion.key for one in facts.behind] == ["explain", "forget"]
        text = text_of(letter(session, dossier, "C"))
    assert "ceiling of €80,000.00 was reached at place 3 of the ranking (Awb, 4:25)" in text
    assert "You applied for €20,000.00. When it was your turn, €10,000.00 was left." in text
    assert "What the last application that was granted did better" in text
    assert "Aap BV" not in text
    assert "€40,000.00" not in text


def test_who_comes_after_the_dividing_stopped_reads_that(unit_of_work: UnitOfWork) -> None:
    amounts = {"B": 5_000_000, "A": 4_000_000, "C": 2_000_000}
    with unit_of_work() as session:
        dossier = ranked(session, amounts, beyond="stop")
        decide(session, dossier)
        text = text_of(letter(session, dossier, "C"))
    assert "was reached at place 2" in text
    assert "By the rule that was published nothing is granted below that place." in text


def test_who_stood_above_everybody_that_was_granted_is_compared_with_nobody(
    unit_of_work: UnitOfWork,
) -> None:
    amounts = {"B": 5_000_000, "A": 4_000_000, "C": 2_000_000}
    with unit_of_work() as session:
        dossier = ranked(session, amounts, beyond="next", ceiling=4_500_000)
        decide(session, dossier)
        facts = facts_of(session, dossier, "B")
        assert (facts.winner, facts.behind) == (None, [])
        write(session, dossier, "B", advantages={})
        assert [one.is_winner for one in letters_of(session, dossier)] == [True, False, False]


def test_when_nothing_is_granted_the_letter_gives_the_reason(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = ranked(session)
        decide(session, dossier, awards=False, standstill_until=None, reason="The scheme stops.")
        text = text_of(letter(session, dossier, "B"))
    assert "We grant no subsidy to anybody in this round." in text
    assert "The scheme stops." in text


# On screen -------------------------------------------------------------------------------------


def test_the_page_shows_who_is_granted_what_and_what_is_left(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, beyond="stop")
        number = dossier.id
    reader = sign_in(a_person({"executive_member"}))
    page = reader.get(f"/procurement/{number}/lots/lot-1/decision").text
    assert "Refused: more than was left" in page
    assert "Left of the ceiling" in page
    offered = reader.get(f"/procurement/{number}/lots/lot-1/decide").text
    assert "Noot BV (B) €30,000.00 and Aap BV (A) €40,000.00" in offered
    with unit_of_work() as session:
        decide(session, get_dossier(session, number))
    page = reader.get(f"/procurement/{number}/lots/lot-1/decision").text
    assert "Granted: Noot BV (B) €30,000.00 and Aap BV (A) €40,000.00." in page
    report = reader.get(f"/procurement/{number}/report").text
    assert "Refused: more than was left" in report
    with unit_of_work() as session:
        assert session.scalars(select(Decision.granted)).one() == {"B": 3_000_000, "A": 4_000_000}


# Did the values decide anything? ---------------------------------------------------------------


def test_a_value_is_told_to_have_decided_when_others_would_be_granted_without_it(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = ranked(session, dict.fromkeys("ABC", 4_000_000), beyond="stop")
        own = {bid.key: bid.id for bid in bids_of(session, dossier.lots[0])}
        session.add_all(
            AgreedScore(
                bid_id=own[key],
                criterion=criterion,
                number=2,
                score="10",
                reason="It was tried with residents.",
                agreed_at=NOW,
            )
            for key, criterion in (("C", "explain"), ("A", "forget"))
        )
        session.flush()
        found = {one.value: one for one in ranking(session, dossier).without_each_value()}
        with i18n.speaking("en"):
            said = {
                value: saying.without_value(one, ranking(session, dossier))
                for value, one in found.items()
            }
    # On explaining B and C have 10 and A 8; on forgetting B and A have 10 and C 6.
    assert found["uitlegbaarheid"].first == ("A", "B")
    assert not found["uitlegbaarheid"].is_decisive
    assert found["privacy"].first == ("B", "C")
    assert said["privacy"].endswith("these would be granted: Noot BV (B) and Mies BV (C).")
