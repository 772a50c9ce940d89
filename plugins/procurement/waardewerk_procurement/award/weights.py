"""Weights: whole hundredths of a percent that are together exactly 100 %, per parent and lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from waardewerk.refusal import Refusal, marked

#: 100 %, in hundredths of a percent.
WHOLE = 10_000

#: What carries a weight, by name, and the weight in hundredths of a percent.
Weights = Sequence[tuple[str, int]]


class WeightsOff(Refusal):
    """Weights that are not together 100 %; ``offer`` is the nearest division that is."""

    code: ClassVar[str] = "weights-off"

    def __init__(self, message: str, offer: Weights, **details: object) -> None:
        super().__init__(message, **details)
        self.offer = offer


def check(weights: Weights) -> None:
    """Refuse weights that are not positive or not together 100 %."""
    for name, weight in weights:
        if not 0 < weight <= WHOLE:
            raise Refusal(
                "The weight of “%(name)s” must be more than 0 and at most 100 percent.", name=name
            )
    total = sum(weight for _name, weight in weights)
    if total == WHOLE:
        return
    if not weights:
        raise Refusal("Nothing here has a weight; the weights must be together 100 percent.")
    offer = nearest(weights)
    raise WeightsOff(
        marked(
            "The weights are together %(total)s %% and must be 100.00 %%. "
            "The nearest that fits: %(division)s."
        ),
        offer,
        total=shown(total),
        division=", ".join(f"{name} {shown(weight)}" for name, weight in offer),
    )


def nearest(weights: Weights) -> Weights:
    """Divide 100 % in proportion to ``weights``, by largest remainder; among equals, the first.

    Thirds become 33.34, 33.33 and 33.33.
    """
    total = sum(weight for _name, weight in weights)
    parts = [divmod(weight * WHOLE, total) for _name, weight in weights]
    left = WHOLE - sum(whole for whole, _remainder in parts)
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    raised = set(by_remainder[:left])
    return [
        (name, parts[place][0] + (place in raised)) for place, (name, _weight) in enumerate(weights)
    ]


def shown(weight: int) -> str:
    """Write a weight as a percentage with two decimals."""
    return f"{weight // 100}.{weight % 100:02}"
