"""Four eyes, the freeze, and rectifications: by operation, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from waardewerk.audit import AuditEntry
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk.values import lenses
from waardewerk.values.operations import looking
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.fixed.fixing_content import (
    estimates_of,
    snapshot_of,
    whats_missing,
    written_so_far,
)
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, Lot, Review, Snapshot
from waardewerk_procurement.operations import fixing
from waardewerk_procurement.operations.fixing import Read
from waardewerk_procurement.queries.dossiers import LENS

from .setting_up import NOW, a_concept, a_criterion, a_scheme, fix, look_wider

LATER = NOW + timedelta(90)


@pytest.fixture
def officer(a_person: AddPerson) -> int:
    return a_person({"beheerder"}, name="Officer").id


@pytest.fixture
def second(a_person: AddPerson) -> int:
    return a_person({"adviseur"}, name="Second").id


@pytest.fixture
def concept(unit_of_work: UnitOfWork, officer: int) -> int:
    with unit_of_work() as session:
        dossier = a_concept(session, officer)
        look_wider(session, dossier)
        return dossier.id


@pytest.fixture
def in_review(unit_of_work: UnitOfWork, concept: int, officer: int) -> int:
    with unit_of_work() as session:
        fixing.submit(session, session.get_one(Dossier, concept), actor_id=officer, now=NOW)
    return concept


@pytest.fixture
def fixed(unit_of_work: UnitOfWork, in_review: int, second: int) -> int:
    with unit_of_work() as session:
        approve(session, in_review, second)
    return in_review


def read(session: Session, dossier: Dossier, number: int = 1) -> Read:
    content = snapshot.write_snapshot(snapshot_of(session, dossier, number))
    return Read(revision=dossier.revision, sha256=snapshot.sha256_of(content))


def approve(session: Session, dossier_id: int, actor: int) -> Snapshot:
    dossier = session.get_one(Dossier, dossier_id)
    return fixing.approve(session, dossier, read(session, dossier), actor_id=actor, now=NOW)


def rectify(
    session: Session,
    dossier: Dossier,
    officer: int,
    change: Callable[[Session, Dossier], None],
    notice: str = "The weight was wrong.",
) -> None:
    fixing.begin_rectification(session, dossier, "A typing error.", actor_id=officer, now=NOW)
    change(session, dossier)
    dossier.revision += 1
    session.flush()
    fixing.submit_rectification(session, dossier, notice, actor_id=officer, now=NOW)


def reweigh(_session: Session, dossier: Dossier) -> None:
    by_key = {one.key: one for one in dossier.criteria}
    by_key["explain"].weight, by_key["forget"].weight = 4000, 2000


# The freeze ------------------------------------------------------------------------------------


def test_what_a_second_person_approves_is_fixed_with_its_hash(
    unit_of_work: UnitOfWork, in_review: int, officer: int, second: int
) -> None:
    with unit_of_work() as session:
        approve(session, in_review, second)
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        made = session.scalars(select(Snapshot)).one()
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "procurement.fixed")
        ).one()
        assert dossier.state == "fixed"
        assert made.number == 1
        assert made.sha256 == snapshot.sha256_of(made.content)
        assert (made.made_by, made.approved_by) == (officer, second)
        assert entry.details["sha256"] == made.sha256
        assert session.scalars(select(Review.verdict)).all() == ["approved"]


def test_a_snapshot_holds_what_people_saw_and_the_version_they_looked_with(
    unit_of_work: UnitOfWork, fixed: int
) -> None:
    with unit_of_work() as session:
        content = session.scalars(select(Snapshot.content)).one()
        found = snapshot.read_snapshot(content)
        assert found.lens.nothing_else.startswith("We looked")
        assert found.by_key["explain"].kept_by == ("explained",)
        assert found.by_key["explain"].value.name == "Uitlegbaarheid"
        assert found.by_key["three-cases"].anchors["met"] == "Three of three."


def test_a_snapshot_holds_the_values_in_view_and_what_was_considered_but_not_by_whom(
    unit_of_work: UnitOfWork, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session, officer)
        lens = look_wider(session, dossier)
        card = lenses.cards_for(session, lens)[0]
        touched = looking.Touched(urn=card.urn, direction="positive", reason="It is for all.")
        lens.nothing_else = ""
        looking.choose_card(session, lens, touched, actor_id=officer, now=NOW)
        weighed = looking.Weighed(
            urn=card.urn, effect="negative", for_whom="Neighbours", reason="They sleep badly."
        )
        looking.consider(session, lens, weighed, actor_id=officer, now=NOW)
        found = snapshot_of(session, dossier, 1).lens
        core = [one for one in lenses.values_in_view(session, lens, "nl") if one.is_core]
        assert [one.name for one in found.in_view] == [
            *(one.name for one in core),
            lens.wider[0].name,
        ]
        (one,) = found.considerations
        assert one.value == found.in_view[-1]
        assert one.model_dump(exclude={"value"}) == {
            "effect": "negative",
            "for_whom": "Neighbours",
            "reason": "They sleep badly.",
        }


@pytest.mark.parametrize("who", ["officer", "writer", "remover", "looker", "same role", "nobody"])
def test_who_wrote_at_a_dossier_or_has_the_same_role_does_not_approve_it(
    unit_of_work: UnitOfWork,
    in_review: int,
    officer: int,
    second: int,
    a_person: AddPerson,
    who: str,
) -> None:
    person = {
        "officer": officer,
        "writer": second,
        "remover": second,
        "looker": second,
        "same role": a_person({"beheerder"}).id,
        "nobody": None,
    }[who]
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        if who == "writer":
            dossier.criteria[0].changed_by = second
        if who == "remover":
            fixing.record(session, "criterion_removed", dossier, actor_id=second, now=NOW)
        if who == "looker":
            look_once_more(session, dossier, second)
        session.flush()
        for act in (
            lambda: fixing.approve(
                session, dossier, read(session, dossier), actor_id=person, now=NOW
            ),
            lambda: fixing.send_back(session, dossier, "No.", actor_id=person, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                act()
        assert dossier.state == "review"


def look_once_more(session: Session, dossier: Dossier, person_id: int) -> None:
    """Write in the lens of a dossier, and close it again as it was."""
    lens = looking.lens_of(session, LENS, dossier.id)
    assert lens is not None
    looking.reopen_lens(session, lens, actor_id=person_id, now=NOW)
    reason = "We looked once more and found nothing else that is touched."
    looking.say_nothing_else(session, lens, reason, actor_id=person_id, now=NOW)
    looking.close_lens(session, lens, actor_id=person_id, now=NOW)


def test_who_sent_a_dossier_back_may_approve_it_later(
    unit_of_work: UnitOfWork, in_review: int, officer: int, second: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        fixing.send_back(session, dossier, " The weights. ", actor_id=second, now=NOW)
        assert dossier.state == "concept"
        assert session.scalars(select(Review.reason)).all() == ["The weights."]
        fixing.submit(session, dossier, actor_id=officer, now=NOW)
        assert approve(session, in_review, second).number == 1


def test_sending_back_needs_a_reason(unit_of_work: UnitOfWork, in_review: int, second: int) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        with pytest.raises(Refusal, match="Say what has to be better"):
            fixing.send_back(session, dossier, "  ", actor_id=second, now=NOW)


@pytest.mark.parametrize("what", ["revision", "lens", "row"])
def test_only_what_was_read_is_approved(
    unit_of_work: UnitOfWork, in_review: int, second: int, what: str
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        seen = read(session, dossier)
        if what == "revision":
            dossier.revision += 1
        elif what == "row":
            dossier.criteria[0].title = "Other words"
        else:
            lens = looking.lens_of(session, LENS, dossier.id)
            assert lens is not None
            lens.nothing_else = "Something else."
        session.flush()
        with pytest.raises(Conflict):
            fixing.approve(session, dossier, seen, actor_id=second, now=NOW)
        assert session.scalar(select(func.count()).select_from(Snapshot)) == 0


def test_two_approvals_at_one_moment_make_one_snapshot(
    unit_of_work: UnitOfWork, in_review: int, second: int, a_person: AddPerson
) -> None:
    third = a_person({"executive_member"}).id

    def act(person: int) -> int:
        with unit_of_work() as session:
            return approve(session, in_review, person).number

    outcomes = at_once(act, [second, third])
    assert sorted(str(type(one).__name__) for one in outcomes) == ["NotNow", "int"]
    with unit_of_work() as session:
        assert session.scalars(select(Snapshot.number)).all() == [1]


def test_who_leads_takes_a_dossier_back_before_it_is_approved(
    unit_of_work: UnitOfWork, in_review: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        fixing.take_back(session, dossier, actor_id=officer, now=NOW)
        assert dossier.state == "concept"
        with pytest.raises(Conflict):
            fixing.take_back(session, dossier, actor_id=officer, now=NOW)


def test_the_lens_stands_still_while_a_second_person_reads_and_for_ever_after(
    unit_of_work: UnitOfWork, in_review: int, officer: int, second: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, in_review)
        lens = looking.lens_of(session, LENS, dossier.id)
        assert lens is not None
        assert not lens.is_open
        fixing.take_back(session, dossier, actor_id=officer, now=NOW)
        assert lens.is_open
        fixing.submit(session, dossier, actor_id=officer, now=NOW)
        fixing.send_back(session, dossier, "The wider look.", actor_id=second, now=NOW)
        assert lens.is_open
        fixing.submit(session, dossier, actor_id=officer, now=NOW)
        approve(session, in_review, second)
        assert not lens.is_open
        rectify(session, dossier, officer, reweigh)
        assert not lens.is_open, "a rectification changes what is asked, not what people saw"
        fixing.send_back(session, dossier, "Not clear.", actor_id=second, now=NOW)
        assert not lens.is_open
        fixing.drop_rectification(session, dossier, actor_id=officer, now=NOW)
        assert not lens.is_open


def test_a_dossier_that_is_not_whole_leaves_its_lens_open(
    unit_of_work: UnitOfWork, concept: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        dossier.lots[0].formula = None
        with pytest.raises(Refusal, match="no formula"):
            fixing.submit(session, dossier, actor_id=officer, now=NOW)
        lens = looking.lens_of(session, LENS, dossier.id)
        assert lens is not None
        assert lens.is_open


# What is missing -------------------------------------------------------------------------------


def _without(change: Callable[[Dossier], object]) -> Callable[[Session, Dossier], None]:
    def act(_session: Session, dossier: Dossier) -> None:
        change(dossier)

    return act


MISSING: dict[str, tuple[Callable[[Session, Dossier], None], str]] = {
    "officer": (_without(lambda d: setattr(d, "officer_id", None)), "Nobody leads"),
    "closing date": (_without(lambda d: setattr(d, "closes_at", None)), "until when"),
    "criteria": (_without(lambda d: d.criteria.clear()), "no criterion yet"),
    "lots": (_without(lambda d: d.lots.clear()), "There is no lot"),
    "formula": (_without(lambda d: setattr(d.lots[0], "formula", None)), "no formula"),
    "tie rule": (_without(lambda d: setattr(d.lots[0], "tie_rule", [])), "equal totals"),
    "drop-out": (_without(lambda d: setattr(d.lots[0], "drop_out", "")), "drops out"),
    "scale": (_without(lambda d: setattr(d, "scale", {"kind": "odd"})), "scale of the scores"),
    "value": (_without(lambda d: setattr(d.criteria[0], "value", "")), "serves no value"),
    "text": (_without(lambda d: setattr(d.criteria[0], "text", " ")), "has no text"),
    "anchors": (
        _without(lambda d: setattr(d.criteria[1], "anchors", {"0": "No."})),
        "2, 4, 6, 8, 10",
    ),
    "met": (_without(lambda d: setattr(d.criteria[0], "anchors", {"met": "Yes."})), "failed"),
    "weights": (_without(lambda d: setattr(d.criteria[1], "weight", 2000)), "100.00"),
    "no weight": (_without(lambda d: setattr(d.criteria[1], "weight", None)), "weight"),
    "minimum": (_without(lambda d: setattr(d.criteria[1], "minimum", "3")), "no step"),
    "type": (_without(lambda d: setattr(d.criteria[0], "type", "odd")), "does not exist"),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_said_and_stops_both_doors(
    unit_of_work: UnitOfWork, concept: int, officer: int, second: int, what: str
) -> None:
    change, said = MISSING[what]
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        seen = read(session, dossier)
        assert whats_missing(session, dossier) == ()
        change(session, dossier)
        session.flush()
        assert any(said in problem.text() for problem in whats_missing(session, dossier))
        with pytest.raises(Refusal):
            fixing.submit(session, dossier, actor_id=officer, now=NOW)
        assert dossier.state == "concept"
        dossier.state = "review"
        session.flush()
        with pytest.raises(Refusal):
            fixing.approve(session, dossier, seen, actor_id=second, now=NOW)


def test_a_scheme_is_not_fixed_without_a_ceiling_and_a_way_of_dividing_it(
    unit_of_work: UnitOfWork, officer: int
) -> None:
    with unit_of_work() as session:
        scheme = a_scheme(session, officer)
        look_wider(session, scheme)
        assert whats_missing(session, scheme) == ()
        scheme.lots[0].ceiling, scheme.lots[0].beyond = None, ""
        said = {problem.text() for problem in whats_missing(session, scheme)}
        assert said == {
            "“The whole contract” has no ceiling yet.",
            "“The whole contract” does not say what follows when the ceiling is reached.",
        }


def test_core_values_alone_are_not_enough(unit_of_work: UnitOfWork, officer: int) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session, officer)
        with pytest.raises(Refusal, match="further than the core"):
            fixing.submit(session, dossier, actor_id=officer, now=NOW)
        lens = look_wider(session, dossier)
        fixing.submit(session, dossier, actor_id=officer, now=NOW)
        assert lens.nothing_else


def test_a_closing_date_in_the_past_stops_a_dossier(
    unit_of_work: UnitOfWork, concept: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        with pytest.raises(Refusal, match="The checks find 1 things"):
            fixing.submit(session, dossier, actor_id=officer, now=LATER)


def test_a_divided_criterion_needs_no_anchors_of_its_own(
    unit_of_work: UnitOfWork, concept: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, concept)
        whole = dossier.criteria[1]
        whole.anchors = {}
        part = a_criterion("part", "award_criterion", "Part", weight=10_000, parent_id=whole.id)
        dossier.criteria.append(part)
        session.flush()
        assert whats_missing(session, dossier) == ()


# Rectification ---------------------------------------------------------------------------------


def test_a_rectification_is_fixed_beside_what_was_fixed_before(
    unit_of_work: UnitOfWork, fixed: int, officer: int, second: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        before = session.scalars(select(Snapshot.content)).one()
        rectify(session, dossier, officer, reweigh)
        changes = fixing.changes_of(session, dossier)
        assert [(one.key, one.field) for one in changes] == [
            ("explain", "weight"),
            ("forget", "weight"),
        ]
        published = NOW + timedelta(60)
        assert fixing.advice_on(changes, published, NOW).matter == "essential"
        assert not fixing.advice_on(changes, published, NOW).is_late
        assert fixing.advice_on(changes, published, NOW + timedelta(52)).is_late
        made = fixing.approve_rectification(
            session, dossier, read(session, dossier, 2), "Extend.", actor_id=second, now=NOW
        )
        assert (made.number, made.reason, made.notice, made.deadline_advice) == (
            2,
            "A typing error.",
            "The weight was wrong.",
            "Extend.",
        )
        assert (dossier.rectification, dossier.rectification_reason) == ("", "")
    with unit_of_work() as session:
        contents = session.scalars(select(Snapshot.content).order_by(Snapshot.number)).all()
        assert contents[0] == before
        assert snapshot.read_snapshot(contents[1]).by_key["explain"].weight == 4000


def test_a_rectification_that_changes_nothing_is_refused(
    unit_of_work: UnitOfWork, fixed: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        with pytest.raises(Refusal, match="Nothing is different"):
            rectify(session, dossier, officer, lambda _session, _dossier: None)


def test_a_rectification_needs_a_reason_and_words_for_bidders(
    unit_of_work: UnitOfWork, fixed: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        with pytest.raises(Refusal, match="Say why"):
            fixing.begin_rectification(session, dossier, " ", actor_id=officer, now=NOW)
        with pytest.raises(Refusal, match="what bidders are told"):
            rectify(session, dossier, officer, reweigh, notice=" ")
        with pytest.raises(Conflict):
            fixing.begin_rectification(session, dossier, "Again.", actor_id=officer, now=NOW)


def test_the_closing_date_only_becomes_later(
    unit_of_work: UnitOfWork, fixed: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        fixing.begin_rectification(session, dossier, "More time.", actor_id=officer, now=NOW)
        with pytest.raises(Refusal, match="only become later"):
            fixing.extend(session, dossier, NOW + timedelta(5), actor_id=officer, now=NOW)
        fixing.extend(session, dossier, LATER, actor_id=officer, now=NOW)
        assert [one.field for one in fixing.changes_of(session, dossier)] == ["closes_at"]
        dossier.closes_at = NOW + timedelta(6)
        session.flush()
        with pytest.raises(Refusal, match="The checks find 1 things"):
            fixing.submit_rectification(session, dossier, "Sooner.", actor_id=officer, now=NOW)


def test_after_the_published_closing_date_a_rectification_can_only_be_dropped(
    unit_of_work: UnitOfWork, fixed: int, officer: int, second: int
) -> None:
    after = NOW + timedelta(61)
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        fixing.begin_rectification(session, dossier, "More time.", actor_id=officer, now=NOW)
        # Later, but not fixed: bidders do not know of it.
        fixing.extend(session, dossier, LATER, actor_id=officer, now=NOW)
        with pytest.raises(Conflict, match="closing date has passed"):
            fixing.submit_rectification(session, dossier, "Later.", actor_id=officer, now=after)
        with pytest.raises(Conflict, match="closing date has passed"):
            fixing.extend(session, dossier, LATER + timedelta(1), actor_id=officer, now=after)
        fixing.submit_rectification(session, dossier, "Later.", actor_id=officer, now=NOW)
        seen = read(session, dossier, 2)
        with pytest.raises(Conflict, match="closing date has passed"):
            fixing.approve_rectification(session, dossier, seen, "", actor_id=second, now=after)
        fixing.drop_rectification(session, dossier, actor_id=officer, now=after)
        assert dossier.closes_at == NOW + timedelta(60)
        with pytest.raises(Conflict, match="closing date has passed"):
            fixing.begin_rectification(session, dossier, "Again.", actor_id=officer, now=after)


def test_dropping_a_rectification_puts_everything_back(
    unit_of_work: UnitOfWork, fixed: int, officer: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        made = session.scalars(select(Snapshot)).one()
        fixing.begin_rectification(session, dossier, "Much.", actor_id=officer, now=NOW)
        kept = dossier.criteria[3].id
        _turn_upside_down(session, dossier)
        session.flush()
        session.expire_all()
        assert written_so_far(session, dossier, 1) is None, "not even a snapshot can be made"
        fixing.drop_rectification(session, dossier, actor_id=officer, now=NOW)
        session.expire_all()
        again = snapshot.write_snapshot(snapshot_of(session, dossier, 1))
        assert again == made.content
        assert estimates_of(dossier) == {"lot-1": [6_000_000, 14_000_000]}, "published nowhere"
        assert dossier.rectification == ""
        assert dossier.criteria[3].id == kept, "what stayed is the same row"
        assert [one.key for one in dossier.lots] == ["lot-1"]


def test_dropping_a_rectification_puts_the_ceiling_of_a_scheme_back(
    unit_of_work: UnitOfWork, officer: int
) -> None:
    with unit_of_work() as session:
        scheme = a_scheme(session, officer)
        look_wider(session, scheme)
        fix(session, scheme)
        fixing.begin_rectification(session, scheme, "More money.", actor_id=officer, now=NOW)
        lot = scheme.lots[0]
        lot.ceiling, lot.beyond = 9_000_000, "stop"
        session.flush()
        changes = fixing.changes_of(session, scheme)
        assert [(one.field, one.matter) for one in changes if one.room == "lot"] == [
            ("ceiling", "essential"),
            ("beyond", "essential"),
        ]
        fixing.drop_rectification(session, scheme, actor_id=officer, now=NOW)
        assert (lot.ceiling, lot.beyond) == (8_000_000, "partial")


def _turn_upside_down(session: Session, dossier: Dossier) -> None:
    """Change, add, remove, hang and hand over as much as one can."""
    by_key = {one.key: one for one in dossier.criteria}
    dossier.title, dossier.kind, dossier.technologies = "Other", "national", ["ai"]
    dossier.scale = {"kind": "linear", "lowest": "0", "highest": "5", "step": "1"}
    dossier.lots.append(Lot(key="lot-2", position=2, title="Second", tie_rule=[]))
    dossier.lots[0].formula = {"name": "award-on-value"}
    session.flush()
    by_key["explain"].parent_id = by_key["forget"].id
    by_key["forget"].lot_id = dossier.lots[1].id
    by_key["forget"].worth, by_key["forget"].weight = 12_345, None
    by_key["forget"].evidence = ["Nothing."]
    by_key["forget"].position = 9
    session.execute(delete(HandOver))
    dossier.criteria.append(
        a_criterion("fresh", "kpi", "New", position=7, parent_id=by_key["forget"].id)
    )
    session.flush()
    fresh = dossier.criteria[-1]
    session.add(HandOver(criterion_id=by_key["forget"].id, keeper_id=fresh.id))
    by_key["register"].parent_id = fresh.id
    session.flush()
    session.execute(delete(DossierCriterion).where(DossierCriterion.key == "explained"))
    session.execute(update(DossierCriterion).values(reason="Because."))
    session.execute(delete(Lot).where(Lot.key == "lot-1"))


def test_a_rectification_that_was_taken_back_or_sent_back_is_written_on(
    unit_of_work: UnitOfWork, fixed: int, officer: int, second: int
) -> None:
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        rectify(session, dossier, officer, reweigh)
        assert not dossier.can_be_written
        fixing.send_back(session, dossier, "Not clear.", actor_id=second, now=NOW)
        assert (dossier.state, dossier.rectification) == ("fixed", "writing")
        fixing.submit_rectification(session, dossier, "Clear.", actor_id=officer, now=NOW)
        fixing.take_back(session, dossier, actor_id=officer, now=NOW)
        assert dossier.can_be_written


def test_two_approvals_of_a_rectification_make_one_snapshot(
    unit_of_work: UnitOfWork, fixed: int, officer: int, second: int, a_person: AddPerson
) -> None:
    third = a_person({"executive_member"}).id
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, fixed)
        rectify(session, dossier, officer, reweigh)
        seen = read(session, dossier, 2)

    def act(person: int) -> int:
        with unit_of_work() as session:
            dossier = session.get_one(Dossier, fixed)
            made = fixing.approve_rectification(
                session, dossier, seen, "", actor_id=person, now=NOW
            )
            return made.number

    outcomes = at_once(act, [second, third])
    assert sorted(type(one).__name__ for one in outcomes) == ["NotNow", "int"]
    with unit_of_work() as session:
        assert session.scalars(select(Snapshot.number).order_by(Snapshot.number)).all() == [1, 2]
