"""Which statement somebody sees next: a lottery in which every statement has its own chances.

The rule is that of Polis (`PRIORITY` in its maths), with current tallies: what many agree with and
few pass on comes up more often, and so does what is new, until it was voted on a few times. What
lies far from the middle of the map (*extremity*) tells people apart, and comes up more often too.

Polis itself drew all statements alike for sixteen months after a mistake in this rule, and nobody
noticed. That is why `are_flat` exists, and why the overview of a round tells what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

#: A statement about the conversation itself always comes up soon.
META = 49.0
#: So many times as likely is a statement on which nobody voted yet, before the square.
NEW = 8.0
#: Under so many statements equal weights say nothing.
FEWEST = 10
FLAT = 0.01


@dataclass(frozen=True)
class Tally:
    """How often a statement was agreed with, passed on, and voted on at all."""

    agree: int = 0
    passes: int = 0
    votes: int = 0


NOBODY_YET = Tally()


def weight(tally: Tally, extremity: float = 0.0, *, is_meta: bool = False) -> float:
    """Return the chances of one statement, beside those of the others."""
    if is_meta:
        return META
    seen = tally.votes + 2
    importance = (1 - (tally.passes + 1) / seen) * (extremity + 1) * ((tally.agree + 1) / seen)
    return float((importance * (1 + NEW * 2 ** (-tally.votes / 5))) ** 2)


def weights(
    statements: Iterable[int],
    tallies: Mapping[int, Tally],
    *,
    meta: frozenset[int] = frozenset(),
    extremity: Mapping[int, float] | None = None,
) -> list[float]:
    """Return the chances of statements, in the order given; without a result nothing is extreme."""
    far = extremity or {}
    return [
        weight(tallies.get(one, NOBODY_YET), far.get(one, 0.0), is_meta=one in meta)
        for one in statements
    ]


def are_flat(found: Sequence[float]) -> bool:
    """Tell whether the chances of ten statements or more hardly differ: the lottery is broken."""
    if len(found) < FEWEST:
        return False
    mean = sum(found) / len(found)
    spread = sqrt(sum((one - mean) ** 2 for one in found) / len(found))
    return spread < FLAT * mean


def drawn(statements: Sequence[int], chances: Sequence[float], ticket: float) -> int:
    """Draw one statement; ``ticket`` is a number from 0 up to 1, chosen by chance."""
    left = ticket * sum(chances)
    for statement, chance in zip(statements, chances, strict=True):
        left -= chance
        if left < 0:
            return statement
    return statements[-1]
