"""From scores that people gave alone to one score that they agree on.

The mean and the median tell where people are; neither is ever the score. Who did not score counts
nowhere: it is not a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.scales import Scale

#: From this part of the scale between the lowest and the highest score, people talk: 3 out of 10.
TALK_FROM = Fraction(3, 10)


@dataclass(frozen=True, slots=True)
class ScoreSpread:
    """What several people gave one bid on one criterion, in the numbers of the scale."""

    count: int
    lowest: Fraction
    highest: Fraction
    mean: Fraction
    median: Fraction
    #: The part of the whole scale that lies between the lowest and the highest score.
    part_of_scale: Fraction

    @property
    def size(self) -> Fraction:
        """How far the highest score is from the lowest."""
        return self.highest - self.lowest

    @property
    def asks_conversation(self) -> bool:
        """Tell whether people differ so much that they must talk before they agree."""
        return self.part_of_scale >= TALK_FROM


@dataclass(frozen=True, slots=True)
class AgreedScore:
    """The score that people chose together, and why."""

    score: str
    reason: str


def spread_of(scale: Scale, given: Mapping[str, str | None]) -> ScoreSpread:
    """Measure scores by assessor; None is *did not score*. Refuse when nobody scored."""
    scores = [score for score in given.values() if score is not None]
    if not scores:
        raise Refusal("Nobody scored this yet.")
    numbers = [scale.number_of(score) for score in scores]
    shares = [scale.share_of(score) for score in scores]
    return ScoreSpread(
        count=len(numbers),
        lowest=min(numbers),
        highest=max(numbers),
        mean=sum(numbers, Fraction(0)) / len(numbers),
        median=median(numbers),
        part_of_scale=(max(shares) - min(shares)) / (1 - scale.lowest_share),
    )


def agree(scale: Scale, score: str, reason: str) -> AgreedScore:
    """Take the score that people agreed on: a step of the published scale, with one reason."""
    scale.share_of(score)
    if not reason.strip():
        raise Refusal("Write down why you agreed on this score.")
    return AgreedScore(score, reason.strip())
