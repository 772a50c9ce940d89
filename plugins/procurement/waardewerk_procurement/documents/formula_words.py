"""Each formula in a sentence, and the same computation written out for one bid."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from waardewerk.i18n import gettext as _
from waardewerk_procurement.award.formulas import (
    AwardOnValue,
    FixedPrice,
    Formula,
    Logarithmic,
    PriceBand,
    PriceField,
    PricePerPoint,
    RelativeInverse,
    RelativeLinear,
    RelativeRange,
)
from waardewerk_procurement.documents.words import figure, money


def explained(formula: Formula) -> list[str]:
    """Say how price and quality become one figure, and which figure is the best."""
    best = (
        _("The lowest total is the best.")
        if formula.lowest_wins
        else _("The highest total is the best.")
    )
    return [_price_rule(formula), best, _("Totals are compared unrounded.")]


def _price_rule(formula: Formula) -> str:
    match formula:
        case RelativeInverse():
            rule = _("Points for the price: %(most)s × lowest price ÷ price.")
        case RelativeLinear():
            rule = _("Points for the price: %(most)s × (2 − price ÷ lowest price), never below 0.")
        case RelativeRange():
            rule = _(
                "Points for the price: %(most)s × (highest price − price) ÷ (highest price − "
                "lowest price)."
            )
        case PriceBand():
            return _band(formula)
        case Logarithmic():
            return _doubling(formula)
        case AwardOnValue():
            return _("The total is the price minus the euros that the quality is worth.")
        case PricePerPoint():
            return _("The total is the price divided by the points for quality.")
        case _:
            return _fixed(formula)
    return f"{rule % {'most': _most(formula)}} {_added()}"


def _added() -> str:
    return _("The points for quality are added to it.")


def _band(formula: PriceBand) -> str:
    rule = _(
        "Points for the price: %(most)s × (%(ceiling)s − price) ÷ (%(ceiling)s − %(floor)s), "
        "never below 0 and never above %(most)s.",
        most=_most(formula),
        ceiling=money(formula.ceiling),
        floor=money(formula.floor),
    )
    return f"{rule} {_added()}"


def _doubling(formula: Logarithmic) -> str:
    rule = _(
        "Points for the price: %(most)s, minus %(off)s of every 100 of them for each doubling of "
        "the price from %(reference)s.",
        most=_most(formula),
        off=figure(Fraction(formula.points_per_doubling)),
        reference=_("the lowest price") if formula.reference is None else money(formula.reference),
    )
    return f"{rule} {_added()}"


def _fixed(formula: Formula) -> str:
    match formula:
        case FixedPrice(price=Decimal() as price):
            return _(
                "The price is fixed at %(price)s. The total is the points for quality.",
                price=money(price),
            )
        case FixedPrice(ceiling=Decimal() as ceiling):
            return _(
                "The price is at most %(ceiling)s; a higher one is set aside. The total is the "
                "points for quality.",
                ceiling=money(ceiling),
            )
    raise TypeError(f"there are no words for {formula.name}")


def worked(formula: Formula, price: Fraction, quality: Fraction, field: PriceField) -> str:
    """Write the computation of one total out, with its figures."""
    total = figure(formula.total(price, quality, field))
    if isinstance(formula, AwardOnValue):
        return f"{money(price)} − {money(quality)} = {money(formula.total(price, quality, field))}"
    if isinstance(formula, PricePerPoint):
        return f"{money(price)} ÷ {figure(quality)} = {total}"
    if isinstance(formula, FixedPrice):
        return f"{figure(quality)} = {total}"
    for_price = figure(formula.total(price, Fraction(0), field))
    sum_of_both = f"{for_price} + {figure(quality)} = {total}"
    return f"{_written_out(formula, price, field)} = {for_price}; {sum_of_both}"


def _written_out(formula: Formula, price: Fraction, field: PriceField) -> str:
    most, here = _most(formula), money(price)
    low, high = money(field.lowest), money(field.highest)
    match formula:
        case RelativeInverse():
            return f"{most} × {low} ÷ {here}"
        case RelativeLinear():
            return f"{most} × (2 − {here} ÷ {low})"
        case RelativeRange():
            return f"{most} × ({high} − {here}) ÷ ({high} − {low})"
        case PriceBand(floor=floor, ceiling=ceiling):
            return f"{most} × ({money(ceiling)} − {here}) ÷ ({money(ceiling)} − {money(floor)})"
        case Logarithmic(points_per_doubling=off, reference=given):
            reference = low if given is None else money(given)
            part = f"{figure(Fraction(off))} × log₂({here} ÷ {reference})"
            return f"{most} ÷ 100 × (100 − {part})"
    return most


def _most(formula: Formula) -> str:
    return figure(Fraction(formula.price_weight, 100))
