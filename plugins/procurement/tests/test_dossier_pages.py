"""Pages of who prepares a dossier: begin, set up, lots, criteria, library, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from waardewerk import db
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, submit
from waardewerk.values.operations import drafting
from waardewerk.values.starting import starting_points
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.forms.dossiers import NEEDS
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, Lot

from .setting_up import ANCHORS, NOW, a_concept, a_criterion, fix

BEGIN = {
    "kind": "european",
    "title": "Counting traffic",
    "ai": "yes",
    "technologies": ["camera", "ai"],
    "publish_on": "2099-02-01",
    "closes_at": "2099-03-01T17:00",
    "request_key": "one",
}
#: What the page of the weights sends along of what was in sight.
SEEN = re.compile(r'name="seen"[^>]*value="([^"]*)"')
KINDS_OF_DOSSIER = ("european", "national", "request", "subsidy")


class Officer:
    """Somebody with a browser who leads a dossier."""

    def __init__(self, browser: FlaskClient, person_id: int, work: UnitOfWork) -> None:
        self.browser = browser
        self.id = person_id
        self.work = work

    def add(self, **changes: Any) -> int:
        """Put a concept in the database; return its number."""
        with self.work() as session:
            return a_concept(session, self.id, **changes).id

    def dossier(self, dossier_id: int) -> Dossier:
        with self.work() as session:
            found = session.get_one(Dossier, dossier_id)
            session.refresh(found, ["lots", "criteria"])
            return found

    def criterion(self, key: str) -> DossierCriterion:
        with self.work() as session:
            found = session.scalar(select(DossierCriterion).where(DossierCriterion.key == key))
            assert found is not None
            return found

    def page(self, path: str, status: int = 200) -> str:
        shown = self.browser.get(path)
        assert shown.status_code == status, shown.text
        return " ".join(shown.text.split())

    def send(
        self, path: str, fields: Any = None, *, on: str | None = None, status: int = 303
    ) -> Any:
        sent = submit(self.browser, path, fields, on=on)
        assert sent.status_code == status, sent.text
        return sent


@pytest.fixture
def officer(a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork) -> Officer:
    person = a_person({"civil_servant"}, name="Ina Koper")
    return Officer(sign_in(person), person.id, unit_of_work)


# Dossiers --------------------------------------------------------------------------------------


def test_a_dossier_is_begun_on_one_screen_in_dutch_time(officer: Officer) -> None:
    assert "No dossier yet" in officer.page("/procurement/")
    sent = officer.send("/procurement/new", {**BEGIN, "officer_id": officer.id})
    assert sent.location == "/procurement/1/"
    found = officer.dossier(1)
    assert (found.closes_at or NOW).isoformat() == "2099-03-01T16:00:00+00:00"
    assert set(found.technologies) == {"ai", "camera"}
    shown = officer.page("/procurement/1/")
    assert "Ina Koper" in shown
    assert "Look first which values this touches" in shown
    assert "Counting traffic" in officer.page("/procurement/")
    again = officer.send("/procurement/new", {**BEGIN, "officer_id": officer.id})
    assert again.location == "/procurement/1/", "a form that is sent twice makes one dossier"


def test_a_concept_says_of_each_page_how_far_it_is(officer: Officer) -> None:
    number = officer.add()
    with officer.work() as session:
        found = session.get_one(Dossier, number)
        found.criteria[1].weight, found.criteria[2].reason = 3050, ""
    shown = officer.page(f"/procurement/{number}/")
    assert "5, of which 1 not complete" in shown
    assert "3 things to put right" in shown
    assert "still to do" in shown


def test_pages_to_write_on_name_the_dossier_in_their_title(officer: Officer) -> None:
    number = officer.add()
    for path in ("setup", "criteria", "weights", "lots", "criteria/library", "lots/lot-1"):
        title = officer.page(f"/procurement/{number}/{path}").partition("</title>")[0]
        assert "– Counting traffic with cameras" in title, path


def test_the_lots_say_the_formula_in_one_line(officer: Officer) -> None:
    shown = officer.page(f"/procurement/{officer.add()}/lots")
    assert "Published price band, price 40 %, €50,000.00 to €150,000.00" in shown


def test_formulas_that_rest_on_what_was_published_come_first(officer: Officer) -> None:
    shown = officer.page(f"/procurement/{officer.add()}/lots/lot-1/formula")
    advised, _heading, others = shown.partition("Other formulas")
    assert "Award on value" in advised
    assert "Lowest price divided by price" not in advised
    assert "Who asks twice as much gets half of them." in others


def test_the_library_begins_with_what_suits_the_dossier_and_shows_all_when_asked(
    officer: Officer,
) -> None:
    path = f"/procurement/{officer.add(technologies=['camera'])}/criteria/library"

    def count(shown: str) -> int:
        found = re.search(r"(\d+) criteria", shown)
        assert found is not None
        return int(found[1])

    shown = officer.page(path)
    assert "technology=all" in shown
    assert count(shown) < count(officer.page(f"{path}?technology=all"))
    assert count(officer.page(f"{path}?technology=all&words=privacy")) > 0
    assert "page=2" in shown
    of_next = officer.page(f"{path}?technology=all&page=2&dossier_id=9&_scheme=x")
    assert "technology=all&amp;page=1" in of_next
    assert of_next.count('<li class="ww-task">') == 20


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(officer: Officer) -> None:
    wrong = {**BEGIN, "officer_id": officer.id, "closes_at": "2099-03-29T02:30"}
    sent = officer.send("/procurement/new", wrong, status=422)
    assert "Choose 03:00 or later" in sent.text
    assert 'value="2099-03-29T02:30"' in sent.text
    sent = officer.send("/procurement/new", {"kind": "auction"}, status=422)
    assert "Fill this in." in sent.text


def test_the_hour_that_comes_twice_is_said(officer: Officer) -> None:
    twice = {**BEGIN, "officer_id": officer.id, "closes_at": "2099-10-25T02:30"}
    sent = officer.send("/procurement/new", twice)
    assert "02:30 comes twice. The later one is meant now." in officer.page(sent.location)


def test_the_set_up_changes_and_an_older_form_is_a_conflict_that_keeps_what_was_typed(
    officer: Officer,
) -> None:
    number = officer.add()
    path = f"/procurement/{number}/setup"
    fields = {
        **BEGIN,
        "officer_id": officer.id,
        "revision": "1",
        "scale": "rws",
        "aggregation": "median",
        "assessors": "5",
    }
    officer.send(path, fields)
    found = officer.dossier(number)
    assert (found.aggregation, found.assessors, found.revision) == ("median", 5, 2)
    sent = officer.send(path, {**fields, "title": "Typed in vain"}, status=422)
    assert "Something was changed meanwhile" in sent.text
    assert "Typed in vain" in sent.text


def test_only_who_leads_a_dossier_changes_it(officer: Officer, sign_in_as: SignInAs) -> None:
    number = officer.add()
    colleague = sign_in_as("civil_servant")
    assert colleague.get(f"/procurement/{number}/").status_code == 200
    assert colleague.get(f"/procurement/{number}/criteria").status_code == 200
    for page in ("setup", "lots", "weights", "criteria/library", "criteria/new"):
        assert colleague.get(f"/procurement/{number}/{page}").status_code == 403, page
    manager = sign_in_as("beheerder")
    assert manager.get(f"/procurement/{number}/setup").status_code == 200


def test_the_overview_leads_to_pages_that_answer_in_every_state(officer: Officer) -> None:
    number = officer.add()
    for state in ("concept", "review", "fixed", "assessment", "decision", "execution", "closed"):
        with officer.work() as session:
            session.get_one(Dossier, number).state = state
        shown = officer.page(f"/procurement/{number}/")
        assert 'aria-current="step"' in shown or state == "closed"
        assert (f"/procurement/{number}/setup" in shown) == (state == "concept")
        assert f"/procurement/{number}/criteria" in shown


def test_the_lens_is_opened_from_the_overview_and_says_whether_people_looked_wider(
    a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    person = a_person({"adviseur"})
    adviser = Officer(sign_in(person), person.id, unit_of_work)
    number = adviser.add()
    home = f"/procurement/{number}/"
    assert "Look first which values this touches" in adviser.page(home)
    lens = adviser.send(f"{home}lens", on=home).location
    assert "Counting traffic with cameras" in adviser.page(lens)
    assert "Nobody has looked wider" in adviser.page(home)
    assert adviser.send(f"{home}lens", on=lens).location == lens


def test_a_signal_can_name_the_dossier_that_it_comes_from(officer: Officer) -> None:
    number = officer.add()
    assert "Counting traffic with cameras" in officer.page(
        f"/values/signal?from=procurement.dossier:{number}"
    )


# Lots and formulas -----------------------------------------------------------------------------


def test_a_lot_gets_its_rules_in_the_words_that_people_type(officer: Officer) -> None:
    number = officer.add()
    lots = f"/procurement/{number}/lots"
    officer.send(lots, {"title": "South"})
    officer.send(
        f"{lots}/lot-2",
        {
            "revision": "2",
            "title": "South side",
            "expected_lowest": "100.000,00",
            "expected_highest": "250000",
            "drop_out": "rank-again",
            "tie_0": "criterion:explain",
            "tie_1": "lots",
        },
    )
    lot = officer.dossier(number).lots[1]
    assert (lot.expected_lowest, lot.expected_highest) == (10_000_000, 25_000_000)
    assert lot.tie_rule[0] == {"by": "criterion", "of": "explain"}
    shown = officer.page(lots)
    assert "points on Explain a count to a resident" in shown
    assert "€100,000.00 to €250,000.00" in shown
    sent = officer.send(
        f"{lots}/lot-2",
        {"revision": "3", "title": "South", "expected_lowest": "1,000,00"},
        status=422,
    )
    assert "Write it like 125.000,00 or 125000" in sent.text
    officer.send(f"{lots}/lot-2/remove")
    assert len(officer.dossier(number).lots) == 1


def test_each_formula_asks_its_own_numbers_and_tells_where_it_goes_wrong(officer: Officer) -> None:
    number = officer.add()
    lot = f"/procurement/{number}/lots/lot-1"
    every = officer.page(f"{lot}/formula")
    for name, needed in NEEDS.items():
        assert f"{lot}/formula/{name}" in every
        shown = officer.page(f"{lot}/formula/{name}")
        assert "Where it goes wrong" in shown
        for one in ("price_weight", "floor", "ceiling", "reference", "price"):
            assert (f'name="{one}"' in shown) == (one in needed), (name, one)
    officer.page(f"{lot}/formula/magic", 404)


def test_a_formula_is_chosen_with_dutch_numbers(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/lots/lot-1/formula"
    sent = officer.send(f"{path}/logarithmic", {"revision": "1", "price_weight": "40"}, status=422)
    assert "Fill this in." in sent.text
    numbers = {"revision": "1", "price_weight": "33,33", "points_per_doubling": "12,5"}
    sent = officer.send(f"{path}/logarithmic", numbers, status=422)
    assert "Say why it is needed" in sent.text
    officer.send(f"{path}/logarithmic", {**numbers, "reason": "Prices are unknown."})
    assert officer.dossier(number).lots[0].formula == {
        "name": "logarithmic",
        "price_weight": 3333,
        "points_per_doubling": "12.50",
    }
    assert 'value="12,50"' in officer.page(f"{path}/logarithmic")


@pytest.mark.parametrize(("kind", "who"), [("european", "bidders"), ("subsidy", "applicants")])
def test_who_writes_in_the_lens_reads_who_reads_it(officer: Officer, kind: str, who: str) -> None:
    lens = officer.send(f"/procurement/{officer.add(kind=kind)}/lens", on="/").location
    told = f"What you write here comes in the documents that {who} read."
    assert told in officer.page(lens)
    wider = officer.page(f"{lens}/wider")
    assert told in wider
    card = re.search(r'class="ww-card__title"><a href="([^"]+)"', wider)
    assert card is not None
    assert told in officer.page(unescape(card[1]))
    officer.send(unescape(card[1]), {"direction": "positive", "reason": "It helps them all."})
    consider = re.search(r'href="([^"]+/consider[^"]+)"', officer.page(lens))
    assert consider is not None
    assert told in officer.page(unescape(consider[1]))
    project = officer.send("/values/lenses/new", {"title": "Sensors", "request_key": "a"}).location
    assert "in the documents that" not in officer.page(project)


# Criteria --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS_OF_DOSSIER)
def test_a_dossier_offers_the_types_of_its_kind_and_no_other(officer: Officer, kind: str) -> None:
    number = officer.add(kind=kind)
    shown = officer.page(f"/procurement/{number}/criteria/new")
    for type_, one in KINDS.items():
        fits = (one.used_in == "subsidy") == (kind == "subsidy")
        path = f"/procurement/{number}/criteria/new/{type_}"
        assert (path in shown) == fits
        officer.page(path, 200 if fits else 422)
    officer.page(f"/procurement/{number}/criteria/new/beauty", 422)


def test_an_exclusion_ground_is_chosen_and_cannot_be_written(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/new/exclusion_ground"
    shown = officer.page(path)
    assert 'name="title"' not in shown
    assert 'name="text"' not in shown
    own = {"ground": "2.87-1-c", "title": "Unfriendly firms", "text": "We dislike them."}
    sent = officer.send(path, own)
    found = officer.criterion(sent.location.rpartition("/")[2])
    assert "Unfriendly" not in found.title
    assert "dislike" not in found.text
    officer.send(path, {"ground": "2.87-1-z"}, status=422)


def test_a_criterion_is_taken_with_the_reason_why_here_and_one_by_one(officer: Officer) -> None:
    number = officer.add()
    library = f"/procurement/{number}/criteria/library"
    search = f"{library}?value=toegankelijkheid&type=minimum_requirement&technology=all"
    assert f"{library}/wcag-alle-schermen" in officer.page(search)
    one = f"{library}/wcag-alle-schermen"
    assert "Take this criterion" in officer.page(one)
    sent = officer.send(one, {"value": "toegankelijkheid", "lot_id": "0"}, status=422)
    assert "Fill this in." in sent.text
    taken = {"value": "toegankelijkheid", "lot_id": "0", "reason": "Residents see the counts."}
    taken["risk"] = "Blind people miss them."
    sent = officer.send(one, taken)
    assert sent.location == f"/procurement/{number}/criteria/wcag-alle-schermen"
    row = officer.criterion("wcag-alle-schermen")
    assert row.text.startswith("Elk scherm en elk document")
    assert (row.reason, row.weight, row.lot_id) == ("Residents see the counts.", None, None)
    assert (row.risk, row.link) == ("Blind people miss them.", ""), "the rest may come later"
    assert "Gemelde drempels" in officer.page(sent.location).replace(
        "Reported barriers", "Gemelde drempels"
    )
    assert "in this dossier" in officer.page(search)
    officer.send(one, taken)
    assert len(officer.dossier(number).criteria) == 6


def test_no_value_is_chosen_beforehand_that_the_library_does_not_name(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/library/wcag-alle-schermen"
    assert '<option selected value="toegankelijkheid">' in officer.page(path)
    with officer.work() as session:
        framework = next(one for one in starting_points() if not one.value("toegankelijkheid"))
        version = drafting.start_version(session, framework, why="", actor_id=None, now=NOW)
        session.get_one(Dossier, number).values_version = version.number
        other = framework.values[0].key
    assert '<option selected value="">Choose a value</option>' in officer.page(path)
    taken = {"value": "", "lot_id": "0", "reason": "Residents see the counts."}
    assert "Choose a value." in officer.send(path, taken, status=422).text
    officer.send(path, {**taken, "value": other})
    assert officer.criterion("wcag-alle-schermen").value == other


@pytest.mark.parametrize(
    "asked", ["?words=zzzz", "?value=nothing&type=nothing&ambition=x&technology=fax", "?ambition=3"]
)
def test_a_search_answers_whatever_is_asked(officer: Officer, asked: str) -> None:
    shown = officer.page(f"/procurement/{officer.add()}/criteria/library{asked}")
    assert ("Nothing in the library fits" in shown) == ("zzzz" in asked)


def form_of(row: DossierCriterion, **changes: str) -> dict[str, str]:
    names = ("title", "text", "question", "value", "reason", "risk", "small_firms", "link")
    fields = {name: getattr(row, name) for name in names}
    fields |= {f"anchor_{nth}": text for nth, text in enumerate(row.anchors.values())}
    fields |= {"evidence": "\n".join(row.evidence), "lot_id": "0", "weight": "30"}
    return {**fields, "revision": str(row.revision), **changes}


def test_everything_about_a_criterion_is_changed_on_one_page(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/explain"
    row = officer.criterion("explain")
    assert "Also tried in practice" in officer.page(f"{path}/change")
    changes = {"weight": "33,33", "minimum": "6", "evidence": "One\n\n Two ", "norm": ""}
    officer.send(f"{path}/change", form_of(row, **changes))
    row = officer.criterion("explain")
    assert (row.weight, row.minimum, row.evidence, row.revision) == (3333, "6", ["One", "Two"], 2)
    assert row.anchors == ANCHORS
    shown = officer.page(path)
    assert "33.33 %" in shown
    assert "Ina Koper" in shown
    assert officer.dossier(number).revision == 2


def test_two_who_change_one_criterion_do_not_overwrite_each_other(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/explain/change"
    row = officer.criterion("explain")
    officer.send(path, form_of(row, text="The first."))
    sent = officer.send(path, form_of(row, text="The second."), status=422)
    assert "Something was changed meanwhile" in sent.text
    assert "Saved now: The first." in sent.text
    assert "The second." in sent.text
    assert officer.criterion("explain").text == "The first."


def test_nonsense_in_a_criterion_is_refused_beside_the_field(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/explain/change"
    row = officer.criterion("explain")
    for wrong, message in (
        ({"weight": "101"}, "more than 0 and at most 100"),
        ({"weight": "a lot"}, "such as 33,33"),
        ({"title": ""}, "Fill this in"),
        ({"value": "no-such-value"}, "Not a valid choice"),
        ({"minimum": "7"}, "Not a valid choice"),
        ({"text": "a\x00b"}, "cannot be stored"),
    ):
        assert message in officer.send(path, form_of(row, **wrong), status=422).text


def test_a_criterion_is_divided_and_its_parts_weigh_inside_it(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/explain"
    part = {"title": "In plain words", "value": "uitlegbaarheid", "weight": "60"}
    officer.send(f"{path}/divide", part)
    officer.send(f"{path}/divide", part)
    shown = officer.page(path)
    assert "In plain words" in shown
    assert officer.criterion("in-plain-words").weight == 6000
    assert "Divided into:" in officer.page(f"/procurement/{number}/criteria")
    assert "Its part “In plain words”" in officer.page(f"{path}/remove")
    officer.send(f"{path}/remove")
    assert "In plain words" not in officer.page(f"/procurement/{number}/criteria")


def test_criteria_of_one_value_stand_together_and_know_each_other(officer: Officer) -> None:
    number = officer.add()
    shown = officer.page(f"/procurement/{number}/criteria")
    assert "Goes with:" in shown
    assert "Kept alive by:" in shown
    assert "values for which you ask nothing" in shown
    assert "Serves the same value or norm:" in officer.page(
        f"/procurement/{number}/criteria/forget"
    )


def test_what_keeps_a_promise_alive_is_chosen_on_its_page(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria/forget"
    register = officer.criterion("register").id
    officer.send(f"{path}/keepers", {"keepers": [str(register)]}, on=path)
    assert "Keeps alive:" in officer.page(f"/procurement/{number}/criteria/register")
    officer.send(f"{path}/keepers", {"keepers": ["nonsense"]}, on=path, status=422)
    with officer.work() as session:
        assert len(session.scalars(select(HandOver)).all()) == 2


def test_neighbours_change_places(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria"
    with officer.work() as session:
        found = session.get_one(Dossier, number)
        found.criteria.append(a_criterion("erase", "award_criterion", "Erase it", position=9))
    sent = officer.send(f"{path}/erase/move", {"way": "up"}, on=path)
    assert sent.location == f"{path}#erase"
    assert officer.criterion("erase").position < officer.criterion("forget").position
    officer.send(f"{path}/erase/move", {"way": "up"}, on=path)
    officer.send(f"{path}/erase/move", {"way": "sideways"}, on=path, status=422)


# Weights ---------------------------------------------------------------------------------------


def test_three_times_a_third_is_offered_as_a_button(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/weights"
    thirds = {"weight-explain": "33,33", "weight-forget": "33.33", "price-lot-1": "33,33"}
    officer.send(path, {"revision": "1", **thirds})
    shown = officer.page(path)
    assert "Together: 99.99 %" in shown
    assert "Price: 33.34 %" in shown
    officer.send(f"{path}/fit", {"lot": "lot-1", "parent": "", "revision": "2"}, on=path)
    assert "Together: 100 %" in officer.page(path)
    found = officer.dossier(number)
    assert (found.lots[0].formula or {})["price_weight"] == 3334
    assert [one.weight for one in found.criteria[1:3]] == [3333, 3333]
    officer.send(
        f"{path}/fit", {"lot": "lot-9", "parent": "", "revision": "3"}, on=path, status=404
    )
    officer.send(
        f"{path}/fit", {"lot": "lot-1", "parent": "", "revision": "3"}, on=path, status=409
    )


def test_a_stale_form_keeps_what_was_typed_and_goes_through_the_second_time(
    officer: Officer,
) -> None:
    number = officer.add()
    path = f"/procurement/{number}/weights"
    with officer.work() as session:
        found = session.get_one(Dossier, number)
        found.revision = 7
        found.criteria[1].weight = 2500
    typed = {"weight-explain": "35", "weight-forget": "30", "price-lot-1": "35"}
    sent = officer.send(path, {"revision": "1", **typed}, status=422)
    assert "Something was changed meanwhile" in sent.text
    assert "Saved now: 25" in sent.text
    assert "Saved now: 30" not in sent.text, "only what is otherwise is named"
    assert 'value="35"' in sent.text
    newest = re.search(r'name="revision"[^>]*value="(\d+)"', sent.text)
    assert newest is not None
    assert newest[1] == "7"
    officer.send(path, {"revision": newest[1], **typed})
    assert "Together: 100 %" in officer.page(path)


def test_a_stale_lot_names_what_is_saved_now(officer: Officer) -> None:
    path = f"/procurement/{officer.add()}/lots/lot-1"
    typed = {"revision": "9", "title": "North", "drop_out": "keep-totals"}
    with officer.work() as session:
        session.scalars(select(Lot)).one().drop_out = "rank-again"
    sent = officer.send(path, typed, status=422)
    assert "Saved now: Compute and rank again without that bid" in sent.text
    assert 'value="North"' in sent.text


def test_a_weight_that_is_none_is_said_beside_it(officer: Officer) -> None:
    path = f"/procurement/{officer.add()}/weights"
    wrong = {"revision": "1", "weight-explain": "120", "weight-forget": "", "price-lot-1": "40"}
    sent = officer.send(path, wrong, status=422)
    assert "more than 0 and at most 100" in sent.text


def test_two_who_weigh_different_wholes_do_not_hear_of_each_other(officer: Officer) -> None:
    number = officer.add()
    path = f"/procurement/{number}/weights"
    seen = SEEN.search(officer.page(path))
    assert seen is not None
    stale = {"revision": "1", "seen": seen[1]}
    unchanged = {"weight-explain": "30", "weight-forget": "30", "price-lot-1": "40"}
    with officer.work() as session:
        dossier = session.get_one(Dossier, number)
        explain = dossier.criteria[1]
        part = a_criterion("part", "award_criterion", "A part", weight=10_000, parent_id=explain.id)
        dossier.criteria.append(part)
        dossier.revision += 1
    officer.send(path, {**stale, **unchanged, "weight-forget": "20", "price-lot-1": "50"})
    assert officer.criterion("forget").weight == 2000
    assert officer.criterion("part").weight == 10_000
    # And who changes the same whole on top of that is told, with what is saved now beside it.
    told = officer.send(path, {**stale, **unchanged, "weight-explain": "25"}, status=422)
    assert "Saved now: 20" in told.text
    assert officer.criterion("explain").weight == 3000


def test_where_a_lot_is_awarded_on_value_the_page_asks_euros(officer: Officer) -> None:
    number = officer.add()
    officer.send(f"/procurement/{number}/lots/lot-1/formula/award-on-value", {"revision": "1"})
    path = f"/procurement/{number}/weights"
    fields = {"revision": "2", "worth-explain": "100.000,00", "worth-forget": "50000"}
    officer.send(path, fields)
    assert officer.criterion("explain").worth == 10_000_000
    assert "weight-explain" not in officer.page(path)


# After the freeze ------------------------------------------------------------------------------

GETS = (
    "setup",
    "lots",
    "lots/lot-1",
    "lots/lot-1/remove",
    "lots/lot-1/formula",
    "lots/lot-1/formula/price-band",
    "criteria/library",
    "criteria/library/wcag-alle-schermen",
    "criteria/new",
    "criteria/new/wish",
    "criteria/explain/change",
    "criteria/explain/divide",
    "criteria/explain/remove",
    "weights",
)
ONLY_READ = ("lots/lot-1/formula", "criteria/library", "criteria/new")
POSTS = (
    "lens",
    *(
        path
        for path in GETS
        if path not in ("lots/lot-1/formula", "criteria/library", "criteria/new")
    ),
    "criteria/explain/move",
    "criteria/explain/keepers",
    "weights/fit",
)


def is_fixed(officer: Officer) -> int:
    number = officer.add()
    with officer.work() as session:
        fix(session, session.get_one(Dossier, number))
    return number


def is_past_closing_under_rectification(officer: Officer) -> int:
    number = officer.add(closes_at=NOW - timedelta(1))
    with officer.work() as session:
        found = session.get_one(Dossier, number)
        fix(session, found)
        found.rectification = "writing"
    return number


def test_who_writes_while_a_second_person_reads_hears_to_take_it_back(officer: Officer) -> None:
    number = officer.add(state="review")
    shown = officer.page(f"/procurement/{number}/weights", 409)
    assert "A second person reads this dossier now. Take it back to write on." in shown
    assert "That cannot be done now" in shown
    assert "is fixed" not in shown


@pytest.mark.parametrize("stopped", [is_fixed, is_past_closing_under_rectification])
def test_after_the_freeze_every_route_refuses(
    stopped: Any, a_person: AddPerson, sign_in: SignIn, unit_of_work: UnitOfWork
) -> None:
    person = a_person({"adviseur"})
    adviser = Officer(sign_in(person), person.id, unit_of_work)
    number = stopped(adviser)
    before = adviser.dossier(number).revision
    for path in GETS:
        adviser.page(f"/procurement/{number}/{path}", 409)
    for path in POSTS:
        adviser.send(f"/procurement/{number}/{path}", {"way": "up"}, on="/account/", status=409)
    assert adviser.dossier(number).revision == before
    assert len(adviser.dossier(number).criteria) == 5


def test_while_it_is_rectified_before_closing_texts_change_again(officer: Officer) -> None:
    number = is_fixed(officer)
    with officer.work() as session:
        session.get_one(Dossier, number).rectification = "writing"
    row = officer.criterion("explain")
    officer.send(
        f"/procurement/{number}/criteria/explain/change", form_of(row, text="Said better.")
    )
    assert officer.criterion("explain").text == "Said better."


def test_every_route_that_changes_a_dossier_is_tried_after_the_freeze(app: Flask) -> None:
    own = ("waardewerk_procurement.views.dossiers", "waardewerk_procurement.views.criteria")
    tried = {path.replace("lot-1", "*").replace("explain", "*") for path in POSTS}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if view.__module__ in own and "POST" in (rule.methods or set()) and rule.arguments:
            path = str(rule).removeprefix("/procurement/<int:dossier_id>/")
            path = re.sub(r"<\w+_key>", "*", path)
            path = path.replace("<formula_name>", "price-band").replace("<criterion_type>", "wish")
            assert path in tried or path == "criteria/library/*", path


# Many ------------------------------------------------------------------------------------------


@contextmanager
def questions_asked(app: Flask) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            asked.append(statement)

    engine = app.extensions[db.EXTENSION].engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_a_list_of_200_criteria_takes_as_few_questions_as_a_short_one(
    app: Flask, officer: Officer
) -> None:
    number = officer.add()
    path = f"/procurement/{number}/criteria"
    officer.page(path)
    with questions_asked(app) as with_few:
        officer.page(path)
    types = [key for key, kind in KINDS.items() if kind.used_in == "tender"]
    values = ("privacy", "inclusie", "toegankelijkheid", "uitlegbaarheid", "autonomie")
    with officer.work() as session:
        found = session.get_one(Dossier, number)
        found.criteria += [
            a_criterion(
                f"k-{nth}",
                types[nth % len(types)],
                f"Criterion {nth}",
                value=values[nth % len(values)],
                position=10 + nth,
            )
            for nth in range(195)
        ]
    officer.page(path)
    with questions_asked(app) as with_many:
        shown = officer.page(path)
    assert shown.count('class="ww-part"') == 200
    assert len(with_many) == len(with_few) <= 12
