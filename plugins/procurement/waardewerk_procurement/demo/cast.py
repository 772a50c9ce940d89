"""Who acts in the demo, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Cast:
    """The people of the demo by the role they show, and the moment that it is."""

    session: Session
    people: Mapping[str, int]
    secret: str
    now: datetime

    def ago(self, days: int) -> datetime:
        """Give the moment so many days ago; fewer than none lie ahead."""
        return self.now - timedelta(days=days)

    @property
    def officer(self) -> int:
        """The one who leads the dossiers."""
        return self.people["civil_servant"]

    @property
    def second(self) -> int:
        """The second pair of eyes."""
        return self.people["adviseur"]

    @property
    def decider(self) -> int:
        """The one who decides."""
        return self.people["executive_member"]
