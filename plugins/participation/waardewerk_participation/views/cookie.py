"""The cookie of one round: set when somebody says *Take part*, never for reading.

Every round has its own, which goes no further than that round's address: so nobody can see that
two of them belong to one person. It holds what the participant is made of: 128 random bits, or a
sealed copy of the code in somebody's letter.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from flask import current_app, request, url_for
from werkzeug import Response

from waardewerk import sealing
from waardewerk.notation import codes
from waardewerk_participation.models import Round

#: How long somebody can still see, after the round, that they took part.
AFTERWARDS = timedelta(days=7)
#: For a round without a last day.
LONGEST = timedelta(days=90)
_RANDOM = re.compile(r"[0-9a-f]{32}")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9-]")


def new_secret() -> str:
    """Return 128 random bits, of which a participant is made."""
    return secrets.token_hex(16)


def remember(response: Response, found: Round, secret: str, now: datetime) -> None:
    """Let this browser be the same participant until a week after the round."""
    response.set_cookie(
        name_of(found),
        _sealed(found, secret) if found.joining == "code" else secret,
        max_age=_life(found, now),
        path=_path(found),
        secure=_over_tls(),
        httponly=True,
        samesite="Lax",
    )


def renew(response: Response, found: Round, now: datetime) -> None:
    """Let a cookie that is there live as long as the round does now: its end may have moved."""
    secret = secret_in(found) if is_there(found) else None
    if secret is not None:
        remember(response, found, secret, now)


def forget(response: Response, found: Round) -> None:
    """Let this browser be nobody in this round."""
    response.delete_cookie(
        name_of(found), path=_path(found), secure=_over_tls(), httponly=True, samesite="Lax"
    )


def is_there(found: Round) -> bool:
    """Tell whether this browser sent a cookie of this round, right or not."""
    return name_of(found) in request.cookies


def secret_in(found: Round) -> str | None:
    """Return the secret in this browser's cookie; nothing when it is not as we made it."""
    kept = request.cookies.get(name_of(found), "")
    if found.joining == "code":
        return _unsealed(found, kept)
    return kept if _RANDOM.fullmatch(kept) else None


def name_of(found: Round) -> str:
    """Return the name of a round's cookie; the prefix has browsers refuse it without TLS."""
    prefix = "__Secure-" if _over_tls() else ""
    return f"{prefix}ww_{_NOT_IN_A_NAME.sub('_', found.slug)}"


def _sealed(found: Round, code: str) -> str:
    return sealing.seal(_installation_secret(), code, about=_about(found))


def _unsealed(found: Round, kept: str) -> str | None:
    try:
        return codes.as_typed(sealing.unseal(_installation_secret(), kept, about=_about(found)))
    except sealing.Unreadable:
        return None


def _about(found: Round) -> str:
    return f"participation round {found.slug}"


def _path(found: Round) -> str:
    return url_for("participation_round.landing", slug=found.slug)


def _life(found: Round, now: datetime) -> int:
    ends = max(filter(None, (found.closes_at, found.second_closes_at)), default=None)
    left = ends + AFTERWARDS - now if ends else LONGEST
    return max(int(left.total_seconds()), 0)


def _over_tls() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _installation_secret() -> str:
    return str(current_app.config["SECRET_KEY"])
