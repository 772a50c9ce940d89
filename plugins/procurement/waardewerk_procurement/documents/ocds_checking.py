"""Checks a release package against the schema of the standard, without the network.

The schemas lie in ``schema/ocds``: those of the standard as they were published, what we use of its
extensions, and the extension of our own. An extension is a patch of the release schema.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from waardewerk.refusal import Refusal

if TYPE_CHECKING:
    from jsonschema import Draft4Validator

_FOLDER = files("waardewerk_procurement") / "schema" / "ocds"
_STANDARD = "vendor/release-schema.json"
_PACKAGE = "vendor/release-package-schema.json"
_PATCHES = ("used-of-extensions.json", "release-schema.json")


def check(package: dict[str, Any]) -> None:
    """Refuse a package that does not meet the schema, with the first place where it does not."""
    found = problems(package)
    if found:
        raise Refusal(
            "This file does not meet the schema of the standard, so it is not sent: %(problem)s",
            problem=found[0],
        )


def problems(package: dict[str, Any]) -> list[str]:
    """List where a package does not meet the schema."""
    errors = sorted(_validator().iter_errors(package), key=lambda error: error.json_path)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def own_file(name: str) -> str:
    """Read one of the two files that describe our own extension."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _validator() -> Draft4Validator:
    # Slow to import, and only needed when a release leaves.
    from jsonschema import Draft4Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT4

    package = _read(_PACKAGE)
    address = package["properties"]["releases"]["items"]["$ref"]
    release = DRAFT4.create_resource({**release_schema(), "id": address})
    registry: Any = Registry().with_resource(address, release)
    return Draft4Validator(package, registry=registry)


def release_schema() -> dict[str, Any]:
    """Give the schema of a release with all extensions that are used."""
    schema = _read(_STANDARD)
    for name in _PATCHES:
        schema = _patched(schema, _read(name))
    return schema


def _patched(schema: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    return {
        **schema,
        **{
            key: _patched(schema.get(key, {}), value) if isinstance(value, dict) else value
            for key, value in patch.items()
        },
    }


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return found
