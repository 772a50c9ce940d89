"""Personal codes for letters and mail: twelve characters that survive being read aloud.

A code is worked out from the installation's secret, so it can be printed again, and only its
keyed hash is stored: who steals the database cannot answer for anybody.
"""

from __future__ import annotations

import hashlib
import hmac

#: Crockford's base 32: no I, L, O or U, so nothing to confuse.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_AS_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1"})


def code_for(secret: str, respondent_id: int, number: int) -> str:
    """Return the code of one respondent; another ``number`` gives another code."""
    message = f"respondent:{respondent_id}:{number}".encode()
    digest = int.from_bytes(hmac.new(secret.encode(), message, hashlib.sha256).digest())
    return "".join(ALPHABET[(digest >> (5 * place)) & 31] for place in range(LENGTH))


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


def hash_of_code(secret: str, code: str) -> str:
    """Return the hash under which a code is stored.

    It is keyed: sixty bits could be guessed by whoever has the hashes and enough machines.
    """
    return hmac.new(secret.encode(), f"respondent-code:{code}".encode(), hashlib.sha256).hexdigest()
