"""What is different between two snapshots, how much it matters, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.i18n import speaking
from waardewerk.testing import Cluster
from waardewerk_procurement.fixed import comparing, snapshot
from waardewerk_procurement.fixed.comparing import FIELDS, advise, compare, is_to_be_told
from waardewerk_procurement.fixed.fixed_words import (
    FIELD_TITLES,
    SOURCES,
    advice_words,
    document_of,
    in_order,
    notice_of,
    shown_changes,
)

CLOSES = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)


def a_criterion(key: str = "explain", **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "key": key,
        "lot": None,
        "parent": None,
        "type": "award_criterion",
        "value": {"key": "privacy", "name": "Privacy"},
        "norm": None,
        "title": f"Criterion {key}",
        "text": "What is asked.",
        "question": "How?",
        "reason": "Because.",
        "proportionality": {"risk": "", "small_firms": "", "link": ""},
        "evidence": ("A page.",),
        "anchors": {"0": "Nothing.", "10": "All."},
        "weight": 6000,
        "worth": None,
        "minimum": None,
        "ground": None,
        "duty_basis": None,
        "duty_reason": "",
        "in_terms": "",
        "announced": True,
        "kept_by": (),
        "legal_sources": (),
        "source": "",
    }
    return {**given, **changes}


def a_snapshot(**changes: Any) -> snapshot.Snapshot:
    given: dict[str, Any] = {
        "format": snapshot.FORMAT,
        "number": 1,
        "dossier": 1,
        "kind": "european",
        "title": "Counting traffic",
        "subject": "Cameras.",
        "technologies": ("camera",),
        "ai": "yes",
        "legal_basis": "",
        "closes_at": CLOSES,
        "framework": {"version": 1, "sha256": "0" * 64},
        "lens": {"nothing_else": "We looked."},
        "scale": {"kind": "linear", "lowest": "0", "highest": "10", "step": "2"},
        "aggregation": "agreed",
        "assessors": 3,
        "lots": (
            {
                "key": "lot-1",
                "title": "Whole",
                "formula": {
                    "name": "price-band",
                    "price_weight": 4000,
                    "floor": "50000.00",
                    "ceiling": "150000.00",
                },
                "formula_reason": "",
                "tie_rule": ({"by": "value", "of": "privacy"}, {"by": "lots", "of": None}),
                "drop_out": "keep-totals",
            },
        ),
        "criteria": (a_criterion(),),
    }
    return snapshot.Snapshot.model_validate({**given, **changes})


#: Another value for every field of every part; a field without one here is a test that lacks.
OTHERS: dict[str, dict[str, Any]] = {
    "dossier": {
        "kind": "national",
        "title": "Other",
        "subject": "Other",
        "technologies": ("ai",),
        "ai": "no",
        "legal_basis": "Other",
        "closes_at": datetime(2027, 4, 1, tzinfo=UTC),
        "framework": None,
        "scale": {"kind": "steps", "shares": {"good": "100", "bad": "0"}},
        "aggregation": "mean",
        "assessors": 5,
    },
    "lot": {
        "title": "Other",
        "formula": {"name": "award-on-value"},
        "formula_reason": "Other",
        "tie_rule": ({"by": "quality", "of": None}, {"by": "criterion", "of": "explain"}),
        "drop_out": "rank-again",
        "ceiling": "90000.00",
        "beyond": "stop",
    },
    "criterion": {
        "title": "Other",
        "type": "wish",
        "lot": "lot-1",
        "parent": "explain",
        "value": {"key": "openheid", "name": "Openheid"},
        "norm": {"key": "n", "name": "Norm"},
        "text": "Other",
        "question": "Other",
        "reason": "Other",
        "proportionality": {"risk": "Other", "small_firms": "", "link": ""},
        "evidence": (),
        "anchors": {"0": "Other", "10": "All."},
        "weight": 5000,
        "worth": "1234.50",
        "minimum": "4",
        "ground": "2.87-1-c",
        "duty_basis": "4:38",
        "duty_reason": "Other",
        "in_terms": "Other",
        "announced": False,
        "kept_by": ("explain",),
        "legal_sources": ("Other",),
        "source": "urn:x",
    },
    "lens": {
        "in_view": ({"key": "rust", "name": "Rust"},),
        "considerations": (
            {
                "value": {"key": "rust", "name": "Rust"},
                "effect": "negative",
                "for_whom": "Neighbours",
                "reason": "Noise.",
            },
        ),
        "wider": ({"urn": "urn:v", "name": "Rust", "direction": "negative", "reason": "Noise."},),
        "nothing_else": "",
        "tensions": (
            {
                "value": "Privacy",
                "against": "Openheid",
                "choice": "Blur.",
                "gives_up": "Detail.",
                "decided_by": "The council",
                "decided_on": "2026-11-01",
            },
        ),
    },
}
ALL = [(room, field) for room, fields in FIELDS.items() for field in fields]


def _with(room: str, field: str) -> snapshot.Snapshot:
    other = OTHERS[room][field]
    if room == "dossier":
        return a_snapshot(**{field: other})
    whole = a_snapshot().model_dump(mode="json")
    part = whole["lens"] if room == "lens" else whole["lots" if room == "lot" else "criteria"][0]
    part[field] = other
    return snapshot.Snapshot.model_validate(whole)


@pytest.fixture
def cluster(sqlite: Cluster) -> Cluster:
    """Words need an application and no database."""
    return sqlite


@pytest.fixture
def in_words(app: Flask) -> Iterator[None]:
    with app.test_request_context(), speaking("en"):
        yield


def test_the_same_snapshot_has_no_differences() -> None:
    assert compare(a_snapshot(), a_snapshot()) == ()


@pytest.mark.parametrize(("room", "field"), ALL)
def test_each_field_that_differs_is_told_once_and_by_itself(
    in_words: None, room: str, field: str
) -> None:
    before, after = a_snapshot(), _with(room, field)
    (change,) = compare(before, after)
    assert (change.room, change.field, change.kind) == (room, field, "changed")
    (shown,) = shown_changes([change], before, after)
    assert shown.before != shown.after
    assert "object at" not in shown.before + shown.after


def test_all_that_a_snapshot_says_is_compared() -> None:
    models = {
        "dossier": (snapshot.Snapshot, {"format", "number", "dossier", "lens", "lots", "criteria"}),
        "lot": (snapshot.Lot, {"key"}),
        "criterion": (snapshot.Criterion, {"key"}),
        "lens": (snapshot.Lens, set()),
    }
    for room, (model, left_out) in models.items():
        assert set(FIELDS[room]) == set(model.model_fields) - left_out  # type: ignore[index]
        assert set(FIELDS[room]) == set(FIELD_TITLES[room])  # type: ignore[index]


def test_what_came_and_what_went_is_essential(in_words: None) -> None:
    before = a_snapshot()
    after = a_snapshot(criteria=(a_criterion("fresh", weight=2500),))
    added, removed = compare(before, after)
    assert [(one.kind, one.key, one.matter) for one in (added, removed)] == [
        ("added", "fresh", "essential"),
        ("removed", "explain", "essential"),
    ]
    shown = shown_changes([added, removed], before, after)
    assert "Weight: 25 %" in shown[0].after
    assert "Weight: 60 %" in shown[1].before
    first = before.model_dump(mode="json")["lots"][0]
    lots = compare(before, a_snapshot(lots=(first, {**first, "key": "lot-2"})))
    assert [(one.room, one.kind) for one in lots] == [("lot", "added")]
    assert shown_changes(lots, before, before)[0].title == "Lot “Whole”"


@given(st.permutations(["a", "b", "c"]), st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1))
def test_differences_are_those_of_the_sets_whatever_the_order(
    first: list[str], second: set[str]
) -> None:
    before = a_snapshot(criteria=tuple(a_criterion(key) for key in first))
    after = a_snapshot(criteria=tuple(a_criterion(key) for key in sorted(second)))
    found = {(one.kind, one.key) for one in compare(before, after)}
    came = {("added", key) for key in second - set(first)}
    assert found == came | {("removed", key) for key in set(first) - second}


@pytest.mark.parametrize(
    ("room", "field", "days", "matter", "is_late"),
    [
        ("criterion", "weight", 60, "essential", False),
        ("criterion", "minimum", 60, "essential", False),
        ("criterion", "type", 60, "essential", False),
        ("lot", "formula", 60, "essential", False),
        ("dossier", "scale", 60, "essential", False),
        ("criterion", "text", 60, "judge", False),
        ("criterion", "text", 9, "judge", True),
        ("criterion", "legal_sources", 9, "small", True),
        ("dossier", "closes_at", 2, "small", True),
    ],
)
def test_an_essential_change_asks_for_more_time_and_a_small_one_does_not(
    room: str, field: str, days: int, matter: str, is_late: bool
) -> None:
    advice = advise(compare(a_snapshot(), _with(room, field)), days)
    assert (advice.matter, advice.is_late) == (matter, is_late)


@pytest.mark.parametrize("kind", SOURCES)
def test_advice_names_articles_and_is_for_a_lawyer(in_words: None, kind: str) -> None:
    for matter, days in (("essential", 60), ("judge", 5), ("small", 5)):
        words = advice_words(comparing.Advice(matter, days < comparing.LATEST_DAYS), kind)  # type: ignore[arg-type]
        assert "Let a lawyer look" in words
        assert "artic" in words
        assert ("ten days" in words) is (matter == "judge")


def test_bidders_are_told_what_concerns_them_in_numbered_changes(in_words: None) -> None:
    whole = a_snapshot(number=2, criteria=(a_criterion(weight=5000, source="urn:x"),), lens={})
    before = a_snapshot()
    told = [one for one in compare(before, whole) if is_to_be_told(one)]
    text = notice_of(shown_changes(told, before, whole), whole, 2, "A typing error.", CLOSES)
    assert text.startswith("Rectification 1 of “Counting traffic”")
    assert "Reason: A typing error." in text
    assert "1. Criterion explain: Weight (changed)\nWas: 60 %\nBecomes: 50 %" in text
    assert "2." not in text
    assert "library" not in text
    assert text.endswith("12:00.")


def test_a_snapshot_can_be_read_whole(in_words: None) -> None:
    document = document_of(a_snapshot())
    said = {one.key: one.value for one in document.lots[0].said}
    assert "most points for the value “Privacy”" in said["What decides between equal totals"]
    assert "€50,000.00" in said["Formula"]
    assert [part.key for part in document.criteria] == ["explain"]


def test_scores_stand_from_low_to_high() -> None:
    assert in_order({"10": "", "2": "", "0": "", "-1.5": ""}) == ["-1.5", "0", "2", "10"]
    assert in_order({"failed": "", "met": ""}) == ["met", "failed"]
    assert in_order({"none": "", "partial": "", "full": ""}) == ["full", "partial", "none"]
