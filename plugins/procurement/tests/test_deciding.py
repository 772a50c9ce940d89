"""From ranking to decision: computed once, drawn by people, decided by one who did not score."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from waardewerk import audit, hookimpl
from waardewerk.events import Event, OutcomeRecorded
from waardewerk.plugins import Plugins
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk_procurement import plugin
from waardewerk_procurement.award import standstill
from waardewerk_procurement.award.figures import rounded
from waardewerk_procurement.award.working_days import working_day_from
from waardewerk_procurement.commands import procurement
from waardewerk_procurement.fixed.snapshot import sha256_of
from waardewerk_procurement.models import AgreedScore, Decision, KnockOutAnswer
from waardewerk_procurement.operations import deciding, dropping_out
from waardewerk_procurement.operations.deciding import Chosen, Drawn
from waardewerk_procurement.queries.decisions import bids_of, without_bid
from waardewerk_procurement.queries.dossiers import get_dossier

from .deciding_on import PRICES, TODAY, assessed, decide, give_prices, ranking
from .setting_up import BIDDERS, NOW

#: Equal prices and, with `even_out`, equal scores: nothing but lots parts A and B.
EQUAL = {"A": 8_000_000, "B": 8_000_000, "C": 14_000_000}


HEARD: list[OutcomeRecorded] = []


@hookimpl
def handle_event(event: Event) -> None:
    """Listen, as a plugin that follows up would."""
    if isinstance(event, OutcomeRecorded):
        HEARD.append(event)


@pytest.fixture
def plugins() -> Iterator[Plugins]:
    """Load this plugin beside one that listens."""
    listener = ModuleType("listener")
    listener.handle_event = handle_event  # type: ignore[attr-defined]
    listener.__file__ = __file__
    found = Plugins()
    found.add("procurement", plugin)
    found.add("listener", listener)
    HEARD.clear()
    yield found
    HEARD.clear()


def even_out(session: Any, dossier: Any) -> None:
    """Give A and B the same scores."""
    for bid in bids_of(session, dossier.lots[0])[:2]:
        session.add_all(
            AgreedScore(
                bid_id=bid.id,
                criterion=criterion,
                number=2,
                score="8",
                reason="Agreed again.",
                agreed_at=NOW,
            )
            for criterion in ("explain", "forget")
        )
    session.flush()


# The ranking -----------------------------------------------------------------------------------


def test_bids_are_ranked_as_was_published(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        assert ranking(session, dossier).award is None
        give_prices(session, dossier)
        award = ranking(session, dossier).award
        assert award is not None
        # 40 · (150 000 - price) ÷ 100 000, and 60 points for quality.
        assert [(one.rank, one.bid, rounded(one.total)) for one in award.standings] == [
            (1, "A", "76.00"),
            (2, "C", "68.00"),
            (3, "B", "64.00"),
        ]


def test_the_award_file_gives_the_same_award_on_the_command_line(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        even_out(session, dossier)
        give_prices(session, dossier, EQUAL)
        deciding.draw_lots(
            session,
            dossier,
            dossier.lots[0],
            Drawn(order=["B", "A"], before="notary"),
            actor_id=None,
            now=NOW,
        )
        decision = decide(session, dossier)
        award, file = ranking(session, dossier).award, decision.award_file
    assert award is not None
    assert decision.award_sha256 == sha256_of(file)
    run = CliRunner().invoke(procurement, ["award", "-", "--format", "json"], input=file)
    assert run.exit_code == 0, run.output
    (lot,) = json.loads(run.output)["lots"]
    assert lot["winner"] == decision.winner == "B"
    assert [(row["rank"], row["bid"], row["total"]["rounded"]) for row in lot["ranking"]] == [
        (one.rank, one.bid, rounded(one.total)) for one in award.standings
    ]
    assert lot["ties"][0]["decided"] == [{"before": "B", "after": "A", "by": "lots"}]
    assert json.loads(run.output)["input_sha256"] == decision.award_sha256


def test_who_was_present_at_each_draw_is_kept_once_whatever_its_length(
    unit_of_work: UnitOfWork,
) -> None:
    present = ("notary", "notary and clerk", "the team leader of procurement " * 20, "notary")
    with unit_of_work() as session:
        dossier = assessed(session)
        even_out(session, dossier)
        give_prices(session, dossier, EQUAL)
        lot = dossier.lots[0]
        for before in (*present, present[2]):
            lot.drawn = []
            drawn = Drawn(order=["B", "A"], before=before)
            deciding.draw_lots(session, dossier, lot, drawn, actor_id=None, now=NOW)
        assert lot.drawn_before.split("; ") == [one.strip() for one in present[:3]]


def test_no_bidder_is_named_in_the_award_file(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        file = ranking(session, dossier).file
        assert file is not None
        assert not [name for name in BIDDERS.values() if name in file]


def test_a_missed_knock_out_and_a_minimum_set_a_bid_aside(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        first, second, _third = bids_of(session, dossier.lots[0])
        session.add_all(
            [
                KnockOutAnswer(
                    bid_id=first.id, criterion="three-cases", is_met=False, written_at=NOW
                ),
                AgreedScore(
                    bid_id=second.id,
                    criterion="forget",
                    number=2,
                    score="2",
                    reason="Nothing is forgotten.",
                    agreed_at=NOW,
                ),
            ]
        )
        give_prices(session, dossier)
        found = ranking(session, dossier)
        assert [(one.bid, one.reasons[0].code) for one in found.set_aside] == [
            ("A", "knocked-out"),
            ("B", "below-minimum"),
        ]
        assert found.award is not None
        assert found.award.winner == "C"


# Drawing lots ----------------------------------------------------------------------------------


def test_people_draw_between_bids_that_tie_and_write_down_before_whom(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        even_out(session, dossier)
        give_prices(session, dossier, EQUAL)
        assert [bid.key for bid in ranking(session, dossier).tied] == ["A", "B"]
        with pytest.raises(Refusal, match="No single bid is first"):
            decide(session, dossier)
        lot = dossier.lots[0]

        def draw(*order: str, before: str = "notary and purchaser") -> None:
            deciding.draw_lots(
                session, dossier, lot, Drawn(order=order, before=before), actor_id=None, now=NOW
            )

        for wrong in (["A"], ["A", "A"], ["A", "B", "C"]):
            with pytest.raises(Refusal, match="its own place"):
                draw(*wrong)
        with pytest.raises(Refusal, match="in whose presence"):
            draw("B", "A", before=" ")
        draw("B", "A")
        assert (lot.drawn, lot.drawn_before) == (["B", "A"], "notary and purchaser")
        award = ranking(session, dossier).award
        assert award is not None
        assert award.winner == "B"
        with pytest.raises(Conflict, match="nothing to draw"):
            draw("A", "B")


def test_lots_that_were_drawn_fall_when_prices_change(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        even_out(session, dossier)
        give_prices(session, dossier, EQUAL)
        lot = dossier.lots[0]
        lot.drawn, lot.drawn_before = ["B", "A"], "notary"
        give_prices(session, dossier, {"A": 7_000_000})
        assert (lot.drawn, lot.drawn_before) == ([], "")


# Dropping out ----------------------------------------------------------------------------------


def drop(session: Any, dossier: Any, key: str, reason: str = "It withdrew.") -> None:
    bid = next(one for one in bids_of(session, dossier.lots[0]) if one.key == key)
    dropping_out.drop_out(session, dossier, bid, reason, actor_id=None, now=NOW)


def test_who_drops_out_after_the_ranking_stays_in_the_file_with_the_rule_applied(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        before = ranking(session, dossier)
        then = without_bid(session, before, before.bid_by_key["A"])
        with pytest.raises(Refusal, match="why this bid drops out"):
            drop(session, dossier, "A", " ")
        drop(session, dossier, "A")
        after = ranking(session, dossier)
        assert after.awarded == then
        assert after.award is not None
        assert after.award.winner == "C"
        assert [(one.bid, one.reasons[0].code) for one in after.set_aside] == [("A", "dropped-out")]
        with pytest.raises(Conflict, match="already"):
            drop(session, dossier, "A")


def test_who_leaves_before_there_is_a_ranking_was_never_ranked(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier, {"A": 8_000_000})
        drop(session, dossier, "A")
        give_prices(session, dossier, {key: PRICES[key] for key in "BC"})
        found = ranking(session, dossier)
        assert found.award is not None
        assert [one.bid for one in found.award.standings] == ["C", "B"]
        assert found.set_aside == ()


# The decision ----------------------------------------------------------------------------------


def test_a_decision_keeps_the_file_and_tells_who_follows_up(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    officer = a_person({"civil_servant"}, name="Officer")
    with unit_of_work() as session:
        dossier = assessed(session, officer.id)
        give_prices(session, dossier)
        decision = decide(session, dossier)
        assert decision.winner == "A"
        assert decision.standstill_until == standstill.last_day("european", TODAY)
        assert decision.snapshot_number == 1
        (outcome,) = HEARD
        assert outcome.source == "procurement.decision"
        assert outcome.owner == "Officer"
        assert outcome.due == decision.standstill_until
        assert outcome.url == f"/procurement/{dossier.id}/lots/lot-1/decision"
        entry = session.scalars(
            select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc())
        ).first()
        assert entry is not None
        assert entry.action == "procurement.decided"


def test_nothing_can_be_awarded_with_a_reason(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        with pytest.raises(Refusal, match="why you decide this"):
            decide(session, dossier, awards=False, reason=" ")
        decision = decide(session, dossier, awards=False, reason="The money is gone.")
        assert (decision.winner, decision.standstill_until) == (None, None)


@pytest.mark.parametrize("has_left", [False, True])
def test_an_assessor_does_not_decide(
    unit_of_work: UnitOfWork, a_person: AddPerson, has_left: bool
) -> None:
    assessor = a_person({"executive_member"})
    with unit_of_work() as session:
        dossier = assessed(session, None, (assessor.id,))
        give_prices(session, dossier)
        if has_left:
            from waardewerk_procurement.models import Assessor

            session.scalars(select(Assessor)).one().ended_at = NOW
        with pytest.raises(NotAllowed, match="cannot decide"):
            decide(session, dossier, assessor.id)


@pytest.mark.parametrize(
    ("kind", "days", "why", "message"),
    [
        ("european", 19, "We are in a hurry.", "at least 20 calendar days"),
        ("european", 25, "", "why you take another term"),
        ("national", 10, "", "why you take another term"),
        ("subsidy", 20, "We are in a hurry.", "at least 42 calendar days"),
        ("request", -1, "Long ago.", "a day that has passed"),
    ],
)
def test_a_term_that_the_law_forbids_or_that_nobody_explains_is_refused(
    unit_of_work: UnitOfWork, kind: str, days: int, why: str, message: str
) -> None:
    with unit_of_work() as session:
        dossier = assessed(session, kind=kind)
        give_prices(session, dossier)
        until = TODAY + timedelta(days)
        with pytest.raises(Refusal, match=message):
            decide(session, dossier, standstill_until=until, standstill_reason=why)


def test_another_term_stands_in_the_decision_with_its_reason(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session, kind="national")
        give_prices(session, dossier)
        decision = decide(
            session,
            dossier,
            standstill_until=TODAY + timedelta(10),
            standstill_reason="Nobody asked for more.",
        )
        assert decision.reason.endswith("Nobody asked for more.")


def test_a_term_of_the_law_is_found_by_kind_and_day() -> None:
    assert standstill.term_for("european", TODAY).source == "Aw 2012, 2.127"
    assert standstill.last_day("subsidy", TODAY) == working_day_from(TODAY + timedelta(42))


def test_who_saw_an_older_ranking_decides_nothing(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        seen = ranking(session, dossier).sha256
        give_prices(session, dossier, {"A": 13_000_000})
        with pytest.raises(Conflict, match="changed meanwhile"):
            decide(session, dossier, seen=seen)


def test_two_who_decide_at_once_make_one_decision(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        number, seen = dossier.id, ranking(session, dossier).sha256

    def act(reason: str) -> str:
        with unit_of_work() as session:
            found = get_dossier(session, number)
            decide(session, found, reason=reason, seen=seen)
        return reason

    came = at_once(act, ["first", "second"])
    refused = [one for one in came if isinstance(one, Conflict)]
    assert len(refused) == 1
    with unit_of_work() as session:
        (decision,) = session.scalars(select(Decision))
        assert decision.reason in came


def test_after_the_decision_lots_and_drop_outs_stand_still(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        decide(session, dossier)
        with pytest.raises(Conflict, match="stands still"):
            drop(session, dossier, "A")
        with pytest.raises(Conflict, match="stands still"):
            deciding.draw_lots(
                session,
                dossier,
                dossier.lots[0],
                Drawn(order=["A", "B"], before="notary"),
                actor_id=None,
                now=NOW,
            )


def test_a_lot_without_bids_can_be_closed_with_nothing_awarded(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        for bid in bids_of(session, dossier.lots[0]):
            session.delete(bid)
        session.flush()
        with pytest.raises(Refusal, match="nobody to award this to"):
            decide(session, dossier)
        decision = decide(session, dossier, awards=False, reason="Nobody sent anything in.")
        assert decision.winner is None
        assert json.loads(decision.award_file)["bids"] == []


def test_without_a_ranking_nothing_is_decided(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        with pytest.raises(Refusal, match="no ranking yet"):
            deciding.decide(
                session,
                dossier,
                dossier.lots[0],
                Chosen(awards=True, reason="Now.", standstill_until=TODAY, seen=""),
                actor_id=None,
                now=NOW,
            )
