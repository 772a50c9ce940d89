"""Simulated people and how they vote: seeded, so that the demo is the same every time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

#: How likely somebody agrees, does not know, or disagrees, by what their camp thinks.
ODDS = {"+": (86, 6, 8), "-": (8, 6, 86), "o": (42, 16, 42)}
VALUES = (1, 0, -1)
#: How often people say what of themselves: few are young, so that a group stays silent.
BANDS = {
    "to-29": 5,
    "to-49": 37,
    "to-69": 35,
    "from-70": 23,
    "here": 88,
    "elsewhere": 12,
    "resident": 70,
    "business": 12,
    "organisation": 10,
    "government": 8,
}
#: Of a hundred people who see a statement or a question so many react to it.
REACTING = 85


def votes_of_camps(
    opinions: Sequence[str], sizes: Sequence[int], *, seed: int
) -> Iterator[tuple[int, int, int]]:
    """Give votes as person, place of the statement, and value.

    ``opinions`` holds per statement what each camp thinks (``++o``); ``sizes`` how many people
    each camp has.
    """
    chance = Random(seed)  # noqa: S311 - made-up people need no secret
    person = 0
    for camp, size in enumerate(sizes):
        for _one in range(size):
            for place, opinion in enumerate(opinions):
                if chance.randrange(100) < REACTING:
                    (value,) = chance.choices(VALUES, ODDS[opinion[camp]])
                    yield person, place, value
            person += 1


def votes_without_camps(
    statements: int, people: int, *, seed: int
) -> Iterator[tuple[int, int, int]]:
    """Give votes of people who each think for themselves: some statements are liked more."""
    chance = Random(seed)  # noqa: S311 - made-up people need no secret
    odds = []
    for _statement in range(statements):
        agree = chance.randrange(25, 80)
        odds.append((agree, 10, 90 - agree))
    for person in range(people):
        for place in range(statements):
            if chance.randrange(100) < REACTING:
                (value,) = chance.choices(VALUES, odds[place])
                yield person, place, value


def backgrounds(
    questions: Sequence[Sequence[str]], people: int, *, seed: int
) -> Iterator[tuple[int, int, str]]:
    """Give what people say of themselves as person, place of the question, and option."""
    chance = Random(seed)  # noqa: S311 - made-up people need no secret
    for person in range(people):
        for place, options in enumerate(questions):
            if chance.randrange(100) < REACTING:
                (option,) = chance.choices(options, [BANDS[one] for one in options])
                yield person, place, option
