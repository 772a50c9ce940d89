"""Two people, or one form that is sent twice, at the same moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from waardewerk.refusal import Conflict, NotFound
from waardewerk.testing import UnitOfWork, at_once
from waardewerk.values import queries, signals
from waardewerk.values.framework import Framework
from waardewerk.values.models import Proposal, Signal
from waardewerk.values.operations import drafting, proposing, signalling

from .conftest import NOW

TIMES = range(4)
ACTING: dict[str, Any] = {"actor_id": None, "now": NOW}


def send(work: UnitOfWork, key: str) -> signalling.Receipt:
    said = signalling.Said(kind="missing", text="Nobody speaks of nature.")
    with work() as session:
        return signalling.send_signal(
            session, said, sender_id=None, secret="s", request_key=key, now=NOW
        )


def test_a_signal_that_is_sent_twice_at_once_is_one_signal_with_one_code(
    unit_of_work: UnitOfWork, in_force: int
) -> None:
    receipts = at_once(lambda _time: send(unit_of_work, "once"), TIMES)
    assert len({receipt.code for receipt in receipts}) == 1
    with unit_of_work() as session:
        assert session.scalar(select(func.count(Signal.id))) == 1


def test_a_signal_leads_to_one_proposal_whoever_makes_one_at_the_same_moment(
    unit_of_work: UnitOfWork, in_force: int
) -> None:
    number = send(unit_of_work, "once").signal.id
    proposed = proposing.Proposed(title="Nature", value="", text="Add it.")

    def propose(_time: int) -> int:
        with unit_of_work() as session:
            signal = signals.get_signal(session, number)
            return proposing.make_proposal(session, proposed, signal, **ACTING).id

    came = at_once(propose, TIMES)
    assert sorted(isinstance(one, Conflict) for one in came) == [False, True, True, True]
    with unit_of_work() as session:
        assert session.scalar(select(func.count(Proposal.id))) == 1


def test_who_throws_away_what_is_gone_already_is_told_so(
    unit_of_work: UnitOfWork, small: Framework
) -> None:
    with unit_of_work() as session:
        number = drafting.start_version(session, small, why="", **ACTING).number

    def drop(_time: int) -> None:
        with unit_of_work() as session:
            drafting.drop_draft(session, queries.get_version(session, number), **ACTING)

    came = at_once(drop, TIMES)
    assert came.count(None) == 1
    assert all(isinstance(one, Conflict | NotFound) for one in came if one is not None)
