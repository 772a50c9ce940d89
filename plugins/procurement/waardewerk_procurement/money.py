"""Amounts of money: whole cents, read as people type them, written for people and for files.

Nothing here is ever a float. `125.000,50`, `125000,50`, `125000.50` and `125,000.50` are one
amount; `125,000` is refused, because it may be either of two.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_currency

from waardewerk import i18n
from waardewerk.refusal import Refusal
from waardewerk_procurement.award.figures import rounded

#: A hundred billion euros, in cents: above this somebody made a mistake.
MOST_CENTS = 10**13
#: Points between thousands or none, and after a comma one or two digits, a dash or nothing.
_DUTCH = re.compile(
    r"(?P<sign>-?)(?P<whole>\d{1,3}(?:\.\d{3}){1,4}|\d{1,15})(?:,(?P<part>\d{1,2}|-{1,2}))?",
    re.ASCII,
)
#: As spreadsheets and the English write it; without cents a comma would be read either way.
_ENGLISH = re.compile(
    r"(?P<sign>-?)(?P<whole>\d{1,3}(?:,\d{3}){1,4}|\d{1,15})\.(?P<part>\d{1,2})", re.ASCII
)
_LEFT_OUT = re.compile(r"[\s€]")


def read_euros(text: str) -> int:
    """Read an amount in cents; refuse what is not written as an amount."""
    tidy = _LEFT_OUT.sub("", text)
    found = _DUTCH.fullmatch(tidy) or _ENGLISH.fullmatch(tidy)
    if found is None:
        raise Refusal(
            "“%(text)s” is no amount. Write it like 125.000,00 or 125000.", text=text[:40]
        )
    whole = int(re.sub(r"[.,]", "", found["whole"]))
    cents = whole * 100 + int((found["part"] or "").replace("-", "").ljust(2, "0"))
    if cents > MOST_CENTS:
        raise Refusal("An amount is at most a hundred billion euros.")
    return -cents if found["sign"] else cents


def read_positive_euros(text: str) -> int:
    """Read an amount in cents that is more than nothing."""
    cents = read_euros(text)
    if cents <= 0:
        raise Refusal("An amount is more than 0.")
    return cents


def write_euros(cents: int) -> str:
    """Write an amount as it is typed here, for in a field: 125.000,00."""
    whole, part = divmod(abs(cents), 100)
    thousands = f"{whole:,}".replace(",", ".")
    return f"{_sign(cents)}{thousands},{part:02}"


def as_decimal(cents: int) -> str:
    """Write an amount as a file has it: 125000.00."""
    whole, part = divmod(abs(cents), 100)
    return f"{_sign(cents)}{whole}.{part:02}"


def from_decimal(amount: str) -> int:
    """Read an amount as a file has it."""
    return int(Decimal(amount) * 100)


def say_cents(cents: int | None) -> str:
    """Write an amount in cents for people, as their language does: € 125.000,00."""
    return "–" if cents is None else say_euros(Fraction(cents, 100))


def say_euros(amount: Fraction | Decimal) -> str:
    """Write an amount in euros for people, as their language does."""
    said: str = format_currency(Decimal(rounded(Fraction(amount))), "EUR", locale=i18n.language())
    return said


def _sign(cents: int) -> str:
    return "-" if cents < 0 else ""
