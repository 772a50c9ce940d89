"""Criteria: sound as documents, lawful in form, and plain enough to stand in a tender."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, pairwise
from pathlib import Path
from statistics import mean
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from waardewerk.values.framework import Framework
from waardewerk.values.starting import starting_point
from waardewerk_procurement import criteria
from waardewerk_procurement.criteria import (
    EXCLUSION_GROUNDS,
    KINDS,
    TECHNOLOGIES,
    CriteriaList,
    Criterion,
    DefinitionError,
    Ground,
    LocalText,
    Technology,
    Type,
    find_criteria,
    load_criteria,
    related,
    shipped_criteria,
    shipped_lists,
    write_criteria,
)

FILES = sorted(Path(criteria.__file__).with_name("library").glob("*.yaml"))
SHIPPED = shipped_criteria()
BY_KEY = {one.key: one for one in SHIPPED}

LONGEST_SENTENCE = 25
LONGEST_AVERAGE = 14
#: What an office writes and nobody says.
NOT_PLAIN = re.compile(
    r"\b(aangaande|aldus|alsmede|awareness|betreffende|bewerkstellig\w+|borg(en|ing)|compliance"
    r"|conform|derhalve|desbetreffende|dien(t|en) te|echter|faciliter\w+|gremi\w+|hetgeen"
    r"|implement\w+|indien|inzake|middels|monitor(en|ing)?|omtrent|onderhavig\w*|optimalis\w+"
    r"|proactief|stakeholders?|teneinde|tevens|uiteraard|waarborg\w*|zorg ?dragen)\b",
    re.IGNORECASE,
)
#: What two assessors read in two ways.
NOT_TESTABLE = re.compile(
    r"\b(adequaat|adequate|afdoende|best practices?|deugdelijk\w*|in beginsel|in principe|indien"
    r" mogelijk|marktconform|naar behoren|optima(al|le)|passende?|professione(el|le)|redelijke?"
    r"|regelmatig|state[- ]of[- ]the[- ]art|tijdige?|toereikend\w*|voldoende|waar mogelijk"
    r"|zo (goed|snel|veel) mogelijk|zoveel mogelijk)\b",
    re.IGNORECASE,
)
STANDARD = re.compile(
    r"\b(WCAG|ISO|IEC|NEN|EN \d{3}|EUPL|CC0|CC BY|niveau B1|standaard is|keurmerk|ODF|CSV|JSON)\b"
)
#: Words by which a question would be about the firm instead of what it offers.
ABOUT_THE_FIRM = re.compile(
    r"\b(certifica\w*|cv's?|diploma\w*|eerdere (opdracht|project)\w*|ervaring|keurmerk\w*|omzet"
    r"|referentie\w*|uw (bedrijf|medewerkers|onderneming|organisatie|team)|trackrecord)\b",
    re.IGNORECASE,
)
#: The article on which each type rests.
RESTS_ON = {
    "exclusion_ground": "Aanbestedingswet 2012, artikel 2.8",
    "suitability_requirement": "Aanbestedingswet 2012, artikelen 2.90",
    "minimum_requirement": "Aanbestedingswet 2012, artikelen 2.75",
    "wish": "Aanbestedingswet 2012, artikelen 2.114",
    "award_criterion": "Aanbestedingswet 2012, artikelen 2.114",
    "contract_condition": "Aanbestedingswet 2012, artikel 2.80",
    "kpi": "Aanbestedingswet 2012, artikelen 2.163a",
    "refusal_ground": "Algemene wet bestuursrecht, artikel 4:35",
    "subsidy_duty": "Algemene wet bestuursrecht, artikelen 4:38",
    "assessment_criterion": "Algemene wet bestuursrecht, artikel 4:26",
}


def of_type(*types: str) -> list[Criterion]:
    return [one for one in SHIPPED if one.type in types]


def texts_of(part: object, field: str = "") -> Iterator[tuple[str, LocalText]]:
    """Give every text with the field in which it stands."""
    if isinstance(part, LocalText):
        yield field, part
    elif isinstance(part, tuple):
        yield from chain.from_iterable(texts_of(one, field) for one in part)
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts_of(getattr(part, name), name)


def asked_in(criterion: Criterion) -> Iterator[str]:
    """Give the Dutch texts that a supplier or applicant is held to."""
    parts = (criterion.text, criterion.question, criterion.evidence, criterion.scale)
    for part in parts:
        yield from (text["nl"] for _field, text in texts_of(part))


def sentences_in(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text)


def words_in(text: str) -> list[str]:
    return re.findall(r"[\w,.'-]*\w", text.lower())


def test_every_file_is_offered_and_has_an_address_of_its_own() -> None:
    assert len(FILES) == len(shipped_lists())
    assert len({one.id for one in shipped_lists()}) == len(FILES)
    assert len({one.id for one in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_in_the_one_form_that_it_has(file: Path) -> None:
    text = file.read_text("utf-8")
    assert write_criteria(load_criteria(text)) == text


@pytest.fixture
def codio() -> Framework:
    """Give the values that the library serves."""
    found = starting_point("urn:waardewerk:values:codio")
    assert found is not None
    return found


class TestSpread:
    """Whoever looks for something finds it."""

    def test_there_is_enough_to_choose_from(self) -> None:
        assert len(SHIPPED) >= 60
        assert len([one for one in SHIPPED if one.kind.used_in == "subsidy"]) >= 12

    def test_every_value_leads_in_a_criterion_and_nothing_else_does(self, codio: Framework) -> None:
        assert {one.values[0] for one in SHIPPED} == {value.key for value in codio.values}
        assert {key for one in SHIPPED for key in one.values} <= {one.key for one in codio.values}

    def test_a_norm_exists_and_serves_a_value_of_the_criterion(self, codio: Framework) -> None:
        norms = {one.key: {edge.key for edge in one.serves} for one in codio.norms}
        for one in SHIPPED:
            for norm in one.norms:
                assert norms[norm] & set(one.values), (one.key, norm)

    def test_every_norm_is_put_to_work(self, codio: Framework) -> None:
        assert {norm for one in SHIPPED for norm in one.norms} == {one.key for one in codio.norms}

    def test_every_type_occurs_and_grounds_are_few(self) -> None:
        counted = Counter(one.type for one in SHIPPED)
        assert set(counted) == set(get_args(Type)) == set(KINDS)
        assert counted["exclusion_ground"] <= 4
        assert counted["refusal_ground"] <= 4

    def test_every_kind_of_technology_is_named_often_enough(self) -> None:
        counted = Counter(kind for one in SHIPPED for kind in one.technologies)
        assert set(TECHNOLOGIES) == set(get_args(Technology))
        assert all(counted[kind] >= 4 for kind in TECHNOLOGIES), counted

    def test_every_level_of_ambition_is_served(self) -> None:
        counted = Counter(one.ambition for one in SHIPPED)
        assert all(counted[level] >= 12 for level in (1, 2, 3)), counted

    def test_every_value_has_something_at_each_place_where_it_is_looked_for(
        self, codio: Framework
    ) -> None:
        places: dict[str, Iterable[Criterion]] = {
            "tender": (one for one in SHIPPED if one.kind.used_in == "tender"),
            "subsidy": (one for one in SHIPPED if one.kind.used_in == "subsidy"),
            "ambitious": (one for one in SHIPPED if one.ambition == 3),
            "weighed": (one for one in SHIPPED if one.kind.weighed),
            "measured": of_type("kpi"),
        }
        every = {value.key for value in codio.values}
        missing = {
            place: every - {key for one in found for key in one.values}
            for place, found in places.items()
        }
        assert not any(missing.values()), missing

    def test_what_is_weighed_is_served_at_every_level(self) -> None:
        for kind in ("award_criterion", "assessment_criterion"):
            counted = Counter(one.ambition for one in of_type(kind))
            assert set(counted) == {1, 2, 3}, (kind, counted)
        assert len(of_type("assessment_criterion")) >= 12

    def test_every_kind_of_technology_can_be_asked_ambitiously(self) -> None:
        ambitious = [one for one in SHIPPED if one.ambition == 3]
        counted = Counter(kind for one in ambitious for kind in one.technologies)
        assert all(counted[kind] >= 4 for kind in TECHNOLOGIES), counted

    def test_families_follow_a_value_from_demand_to_promise(self) -> None:
        types: dict[str, set[str]] = {}
        for one in SHIPPED:
            if one.family:
                types.setdefault(one.family, set()).add(one.type)
        assert not [family for family, found in types.items() if len(found) < 2]
        whole = [
            family
            for family, found in types.items()
            if found & {"minimum_requirement", "suitability_requirement"}
            and found & {"wish", "award_criterion"}
            and found & {"kpi", "contract_condition"}
        ]
        assert len(whole) >= 12

    def test_a_family_shares_a_value(self) -> None:
        for one, other in combinations(SHIPPED, 2):
            if one.family and one.family == other.family:
                linked = {*one.values} & {*other.values} or {*one.norms} & {*other.norms}
                near = [
                    third
                    for third in SHIPPED
                    if third.family == one.family
                    and {*third.values} & {*one.values}
                    and {*third.values} & {*other.values}
                ]
                assert linked or near, (one.key, other.key)


class TestLawfulForm:
    """What the law asks of the form; a lawyer still looks at the content."""

    def test_every_criterion_rests_on_the_article_of_its_type(self) -> None:
        for one in SHIPPED:
            expected = RESTS_ON[one.type]
            assert any(source.startswith(expected) for source in one.legal.sources), one.key

    def test_every_criterion_says_what_a_lawyer_must_look_at(self) -> None:
        checks = [one.legal.check["nl"] for one in SHIPPED]
        assert not [said for said in checks if not said.startswith("Laat juridisch toetsen ")]
        assert len(set(checks)) >= len(SHIPPED) - 6

    def test_grounds_for_exclusion_come_from_the_closed_list_alone(self) -> None:
        assert set(EXCLUSION_GROUNDS) == set(get_args(Ground))
        for one in of_type("exclusion_ground"):
            assert one.ground is not None
            article, _dash, rest = one.ground.partition("-")
            assert f"Aanbestedingswet 2012, artikel {article}" in one.legal.sources, one.key
            assert f"artikel {article}" in one.text["nl"], one.key
            letter = rest.partition("-")[2]
            assert not letter or f"onderdeel {letter}," in one.text["nl"], one.key
            assert "mag aantonen welke maatregelen" in one.text["nl"], one.key
        grounds = [one.ground for one in of_type("exclusion_ground")]
        assert len(grounds) == len(set(grounds))

    def test_nothing_else_excludes_a_supplier(self) -> None:
        for one in SHIPPED:
            if one.type not in {"exclusion_ground", "refusal_ground"}:
                said = " ".join(asked_in(one))
                assert not re.search(r"\b(sluit uit|uitgesloten|uitsluit\w+)\b", said), one.key

    def test_a_ground_for_refusal_holds_only_if_the_scheme_has_it(self) -> None:
        for one in of_type("refusal_ground"):
            assert "alleen als de regeling haar bevat" in one.proportionality.avoid["nl"], one.key

    def test_a_duty_asks_on_which_of_the_two_articles_it_rests(self) -> None:
        asked = []
        for one in of_type("subsidy_duty"):
            assert one.duty_question is not None
            question = one.duty_question["nl"]
            assert "(4:38)?" in question, one.key
            assert "artikel van de verordening" in question, one.key
            assert "(4:39)" in question, one.key
            asked.append(question)
        assert len(set(asked)) >= len(asked) - 1

    def test_an_award_criterion_is_about_the_offer(self) -> None:
        for one in of_type("award_criterion", "wish"):
            said = " ".join(asked_in(one))
            assert not ABOUT_THE_FIRM.search(said), (one.key, ABOUT_THE_FIRM.search(said))
            assert "waardeert een inschrijver" not in one.text["nl"], one.key
            assert re.search(
                r"\b(aanbod|opdracht|oplossing|product|toepassing)\b",
                one.text["nl"] + (one.question["nl"] if one.question else ""),
            ), one.key

    @pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.key)
    def test_beside_a_standard_stands_or_equivalent(self, one: Criterion) -> None:
        for text in (*asked_in(one), one.summary["nl"]):
            for sentence in re.split(r"(?<=[.?!])\s+", text):
                if STANDARD.search(sentence):
                    assert "of gelijkwaardig" in sentence, sentence

    def test_a_suitability_requirement_leaves_a_way_for_a_small_firm(self) -> None:
        for one in of_type("suitability_requirement"):
            assert re.search(r"of gelijkwaardig|telt ook", one.text["nl"]), one.key

    def test_test_cases_are_the_same_for_everybody(self) -> None:
        for one in of_type("minimum_requirement"):
            for proof in one.evidence:
                if re.search(
                    r"Demonstratie (met|van) drie (\w+ )?(gevallen|gesprekken)", proof["nl"]
                ):
                    assert "voor iedere inschrijver gelijk" in proof["nl"], one.key
                    assert one.prepare is not None, one.key

    def test_what_the_documents_must_hold_is_said_to_the_officer(self) -> None:
        for one in SHIPPED:
            if "aanbestedingsstukken" in " ".join(asked_in(one)):
                assert one.prepare is not None, one.key


class TestScales:
    """An assessor can tell one step from the next."""

    def test_every_step_above_six_asks_something_more(self) -> None:
        for one in of_type("wish", "award_criterion", "assessment_criterion"):
            assert one.scale.steps is not None
            anchors = [text["nl"] for _points, text in one.scale.steps.anchors]
            for lower, higher in pairwise(anchors):
                added = set(words_in(higher)) - set(words_in(lower))
                assert len(added) >= 3, (one.key, higher)

    def test_what_builds_on_a_step_names_the_step_right_below_it(self) -> None:
        for one in SHIPPED:
            if one.scale.steps is None:
                continue
            for points, text in one.scale.steps.anchors:
                if named := re.match(r"Als (\d+)\b", text["nl"]):
                    assert int(named.group(1)) == points - 2, (one.key, points)

    def test_no_two_steps_say_the_same(self) -> None:
        for one in SHIPPED:
            if one.scale.steps:
                anchors = [text["nl"] for _points, text in one.scale.steps.anchors]
                assert len(set(anchors)) == 6, one.key

    def test_a_kpi_reaches_its_target_at_eight(self) -> None:
        for one in of_type("kpi"):
            assert one.scale.steps is not None
            target = re.search(r"norm (?:hoogstens )?([\d,]+)", one.summary["nl"])
            if target:
                number = target.group(1).rstrip(",")
                assert number in re.findall(r"[\d,]*\d", one.scale.steps.eight["nl"]), one.key
                assert number in re.findall(r"[\d,]*\d", one.text["nl"]), one.key

    def test_a_kpi_that_was_not_measured_gets_nothing(self) -> None:
        for one in of_type("kpi"):
            assert one.scale.steps is not None
            assert re.search(
                r"ontbreekt|niet (gemeten|geteld|gevraagd|geoefend)", one.scale.steps.zero["nl"]
            ), one.key

    def test_partly_kept_has_a_limit_of_its_own(self) -> None:
        for one in SHIPPED:
            if found := one.scale.compliance:
                said = {found.full["nl"], found.partial["nl"], found.none["nl"]}
                assert len(said) == 3, one.key
                assert (
                    len(set(words_in(found.partial["nl"])) - set(words_in(found.full["nl"]))) >= 3
                )

    def test_what_comes_later_than_partly_kept_is_broken(self) -> None:
        for one in SHIPPED:
            if (found := one.scale.compliance) and "te laat" in found.partial["nl"]:
                limited = re.search(r"hoogstens [\w ]+ te laat", found.partial["nl"])
                assert not limited or "later" in found.none["nl"], one.key

    def test_the_bands_of_a_kpi_leave_no_gap(self) -> None:
        for one in of_type("kpi"):
            assert one.scale.steps is not None
            anchors = [text["nl"] for _points, text in one.scale.steps.anchors]
            bands = [re.match(r"(?:\D+ )?(\d+) tot (\d+)\b", said) for said in anchors]
            for lower, higher in pairwise(bands):
                if lower and higher:
                    ends = {lower.group(1), lower.group(2)} & {higher.group(1), higher.group(2)}
                    assert ends, (one.key, higher.string)

    def test_a_weight_is_a_modest_range(self) -> None:
        for one in SHIPPED:
            if one.weight:
                assert one.weight.least >= 5, one.key
                assert one.weight.most <= 30, one.key
                assert one.weight.most - one.weight.least >= 5, one.key

    def test_no_text_fixes_a_weight(self) -> None:
        for one in SHIPPED:
            if one.kind.weighed:
                said = " ".join(asked_in(one))
                assert not re.search(r"\b(weegt|telt) (voor )?\d+ ?(%|procent|punten)", said), (
                    one.key
                )


class TestPromises:
    """What is scored is kept alive."""

    def test_whatever_counts_in_a_comparison_is_kept_by_something(self) -> None:
        assert not [one.key for one in SHIPPED if one.kind.weighed and not one.kept_by]

    def test_a_kpi_keeps_something_alive(self) -> None:
        keepers = {key for one in SHIPPED for key in one.kept_by}
        lone = {one.key for one in of_type("kpi")} - keepers
        # What opens data is most often a decision of the province: nobody promised it.
        assert lone == {"gegevens-actueel-en-open"}

    def test_a_keeper_serves_a_value_or_norm_of_what_it_keeps(self) -> None:
        for one in SHIPPED:
            for key in one.kept_by:
                keeper = BY_KEY[key]
                shared = {*one.values, *one.norms} & {*keeper.values, *keeper.norms}
                assert shared, (one.key, key)

    def test_for_every_kind_of_technology_something_keeps_the_promise(self) -> None:
        for one in SHIPPED:
            keepers = [BY_KEY[key] for key in one.kept_by]
            for technology in one.technologies or tuple(TECHNOLOGIES):
                assert not keepers or any(each.suits(technology) for each in keepers), one.key


class TestWords:
    """Texts can be used as they stand."""

    def test_dutch_is_everywhere_and_english_gives_title_and_summary(self) -> None:
        for one in shipped_lists():
            assert one.languages == ("nl", "en")
        for one in SHIPPED:
            for field, text in texts_of(one):
                wanted = {"nl", "en"} if field in {"title", "summary"} else {"nl"}
                assert set(text) == wanted, (one.key, field)

    def test_a_summary_is_one_sentence_and_a_title_is_none(self) -> None:
        for one in SHIPPED:
            for language in ("nl", "en"):
                title, summary = one.title[language], one.summary[language]
                assert not title.endswith("."), one.key
                assert len(title) <= 75, one.key
                assert summary.endswith("."), one.key
                assert len(sentences_in(summary)) == 1, one.key
                assert len(summary.split()) <= LONGEST_SENTENCE, one.key

    def test_sentences_are_short(self) -> None:
        lengths = []
        for one in SHIPPED:
            for field, text in texts_of(one):
                if field in {"title"}:
                    continue
                for sentence in sentences_in(text["nl"]):
                    assert len(sentence.split()) <= LONGEST_SENTENCE, (one.key, sentence)
                    lengths.append(len(sentence.split()))
        assert mean(lengths) < LONGEST_AVERAGE

    def test_full_sentences_end(self) -> None:
        for one in SHIPPED:
            for field, text in texts_of(one):
                if field != "title":
                    assert re.search(r"[.?]$", text["nl"]), (one.key, text["nl"])

    @pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.key)
    def test_the_dutch_is_what_people_say(self, one: Criterion) -> None:
        for _field, text in texts_of(one):
            assert not NOT_PLAIN.search(text["nl"]), NOT_PLAIN.search(text["nl"])

    @pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.key)
    def test_nothing_that_is_asked_can_be_read_in_two_ways(self, one: Criterion) -> None:
        for text in asked_in(one):
            assert not NOT_TESTABLE.search(text), NOT_TESTABLE.search(text)

    def test_an_answer_has_a_longest_size(self) -> None:
        for one in SHIPPED:
            if one.question:
                assert re.search(r"hoogstens (\d|een halve) A4", one.question["nl"]), one.key

    def test_suppliers_are_called_what_they_are_at_that_moment(self) -> None:
        for one in of_type("contract_condition", "kpi"):
            assert "inschrijver" not in one.text["nl"], one.key
        for one in of_type("minimum_requirement", "wish", "award_criterion"):
            assert "pdrachtnemer" not in " ".join(asked_in(one)), one.key
        for one in SHIPPED:
            if one.kind.used_in == "subsidy":
                assert not re.search("inschrijver|pdrachtnemer", " ".join(asked_in(one))), one.key

    def test_no_placeholder_is_left(self) -> None:
        for one in SHIPPED:
            for _field, text in texts_of(one):
                assert not re.search(r"\[|\]|\.\.\.|…|\bXX?\b|\bTODO\b|n\.t\.b\.", text["nl"]), (
                    one.key
                )

    def test_titles_and_texts_stand_there_once(self) -> None:
        for language in ("nl", "en"):
            titles = Counter(one.title[language] for one in SHIPPED)
            assert not [title for title, times in titles.items() if times > 1]
        texts = Counter(one.text["nl"] for one in SHIPPED)
        assert not [text for text, times in texts.items() if times > 1]

    def test_no_two_criteria_can_be_taken_for_each_other(self) -> None:
        for one, other in combinations(SHIPPED, 2):
            words, others = long_words(one), long_words(other)
            likeness = len(words & others) / len(words | others)
            assert likeness < 0.3, (one.key, other.key)


#: What stands in nearly every criterion and sets none apart.
STOCK = {
    *("aanvraag", "beter", "binnen", "hoogstens", "inschrijver", "maken", "minstens", "naarmate"),
    *("ontvanger", "oplossing", "opdrachtnemer", "procent", "provincie", "publiceert", "punten"),
    *("waardeert", "werkdagen"),
    *("aanbesteding", "aanbestedingswet", "artikel", "eerste", "facultatieve", "maatregelen"),
    *("onderdeel", "uitsluitingsgrond"),
}


def long_words(criterion: Criterion) -> set[str]:
    text = f"{criterion.title['nl']} {criterion.text['nl']}".lower()
    return {word for word in re.findall(r"\w+", text) if len(word) > 4} - STOCK


#: One criterion, with all that its type asks.
MINIMAL = """\
format: "waardewerk/criteria@1"
id: "urn:example:criteria"
languages: ["nl"]
title: {nl: "Criteria"}
criteria:
  - id: "urn:example:criterion:vraag"
    type: "award_criterion"
    values: ["privacy"]
    ambition: 1
    title: {nl: "Vraag"}
    summary: {nl: "Een vraag."}
    text: {nl: "Wat gewaardeerd wordt."}
    question: {nl: "Wat?"}
    evidence: [{nl: "Bewijs."}]
    scale: {steps: {"0": {nl: "a"}, "2": {nl: "b"}, "4": {nl: "c"}, "6": {nl: "d"}, "8": {nl: "e"}, "10": {nl: "f"}}}
    weight: {least: 5, most: 10}
    proportionality: {cost: {nl: "Niets."}, avoid: {nl: "Nooit."}}
    kept_by: ["belofte"]
    legal: {sources: ["Wet"], check: {nl: "Laat juridisch toetsen."}}
  - id: "urn:example:criterion:belofte"
    type: "kpi"
    values: ["privacy"]
    ambition: 1
    title: {nl: "Belofte"}
    summary: {nl: "Een belofte."}
    text: {nl: "Wat beloofd is."}
    evidence: [{nl: "Bewijs."}]
    scale: {steps: {"0": {nl: "a"}, "2": {nl: "b"}, "4": {nl: "c"}, "6": {nl: "d"}, "8": {nl: "e"}, "10": {nl: "f"}}}
    proportionality: {cost: {nl: "Niets."}, avoid: {nl: "Nooit."}}
    legal: {sources: ["Wet"], check: {nl: "Laat juridisch toetsen."}}
"""  # noqa: E501


class TestReading:
    """A list that does not hold together is refused, with the line and the criterion."""

    def test_a_whole_list_is_read(self) -> None:
        found = load_criteria(MINIMAL)
        assert [one.key for one in found.criteria] == ["vraag", "belofte"]
        steps = found.criteria[0].scale.steps
        assert steps is not None
        assert [(points, text["nl"]) for points, text in steps.anchors] == [
            (0, "a"),
            (2, "b"),
            (4, "c"),
            (6, "d"),
            (8, "e"),
            (10, "f"),
        ]
        assert load_criteria(write_criteria(found)) == found

    @pytest.mark.parametrize(
        ("old", "new", "line", "subject", "said"),
        [
            ("    weight: {least: 5, most: 10}\n", "", 6, "vraag", "needs “weight”"),
            ("least: 5, most: 10", "least: 10, most: 10", 16, "vraag", "“weight” is a range"),
            ("least: 5, most: 10", "least: 5, most: 101", 16, "vraag", "at most 100"),
            ('    question: {nl: "Wat?"}\n', "", 6, "vraag", "needs “question”"),
            ('"10": {nl: "f"}}}\n    weight', '"9": {nl: "f"}}}\n    weight', 15, "vraag", "“10”"),
            ('type: "kpi"', 'type: "subsidy_duty"', 18, "vraag", "cannot keep"),
            ('kept_by: ["belofte"]', 'kept_by: ["elders"]', 18, "vraag", "no criterion"),
            ("criterion:belofte", "criterion:vraag", 20, "vraag", "used twice"),
            ("criterion:belofte", "criterion:Belofte", 20, "Belofte", "end in a key"),
            ('type: "award_criterion"', 'type: "ethical_ground"', 7, "vraag", "one of"),
            ('type: "kpi"', 'type: "exclusion_ground"', 20, "belofte", "needs “ground”"),
            ('type: "kpi"', 'type: "contract_condition"', 28, "belofte", "“compliance”"),
            (
                'type: "kpi"\n',
                'type: "kpi"\n    ground: "2.87-1-g"\n',
                22,
                "belofte",
                "has no “ground”",
            ),
            (
                'type: "kpi"\n',
                'type: "kpi"\n    ground: "2.87-1-ethiek"\n',
                22,
                "belofte",
                "one of",
            ),
            ("ambition: 1", "ambition: 4", 9, "vraag", "at most 3"),
            ('values: ["privacy"]', "values: []", 8, "vraag", "1 to 5"),
            ('sources: ["Wet"]', 'sources: [""]', 19, "vraag", "1 to 200"),
            ('evidence: [{nl: "Bewijs."}]', "evidence: []", 14, "vraag", "1 to 6"),
        ],
    )
    def test_what_does_not_fit_is_named_with_its_line(
        self, old: str, new: str, line: int, subject: str, said: str
    ) -> None:
        assert old in MINIMAL
        with pytest.raises(DefinitionError) as refused:
            load_criteria(MINIMAL.replace(old, new, 1))
        found = [
            one
            for one in refused.value.problems
            if one.line == line and one.subject == subject and said in one.text()
        ]
        assert found, str(refused.value)

    def test_a_file_without_fields_says_what_it_must_hold(self) -> None:
        with pytest.raises(DefinitionError, match="list of criteria"):
            load_criteria("- een\n")

    def test_a_shipped_list_never_changes(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            SHIPPED[0].ambition = 3  # type: ignore[misc]
        assert isinstance(shipped_lists()[0], CriteriaList)


class TestSearching:
    """Each thing that is asked narrows, and nothing reorders."""

    def test_asking_nothing_gives_everything(self) -> None:
        assert find_criteria(SHIPPED) == SHIPPED

    @given(
        value=st.none() | st.sampled_from(sorted({key for one in SHIPPED for key in one.values})),
        kind=st.none() | st.sampled_from(sorted(KINDS)),
        technology=st.none() | st.sampled_from(sorted(TECHNOLOGIES)),
        ambition=st.none() | st.integers(1, 3),
    )
    def test_what_is_found_fits_and_what_is_left_does_not(
        self, value: str | None, kind: str | None, technology: str | None, ambition: int | None
    ) -> None:
        found = find_criteria(
            SHIPPED, value=value, kind=kind, technology=technology, ambition=ambition
        )
        naive = []
        for one in SHIPPED:
            fits = value is None or value in one.values
            fits &= kind is None or one.type == kind
            fits &= not (technology and one.technologies) or technology in one.technologies
            fits &= ambition is None or one.ambition == ambition
            if fits:
                naive.append(one)
        assert list(found) == naive

    def test_every_word_must_occur_whatever_its_case_and_accents(self) -> None:
        assert BY_KEY["alles-mee-te-nemen"] in find_criteria(SHIPPED, words="FORMAT  gegévens")
        assert find_criteria(SHIPPED, words="format zeppelin") == ()

    def test_english_words_find_what_is_written_in_dutch(self) -> None:
        assert BY_KEY["overstap-zonder-verlies"] in find_criteria(SHIPPED, words="switching")

    def test_related_criteria_are_of_another_type_with_family_first(self) -> None:
        uitleg = BY_KEY["uitleg-bij-elke-uitkomst"]
        found = related(uitleg, SHIPPED)
        assert {"uitleg-die-wordt-begrepen", "uitleg-begrepen"} <= {one.key for one in found}
        assert all(one.type != uitleg.type for one in found)
        families = [one.family == uitleg.family for one in found]
        assert families == sorted(families, reverse=True)
        assert not all(families), "others that serve the same value are related too"

    def test_what_shares_neither_value_nor_norm_is_not_related(self) -> None:
        energie = BY_KEY["energie-per-handeling"]
        assert BY_KEY["lek-gemeld"] not in related(energie, SHIPPED)
        norm_alone = BY_KEY["tegenspraak-in-het-werk"], BY_KEY["afwijken-blijft-gewoon"]
        assert norm_alone[1] in related(norm_alone[0], SHIPPED)
