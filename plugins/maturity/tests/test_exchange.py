from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import waardewerk_maturity
from waardewerk_maturity.exchange import (
    FORMAT,
    Now,
    Previous,
    Questionnaire,
    ScanResult,
    Theme,
    WrongFile,
    json_schema,
    payload_of,
    read_result,
    result_of,
    write_result,
)

PACKAGE = Path(waardewerk_maturity.__file__).parent
SCHEMA = PACKAGE / "schema" / "scan-result.schema.json"
GOOD: dict[str, Any] = {
    "format": FORMAT,
    "organisation": "Provincie Proef",
    "questionnaire": {"urn": "urn:waardewerk:scan:data-ethics", "version": "2026.1"},
    "measured_on": "2026-05-01",
    "themes": {"governance": {"now": {"policy": 4, "practice": 2}, "wanted": 3}},
}

levels = st.none() | st.integers(1, 5)
nows = st.builds(Now, policy=levels, practice=levels, result=levels)
keys = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
versions = st.from_regex(r"[0-9]{4}\.[0-9]", fullmatch=True)
results = st.builds(
    ScanResult,
    organisation=st.from_regex(r"[A-Z][a-zé ]{0,20}[a-z]", fullmatch=True),
    questionnaire=st.builds(
        Questionnaire, urn=st.just("urn:waardewerk:scan:data-ethics"), version=versions
    ),
    measured_on=days,
    themes=st.dictionaries(
        keys, st.builds(Theme, now=nows, wanted=levels, by=st.none() | days), min_size=1, max_size=6
    ),
    previous=st.none()
    | st.builds(
        Previous,
        measured_on=days,
        version=versions,
        themes=st.dictionaries(keys, nows, min_size=1, max_size=6),
    ),
)


@given(results)
def test_a_result_survives_the_journey(result: ScanResult) -> None:
    assert read_result(write_result(result)) == result
    assert result_of(payload_of(result)) == result
    assert write_result(read_result(write_result(result))) == write_result(result)


def test_the_schema_in_the_repository_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema()


def changed(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


def theme(**values: Any) -> bytes:
    return changed(themes={"governance": {"now": {}, **values}})


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (without("organisation"), "organisation", "is missing"),
        (changed(secret="x"), "secret", "does not belong in this file"),
        (
            theme(now={"practice": 6}),
            "themes › governance › now › practice",
            "must be a level from 1 to 5",
        ),
        (
            theme(now={"practice": "3"}),
            "themes › governance › now › practice",
            "must be a level from 1 to 5",
        ),
        (
            theme(now={"practice": 2.5}),
            "themes › governance › now › practice",
            "must be a level from 1 to 5",
        ),
        (
            theme(now={"practice": True}),
            "themes › governance › now › practice",
            "must be a level from 1 to 5",
        ),
        (theme(by="tomorrow"), "themes › governance › by", "must be a date such as 2026-12-31"),
        (changed(measured_on="2026-02-30"), "measured_on", "must be a date such as 2026-12-31"),
        (changed(measured_on=20260101), "measured_on", "must be a date such as 2026-12-31"),
        (changed(organisation="a\0b"), "organisation", "holds a character that cannot be stored"),
        (changed(organisation="\ud800"), "organisation", "is not what may stand here"),
        (changed(organisation="x" * 201), "organisation", "is not what may stand here"),
        (changed(themes={}), "themes", "is not what may stand here"),
        (changed(themes={"../x": {"now": {}}}), "themes › ../x", "is not what may stand here"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(data: bytes, place: str, message: str) -> None:
    with pytest.raises(WrongFile) as refused:
        read_result(data)
    assert (place, message) in refused.value.problems


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "This file is not JSON."),
        (b"{", "This file is not JSON."),
        (b"[" * 100_000, "This is not a scan result."),
        (b'{"a": ' * 50_000, "This is not a scan result."),
        (b"\xff\xfe{}", "This file is not text (UTF-8)."),
        (b" " * (1024 * 1024 + 1), "This file is too large. Send at most 1 MB."),
        (b'{"format": 1, "format": 2}', "“format” is in this file twice."),
        (b'{"format": NaN}', "This file is not JSON."),
        (b'{"format": ' + b"9" * 5000 + b"}", "This file is not JSON."),
        (changed(format="waardewerk/scan-result@2"), "This is not a scan result of this format"),
        (b"[]", "This is not a scan result."),
        (b"null", "This is not a scan result."),
    ],
)
def test_a_hostile_file_gets_a_clear_message(data: bytes, message: str) -> None:
    with pytest.raises(WrongFile, match=message.replace("(", r"\(").replace(")", r"\)")):
        read_result(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(WrongFile):
        read_result(data)
