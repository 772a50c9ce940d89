"""A request for advice as a file that travels to the interprovincial committee.

Names of people are left out unless the asker says otherwise. ``schema/advice-request.schema.json``
is made from the models below.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = "waardewerk/advice-request@1"
SCHEMA_ID = "urn:waardewerk:schema:advice-request:1"

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dissent(_Part):
    """What an adviser sees otherwise."""

    text: Text
    name: Name | None = None


class GivenAnswer(_Part):
    """The answer, and how many advisers put their name to it."""

    text: Text
    answered_on: date
    advisers: Annotated[int, Field(ge=2)]
    names: tuple[Name, ...] | None = None
    dissent: tuple[Dissent, ...] = ()


class TravellingRequest(_Part):
    """One question about one case."""

    format: Literal["waardewerk/advice-request@1"] = "waardewerk/advice-request@1"
    organisation: Name
    title: Name
    about: Text
    question: Text
    thoughts: Text | None = None
    asked_on: date
    wanted_by: date | None = None
    asked_by: Name | None = None
    #: Absent as long as no answer was given; a text that is still being written stays inside.
    answer: GivenAnswer | None = None


def write_request(request: TravellingRequest) -> bytes:
    """Write a request as the file that travels."""
    content = request.model_dump(mode="json", exclude_none=True)
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **TravellingRequest.model_json_schema(mode="validation"),
    }
