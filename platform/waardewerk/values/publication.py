"""What everybody may read of the framework, as JSON. Drafts are never in it.

``schema/public-framework.schema.json`` and ``schema/value-framework.schema.json`` are made from the
models; a test holds them to each other.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from waardewerk.notation.fields import Key
from waardewerk.values.framework import Framework
from waardewerk.values.models import Accent, FrameworkVersion

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PublicVersion(_Part):
    """One version that was adopted: by whom, when, why, and where it can be read."""

    number: int
    state: Literal["adopted", "superseded"]
    adopted_by: Literal["staten", "gedeputeerden", "directie"]
    adopted_on: date
    #: Where the decision can be read back.
    decision_reference: str
    valid_from: date
    #: Set when the next version takes over.
    valid_until: date | None = None
    #: Why there is a version after the one before it.
    why: str = ""
    #: Of the canonical YAML.
    sha256: str
    url: str


class PublicAccent(_Part):
    """How much a value comes to the front now, and why. It orders; it never weighs."""

    value: Key
    band: Literal["extra", "ordinary", "background"]
    reason: str
    from_date: date
    #: The last day on which it holds; nothing as long as nobody sets another.
    until_date: date | None = None


class PublicFramework(_Part):
    """A version with everything in it, and the list of all versions that were adopted."""

    format: Literal["waardewerk/public-framework@1"] = "waardewerk/public-framework@1"
    #: Whose site this comes from.
    organisation: str
    version: PublicVersion
    framework: Framework
    #: Those that hold now; empty for a version that is not in force.
    accents: tuple[PublicAccent, ...] = ()
    #: The newest first.
    versions: tuple[PublicVersion, ...]


def public_version(version: FrameworkVersion, url: str) -> PublicVersion:
    """Tell what everybody may know of a version."""
    return PublicVersion.model_validate(
        {
            "number": version.number,
            "state": version.state,
            "adopted_by": version.adopted_by,
            "adopted_on": version.adopted_on,
            "decision_reference": version.decision_reference,
            "valid_from": version.valid_from,
            "valid_until": version.valid_until,
            "why": version.why,
            "sha256": version.sha256,
            "url": url,
        }
    )


def public_accent(accent: Accent) -> PublicAccent:
    """Tell what everybody may know of an accent: not who set it."""
    return PublicAccent.model_validate(
        {
            "value": accent.value,
            "band": accent.band,
            "reason": accent.reason,
            "from_date": accent.from_date,
            "until_date": accent.until_date,
        }
    )


def publish(whole: PublicFramework) -> bytes:
    """Write a version as the JSON that everybody may read."""
    return whole.model_dump_json(indent=2).encode() + b"\n"


def framework_schema() -> dict[str, Any]:
    """Return the JSON Schema of a framework as a file."""
    return _schema("urn:waardewerk:schema:value-framework:1", Framework)


def public_schema() -> dict[str, Any]:
    """Return the JSON Schema of what everybody may read."""
    return _schema("urn:waardewerk:schema:public-framework:1", PublicFramework)


def _schema(urn: str, model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": _DIALECT, "$id": urn, **model.model_json_schema(mode="validation")}
