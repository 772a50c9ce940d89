"""Two real conversations, published by the Computational Democracy Project under CC BY 4.0.

They are kept beside the repository, not in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from waardewerk_participation.figures.consensus import group_informed_consensus
from waardewerk_participation.grouping.counting import count_by_group
from waardewerk_participation.grouping.dividing import group_people
from waardewerk_participation.grouping.engines import ENGINES, POLIS, STABLE
from waardewerk_participation.grouping.likeness import likeness
from waardewerk_participation.grouping.redrawn import shuffled
from waardewerk_participation.grouping.result import NO_GROUP, Grouping
from waardewerk_participation.grouping.votes import Votes, votes_of
from waardewerk_participation.polis_export import Export, read_export

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "polis"
NAMES = ("brexit-consensus", "scoop-hivemind.biodiversity")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the open data is not beside the repository"
)
EACH = pytest.mark.parametrize("name", NAMES)


@dataclass(frozen=True)
class Conversation:
    """A conversation and what is known of it."""

    export: Export
    votes: Votes
    expected: dict[str, Any]

    @property
    def published(self) -> dict[int, int]:
        """Who is in which published group."""
        return {p: g for p, g in self.export.participants.items() if g is not None}


@cache
def conversation(name: str) -> Conversation:
    export = read_export(FOLDER / name)
    votes = votes_of(
        export.votes.participants, export.votes.statements, export.votes.values, export.left_out
    )
    return Conversation(export, votes, json.loads((FOLDER / name / "expected.json").read_text()))


@cache
def grouped(name: str, k: int | None) -> Grouping:
    return group_people(conversation(name).votes, POLIS, k=k)


def ranks(values: list[float]) -> np.ndarray:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


@EACH
def test_the_counts_are_those_that_were_published(name: str) -> None:
    found, expected = conversation(name), conversation(name).expected
    assert len(found.export.participants) == expected["participants"]
    assert found.votes.shape[1] == expected["statements"]
    assert len(found.export.votes) == expected["votes"]
    assert found.export.given == expected["vote_rows"]
    assert found.export.differing == 0
    rejected = [one for one in found.export.statements if one.is_rejected]
    assert len(rejected) == expected["statements_moderated_out"]
    sizes = np.bincount(list(found.published.values())).tolist()
    assert sizes == list(expected["polis_group_sizes"].values())


@EACH
def test_consensus_under_the_published_groups_is_the_published_one(name: str) -> None:
    found = conversation(name)
    live = found.votes.live()
    known = [found.published.get(person, NO_GROUP) for person in live.participants.tolist()]
    groups = found.expected["polis_group_count"]
    consensus = group_informed_consensus(
        count_by_group(live, np.array(known, dtype=np.int8), groups)
    )
    published = found.expected["consensus_under_polis_groups"]
    ours = dict(zip(live.statements.tolist(), consensus.tolist(), strict=True))
    voted_on = {int(number): value for number, value in published.items() if int(number) in ours}
    assert ours == pytest.approx(voted_on, abs=1e-9)
    ranked = sorted(ours, key=lambda number: -ours[number])
    assert ranked[:10] == found.expected["top_statements_polis"]
    assert ranked[-10:] == found.expected["bottom_statements_polis"]


@EACH
def test_groups_are_as_near_to_the_published_ones_as_a_fair_engine_gets(name: str) -> None:
    found, bars = conversation(name), conversation(name).expected["bars"]
    ours = grouped(name, found.expected["polis_group_count"]).letters_by_person()
    both = [person for person in found.published if person in ours]
    assert len(both) / len(found.published) >= bars["coverage_polis"]
    alike = likeness([ord(ours[p]) for p in both], [found.published[p] for p in both])
    assert alike >= bars["ari_polis"]


def test_with_its_own_number_of_groups_brexit_is_still_near_enough() -> None:
    found = conversation("brexit-consensus")
    ours = grouped("brexit-consensus", None).letters_by_person()
    both = [person for person in found.published if person in ours]
    assert likeness([ord(ours[p]) for p in both], [found.published[p] for p in both]) >= 0.59


@EACH
def test_groups_are_those_of_another_engine_without_a_memory(name: str) -> None:
    expected = conversation(name).expected
    theirs = {int(person): group for person, group in expected["red_dwarf"]["groups"].items()}
    found = grouped(name, None)
    ours = found.letters_by_person()
    assert len(found.letters) == expected["red_dwarf"]["group_count"]
    assert set(ours) == set(theirs)
    alike = likeness([ord(ours[p]) for p in theirs], list(theirs.values()))
    assert alike >= expected["bars"]["ari_red_dwarf"]


@EACH
def test_consensus_under_our_own_groups_orders_statements_as_the_published_one(name: str) -> None:
    found = conversation(name)
    live = found.votes.live()
    ours = grouped(name, found.expected["polis_group_count"])
    consensus = group_informed_consensus(count_by_group(live, ours.group_of, len(ours.letters)))
    published = found.expected["consensus_under_polis_groups"]
    theirs = [published[str(number)] for number in live.statements.tolist()]
    alike = np.corrcoef(ranks(consensus.tolist()), ranks(theirs))[0, 1]
    assert alike >= found.expected["bars"]["consensus_spearman"]


@EACH
@pytest.mark.parametrize("engine", ENGINES)
def test_in_another_order_the_result_is_the_same_to_the_bit(name: str, engine: str) -> None:
    export = conversation(name).export
    rules = replace(ENGINES[engine], stability_draws=2)
    known = group_people(conversation(name).votes, rules).fingerprint
    order = np.random.default_rng(5).permutation(len(export.votes))
    rows = (export.votes.participants, export.votes.statements, export.votes.values)
    again = votes_of(*(row[order] for row in rows), export.left_out[::-1])
    assert group_people(again, rules).fingerprint == known


@EACH
def test_the_stable_engine_sees_groups_here(name: str) -> None:
    assert group_people(conversation(name).votes, STABLE).outcome == "groups"


def test_the_stable_engine_sees_no_groups_in_the_same_votes_by_chance() -> None:
    tables = shuffled(conversation("brexit-consensus").votes, draws=20, seed=2026)
    outcomes = [group_people(table, STABLE).outcome for table in tables]
    assert outcomes.count("no_clear_groups") >= 18
