"""From votes to groups, by the rules of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np

from waardewerk_participation.grouping.cells import Cells, cells_of
from waardewerk_participation.grouping.clusters import Labels, divide
from waardewerk_participation.grouping.engines import Engine
from waardewerk_participation.grouping.letters import MOST_GROUPS, lettered
from waardewerk_participation.grouping.likeness import likeness
from waardewerk_participation.grouping.positions import positions_of
from waardewerk_participation.grouping.redrawn import shuffled, thinned
from waardewerk_participation.grouping.result import NO_GROUP, Grouping, Noise, Outcome
from waardewerk_participation.grouping.silhouette import DECIMALS, silhouettes
from waardewerk_participation.grouping.votes import Flags, Floats, Ints, Votes


class CannotDivide(ValueError):
    """These people cannot be divided into so many groups."""


@dataclass(frozen=True, eq=False)
class Map:
    """Where everybody stands, who of them counts, and those taken together by place."""

    positions: Floats
    is_in: Flags
    cells: Cells

    @property
    def people(self) -> int:
        """How many people count."""
        return len(self.cells.cell_of)


@dataclass(frozen=True, eq=False)
class Found:
    """A division of the people on a map, and what is known about how sure it is."""

    outcome: Outcome
    #: Per place on the map; None when nobody is grouped.
    labels: Labels | None
    silhouettes: Mapping[int, float]
    noise: Noise | None = None
    stability: float | None = None


def group_people(
    votes: Votes,
    engine: Engine,
    *,
    k: int | None = None,
    seed: int = 0,
    previous: Mapping[int, str] | None = None,
) -> Grouping:
    """Find the opinion groups in votes.

    ``k`` forces the number of groups, and raises ``CannotDivide`` where that cannot be. ``seed``
    decides about chance. ``previous`` holds the letter of people in an earlier count, so that
    groups keep their letters.
    """
    taken = votes if engine.rejected_count_as_seen else votes.live()
    field = map_of(taken, engine)
    if k is None:
        found = _choose(taken, field, engine, seed)
    else:
        found = _forced(taken, field, engine, k, seed)
    group_of = np.full(len(votes.participants), NO_GROUP, dtype=np.int8)
    letters: tuple[str, ...] = ()
    if found.labels is not None:
        people = votes.participants[field.is_in]
        labels, letters = lettered(people, found.labels[field.cells.cell_of], previous)
        group_of[field.is_in] = labels
    return Grouping(
        engine=engine,
        seed=seed,
        forced=k,
        input_hash=votes.fingerprint,
        made_with=f"numpy {np.__version__}",
        participants=votes.participants,
        positions=field.positions,
        group_of=group_of,
        letters=letters,
        outcome=found.outcome,
        silhouettes=found.silhouettes,
        noise=found.noise,
        stability=found.stability,
    )


def map_of(votes: Votes, engine: Engine) -> Map:
    """Place everybody, and take together who counts."""
    live = votes.live()
    columns = votes.shape[1]
    counted_as_seen = live.seen + (columns - live.shape[1])
    positions = positions_of(live, counted_as_seen, columns, engine.fewest_for_scale)
    is_in = _who_counts(votes.seen, columns, engine)
    return Map(positions, is_in, cells_of(positions[is_in]))


def _who_counts(given: Ints, columns: int, engine: Engine) -> Flags:
    """Tell who voted enough; where they are few, the most active others count too."""
    is_in: Flags = given >= max(min(engine.fewest_votes, columns), 1)
    if is_in.sum() < engine.filled_up_to:
        most_active = np.argsort(-given, kind="stable")[: engine.filled_up_to]
        is_in[most_active[given[most_active] > 0]] = True
    return is_in


def _choose(votes: Votes, field: Map, engine: Engine, seed: int) -> Found:
    """Take the clearest division, if it is clearer than chance and found again."""
    if field.people < engine.smallest_group:
        return Found("too_few_people", None, {})
    divisions = _divisions(field, engine, seed)
    clear = silhouettes(field.cells, divisions)
    if not divisions:
        return _as_one(field, clear)
    k = _clearest(clear)
    noise = _noise(votes, engine, clear[k], seed)
    if noise is not None and noise.clearest >= clear[k]:
        return _as_one(field, clear, noise)
    stability = _stability(votes, field, divisions[k], engine, k, seed)
    if stability is not None and stability < engine.least_stability:
        return _as_one(field, clear, noise, stability)
    return Found("groups", divisions[k], clear, noise, stability)


def _forced(votes: Votes, field: Map, engine: Engine, k: int, seed: int) -> Found:
    if not 1 <= k <= MOST_GROUPS:
        raise CannotDivide(f"there can be 1 to {MOST_GROUPS} groups, not {k}")
    if k == 1 and field.people >= engine.smallest_group:
        return _as_one(field, {})
    labels = _divide(field, engine, k, seed)
    if labels is None:
        raise CannotDivide(
            f"these people cannot be divided into {k} groups of at least {engine.smallest_group}"
        )
    clear = silhouettes(field.cells, {k: labels})
    return Found("groups", labels, clear, None, _stability(votes, field, labels, engine, k, seed))


def _as_one(
    field: Map,
    clear: Mapping[int, float],
    noise: Noise | None = None,
    stability: float | None = None,
) -> Found:
    together = np.zeros(len(field.cells), dtype=np.int8)
    return Found("no_clear_groups", together, clear, noise, stability)


def _divisions(field: Map, engine: Engine, seed: int) -> dict[int, Labels]:
    most = min(engine.most_groups, 2 + field.people // engine.people_for_a_further_group)
    found = {k: _divide(field, engine, k, seed) for k in range(2, most + 1)}
    return {k: labels for k, labels in found.items() if labels is not None}


def _divide(field: Map, engine: Engine, k: int, seed: int) -> Labels | None:
    if len(field.cells) < k:
        return None
    return divide(field.cells, k, smallest=engine.smallest_group, seed=seed)


def _clearest(clear: Mapping[int, float]) -> int:
    """Return the number of groups that stand apart most clearly; of equals the fewest."""
    return max(clear, key=lambda k: (clear[k], -k))


def _noise(votes: Votes, engine: Engine, to_beat: float, seed: int) -> Noise | None:
    if not engine.noise_draws:
        return None
    clearest, draws = -1.0, 0
    for table in shuffled(votes, draws=engine.noise_draws, seed=seed):
        field = map_of(table, engine)
        clear = silhouettes(field.cells, _divisions(field, engine, seed))
        clearest = max(clearest, *clear.values(), -1.0)
        draws += 1
        if clearest >= to_beat:
            break
    return Noise(draws, clearest)


def _stability(
    votes: Votes, field: Map, labels: Labels, engine: Engine, k: int, seed: int
) -> float | None:
    """Return the median likeness to the groups that are found with some votes left out."""
    found = []
    group_of = np.full(len(field.is_in), NO_GROUP)
    group_of[field.is_in] = labels[field.cells.cell_of]
    draws = thinned(votes, share=engine.left_out, draws=engine.stability_draws, seed=seed)
    for table in draws:
        other = map_of(table, engine)
        again = _divide(other, engine, k, seed)
        if again is None:
            found.append(0.0)
            continue
        others = np.full(len(other.is_in), NO_GROUP)
        others[other.is_in] = again[other.cells.cell_of]
        both = field.is_in & other.is_in
        found.append(likeness(group_of[both], others[both]))
    return round(median(found), DECIMALS) if found else None
