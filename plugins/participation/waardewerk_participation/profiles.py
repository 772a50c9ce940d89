"""What groups of one count had in common, by which those of the next keep their letters. Pure.

Nobody's group is kept. Instead each group leaves its mean vote on each statement, roughly; in the
next count everybody is compared with these, and the group that holds most of those who are nearest
to the old A is A again. The means are kept with the result, so that a recount gives the letters
too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from waardewerk_participation.grouping.counting import count_by_group
from waardewerk_participation.grouping.result import Grouping
from waardewerk_participation.grouping.votes import Votes

#: By letter: the number of a statement, as text, to the mean vote on it.
Profiles = Mapping[str, Mapping[str, float]]
#: Coarse on purpose: it says what a group thinks, and not what one of few people voted.
_DECIMALS = 1


def profiles_of(votes: Votes, grouping: Grouping) -> dict[str, dict[str, float]]:
    """Return the mean vote of each group on each statement."""
    tallies = count_by_group(votes, grouping.group_of, len(grouping.letters))
    means = (tallies.agrees - tallies.disagrees) / np.maximum(tallies.seen, 1)
    numbers = [str(number) for number in votes.statements.tolist()]
    return {
        letter: dict(zip(numbers, np.round(means[group], _DECIMALS).tolist(), strict=True))
        for group, letter in enumerate(grouping.letters)
    }


def letters_by(votes: Votes, profiles: Profiles) -> dict[int, str]:
    """Return for everybody the letter of the earlier group whose means are nearest."""
    if not profiles:
        return {}
    letters = sorted(profiles)
    numbers = [str(number) for number in votes.statements.tolist()]
    away = np.empty((len(letters), len(votes.participants)))
    for place, letter in enumerate(letters):
        means = np.array([profiles[letter].get(number, 0.0) for number in numbers])
        squared = np.square(votes.values - means[votes.columns])
        away[place] = np.bincount(votes.rows, squared, len(votes.participants))
    nearest = np.argmin(away, axis=0).tolist()
    return {
        person: letters[place]
        for person, place in zip(votes.participants.tolist(), nearest, strict=True)
    }
