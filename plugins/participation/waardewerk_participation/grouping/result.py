"""What an engine found, with all that is needed to find it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from waardewerk_participation.grouping.clusters import Labels
from waardewerk_participation.grouping.engines import Engine
from waardewerk_participation.grouping.votes import Flags, Floats, Ints

#: ``groups``: people fall apart in two or more. ``no_clear_groups``: they do not, so all who count
#: are one. ``too_few_people``: fewer than the smallest group voted enough.
Outcome = Literal["groups", "no_clear_groups", "too_few_people"]
NO_GROUP = -1


@dataclass(frozen=True, slots=True)
class Noise:
    """The clearest groups in tables dealt out by chance.

    Looking ends at the first table whose groups are as clear as those in the votes: then there is
    nothing left to show.
    """

    draws: int
    clearest: float


@dataclass(frozen=True, eq=False)
class Grouping:
    """Who is in which group, how clear that is, and from what it was found."""

    engine: Engine
    seed: int
    #: The number of groups that was asked for; None when the engine chose.
    forced: int | None
    input_hash: str
    #: The library that calculated; another version may round otherwise.
    made_with: str
    participants: Ints
    positions: Floats
    #: Per person the number of their group, or ``NO_GROUP``.
    group_of: Labels
    #: Per group its letter.
    letters: tuple[str, ...]
    outcome: Outcome
    #: Per number of groups that was tried, how clearly they stand apart.
    silhouettes: Mapping[int, float]
    noise: Noise | None
    #: How alike the groups are when some votes are left out; 1 is the same people together.
    stability: float | None

    @property
    def is_in(self) -> Flags:
        """Per person, whether they voted enough to count."""
        return np.asarray(self.group_of != NO_GROUP)

    @property
    def sizes(self) -> dict[str, int]:
        """How many people are in each group, by letter."""
        counts = np.bincount(self.group_of[self.is_in], minlength=len(self.letters))
        return dict(zip(self.letters, counts.tolist(), strict=True))

    def letters_by_person(self) -> dict[int, str]:
        """Return the letter of everybody who is in a group."""
        people = zip(self.participants.tolist(), self.group_of.tolist(), strict=True)
        return {person: self.letters[group] for person, group in people if group != NO_GROUP}

    def provenance(self) -> dict[str, Any]:
        """Return how it was made and how sure it is, as JSON can hold it."""
        return {
            "engine": self.engine.name,
            "engine_version": self.engine.version,
            "parameters": asdict(self.engine),
            "seed": self.seed,
            "forced_groups": self.forced,
            "input_hash": self.input_hash,
            "made_with": self.made_with,
            "outcome": self.outcome,
            "sizes": self.sizes,
            "silhouettes": {str(k): value for k, value in self.silhouettes.items()},
            "noise": asdict(self.noise) if self.noise else None,
            "stability": self.stability,
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that was found, bit for bit."""
        told = json.dumps(self.provenance(), sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(told.encode())
        digest.update(np.ascontiguousarray(self.participants, dtype="<i8").data)
        digest.update(np.ascontiguousarray(self.group_of, dtype="i1").data)
        digest.update(np.ascontiguousarray(self.positions, dtype="<f8").data)
        return digest.hexdigest()
