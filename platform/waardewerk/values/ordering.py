"""The accents of one moment, as a page that puts things in order needs them: how early, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.values import queries, words
from waardewerk.values.accents import Bands, weight_of


@dataclass(frozen=True)
class Ordering:
    """Which bands held, and what the values are called. Without any, everything is ordinary."""

    bands: Bands = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_accents(self) -> bool:
        """Tell whether any value has another band than the ordinary one."""
        return any(band != "ordinary" for band in self.bands.values())

    def weight(self, keys: Iterable[str]) -> float:
        """Return how early something comes that touches these values, from 0 to 1."""
        return weight_of(keys, self.bands)

    def why(self, keys: Iterable[str]) -> str:
        """Say which accents gave something its place."""
        return words.why_here(keys, self.bands, self.names)


def ordering_on(
    session: Session, today: date, language: str, *, agreed_at: datetime | None = None
) -> Ordering:
    """Return the accents that hold today; of what is agreed those that held at that moment.

    What was agreed keeps its order: an accent that is set later changes nothing about it.
    """
    day = day_of(agreed_at) if agreed_at else today
    framework = queries.framework_in_force(session, day)
    bands = queries.bands_on(session, day, known_at=agreed_at)
    return Ordering(bands, words.names_of(framework, language))
