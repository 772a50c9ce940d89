"""What an assessor's own scores come to so far: what was not scored yet counts for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from waardewerk_procurement.award.awarding import Rules
from waardewerk_procurement.award.figures import rounded


@dataclass(frozen=True)
class OwnTotal:
    """Points, or euros where a lot is awarded on value."""

    reached: Fraction
    most: Fraction
    unit: Literal["points", "euros"]

    @property
    def figures(self) -> tuple[str, str]:
        """What was reached and the most that can be, as they are printed."""
        return rounded(self.reached), rounded(self.most)


def own_total(rules: Rules, scores: Mapping[str, str]) -> OwnTotal:
    """Add up what these scores bring by the published weights."""
    leaves = rules.leaves
    scored = [one for one in leaves if one.criterion.key in scores]
    return OwnTotal(
        reached=sum(
            (one.stake * one.criterion.scale.share_of(scores[one.criterion.key]) for one in scored),
            Fraction(0),
        ),
        most=sum((one.stake for one in leaves), Fraction(0)),
        unit="euros" if rules.formula.quality_in == "euros" else "points",
    )
