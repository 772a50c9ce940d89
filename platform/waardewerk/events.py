"""Typed events: how plugins learn of each other without importing each other.

An event is sent inside the transaction that caused it: what a listener writes commits with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. ``session`` is the transaction in which it happened."""

    session: Session


@dataclass(frozen=True, kw_only=True)
class PhaseMoved(Event):
    """The chair moved an inquiry to another phase."""

    inquiry_id: int
    kind: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class AgreementRecorded(Event):
    """People agreed on a value for one question or section of an inquiry."""

    inquiry_id: int
    kind: str
    target: str


@dataclass(frozen=True, kw_only=True)
class VersionPublished(Event):
    """A version of a questionnaire was published and can no longer change."""

    questionnaire_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(Event):
    """A scan, round, dossier or advice had an outcome that somebody must follow up."""

    source: str
    title: str
    url: str
    owner: str
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeWithdrawn(Event):
    """An outcome no longer stands; it is named as it was when it was recorded."""

    source: str
    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """A person's data was erased; whoever holds more of it erases that too."""

    person_id: int
    email: str


@dataclass(frozen=True, kw_only=True)
class DemoWanted(Event):
    """The demo province is being made; whoever has something to show adds it, once.

    ``people`` gives the number of each demo person by the role they show.
    """

    people: Mapping[str, int]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class PluginSwitched(Event):
    """An administrator switched a plugin on or off."""

    name: str
    enabled: bool
