"""Codes on paper for who lost the phone: easy to read aloud, impossible to guess."""

from __future__ import annotations

import secrets

#: Without letters and digits that look alike (Crockford's base32).
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
HOW_MANY = 10
GROUPS, PER_GROUP = 4, 4


def new_code() -> str:
    """Make a code of 80 random bits: ``7K3M-…``."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(PER_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def normal(typed: str) -> str:
    """Write a typed code as it was given out, whatever case, spaces and dashes were used."""
    plain = "".join(c for c in typed.upper().translate(LOOKS_LIKE) if c in LETTERS)
    return "-".join(plain[i : i + PER_GROUP] for i in range(0, len(plain), PER_GROUP))
