"""All figures of one count together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waardewerk_participation.figures.consensus import (
    agreement,
    group_informed_consensus,
    lowest_agreement,
    mean_consensus,
)
from waardewerk_participation.figures.divisiveness import divisiveness
from waardewerk_participation.figures.minority import Objection, objections, smallest_group
from waardewerk_participation.figures.representative import Representative, representatives
from waardewerk_participation.figures.shared import Shared, shared
from waardewerk_participation.grouping.counting import Tallies, count_all, count_by_group
from waardewerk_participation.grouping.result import Grouping
from waardewerk_participation.grouping.votes import Floats, Ints, Votes


@dataclass(frozen=True, eq=False)
class AcrossGroups:
    """What the groups make of each statement, in the order of ``Overview.statements``."""

    tallies: Tallies
    agreement: Floats
    consensus: Floats
    mean_consensus: Floats
    lowest_agreement: Floats
    divisiveness: Floats
    #: Per letter, what sets the group apart.
    representatives: Mapping[str, tuple[Representative, ...]]
    #: The letter of the smallest group, and what it opposes; nothing when all are one.
    smallest: str | None
    objections: tuple[Objection, ...]


@dataclass(frozen=True, eq=False)
class Overview:
    """Everybody's votes counted, and what groups make of them."""

    #: The ids of the statements that were voted on and not rejected.
    statements: Ints
    everybody: Tallies
    shared: Shared
    #: None when there are too few people to group.
    groups: AcrossGroups | None


def overview_of(votes: Votes, grouping: Grouping) -> Overview:
    """Work out the figures of a count from the votes that it was made of."""
    live = votes.live()
    everybody = count_all(live)
    groups = _across_groups(live, grouping) if grouping.letters else None
    return Overview(live.statements, everybody, shared(everybody), groups)


def _across_groups(live: Votes, grouping: Grouping) -> AcrossGroups:
    letters = grouping.letters
    tallies = count_by_group(live, grouping.group_of, len(letters))
    smallest = smallest_group(list(grouping.sizes.values())) if len(letters) > 1 else None
    return AcrossGroups(
        tallies=tallies,
        agreement=agreement(tallies),
        consensus=group_informed_consensus(tallies),
        mean_consensus=mean_consensus(tallies),
        lowest_agreement=lowest_agreement(tallies),
        divisiveness=divisiveness(tallies),
        representatives={
            letter: representatives(tallies, group) for group, letter in enumerate(letters)
        },
        smallest=None if smallest is None else letters[smallest],
        objections=() if smallest is None else objections(tallies, smallest),
    )
