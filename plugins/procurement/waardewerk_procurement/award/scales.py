"""Scales: the scores that may be given, and which share of full marks each of them brings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award.figures import decimal_of, unrounded

MOST_STEPS = 10_001
#: A scale of numbers with more steps than this is named by its ends.
_MOST_NAMED = 12
_FULL = Decimal(100)


class NotAStep(Refusal):
    """A score that the published scale does not have."""

    code: ClassVar[str] = "not-a-step"


@dataclass(frozen=True, slots=True)
class Step:
    """One score and its share of full marks: 0 is nothing, 1 is full marks, below 0 is a malus."""

    score: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class LinearScale:
    """Numbers from ``lowest`` (nothing) to ``highest`` (full marks), ``step`` apart."""

    lowest: Decimal
    highest: Decimal
    step: Decimal

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise Refusal("The highest score of a scale must be above the lowest.")
        if self.step <= 0 or self._count.denominator > 1:
            raise Refusal("The steps of a scale must go exactly from the lowest to the highest.")
        if self._count >= MOST_STEPS:
            raise Refusal("A scale has at most %(most)s steps.", most=MOST_STEPS)

    @property
    def _count(self) -> Fraction:
        return (Fraction(self.highest) - Fraction(self.lowest)) / Fraction(self.step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, the lowest first."""
        return _steps_of(self)

    def __len__(self) -> int:
        return int(self._count) + 1

    def step_at(self, place: int) -> Step:
        """Give one step, counted from the lowest."""
        score = Fraction(self.lowest) + Fraction(self.step) * place
        return Step(unrounded(score), place / self._count)

    @property
    def lowest_share(self) -> Fraction:
        """What the lowest score brings."""
        return Fraction(0)

    def share_of(self, score: str) -> Fraction:
        """Give the share of full marks that a score brings; refuse one that is no step."""
        share = _share_on(self, score)
        if share is None:
            raise _no_step(score, self)
        return share

    def number_of(self, score: str) -> Fraction:
        """Give a score as a number on this scale."""
        number = _number_on(self, score)
        if number is None:
            raise _no_step(score, self)
        return number


@dataclass(frozen=True, slots=True)
class StepScale:
    """Scores by name, each with the percentage of full marks that it brings.

    ``shares`` has at least one score that brings 100 %, and none that brings more. A share below
    zero is a malus.
    """

    shares: tuple[tuple[str, Decimal], ...]

    def __post_init__(self) -> None:
        names = [score for score, _share in self.shares]
        if len(set(names)) < len(names):
            raise Refusal("A scale cannot have the same score twice.")
        if len(names) < 2:
            raise Refusal("A scale has at least two steps.")
        if max(share for _score, share in self.shares) != _FULL:
            raise Refusal("The best score of a scale must bring exactly 100 percent.")
        if min(share for _score, share in self.shares) < -_FULL:
            raise Refusal("A score cannot take away more than 100 percent.")

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, the lowest first."""
        return _steps_of(self)

    @property
    def lowest_share(self) -> Fraction:
        """What the lowest score brings."""
        return self.steps[0].share

    def share_of(self, score: str) -> Fraction:
        """Give the share of full marks that a score brings; refuse one that is no step."""
        for known, share in self.shares:
            if known == score:
                return Fraction(share) / 100
        raise _no_step(score, self)

    def number_of(self, score: str) -> Fraction:
        """Give a score as a percentage of full marks: its name need not be a number."""
        return self.share_of(score) * 100


Scale = LinearScale | StepScale


# A dossier has one scale, and every criterion and bid asks for its steps.
@lru_cache(maxsize=16)
def _steps_of(scale: Scale) -> tuple[Step, ...]:
    if isinstance(scale, LinearScale):
        return tuple(scale.step_at(place) for place in range(len(scale)))
    found = (Step(score, Fraction(share) / 100) for score, share in scale.shares)
    return tuple(sorted(found, key=lambda step: step.share))


# The same few scores come back for every bid.
@lru_cache(maxsize=4096)
def _share_on(scale: LinearScale, score: str) -> Fraction | None:
    number = decimal_of(score)
    if number is None or not scale.lowest <= number <= scale.highest:
        return None
    lowest = Fraction(scale.lowest)
    if ((Fraction(number) - lowest) / Fraction(scale.step)).denominator > 1:
        return None
    return (Fraction(number) - lowest) / (Fraction(scale.highest) - lowest)


@lru_cache(maxsize=4096)
def _number_on(scale: LinearScale, score: str) -> Fraction | None:
    share = _share_on(scale, score)
    if share is None:
        return None
    return Fraction(scale.lowest) + share * (Fraction(scale.highest) - Fraction(scale.lowest))


def _no_step(score: str, scale: Scale) -> NotAStep:
    return NotAStep(
        marked(
            "“%(score)s” is no step of the published scale (%(steps)s). “Not applicable” is no "
            "score: what was published is scored for every bid."
        ),
        score=score,
        steps=_named(scale),
    )


def _named(scale: Scale) -> str:
    if isinstance(scale, LinearScale) and len(scale) > _MOST_NAMED:
        first, second, last = (scale.step_at(place).score for place in (0, 1, len(scale) - 1))
        return f"{first}, {second} … {last}"
    return ", ".join(step.score for step in scale.steps)
