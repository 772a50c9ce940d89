"""What this process remembers of those who take part, and forgets when it ends.

None of it is stored: counts for the lottery of statements, misses per address, and how fast
somebody votes. With several workers each has its own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flask import current_app
from flask.blueprints import BlueprintSetupState

from waardewerk_participation.guessing import Guesses
from waardewerk_participation.pace import Pace
from waardewerk_participation.tallies import Tallies
from waardewerk_participation.views.blueprint import taking_part

EXTENSION = "waardewerk.participation"


@dataclass(frozen=True)
class Memory:
    """What one application remembers in this process."""

    tallies: Tallies = field(default_factory=lambda: Tallies(time.monotonic))
    guesses: Guesses = field(default_factory=Guesses)
    pace: Pace = field(default_factory=Pace)


def memory() -> Memory:
    """Return what the running application remembers."""
    found: Memory = current_app.extensions[EXTENSION]
    return found


def moment() -> float:
    """Return a running clock in seconds, which says nothing about the time of day."""
    return time.monotonic()


@taking_part.record_once
def _begin_to_remember(state: BlueprintSetupState) -> None:
    state.app.extensions[EXTENSION] = Memory()
