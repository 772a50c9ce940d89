"""Codes of six digits that an app on a phone shows, a new one every half minute (RFC 6238)."""

from __future__ import annotations

import hmac
from datetime import datetime

STEP = 30
#: A phone's clock may be this many steps off, either way.
DRIFT = 1


def new_secret() -> str:
    """Make what the app and this site share."""
    import pyotp

    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime, *, after: int | None) -> int | None:
    """Return in which half minute this code counts; nothing when it does not.

    A code of ``after`` or before was used already.
    """
    import pyotp

    given = "".join(c for c in code if c.isascii() and c.isdigit())
    here = int(now.timestamp()) // STEP
    shown = pyotp.TOTP(secret)
    for step in range(here - DRIFT, here + DRIFT + 1):
        is_right = hmac.compare_digest(shown.generate_otp(step), given)
        if is_right and (after is None or step > after):
            return step
    return None


def address_for_app(secret: str, *, account: str, site: str) -> str:
    """Return what an app reads from the picture."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def in_groups(secret: str) -> str:
    """Write a secret in groups of four, for who types it over."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
