"""Receipt codes for signals without a name: twelve characters, shown once to the sender.

A code is worked out from the installation's secret and from the number that the form itself came
with, so a form that is sent twice gets one code. Only its keyed hash is stored. The alphabet and
the forgiving way of reading are those of the codes in letters.
"""

from __future__ import annotations

import hashlib
import hmac

from waardewerk.notation.codes import spelled


def receipt_for(secret: str, request_key: str) -> str:
    """Return the code of the signal that was sent with this form."""
    return spelled(_keyed(secret, "signal-receipt", request_key))


def hash_of_receipt(secret: str, code: str) -> str:
    """Return the hash under which a code is stored."""
    return _keyed(secret, "signal-code", code).hex()


def _keyed(secret: str, purpose: str, text: str) -> bytes:
    return hmac.new(secret.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).digest()
