"""The formulas by which price and quality become one figure.

Each says what must be published before bids come in, and where it goes wrong. A formula is
*relative* when the price of one bid changes the figure of another: then the order of two bids can
turn around because of a third one, and the choice for it asks a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Literal, Protocol

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award.figures import log2
from waardewerk_procurement.award.weights import WHOLE

Unit = Literal["points", "euros"]

_PRICE_WEIGHT = marked("the weight of the price and of each criterion")
_SCALE = marked("the scale of scores, with what each score asks")
_LOWEST_DECIDES = marked(
    "Rank reversal: whoever has the lowest price sets the yardstick for all others, so a bid that "
    "cannot win decides who does. The lowest price always gets full marks."
)


class NoOutcome(Refusal):
    """A bid of which the formula can make no figure."""

    code: ClassVar[str] = "no-outcome"


@dataclass(frozen=True, slots=True)
class PriceField:
    """The prices that a relative formula measures with: those of the bids that count."""

    lowest: Fraction
    highest: Fraction


class Formula(Protocol):
    """One way to make one figure of price and quality."""

    @property
    def name(self) -> str:
        """How a file names it."""

    @property
    def title(self) -> str:
        """How it is called on screen; a source text."""

    @property
    def published(self) -> tuple[str, ...]:
        """What everybody must know before bids come in; source texts."""

    @property
    def defect(self) -> str:
        """Where it goes wrong, in a sentence or two; a source text."""

    @property
    def is_relative(self) -> bool:
        """Tell whether bids change each other's figures, so that the choice asks a reason."""

    @property
    def lowest_wins(self) -> bool:
        """Tell whether the lowest figure is the best."""

    @property
    def quality_in(self) -> Unit:
        """In what quality is counted."""

    @property
    def price_weight(self) -> int:
        """What is left of 100 % for the price, in hundredths of a percent; 0 without a weight."""

    def total(self, price: Fraction, quality: Fraction, field: PriceField, /) -> Fraction:
        """Make the figure of one bid."""


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Points for the price, added to the points for quality."""

    price_weight: int
    lowest_wins: ClassVar[bool] = False
    quality_in: ClassVar[Unit] = "points"

    def __post_init__(self) -> None:
        if not 0 < self.price_weight <= WHOLE:
            raise Refusal("The weight of the price must be more than 0 and at most 100 percent.")

    @property
    def _points(self) -> Fraction:
        return Fraction(self.price_weight, 100)


@dataclass(frozen=True, slots=True)
class RelativeInverse(_Weighted):
    """W · lowest price ÷ price + Q (F1)."""

    name: ClassVar[str] = "relative-inverse"
    title: ClassVar[str] = marked("Lowest price divided by price")
    published: ClassVar[tuple[str, ...]] = (_PRICE_WEIGHT, _SCALE)
    defect: ClassVar[str] = _LOWEST_DECIDES
    is_relative: ClassVar[bool] = True

    def total(self, price: Fraction, quality: Fraction, field: PriceField, /) -> Fraction:
        """Give full marks to the lowest price, and half of them to one that is twice as high."""
        return self._points * field.lowest / price + quality


@dataclass(frozen=True, slots=True)
class RelativeLinear(_Weighted):
    """W · (2 - price ÷ lowest price), not below 0, + Q (F2)."""

    name: ClassVar[str] = "relative-linear"
    title: ClassVar[str] = marked("Straight line from the lowest price to twice that price")
    published: ClassVar[tuple[str, ...]] = (_PRICE_WEIGHT, _SCALE)
    defect: ClassVar[str] = marked(
        "Rank reversal: whoever has the lowest price sets the yardstick for all others. From twice "
        "the lowest price on, a price brings nothing and a higher one costs nothing more."
    )
    is_relative: ClassVar[bool] = True

    def total(self, price: Fraction, quality: Fraction, field: PriceField, /) -> Fraction:
        """Give full marks to the lowest price and none from twice that price."""
        return max(Fraction(0), self._points * (2 - price / field.lowest)) + quality


@dataclass(frozen=True, slots=True)
class RelativeRange(_Weighted):
    """W · (highest price - price) ÷ (highest price - lowest price) + Q (F3)."""

    name: ClassVar[str] = "relative-range"
    title: ClassVar[str] = marked("Straight line from the lowest to the highest price")
    published: ClassVar[tuple[str, ...]] = (_PRICE_WEIGHT, _SCALE)
    defect: ClassVar[str] = marked(
        "Rank reversal: the lowest and the highest price steer all others. With two bids the "
        "cheaper one gets all points for the price and the other none, however close they are."
    )
    is_relative: ClassVar[bool] = True

    def total(self, price: Fraction, quality: Fraction, field: PriceField, /) -> Fraction:
        """Give full marks to the lowest price and none to the highest; all of one price get all."""
        if field.highest == field.lowest:
            return self._points + quality
        below = (field.highest - price) / (field.highest - field.lowest)
        return self._points * below + quality


@dataclass(frozen=True, slots=True)
class PriceBand(_Weighted):
    """W · (ceiling - price) ÷ (ceiling - floor), between 0 and W, + Q (F4)."""

    floor: Decimal
    ceiling: Decimal
    name: ClassVar[str] = "price-band"
    title: ClassVar[str] = marked("Published price band")
    published: ClassVar[tuple[str, ...]] = (
        _PRICE_WEIGHT,
        _SCALE,
        marked("the floor and the ceiling of the price band"),
    )
    defect: ClassVar[str] = marked(
        "It needs a good estimate: below the floor a lower price brings nothing more, and above "
        "the ceiling a higher price costs nothing more."
    )
    is_relative: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _Weighted.__post_init__(self)
        if not 0 <= self.floor < self.ceiling:
            raise Refusal("The floor of the price band must be below its ceiling.")

    def total(self, price: Fraction, quality: Fraction, _field: PriceField, /) -> Fraction:
        """Give full marks at the floor and none at the ceiling."""
        floor, ceiling = Fraction(self.floor), Fraction(self.ceiling)
        below = (ceiling - price) / (ceiling - floor)
        return self._points * min(max(below, Fraction(0)), Fraction(1)) + quality

    def covers(self, price: Fraction) -> bool:
        """Tell whether a price lies within the band."""
        return self.floor <= price <= self.ceiling


@dataclass(frozen=True, slots=True)
class AwardOnValue:
    """Price - the euros that quality is worth; the lowest wins (F5, *gunnen op waarde*)."""

    name: ClassVar[str] = "award-on-value"
    title: ClassVar[str] = marked("Award on value")
    published: ClassVar[tuple[str, ...]] = (
        marked("the worth in euros of full marks on each criterion"),
        marked("the share of it that each score brings"),
    )
    defect: ClassVar[str] = marked(
        "It needs to be known what quality is worth in euros: too low, and the price decides by "
        "itself; too high, and almost any price wins."
    )
    is_relative: ClassVar[bool] = False
    lowest_wins: ClassVar[bool] = True
    quality_in: ClassVar[Unit] = "euros"
    price_weight: ClassVar[int] = 0

    def total(self, price: Fraction, quality: Fraction, _field: PriceField, /) -> Fraction:
        """Take the worth of the quality off the price."""
        return price - quality


@dataclass(frozen=True, slots=True)
class PricePerPoint:
    """Price ÷ Q; the lowest wins (F6)."""

    name: ClassVar[str] = "price-per-point"
    title: ClassVar[str] = marked("Price per point of quality")
    published: ClassVar[tuple[str, ...]] = (
        marked("the weight of each criterion"),
        _SCALE,
        marked("the lowest score that is good enough, so that no bid is without points"),
    )
    defect: ClassVar[str] = marked(
        "It hangs on where the scale begins: the same points for everybody on top can turn the "
        "order around. A bid without points for quality has no outcome."
    )
    is_relative: ClassVar[bool] = False
    lowest_wins: ClassVar[bool] = True
    quality_in: ClassVar[Unit] = "points"
    price_weight: ClassVar[int] = 0

    def total(self, price: Fraction, quality: Fraction, _field: PriceField, /) -> Fraction:
        """Divide the price by the points; refuse a bid without points."""
        if quality <= 0:
            raise NoOutcome(marked("A bid without points for quality has no price per point."))
        return price / quality


@dataclass(frozen=True, slots=True)
class Logarithmic(_Weighted):
    """W ÷ 100 · (100 - points per doubling · log2(price ÷ reference)) + Q (F7).

    The reference is a published price or, without one, the lowest price that was offered. The
    points are not cut off: a price below the reference brings more than W, a high one less than 0.
    """

    points_per_doubling: Decimal
    reference: Decimal | None = None
    name: ClassVar[str] = "logarithmic"
    title: ClassVar[str] = marked("Points per doubling of the price")
    published: ClassVar[tuple[str, ...]] = (
        _PRICE_WEIGHT,
        _SCALE,
        marked("the points that a doubling of the price costs, and the reference price"),
    )
    defect: ClassVar[str] = marked(
        "It is hard to explain and hard to check by hand. Without a published reference price the "
        "lowest price is the reference, and it compares bids with each other."
    )

    def __post_init__(self) -> None:
        _Weighted.__post_init__(self)
        if self.points_per_doubling <= 0:
            raise Refusal("A doubling of the price must cost more than 0 points.")
        if self.reference is not None and self.reference <= 0:
            raise Refusal("The reference price must be above 0.")

    @property
    def is_relative(self) -> bool:
        """Tell whether the lowest price is the reference."""
        return self.reference is None

    def total(self, price: Fraction, quality: Fraction, field: PriceField, /) -> Fraction:
        """Take the same number of points off for each doubling of the price."""
        reference = field.lowest if self.reference is None else Fraction(self.reference)
        score = 100 - Fraction(self.points_per_doubling) * log2(price / reference)
        return Fraction(self.price_weight, WHOLE) * score + quality


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """Q; the price is given or has a ceiling (F8)."""

    price: Decimal | None = None
    ceiling: Decimal | None = None
    name: ClassVar[str] = "fixed-price"
    title: ClassVar[str] = marked("Fixed price or ceiling")
    published: ClassVar[tuple[str, ...]] = (
        marked("the weight of each criterion"),
        _SCALE,
        marked("the fixed price or the ceiling"),
    )
    defect: ClassVar[str] = marked(
        "Bids do not compete on price: whether the amount is right must be checked beforehand."
    )
    is_relative: ClassVar[bool] = False
    lowest_wins: ClassVar[bool] = False
    quality_in: ClassVar[Unit] = "points"
    price_weight: ClassVar[int] = 0

    def __post_init__(self) -> None:
        given = self.ceiling if self.price is None else self.price
        if given is None or (self.price is not None and self.ceiling is not None):
            raise Refusal("Give either a fixed price or a ceiling.")
        if given <= 0:
            raise Refusal("The fixed price or the ceiling must be above 0.")

    def total(self, _price: Fraction, quality: Fraction, _field: PriceField, /) -> Fraction:
        """Count the quality alone."""
        return quality

    def allows(self, price: Fraction) -> bool:
        """Tell whether a price is the fixed one, or not above the ceiling."""
        if self.price is not None:
            return price == self.price
        return self.ceiling is not None and price <= self.ceiling


FORMULAS: tuple[type[Formula], ...] = (
    RelativeInverse,
    RelativeLinear,
    RelativeRange,
    PriceBand,
    AwardOnValue,
    PricePerPoint,
    Logarithmic,
    FixedPrice,
)
#: In a scheme quality takes no euros off what somebody asks, and nothing is paid for each point.
_ONLY_IN_TENDERS: tuple[type[Formula], ...] = (AwardOnValue, PricePerPoint)


def formulas_for(*, is_subsidy: bool) -> tuple[type[Formula], ...]:
    """Give the formulas to choose from; a scheme first gets the one with an amount that is set."""
    if not is_subsidy:
        return FORMULAS
    left_out = (*_ONLY_IN_TENDERS, FixedPrice)
    return (FixedPrice, *(one for one in FORMULAS if one not in left_out))
