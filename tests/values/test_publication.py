"""What leaves: the JSON that everybody may read, and the schemas that say what is in a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import waardewerk.values
from waardewerk.values.framework import Framework, Reading
from waardewerk.values.publication import (
    PublicAccent,
    PublicFramework,
    PublicVersion,
    framework_schema,
    public_schema,
    publish,
)

from .frameworks import frameworks

SCHEMAS = Path(waardewerk.values.__file__).parent / "schema"
VERSION = PublicVersion(
    number=1,
    state="adopted",
    adopted_by="staten",
    adopted_on=date(2026, 11, 2),
    decision_reference="PS 1",
    valid_from=date(2026, 11, 2),
    sha256="0" * 64,
    url="https://province.example/values/versions/1",
)


def whole(framework: Framework) -> PublicFramework:
    """Give all that leaves about a version in force."""
    accent = PublicAccent(
        value="privacy", band="extra", reason="So.", from_date=date(2026, 11, 2), until_date=None
    )
    return PublicFramework(
        organisation="Provincie",
        version=VERSION,
        framework=framework,
        accents=(accent,),
        versions=(VERSION,),
    )


@pytest.mark.parametrize(
    ("name", "schema"),
    [("value-framework", framework_schema()), ("public-framework", public_schema())],
)
def test_the_schema_in_the_repository_is_that_of_the_code(
    name: str, schema: dict[str, Any]
) -> None:
    kept = (SCHEMAS / f"{name}.schema.json").read_text("utf-8")
    assert json.loads(kept) == schema


@settings(max_examples=30)
@given(frameworks())
def test_what_everybody_reads_is_what_was_adopted(framework: Framework) -> None:
    told = json.loads(publish(whole(framework)))
    back = Framework.model_validate(told["framework"], context=Reading())
    assert back == framework
    assert PublicVersion.model_validate(told["version"]) == VERSION


@settings(max_examples=30)
@given(frameworks())
def test_what_everybody_reads_has_the_fields_that_the_schema_names(framework: Framework) -> None:
    told = json.loads(publish(whole(framework)))
    schema = public_schema()
    for name, part in {
        "": told,
        "PublicAccent": told["accents"][0],
        "PublicVersion": told["version"],
        "Framework": told["framework"],
    }.items():
        described = schema["$defs"][name] if name else schema
        assert set(described.get("required", ())) <= set(part)
        assert set(part) <= set(described["properties"])
    assert set(PublicFramework.model_fields) == set(schema["properties"])
