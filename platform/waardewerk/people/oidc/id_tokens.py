"""Checks an ID token: who signed it, for whom, when, and in answer to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from waardewerk.people.oidc.faults import ClocksDiffer, ProviderUntrusted

#: Only what the provider alone can sign: no ``none``, and no shared secret (HS256).
ALGORITHMS: tuple[str, ...] = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ALGORITHMS += ("ES256", "ES384", "ES512", "Ed25519", "EdDSA")
#: How far two clocks may be apart.
LEEWAY = timedelta(minutes=2)
LONGEST = 64 * 1024


class KeyUnknown(ProviderUntrusted):
    """The token is not signed with a key that we know; the provider may have renewed its keys."""


@dataclass(frozen=True)
class Expected:
    """What a token must say. Without ``nonce`` it answers no sign-in, but a later question."""

    issuer: str
    client_id: str
    nonce: str | None = None
    subject: str | None = None


def check(
    token: object, keys: KeySet, expected: Expected, *, access_token: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of a token that is right in every respect."""
    header, claims = _signed(token, keys)
    _check_clock(claims, now)
    _check_claims(header, claims, expected, access_token, now)
    if expected.subject is not None and claims["sub"] != expected.subject:
        raise ProviderUntrusted("other-subject")
    return claims


def _signed(token: object, keys: KeySet) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(token, str) or len(token) > LONGEST:
        raise ProviderUntrusted("no-id-token")
    try:
        # Providers put words of their own in the header; one marked as critical is still refused.
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        found = jwt.decode(token, keys, registry=registry)
    except (BadSignatureError, InvalidKeyIdError) as fault:
        raise KeyUnknown("wrong-signature") from fault
    except (JoseError, ValueError, TypeError) as fault:
        raise ProviderUntrusted("wrong-token") from fault
    return dict(found.header), found.claims


def _check_clock(claims: dict[str, Any], now: datetime) -> None:
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        raise ProviderUntrusted("no-time-of-issue")
    # A token is asked for and read at once, so its age is how much the clocks differ.
    earliest, latest = (now - LEEWAY).timestamp(), (now + LEEWAY).timestamp()
    if not earliest <= issued <= latest:
        raise ClocksDiffer("clocks-differ")


def _check_claims(
    header: dict[str, Any],
    claims: dict[str, Any],
    expected: Expected,
    access_token: str,
    now: datetime,
) -> None:
    options = {"iss": {"value": expected.issuer}, "aud": {"value": expected.client_id}}
    params = {"client_id": expected.client_id, "access_token": access_token}
    if expected.nonce is not None:
        params["nonce"] = expected.nonce
    read = CodeIDToken(claims, header, options, params)
    try:
        read.validate(now=int(now.timestamp()), leeway=int(LEEWAY.total_seconds()))
    except ClaimError as fault:
        raise ProviderUntrusted(f"wrong-{fault.claim}") from fault
    except (JoseError, ValueError, TypeError, AttributeError) as fault:
        raise ProviderUntrusted("wrong-claims") from fault
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise ProviderUntrusted("wrong-sub")
