"""The links in mails to who follows a round, and what is kept of an address.

Both are made with the installation's secret, so the mail that brings the answers can make the link
to stop again, although the database knows only its hash. The round's key has no part in it, and
nothing here can be laid beside a participant.
"""

from __future__ import annotations

import hashlib
import hmac

from waardewerk import sealing


def fingerprint(secret: str, slug: str, email: str) -> str:
    """Return the keyed hash of an address: another one in every round."""
    return _made(secret, "follower", slug, email)


def token(secret: str, of: str) -> str:
    """Return what the links in mails to the address with this fingerprint carry."""
    return _made(secret, "follow-link", of)[:43]


def token_hash(given: str) -> str:
    """Return the hash under which a link is kept."""
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def seal(secret: str, slug: str, email: str) -> str:
    """Seal an address, for this round alone."""
    return sealing.seal(secret, email, about=f"follower:{slug}")


def unseal(secret: str, slug: str, sealed: str) -> str:
    """Open a sealed address."""
    return sealing.unseal(secret, sealed, about=f"follower:{slug}")


def _made(secret: str, use: str, *parts: str) -> str:
    words = "\0".join((use, *parts)).encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()
