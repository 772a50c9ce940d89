"""One try to sign in: what only the browser that started it knows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, as the browser that started it remembers it.

    ``state`` ties the answer to this browser, ``nonce`` the token to this try, and ``verifier``
    (PKCE) the code to whoever asked for it.
    """

    state: str
    nonce: str
    verifier: str


def new_attempt() -> Attempt:
    """Begin a try to sign in."""
    return Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))
