"""Making a dossier and setting it up: kinds, moments, scales, lots, formulas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk.values.operations import looking
from waardewerk_procurement import scale_choices, typed
from waardewerk_procurement.models import Dossier, Lot
from waardewerk_procurement.operations import preparing
from waardewerk_procurement.operations.preparing import LotRules, SetUp
from waardewerk_procurement.queries.dossiers import get_dossier, get_lot

from .setting_up import BAND, NOW, a_concept, fix

PER_POINT = {"name": "price-per-point"}
WORDS: dict[str, Any] = {"actor_id": None, "now": NOW}


@pytest.fixture
def officer(a_person: AddPerson) -> int:
    return a_person({"civil_servant"}).id


@pytest.fixture
def session(unit_of_work: UnitOfWork, officer: int) -> Iterator[Session]:
    """Open the one transaction of a test, once the officer is there."""
    with unit_of_work() as found:
        yield found


def set_up(officer: int, **changes: Any) -> SetUp:
    given: dict[str, Any] = {"kind": "european", "title": "Counting traffic", "officer_id": officer}
    return SetUp(**{**given, **changes})


def make(session: Session, officer: int, key: str = "a", **changes: Any) -> Dossier:
    return preparing.make_dossier(session, set_up(officer, **changes), request_key=key, **WORDS)


# The dossier -----------------------------------------------------------------------------------


def test_a_dossier_begins_as_a_concept_with_one_lot_and_the_usual_scale(
    session: Session, officer: int
) -> None:
    made = make(session, officer, technologies=("camera", "camera"), ai="later")
    assert (made.state, made.revision, made.technologies, made.ai) == (
        "concept",
        1,
        ["camera"],
        "later",
    )
    assert scale_choices.name_of(made.scale) == "even"
    assert [(lot.key, lot.title) for lot in made.lots] == [("lot-1", "De hele opdracht")]
    assert made.values_version is None


def test_a_form_that_is_sent_twice_makes_one_dossier(session: Session, officer: int) -> None:
    first, second = make(session, officer), make(session, officer)
    assert first is second
    assert session.scalar(select(func.count()).select_from(Dossier)) == 1


def test_the_form_of_somebody_else_makes_no_dossier_of_mine(session: Session, officer: int) -> None:
    make(session, officer)
    with pytest.raises(Refusal, match="used already"):
        preparing.make_dossier(session, set_up(officer), request_key="a", actor_id=officer, now=NOW)


def test_only_a_scheme_rests_on_a_regulation(session: Session, officer: int) -> None:
    assert make(session, officer, legal_basis="Art. 5").legal_basis == ""
    scheme = make(session, officer, "b", kind="subsidy", legal_basis="Art. 5")
    assert scheme.legal_basis == "Art. 5"
    assert scheme.lots[0].title == "De hele regeling"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "auction"}, "Choose what kind"),
        ({"title": "  "}, "Give the dossier a title"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"ai": "perhaps"}, "contains AI"),
        ({"technologies": ("fax",)}, "kinds of technology"),
        ({"officer_id": None}, "Choose an officer"),
        ({"officer_id": 9_999}, "Choose an officer"),
        ({"scale": "stars"}, "Choose a scale"),
        ({"aggregation": "vote"}, "one score comes from several"),
        ({"assessors": 1}, "from 2 to 15"),
        ({"closes_at": NOW}, "must lie ahead"),
        (
            {"closes_at": NOW + timedelta(3), "publish_on": day_of(NOW + timedelta(3))},
            "after the day of publication",
        ),
    ],
)
def test_what_makes_no_sense_makes_no_dossier(
    session: Session, officer: int, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        make(session, officer, **changes)
    assert session.scalar(select(func.count()).select_from(Dossier)) == 0


def test_somebody_who_only_looks_cannot_lead_a_dossier(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    reader = a_person({"respondent"}).id
    with unit_of_work() as session, pytest.raises(Refusal, match="Choose an officer"):
        make(session, reader)


def test_a_change_raises_the_revision_once_and_an_older_one_is_a_conflict(
    session: Session, officer: int
) -> None:
    made = make(session, officer)
    changed = set_up(officer, title="Counting cyclists", publish_on=date(2099, 1, 1))
    preparing.change_set_up(session, made, changed, revision=1, **WORDS)
    assert (made.title, made.publish_on, made.revision) == (
        "Counting cyclists",
        date(2099, 1, 1),
        2,
    )
    preparing.change_set_up(session, made, changed, revision=2, **WORDS)
    assert made.revision == 2, "nothing became different"
    with pytest.raises(Conflict, match="meanwhile"):
        preparing.change_set_up(session, made, changed, revision=1, **WORDS)


def test_a_dossier_with_criteria_stays_a_tender(session: Session, officer: int) -> None:
    made = a_concept(session, officer)
    with pytest.raises(Conflict, match="other types of criteria"):
        preparing.change_set_up(session, made, set_up(officer, kind="subsidy"), revision=1, **WORDS)
    preparing.change_set_up(session, made, set_up(officer, kind="national"), revision=1, **WORDS)
    assert made.kind == "national"


def test_on_another_scale_an_anchor_stays_with_the_step_that_brings_as_much(
    session: Session, officer: int
) -> None:
    made = a_concept(session, officer)
    explain, forget = made.criteria[1:3]
    preparing.change_set_up(session, made, set_up(officer, scale="one-to-ten"), revision=1, **WORDS)
    assert explain.anchors == {
        "1": "No answer.",
        "10": "Also tried in practice and promised in figures.",
    }
    assert forget.minimum == "4", "4 is a step of the new scale too"
    preparing.change_set_up(session, made, set_up(officer, scale="rws"), revision=2, **WORDS)
    assert set(explain.anchors) == {"0", "3"}
    assert forget.minimum == ""
    assert made.criteria[0].anchors == {"met": "Three of three.", "failed": "Fewer than three."}


def test_the_lens_of_a_dossier_is_opened_once(session: Session, officer: int) -> None:
    made = make(session, officer)
    first = preparing.open_lens(session, made, "/procurement/1/", **WORDS)
    assert preparing.open_lens(session, made, "/procurement/1/", **WORDS) == first
    lens = looking.lens_of(session, preparing.LENS, made.id)
    assert lens is not None
    assert lens.title == made.title


# Lots ------------------------------------------------------------------------------------------


def rules(**changes: Any) -> LotRules:
    return LotRules(**{"title": "North", **changes})


def test_a_key_of_a_lot_that_was_fixed_is_never_given_out_again(
    session: Session, officer: int
) -> None:
    made = a_concept(session, officer)
    preparing.add_lot(session, made, "South", **WORDS)
    south = get_lot(session, made, "lot-2")
    south.formula, south.drop_out = BAND, "keep-totals"
    south.tie_rule = [{"by": "quality", "of": None}]
    session.flush()
    fix(session, made)
    made.rectification = "writing"
    preparing.remove_lot(session, made, south, **WORDS)
    assert preparing.add_lot(session, made, "East", **WORDS).key == "lot-3"


def test_the_same_lot_is_not_added_twice(session: Session, officer: int) -> None:
    made = make(session, officer)
    first = preparing.add_lot(session, made, " South  side ", **WORDS)
    assert preparing.add_lot(session, made, "South side", **WORDS) is first
    assert made.revision == 2


def test_a_lot_says_beforehand_what_decides_between_equals(session: Session, officer: int) -> None:
    made = a_concept(session, officer)
    tie_rule = ({"by": "criterion", "of": "explain"}, {"by": "value", "of": "privacy"})
    changed = rules(tie_rule=(*tie_rule, {"by": "lots"}), drop_out="rank-again")
    lot = made.lots[0]
    preparing.change_lot(session, made, lot, changed, revision=1, **WORDS)
    assert lot.tie_rule == [
        {"by": "criterion", "of": "explain"},
        {"by": "value", "of": "privacy"},
        {"by": "lots", "of": None},
    ]
    assert made.revision == 2


def test_only_a_scheme_has_a_ceiling_and_loses_it_when_it_becomes_a_tender(
    session: Session, officer: int
) -> None:
    divided = rules(ceiling=9_000_000, beyond="next")
    tender = make(session, officer)
    with pytest.raises(Refusal, match="Only a subsidy scheme has a ceiling"):
        preparing.change_lot(session, tender, tender.lots[0], divided, revision=1, **WORDS)
    scheme = make(session, officer, "b", kind="subsidy")
    lot = scheme.lots[0]
    preparing.change_lot(session, scheme, lot, divided, revision=1, **WORDS)
    assert (lot.ceiling, lot.beyond, scheme.revision) == (9_000_000, "next", 2)
    for wrong, message in (
        (rules(ceiling=0, beyond="next"), "above 0"),
        (rules(ceiling=9_000_000, beyond="half"), "when the ceiling is reached"),
    ):
        with pytest.raises(Refusal, match=message):
            preparing.change_lot(session, scheme, lot, wrong, revision=2, **WORDS)
    preparing.change_set_up(session, scheme, set_up(officer), revision=2, **WORDS)
    assert (lot.ceiling, lot.beyond) == (None, "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "Give the lot a title"),
        ({"drop_out": "start-over"}, "drops out"),
        ({"tie_rule": ({"by": "lots"}, {"by": "price"})}, "nothing left to decide"),
        ({"tie_rule": ({"by": "price"}, {"by": "price"})}, "each thing once"),
        ({"tie_rule": ({"by": "beauty"},)}, "from the list"),
        ({"tie_rule": ({"by": "criterion", "of": "register"},)}, "not here"),
        ({"tie_rule": ({"by": "value", "of": "nothing"},)}, "not here"),
        ({"tie_rule": ({"by": "criterion"},)}, "not here"),
        ({"expected_lowest": 100}, "Fill in both"),
        ({"expected_lowest": 200, "expected_highest": 100}, "below the highest"),
    ],
)
def test_rules_of_a_lot_that_make_no_sense_are_refused(
    session: Session, officer: int, changes: dict[str, Any], message: str
) -> None:
    made = a_concept(session, officer)
    with pytest.raises(Refusal, match=message):
        preparing.change_lot(session, made, made.lots[0], rules(**changes), revision=1, **WORDS)


def test_two_lots_have_two_titles(session: Session, officer: int) -> None:
    made = a_concept(session, officer)
    lot = preparing.add_lot(session, made, "South", **WORDS)
    with pytest.raises(Refusal, match="Another lot"):
        preparing.change_lot(
            session, made, lot, rules(title="The whole contract"), revision=2, **WORDS
        )


def test_the_last_lot_and_a_lot_with_criteria_stay(session: Session, officer: int) -> None:
    made = a_concept(session, officer)
    first = made.lots[0]
    with pytest.raises(Conflict, match="at least one lot"):
        preparing.remove_lot(session, made, first, **WORDS)
    second = preparing.add_lot(session, made, "South", **WORDS)
    made.criteria[0].lot_id = second.id
    session.flush()
    with pytest.raises(Conflict, match="criteria of its own"):
        preparing.remove_lot(session, made, second, **WORDS)
    preparing.remove_lot(session, made, first, **WORDS)
    assert [lot.key for lot in preparing.lots_of(session, made)] == ["lot-2"]


FORMULAS: list[dict[str, Any]] = [
    {"name": "relative-inverse", "price_weight": 4000},
    {"name": "relative-linear", "price_weight": 4000},
    {"name": "relative-range", "price_weight": 4000},
    BAND,
    {"name": "award-on-value"},
    {"name": "price-per-point"},
    {"name": "logarithmic", "price_weight": 4000, "points_per_doubling": "50.00"},
    {"name": "fixed-price", "ceiling": "100.00"},
]


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: one["name"])
def test_each_formula_can_be_chosen_and_a_relative_one_asks_a_reason(
    session: Session, officer: int, formula: dict[str, Any]
) -> None:
    made = make(session, officer)
    lot = made.lots[0]
    if preparing.built(formula).is_relative:
        with pytest.raises(Refusal, match="Say why"):
            preparing.choose_formula(session, made, lot, formula, " ", revision=1, **WORDS)
    preparing.choose_formula(session, made, lot, formula, "No market yet.", revision=1, **WORDS)
    assert lot.formula == formula
    assert made.revision == 2


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ({"name": "price-band", "price_weight": 4000}, "every number"),
        ({**BAND, "floor": "150000.00"}, "below its ceiling"),
        ({"name": "fixed-price"}, "either a fixed price or a ceiling"),
        ({"name": "magic"}, "every number"),
        ({"name": "relative-range", "price_weight": 0}, "every number"),
    ],
)
def test_a_formula_without_its_numbers_is_refused(
    session: Session, officer: int, formula: dict[str, Any], message: str
) -> None:
    made = make(session, officer)
    with pytest.raises(Refusal, match=message):
        preparing.choose_formula(session, made, made.lots[0], formula, "", revision=1, **WORDS)


@pytest.mark.parametrize("formula", [{"name": "award-on-value"}, PER_POINT])
def test_a_scheme_refuses_a_formula_of_tenders(
    session: Session, officer: int, formula: dict[str, Any]
) -> None:
    made = make(session, officer, kind="subsidy")
    with pytest.raises(Refusal, match="has no such formula"):
        preparing.choose_formula(session, made, made.lots[0], formula, "", revision=1, **WORDS)
    assert made.lots[0].formula is None


def test_a_tender_with_a_formula_of_tenders_becomes_no_scheme(
    session: Session, officer: int
) -> None:
    made = make(session, officer)
    lot, formula = made.lots[0], {"name": "award-on-value"}
    preparing.choose_formula(session, made, lot, formula, "", revision=1, **WORDS)
    with pytest.raises(NotNow, match="has no formula like that"):
        preparing.change_set_up(session, made, set_up(officer, kind="subsidy"), revision=2, **WORDS)
    preparing.choose_formula(session, made, lot, BAND, "", revision=2, **WORDS)
    preparing.change_set_up(session, made, set_up(officer, kind="subsidy"), revision=3, **WORDS)
    assert made.is_subsidy


def test_what_is_not_divided_is_called_after_the_kind_until_somebody_named_it(
    session: Session, officer: int
) -> None:
    made, scheme = make(session, officer), set_up(officer, kind="subsidy")
    preparing.change_set_up(session, made, scheme, revision=1, **WORDS)
    assert made.lots[0].title == "De hele regeling"
    made.lots[0].title = "Counting together"
    preparing.change_set_up(session, made, set_up(officer), revision=2, **WORDS)
    assert made.lots[0].title == "Counting together"


def test_weights_go_when_quality_counts_in_euros_and_stay_where_one_lot_still_asks_them(
    session: Session, officer: int
) -> None:
    made = a_concept(session, officer)
    explain = made.criteria[1]
    first, second = made.lots[0], preparing.add_lot(session, made, "South", **WORDS)
    by_value = {"name": "award-on-value"}
    preparing.choose_formula(session, made, first, by_value, "", revision=2, **WORDS)
    assert explain.weight == 3000
    preparing.choose_formula(session, made, second, by_value, "", revision=3, **WORDS)
    assert explain.weight is None
    explain.worth = 100
    preparing.choose_formula(session, made, first, BAND, "", revision=4, **WORDS)
    preparing.choose_formula(session, made, second, BAND, "", revision=5, **WORDS)
    assert explain.worth is None


def test_a_lot_of_another_dossier_is_not_found(session: Session, officer: int) -> None:
    one, other = make(session, officer), make(session, officer, "b")
    lot = session.scalar(select(Lot).where(Lot.dossier_id == other.id))
    assert lot is not None
    with pytest.raises(NotFound):
        preparing.lot_numbered(session, one, lot.id)


# After the freeze ------------------------------------------------------------------------------


def changes_of(session: Session, made: Dossier, officer: int) -> dict[str, Any]:
    lot, revision = made.lots[0], made.revision
    return {
        "set up": lambda: preparing.change_set_up(
            session, made, set_up(officer), revision=revision, **WORDS
        ),
        "add lot": lambda: preparing.add_lot(session, made, "South", **WORDS),
        "change lot": lambda: preparing.change_lot(
            session, made, lot, rules(), revision=revision, **WORDS
        ),
        "formula": lambda: preparing.choose_formula(
            session, made, lot, BAND, "", revision=revision, **WORDS
        ),
        "remove lot": lambda: preparing.remove_lot(session, made, lot, **WORDS),
        "open lens": lambda: preparing.open_lens(session, made, "/", **WORDS),
    }


NAMES = ("set up", "add lot", "change lot", "formula", "remove lot", "open lens")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_after_the_freeze(session: Session, officer: int, name: str) -> None:
    made = a_concept(session, officer)
    fix(session, made)
    with pytest.raises(Conflict, match="by a rectification only"):
        changes_of(session, made, officer)[name]()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_after_closing_even_under_rectification(
    session: Session, officer: int, name: str
) -> None:
    made = a_concept(session, officer, closes_at=NOW - timedelta(1))
    fix(session, made)
    made.rectification = "writing"
    session.flush()
    with pytest.raises(Conflict, match="closing date has passed"):
        changes_of(session, made, officer)[name]()
    assert get_dossier(session, made.id).revision == 1


# Typed figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("30", 3000), ("33,33", 3333), ("33.33", 3333), ("33,3 %", 3330), ("100", 10_000)],
)
def test_a_percentage_is_read_the_dutch_and_the_english_way(text: str, hundredths: int) -> None:
    assert typed.read_percent(text) == hundredths


@pytest.mark.parametrize("text", ["", "0", "100,01", "33,333", "-5", "half", "٣", "9" * 5000])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        typed.read_percent(text)


@given(st.integers(1, 10_000))
def test_a_percentage_is_written_as_it_can_be_read(hundredths: int) -> None:
    assert typed.read_percent(typed.write_percent(hundredths)) == hundredths
