"""The two engines: one way of working, two sets of rules.

``POLIS`` does what Polis does, started cold: for comparing and for data that comes from there. It
always shows groups when people stand in two places, also where there are none.

``STABLE`` is what a round of one's own shows. *No clear groups* is an answer: groups must stand
further apart than in the same votes dealt out by chance, and must be found again when some votes
are left out. No group has fewer than five people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Engine:
    """The rules by which people are grouped. A change in what they give is a new version."""

    name: str
    version: int
    #: A rejected statement counts as one that everybody reacted to, without an opinion.
    rejected_count_as_seen: bool
    #: So many votes, or one on each statement when there are fewer, put somebody on the map.
    fewest_votes: int
    #: With fewer people on the map, the most active others come in.
    filled_up_to: int
    #: Fewer votes enlarge somebody's position no more than so many do.
    fewest_for_scale: int
    smallest_group: int
    most_groups: int
    #: Above two groups, each further one needs so many people.
    people_for_a_further_group: int
    #: Tables dealt out by chance that the groups must beat; 0 asks for none.
    noise_draws: int
    #: Groups that are found again less well than this are not shown.
    least_stability: float
    #: Tables with a share of the votes left out, in which groups are looked for again.
    stability_draws: int
    left_out: float = 0.05


POLIS = Engine(
    name="polis",
    version=1,
    rejected_count_as_seen=True,
    fewest_votes=7,
    filled_up_to=15,
    fewest_for_scale=1,
    smallest_group=1,
    most_groups=5,
    people_for_a_further_group=12,
    noise_draws=0,
    least_stability=0.0,
    stability_draws=10,
)

STABLE = Engine(
    name="stable",
    version=1,
    rejected_count_as_seen=False,
    fewest_votes=7,
    filled_up_to=0,
    fewest_for_scale=7,
    smallest_group=5,
    most_groups=5,
    people_for_a_further_group=5,
    noise_draws=19,
    least_stability=0.6,
    stability_draws=10,
)

ENGINES: Mapping[str, Engine] = {engine.name: engine for engine in (STABLE, POLIS)}
