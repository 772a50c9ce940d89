"""Keys of lots and criteria: short names by which rules and files point at them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST = 64
#: Left for a number behind it.
_ROOM = 5
_OTHERWISE = "criterion"


def key_from(title: str, taken: Collection[str]) -> str:
    """Make a key of a title: small letters, digits and hyphens, and none that is taken."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")
    return unused(words[: LONGEST - _ROOM].strip("-") or _OTHERWISE, taken)


def unused(key: str, taken: Collection[str]) -> str:
    """Put a number behind a key until nothing else has it."""
    found, number = key, 1
    while found in taken:
        number += 1
        found = f"{key[: LONGEST - _ROOM]}-{number}"
    return found


def next_lot(taken: Collection[str]) -> str:
    """Give the key of the next lot, above every one that there ever was."""
    numbers = (int(number) for key in taken if (number := key.removeprefix("lot-")).isdecimal())
    return f"lot-{max(numbers, default=0) + 1}"
