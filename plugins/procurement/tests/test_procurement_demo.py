"""The demo shows a dossier at three points of its way, on both databases, and loads once."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from waardewerk import demo, plugins
from waardewerk.testing import UnitOfWork
from waardewerk.values.lenses import values_in_view
from waardewerk.values.operations import looking
from waardewerk_procurement.award.award_reading import read_award_file
from waardewerk_procurement.award.award_result import compute
from waardewerk_procurement.checking import check, shipped_rules
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import (
    Assessor,
    Decision,
    Dossier,
    DossierCriterion,
    Finding,
    Lesson,
    Letter,
    Lot,
    Score,
    Snapshot,
    SupplierForm,
)
from waardewerk_procurement.operations import asking
from waardewerk_procurement.queries import following
from waardewerk_procurement.queries.checking import draft_of
from waardewerk_procurement.queries.decisions import ranking_of
from waardewerk_procurement.queries.dossiers import LENS

TODAY = date(2026, 11, 26)


def test_the_demo_shows_a_dossier_at_three_points_and_loads_once(
    app: Flask, unit_of_work: UnitOfWork
) -> None:
    for _time in range(2):
        list(demo.load(app))
    assert plugins.of(app).faults == []
    with unit_of_work() as session:
        found = session.scalars(select(Dossier).order_by(Dossier.id)).all()
        assert [one.state for one in found] == ["concept", "assessment", "execution"]
        concept, assessed, runs = found
        assert assessed.officer_id is not None

        # What people saw stands still with what was fixed.
        lenses = [looking.lens_of(session, LENS, one.id) for one in (concept, assessed, runs)]
        assert [one is not None and one.is_open for one in lenses] == [True, False, False]

        # A newcomer sees in each what it does to values, and what was chosen between two.
        for lens in lenses:
            assert lens is not None
            assert len(lens.tensions) == 1
            weighed = {one.urn: one.effect for one in lens.considerations}
            in_view = {one.urn for one in values_in_view(session, lens)}
            assert {"positive", "negative"} <= set(weighed.values())
            assert weighed.keys() <= in_view
            # Before it is fixed something is still to be weighed; afterwards nothing is.
            assert (weighed.keys() == in_view) is not lens.is_open

        # What was fixed is what its hash says, and reads back as it was written.
        fixed = session.scalars(select(Snapshot)).all()
        assert {one.dossier_id for one in fixed} == {assessed.id, runs.id}
        for one in fixed:
            assert snapshot.sha256_of(one.content) == one.sha256
            read = snapshot.read_snapshot(one.content)
            assert snapshot.write_snapshot(read) == one.content
            assert read.dossier == one.dossier_id
            assert read.framework is not None
            assert all(one.value.name != one.value.key for one in read.criteria)

        # Whoever takes the demo as an example sees no text taken over without a reason of its own.
        for one in found:
            objected = {
                each.rule.key
                for each in check(draft_of(session, one, "nl"), shipped_rules(), TODAY)
            }
            assert "copied-unchanged" not in objected, one.title

        # One scored everything, one something, one nothing; nobody saw another's scores.
        scored = select(Assessor.number, func.count(Score.id)).join(
            Score, Score.assessor_id == Assessor.id, isouter=True
        )
        scored = scored.where(Assessor.dossier_id == assessed.id).group_by(Assessor.number)
        scored = scored.order_by(Assessor.number)
        assert [tuple(row) for row in session.execute(scored)] == [(1, 9), (2, 3), (3, 0)]
        own = select(Lot.revealed_at).where(Lot.dossier_id == assessed.id)
        assert session.scalars(own).all() == [None]

        # Each decision can be computed again from its file, and says the same.
        decisions = session.scalars(select(Decision)).all()
        assert len(decisions) == 2
        for one in decisions:
            (awarded,) = compute(read_award_file(one.award_file.encode()))
            assert awarded.award.winner == one.winner
        # In the north a value made the difference; without it another bid would have won.
        north = ranking_of(session, runs, runs.lots[0])
        decisive = {one.value for one in north.without_each_value() if one.is_decisive}
        assert decisive == {"privacy"}
        letters = session.scalars(select(Letter)).all()
        assert len(letters) == 5
        assert all(one.ready_at for one in letters)

        rows = following.follow_ups_of(session, runs)
        assert {one.finding.colour for one in rows if one.finding} == {"green", "amber", "red"}
        assert {one.row.ended for one in rows} == {"", "kept", "broken"}
        assert {one.row.kind for one in rows} == {"promise", "condition", "kpi", "remedy"}
        assert any(one.said for one in rows)
        assert session.scalar(select(func.count(Finding.id))) == 7
        form = session.scalars(select(SupplierForm)).one()
        assert form.handed_in_at is not None
        assert asking.whole_form(session, form).still_open == []
        assert session.scalars(select(Lesson.value)).all() == ["zeggenschap"]

        # The ladder has norms on it, and each serves the value of its criterion where it can.
        norms = session.scalars(select(DossierCriterion.norm)).all()
        assert sum(1 for norm in norms if norm) >= len(norms) / 2
