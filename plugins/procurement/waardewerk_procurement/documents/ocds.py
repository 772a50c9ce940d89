"""A tender that was fixed as a release of the Open Contracting Data Standard, version 1.1.

Simple on purpose: the standard's own fields for what other programs read, and one small extension
of our own, ``valueCriteria``, that gives every criterion with the value that it serves. A subsidy
is no tender and has no release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.refusal import Refusal
from waardewerk_procurement.award import awarding
from waardewerk_procurement.award.award_reading import read_rules
from waardewerk_procurement.award.figures import decimal_of, unrounded
from waardewerk_procurement.award.formulas import FixedPrice
from waardewerk_procurement.award.published import rules_in_file
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.formula_words import explained
from waardewerk_procurement.documents.frame import Source
from waardewerk_procurement.documents.outline import Item, items_of
from waardewerk_procurement.fixed.snapshot import Criterion, Lot, Snapshot

Json = dict[str, Any]

VERSION = "1.1"
#: The extensions whose fields are used; the one of our own comes with the installation.
_EXTENSIONS = tuple(
    f"https://raw.githubusercontent.com/open-contracting-extensions/ocds_{name}_extension/"
    f"{version}/extension.json"
    for name, version in (
        ("lots", "v1.1.5"),
        ("awardCriteriaBreakdown", "master"),
        ("selectionCriteria", "master"),
        ("contractTerms", "master"),
    )
)
#: Who buys; a release names its parties by a number of its own.
_BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Publication:
    """What a release needs to know of the place where it is published."""

    #: The prefix that the Open Contracting Partnership gave to the publisher.
    ocid_prefix: str
    #: Where this package can be found.
    uri: str
    #: Where the description of our own extension can be found.
    extension: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a lot, and when."""

    at: datetime
    is_awarded: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a tender since it was fixed."""

    stopped_at: datetime | None = None
    #: When a decision was last withdrawn.
    withdrawn_at: datetime | None = None
    #: By the key of the lot.
    decided: Mapping[str, Decided] = field(default_factory=dict)
    is_carried_out: bool = False

    @property
    def moment(self) -> datetime | None:
        """When the last of it happened; nothing as long as all is as it was fixed."""
        moments = [self.stopped_at, self.withdrawn_at, *(one.at for one in self.decided.values())]
        return max(filter(None, moments), default=None)

    def status_of(self, *lots: str) -> str:
        """Give the code of what became of some lots together."""
        if self.stopped_at is not None:
            return "cancelled"
        found = [self.decided.get(key) for key in lots]
        if not all(found):
            return "active"
        return "complete" if any(one and one.is_awarded for one in found) else "unsuccessful"


AS_FIXED = Course()


def release_package(source: Source, publication: Publication, course: Course = AS_FIXED) -> Json:
    """Give the package with the one release of a tender, as it stands now."""
    if source.snapshot.is_subsidy:
        raise Refusal("A subsidy scheme is no tender: the standard has no release for it.")
    if source.stamp.is_concept:
        raise Refusal("Nothing of this dossier was fixed yet.")
    return {
        "uri": publication.uri,
        "version": VERSION,
        "extensions": [*_EXTENSIONS, publication.extension],
        "publishedDate": (course.moment or source.stamp.fixed_at).isoformat(),
        "publisher": {"name": source.organisation},
        "releases": [_release(source, publication, course)],
    }


def write_package(package: Json) -> bytes:
    """Write a package as JSON."""
    return json.dumps(package, ensure_ascii=False, indent=2).encode()


def _release(source: Source, publication: Publication, course: Course) -> Json:
    snapshot, stamp = source.snapshot, source.stamp
    release = {
        "ocid": f"{publication.ocid_prefix}-{snapshot.dossier}",
        "id": _release_id(source, course),
        "date": (course.moment or stamp.fixed_at).isoformat(),
        "tag": _tags(stamp.number, course),
        "initiationType": "tender",
        "language": i18n.language(),
        "parties": [
            {"id": _BUYER, "name": source.organisation, "roles": ["buyer", "procuringEntity"]}
        ],
        "buyer": {"id": _BUYER, "name": source.organisation},
        "tender": _tender(source, course),
        "awards": [
            _award(snapshot, lot, course) for lot in snapshot.lots if lot.key in course.decided
        ],
    }
    return _without_nothing(release)


def _release_id(source: Source, course: Course) -> str:
    """Name a release: the standard asks for another name whenever something else is said."""
    parts = [str(source.snapshot.dossier), str(source.stamp.number)]
    if course.moment is not None:
        parts.append(f"{course.moment:%Y%m%dT%H%M%SZ}")
    if course.is_carried_out:
        parts.append("carried-out")
    return "-".join(parts)


def _tags(number: int, course: Course) -> list[str]:
    if course.stopped_at is not None:
        return ["tenderCancellation"]
    if course.decided:
        return ["tenderUpdate", "award"]
    if course.moment is not None:
        return ["tenderUpdate"]
    return ["tender" if number == 1 else "tenderAmendment"]


def _award(snapshot: Snapshot, lot: Lot, course: Course) -> Json:
    """Tell what was decided about a lot. Who won stands in the notice of the award."""
    decided = course.decided[lot.key]
    in_force = "active" if course.is_carried_out else "pending"
    return {
        "id": f"{snapshot.dossier}-{lot.key}",
        "title": lot.title,
        "status": in_force if decided.is_awarded else "unsuccessful",
        "date": decided.at.isoformat(),
        "relatedLots": [lot.key],
    }


def _tender(source: Source, course: Course) -> Json:
    snapshot = source.snapshot
    rules = read_rules(rules_in_file(snapshot))
    items = items_of(snapshot)
    return _without_nothing(
        {
            "id": str(snapshot.dossier),
            "title": snapshot.title,
            "description": snapshot.subject,
            "status": course.status_of(*(lot.key for lot in snapshot.lots)),
            "procuringEntity": {"id": _BUYER, "name": source.organisation},
            "procurementMethodDetails": str(words.KIND_TITLES[snapshot.kind]),
            "eligibilityCriteria": _together(items, "exclusion_ground"),
            "awardCriteria": _award_criteria(rules.values()),
            "awardCriteriaDetails": _award_details(snapshot),
            "tenderPeriod": _period(snapshot),
            "lots": [
                {"status": course.status_of(lot.key), **_lot(snapshot, lot, rules[lot.key], items)}
                for lot in snapshot.lots
            ],
            "amendments": _amendments(source),
            "valueCriteria": [_value_criterion(item) for item in items],
            "fixedVersion": {"number": source.stamp.number, "sha256": source.stamp.sha256},
            "valueFramework": snapshot.framework and snapshot.framework.model_dump(),
        }
    )


def _period(snapshot: Snapshot) -> Json | None:
    if snapshot.closes_at is None:
        return None
    return {"endDate": snapshot.closes_at.isoformat()}


def _amendments(source: Source) -> list[Json]:
    if not source.stamp.reason:
        return []
    stamp = source.stamp
    return [
        {
            "id": str(stamp.number),
            "date": stamp.fixed_at.isoformat(),
            "rationale": stamp.reason,
            "amendsReleaseID": f"{source.snapshot.dossier}-{stamp.number - 1}",
            "releaseID": f"{source.snapshot.dossier}-{stamp.number}",
        }
    ]


def _award_criteria(rules: Iterable[awarding.Rules]) -> str:
    """Give the code of how bids are compared, over all lots."""
    found = {_award_code(one) for one in rules}
    return found.pop() if len(found) == 1 else "ratedCriteria"


def _award_code(rules: awarding.Rules) -> str:
    if not rules.leaves:
        return "priceOnly"
    return "qualityOnly" if isinstance(rules.formula, FixedPrice) else "ratedCriteria"


def _award_details(snapshot: Snapshot) -> str:
    scale = words.scale_sentence(snapshot.scale.build())
    return f"{words.aggregation_sentence(snapshot)} {scale}"


def _lot(snapshot: Snapshot, lot: Lot, rules: awarding.Rules, items: Sequence[Item]) -> Json:
    here = [item for item in items if item.criterion.lot in (None, lot.key)]
    suitability = [item for item in here if item.criterion.type == "suitability_requirement"]
    terms = _together(here, "contract_condition", "kpi")
    return _without_nothing(
        {
            "id": lot.key,
            "title": lot.title,
            "awardCriteria": {
                "weightingDescription": _weighting(snapshot, lot, rules),
                "criteria": [*_price(rules), *_scored(snapshot, rules)],
            },
            "selectionCriteria": {"criteria": [_selection(item) for item in suitability]}
            if suitability
            else None,
            "contractTerms": {"performanceTerms": terms} if terms else None,
        }
    )


def _weighting(snapshot: Snapshot, lot: Lot, rules: awarding.Rules) -> str:
    sentences = [
        f"{_(rules.formula.title)}.",
        *explained(rules.formula),
        *words.tie_sentences(snapshot, lot.tie_rule),
        words.drop_out_sentence(lot.drop_out),
    ]
    return " ".join(sentences)


def _price(rules: awarding.Rules) -> Iterator[Json]:
    numbers = []
    if rules.formula.price_weight:
        weight = _number(Fraction(rules.formula.price_weight, 100))
        numbers.append({"number": weight, "weight": "percentageExact"})
    if isinstance(rules.formula, FixedPrice) and rules.formula.price is not None:
        numbers.append({"number": _number(Fraction(rules.formula.price)), "fixed": "total"})
    yield _without_nothing({"type": "price", "name": _("Price"), "numbers": numbers})


def _scored(snapshot: Snapshot, rules: awarding.Rules) -> Iterator[Json]:
    in_points = rules.formula.quality_in == "points"
    for leaf in rules.leaves:
        one = snapshot.by_key[leaf.criterion.key]
        yield _without_nothing(
            {
                "type": "quality",
                "name": _path(snapshot, leaf.path),
                "description": _description(snapshot, one),
                "numbers": [*_weight(leaf.stake if in_points else None), *_minimum(one)],
            }
        )


def _path(snapshot: Snapshot, keys: Sequence[str]) -> str:
    return ": ".join(snapshot.by_key[key].title for key in keys)


def _description(snapshot: Snapshot, one: Criterion) -> str:
    anchors = [f"{score}: {text}" for score, text in words.anchor_rows(snapshot, one)]
    return "\n".join(part for part in (one.text, one.question, *anchors) if part)


def _weight(stake: Fraction | None) -> list[Json]:
    return [] if stake is None else [{"number": _number(stake), "weight": "percentageExact"}]


def _minimum(one: Criterion) -> list[Json]:
    number = decimal_of(one.minimum or "")
    if number is None:
        return []
    return [{"number": _number(Fraction(number)), "threshold": "minimumScore"}]


def _selection(item: Item) -> Json:
    one = item.criterion
    return _without_nothing(
        {"description": f"{one.title}: {one.text}", "minimum": one.anchors.get("met", "")}
    )


def _together(items: Sequence[Item], *types: str) -> str:
    """Write the criteria of some types out as one text, for fields that have no structure."""
    return "\n".join(
        f"{item.number} {item.criterion.title}: {item.criterion.text}"
        for item in items
        if item.criterion.type in types
    )


def _value_criterion(item: Item) -> Json:
    one = item.criterion
    return _without_nothing(
        {
            "id": one.key,
            "number": item.number,
            "type": one.type,
            "title": one.title,
            "description": one.text,
            "question": one.question,
            "rationale": one.reason,
            "value": {"id": one.value.key, "title": one.value.name},
            "norm": one.norm and {"id": one.norm.key, "title": one.norm.name},
            "partOf": one.parent,
            "keptBy": list(one.kept_by),
            "evidence": list(one.evidence),
            "worth": one.worth
            and {"amount": _number(Fraction(Decimal(one.worth))), "currency": "EUR"},
            "exclusionGround": one.ground,
            "relatedLots": [one.lot] if one.lot else [],
        }
    )


def _number(value: Fraction) -> Any:
    """Give a number of JSON with exactly the decimals that it has."""
    return json.loads(unrounded(value))


def _without_nothing(content: Json) -> Json:
    """Leave out what is empty: the standard asks for no field rather than an empty one."""
    return {key: value for key, value in content.items() if value not in (None, "", [], {})}
