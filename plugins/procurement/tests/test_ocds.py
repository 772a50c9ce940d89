"""A tender as open contracting data: valid by the standard's own schema, and nothing lost."""

from __future__ import annotations

import copy
import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from waardewerk import i18n
from waardewerk.refusal import Refusal
from waardewerk.testing import Cluster, UnitOfWork
from waardewerk_procurement import exporters
from waardewerk_procurement.documents import Source, Stamp, ocds, ocds_checking
from waardewerk_procurement.fixed.snapshot import Snapshot, read_snapshot
from waardewerk_procurement.operations import stopping

from .deciding_on import PRICES, assessed, decide, give_prices
from .setting_up import a_concept, a_criterion, a_scheme, fix

Json = dict[str, Any]
Change = Callable[[Json], None]

HERE = ocds.Publication(
    "ocds-a1b2c3",
    "https://waarden.example.nl/ocds.json",
    "https://waarden.example.nl/extension.json",
)
WRITTEN_AT = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def cluster(sqlite: Cluster) -> Cluster:
    """Use one database: what is written does not depend on it."""
    return sqlite


@pytest.fixture
def speaking(app: Flask) -> Iterator[None]:
    """Speak English, the language of the source texts."""
    with app.app_context():
        i18n.speak("en")
        yield


@pytest.fixture
def tender(unit_of_work: UnitOfWork, speaking: None) -> Source:
    """Give a tender that was fixed."""
    with unit_of_work() as session:
        dossier = a_concept(session)
        dossier.criteria.append(
            a_criterion(
                "secure",
                "suitability_requirement",
                "Works securely",
                position=6,
                anchors={"met": "A certificate or the like.", "failed": "Neither of them."},
            )
        )
        dossier.criteria.append(
            a_criterion(
                "no-tax",
                "exclusion_ground",
                "Taxes that were not paid",
                position=7,
                ground="2.87-1-j",
                anchors={"met": "All was paid.", "failed": "Something was not paid."},
            )
        )
        row = fix(session, dossier)
        return Source(read_snapshot(row.content), stamp(row.sha256), "Waardenland")


def stamp(sha256: str, number: int = 1, reason: str = "") -> Stamp:
    return Stamp(number, sha256, WRITTEN_AT, reason)


def changed(source: Source, change: Change, **stamped: Any) -> Source:
    """Give the same tender, fixed otherwise."""
    content = source.snapshot.model_dump(mode="json")
    change(content)
    snapshot = Snapshot.model_validate(content)
    return Source(snapshot, stamp(source.stamp.sha256, **stamped), source.organisation)


def tender_of(source: Source) -> Json:
    found: Json = ocds.release_package(source, HERE)["releases"][0]["tender"]
    return found


def test_a_release_meets_the_schema_of_the_standard(tender: Source) -> None:
    package = ocds.release_package(tender, HERE)
    assert ocds_checking.problems(package) == []
    assert json.loads(ocds.write_package(package)) == package


def test_the_check_asks_nothing_of_the_network(
    tender: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("the network was asked")

    package = ocds.release_package(tender, HERE)
    ocds_checking._validator.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert ocds_checking.problems(package) == []


def without(*path: str | int) -> Change:
    def change(package: Json) -> None:
        node: Any = package
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]

    return change


def with_(value: object, *path: str | int) -> Change:
    def change(package: Json) -> None:
        node: Any = package
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value

    return change


RELEASE = ("releases", 0)
LOT = (*RELEASE, "tender", "lots", 0)


@pytest.mark.parametrize(
    "change",
    [
        without("publisher"),
        without(*RELEASE, "ocid"),
        with_("", *RELEASE, "ocid"),
        with_(["published"], *RELEASE, "tag"),
        without(*RELEASE, "tender", "id"),
        with_("soon", *RELEASE, "tender", "status"),
        with_("tender!", *RELEASE, "initiationType"),
        with_("x" * 64, *RELEASE, "tender", "fixedVersion", "sha256"),
        without(*RELEASE, "tender", "valueCriteria", 0, "value"),
        with_("ethics", *RELEASE, "tender", "valueCriteria", 0, "type"),
        without(*LOT, "awardCriteria", "weightingDescription"),
        with_("ethics", *LOT, "awardCriteria", "criteria", 0, "type"),
        with_("percent", *LOT, "awardCriteria", "criteria", 0, "numbers", 0, "weight"),
        with_("40", *LOT, "awardCriteria", "criteria", 0, "numbers", 0, "number"),
        with_("no such field", *LOT, "nonsense"),
    ],
)
def test_what_does_not_meet_the_schema_is_not_sent(tender: Source, change: Change) -> None:
    package = copy.deepcopy(ocds.release_package(tender, HERE))
    change(package)
    with pytest.raises(Refusal, match="does not meet the schema"):
        ocds_checking.check(package)


def test_weights_are_exact_and_whole(tender: Source) -> None:
    criteria = tender_of(tender)["lots"][0]["awardCriteria"]["criteria"]
    assert [one["type"] for one in criteria] == ["price", "quality", "quality"]
    weights = [
        number["number"]
        for one in criteria
        for number in one["numbers"]
        if number.get("weight") == "percentageExact"
    ]
    assert weights == [40, 30, 30]


@given(st.integers(1, 5998))
def test_any_weight_keeps_its_hundredths(weight: int) -> None:
    number = ocds._number(Fraction(weight, 100))
    assert Decimal(str(number)) == Decimal(weight) / 100


def test_parts_of_a_criterion_weigh_inside_it(tender: Source) -> None:
    def divide(content: Json) -> None:
        whole = next(one for one in content["criteria"] if one["key"] == "forget")
        whole["minimum"] = None
        content["criteria"] += [
            {**whole, "key": key, "title": key, "parent": "forget", "weight": weight}
            for key, weight in (("soon", 3333), ("surely", 6667))
        ]

    found = tender_of(changed(tender, divide))["lots"][0]["awardCriteria"]["criteria"]
    shown = {one["name"]: one["numbers"][0]["number"] for one in found}
    assert shown["Forget what was seen: soon"] == 9.999
    assert shown["Forget what was seen: surely"] == 20.001
    assert sum(Decimal(str(one)) for one in shown.values()) == 100


def test_a_minimum_is_a_threshold(tender: Source) -> None:
    criteria = tender_of(tender)["lots"][0]["awardCriteria"]["criteria"]
    found = next(one for one in criteria if one["name"] == "Forget what was seen")
    assert {"number": 4, "threshold": "minimumScore"} in found["numbers"]


def test_every_criterion_is_there_with_its_value(tender: Source) -> None:
    found = {one["id"]: one for one in tender_of(tender)["valueCriteria"]}
    assert set(found) == set(tender.snapshot.by_key)
    for key, one in tender.snapshot.by_key.items():
        assert found[key]["value"] == {"id": one.value.key, "title": one.value.name}
        assert found[key]["description"] == one.text
    assert found["explain"]["keptBy"] == ["explained"]
    assert found["no-tax"]["exclusionGround"] == "2.87-1-j"


def test_each_kind_stands_in_the_field_of_the_standard(tender: Source) -> None:
    found = tender_of(tender)
    assert "Taxes that were not paid" in found["eligibilityCriteria"]
    (selection,) = found["lots"][0]["selectionCriteria"]["criteria"]
    assert selection["minimum"] == "A certificate or the like."
    terms = found["lots"][0]["contractTerms"]["performanceTerms"]
    assert "Keep the algorithm register up to date" in terms
    assert "Residents understand" in terms
    assert found["awardCriteria"] == "ratedCriteria"


def test_a_release_carries_the_fingerprint_and_the_prefix(tender: Source) -> None:
    release = ocds.release_package(tender, HERE)["releases"][0]
    assert release["tender"]["fixedVersion"] == {"number": 1, "sha256": tender.stamp.sha256}
    assert release["ocid"] == f"ocds-a1b2c3-{tender.snapshot.dossier}"
    assert release["tag"] == ["tender"]


def test_a_rectification_is_an_amendment_with_its_reason(tender: Source) -> None:
    second = changed(tender, lambda _content: None, number=2, reason="A date was wrong.")
    package = ocds.release_package(second, HERE)
    release = package["releases"][0]
    assert release["tag"] == ["tenderAmendment"]
    assert release["tender"]["amendments"][0]["rationale"] == "A date was wrong."
    assert ocds_checking.problems(package) == []


THEN = datetime(2026, 12, 1, 9, tzinfo=UTC)
AWARDED = ocds.Decided(THEN, is_awarded=True)
TO_NOBODY = ocds.Decided(THEN, is_awarded=False)


@pytest.mark.parametrize(
    ("course", "status", "tags", "award"),
    [
        (ocds.Course(), "active", ["tender"], None),
        (ocds.Course(stopped_at=THEN), "cancelled", ["tenderCancellation"], None),
        (ocds.Course(withdrawn_at=THEN), "active", ["tenderUpdate"], None),
        (
            ocds.Course(decided={"lot-1": AWARDED}),
            "complete",
            ["tenderUpdate", "award"],
            "pending",
        ),
        (
            ocds.Course(decided={"lot-1": AWARDED}, is_carried_out=True),
            "complete",
            ["tenderUpdate", "award"],
            "active",
        ),
        (
            ocds.Course(decided={"lot-1": TO_NOBODY}),
            "unsuccessful",
            ["tenderUpdate", "award"],
            "unsuccessful",
        ),
    ],
)
def test_a_release_says_what_became_of_the_tender(
    tender: Source, course: ocds.Course, status: str, tags: list[str], award: str | None
) -> None:
    package = ocds.release_package(tender, HERE, course)
    assert ocds_checking.problems(package) == []
    release = package["releases"][0]
    assert release["tender"]["status"] == status
    assert [one["status"] for one in release["tender"]["lots"]] == [status]
    assert release["tag"] == tags
    assert [one["status"] for one in release.get("awards", [])] == ([award] if award else [])


def test_a_tender_is_complete_when_something_is_awarded_and_every_lot_decided_on() -> None:
    course = ocds.Course(decided={"lot-1": AWARDED, "lot-2": TO_NOBODY})
    assert course.status_of("lot-1", "lot-2") == "complete"
    assert course.status_of("lot-2") == "unsuccessful"
    assert course.status_of("lot-1", "lot-3") == "active"


def test_each_thing_that_is_said_anew_has_another_name_and_a_later_day(tender: Source) -> None:
    decided = {"lot-1": AWARDED}
    said = [
        ocds.release_package(tender, HERE, course)["releases"][0]
        for course in (
            ocds.Course(),
            ocds.Course(decided=decided),
            ocds.Course(decided=decided, is_carried_out=True),
        )
    ]
    assert len({one["id"] for one in said}) == 3
    assert [one["date"] for one in said[1:]] == [THEN.isoformat()] * 2


def test_the_file_of_a_tender_that_was_stopped_says_so(
    app: Flask, unit_of_work: UnitOfWork, speaking: None
) -> None:
    with unit_of_work() as session, app.test_request_context():
        dossier = a_concept(session)
        fix(session, dossier)
        stopping.stop_procedure(session, dossier, "Nobody applied.", actor_id=None, now=THEN)
        exporter = next(one for one in exporters.exporters() if one.record == exporters.OCDS)
        release = json.loads(exporter.write(session, dossier.id, "en"))["releases"][0]
    assert release["tender"]["status"] == "cancelled"
    assert release["date"] == THEN.isoformat()


def test_the_file_of_a_tender_that_was_decided_on_says_what_was_awarded(
    app: Flask, unit_of_work: UnitOfWork, speaking: None
) -> None:
    with unit_of_work() as session, app.test_request_context():
        dossier = assessed(session)
        give_prices(session, dossier, PRICES)
        decide(session, dossier)
        exporter = next(one for one in exporters.exporters() if one.record == exporters.OCDS)
        release = json.loads(exporter.write(session, dossier.id, "en"))["releases"][0]
    assert release["tender"]["status"] == "complete"
    assert [one["status"] for one in release["awards"]] == ["pending"]
    assert release["awards"][0]["relatedLots"] == ["lot-1"]


def formula(**fields: Any) -> Change:
    def change(content: Json) -> None:
        lot = content["lots"][0]
        lot["formula"], lot["formula_reason"] = fields, "The market is not known."
        scored = [one for one in content["criteria"] if one["type"] == "award_criterion"]
        for one in scored:
            if fields["name"] == "award-on-value":
                one["weight"], one["worth"] = None, "20000.00"
            elif "price_weight" not in fields:
                one["weight"] = 5000

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (formula(name="relative-inverse", price_weight=4000), "ratedCriteria"),
        (formula(name="relative-linear", price_weight=4000), "ratedCriteria"),
        (formula(name="relative-range", price_weight=4000), "ratedCriteria"),
        (formula(name="award-on-value"), "ratedCriteria"),
        (formula(name="price-per-point"), "ratedCriteria"),
        (
            formula(name="logarithmic", price_weight=4000, points_per_doubling="50"),
            "ratedCriteria",
        ),
        (formula(name="fixed-price", price="80000.00"), "qualityOnly"),
        (formula(name="fixed-price", ceiling="80000.00"), "qualityOnly"),
    ],
)
def test_a_release_with_any_formula_meets_the_schema(
    tender: Source, change: Change, code: str
) -> None:
    other = changed(tender, change)
    assert ocds_checking.problems(ocds.release_package(other, HERE)) == []
    assert tender_of(other)["awardCriteria"] == code


def test_what_full_marks_are_worth_stands_with_the_criterion(tender: Source) -> None:
    found = tender_of(changed(tender, formula(name="award-on-value")))
    worth = next(one["worth"] for one in found["valueCriteria"] if one["id"] == "explain")
    assert worth == {"amount": 20000, "currency": "EUR"}


def test_a_subsidy_scheme_has_no_release(unit_of_work: UnitOfWork, speaking: None) -> None:
    with unit_of_work() as session:
        row = fix(session, a_scheme(session))
        source = Source(read_snapshot(row.content), stamp(row.sha256), "Waardenland")
    with pytest.raises(Refusal, match="no tender"):
        ocds.release_package(source, HERE)


def test_a_concept_has_no_release(tender: Source) -> None:
    concept = Source(tender.snapshot, stamp("", 0), "Waardenland")
    with pytest.raises(Refusal, match="fixed"):
        ocds.release_package(concept, HERE)


def test_the_schema_with_the_extensions_is_itself_a_schema() -> None:
    Draft4Validator.check_schema(ocds_checking.release_schema())


def test_our_own_extension_says_what_it_is() -> None:
    extension = json.loads(ocds_checking.own_file("extension.json"))
    assert extension["schemas"] == ["release-schema.json"]
    assert extension["compatibility"] == ["1.1"]
    assert set(extension["name"]) >= {"en"}
