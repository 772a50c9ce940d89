"""Percentages and points as people here type them, and as they are kept: in hundredths."""

from __future__ import annotations

import re

from waardewerk.refusal import Refusal
from waardewerk_procurement.award.weights import WHOLE

_PERCENT = re.compile(r"(?P<whole>\d{1,3})(?:[.,](?P<part>\d{1,2}))?\s*%?", re.ASCII)


def read_percent(text: str) -> int:
    """Read a percentage, in hundredths of a percent."""
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise Refusal("Fill in a percentage with at most two decimals, such as 33,33.")
    hundredths = int(found["whole"]) * 100 + int((found["part"] or "").ljust(2, "0"))
    if not 0 < hundredths <= WHOLE:
        raise Refusal("A percentage here is more than 0 and at most 100.")
    return hundredths


def read_points(text: str) -> int:
    """Read a number of points, in hundredths of a point."""
    found = _PERCENT.fullmatch(text.strip())
    if found is None or "%" in text:
        raise Refusal("Fill in a number with at most two decimals, such as 50 or 12,5.")
    hundredths = int(found["whole"]) * 100 + int((found["part"] or "").ljust(2, "0"))
    if hundredths == 0:
        raise Refusal("Fill in more than 0 points.")
    return hundredths


def write_percent(hundredths: int) -> str:
    """Write a percentage as it would be typed here: 33,33 or 30."""
    whole, part = divmod(hundredths, 100)
    return f"{whole},{part:02}" if part else str(whole)
