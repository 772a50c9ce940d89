"""Exact figures: how they are read, kept and printed.

What people write down is a decimal number, so it is read as one. In between a figure is a fraction,
because a third has no decimals: two bids that tie must come out equal, whatever way their points
were added up. Only what is printed is rounded. No figure is ever a float.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

#: A decimal number as people write it, and no more digits than money needs.
DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")

#: A logarithm has no end; it is computed to this many decimals, with guard digits to spare.
LOG_DECIMALS = 50
_LOG = Context(prec=LOG_DECIMALS + 10, rounding=ROUND_HALF_EVEN)

_LONGEST_DECIMALS = 60


def decimal_of(text: str) -> Decimal | None:
    """Read a decimal number such as 125000.00; None when it is not written like that."""
    return Decimal(text) if DECIMAL.fullmatch(text) else None


def rounded(value: Fraction) -> str:
    """Print a figure with two decimals, half away from zero."""
    hundredths = math.floor(abs(value) * 100 + Fraction(1, 2))
    return _with_decimals(hundredths if value > 0 else -hundredths, 2)


def unrounded(value: Fraction) -> str:
    """Print a figure whole: as a decimal number where it ends, else as a fraction in its terms."""
    twos, rest = _divided_by(value.denominator, 2)
    fives, rest = _divided_by(rest, 5)
    decimals = max(twos, fives)
    if rest > 1 or decimals > _LONGEST_DECIMALS:
        return f"{value.numerator}/{value.denominator}"
    return _with_decimals(value.numerator * 10**decimals // value.denominator, decimals)


def log2(ratio: Fraction) -> Fraction:
    """Give the number of doublings from 1 to ``ratio``, a positive number.

    Whole doublings are split off first and stay exact, so that two prices that are a whole number
    of doublings apart differ by exactly that number.
    """
    doublings = ratio.numerator.bit_length() - ratio.denominator.bit_length()
    rest = ratio / Fraction(2) ** doublings
    if rest < 1:
        doublings, rest = doublings - 1, rest * 2
    with localcontext(_LOG):
        part = (Decimal(rest.numerator) / Decimal(rest.denominator)).ln() / Decimal(2).ln()
        return doublings + Fraction(part.quantize(Decimal(1).scaleb(-LOG_DECIMALS)))


def _divided_by(number: int, factor: int) -> tuple[int, int]:
    """Divide by ``factor`` as often as it goes; return how often, and what is left."""
    times = 0
    while number % factor == 0:
        number, times = number // factor, times + 1
    return times, number


def _with_decimals(number: int, decimals: int) -> str:
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}}" if decimals else f"{sign}{whole}"
