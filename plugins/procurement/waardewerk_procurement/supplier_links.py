"""The link that a supplier gets: made with the installation's secret, so that it is kept nowhere.

The officer can see the link again as long as the form is there; who has a copy of the database has
only a keyed hash, and can make no link of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime


def token_of(secret: str, form_id: int, made_at: datetime) -> str:
    """Return the 256 bits of a form's link, as text that fits in an address."""
    made = _made(secret, "supplier-link", str(form_id), made_at.isoformat())
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def hash_of(secret: str, token: str) -> str:
    """Return what is kept of a link."""
    return _made(secret, "supplier-link-hash", token).hex()


def _made(secret: str, *parts: str) -> bytes:
    words = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), words, hashlib.sha256).digest()
