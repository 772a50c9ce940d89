"""Documents of what was fixed: opened with a reader of their own format, they hold all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from time import process_time
from typing import Any

import docx
import odfdo
import openpyxl
import pypdf
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from waardewerk import documents, i18n
from waardewerk.documents import Document, Heading, Table
from waardewerk.refusal import NotFound
from waardewerk.testing import Cluster, UnitOfWork
from waardewerk_procurement import exporters
from waardewerk_procurement.award.formulas import Formula, PriceField
from waardewerk_procurement.award.scales import LinearScale, Scale, StepScale
from waardewerk_procurement.award.scoring import Criterion as Scored
from waardewerk_procurement.award.simulation import Estimate, alternatives
from waardewerk_procurement.documents import (
    Source,
    Stamp,
    answer_form,
    answer_sheets,
    award_guide,
    award_sheets,
    ocds,
    ocds_checking,
    requirement_sheets,
    requirements,
    scheme_articles,
    scheme_sheets,
    words,
)
from waardewerk_procurement.documents.example import worked_example
from waardewerk_procurement.documents.formula_words import explained, worked
from waardewerk_procurement.documents.outline import items_of
from waardewerk_procurement.documents.words import figure, money
from waardewerk_procurement.fixed.snapshot import Named, Snapshot, read_snapshot
from waardewerk_procurement.kind_words import worded_for
from waardewerk_procurement.models import Lot

from .conftest import FIFTY, TEN, rules
from .setting_up import ANCHORS, KNOCK_OUT, NOW, a_concept, a_criterion, a_scheme, fix

Write = Callable[[Source], Document]

WRITTEN_AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
IN_NO_CRITERION = Named(key="openness", name="Openness of everything")


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Use one database: what is written does not depend on it. The pages are tried on both."""
    return sqlite


@pytest.fixture
def speaking(app: Flask) -> Iterator[None]:
    """Speak English, the language of the source texts."""
    with app.app_context():
        i18n.speak("en")
        yield


@pytest.fixture
def tender(unit_of_work: UnitOfWork, speaking: None) -> Source:
    """Give a tender with a criterion of every kind, a criterion in two parts, and a minimum."""
    with unit_of_work() as session:
        dossier = a_concept(session)
        dossier.criteria += [
            a_criterion(
                "no-tax",
                "exclusion_ground",
                "Taxes that were not paid",
                position=6,
                ground="2.87-1-j",
                anchors={"met": "All was paid.", "failed": "Something was not paid."},
            ),
            a_criterion(
                "secure",
                "suitability_requirement",
                "Works securely",
                position=7,
                anchors={"met": "A certificate or the like.", "failed": "Neither of them."},
            ),
        ]
        forget = next(one for one in dossier.criteria if one.key == "forget")
        for place, key in enumerate(("soon", "surely"), 8):
            part = a_criterion(
                key, "award_criterion", f"Forgotten {key}", position=place, weight=5000
            )
            part.parent_id = forget.id
            dossier.criteria.append(part)
        forget.minimum, forget.anchors = "", {}
        session.flush()
        row = fix(session, dossier)
        return source(row.content, row.sha256)


@pytest.fixture
def scheme(unit_of_work: UnitOfWork, speaking: None) -> Source:
    """Give a subsidy scheme."""
    with unit_of_work() as session:
        row = fix(session, a_scheme(session))
        return source(row.content, row.sha256)


def source(content: str, sha256: str) -> Source:
    fixed = read_snapshot(content)
    lens = fixed.lens.model_copy(update={"in_view": (IN_NO_CRITERION,)})
    seen = fixed.model_copy(update={"lens": lens})
    return Source(seen, Stamp(1, sha256, WRITTEN_AT), "Waardenland")


# Reading ---------------------------------------------------------------------------------------


def bare(text: str) -> str:
    """Leave out what a format may add: spaces, hyphens and places to break."""
    return re.sub(r"[\s\u00ad\u200b‐-]", "", text)


def words_in_pdf(document: Document) -> str:
    read = pypdf.PdfReader(BytesIO(documents.to_pdf(document)))
    return "\n".join(page.extract_text() for page in read.pages)


def words_in_docx(document: Document) -> str:
    read = docx.Document(BytesIO(documents.to_docx(document)))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in read.paragraphs), *cells])


def words_in_odt(document: Document) -> str:
    read = odfdo.Document(BytesIO(documents.to_odt(document)))
    return "".join(str(text) for text in read.body.xpath("//text()"))


def words_in_html(document: Document) -> str:
    text = documents.to_html(document, stylesheet="/app.css")
    return re.sub(r"<[^>]+>", "", text).replace("&#39;", "'").replace("&amp;", "&")


READERS = {
    "pdf": words_in_pdf,
    "docx": words_in_docx,
    "odt": words_in_odt,
    "html": words_in_html,
}


def all_texts(snapshot: Snapshot, *types: str) -> Iterator[str]:
    for one in snapshot.criteria:
        if not types or one.type in types:
            yield from (one.title, one.text, *one.anchors.values())


# What each holds -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize(
    ("write", "types"),
    [
        (requirements, ()),
        (answer_form, ()),
        (
            award_guide,
            (
                "award_criterion",
                "wish",
                "minimum_requirement",
                "exclusion_ground",
                "suitability_requirement",
            ),
        ),
    ],
    ids=["requirements", "answer form", "award guide"],
)
def test_a_document_of_a_tender_holds_every_text_and_the_fingerprint(
    tender: Source, form: str, write: Write, types: tuple[str, ...]
) -> None:
    said = bare(READERS[form](write(tender)))
    assert tender.stamp.sha256 in said
    assert [one for one in all_texts(tender.snapshot, *types) if bare(one) not in said] == []


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("write", [scheme_articles, answer_form, award_guide])
def test_a_document_of_a_scheme_holds_every_text_and_the_fingerprint(
    scheme: Source, form: str, write: Write
) -> None:
    said = bare(READERS[form](write(scheme)))
    types = () if write is not award_guide else ("assessment_criterion", "refusal_ground")
    assert scheme.stamp.sha256 in said
    assert [one for one in all_texts(scheme.snapshot, *types) if bare(one) not in said] == []


def in_words(document: Document) -> str:
    return words_in_html(document)


@pytest.mark.parametrize("write", [requirements, award_guide, answer_form])
def test_each_document_says_what_was_looked_at_and_nothing_for_the_province(
    tender: Source, write: Write
) -> None:
    said = in_words(write(tender))
    for for_the_officer in ("legal advice", "no criterion serves", "good estimate"):
        assert for_the_officer not in said
    assert tender.snapshot.lens.nothing_else in said
    assert "Fixed version" in said
    assert "26 November 2026" in said


@pytest.mark.parametrize("write", [scheme_articles, award_guide])
def test_a_scheme_publishes_its_ceiling_and_how_it_is_divided(scheme: Source, write: Write) -> None:
    said = in_words(write(scheme))
    assert "The subsidy ceiling is € 80,000." in said
    assert "The first application that does not fit any more gets what is left" in said


def test_a_tender_speaks_of_no_ceiling_to_divide(tender: Source) -> None:
    assert "how it is divided" not in in_words(award_guide(tender))


def test_an_honest_bidder_answers_no_to_a_ground_and_yes_to_a_requirement(tender: Source) -> None:
    said = in_words(answer_form(tender))
    assert "Does this apply to you?" in said
    assert "Who answers yes is shut out" in said
    assert "Do you meet this?" in said
    assert "Applies: shut out" in said


def test_an_honest_applicant_answers_no_to_a_ground_for_refusal(scheme: Source) -> None:
    said = in_words(answer_form(scheme))
    assert "Does this apply to your application?" in said
    assert "Who answers yes gets no subsidy." in said
    assert "Applies: we refuse" in said
    assert "Do you meet this?" not in said


def test_an_applicant_says_for_which_amount_and_reads_how_much_there_is(scheme: Source) -> None:
    said = in_words(answer_form(scheme))
    assert "Amount that you apply for, in euros: € …" in said
    assert "The subsidy is at most € 50,000 for each application." in said
    assert "The subsidy ceiling is € 80,000." in said
    titles, row = read_sheets(answer_sheets(scheme))["What you apply for"]
    assert titles[-1] == "Amount that you apply for, in euros"
    assert "€ 50,000" in row[1]
    assert not row[-1]


def test_a_bidder_writes_no_price_beside_the_answers(tender: Source) -> None:
    assert "Amount that you apply for" not in in_words(answer_form(tender))
    assert "What you apply for" not in read_sheets(answer_sheets(tender))


def test_no_amount_is_asked_where_every_application_brings_the_same(scheme: Source) -> None:
    content = scheme.snapshot.model_dump(mode="json")
    content["lots"][0]["formula"] |= {"price": "2500.00", "ceiling": None}
    same = Source(Snapshot.model_validate(content), scheme.stamp, "Waardenland")
    assert "Amount that you apply for" not in in_words(answer_form(same))


@pytest.mark.parametrize("kind", ["tender", "scheme"])
def test_numbers_in_the_form_to_answer_on_go_up(kind: str, request: pytest.FixtureRequest) -> None:
    form = answer_form(request.getfixturevalue(kind))
    headings = [one.text for one in form.blocks if isinstance(one, Heading) and one.level == 2]
    numbers = [[int(part) for part in one.split()[0].split(".")] for one in headings]
    assert len(numbers) > 2
    assert numbers == sorted(numbers)


def test_a_guide_speaks_of_what_must_be_met_only_where_something_must(scheme: Source) -> None:
    content = scheme.snapshot.model_dump(mode="json")
    content["criteria"] = [one for one in content["criteria"] if one["type"] != "refusal_ground"]
    without = Source(Snapshot.model_validate(content), scheme.stamp, "Waardenland")
    with worded_for(is_subsidy=True):
        assert "When a ground for refusal applies" in in_words(award_guide(scheme))
        assert "ground for refusal" not in in_words(award_guide(without))


def test_a_total_that_is_the_quality_is_not_written_out(scheme: Source) -> None:
    said = in_words(award_guide(scheme))
    assert "Totals of the example" in said
    assert "The totals written out:" not in said


def test_a_value_of_the_wider_look_without_a_criterion_is_named_too(tender: Source) -> None:
    content = tender.snapshot.model_dump(mode="json")
    wider = {
        "urn": "urn:x:quiet",
        "name": "Quiet",
        "direction": "negative",
        "reason": "More cars pass by.",
    }
    content["lens"] = {"in_view": [{"key": "quiet", "name": "Quiet"}], "wider": [wider]}
    seen = Source(Snapshot.model_validate(content), tender.stamp, "Waardenland")
    assert [one.name for one in seen.values_without_criterion] == ["Quiet"]
    assert "More cars pass by." in in_words(requirements(seen))
    assert rows_about_values(requirements(seen))[-1] == ["Quiet", "none"]


def rows_about_values(document: Document) -> list[list[Any]]:
    (table,) = [
        one
        for one in document.blocks
        if isinstance(one, Table) and one.caption == "Values, and what asks for them"
    ]
    return [list(row) for row in table.rows]


@pytest.mark.parametrize(
    ("lens", "why"),
    [
        (
            {
                "considerations": [
                    {
                        "value": {"key": "quiet", "name": "Quiet"},
                        "effect": "none",
                        "for_whom": "",
                        "reason": "It makes no sound.",
                    }
                ]
            },
            "It makes no sound.",
        ),
        (
            {
                "tensions": [
                    {
                        "value": "Safety",
                        "against": "Quiet",
                        "choice": "It beeps.",
                        "gives_up": "Some rest at night.",
                        "decided_by": "The council",
                        "decided_on": "2026-11-01",
                    }
                ]
            },
            "Some rest at night.",
        ),
    ],
)
def test_why_nothing_is_asked_for_a_value_is_said_where_it_was_written(
    tender: Source, lens: dict[str, Any], why: str
) -> None:
    content = tender.snapshot.model_dump(mode="json")
    content["lens"] = {"in_view": [{"key": "quiet", "name": "Quiet"}], **lens}
    seen = Source(Snapshot.model_validate(content), tender.stamp, "Waardenland")
    assert rows_about_values(requirements(seen))[-1] == ["Quiet", f"none: {why}"]


def test_a_consideration_about_people_stays_inside(tender: Source) -> None:
    content = tender.snapshot.model_dump(mode="json")
    weighed = {
        "value": {"key": "quiet", "name": "Quiet"},
        "effect": "negative",
        "for_whom": "The neighbours",
        "reason": "They sleep badly.",
    }
    content["lens"] = {
        "in_view": [{"key": "quiet", "name": "Quiet"}],
        "considerations": [weighed],
    }
    seen = Source(Snapshot.model_validate(content), tender.stamp, "Waardenland")
    said = in_words(requirements(seen))
    assert "They sleep badly." not in said
    assert "The neighbours" not in said


def test_a_concept_says_so_and_carries_no_fingerprint(tender: Source) -> None:
    concept = Source(tender.snapshot, Stamp(0, "", WRITTEN_AT), "Waardenland")
    for write in (requirements, award_guide, answer_form):
        said = in_words(write(concept))
        assert "CONCEPT: not fixed" in said
        assert "SHA-256" not in said
    assert "SHA-256" not in str(requirement_sheets(concept))


def test_each_requirement_says_why_it_is_in_proportion(tender: Source) -> None:
    said = in_words(requirements(tender))
    assert said.count("Why this is in proportion.") == len(tender.snapshot.criteria)
    assert "People are followed without knowing." in said


@pytest.mark.parametrize("write", [requirements, award_guide, answer_form])
def test_what_it_costs_a_small_firm_is_weighed_inside_and_not_printed(
    tender: Source, write: Write
) -> None:
    assert tender.snapshot.criteria[0].proportionality.small_firms == "Half a day of work."
    assert "Half a day of work." not in in_words(write(tender))


def test_an_exclusion_ground_names_its_place_in_the_closed_list(tender: Source) -> None:
    said = in_words(requirements(tender))
    assert "Aanbestedingswet 2012, article 2.87, paragraph 1, letter j" in said


def test_a_rectification_says_why_it_is_there(tender: Source) -> None:
    stamp = Stamp(2, tender.stamp.sha256, WRITTEN_AT, "A date was wrong.")
    said = in_words(requirements(Source(tender.snapshot, stamp, "Waardenland")))
    assert "A date was wrong." in said


def test_every_document_calls_a_criterion_by_the_same_number(tender: Source) -> None:
    texts = [in_words(write(tender)) for write in (requirements, answer_form)]
    for item in items_of(tender.snapshot):
        assert all(f"{item.number} {item.criterion.title}" in text for text in texts)


def test_a_heading_above_one_criterion_names_one_and_above_more_names_more(tender: Source) -> None:
    headings = [one.text for one in requirements(tender).blocks if isinstance(one, Heading)]
    assert "1 Exclusion ground" in headings
    assert "4 Award criteria" in headings, "parts of a criterion do not count"


def test_what_is_met_or_kept_has_an_outcome_and_no_score(tender: Source) -> None:
    tables = {one.caption: one for one in requirements(tender).blocks if isinstance(one, Table)}
    asked = {
        item.criterion.type: f"How {item.number} is judged" for item in items_of(tender.snapshot)
    }
    for kind in ("minimum_requirement", "contract_condition"):
        assert tables[asked[kind]].columns[0].title == "Outcome"
    assert tables[asked["award_criterion"]].columns[0].title == "Score"


def test_parts_of_a_criterion_are_numbered_inside_it(tender: Source) -> None:
    numbers = {item.criterion.key: item.number for item in items_of(tender.snapshot)}
    assert numbers["soon"] == f"{numbers['forget']}.1"
    assert numbers["surely"] == f"{numbers['forget']}.2"


def test_a_duty_says_on_which_article_it_rests_and_why(scheme: Source) -> None:
    said = in_words(scheme_articles(scheme))
    assert "4:38, a duty that serves the goal of the subsidy. Residents decide along." in said
    assert "(article 4:38 of the Awb)" in said


def test_articles_say_who_goes_first_who_comes_up_and_how_much_there_is(scheme: Source) -> None:
    content = scheme.snapshot.model_dump(mode="json")
    for lot in content["lots"]:
        lot["formula"] = {"name": "fixed-price", "ceiling": "250000"}
        lot["tie_rule"] = [{"by": "quality"}, {"by": "lots"}]
        lot["drop_out"] = "keep-totals"
    most = Source(Snapshot.model_validate(content), scheme.stamp, "Waardenland")
    with worded_for(is_subsidy=True):
        said = in_words(scheme_articles(most))
    assert (
        "If applications have the same total, the application with the most points for quality "
        "goes first. If that is the same as well, lots are drawn." in said
    )
    assert "the totals of the others stand and the next one moves up." in said
    assert "The subsidy is at most € 250,000 for each application." in said


def test_words_of_a_document_follow_the_language_of_the_reader(tender: Source, app: Flask) -> None:
    with i18n.speaking("nl"):
        document = requirements(tender)
    assert document.title == "Programma van eisen en wensen"
    assert document.language == "nl"


# Lots and scales -------------------------------------------------------------------------------


@pytest.fixture
def two_lots(unit_of_work: UnitOfWork, speaking: None) -> Source:
    """Give a tender in two lots; the second one asks one thing more, and looks at quality alone."""
    with unit_of_work() as session:
        dossier = a_concept(session)
        second = Lot(
            key="lot-2",
            position=2,
            title="Only the maintenance",
            formula={"name": "award-on-value"},
            tie_rule=[{"by": "value", "of": "privacy"}, {"by": "price", "of": None}],
            drop_out="rank-again",
        )
        dossier.lots.append(second)
        session.flush()
        first = dossier.lots[0]
        for one in dossier.criteria:
            if one.type == "award_criterion":
                one.lot_id = first.id
        dossier.criteria.append(
            a_criterion(
                "repair",
                "award_criterion",
                "Repair within a day",
                position=9,
                lot_id=second.id,
                worth=2_000_000,
            )
        )
        session.flush()
        row = fix(session, dossier)
        return source(row.content, row.sha256)


def test_each_lot_has_its_own_weights_formula_and_tie_rule(two_lots: Source) -> None:
    said = in_words(award_guide(two_lots))
    of_first, of_second = said.split("Only the maintenance", 1)
    assert "lots are drawn." in of_first
    assert "the bid with the most points for the value “Privacy” goes first." in of_second
    assert "€ 20,000" in of_second
    assert "computed and ranked again without it" in of_second


def test_each_lot_has_its_own_criteria_in_open_data(two_lots: Source) -> None:
    package = ocds.release_package(two_lots, ocds.Publication("ocds-a1b2c3", "x:a", "x:b"))
    assert ocds_checking.problems(package) == []
    lots = package["releases"][0]["tender"]["lots"]
    named = [[one["name"] for one in lot["awardCriteria"]["criteria"]] for lot in lots]
    assert named == [
        ["Price", "Explain a count to a resident", "Forget what was seen"],
        ["Price", "Repair within a day"],
    ]


def test_who_answers_says_for_which_lots(two_lots: Source) -> None:
    said = in_words(answer_form(two_lots))
    assert "Lots that you answer for" in said
    assert "Lot: Only the maintenance" in said
    assert "Lot: All lots" in said


def test_scores_stand_from_low_to_high_whatever_they_are_called(tender: Source) -> None:
    content = tender.snapshot.model_dump(mode="json")
    shares = {"zero": "0", "half": "50", "all": "100"}
    content["scale"] = {"kind": "steps", "shares": shares}
    one = next(one for one in content["criteria"] if one["key"] == "explain")
    one["anchors"] = {name: f"This is {name}." for name in sorted(shares)}
    kpi = next(one for one in content["criteria"] if one["type"] == "kpi")
    kpi["anchors"] = {"green": "On time.", "10": "All of it.", "2": "Little."}
    snapshot = Snapshot.model_validate(content)
    rows = words.anchor_rows(snapshot, snapshot.by_key["explain"])
    assert [name for name, _text in rows] == ["zero", "half", "all"]
    assert [name for name, _text in words.anchor_rows(snapshot, snapshot.by_key["explained"])] == [
        "green",
        "2",
        "10",
    ]


# Large -----------------------------------------------------------------------------------------


@pytest.fixture
def large(unit_of_work: UnitOfWork, speaking: None) -> Source:
    """Give a tender with two hundred criteria."""
    with unit_of_work() as session:
        dossier = a_concept(session)
        dossier.criteria += [
            a_criterion(
                f"more-{place}", type_, f"Criterion {place}", position=place, anchors=anchors
            )
            for place in range(10, 205)
            for type_, anchors in [
                ("kpi", ANCHORS) if place % 2 else ("minimum_requirement", KNOCK_OUT)
            ]
        ]
        session.flush()
        row = fix(session, dossier)
        return source(row.content, row.sha256)


@pytest.mark.slow
@pytest.mark.parametrize("write", [requirements, award_guide, answer_form])
@pytest.mark.parametrize("form", ["to_pdf", "to_docx", "to_odt"])
def test_two_hundred_criteria_leave_within_five_seconds(
    large: Source, write: Write, form: str
) -> None:
    began = process_time()
    getattr(documents, form)(write(large))
    # Time on the processor: what else the machine does is no part of it.
    assert process_time() - began < 5


@pytest.mark.slow
def test_two_hundred_criteria_leave_in_sheets_and_open_data_within_two_seconds(
    large: Source,
) -> None:
    began = process_time()
    documents.to_xlsx(requirement_sheets(large))
    documents.to_xlsx(award_sheets(large))
    package = ocds.release_package(
        large, ocds.Publication("ocds-a1b2c3", "https://x.nl/a", "https://x.nl/b")
    )
    assert ocds_checking.problems(package) == []
    assert process_time() - began < 2


# Sheets ----------------------------------------------------------------------------------------


def read_sheets(workbook: documents.Workbook) -> dict[str, list[list[Any]]]:
    read = openpyxl.load_workbook(BytesIO(documents.to_xlsx(workbook)))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in read}


def test_the_sheet_of_requirements_has_a_row_for_each_criterion(tender: Source) -> None:
    sheets = read_sheets(requirement_sheets(tender))
    titles, *rows = sheets["Criteria"]
    assert [row[-1] for row in rows] == [one.criterion.key for one in items_of(tender.snapshot)]
    said = bare(str(rows))
    assert [one for one in all_texts(tender.snapshot) if bare(one) not in said] == []
    assert ["SHA-256", tender.stamp.sha256] in sheets["About this file"]
    assert titles[0] == "Number"
    assert bare("Half a day of work.") not in said


def facts_in(sheet: list[list[Any]]) -> list[dict[str, Any]]:
    titles, *rows = sheet
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_the_sheet_of_requirements_says_what_is_said_already_and_measured(tender: Source) -> None:
    content = tender.snapshot.model_dump(mode="json")
    kpi = next(one for one in content["criteria"] if one["type"] == "contract_condition")
    kpi |= {"type": "kpi", "announced": True, "in_terms": "Article 7 of our terms"}
    changed = Source(Snapshot.model_validate(content), tender.stamp, "Waardenland")
    facts = {
        one["Key"]: one for one in facts_in(read_sheets(requirement_sheets(changed))["Criteria"])
    }
    assert facts[kpi["key"]]["Already in our terms"] == "Article 7 of our terms"
    assert facts[kpi["key"]]["Bidders know beforehand that it is measured"] == "yes"
    assert facts["no-tax"]["Bidders know beforehand that it is measured"] == ""
    assert "Basis in the Awb" not in facts["no-tax"], "a tender has no duties"


def test_the_sheets_of_the_award_hold_weights_scores_and_rules(tender: Source) -> None:
    sheets = read_sheets(award_sheets(tender))
    assert ["SHA-256", tender.stamp.sha256] in sheets["About this file"]
    weights = {one["Number"]: one for one in facts_in(sheets["Weights"])}
    number = {item.criterion.key: item.number for item in items_of(tender.snapshot)}
    assert weights[number["soon"]]["Part of"] == number["forget"]
    assert weights[number["soon"]]["Weight"] == "50 %"
    assert weights[number["forget"]]["Points for full marks"] == "by its parts"
    assert weights["–"]["Criterion"] == "Price"
    scores = [(row[0], row[4]) for row in sheets["What each score asks"][1:]]
    for item in items_of(tender.snapshot):
        one = item.criterion
        asked = [text for found, text in scores if found == item.number]
        is_judged = one.kind.weighed or one.kind.scale == "knock_out"
        assert set(asked) == (set(one.anchors.values()) if is_judged else set())
    assert len(sheets["The scale"]) > 1
    rules = {row[1]: row[2] for row in sheets["Rules"][1:]}
    assert any(name.startswith("The formula: ") for name in rules)
    assert {"When totals are equal", "When somebody drops out"} <= set(rules)
    assert "The ceiling, and how it is divided" not in rules


def test_each_lot_has_a_sheet_of_weights_in_its_own_unit(two_lots: Source) -> None:
    sheets = read_sheets(award_sheets(two_lots))
    first, second = (
        next(sheet for name, sheet in sheets.items() if name.startswith("Weights") and lot in name)
        for lot in (two_lots.snapshot.lots[0].title[:10], "Only the maintenance")
    )
    assert "Points for full marks" in first[0]
    assert "Worth of full marks" in second[0]
    assert [row[1] for row in second[1:]] == ["Repair within a day"]
    assert {row[0] for row in sheets["Rules"][1:]} == {
        "All lots",
        *(lot.title for lot in two_lots.snapshot.lots),
    }


def test_the_sheets_of_a_scheme_hold_its_ceiling_articles_and_duties(scheme: Source) -> None:
    with worded_for(is_subsidy=True):
        assessed, written = read_sheets(award_sheets(scheme)), read_sheets(scheme_sheets(scheme))
    for sheets in (assessed, written):
        assert ["SHA-256", scheme.stamp.sha256] in sheets["About this file"]
    rules = {row[1]: row[2] for row in assessed["Rules"][1:]}
    assert "€ 80,000" in rules["The ceiling, and how it is divided"]
    assert assessed["Rules"][0][0] == "Part of the scheme"
    said = bare(str(written["Articles"]))
    articles = {row[0] for row in written["Articles"][1:]}
    assert "Article 1 Grounds for refusal" in articles
    assert [one for one in scheme.snapshot.criteria if bare(one.text) not in said] == []
    facts = facts_in(written["Criteria"])
    assert [one["Key"] for one in facts] == [one.criterion.key for one in items_of(scheme.snapshot)]
    duty = next(one for one in facts if one["Key"] == "register")
    assert duty["Basis in the Awb"] == "4:38, a duty that serves the goal of the subsidy"
    assert duty["Why that article"] == "Residents decide along."


def test_the_answer_sheets_leave_room_to_answer(tender: Source) -> None:
    sheets = read_sheets(answer_sheets(tender))
    assert [
        len(sheets[name]) - 1 for name in ("What you must meet", "Questions", "Conditions")
    ] == [
        3,
        4,
        2,
    ]
    answers = {row[1]: row[-1] for row in sheets["Questions"][1:]}
    assert answers.pop("Forget what was seen") == "Answer the parts below."
    assert not any(answers.values())
    assert ["SHA-256", tender.stamp.sha256] in sheets["About this file"]


def test_what_looks_like_a_formula_stays_a_text(tender: Source) -> None:
    content = tender.snapshot.model_dump(mode="json")
    content["criteria"][0]["title"] = '=HYPERLINK("http://x")'
    strange = Source(Snapshot.model_validate(content), tender.stamp, "Waardenland")
    for workbook in (
        lay_out(strange) for lay_out in (requirement_sheets, answer_sheets, award_sheets)
    ):
        read = openpyxl.load_workbook(BytesIO(documents.to_xlsx(workbook)))
        kinds = {cell.data_type for sheet in read for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds


# The worked example ----------------------------------------------------------------------------

ESTIMATE = Estimate(Decimal(50_000), Decimal(150_000))
SCALES: list[Scale] = [
    TEN,
    FIFTY,
    StepScale((("poor", Decimal(0)), ("good", Decimal(60)), ("best", Decimal(100)))),
    StepScale((("no", Decimal(-50)), ("yes", Decimal(100)))),
    LinearScale(Decimal(0), Decimal(100), Decimal("0.01")),
]


def a_scored(formula: Formula, scale: Scale) -> Scored:
    if formula.quality_in == "euros":
        return Scored("quality", scale, worth=Decimal(20_000))
    return Scored("quality", scale, weight=10_000 - formula.price_weight)


@given(st.sampled_from(alternatives(4_000, ESTIMATE)), st.sampled_from(SCALES))
def test_every_formula_has_an_example_that_ranks_three_valid_bids(
    formula: Formula, scale: Scale
) -> None:
    published = rules(formula, a_scored(formula, scale))
    example = worked_example(published)
    assert [one.bid for one in example.standings] == ["A", "B", "C"]
    qualities = [one.quality for one in example.standings]
    assert qualities == sorted(qualities)
    assert all(bid.price > 0 for bid in example.bids)


def test_the_example_in_the_guide_is_written_out_with_its_figures(tender: Source) -> None:
    said = in_words(award_guide(tender))
    # The band runs from 50 000 to 150 000; A asks a quarter of the way, and scores 4 on all.
    assert "A: 40.00 × (€ 150,000 − € 75,000) ÷ (€ 150,000 − € 50,000) = 30.00" in said
    assert "30.00 + 24.00 = 54.00" in said


@pytest.mark.parametrize("formula", alternatives(4_000, ESTIMATE), ids=lambda one: one.name)
def test_every_formula_can_be_put_in_words(
    formula: Formula, tender: Source, speaking: None
) -> None:
    assert all(explained(formula))
    field = PriceField(Fraction(60_000), Fraction(120_000))
    total = formula.total(Fraction(90_000), Fraction(30), field)
    written = worked(formula, Fraction(90_000), Fraction(30), field)
    assert written.endswith((figure(total), money(total)))


# From a dossier --------------------------------------------------------------------------------


def test_what_holds_now_leaves_with_its_own_fingerprint(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        dossier.title = "Counting traffic, rectified"
        second = fix(session, dossier, number=2)
        now = exporters.source_of(session, dossier.id)
        assert (now.stamp.number, now.stamp.sha256) == (2, second.sha256)
        assert now.snapshot.title == "Counting traffic, rectified"
        assert now.stamp.fixed_at == NOW


def test_nothing_leaves_before_it_is_fixed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        with pytest.raises(NotFound):
            exporters.source_of(session, dossier.id)
