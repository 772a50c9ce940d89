"""What was fixed computes as it was written: rules, weights, knock-outs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from waardewerk.testing import UnitOfWork
from waardewerk_procurement.award.awarding import Bid, award
from waardewerk_procurement.award.published import rules_of
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import Snapshot, SnapshotChanged

from .setting_up import a_concept, fix


def test_a_fixed_dossier_ranks_bids_by_its_own_rules(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        fixed = fix(session, a_concept(session))
        rules = rules_of(fixed.content, "lot-1")
    bids = [
        Bid("A", Decimal(100_000), {"explain": "8", "forget": "8"}, {"three-cases": True}),
        Bid("B", Decimal(120_000), {"explain": "10", "forget": "10"}, {"three-cases": True}),
        Bid("C", Decimal(60_000), {"explain": "6", "forget": "2"}, {"three-cases": True}),
    ]
    outcome = award(rules, bids)
    assert [(one.bid, float(one.total)) for one in outcome.standings] == [("B", 72.0), ("A", 68.0)]
    assert [one.bid for one in outcome.set_aside] == ["C"], "below the minimum on one criterion"


def test_a_snapshot_reads_back_as_it_was_written(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        fixed = fix(session, a_concept(session))
        read = snapshot.read_snapshot(fixed.content)
        assert snapshot.write_snapshot(read) == fixed.content
        assert fixed.sha256 == snapshot.sha256_of(fixed.content)
        assert [one.key for one in read.scored_in("lot-1")] == ["explain", "forget"]
        assert [one.key for one in read.kept_after("lot-1")] == ["register", "explained"]


def test_what_was_fixed_is_never_changed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        number = fix(session, a_concept(session)).id
    with unit_of_work() as session:
        session.get_one(Snapshot, number).reason = "Something else."
        with pytest.raises(SnapshotChanged):
            session.flush()
        session.rollback()
    with pytest.raises(SnapshotChanged), unit_of_work() as session:
        session.execute(update(Snapshot).values(reason="Something else."))
