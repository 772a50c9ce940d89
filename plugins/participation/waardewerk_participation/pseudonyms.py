"""What is made of somebody's secret with the round's key: who they are here, and nothing more.

Every use has a word of its own in front, so that one result never stands for another. None of
them can be turned back, and without the key none can be made.
"""

from __future__ import annotations

import hashlib
import hmac

from waardewerk.notation import codes

#: Bytes in the number of a participant.
LENGTH = 16


def participant(key: bytes, secret: str) -> bytes:
    """Return the participant that belongs to a secret: of a browser, a letter, a booklet."""
    return _made(key, "pid", secret)[:LENGTH]


def invitation(key: bytes, code: str) -> bytes:
    """Return the hash under which the code of a letter is kept; ``code`` as `codes` reads it."""
    return _made(key, "inv", code)


def form_token(key: bytes, pid: bytes) -> str:
    """Return what every form of this participant carries: another site cannot know it."""
    return _made(key, "form", pid.hex()).hex()[:32]


def receipt_code(key: bytes, pid: bytes) -> str:
    """Return the code with which an author finds out what became of their statements.

    Twelve characters, the same for every statement of one participant, and unlike the code with
    which that person came in: who finds a receipt cannot vote with it.
    """
    return codes.spelled(_made(key, "receipt", pid.hex()))


def receipt_hash(secret: str, code: str) -> bytes:
    """Return the hash under which a receipt is kept; with the installation's secret.

    Not with the round's key: a receipt still answers when that is destroyed.
    """
    return _made(secret.encode(), "receipt", code)


def _made(key: bytes, use: str, text: str) -> bytes:
    return hmac.new(key, f"{use}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
