"""Seals small secrets, so that a copy of the database gives none of them away.

The key comes from the installation's secret, which is not in the database. Each seal is bound to
what it is about: moved to another person's row it cannot be opened.
"""

from __future__ import annotations

import functools
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Unreadable(Exception):
    """A seal was made with another secret, for something else, or was changed."""


def seal(secret: str, text: str, *, about: str) -> str:
    """Seal a text; only who knows the secret and what it is about can open it."""
    nonce = secrets.token_bytes(NONCE)
    sealed = _cipher(secret).encrypt(nonce, text.encode(), about.encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(secret: str, sealed: str, *, about: str) -> str:
    """Open what was sealed; raise `Unreadable` when it cannot be."""
    from cryptography.exceptions import InvalidTag

    try:
        content = urlsafe_b64decode(sealed.encode())
        return _cipher(secret).decrypt(content[:NONCE], content[NONCE:], about.encode()).decode()
    except (InvalidTag, ValueError) as fault:
        raise Unreadable(about) from fault


@functools.lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    # A key of its own: what signs cookies never encrypts.
    derived = HKDF(SHA256(), length=32, salt=None, info=b"waardewerk sealing")
    return AESGCM(derived.derive(secret.encode()))
