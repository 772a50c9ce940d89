"""Codes that people type over: twelve characters that survive being read aloud."""

from __future__ import annotations

#: Crockford's base 32: no I, L, O or U, so nothing to confuse.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_AS_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1"})


def spelled(digest: bytes) -> str:
    """Turn the last bits of a digest into a code."""
    number = int.from_bytes(digest)
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH))


def printed(code: str) -> str:
    """Write a code in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def as_typed(text: str) -> str | None:
    """Read a code however badly it was typed; ``None`` when it cannot be one."""
    if len(text) > 60 or not text.isascii():
        return None
    plain = "".join(c for c in text.upper() if c.isalnum()).translate(_AS_TYPED)
    is_code = len(plain) == LENGTH and all(c in ALPHABET for c in plain)
    return plain if is_code else None
