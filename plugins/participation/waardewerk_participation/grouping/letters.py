"""Letters for groups: the largest is A, unless people know it by another letter already."""

from __future__ import annotations

import string
from collections.abc import Mapping

import numpy as np

from waardewerk_participation.grouping.clusters import Labels
from waardewerk_participation.grouping.votes import Ints

#: As many groups as there can be at all.
MOST_GROUPS = 10
#: Twice as many letters: a new group takes one that the groups before it did not have.
LETTERS = string.ascii_uppercase[: 2 * MOST_GROUPS]


def lettered(
    participants: Ints, labels: Labels, previous: Mapping[int, str] | None = None
) -> tuple[Labels, tuple[str, ...]]:
    """Give each group a letter; return the groups numbered in the order of their letters.

    ``previous`` holds the letter of people in the count before. Groups take the letters over such
    that most people keep theirs; a group in which nobody had the letter that is left for it gets
    the first one that was not in use.
    """
    sizes = np.bincount(labels)
    letter_of = _kept(participants, labels, len(sizes), previous or {})
    in_use = set((previous or {}).values())
    free = iter(letter for letter in LETTERS if letter not in in_use)
    first_row = [int(np.argmax(labels == group)) for group in range(len(sizes))]
    for group in sorted(range(len(sizes)), key=lambda one: (-sizes[one], first_row[one])):
        if group not in letter_of:
            letter_of[group] = next(free)
    order = sorted(letter_of, key=letter_of.__getitem__)
    number = np.empty(len(sizes), dtype=np.int8)
    number[order] = np.arange(len(sizes))
    return number[labels], tuple(letter_of[group] for group in order)


def _kept(
    participants: Ints, labels: Labels, groups: int, previous: Mapping[int, str]
) -> dict[int, str]:
    if not previous:
        return {}
    from scipy.optimize import linear_sum_assignment

    letters = sorted(set(previous.values()))
    shared = np.zeros((groups, len(letters)), dtype=np.int64)
    for person, group in zip(participants.tolist(), labels.tolist(), strict=True):
        if person in previous:
            shared[group, letters.index(previous[person])] += 1
    pairs = zip(*linear_sum_assignment(shared, maximize=True), strict=True)
    return {int(group): letters[letter] for group, letter in pairs if shared[group, letter]}
