"""Each assessor scores alone: a step of the scale and a reason, in rows that are only added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import entries_about
from waardewerk.contract import Viewer
from waardewerk.refusal import Conflict, NotAllowed
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, at_once, submit
from waardewerk_procurement.award.formulas import AwardOnValue, RelativeLinear
from waardewerk_procurement.award.own_total import own_total
from waardewerk_procurement.award.scoring import Criterion, CriterionGroup
from waardewerk_procurement.models import Assessor, Bid, ConflictDeclaration, Dossier, Score
from waardewerk_procurement.operations import scoring_alone
from waardewerk_procurement.operations.saved import Saved
from waardewerk_procurement.operations.scoring_alone import Filled
from waardewerk_procurement.tiles import assessing_tiles

from .conftest import TEN, rules
from .setting_up import NOW, a_concept, a_criterion, assess, counted, fix, score_all

LATER = NOW + timedelta(hours=1)
EIGHT = Filled("8", "Made for this contract, page 3.")


@dataclass
class Scene:
    """An assessment with one assessor, in the middle of a transaction."""

    session: Session
    dossier: Dossier
    assessor: Assessor
    bids: list[Bid]

    def save(self, **filled: Filled) -> Saved[str]:
        return scoring_alone.save_scores(
            self.session, self.dossier, self.assessor, self.bids[0], filled, now=LATER
        )

    def rows(self) -> list[tuple[str, int, str]]:
        found = self.session.scalars(select(Score).order_by(Score.criterion, Score.number))
        return [(one.criterion, one.number, one.score) for one in found]


OpenScene = Callable[[], AbstractContextManager[Scene]]


@pytest.fixture
def scene(unit_of_work: UnitOfWork, a_person: AddPerson) -> OpenScene:
    """Give what begins an assessment with one assessor."""
    person = a_person("adviseur")

    @contextmanager
    def begin() -> Iterator[Scene]:
        with unit_of_work() as session:
            dossier = a_concept(session)
            fix(session, dossier)
            (one,), bids = assess(session, dossier, [person.id])
            yield Scene(session, dossier, one, bids)

    return begin


def test_a_correction_adds_a_row_and_the_same_form_twice_does_not(scene: OpenScene) -> None:
    with scene() as it:
        assert it.save(explain=EIGHT).kept == ("explain",)
        assert it.save(explain=EIGHT).kept == ()
        assert it.save(explain=Filled("6", "On reading again: no evidence.", seen=1)).kept
        assert it.rows() == [("explain", 1, "8"), ("explain", 2, "6")]


def test_what_is_right_is_kept_when_something_else_is_wrong(scene: OpenScene) -> None:
    with scene() as it:
        saved = it.save(explain=EIGHT, forget=Filled("8", "  "))
        assert saved.kept == ("explain",)
        assert "why you give a 8" in str(saved.problems["forget"])
        assert it.rows() == [("explain", 1, "8")]


@pytest.mark.parametrize(
    ("filled", "why"),
    [
        (Filled("", "A reason without a score."), "Choose a score"),
        (Filled("7", "Between six and eight."), "no step"),
        (Filled("n/a", "It does not apply here."), "no score"),
        (Filled("8", ""), "why you give a 8"),
        (Filled("8", "Fine."), "why you give a 8"),
        (Filled("8", "word " * 1000), "longer than"),
    ],
)
def test_a_score_is_a_step_with_a_reason(scene: OpenScene, filled: Filled, why: str) -> None:
    with scene() as it:
        saved = it.save(explain=filled)
        assert why in str(saved.problems["explain"])
        assert it.rows() == []


def test_an_empty_place_and_an_unknown_criterion_are_left_alone(scene: OpenScene) -> None:
    with scene() as it:
        saved = it.save(explain=Filled("", " "), three_cases=EIGHT)
        assert (saved.kept, saved.problems, it.rows()) == ((), {}, [])


def test_what_was_scored_in_another_window_is_not_overwritten_unseen(scene: OpenScene) -> None:
    with scene() as it:
        it.save(explain=EIGHT)
        saved = it.save(explain=Filled("4", "I did not see that I had scored."))
        assert isinstance(saved.problems["explain"], Conflict)
        assert "you gave 8" in str(saved.problems["explain"])


def test_nobody_scores_without_a_declaration_or_with_an_interest(scene: OpenScene) -> None:
    with scene() as it:
        it.session.add(
            ConflictDeclaration(
                assessor_id=it.assessor.id,
                bid_id=it.bids[0].id,
                has_interest=True,
                explanation="Shares.",
                declared_at=LATER,
            )
        )
        it.session.flush()
        with pytest.raises(NotAllowed):
            it.save(explain=EIGHT)


def test_who_left_scores_no_more(scene: OpenScene) -> None:
    with scene() as it:
        it.assessor.ended_at = NOW
        with pytest.raises(NotAllowed):
            it.save(explain=EIGHT)


def test_after_the_reveal_no_score_changes(scene: OpenScene) -> None:
    with scene() as it:
        it.dossier.lots[0].revealed_at = NOW
        it.session.flush()
        with pytest.raises(Conflict, match="revealed"):
            it.save(explain=EIGHT)


def test_a_bid_that_dropped_out_is_scored_no_more(scene: OpenScene) -> None:
    with scene() as it:
        it.bids[0].dropped_out_at = NOW
        it.session.flush()
        with pytest.raises(Conflict, match="needs no scores"):
            it.save(explain=EIGHT)


def test_the_trail_says_what_was_scored_and_not_how(scene: OpenScene) -> None:
    with scene() as it:
        it.save(explain=EIGHT)
        (entry,) = entries_about(it.session, f"dossier:{it.dossier.id}")
        assert entry.details == {
            "assessor": it.assessor.number,
            "bid": it.bids[0].id,
            "criteria": ["explain"],
        }


def test_two_windows_at_one_moment_add_one_row(scene: OpenScene, unit_of_work: UnitOfWork) -> None:
    with scene() as it:
        places = (it.dossier.id, it.assessor.id, it.bids[0].id)

    def save(filled: Filled) -> Saved[str]:
        with unit_of_work() as session:
            return scoring_alone.save_scores(
                session,
                session.get_one(Dossier, places[0]),
                session.get_one(Assessor, places[1]),
                session.get_one(Bid, places[2]),
                {"explain": filled},
                now=LATER,
            )

    at_once(save, [EIGHT, EIGHT])
    with unit_of_work() as session:
        assert [one.number for one in session.scalars(select(Score))] == [1]


POINTS = rules(
    RelativeLinear(4000),
    CriterionGroup(
        "people",
        (Criterion("explain", TEN, weight=5000), Criterion("help", TEN, weight=5000)),
        weight=4000,
    ),
    Criterion("forget", TEN, weight=2000),
)
EUROS = rules(
    AwardOnValue(),
    Criterion("explain", TEN, worth=Decimal(10_000)),
    Criterion("forget", TEN, worth=Decimal(5_000)),
)


def test_an_own_total_counts_a_part_inside_its_parent() -> None:
    total = own_total(POINTS, {"explain": "10", "forget": "5"} | {"forget": "4"})
    assert (total.figures, total.unit) == (("28.00", "60.00"), "points")


def test_an_own_total_is_in_euros_where_a_lot_is_awarded_on_value() -> None:
    total = own_total(EUROS, {"explain": "6"})
    assert (total.figures, total.unit) == (("6000.00", "15000.00"), "euros")


@given(
    st.dictionaries(
        st.sampled_from(["explain", "help", "forget"]), st.sampled_from(["0", "2", "8", "10"])
    )
)
def test_an_own_total_never_passes_the_most_and_starts_at_nothing(scores: dict[str, str]) -> None:
    total = own_total(POINTS, scores)
    assert Fraction(0) <= total.reached <= total.most == 60
    assert own_total(POINTS, {}).reached == 0


def test_the_page_keeps_what_is_right_and_says_what_is_not(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, [person.id])
        page = f"/procurement/{dossier.id}/assess/{bids[0].id}"
    browser = sign_in(person)
    empty = browser.get(page).text
    assert "0 of 2 criteria scored" in empty
    assert "Made for" not in empty
    nothing = submit(browser, page, {})
    assert nothing.location.endswith(f"{page}?page=1")
    told = browser.get(nothing.location).text
    assert "Nothing is filled in yet." in told
    assert "Saved." not in told
    fields = {
        "explain-score": "8",
        "explain-reason": "Page three says it all.",
        "explain-number": "0",
        "forget-score": "6",
        "forget-reason": "",
        "forget-number": "0",
    }
    wrong = submit(browser, page, fields)
    assert wrong.status_code == 422
    assert "“Forget what was seen”: Write in a sentence why you give a 6." in wrong.text
    assert "1 of 2 criteria scored" in wrong.text
    assert "24 of at most 60 points" in wrong.text
    assert 'name="explain-number" type="hidden" value="1"' in wrong.text
    fields |= {"explain-number": "1", "forget-reason": "It is whole and plausible."}
    assert submit(browser, page, fields).status_code == 303
    assert "You scored everything." in browser.get(page).text
    overview = browser.get(f"/procurement/{dossier.id}/assess").text
    assert "all scored" in overview
    assert "Go on with B: " in overview


def test_the_published_weight_stands_by_each_criterion_also_of_a_part(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        whole = dossier.criteria[1]
        dossier.criteria.extend(
            a_criterion(key, "award_criterion", key, parent_id=whole.id, weight=weight, position=9)
            for key, weight in (("first", 7000), ("second", 3000))
        )
        session.flush()
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, [person.id])
        page = f"/procurement/{dossier.id}/assess/{bids[0].id}"
    text = sign_in(person).get(page).text
    assert "70 % of “Explain a count to a resident”" in text
    assert text.count("<strong>Weight:</strong> 30 %</p>") == 1, "of what is not divided"


def test_a_number_that_is_none_is_no_fault(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, [person.id])
        place = f"/procurement/{dossier.id}/assess"
    browser, page = sign_in(person), f"{place}/{bids[0].id}"
    sent = {"explain-score": "8", "explain-reason": "Page three says so.", "explain-number": "²"}
    assert submit(browser, page, sent).status_code == 303
    assert browser.get(f"{page}?page=9").status_code == 404
    assert browser.get(f"{place}/999999").status_code == 404


def test_who_is_awaited_sees_so_on_the_first_page(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    viewer = Viewer(person_id=person.id, permissions=frozenset({"procurement.assess"}))
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        (one,), bids = assess(session, dossier, [person.id], are_cleared=False)

        def texts() -> list[str]:
            with app.test_request_context(headers={"Accept-Language": "en"}):
                return [tile.text for tile in assessing_tiles(session, viewer)]

        assert texts() == ["You assess this. First declare your interests."]
        session.add_all(
            ConflictDeclaration(
                assessor_id=one.id, bid_id=bid.id, has_interest=False, declared_at=NOW
            )
            for bid in bids
        )
        session.flush()
        assert texts() == ["Your scores are awaited."]
        score_all(session, [one], bids)
        assert texts() == []


def test_the_first_page_asks_as_much_for_many_assessments_as_for_one(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    viewer = Viewer(person_id=person.id, permissions=frozenset({"procurement.assess"}))
    with unit_of_work() as session:

        def asked_for(several: int) -> int:
            for _number in range(several):
                dossier = a_concept(session)
                fix(session, dossier)
                assess(session, dossier, [person.id])
            session.expire_all()
            with app.test_request_context(), counted(session) as asked:
                assert assessing_tiles(session, viewer)
            return len(asked)

        assert asked_for(1) == asked_for(4)
