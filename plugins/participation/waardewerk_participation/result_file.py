"""What a round found as a file for machines: our own format, versioned, with its schema.

``schema/participation-result.schema.json`` is made from the dataclasses below. There are no
participants in it: what is in it is what pages show everybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from waardewerk_participation.queries.results import Published
from waardewerk_participation.showing import Shown
from waardewerk_participation.texts import text_in

FORMAT = "waardewerk/participation-result@1"
SCHEMA_ID = "urn:waardewerk:schema:participation-result:1"


@dataclass(frozen=True)
class RoundInFile:
    """Which round it is."""

    slug: str
    title: str
    question: str
    language: str
    phase: str


@dataclass(frozen=True)
class StatementInFile:
    """A statement that everybody may see, in the language it was written in."""

    number: int
    text: str
    language: str
    origin: str


@dataclass(frozen=True)
class ResultFile:
    """A published count with the words that belong to it."""

    format: str
    round: RoundInFile
    counted_at: datetime
    published_at: datetime
    #: The hash of the newest entry of the audit trail about the round, at publishing.
    trail: str
    statements: tuple[StatementInFile, ...]
    result: Shown


@cache
def _adapter() -> TypeAdapter[ResultFile]:
    return TypeAdapter(ResultFile)


def json_schema() -> dict[str, Any]:
    """Return the schema of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **_adapter().json_schema(mode="serialization"),
    }


def write(published: Published, language: str) -> bytes:
    """Write a published count."""
    found, text = published.found, text_in(published.found, language)
    content = ResultFile(
        format=FORMAT,
        round=RoundInFile(found.slug, text.title, text.question, text.language, found.phase),
        counted_at=published.counted_at,
        published_at=published.published_at,
        trail=published.trail,
        statements=tuple(
            StatementInFile(one.number, one.text, one.language, one.origin)
            for one in published.statements.values()
        ),
        result=published.seen(),
    )
    told = _adapter().dump_python(content, mode="json")
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
