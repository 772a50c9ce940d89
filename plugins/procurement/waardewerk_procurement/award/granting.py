"""Dividing a ceiling: who is granted what, down the ranking, and who does not fit any more.

Applications that share a rank are never put one before the other here: where their order decides
who is granted what, they are named, and people draw lots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Literal

from waardewerk.refusal import Refusal

#: The application that does not fit any more gets what is left; or is refused, and the dividing
#: stops; or is refused, and the next one that fits is granted.
Beyond = Literal["partial", "stop", "next"]
#: Why nothing is granted: more was applied for than was left, or the dividing had stopped.
WhyNot = Literal["", "does-not-fit", "stopped"]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How much there is for all applications together, and what happens where it ends."""

    amount: Decimal
    beyond: Beyond

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise Refusal("The ceiling must be above 0.")


@dataclass(frozen=True, slots=True)
class Applied:
    """A ranked application and the amount that it asks; equal ones share a rank."""

    bid: str
    rank: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Grant:
    """What one application is granted; nothing when it is refused."""

    bid: str
    rank: int
    applied: Fraction
    amount: Fraction
    #: What was left of the ceiling when it was its turn.
    before: Fraction
    why_not: WhyNot = ""

    @property
    def left(self) -> Fraction:
        """What is left of the ceiling after it."""
        return self.before - self.amount

    @property
    def is_whole(self) -> bool:
        """Tell whether it is granted all that it applied for."""
        return self.amount == self.applied


@dataclass(frozen=True, slots=True)
class Granting:
    """How a ceiling is divided, the best application first."""

    ceiling: Ceiling
    #: Everybody of whom it can be said.
    grants: tuple[Grant, ...]
    #: They share the rank at which the ceiling is reached: lots must be drawn, and what comes
    #: after them cannot be said before.
    undecided: tuple[str, ...] = ()

    @property
    def granted(self) -> Mapping[str, Fraction]:
        """The amount of each application that is granted, by its key."""
        return {one.bid: one.amount for one in self.grants if one.amount}

    def of(self, bid: str) -> Grant | None:
        """Give what an application is granted; None when it cannot be said yet."""
        return next((one for one in self.grants if one.bid == bid), None)

    @property
    def left(self) -> Fraction:
        """What nobody is granted."""
        return self.grants[-1].left if self.grants else Fraction(self.ceiling.amount)

    @property
    def reached_at(self) -> int | None:
        """The rank of the first application that does not fit whole; None when all fit."""
        return next((one.rank for one in self.grants if not one.is_whole), None)


def divide(ceiling: Ceiling, ranked: Sequence[Applied]) -> Granting:
    """Grant applications down the ranking until the ceiling is reached, by the rule it has."""
    grants: list[Grant] = []
    left, is_going_on = Fraction(ceiling.amount), True
    for group in _by_rank(ranked):
        if is_going_on and _order_matters(ceiling.beyond, group, left):
            return Granting(ceiling, tuple(grants), tuple(one.bid for one in group))
        for one in group:
            made = _grant(ceiling.beyond, one, left) if is_going_on else _stopped(one, left)
            is_going_on = is_going_on and (made.is_whole or ceiling.beyond != "stop")
            left = made.left
            grants.append(made)
    return Granting(ceiling, tuple(grants))


def _by_rank(ranked: Sequence[Applied]) -> list[list[Applied]]:
    ordered = sorted(ranked, key=lambda one: (one.rank, one.bid))
    return [list(group) for _rank, group in groupby(ordered, key=lambda one: one.rank)]


def _order_matters(beyond: Beyond, equals: Sequence[Applied], left: Fraction) -> bool:
    """Tell whether the outcome of equal applications hangs on which of them goes first."""
    asked = [one.amount for one in equals]
    if len(equals) == 1 or sum(asked) <= left:
        return False
    fitting = [amount for amount in asked if amount <= left]
    match beyond:
        case "partial":
            return left > 0
        case "stop":
            return bool(fitting)
        case "next":
            return sum(fitting) > left


def _grant(beyond: Beyond, one: Applied, left: Fraction) -> Grant:
    if one.amount <= left:
        return Grant(one.bid, one.rank, one.amount, one.amount, left)
    part = left if beyond == "partial" else Fraction(0)
    why_not: WhyNot = "" if part else "does-not-fit"
    return Grant(one.bid, one.rank, one.amount, part, left, why_not)


def _stopped(one: Applied, left: Fraction) -> Grant:
    return Grant(one.bid, one.rank, one.amount, Fraction(0), left, "stopped")
