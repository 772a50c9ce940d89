"""Writing criteria: from the library or one's own, changed, divided, weighed and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import UnitOfWork
from waardewerk.values import lenses
from waardewerk.values.operations import accenting, adopting, drafting, looking
from waardewerk.values.ordering import Ordering, ordering_on
from waardewerk.values.starting import starting_points
from waardewerk_procurement import scale_choices
from waardewerk_procurement.award import divisions
from waardewerk_procurement.criteria import KINDS, Criterion, load_criteria, shipped_criteria
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, OwnCriterion
from waardewerk_procurement.operations import preparing, writing
from waardewerk_procurement.operations.preparing import LotRules
from waardewerk_procurement.operations.writing import Taking, Weighing, Wording
from waardewerk_procurement.queries import criteria as asked
from waardewerk_procurement.queries.checking import draft_of
from waardewerk_procurement.queries.criteria import Wanted

from .setting_up import ANCHORS, NOW, a_concept, a_criterion, fix

WORDS: dict[str, Any] = {"actor_id": None, "now": NOW}
WHY = Taking(value="privacy", reason="People live beside these crossings.")


@pytest.fixture
def session(unit_of_work: UnitOfWork) -> Iterator[Session]:
    with unit_of_work() as found:
        yield found


@pytest.fixture
def dossier(session: Session) -> Dossier:
    return a_concept(session)


def from_library(key: str) -> Criterion:
    return next(one for one in shipped_criteria() if one.key == key)


def first_of(type_: str) -> Criterion:
    return next(one for one in shipped_criteria() if one.type == type_)


def rows(session: Session, dossier: Dossier) -> dict[str, DossierCriterion]:
    return {one.key: one for one in asked.criteria_of(session, dossier)}


def adopt(session: Session, dossier: Dossier | None = None) -> int:
    """Adopt the first set that comes along; let a dossier look with it."""
    framework = starting_points()[0]
    version = drafting.start_version(session, framework, why="", **WORDS)
    adopting.propose(session, version, **WORDS)
    then = day_of(NOW) - timedelta(2)
    adoption = adopting.Adoption(
        body="staten", decided_on=then, reference="2026-1", valid_from=then
    )
    adopting.adopt(session, version, adoption, **WORDS)
    if dossier is not None:
        dossier.values_version = version.number
    session.flush()
    return version.number


# From the library ------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", [key for key, kind in KINDS.items() if kind.used_in == "tender"])
def test_a_criterion_of_every_type_comes_over_whole_and_in_dutch(
    session: Session, dossier: Dossier, type_: str
) -> None:
    found = first_of(type_)
    row = writing.take(session, dossier, found, WHY, **WORDS)
    assert (row.key, row.type, row.source) == (found.key, type_, found.id)
    assert row.title == found.title["nl"]
    assert row.text == found.text["nl"]
    assert row.reason == WHY.reason
    assert row.small_firms == found.proportionality.cost["nl"]
    assert row.evidence == [one["nl"] for one in found.evidence]
    assert row.legal_sources == list(found.legal.sources)
    assert set(row.anchors) == set(scale_choices.places_of(type_, dossier.scale))
    assert all(row.anchors.values())
    assert row.weight is None, "a weight is suggested and never filled in"
    assert dossier.revision == 2


def test_who_takes_a_criterion_says_what_it_means_here(session: Session, dossier: Dossier) -> None:
    with pytest.raises(Refusal, match="Write why you ask this here"):
        writing.take(session, dossier, first_of("wish"), replace(WHY, reason=" \n"), **WORDS)
    assert len(rows(session, dossier)) == 5


def test_who_takes_a_criterion_says_for_which_value(session: Session, dossier: Dossier) -> None:
    with pytest.raises(Refusal, match="Choose the value"):
        writing.take(session, dossier, first_of("wish"), replace(WHY, value=""), **WORDS)


def test_what_was_taken_is_not_taken_twice(session: Session, dossier: Dossier) -> None:
    first = writing.take(session, dossier, first_of("wish"), WHY, **WORDS)
    assert writing.take(session, dossier, first_of("wish"), WHY, **WORDS) is first


def test_for_another_lot_it_is_refused_so_that_nothing_typed_is_lost(
    session: Session, dossier: Dossier
) -> None:
    writing.take(session, dossier, first_of("wish"), WHY, **WORDS)
    elsewhere = replace(WHY, reason="For one lot.", lot_id=dossier.lots[0].id)
    with pytest.raises(Refusal, match="already, for all lots"):
        writing.take(session, dossier, first_of("wish"), elsewhere, **WORDS)


def test_on_another_scale_only_anchors_with_a_place_come_over(
    session: Session, dossier: Dossier
) -> None:
    dossier.scale = dict(scale_choices.SCALES["rws"])
    session.flush()
    row = writing.take(session, dossier, first_of("award_criterion"), WHY, **WORDS)
    assert set(row.anchors) == {"0", "2", "3"}, "6 of 10 is the 60 percent of a 2"


def test_a_tender_takes_nothing_of_a_subsidy(session: Session, dossier: Dossier) -> None:
    duty = first_of("subsidy_duty")
    with pytest.raises(Refusal, match="no criteria of this type"):
        writing.take(session, dossier, duty, WHY, **WORDS)
    with pytest.raises(NotFound):
        asked.get_from_library(session, dossier, duty.key)
    scheme = a_concept(session, kind="subsidy")
    assert asked.get_from_library(session, scheme, duty.key) is duty


def test_a_value_that_is_not_in_view_is_refused(session: Session, dossier: Dossier) -> None:
    with pytest.raises(Refusal, match="in view"):
        writing.take(session, dossier, first_of("wish"), replace(WHY, value="profit"), **WORDS)


def test_a_key_that_was_fixed_or_names_a_page_is_not_given_out(
    session: Session, dossier: Dossier
) -> None:
    fix(session, dossier)
    dossier.rectification = "writing"
    writing.remove(session, dossier, rows(session, dossier)["register"], **WORDS)
    for title, key in (("Register", "register-2"), ("Library", "library-2"), ("12!", "criterion")):
        row = writing.write_own(session, dossier, "wish", Wording(title=title), **WORDS)
        assert row.key == key


OWN = """\
format: "waardewerk/criteria@1"
id: "urn:waardewerk:criteria:own"
languages: ["nl"]
title: {nl: "Eigen"}
criteria:
  - id: "urn:waardewerk:criterion:eigen-grond"
    type: "exclusion_ground"
    values: ["privacy"]
    ambition: 1
    title: {nl: "Onaardige bedrijven"}
    summary: {nl: "Wie onaardig is."}
    text: {nl: "Wij sluiten onaardige bedrijven uit."}
    ground: "2.87-1-c"
    evidence: [{nl: "Een verklaring."}]
    scale: {knock_out: {met: {nl: "Aardig."}, failed: {nl: "Onaardig."}}}
    proportionality: {cost: {nl: "Niets."}, avoid: {nl: "Altijd."}}
    legal: {sources: ["Aanbestedingswet 2012, artikel 2.87"], check: {nl: "Alles."}}
"""


def test_an_own_exclusion_ground_gets_the_words_of_the_law(
    session: Session, dossier: Dossier
) -> None:
    own = load_criteria(OWN).criteria[0]
    session.add(OwnCriterion(urn=own.id, content=OWN, sha256="0" * 64, changed_at=NOW))
    session.flush()
    assert asked.get_from_library(session, dossier, "eigen-grond") == own
    row = writing.take(session, dossier, own, WHY, **WORDS)
    assert "naardig" not in row.title + row.text
    assert "2.87" in row.text
    before = (row.title, row.text)
    changed = Wording(ground="2.87-1-c", title="Mine", text="Mine too", value="privacy")
    writing.change(session, dossier, row, changed, revision=1, **WORDS)
    assert (row.title, row.text) == before
    writing.change(session, dossier, row, replace(changed, ground="2.87-1-h"), revision=2, **WORDS)
    assert row.title != before[0]
    assert "Mine" not in row.title + row.text


def test_what_is_retired_is_not_offered(session: Session, dossier: Dossier) -> None:
    session.add(
        OwnCriterion(urn="urn:x:y:z", content=OWN, sha256="", changed_at=NOW, retired_at=NOW)
    )
    session.flush()
    assert "eigen-grond" not in {one.key for one in asked.library(session)}


def test_accents_order_the_library_and_what_suits_the_technology_comes_next(
    session: Session, dossier: Dossier
) -> None:
    plain = asked.offers(session, dossier, Wanted(), Ordering())
    suits = [one.criterion.suits("camera") for one in plain]
    assert suits == sorted(suits, reverse=True)
    adopt(session, dossier)
    chosen = accenting.ChosenAccent(
        value="privacy", band="extra", reason="Cameras.", from_date=day_of(NOW)
    )
    accenting.set_accent(session, chosen, **WORDS)
    ordering = ordering_on(session, day_of(NOW), "en")
    offers = asked.offers(session, dossier, Wanted(), ordering)
    assert "privacy" in offers[0].criterion.values
    assert "extra accent" in offers[0].why
    accents = [one.accent for one in offers]
    assert accents == sorted(accents, reverse=True)
    assert {one.criterion.key for one in offers} == {one.criterion.key for one in plain}


def test_the_library_is_searched_by_everything_at_once(session: Session, dossier: Dossier) -> None:
    wanted = Wanted(value="toegankelijkheid", type="minimum_requirement", ambition=1, words="wcag")
    (one,) = asked.offers(session, dossier, wanted, Ordering())
    assert one.criterion.key == "wcag-alle-schermen"
    assert asked.offers(session, dossier, replace(wanted, technology="camera"), Ordering()) == []


def test_what_goes_with_a_criterion_is_offered_until_it_is_taken(
    session: Session, dossier: Dossier
) -> None:
    row = writing.take(session, dossier, from_library("wcag-alle-schermen"), WHY, **WORDS)
    keys = [one.key for one in asked.related_in_library(session, dossier, row, 6)]
    assert keys[0] == "herstel-van-drempels"
    writing.take(session, dossier, from_library(keys[0]), WHY, **WORDS)
    assert keys[0] not in {one.key for one in asked.related_in_library(session, dossier, row, 6)}


# For the sake of what --------------------------------------------------------------------------


def test_without_a_framework_the_values_of_the_library_are_in_view(
    session: Session, dossier: Dossier
) -> None:
    seen = {one.key: one.name for one in asked.values_in_view(session, dossier, "nl")}
    assert seen["privacy"] == "Privacy"
    assert set(seen) == {key for one in shipped_criteria() for key in one.values}
    assert asked.norms_in_view(session, dossier, "nl") == []


def test_the_values_that_norms_of_the_framework_serve_are_known(
    session: Session, dossier: Dossier
) -> None:
    assert draft_of(session, dossier).with_norms == frozenset()
    adopt(session, dossier)
    norms = asked.norms_in_view(session, dossier, "nl")
    assert draft_of(session, dossier).with_norms == {key for one in norms for key in one.serves}
    assert norms


def test_values_of_the_framework_and_of_the_wider_look_are_in_view(
    session: Session, dossier: Dossier
) -> None:
    adopt(session, dossier)
    preparing.open_lens(session, dossier, "/", **WORDS)
    lens = looking.lens_of(session, asked.LENS, dossier.id)
    assert lens is not None
    assert asked.looked_wider(session, dossier) is False
    card = lenses.cards_for(session, lens)[0]
    touched = looking.Touched(urn=card.urn, direction="negative", reason="There are cameras.")
    looking.choose_card(session, lens, touched, **WORDS)
    assert asked.looked_wider(session, dossier) is True
    seen = asked.values_in_view(session, dossier, "nl")
    (wider,) = [one for one in seen if not one.is_core]
    assert card.urn.endswith(wider.key)
    said = Wording(title="Own", value=wider.key, norm="eerst-het-probleem")
    row = writing.write_own(session, dossier, "wish", said, **WORDS)
    assert (row.value, row.norm) == (wider.key, "eerst-het-probleem")
    with pytest.raises(Refusal, match="Choose a norm"):
        writing.write_own(session, dossier, "wish", replace(said, norm="own"), **WORDS)


def test_criteria_stand_by_value_and_type_and_know_who_serves_the_same(
    session: Session, dossier: Dossier
) -> None:
    dossier.criteria.append(a_criterion("loose", "wish", "Loose", value="", position=9))
    session.flush()
    groups = asked.grouped(
        asked.criteria_of(session, dossier),
        asked.keepers_of(session, dossier),
        asked.values_in_view(session, dossier, "nl"),
    )
    by_value = {one.key: one for one in groups}
    privacy = by_value["privacy"]
    assert [one.type for one in privacy.types] == [
        "minimum_requirement",
        "award_criterion",
        "contract_condition",
    ]
    (line,) = privacy.types[0].lines
    assert [one.key for one in line.kin] == ["forget", "register"]
    (explain,) = by_value["uitlegbaarheid"].types[0].lines
    assert [one.key for one in explain.keepers] == ["explained"]
    assert groups[-1].key == "", "what serves no value yet stands last"


def test_of_many_that_serve_the_same_a_few_are_named_and_the_rest_counted(
    session: Session, dossier: Dossier
) -> None:
    dossier.criteria += [
        a_criterion(f"kpi-{nth}", "kpi", f"Measure {nth}", position=10 + nth) for nth in range(5)
    ]
    session.flush()
    groups = asked.grouped(asked.criteria_of(session, dossier), {}, [])
    line = groups[0].types[0].lines[0]
    assert len(line.kin) == asked.MOST_KIN
    assert line.more == 7 - asked.MOST_KIN


# One's own -------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", [key for key in KINDS if key != "exclusion_ground"])
def test_a_criterion_of_one_s_own_begins_with_a_title(session: Session, type_: str) -> None:
    kind = "subsidy" if KINDS[type_].used_in == "subsidy" else "request"
    dossier = a_concept(session, kind=kind)
    row = writing.write_own(session, dossier, type_, Wording(title=" Be  kind "), **WORDS)
    assert (row.title, row.key, row.revision) == ("Be kind", "be-kind", 1)
    again = writing.write_own(session, dossier, type_, Wording(title="Be kind"), **WORDS)
    assert again is row, "a form that is sent twice writes one"


@pytest.mark.parametrize(
    ("type_", "changes", "message"),
    [
        ("beauty", {}, "Choose a type"),
        ("subsidy_duty", {}, "no criteria of this type"),
        ("wish", {"title": ""}, "Give the criterion a title"),
        ("wish", {"title": "x" * 201}, "longer than 200"),
        ("wish", {"value": "profit"}, "in view"),
        ("wish", {"norm": "profit"}, "norm of the value framework"),
        ("wish", {"weight": 0}, "more than 0"),
        ("wish", {"weight": 10_001}, "at most 100"),
        ("wish", {"worth": -1}, "more than 0"),
        ("wish", {"minimum": "7"}, "step of the scale"),
        ("wish", {"anchors": {"7": "Good."}}, "does not have"),
        ("wish", {"question": "Why?"}, "has no “question”"),
        ("wish", {"duty_basis": "4:38"}, "has no “duty_basis”"),
        ("minimum_requirement", {"weight": 10}, "has no “weight”"),
        ("minimum_requirement", {"anchors": {"8": "Good."}}, "does not have"),
        ("wish", {"ground": "2.87-1-c"}, "has no “ground”"),
        ("exclusion_ground", {"ground": "unfriendly"}, "from the list of the law"),
        ("wish", {"evidence": ("x",) * 21}, "at most 20 lines"),
        ("wish", {"in_terms": "x" * 401}, "longer than 400"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_written(
    session: Session, dossier: Dossier, type_: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        writing.write_own(session, dossier, type_, Wording(**{"title": "Own", **changes}), **WORDS)
    assert len(rows(session, dossier)) == 5
    assert dossier.revision == 1


def test_a_lot_of_another_dossier_is_refused(session: Session, dossier: Dossier) -> None:
    other = a_concept(session)
    said = Wording(title="Own", lot_id=other.lots[0].id)
    with pytest.raises(NotFound, match="no such lot"):
        writing.write_own(session, dossier, "wish", said, **WORDS)


def wording_of(row: DossierCriterion, **changes: Any) -> Wording:
    names = Wording.__dataclass_fields__
    given = {name: getattr(row, name) for name in names}
    given |= {name: tuple(given[name]) for name in ("evidence", "legal_sources")}
    return Wording(**{**given, **changes})


def test_a_change_names_what_became_different_and_raises_both_revisions(
    session: Session, dossier: Dossier
) -> None:
    row = rows(session, dossier)["explain"]
    said = wording_of(row, weight=2500, anchors={**ANCHORS, "10": " "}, risk="Nobody asks.")
    changed = writing.change(session, dossier, row, said, revision=1, **WORDS)
    assert set(changed) == {"weight", "anchors", "risk"}
    assert "10" not in row.anchors
    assert (row.revision, dossier.revision) == (2, 2)
    assert writing.change(session, dossier, row, said, revision=2, **WORDS) == []
    assert (row.revision, dossier.revision) == (2, 2)


def test_an_older_change_is_a_conflict(session: Session, dossier: Dossier) -> None:
    row = rows(session, dossier)["explain"]
    writing.change(session, dossier, row, wording_of(row, text="One."), revision=1, **WORDS)
    with pytest.raises(Conflict, match="Somebody else changed this criterion"):
        writing.change(session, dossier, row, wording_of(row, text="Two."), revision=1, **WORDS)


def test_a_subsidy_duty_says_on_which_article_it_rests(session: Session) -> None:
    scheme = a_concept(session, kind="subsidy")
    said = Wording(title="Report", duty_basis="4:39", duty_reason="Article 7 of the regulation.")
    row = writing.write_own(session, scheme, "subsidy_duty", said, **WORDS)
    assert (row.duty_basis, row.duty_reason) == ("4:39", "Article 7 of the regulation.")
    wrong = replace(said, duty_basis="4:40", title="Other")
    with pytest.raises(Refusal, match="Choose on which article"):
        writing.write_own(session, scheme, "subsidy_duty", wrong, **WORDS)


# Divided, moved, removed -----------------------------------------------------------------------


def test_parts_go_where_their_criterion_goes(session: Session, dossier: Dossier) -> None:
    explain = rows(session, dossier)["explain"]
    part = writing.divide(session, dossier, explain, Wording(title="Plain words"), **WORDS)
    assert (part.parent_id, part.type) == (explain.id, "award_criterion")
    south = preparing.add_lot(session, dossier, "South", **WORDS)
    said = wording_of(explain, lot_id=south.id)
    writing.change(session, dossier, explain, said, revision=1, **WORDS)
    assert part.lot_id == south.id
    writing.change(session, dossier, part, wording_of(part, lot_id=None), revision=1, **WORDS)
    assert part.lot_id == south.id, "a part has no lot of its own"
    writing.remove(session, dossier, explain, **WORDS)
    assert {"explain", "plain-words"}.isdisjoint(rows(session, dossier))
    assert session.scalar(select(func.count()).select_from(HandOver)) == 0


def test_only_what_is_scored_is_divided_and_only_once(session: Session, dossier: Dossier) -> None:
    found = rows(session, dossier)
    with pytest.raises(Refusal, match="Only a criterion that is scored"):
        writing.divide(session, dossier, found["register"], Wording(title="Part"), **WORDS)
    part = writing.divide(session, dossier, found["explain"], Wording(title="Part"), **WORDS)
    with pytest.raises(Refusal, match="not divided further"):
        writing.divide(session, dossier, part, Wording(title="Part of part"), **WORDS)
    worth = Wording(title="Other part", worth=100)
    with pytest.raises(Refusal, match="no worth of its own"):
        writing.divide(session, dossier, found["explain"], worth, **WORDS)


def test_a_criterion_at_which_a_tie_rule_looks_stays(session: Session, dossier: Dossier) -> None:
    rules = LotRules(title="All", tie_rule=({"by": "criterion", "of": "explain"},))
    preparing.change_lot(session, dossier, dossier.lots[0], rules, revision=1, **WORDS)
    with pytest.raises(Conflict, match="tie rule of lot “All”"):
        writing.remove(session, dossier, rows(session, dossier)["explain"], **WORDS)


def test_moving_past_the_end_changes_nothing(session: Session, dossier: Dossier) -> None:
    row = rows(session, dossier)["explain"]
    writing.move(session, dossier, row, "up", **WORDS)
    assert dossier.revision == 1


def test_only_what_can_keep_a_promise_keeps_it(session: Session, dossier: Dossier) -> None:
    found = rows(session, dossier)
    forget, register = found["forget"], found["register"]
    writing.hand_over(session, dossier, forget, [register.id], **WORDS)
    assert asked.keepers_of(session, dossier)[forget.id] == [register.id]
    writing.hand_over(session, dossier, forget, [register.id], **WORDS)
    assert dossier.revision == 2
    for wrong in (found["explain"].id, forget.id, 9_999):
        with pytest.raises(Refusal, match="Choose conditions"):
            writing.hand_over(session, dossier, forget, [wrong], **WORDS)
    writing.hand_over(session, dossier, forget, [], **WORDS)
    assert forget.id not in asked.keepers_of(session, dossier)


# Weights ---------------------------------------------------------------------------------------


def divided(session: Session, dossier: Dossier) -> list[divisions.Division]:
    return divisions.divisions(
        preparing.lots_of(session, dossier), asked.criteria_of(session, dossier)
    )


def test_a_lot_divides_100_percent_with_its_price_and_a_criterion_inside_itself(
    session: Session, dossier: Dossier
) -> None:
    explain = rows(session, dossier)["explain"]
    for title in ("One", "Two", "Three"):
        said = Wording(title=title, weight=3333)
        writing.divide(session, dossier, explain, said, **WORDS)
    whole, inside = divided(session, dossier)
    assert (whole.price, whole.total, whole.is_right) == (4000, 10_000, True)
    assert inside.parent is not None
    assert (inside.parent.key, inside.total, inside.is_right) == ("explain", 9999, False)
    assert inside.offer == [("one", 3334), ("two", 3333), ("three", 3333)]
    writing.fit_weights(session, dossier, "lot-1", "explain", revision=4, **WORDS)
    assert [one.is_right for one in divided(session, dossier)] == [True, True]


def test_a_criterion_for_all_lots_is_divided_once(session: Session, dossier: Dossier) -> None:
    explain = rows(session, dossier)["explain"]
    writing.divide(session, dossier, explain, Wording(title="One", weight=10_000), **WORDS)
    preparing.add_lot(session, dossier, "South", **WORDS)
    assert [(one.lot.key, one.parent is None) for one in divided(session, dossier)] == [
        ("lot-1", True),
        ("lot-1", False),
        ("lot-2", True),
    ]


def test_there_is_no_offer_while_a_weight_is_missing(session: Session, dossier: Dossier) -> None:
    weighing = Weighing(weights={"explain": None, "forget": 5000})
    writing.weigh(session, dossier, weighing, revision=1, **WORDS)
    (whole,) = divided(session, dossier)
    assert not whole.is_complete
    assert whole.offer == []
    with pytest.raises(Conflict, match="fill in every weight"):
        writing.fit_weights(session, dossier, "lot-1", "", revision=2, **WORDS)
    with pytest.raises(NotFound):
        writing.fit_weights(session, dossier, "lot-1", "forget", revision=2, **WORDS)


@pytest.mark.parametrize(
    ("weighing", "message"),
    [
        (Weighing(weights={"explain": 0}), "more than 0"),
        (Weighing(weights={"nothing": 5}), "no such criterion"),
        (Weighing(weights={"register": 5}), "not weighed"),
        (Weighing(weights={}, prices={"lot-1": 20_000}), "at most 100"),
        (Weighing(weights={}, worths={"explain": 0}), "more than 0"),
    ],
)
def test_a_weight_that_makes_no_sense_is_refused(
    session: Session, dossier: Dossier, weighing: Weighing, message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        writing.weigh(session, dossier, weighing, revision=1, **WORDS)


def test_a_price_gets_a_weight_only_where_the_formula_has_one(
    session: Session, dossier: Dossier
) -> None:
    by_value = {"name": "award-on-value"}
    preparing.choose_formula(session, dossier, dossier.lots[0], by_value, "", revision=1, **WORDS)
    weighing = Weighing(weights={}, prices={"lot-1": 4000})
    with pytest.raises(Refusal, match="gives the price no weight"):
        writing.weigh(session, dossier, weighing, revision=2, **WORDS)
    (whole,) = divided(session, dossier)
    assert whole.is_in_euros
    assert whole.is_right


def test_weights_of_before_somebody_else_changed_something_are_a_conflict(
    session: Session, dossier: Dossier
) -> None:
    writing.weigh(session, dossier, Weighing(weights={"explain": 10}), revision=1, **WORDS)
    with pytest.raises(Conflict, match="meanwhile"):
        writing.weigh(session, dossier, Weighing(weights={"explain": 20}), revision=1, **WORDS)


# After the freeze ------------------------------------------------------------------------------


def changes_of(session: Session, dossier: Dossier) -> dict[str, Any]:
    row = rows(session, dossier)["explain"]
    revision = dossier.revision
    return {
        "take": lambda: writing.take(session, dossier, first_of("wish"), WHY, **WORDS),
        "write": lambda: writing.write_own(session, dossier, "wish", Wording(title="A"), **WORDS),
        "divide": lambda: writing.divide(session, dossier, row, Wording(title="A"), **WORDS),
        "change": lambda: writing.change(
            session, dossier, row, wording_of(row, text="x"), revision=row.revision, **WORDS
        ),
        "move": lambda: writing.move(session, dossier, row, "down", **WORDS),
        "remove": lambda: writing.remove(session, dossier, row, **WORDS),
        "hand over": lambda: writing.hand_over(session, dossier, row, [], **WORDS),
        "weigh": lambda: writing.weigh(
            session, dossier, Weighing(weights={"explain": 5}), revision=revision, **WORDS
        ),
        "fit": lambda: writing.fit_weights(
            session, dossier, "lot-1", "", revision=revision, **WORDS
        ),
    }


NAMES = ("take", "write", "divide", "change", "move", "remove", "hand over", "weigh", "fit")


@pytest.mark.parametrize("name", NAMES)
def test_no_criterion_changes_after_the_freeze(
    session: Session, dossier: Dossier, name: str
) -> None:
    fix(session, dossier)
    with pytest.raises(Conflict, match="by a rectification only"):
        changes_of(session, dossier)[name]()


@pytest.mark.parametrize("name", NAMES)
def test_no_criterion_changes_after_closing_even_under_rectification(
    session: Session, name: str
) -> None:
    dossier = a_concept(session, closes_at=NOW - timedelta(1))
    fix(session, dossier)
    dossier.rectification = "writing"
    session.flush()
    with pytest.raises(Conflict, match="closing date has passed"):
        changes_of(session, dossier)[name]()
