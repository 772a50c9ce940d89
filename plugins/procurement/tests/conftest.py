"""Small words to write rules and bids with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from waardewerk.plugins import Plugins
from waardewerk_procurement import plugin
from waardewerk_procurement.award.awarding import Award, Bid, Rules, award
from waardewerk_procurement.award.formulas import Formula
from waardewerk_procurement.award.scales import LinearScale
from waardewerk_procurement.award.scoring import AnyCriterion, Criterion
from waardewerk_procurement.award.ties import TieStep

#: 0, 2, 4, 6, 8, 10.
TEN = LinearScale(Decimal(0), Decimal(10), Decimal(2))
#: Whole points from 0 to 50, so that a score on a weight of 50 % is a point.
FIFTY = LinearScale(Decimal(0), Decimal(50), Decimal(1))
FIVE = LinearScale(Decimal(0), Decimal(5), Decimal(1))

BY_QUALITY = (TieStep("quality"),)
BY_LOTS = (TieStep("lots"),)

#: The three bids of the documentation: price, and points for quality out of 50.
THREE = {"A": (100_000, 32), "B": (125_000, 40), "C": (60_000, 5)}


@pytest.fixture
def plugins() -> Plugins:
    """Load this plugin and no other."""
    found = Plugins()
    found.add("procurement", plugin)
    return found


def rules(formula: Formula, *criteria: AnyCriterion, **changes: Any) -> Rules:
    """Publish rules; by default one criterion for all that the price leaves."""
    one = Criterion("quality", FIFTY, weight=10_000 - formula.price_weight)
    published: dict[str, Any] = {
        "tie_rule": BY_QUALITY,
        "drop_out": "rank-again",
        "reason": "The market is not known.",
    }
    return Rules(formula, criteria or (one,), **{**published, **changes})


def bid(key: str, price: str | int = 100, /, **scores: str | int) -> Bid:
    """Make a bid."""
    return Bid(key, Decimal(price), {name: str(score) for name, score in scores.items()})


def three(*, without: str = "") -> list[Bid]:
    """Give the three bids, or two of them."""
    kept = {key: offer for key, offer in THREE.items() if key != without}
    return [bid(key, price, quality=points) for key, (price, points) in kept.items()]


def totals(outcome: Award) -> dict[str, Fraction]:
    """Give the total of each bid that was ranked."""
    return {one.bid: one.total for one in outcome.standings}


def order(outcome: Award) -> list[tuple[int, str]]:
    """Give rank and bid, the best first."""
    return [(one.rank, one.bid) for one in outcome.standings]


def winner(published: Rules, bids: Sequence[Bid], drawn: Sequence[str] = ()) -> str | None:
    """Say who wins."""
    return award(published, bids, drawn).winner


def rounded_totals(outcome: Award) -> Mapping[str, str]:
    """Give the totals as they are printed."""
    from waardewerk_procurement.award.figures import rounded

    return {one.bid: rounded(one.total) for one in outcome.standings}
