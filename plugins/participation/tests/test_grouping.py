from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from waardewerk_participation.grouping import directions
from waardewerk_participation.grouping.dividing import CannotDivide, group_people, map_of
from waardewerk_participation.grouping.engines import ENGINES, POLIS, STABLE, Engine
from waardewerk_participation.grouping.likeness import likeness
from waardewerk_participation.grouping.redrawn import shuffled
from waardewerk_participation.grouping.votes import Votes

from .conftest import Cells, camps, in_another_order, votes_from, without_opinions

#: Fewer draws, where a test is not about chance.
QUICK = {
    name: replace(engine, noise_draws=min(engine.noise_draws, 3), stability_draws=2)
    for name, engine in ENGINES.items()
}
BOTH = pytest.mark.parametrize("engine", QUICK.values(), ids=lambda engine: engine.name)


def renamed(cells: Cells, seed: int) -> tuple[Cells, dict[int, int]]:
    """Give everybody another number; return the votes and who was who."""
    people = sorted({person for person, _statement in cells})
    numbers = np.random.default_rng(seed).permutation(len(people) * 3)[: len(people)].tolist()
    new = dict(zip(people, numbers, strict=True))
    return {(new[p], s): vote for (p, s), vote in cells.items()}, {b: a for a, b in new.items()}


@BOTH
def test_camps_are_found(engine: Engine) -> None:
    found = group_people(votes_from(camps((30, 20, 15), 60)), engine)
    assert found.outcome == "groups"
    assert list(found.sizes.values()) == [30, 20, 15]
    assert likeness(found.group_of, np.repeat([0, 1, 2], [30, 20, 15])) == 1.0
    assert found.stability is not None
    assert found.stability > 0.9


@BOTH
def test_the_order_in_which_votes_come_in_changes_nothing(engine: Engine) -> None:
    cells = camps((30, 20, 15), 40, share=0.5)
    known = group_people(votes_from(cells), engine).fingerprint
    for seed in range(5):
        again = group_people(votes_from(in_another_order(cells, seed)), engine)
        assert again.fingerprint == known


@BOTH
def test_who_has_which_number_changes_nobodys_company(engine: Engine) -> None:
    cells = camps((30, 20, 15), 40, share=0.5)
    known = group_people(votes_from(cells), engine).letters_by_person()
    for seed in range(3):
        others, was = renamed(cells, seed)
        found = group_people(votes_from(others), engine).letters_by_person()
        assert {was[person]: letter for person, letter in found.items()} == known


def test_where_there_are_many_people_the_order_changes_nothing_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(directions, "EXACT_UP_TO", 0)
    monkeypatch.setattr("waardewerk_participation.grouping.cells.MOST_CELLS", 40)
    cells = camps((90, 60), 40, share=0.5)
    known = group_people(votes_from(cells), QUICK["stable"])
    assert known.outcome == "groups"
    again = group_people(votes_from(in_another_order(cells, 1)), QUICK["stable"])
    assert again.fingerprint == known.fingerprint


def test_another_seed_is_part_of_the_result() -> None:
    votes = votes_from(camps())
    one, other = (group_people(votes, STABLE, seed=seed) for seed in (0, 1))
    assert one.sizes == other.sizes
    assert one.fingerprint != other.fingerprint


def test_votes_by_chance_have_no_clear_groups() -> None:
    tables = shuffled(votes_from(camps((40, 25), 25, share=0.7)), draws=20, seed=2026)
    outcomes = [group_people(table, STABLE).outcome for table in tables]
    assert outcomes.count("no_clear_groups") >= 18


def test_people_without_opinions_have_no_clear_groups() -> None:
    found = group_people(votes_from(without_opinions(70, 25, seed=4)), STABLE)
    assert found.outcome == "no_clear_groups"
    assert found.sizes == {"A": 70}
    assert found.noise is not None
    assert found.noise.clearest >= max(found.silhouettes.values())


def test_groups_that_are_not_found_again_are_not_shown() -> None:
    votes = votes_from(camps())
    assert group_people(votes, STABLE).outcome == "groups"
    found = group_people(votes, replace(STABLE, least_stability=1.01))
    assert found.outcome == "no_clear_groups"
    assert found.stability is not None


NOBODY: Cells = {}
ONE = {(7, s): 1 for s in range(8)}
TWO = {(p, s): 1 if p else -1 for p in range(2) for s in range(8)}
ALIKE = {(p, s): 1 for p in range(12) for s in range(8)}
BLANK = {(p, s): 0 for p in range(12) for s in range(8)}


@BOTH
@pytest.mark.parametrize("cells", [NOBODY, ONE, TWO, ALIKE, BLANK])
@pytest.mark.parametrize("rejected", [(), range(8)], ids=["", "all rejected"])
def test_hardly_anything_gives_a_bounded_result(
    engine: Engine, cells: Cells, rejected: range
) -> None:
    found = group_people(votes_from(cells, rejected), engine)
    assert np.isfinite(found.positions).all()
    assert len(found.letters) <= 2
    assert len(found.group_of) == len({person for person, _statement in cells})


def test_too_few_people_are_not_grouped_and_people_alike_are_one() -> None:
    for cells in (NOBODY, ONE, TWO):
        found = group_people(votes_from(cells), STABLE)
        assert (found.outcome, found.sizes) == ("too_few_people", {})
    for cells in (ALIKE, BLANK):
        for engine in (STABLE, POLIS):
            found = group_people(votes_from(cells), engine)
            assert (found.outcome, found.sizes) == ("no_clear_groups", {"A": 12})


def test_who_voted_on_fewer_than_seven_statements_is_in_no_group() -> None:
    cells = camps()
    cells.update({(99, s): 1 for s in range(6)})
    assert 99 not in group_people(votes_from(cells), STABLE).letters_by_person()
    cells[99, 6] = 1
    assert 99 in group_people(votes_from(cells), STABLE).letters_by_person()


def test_votes_on_rejected_statements_count_as_given_only_in_the_engine_of_polis() -> None:
    cells = camps()
    cells.update({(99, s): 1 for s in range(7)})
    votes = votes_from(cells, rejected=[0])
    assert 99 in group_people(votes, POLIS).letters_by_person()
    assert 99 not in group_people(votes, STABLE).letters_by_person()


def test_with_few_active_people_polis_takes_the_most_active_others() -> None:
    cells = {
        (p, s): 1 if p % 2 else -1 for p in range(20) for s in range(8 if p < 4 else p % 6 + 1)
    }
    found = group_people(votes_from(cells), POLIS).letters_by_person()
    assert len(found) == 15
    assert set(range(4)) < set(found)
    assert group_people(votes_from(cells), STABLE).outcome == "too_few_people"


def test_no_group_of_the_stable_engine_is_smaller_than_five() -> None:
    cells = camps((40, 3), 20)
    assert min(group_people(votes_from(cells), POLIS).sizes.values()) < 5
    found = group_people(votes_from(cells), STABLE)
    assert min(found.sizes.values()) >= 5


def by_hand(votes: Votes, engine: Engine) -> np.ndarray:
    """Place everybody as the formula says, on the table as a whole."""
    full = np.full(votes.shape, np.nan)
    full[votes.rows, votes.columns] = votes.values
    if engine.rejected_count_as_seen:
        full[:, votes.rejected] = 0.0
    else:
        full = full[:, ~votes.rejected]
    means = np.nanmean(full, axis=0)
    deviations = np.where(np.isnan(full), 0.0, full - means)
    _left, _strengths, axes = np.linalg.svd(deviations, full_matrices=False)
    seen = (~np.isnan(full)).sum(axis=1)
    scale = np.sqrt(full.shape[1] / np.maximum(seen, engine.fewest_for_scale))
    return np.abs(deviations @ axes[:2].T * scale[:, np.newaxis])


@BOTH
def test_people_stand_where_the_formula_puts_them(engine: Engine) -> None:
    votes = votes_from(camps((30, 20, 10), 25, share=0.4), rejected=[2, 5, 11])
    taken = votes if engine.rejected_count_as_seen else votes.live()
    field = map_of(taken, engine)
    assert np.abs(field.positions) == pytest.approx(by_hand(votes, engine), abs=1e-7)


@BOTH
def test_the_number_of_groups_can_be_forced(engine: Engine) -> None:
    votes = votes_from(camps((30, 20, 15), 40))
    for k in (1, 2, 4):
        found = group_people(votes, engine, k=k)
        assert len(found.sizes) == k
        assert found.forced == k
        assert min(found.sizes.values()) >= engine.smallest_group


@pytest.mark.parametrize("k", [0, 3, 11])
def test_what_cannot_be_forced_is_refused(k: int) -> None:
    with pytest.raises(CannotDivide):
        group_people(votes_from(ALIKE), STABLE, k=k)
    with pytest.raises(CannotDivide):
        group_people(votes_from(NOBODY), STABLE, k=k)


def test_letters_stay_with_their_people() -> None:
    quick = QUICK["stable"]
    before = group_people(votes_from(camps((30, 20), 60)), quick).letters_by_person()
    # Fifteen people like the second camp come in: now that one is the larger.
    cells = camps((30, 20), 60)
    newcomers = {(p + 20, s): vote for (p, s), vote in cells.items() if 30 <= p < 45}
    cells.update(newcomers)
    after = group_people(votes_from(cells), quick, previous=before)
    letters = after.letters_by_person()
    assert {person: letters[person] for person in before} == before
    assert after.sizes == {"A": 30, "B": 35}


def test_an_engine_says_what_it_did() -> None:
    told = group_people(votes_from(camps()), STABLE, seed=3).provenance()
    assert told["engine"] == "stable"
    assert told["engine_version"] == STABLE.version
    assert told["seed"] == 3
    assert told["parameters"]["noise_draws"] == 19
    assert told["noise"]["draws"] == 19
    assert told["input_hash"] == votes_from(camps()).fingerprint
    assert told["stability"] > 0.6
    assert told["made_with"].startswith("numpy ")
