"""Personal codes for letters and mail: twelve characters that survive being read aloud.

A code is worked out from the installation's secret, so it can be printed again, and only its
keyed hash is stored: who steals the database cannot answer for anybody.
"""

from __future__ import annotations

import hashlib
import hmac

from waardewerk.notation.codes import ALPHABET, LENGTH, as_typed, printed, spelled

__all__ = ["ALPHABET", "LENGTH", "as_typed", "code_for", "hash_of_code", "printed"]


def code_for(secret: str, respondent_id: int, number: int) -> str:
    """Return the code of one respondent; another ``number`` gives another code."""
    message = f"respondent:{respondent_id}:{number}".encode()
    return spelled(hmac.new(secret.encode(), message, hashlib.sha256).digest())


def hash_of_code(secret: str, code: str) -> str:
    """Return the hash under which a code is stored.

    It is keyed: sixty bits could be guessed by whoever has the hashes and enough machines.
    """
    return hmac.new(secret.encode(), f"respondent-code:{code}".encode(), hashlib.sha256).hexdigest()
